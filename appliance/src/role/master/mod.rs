//! The master: opens the listeners, starts the roles, joins them by lines, starts them again when
//! they end, and hands out the rules. It takes no byte from the network and holds no key once
//! `keyd` runs.

mod bundle;
mod crew;
mod descriptors;
mod dkim;
mod files;
mod gate;
mod keyfile;
mod logins;
mod peers;
mod service;
mod state;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

pub(crate) use bundle::{Bundle, Packed, RulesError};
pub(crate) use dkim::{dkim_key_path, dkim_keys, read_dkim_key, write_dkim_key};
pub(crate) use files::{hand_over, is_claimed};
pub(crate) use gate::{ACCEPTED, Accepted};
pub(crate) use keyfile::{
    audit_key_path, audit_public_path, master_key_path, tls_key_path, write_secret,
};
pub(crate) use logins::LoginPaths;
pub(crate) use state::{LIFE_MS, RoleState, STATE, Told};

use crate::config::Config;
use crew::{Crew, Event};
use service::Service;

/// How long roles get to end by themselves.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Runs the appliance until `SIGTERM` or `SIGINT`. `ready` is called once every role waits for
/// work.
///
/// # Errors
///
/// What keeps it from starting: a configuration or rule tree with errors, a port in use, a folder
/// that cannot be written, a sandbox that cannot be entered.
pub(crate) async fn run(config_path: &Path) -> anyhow::Result<()> {
    let config = Arc::new(Config::load(config_path)?);
    descriptors::tell_inherited();
    let bundle = Bundle::load(&config)?;
    let _claim = files::prepare(&config)?;
    bundle.remember(&config)?;
    let certificate = keyfile::prepare(&config)?;
    let service = Service::of_environment();
    let mut heartbeat = service.heartbeat();
    let shadow = load_shadow(&config);
    let mut crew = Crew::start(Arc::clone(&config), certificate, bundle, shadow)?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut keys_changed = signal(SignalKind::user_defined1())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    loop {
        tokio::select! {
            event = crew.event() => match event {
                Event::AllReady => {
                    tracing::info!(event = "appliance.ready", "every role waits for work");
                    service.tell("READY=1");
                }
                Event::Handled => {}
                Event::CannotStart(role) => {
                    crew.stop(STOP_PATIENCE).await;
                    anyhow::bail!("{role} cannot start; its last lines in the log say why");
                }
            },
            _ = hangup.recv() => reload(&config, &mut crew),
            _ = keys_changed.recv() => crew.change_keys(),
            _ = heartbeat.tick() => service.tell("WATCHDOG=1"),
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    service.tell("STOPPING=1");
    tracing::info!(event = "appliance.stopping", "no new work is taken");
    crew.stop(STOP_PATIENCE).await;
    Ok(())
}

/// Reads the rules that run beside those in force. Where they cannot be used there are none.
fn load_shadow(config: &Config) -> Option<Bundle> {
    let loaded = Bundle::load_shadow(config).context("no other rules run beside those in force");
    let shadow = loaded.unwrap_or_else(|error| {
        tracing::error!(event = "shadow.refused", "{error:#}");
        None
    });
    if let Some(shadow) = &shadow {
        tracing::info!(event = "shadow.loaded", digest = shadow.digest_text());
    }
    shadow
}

/// Reads the rules and the lists again. A tree with errors changes nothing, but the lists.
fn reload(config: &Config, crew: &mut Crew) {
    crew.change_lists();
    crew.change_shadow(load_shadow(config));
    let loaded =
        Bundle::load(config).and_then(|it| match gate::refusal(config, &it, crew.rules()) {
            None => it.remember(config).map(|()| it),
            Some(why) => Err(RulesError::Gate(why)),
        });
    match loaded.context("the rules were not changed") {
        Ok(bundle) => {
            tracing::info!(
                event = "rules.reloaded",
                digest = bundle.digest_text(),
                counter = bundle.counter()
            );
            crew.change_rules(bundle);
        }
        Err(error) => {
            tracing::error!(event = "rules.refused", "{error:#}");
            crew.refuse_rules(&format!("{:#}", error.root_cause()));
        }
    }
}
