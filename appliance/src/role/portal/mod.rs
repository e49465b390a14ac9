//! `portal`: serves the recipients' portal over TLS. It parses no mail: what it shows comes from a
//! reader, and what its users write goes to the spool like any other mail.

mod gateway;

use std::{net::SocketAddr, os::fd::OwnedFd, sync::Arc, time::Duration};

use ::portal::{App, Gateway, InternalDomains, Settings};
use anyhow::Context;
use axum::{Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use jiff::tz::TimeZone;
use store::body::Bodies;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{Database, Guest, Keys, Losses, Master, Order, PlaceLimits, Places};
use crate::{
    channel::{Caller, Line},
    protocol::control::{Organisation, Role, Start},
    role::spool::is_internal,
};
use gateway::Sockets;

/// Connections at once; those of one network are an office behind one address.
const PLACES: PlaceLimits = PlaceLimits { all: 2_000, strangers: 2_000, network: 200 };
/// How long a handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(15);
/// How long a browser may take to send the head of a request, the silence before it included.
const HEADER_PATIENCE: Duration = Duration::from_secs(20);
/// How long a connection may last, whatever is under way: the largest attachment over a slow line.
const CONNECTION_LIFE: Duration = Duration::from_secs(60 * 60);
/// How long requests get to end once the master asks.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Serves until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: Start, control: OwnedFd, descriptors: Vec<OwnedFd>) -> anyhow::Result<()> {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o007));
    let mut descriptors = descriptors.into_iter();
    let listener = descriptors.next().context("no listener")?;
    let listener = std::net::TcpListener::from(listener);
    let database = Database::of_role(&start, descriptors.next())?;
    super::run_confined(&start.clone(), control, |master| work(start, master, database, listener))
}

async fn work(
    start: Start,
    master: Master,
    database: Database,
    listener: std::net::TcpListener,
) -> anyhow::Result<()> {
    let store = database.open().await.context("the database cannot be opened")?;
    let mut losses = Losses::new();
    let keys = Keys::new(&losses);
    let spool = Caller::new(losses.of(Role::Spool));
    let reader = Arc::new(Line::new(losses.of(Role::Reader)));
    let sockets = Arc::new(Sockets {
        keys: keys.clone(),
        spool: spool.clone(),
        reader: Arc::clone(&reader),
        store: store.clone(),
        bodies: Bodies::existing(&start.folders.bodies, &start.folders.store),
    });
    let acceptor = crate::tls::acceptor(&start, &keys, &["http/1.1"])?;
    let (publish, site) = watch::channel(None);
    let places = Places::new(PLACES);
    let listener = TcpListener::from_std(listener).context("the listener cannot be used")?;
    let accepting = tokio::spawn(accept(listener, acceptor, site, Arc::clone(&places)));
    let mut app: Option<App> = None;
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Keyd, line) => keys.attach(line),
            Order::Attach(Role::Spool, line) => spool.attach(line)?,
            Order::Attach(Role::Reader, line) => reader.attach(line),
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::List(..) | Order::Shadow(_) => {}
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
    timeout(STOP_PATIENCE, places.all_free()).await.ok();
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
    places: Arc<Places>,
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
        // Before the rules are known there is no site; over the limits there is no room.
        let Some(router) = site.borrow().clone() else { continue };
        let Some(place) = places.take(Guest::Stranger(peer.ip())) else { continue };
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let _place = place;
            let served = timeout(CONNECTION_LIFE, serve(stream, peer, acceptor, router)).await;
            match served {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(event = "portal.connection-ended", "{error:#}"),
                Err(_) => tracing::debug!(event = "portal.connection-too-long"),
            }
        });
    }
}

/// Serves one connection. HTTP/1.1 alone: its one timer covers every silence of a client that asks
/// for nothing, and nothing multiplies what a connection may ask for.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: TlsAcceptor,
    router: Router,
) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let secured = timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await??;
    let service = TowerToHyperService::new(router.layer(axum::Extension(ConnectInfo(peer))));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
    Ok(server.serve_connection(TokioIo::new(secured), service).await?)
}
