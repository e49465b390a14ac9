//! Mail on its way in, from `front` and from the portal: room, durability, decision, commit.

use std::{
    collections::BTreeMap,
    os::fd::OwnedFd,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::{
    StoreError,
    body::{BodyError, BodyWriter},
    queue,
};
use vault::{
    key::{DataKey, WrappedKey},
    token::random_id,
};

use super::{
    Spool,
    carry::Arrived,
    judge::JudgeError,
    plan::{self, Planned},
    sealed::Sealing,
};
use crate::{
    channel::{Answer, CallError, Handler, decode, encode},
    protocol::{
        control::Role,
        exam::{Decided, ExamAnswer, ExamQuestion},
        spool::{Envelope, Finish, SpoolAnswer, SpoolQuestion},
    },
    role::{now_ms, thing},
};

/// Bodies on their way in, by message.
pub(super) type Incoming = BTreeMap<String, Begun>;

/// Bodies on their way in at once.
const INCOMING_MAX: usize = 2_000;
/// Servers a message may have passed; more is a loop (RFC 5321 §6.3).
const HOPS_MAX: u32 = 100;
/// How long after the end of the first examination a message is examined again, milliseconds.
const EXAMINING_WAIT_MS: u64 = 1_000;
/// How often an examiner is asked until it has the rules that are in force.
const RULES_TRIES: u32 = 20;
/// Time between two of those, within which a changed tree is usually compiled.
const RULES_WAIT: Duration = Duration::from_millis(100);

/// A body on its way in.
#[derive(Debug)]
pub(super) struct Begun {
    writer: BodyWriter,
    key: DataKey,
    wrapped: WrappedKey,
    from: Role,
}

/// Answers one line.
#[derive(Debug)]
pub(super) struct Intake {
    spool: Arc<Spool>,
    peer: Role,
}

impl Intake {
    /// Serves the line to `peer`.
    pub(super) fn new(spool: Arc<Spool>, peer: Role) -> Self {
        Self { spool, peer }
    }

    /// The peer is gone: what it began will not be finished.
    pub(super) fn forget(&self) {
        incoming(&self.spool.incoming).retain(|_, it| it.from != self.peer);
    }

    async fn answer(
        &self,
        question: SpoolQuestion,
        descriptors: Vec<OwnedFd>,
    ) -> anyhow::Result<(SpoolAnswer, Vec<OwnedFd>)> {
        let alone = |answer| (answer, Vec::new());
        match question {
            SpoolQuestion::Begin => self.begin().await,
            SpoolQuestion::Abandon { id } => {
                self.take(&id);
                Ok(alone(SpoolAnswer::Done))
            }
            SpoolQuestion::AtRcpt { envelope } => Ok(alone(self.spool.at_rcpt(envelope).await)),
            SpoolQuestion::Finish(finish) => {
                let begun = self.take(&finish.id);
                let begun = begun.ok_or_else(|| anyhow::anyhow!("no such body was begun"))?;
                let message = descriptors.into_iter().next();
                let message = message.ok_or_else(|| anyhow::anyhow!("no message came"))?;
                anyhow::ensure!(self.may_send(&finish), "an envelope that this peer may not use");
                self.spool.clone().finish(*finish, begun, message).await.map(alone)
            }
            SpoolQuestion::Opened { copy } => {
                anyhow::ensure!(self.peer == Role::Portal, "only the portal opens copies");
                self.spool.opened(&copy).await.map(|()| alone(SpoolAnswer::Done))
            }
        }
    }

    /// The portal writes for its accounts alone, and `front` never does.
    fn may_send(&self, finish: &Finish) -> bool {
        let by_account = finish.envelope.account.is_some();
        let consistent = finish.envelope.account == finish.envelope.sender;
        match self.peer {
            Role::Portal => by_account && consistent,
            Role::Front => !by_account && finish.sent_by.is_none(),
            Role::Exam(_) | Role::Deliver | Role::Keyd | Role::Reader | Role::Spool => false,
        }
    }

    fn take(&self, id: &str) -> Option<Begun> {
        let mut incoming = incoming(&self.spool.incoming);
        // One peer cannot touch what another began.
        if incoming.get(id)?.from == self.peer { incoming.remove(id) } else { None }
    }

    async fn begin(&self) -> anyhow::Result<(SpoolAnswer, Vec<OwnedFd>)> {
        let full = (SpoolAnswer::TryLater { full: true }, Vec::new());
        if INCOMING_MAX <= incoming(&self.spool.incoming).len() || !self.spool.has_room() {
            return Ok(full);
        }
        let id = random_id();
        let (key, wrapped) = self.spool.keys.new_key(thing(&id)).await?;
        let mut writer = match self.spool.bodies.create(&id) {
            Ok(writer) => writer,
            Err(BodyError::Full) => return Ok(full),
            Err(error) => return Err(error.into()),
        };
        let file = writer.file().try_clone()?;
        let answer = SpoolAnswer::Begun { id: id.clone(), key: *key.expose() };
        let begun = Begun { writer, key, wrapped, from: self.peer };
        incoming(&self.spool.incoming).insert(id, begun);
        Ok((answer, vec![file.into()]))
    }
}

impl Handler for Intake {
    async fn handle(&self, payload: Vec<u8>, descriptors: Vec<OwnedFd>) -> Option<Answer> {
        let question = decode::<SpoolQuestion>(&payload).ok()?;
        let (answer, descriptors) = match self.answer(question, descriptors).await {
            Ok(answered) => answered,
            Err(error) => {
                let full = is_full(&error);
                tracing::error!(event = "spool.not-accepted", full, "{error:#}");
                (SpoolAnswer::TryLater { full }, Vec::new())
            }
        };
        Some(Answer { payload: encode(&answer).ok()?, descriptors })
    }
}

impl Spool {
    /// Makes the body durable while it is examined, then commits what is decided.
    async fn finish(
        self: Arc<Self>,
        finish: Finish,
        begun: Begun,
        message: OwnedFd,
    ) -> anyhow::Result<SpoolAnswer> {
        let Begun { writer, key, wrapped, from: _ } = begun;
        let published = tokio::task::spawn_blocking(move || writer.publish());
        let arrived = Arrived {
            sealing: Sealing::new(&finish.id, key),
            id: finish.id,
            wrapped,
            envelope: finish.envelope,
            octets: finish.octets,
            at_ms: now_ms(),
            sent_by: finish.sent_by,
            replaces: None,
        };
        let budget = Duration::from_millis(self.start.examination_budget_ms);
        let judged = tokio::time::timeout(budget, self.judge(&arrived, message)).await;
        published.await??;
        let committed = match judged {
            Ok(judged) => self.commit_decided(&arrived, judged).await,
            Err(_late) => {
                tracing::warn!(event = "message.late", id = arrived.id, "decided from the queue");
                // Where the first examiner stalls, it is ended by then.
                let wait_ms = self.start.examination_limit_ms.saturating_add(EXAMINING_WAIT_MS);
                let due_at_ms = now_ms().saturating_add(i64::try_from(wait_ms)?);
                let commit = self.examining(&arrived, due_at_ms)?;
                queue::commit(&self.store, &commit).await?;
                self.due.notify_waiters();
                Ok(SpoolAnswer::Accepted { id: arrived.id.clone() })
            }
        };
        if !matches!(committed, Ok(SpoolAnswer::Accepted { .. })) {
            self.drop_body(arrived.id).await;
        }
        committed
    }

    /// Has the message decided by the rules that are in force. While they change, an examiner may
    /// have others than this process for a moment, or none yet; it is then asked again.
    pub(super) async fn judge(
        &self,
        arrived: &Arrived,
        message: OwnedFd,
    ) -> Result<Box<Decided>, JudgeError> {
        for _ in 1..RULES_TRIES {
            let again = message.try_clone();
            let again = again.map_err(|error| JudgeError::Examiner(CallError::Socket(error)))?;
            match self.ask_twice(arrived, again).await {
                Ok(decided) if self.believable(&decided) => return Ok(decided),
                Ok(_) | Err(JudgeError::Refused) => tokio::time::sleep(RULES_WAIT).await,
                Err(error @ JudgeError::Examiner(_)) => return Err(error),
            }
        }
        let decided = self.ask_twice(arrived, message).await?;
        if self.believable(&decided) { Ok(decided) } else { Err(JudgeError::Refused) }
    }

    /// Asks an examiner. One that ends over the message may have been ended by somebody else, so a
    /// second one is asked; if that ends too, it was the message.
    async fn ask_twice(
        &self,
        arrived: &Arrived,
        message: OwnedFd,
    ) -> Result<Box<Decided>, JudgeError> {
        let question =
            ExamQuestion::Decide { envelope: arrived.envelope.clone(), at_ms: arrived.at_ms };
        let again = message.try_clone().ok();
        let mut answer = self.judges.ask(&question, Some(message)).await;
        if let Err(JudgeError::Examiner(CallError::Gone)) = &answer {
            tracing::error!(event = "exam.lost", id = arrived.id, "asking another");
            answer = self.judges.ask(&question, again).await;
        }
        match answer? {
            ExamAnswer::Decided(decided) => Ok(decided),
            ExamAnswer::AtRcpt(_)
            | ExamAnswer::Attachment(_)
            | ExamAnswer::Read(_)
            | ExamAnswer::Refused => Err(JudgeError::Refused),
        }
    }

    /// Plans, carries out and commits.
    pub(super) async fn commit_decided(
        &self,
        arrived: &Arrived,
        judged: Result<Box<Decided>, JudgeError>,
    ) -> anyhow::Result<SpoolAnswer> {
        let organisation = self.organisation()?;
        let planned = match &judged {
            Ok(decided) if HOPS_MAX < decided.head.hops => {
                Planned::Reject("This message has passed too many servers: it is in a loop.".into())
            }
            Ok(decided) => plan::plan(&arrived.envelope, decided)
                .unwrap_or_else(|| plan::undecided(&arrived.envelope, organisation.on_error)),
            Err(error) => {
                tracing::error!(event = "message.undecided", id = arrived.id, "{error}");
                plan::undecided(&arrived.envelope, organisation.on_error)
            }
        };
        let plan = match planned {
            Planned::Carry(plan) => plan,
            Planned::Reject(text) => {
                tracing::info!(event = "message.rejected", id = arrived.id);
                return Ok(SpoolAnswer::Rejected { text });
            }
        };
        let (deliveries, copies) = (plan.deliveries.len(), plan.copies.len());
        let commit = self.carry(arrived, judged.as_deref().ok(), plan).await?;
        let committed = queue::commit(&self.store, &commit).await;
        if let Err(error) = committed {
            for letter in &commit.also {
                self.drop_body(letter.message.id.clone()).await;
            }
            return Err(error.into());
        }
        tracing::info!(event = "message.decided", id = arrived.id, deliveries, copies);
        self.due.notify_waiters();
        Ok(SpoolAnswer::Accepted { id: arrived.id.clone() })
    }

    /// What an examiner says is believed only if it decided by the rules that are in force.
    fn believable(&self, decided: &Decided) -> bool {
        let known = self.organisation.borrow().as_ref().map(|it| it.digest);
        known == Some(decided.digest)
    }

    async fn at_rcpt(&self, envelope: Envelope) -> SpoolAnswer {
        let question = ExamQuestion::AtRcpt { envelope, at_ms: now_ms() };
        match self.judges.ask(&question, None).await {
            Ok(ExamAnswer::AtRcpt(Some(text))) => SpoolAnswer::Rejected { text },
            Ok(ExamAnswer::AtRcpt(None)) => SpoolAnswer::Done,
            Ok(
                ExamAnswer::Attachment(_)
                | ExamAnswer::Decided(_)
                | ExamAnswer::Read(_)
                | ExamAnswer::Refused,
            )
            | Err(_) => SpoolAnswer::TryLater { full: false },
        }
    }

    /// Removes a body that no row names. What cannot be removed now is found at the next start.
    pub(super) async fn drop_body(&self, id: String) {
        let bodies = self.bodies.clone();
        let removed = tokio::task::spawn_blocking(move || bodies.remove(&id)).await;
        if let Ok(Err(error)) = removed {
            tracing::warn!(event = "body.not-removed", "{error}");
        }
    }

    /// Whether the disk has room for another message.
    fn has_room(&self) -> bool {
        rustix::fs::statvfs(&self.start.folders.bodies)
            .is_ok_and(|it| self.start.free_octets_min <= it.f_bavail.saturating_mul(it.f_frsize))
    }
}

/// Whether a failure is that of a full disk.
fn is_full(error: &anyhow::Error) -> bool {
    error.chain().any(|it| {
        matches!(it.downcast_ref(), Some(BodyError::Full))
            || matches!(it.downcast_ref(), Some(StoreError::Full))
            || it
                .downcast_ref::<std::io::Error>()
                .is_some_and(|it| it.kind() == std::io::ErrorKind::StorageFull)
    })
}

fn incoming(held: &Mutex<Incoming>) -> MutexGuard<'_, Incoming> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
