//! `front`: takes connections and speaks SMTP. It holds no key and opens no file: bodies go, sealed
//! as they arrive, into a file that `spool` opened, handshakes are signed by `keyd`, and passwords
//! checked by `login`.

mod content;
mod conversation;
mod proxied;
mod rates;
mod reception;

use std::{
    net::{IpAddr, Ipv4Addr},
    os::fd::OwnedFd,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use super::{Guest, Keys, Losses, Master, Order, Place, PlaceLimits, Places, Recipients};
use crate::{
    channel::Caller,
    protocol::control::{List, Role, Start},
};
use proxied::Proxies;
use rates::Rates;
use reception::Reception;

/// How long a stranger's conversation may last: the largest message over a slow line. A peer in the
/// relay networks has no such limit, only those of each wait.
const STRANGER_LIFE: Duration = Duration::from_secs(30 * 60);
/// One network of strangers gets this part of all sessions,
const NETWORK_PART: usize = 20;
/// yet at least so many.
const NETWORK_SESSIONS_MIN: usize = 5;
/// How long conversations get to end once the master asks.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// What all conversations share.
#[derive(Clone)]
pub(super) struct Shared {
    /// The way to the queue.
    spool: Caller,
    /// How TLS is started.
    acceptor: tokio_rustls::TlsAcceptor,
    /// The way to whom checks passwords.
    login: Caller,
    /// The proxies in front.
    proxies: Arc<Proxies>,
    /// How much strangers sent of late.
    rates: Arc<Rates>,
    /// The recipients that there are, where they are listed.
    recipients: watch::Receiver<Option<Arc<Recipients>>>,
    /// Who may send where; none until the rules are known.
    reception: watch::Receiver<Option<Arc<Reception>>>,
    /// True once no new transaction should begin.
    stopping: watch::Receiver<bool>,
}

/// Takes connections until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: Start, control: OwnedFd, listeners: Vec<OwnedFd>) -> anyhow::Result<()> {
    anyhow::ensure!(listeners.len() == start.listeners.len(), "a socket for each listener");
    super::run_confined(&start.clone(), control, |master| work(start, master, listeners))
}

async fn work(start: Start, master: Master, listeners: Vec<OwnedFd>) -> anyhow::Result<()> {
    let mut losses = Losses::new();
    let keys = Keys::new(&losses);
    let spool = Caller::new(losses.of(Role::Spool));
    let login = Caller::new(losses.of(Role::Login));
    let (receive, reception) = watch::channel(None);
    let (list, recipients) = watch::channel(None);
    let (stop, stopping) = watch::channel(false);
    let acceptor = crate::tls::acceptor(&start, &keys, &[])?;
    let shared = Shared {
        spool: spool.clone(),
        login: login.clone(),
        proxies: Arc::new(Proxies::new(&start)?),
        rates: Arc::new(Rates::new(start.rates)),
        acceptor,
        recipients,
        reception,
        stopping,
    };
    let places = Places::new(limits(usize::try_from(start.sessions_max)?));
    let mut accepting = tokio::task::JoinSet::new();
    for (number, listener) in listeners.into_iter().enumerate() {
        let listener = TcpListener::from_std(std::net::TcpListener::from(listener))
            .context("the listener cannot be used")?;
        accepting.spawn(accept(listener, number, shared.clone(), Arc::clone(&places)));
    }
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Keyd, line) => keys.attach(line),
            Order::Attach(Role::Login, line) => login.attach(line)?,
            Order::Attach(Role::Spool, line) => spool.attach(line)?,
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::List(List::Recipients, file) => {
                if let Some(recipients) = Recipients::take(file) {
                    list.send_replace(Some(recipients));
                }
            }
            Order::List(List::Accounts, _) | Order::Shadow(_) => {}
            Order::Rules(organisation) => {
                receive.send_replace(Some(Arc::new(Reception::new(&start, &organisation)?)));
            }
            Order::Stop => break,
        }
    }
    accepting.abort_all();
    stop.send_replace(true);
    // Those who do not end in time lose a message that was not yet answered, and send it again.
    timeout(STOP_PATIENCE, places.all_free()).await.ok();
    Ok(())
}

/// Half of the sessions are kept for the relay networks, whatever strangers do.
fn limits(sessions: usize) -> PlaceLimits {
    PlaceLimits {
        all: sessions,
        strangers: sessions.div_ceil(2),
        network: sessions.div_euclid(NETWORK_PART).max(NETWORK_SESSIONS_MIN),
    }
}

async fn accept(listener: TcpListener, number: usize, shared: Shared, places: Arc<Places>) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as no descriptor left: others must end before there is one.
                tracing::warn!(event = "smtp.accept-failed", "{error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let peer = peer.ip().to_canonical();
        stream.set_nodelay(true).ok();
        // A proxy has a place of its own until it has said for whom.
        let proxied = shared.proxies.has(peer);
        let (guest, life) =
            if proxied { (Guest::Trusted, STRANGER_LIFE) } else { standing(&shared, peer) };
        let Some(place) = places.take(guest) else {
            tracing::warn!(event = "smtp.too-many", "a connection was turned away");
            conversation::turn_away(stream).await;
            continue;
        };
        let shared = shared.clone();
        if proxied {
            tokio::spawn(by_proxy(stream, peer, number, shared, Arc::clone(&places), place));
        } else {
            tokio::spawn(converse(stream, peer, number, shared, place, life));
        }
    }
}

/// Learns from a proxy who the peer is, then speaks with it as if it had come by itself.
async fn by_proxy(
    mut stream: TcpStream,
    proxy: IpAddr,
    number: usize,
    shared: Shared,
    places: Arc<Places>,
    place: Place,
) {
    let peer = match proxied::header(&mut stream).await {
        // One that it names nobody for, such as its own look whether we live, is a stranger's.
        Ok(peer) => peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        Err(error) => {
            tracing::warn!(event = "smtp.not-proxied", %proxy, "{error:#}");
            return;
        }
    };
    drop(place);
    let (guest, life) = standing(&shared, peer);
    let Some(place) = places.take(guest) else {
        tracing::warn!(event = "smtp.too-many", "a connection was turned away");
        return conversation::turn_away(stream).await;
    };
    converse(stream, peer, number, shared, place, life).await;
}

async fn converse(
    stream: TcpStream,
    peer: IpAddr,
    number: usize,
    shared: Shared,
    _place: Place,
    life: Duration,
) {
    match timeout(life, conversation::hold(stream, peer, number, shared)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(event = "smtp.ended", "{error:#}"),
        Err(_) => tracing::info!(event = "smtp.too-long", "a conversation was ended"),
    }
}

/// Until the rules are known, the relay networks that they name are not, and all are strangers.
fn standing(shared: &Shared, peer: IpAddr) -> (Guest, Duration) {
    let trusted = shared.reception.borrow().as_ref().is_some_and(|it| it.trusts(peer));
    if trusted { (Guest::Trusted, Duration::MAX) } else { (Guest::Stranger(peer), STRANGER_LIFE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_never_have_every_session() {
        for sessions in [2, 10, 100, 1000] {
            let PlaceLimits { all, strangers, network } = limits(sessions);
            assert_eq!(all, sessions);
            assert!(strangers < all, "{sessions}");
            assert!(network == NETWORK_SESSIONS_MIN || network * NETWORK_PART <= all);
        }
    }
}
