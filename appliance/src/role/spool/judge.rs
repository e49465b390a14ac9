//! Asking the examiners: one message each at a time, under a deadline.

use std::{
    ops::Range,
    os::fd::OwnedFd,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Semaphore;

use crate::{
    channel::{CallError, Caller, End, decode, encode},
    protocol::{
        control::Role,
        exam::{ExamAnswer, ExamQuestion},
    },
    role::Losses,
};

/// The examiners.
#[derive(Clone, Debug)]
pub(super) struct Judges {
    /// The number of the first.
    first: u8,
    lines: Arc<Vec<Caller>>,
    idle: Arc<Mutex<Vec<usize>>>,
    places: Arc<Semaphore>,
    limit: Duration,
}

/// Opens the message that goes with a question. That is done once an examiner is free, so that no
/// more clear messages stand in memory than there are examiners.
pub(super) struct OpenMessage {
    /// It is in memory, and soon opened.
    pub(super) is_short: bool,
    pub(super) open: Box<dyn FnOnce() -> anyhow::Result<OwnedFd> + Send>,
}

impl OpenMessage {
    /// Opens it into a constant memory file.
    ///
    /// # Errors
    ///
    /// It was changed or cut short, or there is no memory.
    pub(super) async fn open(self) -> anyhow::Result<OwnedFd> {
        if self.is_short { (self.open)() } else { tokio::task::spawn_blocking(self.open).await? }
    }
}

/// Whether an examiner may have meant this answer.
pub(super) type Belief = Box<dyn FnOnce(&ExamAnswer) -> bool + Send>;

/// No decision could be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum JudgeError {
    /// There is no examiner, or none that has the rules in force: it says nothing of the message.
    #[error("there is no examiner with the rules in force")]
    Absent,
    /// The examiner ended or stalled over it: the message is to be held.
    #[error("the examiner failed over the message")]
    Examiner(#[source] CallError),
    /// It says what the rules cannot say, or says it as no examiner does.
    #[error("the examiner's answer is not believed")]
    Disbelieved,
    /// The answer makes no sense.
    #[error("the examiner refused")]
    Refused,
    /// The message cannot be opened.
    #[error("the message cannot be opened: {0:#}")]
    Unreadable(anyhow::Error),
}

impl Judges {
    /// Examiners with these numbers, none joined yet. The loss of one that takes longer than `limit`, or ends,
    /// is reported through `losses`.
    pub(super) fn new(numbers: Range<u8>, limit: Duration, losses: &Losses) -> Self {
        let count = numbers.len();
        Self {
            first: numbers.start,
            lines: Arc::new(numbers.map(|it| Caller::new(losses.of(Role::Exam(it)))).collect()),
            idle: Arc::new(Mutex::new((0..count).collect())),
            places: Arc::new(Semaphore::new(count)),
            limit,
        }
    }

    /// Joins an examiner.
    ///
    /// # Errors
    ///
    /// What the system says when its socket cannot be watched.
    pub(super) fn attach(&self, number: u8, end: End) -> std::io::Result<()> {
        let at = number.checked_sub(self.first).map(usize::from);
        at.and_then(|it| self.lines.get(it)).map_or(Ok(()), |line| line.attach(end))
    }

    /// Asks any examiner; the message goes with the question. One whose answer is not believed is not
    /// asked again: a message has taken it over, so it is ended.
    ///
    /// # Errors
    ///
    /// [`JudgeError`]; the message must then not be delivered.
    pub(super) async fn ask(
        &self,
        question: &ExamQuestion,
        message: Option<OpenMessage>,
        belief: Belief,
    ) -> Result<ExamAnswer, JudgeError> {
        let payload = encode(question).map_err(JudgeError::Examiner)?;
        let closed = |_closed| JudgeError::Absent;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(closed)?;
        let judges = self.clone();
        // Who asked may give up; the examiner is at work until it answers or is late.
        let asked = tokio::spawn(async move {
            let _place = place;
            judges.ask_one(payload, message, belief).await
        });
        asked.await.map_err(|_panicked| JudgeError::Refused)?
    }

    async fn ask_one(
        &self,
        payload: Vec<u8>,
        message: Option<OpenMessage>,
        belief: Belief,
    ) -> Result<ExamAnswer, JudgeError> {
        let message = match message {
            Some(message) => Some(message.open().await.map_err(JudgeError::Unreadable)?),
            None => None,
        };
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(number) = taken else { return Err(JudgeError::Absent) };
        let Some(line) = self.lines.get(number) else { return Err(JudgeError::Absent) };
        let called = line.call_within(payload, message.into_iter().collect(), self.limit).await;
        let answer = match called {
            Ok(answer) => read(answer, belief).inspect_err(|_| line.disconnect()),
            Err(CallError::Absent) => Err(JudgeError::Absent),
            Err(error) => Err(JudgeError::Examiner(error)),
        };
        if let Ok(ExamAnswer::Decided(decided)) = &answer
            && decided.last
        {
            line.retire();
        }
        // In front, so that an examiner that is being restarted is asked last.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).insert(0, number);
        match answer? {
            ExamAnswer::NoRules => Err(JudgeError::Absent),
            ExamAnswer::Refused => Err(JudgeError::Refused),
            answer @ (ExamAnswer::AtRcpt(_)
            | ExamAnswer::Attachment(_)
            | ExamAnswer::Decided(_)
            | ExamAnswer::Read(_)) => Ok(answer),
        }
    }
}

/// The answer, if it is one that an examiner may mean.
fn read(
    (payload, descriptors): (Vec<u8>, Vec<OwnedFd>),
    belief: Belief,
) -> Result<ExamAnswer, JudgeError> {
    let answer = decode(&payload).ok().filter(|_| descriptors.is_empty());
    answer.filter(belief).ok_or(JudgeError::Disbelieved)
}
