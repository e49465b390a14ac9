//! The asking end of a line with many questions under way at once.

use std::{
    collections::BTreeMap,
    fmt, io,
    os::fd::{AsFd, OwnedFd},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::Interest,
    net::UnixDatagram,
    sync::{oneshot, watch},
};

use super::{CallError, End, Packet, decode, encode, receive, send, watched};

/// How long a call waits for a process that is being restarted.
const ATTACH_PATIENCE: Duration = Duration::from_secs(10);

/// Asks the process at the other end, whichever it is at the time.
#[derive(Clone)]
pub(crate) struct Caller {
    link: Arc<watch::Sender<Option<Arc<Link>>>>,
    lost: Arc<dyn Fn(u64) + Send + Sync>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("connected", &self.link.borrow().is_some()).finish()
    }
}

#[derive(Debug)]
struct Link {
    socket: UnixDatagram,
    pending: Mutex<BTreeMap<u64, oneshot::Sender<Packet>>>,
    next: AtomicU64,
}

impl Caller {
    /// A caller that is not connected yet. `lost` is called with its number when its line ends and
    /// no newer one is there, so that somebody sees to it: the process behind it may well live on.
    pub(crate) fn new(lost: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { link: Arc::new(watch::channel(None).0), lost: Arc::new(lost) }
    }

    /// Connects to a process; calls that wait for the one before fail as [`CallError::Gone`].
    ///
    /// # Errors
    ///
    /// What the system says when the socket cannot be watched.
    pub(crate) fn attach(&self, end: End) -> io::Result<()> {
        let End { number, socket } = end;
        let link = Arc::new(Link {
            socket: watched(socket)?,
            pending: Mutex::default(),
            next: AtomicU64::new(0),
        });
        self.link.send_replace(Some(Arc::clone(&link)));
        let (published, lost) = (Arc::clone(&self.link), Arc::clone(&self.lost));
        tokio::spawn(async move {
            link.read_answers().await;
            let was_current = published.send_if_modified(|current| {
                let ours = current.as_ref().is_some_and(|it| Arc::ptr_eq(it, &link));
                ours.then(|| *current = None).is_some()
            });
            if was_current {
                lost(number);
            }
        });
        Ok(())
    }

    /// Asks and waits for the answer. It has no deadline of its own.
    ///
    /// # Errors
    ///
    /// [`CallError::Gone`] when the process ended; [`CallError::Absent`] when none came in time.
    pub(crate) async fn call<Q: Serialize, A: DeserializeOwned>(
        &self,
        question: &Q,
        descriptors: Vec<OwnedFd>,
    ) -> Result<(A, Vec<OwnedFd>), CallError> {
        let payload = encode(question)?;
        let link = self.connected().await?;
        let answer = link.exchange(payload, descriptors).await?;
        Ok((decode(&answer.payload)?, answer.descriptors))
    }

    async fn connected(&self) -> Result<Arc<Link>, CallError> {
        let mut watched = self.link.subscribe();
        let waited = tokio::time::timeout(ATTACH_PATIENCE, watched.wait_for(Option::is_some)).await;
        match waited {
            Ok(Ok(link)) => link.clone().ok_or(CallError::Gone),
            Ok(Err(_)) | Err(_) => Err(CallError::Absent),
        }
    }
}

impl Link {
    async fn exchange(
        &self,
        payload: Vec<u8>,
        descriptors: Vec<OwnedFd>,
    ) -> Result<Packet, CallError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answered, answer) = oneshot::channel();
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answered);
        let packet = Packet::new(id, payload, descriptors);
        let sent =
            self.socket.async_io(Interest::WRITABLE, || send(self.socket.as_fd(), &packet)).await;
        if sent.is_err() {
            self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            return Err(CallError::Gone);
        }
        answer.await.map_err(|_closed| CallError::Gone)
    }

    /// Hands out answers until the other end closes; then fails all who wait.
    async fn read_answers(&self) {
        loop {
            let got =
                self.socket.async_io(Interest::READABLE, || receive(self.socket.as_fd())).await;
            let Ok(Some(packet)) = got else { break };
            let waiting =
                self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&packet.id);
            if let Some(waiting) = waiting {
                // The one who asked may have given up; then nobody wants the answer.
                waiting.send(packet).ok();
            }
        }
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
