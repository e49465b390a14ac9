//! Asking the examiners: one message each at a time, under a deadline.

use std::{
    os::fd::OwnedFd,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Semaphore, mpsc};

use crate::{
    channel::{CallError, Line, decode, encode},
    protocol::{
        control::Role,
        exam::{ExamAnswer, ExamQuestion},
    },
};

/// The examiners.
#[derive(Clone, Debug)]
pub(super) struct Judges {
    lines: Arc<Vec<Line>>,
    idle: Arc<Mutex<Vec<usize>>>,
    places: Arc<Semaphore>,
    limit: Duration,
    stalled: mpsc::UnboundedSender<Role>,
}

/// No decision could be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum JudgeError {
    /// The examiner ended or stalled over it: the message is to be held.
    #[error("the examiner failed over the message")]
    Examiner(#[source] CallError),
    /// There are no rules yet, or the answer makes no sense.
    #[error("the examiner refused")]
    Refused,
}

impl Judges {
    /// `count` examiners, none joined yet. Those that take longer than `limit` are told to
    /// `stalled`, to be ended.
    pub(super) fn new(count: u8, limit: Duration, stalled: mpsc::UnboundedSender<Role>) -> Self {
        let count = usize::from(count);
        Self {
            lines: Arc::new((0..count).map(|_| Line::default()).collect()),
            idle: Arc::new(Mutex::new((0..count).collect())),
            places: Arc::new(Semaphore::new(count)),
            limit,
            stalled,
        }
    }

    /// Joins an examiner.
    pub(super) fn attach(&self, number: u8, socket: OwnedFd) {
        if let Some(line) = self.lines.get(usize::from(number)) {
            line.attach(socket);
        }
    }

    /// Asks any examiner; `message` goes with the question.
    ///
    /// # Errors
    ///
    /// [`JudgeError`]; the message must then not be delivered.
    pub(super) async fn ask(
        &self,
        question: &ExamQuestion,
        message: Option<OwnedFd>,
    ) -> Result<ExamAnswer, JudgeError> {
        let payload = encode(question).map_err(JudgeError::Examiner)?;
        let gone = |_closed| JudgeError::Examiner(CallError::Gone);
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(gone)?;
        let judges = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let _place = place;
            judges.ask_one(payload, message)
        });
        asked.await.map_err(|_panicked| JudgeError::Examiner(CallError::Gone))?
    }

    fn ask_one(
        &self,
        payload: Vec<u8>,
        message: Option<OwnedFd>,
    ) -> Result<ExamAnswer, JudgeError> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(number) = taken else { return Err(JudgeError::Refused) };
        let answer = self
            .lines
            .get(number)
            .map(|line| line.call(payload, message.into_iter().collect(), self.limit));
        if let (Some(Err(CallError::Late)), Ok(number)) = (&answer, u8::try_from(number)) {
            // The master is gone when nobody listens.
            self.stalled.send(Role::Exam(number)).ok();
        }
        // In front, so that an examiner that is being restarted is asked last.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).insert(0, number);
        let (payload, _) = answer.unwrap_or(Err(CallError::Gone)).map_err(JudgeError::Examiner)?;
        match decode(&payload).map_err(JudgeError::Examiner)? {
            ExamAnswer::Refused => Err(JudgeError::Refused),
            answer @ (ExamAnswer::AtRcpt(_)
            | ExamAnswer::Attachment(_)
            | ExamAnswer::Decided(_)
            | ExamAnswer::Read(_)) => Ok(answer),
        }
    }
}
