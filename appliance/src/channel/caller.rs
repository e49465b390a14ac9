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
    time::{Instant, timeout, timeout_at},
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
    number: u64,
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
            number,
            socket: watched(socket)?,
            pending: Mutex::default(),
            next: AtomicU64::new(0),
        });
        self.link.send_replace(Some(Arc::clone(&link)));
        let (published, lost) = (Arc::clone(&self.link), Arc::clone(&self.lost));
        tokio::spawn(async move {
            link.read_answers().await;
            if take_off(&published, &link) {
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
        let packet = (encode(question)?, descriptors);
        let link = self.connected(ATTACH_PATIENCE).await?;
        let answer = link.exchange(packet).await.map_err(|it| it.error)?;
        Ok((decode(&answer.payload)?, answer.descriptors))
    }

    /// Asks and waits for the answer, but not for ever.
    ///
    /// # Errors
    ///
    /// As [`Caller::call`], and [`CallError::Late`]; the answer may still be on its way then.
    pub(crate) async fn call_for<Q: Serialize, A: DeserializeOwned>(
        &self,
        question: &Q,
        patience: Duration,
    ) -> Result<(A, Vec<OwnedFd>), CallError> {
        let called = timeout(patience, self.call(question, Vec::new())).await;
        called.map_err(|_late| CallError::Late)?
    }

    /// Asks in octets of its own, and waits for the answer's.
    ///
    /// # Errors
    ///
    /// [`CallError::Absent`] when no process came within `patience`; [`CallError::Late`] when it did
    /// not answer in that time, after which the line is closed and told to be lost;
    /// [`CallError::Gone`] when the process ended over the question.
    pub(crate) async fn call_within(
        &self,
        payload: Vec<u8>,
        descriptors: Vec<OwnedFd>,
        patience: Duration,
    ) -> Result<(Vec<u8>, Vec<OwnedFd>), CallError> {
        let mut packet = (payload, descriptors);
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let link = self.connected(left).await?;
            match timeout_at(deadline, link.exchange(packet)).await {
                Ok(Ok(answer)) if answer.lost => {
                    self.disconnect();
                    return Err(CallError::Gone);
                }
                Ok(Ok(answer)) => return Ok((answer.payload, answer.descriptors)),
                // The process was gone before it was asked: the next one is.
                Ok(Err(Failed { unsent: Some(again), .. })) => {
                    take_off(&self.link, &link);
                    packet = again;
                }
                Ok(Err(failed)) => return Err(failed.error),
                Err(_late) => {
                    self.disconnect();
                    return Err(CallError::Late);
                }
            }
        }
    }

    /// Closes the line to a process that ends by itself.
    pub(crate) fn retire(&self) {
        self.close();
    }

    /// Closes the line to a process that is not to be asked again, and says that it is lost.
    pub(crate) fn disconnect(&self) {
        if let Some(link) = self.close() {
            (self.lost)(link.number);
        }
    }

    fn close(&self) -> Option<Arc<Link>> {
        let link = self.link.send_replace(None)?;
        // Who reads its answers holds it too, and ends when it is closed.
        link.socket.shutdown(std::net::Shutdown::Both).ok();
        Some(link)
    }

    async fn connected(&self, patience: Duration) -> Result<Arc<Link>, CallError> {
        let mut watched = self.link.subscribe();
        match timeout(patience, watched.wait_for(Option::is_some)).await {
            Ok(Ok(link)) => link.clone().ok_or(CallError::Gone),
            Ok(Err(_)) | Err(_) => Err(CallError::Absent),
        }
    }
}

/// Takes the link off if no newer one is there; tells whether it was.
fn take_off(current: &watch::Sender<Option<Arc<Link>>>, link: &Arc<Link>) -> bool {
    current.send_if_modified(|current| {
        let ours = current.as_ref().is_some_and(|it| Arc::ptr_eq(it, link));
        ours.then(|| *current = None).is_some()
    })
}

/// A question that was not answered.
struct Failed {
    error: CallError,
    /// What could not be sent.
    unsent: Option<(Vec<u8>, Vec<OwnedFd>)>,
}

impl Link {
    async fn exchange(
        &self,
        (payload, descriptors): (Vec<u8>, Vec<OwnedFd>),
    ) -> Result<Packet, Failed> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answered, answer) = oneshot::channel();
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answered);
        let packet = Packet::new(id, payload, descriptors);
        let sent =
            self.socket.async_io(Interest::WRITABLE, || send(self.socket.as_fd(), &packet)).await;
        if sent.is_err() {
            self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            let Packet { payload, descriptors, .. } = packet;
            return Err(Failed { error: CallError::Gone, unsent: Some((payload, descriptors)) });
        }
        answer.await.map_err(|_closed| Failed { error: CallError::Gone, unsent: None })
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
