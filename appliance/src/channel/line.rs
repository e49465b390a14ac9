//! A blocking line to one process: one question at a time, with a deadline.
//!
//! Used to ask `keyd`, also from inside a TLS handshake, which cannot wait asynchronously, and the
//! reader. When the process behind it is replaced, [`Line::attach`] gives the line its
//! new socket; a call that finds none waits for it within its deadline.

use std::{
    fmt,
    os::fd::{AsFd, OwnedFd},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

use super::{CallError, End, Packet, receive, send};

/// A line that may or may not be connected.
#[derive(Default)]
pub(crate) struct Line {
    /// Told the number of a line that a call leaves disconnected.
    lost: Option<Box<dyn Fn(u64) + Send + Sync>>,
    end: Mutex<Option<End>>,
    attached: Condvar,
    turn: Mutex<u64>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("connected", &lock(&self.end).is_some()).finish()
    }
}

impl Line {
    /// A line that is not connected yet. `lost` is called with its number when a call
    /// leaves it disconnected, so that somebody sees to a new connection: the process behind it may
    /// well live on.
    pub(crate) fn new(lost: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { lost: Some(Box::new(lost)), ..Self::default() }
    }

    /// Connects the line; an earlier socket is closed.
    pub(crate) fn attach(&self, end: End) {
        *lock(&self.end) = Some(end);
        self.attached.notify_all();
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    ///
    /// [`CallError::Absent`] when no process came within `patience`; [`CallError::Gone`] when the
    /// process ended over the question, [`CallError::Late`] when it did not answer in time. After
    /// the latter two the line is disconnected, so a late answer cannot be taken for another one.
    pub(crate) fn call(
        &self,
        payload: Vec<u8>,
        descriptors: Vec<OwnedFd>,
        patience: Duration,
    ) -> Result<(Vec<u8>, Vec<OwnedFd>), CallError> {
        let mut turn = lock(&self.turn);
        let deadline = Instant::now().checked_add(patience).ok_or(CallError::Late)?;
        *turn = turn.wrapping_add(1);
        let packet = Packet::new(*turn, payload, descriptors);
        loop {
            let end = self.wait_for_end(deadline)?;
            match exchange(&end.socket, &packet, deadline) {
                Ok(answer) => {
                    // Unless a newer socket came meanwhile, this one serves again.
                    lock(&self.end).get_or_insert(end);
                    return Ok(answer);
                }
                // The process was gone before it was asked: the next one is.
                Err(CallError::Absent) => self.tell_of_loss(end.number),
                Err(error) => {
                    self.tell_of_loss(end.number);
                    return Err(error);
                }
            }
        }
    }

    fn tell_of_loss(&self, number: u64) {
        if let (Some(lost), None) = (&self.lost, &*lock(&self.end)) {
            lost(number);
        }
    }

    /// Takes the end out, so that a failed call leaves the line disconnected.
    fn wait_for_end(&self, deadline: Instant) -> Result<End, CallError> {
        let mut held = lock(&self.end);
        loop {
            if let Some(end) = held.take() {
                return Ok(end);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(CallError::Absent);
            }
            let waited = self.attached.wait_timeout(held, left);
            held = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn exchange(
    socket: &OwnedFd,
    packet: &Packet,
    deadline: Instant,
) -> Result<(Vec<u8>, Vec<OwnedFd>), CallError> {
    // What was said before it was asked answers nothing.
    if is_readable(socket, Timespec::default()).is_ok_and(|it| it) {
        return Err(unasked(socket));
    }
    send(socket.as_fd(), packet).map_err(|error| match sorted(error) {
        CallError::Gone => CallError::Absent,
        other @ (CallError::Absent
        | CallError::Late
        | CallError::Malformed(_)
        | CallError::Socket(_)) => other,
    })?;
    wait_readable(socket, deadline)?;
    let answer = receive(socket.as_fd()).map_err(sorted)?.ok_or(CallError::Gone)?;
    if answer.id == packet.id && !answer.lost {
        Ok((answer.payload, answer.descriptors))
    } else {
        Err(CallError::Gone)
    }
}

/// Why a socket can be read that nothing was asked of: the process ended, or says what it likes.
fn unasked(socket: &OwnedFd) -> CallError {
    match receive(socket.as_fd()) {
        Ok(Some(_)) => CallError::Gone,
        Ok(None) => CallError::Absent,
        Err(error) => match sorted(error) {
            CallError::Gone => CallError::Absent,
            other @ (CallError::Absent
            | CallError::Late
            | CallError::Malformed(_)
            | CallError::Socket(_)) => other,
        },
    }
}

/// An end that was closed is a process that is gone, however the system words it.
fn sorted(error: std::io::Error) -> CallError {
    use std::io::ErrorKind::{BrokenPipe, ConnectionReset};
    if [BrokenPipe, ConnectionReset].contains(&error.kind()) {
        CallError::Gone
    } else {
        CallError::Socket(error)
    }
}

fn wait_readable(socket: &OwnedFd, deadline: Instant) -> Result<(), CallError> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(CallError::Late);
        }
        let timeout = Timespec::try_from(left).unwrap_or_default();
        if is_readable(socket, timeout)? {
            return Ok(());
        }
    }
}

/// Whether something can be read within this time; a signal ends the wait early.
fn is_readable(socket: &OwnedFd, timeout: Timespec) -> Result<bool, CallError> {
    let mut asked = [PollFd::new(socket, PollFlags::IN)];
    match poll(&mut asked, Some(&timeout)) {
        Ok(0) | Err(Errno::INTR) => Ok(false),
        Ok(_) => Ok(true),
        Err(error) => Err(CallError::Socket(error.into())),
    }
}

/// A panic while a lock was held leaves nothing half-changed here, so the lock is used on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use super::*;
    use crate::channel::pair;

    fn echo_once(socket: &OwnedFd) {
        let asked = receive(socket.as_fd()).unwrap().unwrap();
        send(socket.as_fd(), &asked).unwrap();
    }

    #[test]
    fn an_answer_comes_back() {
        let (ours, theirs) = pair().unwrap();
        let line = Line::default();
        line.attach(End { number: 7, socket: ours });
        let peer = thread::spawn(move || echo_once(&theirs));
        let (answer, _) = line.call(vec![1, 2], Vec::new(), Duration::from_secs(5)).unwrap();
        peer.join().unwrap();
        assert_eq!(answer, [1, 2]);
    }

    #[test]
    fn a_dead_peer_is_gone_and_a_new_one_is_used() {
        let line = Arc::new(Line::default());
        let (ours, theirs) = pair().unwrap();
        line.attach(End { number: 7, socket: ours });
        drop(theirs);
        let dead = line.call(vec![1], Vec::new(), Duration::from_millis(20));
        assert!(matches!(dead, Err(CallError::Absent)), "{dead:?}");
        let (ours, theirs) = pair().unwrap();
        let waiting = Arc::clone(&line);
        let caller =
            thread::spawn(move || waiting.call(vec![3], Vec::new(), Duration::from_secs(5)));
        line.attach(End { number: 7, socket: ours });
        echo_once(&theirs);
        assert_eq!(caller.join().unwrap().unwrap().0, [3]);
    }

    #[test]
    fn whoever_sees_to_the_line_is_told_once_a_loss() {
        let losses = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&losses);
        let line = Line::new(move |number| lock(&told).push(number));
        let absent = line.call(vec![1], Vec::new(), Duration::from_millis(5));
        assert!(matches!(absent, Err(CallError::Absent)), "{absent:?}");
        let (ours, theirs) = pair().unwrap();
        line.attach(End { number: 7, socket: ours });
        drop(theirs);
        assert!(line.call(vec![1], Vec::new(), Duration::from_millis(20)).is_err());
        assert_eq!(*lock(&losses), [7]);
    }

    #[test]
    fn a_peer_that_ends_over_the_question_is_gone() {
        let (ours, theirs) = pair().unwrap();
        let line = Line::default();
        line.attach(End { number: 7, socket: ours });
        let peer = thread::spawn(move || drop(receive(theirs.as_fd()).unwrap()));
        let gone = line.call(vec![1], Vec::new(), Duration::from_secs(5));
        peer.join().unwrap();
        assert!(matches!(gone, Err(CallError::Gone)), "{gone:?}");
    }

    #[test]
    fn a_silent_peer_is_late() {
        let (ours, _theirs) = pair().unwrap();
        let line = Line::default();
        line.attach(End { number: 7, socket: ours });
        let late = line.call(vec![1], Vec::new(), Duration::from_millis(20));
        assert!(matches!(late, Err(CallError::Late)), "{late:?}");
    }
}
