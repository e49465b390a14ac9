//! `portal`: serves the recipients' portal over TLS. It parses no mail: what it shows comes from a
//! reader, and what its users write goes to the spool like any other mail.

mod gateway;

use std::{
    os::fd::OwnedFd,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ::portal::{App, Gateway, InternalDomains, Settings};
use anyhow::Context;
use axum::{Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use jiff::tz::TimeZone;
use store::{Store, body::Bodies};
use tokio::{net::TcpListener, sync::watch, time::timeout};
use tokio_rustls::TlsAcceptor;

use super::{Keys, Losses, Master, Order};
use crate::{
    channel::{Caller, Line},
    protocol::control::{Organisation, Role, Start},
    role::spool::is_internal,
};
use gateway::Sockets;

/// Connections at once.
const CONNECTIONS_MAX: usize = 2_000;
/// How long a handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(15);
/// How long a browser may take to send the head of a request.
const HEADER_PATIENCE: Duration = Duration::from_secs(20);
/// How long requests get to end once the master asks.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Serves until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: Start, control: OwnedFd, listener: OwnedFd) -> anyhow::Result<()> {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o007));
    let listener = std::net::TcpListener::from(listener);
    super::run_confined(&start.clone(), control, |master| work(start, master, listener))
}

async fn work(start: Start, master: Master, listener: std::net::TcpListener) -> anyhow::Result<()> {
    let store = Store::open(&start.folders.store.join(super::DATABASE)).await?;
    let mut losses = Losses::new();
    let keys = Keys::new(&losses);
    let spool = Caller::new(losses.of(Role::Spool));
    let reader = Arc::new(Line::new(losses.of(Role::Reader)));
    let sockets = Arc::new(Sockets {
        keys: keys.clone(),
        spool: spool.clone(),
        reader: Arc::clone(&reader),
        bodies: Bodies::existing(&start.folders.bodies),
    });
    let acceptor = crate::tls::acceptor(&start, &keys, &["h2", "http/1.1"])?;
    let (publish, site) = watch::channel(None);
    let under_way = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::from_std(listener).context("the listener cannot be used")?;
    let accepting = tokio::spawn(accept(listener, acceptor, site, Arc::clone(&under_way)));
    let mut app: Option<App> = None;
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Keyd, line) => keys.attach(line),
            Order::Attach(Role::Spool, line) => spool.attach(line)?,
            Order::Attach(Role::Reader, line) => reader.attach(line),
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::Rules(organisation) => {
                let settings = settings(&start, &organisation);
                let next = match &app {
                    // What is counted against a guesser outlives a change of the rules.
                    Some(app) => app.renewed(settings),
                    None => {
                        let gateway: Arc<dyn Gateway> = sockets.clone();
                        App::new(store.clone(), gateway, settings)
                    }
                };
                app = Some(next.clone());
                publish.send_replace(Some(::portal::router(next)));
            }
            Order::Stop => break,
        }
    }
    accepting.abort();
    let ended = async {
        while 0 < under_way.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(STOP_PATIENCE, ended).await.ok();
    Ok(())
}

fn settings(start: &Start, organisation: &Organisation) -> Settings {
    let ours = organisation.clone();
    let internal = InternalDomains::new(organisation.domains.clone(), move |address| {
        is_internal(&ours, &address.to_string())
    });
    let mut settings = Settings::new(&start.portal_url, &organisation.name, internal);
    settings.help_desk.clone_from(&organisation.help_desk);
    settings.notice_sender.clone_from(&organisation.postmaster);
    settings.time_zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
    settings.limits.message_octets_max = organisation.message_octets_max;
    settings
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    site: watch::Receiver<Option<Router>>,
    under_way: Arc<AtomicUsize>,
) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(event = "portal.accept-failed", "{error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Before the rules are known there is no site; over the limit there is no room.
        let Some(router) = site.borrow().clone() else { continue };
        if CONNECTIONS_MAX <= under_way.load(Ordering::Relaxed) {
            continue;
        }
        stream.set_nodelay(true).ok();
        under_way.fetch_add(1, Ordering::Relaxed);
        let (acceptor, under_way) = (acceptor.clone(), Arc::clone(&under_way));
        tokio::spawn(async move {
            if let Ok(Ok(secured)) = timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await {
                let router = router.layer(axum::Extension(ConnectInfo(peer)));
                let mut server = auto::Builder::new(TokioExecutor::new());
                server.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
                server.http2().timer(TokioTimer::new()).max_concurrent_streams(32);
                let service = TowerToHyperService::new(router);
                let served = server.serve_connection(TokioIo::new(secured), service).await;
                if let Err(error) = served {
                    tracing::debug!(event = "portal.connection-ended", "{error}");
                }
            }
            under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }
}
