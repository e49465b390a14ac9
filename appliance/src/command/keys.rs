//! `chancery keys`: which keys there are, and another master key in the place of one.
//!
//! A master key wraps the data keys of messages and accounts; what these sealed stays as it is. So a
//! new one costs a few octets a message. It wraps as soon as its file is in place and `keyd` has read
//! it; what the former wrapped is wrapped anew, a page at a time, and may stop anywhere: both open.
//! The former goes when nothing is under way that was wrapped by it, which is when nothing runs.

use std::{
    collections::BTreeMap,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Subcommand;
use rustix::process::{Pid, Signal, kill_process};
use store::{
    PAGE_ROWS_MAX, Store,
    keys::{self, Rewrapped, Thing},
    seat,
};
use vault::key::KeyRing;

use super::{
    ConfigFile,
    kept::Kept,
    order::operator,
    print::{complain, print, table},
};
use crate::{
    audit,
    backup::Progress,
    config::Config,
    protocol::control::Role,
    role::{
        keyd::key_ring,
        master::{STATE, Told, dkim_keys, is_claimed, master_key_path, write_secret},
        thing,
    },
};

/// How long `keyd` may take to begin with other keys.
const KEYD_PATIENCE: Duration = Duration::from_secs(30);
/// How often is looked.
const LOOK_WAIT: Duration = Duration::from_millis(100);

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the keys, and how much each master key wraps
    List {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Make a new master key and wrap everything by it, while the gateway runs; goes on with what
    /// an earlier one left
    Rotate {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Remove former master keys, while the gateway does not run
    Retire {
        #[command(flatten)]
        file: ConfigFile,
    },
}

/// What was wrapped anew.
#[derive(Debug, Default, Eq, PartialEq)]
struct Done {
    messages: u64,
    accounts: u64,
    /// Keys that none of ours opens.
    foreign: u64,
}

/// Does what was asked.
///
/// # Errors
///
/// The keys or the store cannot be read or written, the gateway does not take the new key.
pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List { file } => print(&list(&Config::load(&file.config)?).await?)?,
        Command::Rotate { file } => return rotate(&Config::load(&file.config)?).await,
        Command::Retire { file } => return retire(&Config::load(&file.config)?).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(config: &Config) -> anyhow::Result<String> {
    let kept = Kept::open(config).await?;
    let mut counts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for (column, what) in [Thing::Message, Thing::Account].into_iter().enumerate() {
        let mut after = String::new();
        loop {
            let page = keys::page(&kept.store, what, &after, PAGE_ROWS_MAX).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            for (_, wrapped) in page {
                let name = wrapped.key_name().unwrap_or_else(|| "?".to_owned());
                if let Some(count) = counts.entry(name).or_default().get_mut(column) {
                    *count = count.saturating_add(1);
                }
            }
        }
    }
    let mut rows = Vec::new();
    for (at, name) in kept.master.names().into_iter().enumerate() {
        let [messages, accounts] = counts.remove(&name).unwrap_or_default();
        let state = if at == 0 { "master key, wraps" } else { "former master key, opens" };
        rows.push([name, state.to_owned(), messages.to_string(), accounts.to_string()]);
    }
    for (name, [messages, accounts]) in counts {
        let state = "not here: nobody can read these".to_owned();
        rows.push([name, state, messages.to_string(), accounts.to_string()]);
    }
    let none = || ["-".to_owned(), "-".to_owned()];
    let audit = crate::role::keyd::audit_key(&config.folders)?.public()?.id().to_string();
    let [dash, other] = none();
    rows.push([audit, "signs the audit log".to_owned(), dash, other]);
    for key in dkim_keys(&config.folders)? {
        let [dash, other] = none();
        let name = format!("{}._domainkey.{}", key.selector, key.domain);
        rows.push([name, "signs mail".to_owned(), dash, other]);
    }
    Ok(table(["KEY", "USE", "MESSAGES", "ACCOUNTS"], rows))
}

async fn rotate(config: &Config) -> anyhow::Result<ExitCode> {
    let kept = Kept::open(config).await?;
    alone(config, &kept.store).await?;
    let path = master_key_path(&config.folders);
    if kept.master.has_former() {
        complain("going on with the rotation before, which did not come to its end\n");
    } else {
        let former = kept.master.name();
        let ring = key_ring(&config.folders)?.rotated();
        let told = audit::rotating(&former, &ring.name(), &operator());
        store::audit::append(&kept.store, &[told]).await?;
        // From here on both keys open what either has wrapped, whatever happens.
        write_secret(&path, &ring.to_bytes())?;
        complain(&format!("a new master key: back up {} now\n", path.display()));
    }
    let ring = key_ring(&config.folders)?;
    hand_to_keyd(config, &ring).await?;
    let done = rewrap(&kept.store, &ring).await?;
    let Done { messages, accounts, foreign } = done;
    let name = ring.name();
    print(&format!(
        "Wrapped {messages} messages and {accounts} accounts anew, by {name}.\n\
         The former key is kept for what is under way. Stop the gateway, run `chancery keys \
         retire`, and start it again.\n"
    ))?;
    Ok(tell_foreign(foreign))
}

async fn retire(config: &Config) -> anyhow::Result<ExitCode> {
    let data = config.folders.store.parent().unwrap_or(Path::new("."));
    anyhow::ensure!(
        !is_claimed(data)?,
        "the gateway runs, and what is under way may be wrapped by a former key; stop it first"
    );
    let kept = Kept::open(config).await?;
    alone(config, &kept.store).await?;
    if !kept.master.has_former() {
        print("There is no former master key.\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = rewrap(&kept.store, &kept.master).await?;
    let ring = kept.master.retired();
    let told = audit::retired(&ring.name(), &operator());
    store::audit::append(&kept.store, &[told]).await?;
    kept.store.checkpoint().await?;
    write_secret(&master_key_path(&config.folders), &ring.to_bytes())?;
    let name = ring.name();
    print(&format!(
        "The former master keys are gone; {name} opens everything.\n\
         A backup that was made before needs the keys of then.\n"
    ))?;
    Ok(tell_foreign(done.foreign))
}

/// Makes sure that no other node is at work: it would have none of the keys that are made here, and
/// could open nothing that they wrap.
async fn alone(config: &Config, store: &Store) -> anyhow::Result<()> {
    let data = config.folders.store.parent().unwrap_or(Path::new("."));
    let others = seat::taken(store).await?.saturating_sub(u64::from(is_claimed(data)?));
    anyhow::ensure!(
        others == 0,
        "other nodes ({others}) share the database and would not have the new key: stop them, run \
         this again, copy `{}` of this node to them, and start them",
        master_key_path(&config.folders).display()
    );
    Ok(())
}

fn tell_foreign(foreign: u64) -> ExitCode {
    if foreign == 0 {
        return ExitCode::SUCCESS;
    }
    complain(&format!("{foreign} keys are wrapped by none of these master keys, and were left\n"));
    ExitCode::FAILURE
}

/// Has `keyd` begin with the keys as they are on disk; what it wraps from then on is wrapped by the
/// new one. Nothing happens where nothing runs.
async fn hand_to_keyd(config: &Config, ring: &KeyRing) -> anyhow::Result<()> {
    let data = config.folders.store.parent().unwrap_or(Path::new("."));
    let (began, mut asked) = (Instant::now(), false);
    while is_claimed(data)? {
        let told: Option<Told> =
            std::fs::read(data.join(STATE)).ok().and_then(|it| serde_json::from_slice(&it).ok());
        if let Some(told) = told {
            let keyd = Role::Keyd.to_string();
            let ready = told.roles.iter().any(|it| it.role == keyd && it.ready);
            if told.master_key == ring.name() && ready {
                return Ok(());
            }
            if !std::mem::replace(&mut asked, true) {
                let pid = i32::try_from(told.pid).ok().and_then(Pid::from_raw);
                kill_process(pid.context("a process has a number")?, Signal::USR1)?;
            }
        }
        anyhow::ensure!(
            began.elapsed() < KEYD_PATIENCE,
            "the gateway does not take the new key; its log says why, and nothing is lost: run \
             `chancery keys rotate` again"
        );
        tokio::time::sleep(LOOK_WAIT).await;
    }
    Ok(())
}

/// Wraps by the key in use what another has wrapped.
async fn rewrap(store: &Store, ring: &KeyRing) -> anyhow::Result<Done> {
    let mut done = Done::default();
    let mut progress = Progress::new("wrapped anew", None);
    for what in [Thing::Message, Thing::Account] {
        let mut after = String::new();
        loop {
            let page = keys::page(store, what, &after, PAGE_ROWS_MAX).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            let mut changes = Vec::new();
            for (id, from) in page {
                let context = match what {
                    Thing::Account => format!("account:{id}"),
                    Thing::Message => thing(&id),
                };
                match ring.rewrapped(&from, &context) {
                    Ok(None) => {}
                    Ok(Some(to)) => changes.push(Rewrapped { id, from, to }),
                    Err(_opaque) => done.foreign = done.foreign.saturating_add(1),
                }
                progress.add(0);
            }
            if changes.is_empty() {
                continue;
            }
            let told = audit::rewrapped(changes.len(), &ring.name());
            let put = keys::replace(store, what, &changes, &[told]).await?;
            let count = match what {
                Thing::Account => &mut done.accounts,
                Thing::Message => &mut done.messages,
            };
            *count = count.saturating_add(put);
        }
    }
    // The log beside the database holds what the former key wrapped until it is wiped.
    store.checkpoint().await?;
    Ok(done)
}
