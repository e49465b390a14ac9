//! `front`: takes connections and speaks SMTP. It holds no key and opens no file: bodies go, sealed
//! as they arrive, into a file that `spool` opened, and handshakes are signed by `keyd`.

mod conversation;
mod reception;

use std::{
    os::fd::OwnedFd,
    sync::{Arc, atomic::AtomicUsize, atomic::Ordering},
    time::Duration,
};

use anyhow::Context;
use tokio::{net::TcpListener, sync::watch};

use super::{Keys, Losses, Master, Order};
use crate::{
    channel::Caller,
    protocol::control::{Role, Start},
};
use reception::Reception;

/// How long conversations get to end once the master asks.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// What all conversations share.
#[derive(Clone)]
pub(super) struct Shared {
    /// The way to the queue.
    spool: Caller,
    /// How TLS is started.
    acceptor: tokio_rustls::TlsAcceptor,
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
pub(super) fn run(start: Start, control: OwnedFd, listener: OwnedFd) -> anyhow::Result<()> {
    let listener = std::net::TcpListener::from(listener);
    super::run_confined(&start.clone(), control, |master| work(start, master, listener))
}

async fn work(start: Start, master: Master, listener: std::net::TcpListener) -> anyhow::Result<()> {
    let mut losses = Losses::new();
    let keys = Keys::new(&losses);
    let spool = Caller::new(losses.of(Role::Spool));
    let (receive, reception) = watch::channel(None);
    let (stop, stopping) = watch::channel(false);
    let acceptor = crate::tls::acceptor(&start, &keys, &[])?;
    let shared = Shared { spool: spool.clone(), acceptor, reception, stopping };
    let under_way = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::from_std(listener).context("the listener cannot be used")?;
    let limit = usize::try_from(start.sessions_max)?;
    let accepting = tokio::spawn(accept(listener, shared, Arc::clone(&under_way), limit));
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Keyd, line) => keys.attach(line),
            Order::Attach(Role::Spool, line) => spool.attach(line)?,
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::Rules(organisation) => {
                receive.send_replace(Some(Arc::new(Reception::new(&start, &organisation)?)));
            }
            Order::Stop => break,
        }
    }
    accepting.abort();
    stop.send_replace(true);
    let ended = async {
        while 0 < under_way.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // Those who do not end in time lose a message that was not yet answered, and send it again.
    tokio::time::timeout(STOP_PATIENCE, ended).await.ok();
    Ok(())
}

async fn accept(listener: TcpListener, shared: Shared, under_way: Arc<AtomicUsize>, limit: usize) {
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
        if limit <= under_way.load(Ordering::Relaxed) {
            tracing::warn!(event = "smtp.too-many", limit, "a connection was turned away");
            conversation::turn_away(stream).await;
            continue;
        }
        stream.set_nodelay(true).ok();
        under_way.fetch_add(1, Ordering::Relaxed);
        let (shared, under_way) = (shared.clone(), Arc::clone(&under_way));
        tokio::spawn(async move {
            let held = conversation::hold(stream, peer.ip().to_canonical(), shared).await;
            if let Err(error) = held {
                tracing::debug!(event = "smtp.ended", "{error:#}");
            }
            under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }
}
