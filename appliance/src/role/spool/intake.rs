//! Mail on its way in, from `front` and from the portal: room, durability, decision, commit.

use std::{
    collections::BTreeMap,
    fs::File,
    os::fd::OwnedFd,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use grammar::literal::Address;
use store::{
    StoreError,
    body::{self, BodyError, BodyWriter, SHORT_OCTETS_MAX},
    order::OrderWhat,
    queue,
};
use vault::key::{DataKey, WrappedKey};
use wire::smtp::{path::ReversePath, server::Senders};

use super::{
    Spool, belief,
    carry::Arrived,
    judge::JudgeError,
    plan::{self, Planned},
    readdress::Unaddressed,
    sealed::Sealing,
    stock::Blank,
};
use crate::{
    audit,
    channel::{Answer, CallError, Handler, decode, encode},
    fail,
    protocol::{
        control::{Organisation, Role},
        exam::{Decided, ExamAnswer, ExamQuestion, Head},
        spool::{Envelope, Finish, SpoolAnswer, SpoolQuestion},
    },
    role::now_ms,
    tally::{self, Counter, Timer},
};

/// Bodies on their way in, by message.
pub(super) type Incoming = BTreeMap<String, Begun>;

/// With fewer files that the disk may still have, nothing more is accepted.
const FREE_FILES_MIN: u64 = 1_000;
/// Bodies on their way in at once.
const INCOMING_MAX: usize = 2_000;
/// Servers a message may have passed; more is a loop (RFC 5321 §6.3).
const HOPS_MAX: u32 = 100;
/// How long after the end of the first examination a message is examined again, milliseconds.
const EXAMINING_WAIT_MS: u64 = 1_000;
/// The same where there was no examiner, milliseconds.
const ABSENT_WAIT_MS: u64 = 5_000;
/// How long a recipient waits to be judged by the envelope, before the message itself is.
const AT_RCPT_PATIENCE: Duration = Duration::from_secs(5);
/// A body that is not finished by then never will be.
const INCOMING_LIFE: Duration = Duration::from_secs(60 * 60);
/// How often an examiner is asked until it has the rules that are in force.
const RULES_TRIES: u32 = 20;
/// Time between two of those, within which a changed tree is usually compiled.
const RULES_WAIT: Duration = Duration::from_millis(100);

/// A body on its way in.
#[derive(Debug)]
pub(super) struct Begun {
    /// Where it is written; a short one is not.
    writer: Option<BodyWriter>,
    key: DataKey,
    wrapped: WrappedKey,
    /// Which line it came over.
    line: u64,
    since: Instant,
}

/// Answers one line.
#[derive(Debug)]
pub(super) struct Intake {
    spool: Arc<Spool>,
    peer: Role,
    /// Tells this line from those before it.
    line: u64,
}

/// Lines so far.
static LINES: AtomicU64 = AtomicU64::new(0);

impl Intake {
    /// Serves the line to `peer`.
    pub(super) fn new(spool: Arc<Spool>, peer: Role) -> Self {
        Self { spool, peer, line: LINES.fetch_add(1, Ordering::Relaxed) }
    }

    /// The line has ended: what was begun over it will not be finished.
    pub(super) fn forget(&self) {
        incoming(&self.spool.incoming).retain(|_, it| it.line != self.line);
    }

    async fn answer(&self, question: SpoolQuestion) -> anyhow::Result<(SpoolAnswer, Vec<OwnedFd>)> {
        let alone = |answer| (answer, Vec::new());
        match question {
            SpoolQuestion::Begin => self.begin().await.map(alone),
            SpoolQuestion::Room { id } => self.room(&id),
            SpoolQuestion::Abandon { id } => {
                self.take(&id);
                Ok(alone(SpoolAnswer::Done))
            }
            SpoolQuestion::AtRcpt { envelope } => Ok(alone(self.spool.at_rcpt(*envelope).await)),
            SpoolQuestion::Finish(finish) => {
                let begun = self.take(&finish.id);
                let begun = begun.ok_or_else(|| anyhow::anyhow!("no such body was begun"))?;
                anyhow::ensure!(self.may_send(&finish), "an envelope that this peer may not use");
                self.spool.clone().finish(*finish, begun).await.map(alone)
            }
            SpoolQuestion::Exists { recipient } => Ok(alone({
                let exists = self.spool.may_exist(&recipient).await;
                if exists {
                    SpoolAnswer::Done
                } else {
                    SpoolAnswer::Rejected { text: String::new() }
                }
            })),
            SpoolQuestion::SenderDecides { token, goes } => {
                anyhow::ensure!(self.peer == Role::Portal, "only the portal has such links");
                let decision = if goes { OrderWhat::Release } else { OrderWhat::Discard };
                let is_known = self.spool.sender_decides(token, decision).await?;
                let unknown = SpoolAnswer::Rejected { text: String::new() };
                Ok(alone(if is_known { SpoolAnswer::Done } else { unknown }))
            }
            SpoolQuestion::Write { to, letter } => {
                anyhow::ensure!(self.peer == Role::Portal, "only the portal has accounts");
                self.spool.write_to_owner(&to, &letter).await?;
                Ok(alone(SpoolAnswer::Done))
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
            Role::Exam(_)
            | Role::Deliver
            | Role::Keyd
            | Role::Login
            | Role::Reader
            | Role::Resolve
            | Role::Spool => false,
        }
    }

    fn take(&self, id: &str) -> Option<Begun> {
        let mut incoming = incoming(&self.spool.incoming);
        // One peer cannot touch what another began.
        if incoming.get(id)?.line == self.line { incoming.remove(id) } else { None }
    }

    async fn begin(&self) -> anyhow::Result<SpoolAnswer> {
        if INCOMING_MAX <= incoming(&self.spool.incoming).len() || !self.spool.has_room() {
            return Ok(SpoolAnswer::TryLater { full: true });
        }
        self.spool.join().await?;
        let Blank { id, key, wrapped } = self.spool.stock.blank().await?;
        let answer = SpoolAnswer::Begun { id: id.clone(), key: *key.expose() };
        let begun = Begun { writer: None, key, wrapped, line: self.line, since: Instant::now() };
        incoming(&self.spool.incoming).insert(id, begun);
        Ok(answer)
    }

    /// A file for a body that is not short.
    fn room(&self, id: &str) -> anyhow::Result<(SpoolAnswer, Vec<OwnedFd>)> {
        let mut incoming = incoming(&self.spool.incoming);
        // One peer cannot touch what another began.
        let begun = incoming.get_mut(id).filter(|it| it.line == self.line && it.writer.is_none());
        let begun = begun.ok_or_else(|| anyhow::anyhow!("no such body was begun"))?;
        let mut writer = match self.spool.bodies.create(id) {
            Ok(writer) => writer,
            Err(BodyError::Full) => return Ok((SpoolAnswer::TryLater { full: true }, Vec::new())),
            Err(error) => return Err(error.into()),
        };
        let file = writer.file().try_clone()?;
        begun.writer = Some(writer);
        Ok((SpoolAnswer::Room, vec![file.into()]))
    }
}

impl Handler for Intake {
    async fn handle(&self, payload: Vec<u8>, _: Vec<OwnedFd>) -> Option<Answer> {
        let question = decode::<SpoolQuestion>(&payload).ok()?;
        let (answer, descriptors) = match self.answer(question).await {
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

/// What is counted of a message that could not be decided.
pub(crate) const UNDECIDED: &str = "undecided";

impl Spool {
    /// Makes a long body durable, has the message examined, then commits what is decided, and the
    /// body with it if it is short.
    async fn finish(self: Arc<Self>, finish: Finish, begun: Begun) -> anyhow::Result<SpoolAnswer> {
        let Begun { writer, key, wrapped, .. } = begun;
        fail::point("spool.finish.begin")?;
        let mut envelope = finish.envelope;
        let readdressed = match self.readdress(&mut envelope)? {
            Ok(readdressed) => readdressed,
            Err(Unaddressed(text)) => return Ok(SpoolAnswer::Rejected { text }),
        };
        let (body, file) = self.complete(finish.short, writer).await?;
        fail::point("spool.body.published")?;
        let mut arrived = Arrived {
            body,
            file,
            sealing: Sealing::new(&finish.id, key),
            id: finish.id,
            wrapped,
            envelope,
            readdressed,
            octets: finish.octets,
            eight_bit: finish.eight_bit,
            authentication: None,
            at_ms: now_ms(),
            sent_by: finish.sent_by,
            replaces: None,
        };
        arrived.authentication = match self.authenticate(&arrived).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(event = "authentication.failed", id = arrived.id, "{error:#}");
                self.drop_body(arrived.id).await;
                return Ok(SpoolAnswer::TryLater { full: false });
            }
        };
        let budget = Duration::from_millis(self.start.examination_budget_ms);
        let judged = tokio::time::timeout(budget, self.judge(&arrived)).await;
        let seen = match &judged {
            Ok(Ok(decided)) => self.shadow.outcomes(decided),
            Ok(Err(_)) | Err(_) => None,
        };
        fail::point("spool.decided")?;
        let committed = match judged {
            Ok(Err(JudgeError::Absent)) => self.commit_examining(&arrived, ABSENT_WAIT_MS).await,
            Ok(judged) => self.commit_decided(&arrived, judged).await,
            // Where the first examiner stalls, it is ended by then.
            Err(_late) => self.commit_examining(&arrived, self.start.examination_limit_ms).await,
        };
        // After an error nobody knows whether the rows are there; if they are not, the next start
        // finds the body without them.
        if let Ok(SpoolAnswer::Rejected { .. }) = committed {
            self.drop_body(arrived.id.clone()).await;
        }
        if committed.is_ok() {
            self.shadow.see(arrived, seen);
        }
        committed
    }

    /// Accepts a message that is decided later, from the queue.
    async fn commit_examining(
        &self,
        arrived: &Arrived,
        wait_ms: u64,
    ) -> anyhow::Result<SpoolAnswer> {
        tracing::warn!(event = "message.late", id = arrived.id, "decided from the queue");
        let wait_ms = i64::try_from(wait_ms.saturating_add(EXAMINING_WAIT_MS))?;
        let mut commit = self.examining(arrived, now_ms().saturating_add(wait_ms))?;
        let (letters, record) = self.readdressed(arrived, &Head::default()).await?;
        commit.also.extend(letters);
        commit.audit.extend(record);
        commit.audit.push(audit::accepted(&arrived.id));
        queue::commit(&self.store, &commit).await?;
        Ok(SpoolAnswer::Accepted { id: arrived.id.clone(), refused: Vec::new() })
    }

    /// Has the message decided by the rules that are in force. While they change, an examiner may
    /// have others than this process for a moment, or none yet; it is then asked again.
    pub(super) async fn judge(&self, arrived: &Arrived) -> Result<Box<Decided>, JudgeError> {
        for _ in 0..RULES_TRIES {
            let known = self.organisation.borrow().clone();
            let digest = known.as_ref().map(|it| it.digest);
            match self.ask_twice(arrived, known).await {
                Ok(decided) if Some(decided.digest) == digest => return Ok(decided),
                Ok(_) | Err(JudgeError::Absent) => tokio::time::sleep(RULES_WAIT).await,
                Err(error) => return Err(error),
            }
        }
        Err(JudgeError::Absent)
    }

    /// Asks an examiner. One that ends over the message may have been ended by somebody else, so a
    /// second one is asked; if that ends too, it was the message.
    async fn ask_twice(
        &self,
        arrived: &Arrived,
        rules: Option<Arc<Organisation>>,
    ) -> Result<Box<Decided>, JudgeError> {
        let question = ExamQuestion::Decide {
            envelope: arrived.envelope.clone(),
            at_ms: arrived.at_ms,
            authentication: arrived.authentication.clone(),
        };
        let ask = || {
            let belief = belief::about(arrived, rules.clone());
            self.judges.ask(&question, Some(self.opening(arrived)), belief)
        };
        let began = Instant::now();
        let mut answer = ask().await;
        if let Err(JudgeError::Examiner(CallError::Gone)) = &answer {
            tracing::error!(event = "exam.lost", id = arrived.id, "asking another");
            answer = ask().await;
        }
        tally::took(Timer::Examine, began.elapsed());
        match answer? {
            ExamAnswer::Decided(decided) => Ok(decided),
            ExamAnswer::AtRcpt(_)
            | ExamAnswer::Attachment(_)
            | ExamAnswer::NoRules
            | ExamAnswer::Read(_)
            | ExamAnswer::Refused => Err(JudgeError::Refused),
        }
    }

    /// Plans, carries out and commits.
    pub(super) async fn commit_decided(
        &self,
        arrived: &Arrived,
        mut judged: Result<Box<Decided>, JudgeError>,
    ) -> anyhow::Result<SpoolAnswer> {
        if let Ok(decided) = &mut judged {
            self.prove(decided).await;
        }
        let organisation = self.organisation()?;
        let planned = match &judged {
            Ok(decided) if HOPS_MAX < decided.head.hops => {
                Planned::Reject("This message has passed too many servers: it is in a loop.".into())
            }
            Ok(decided) if !may_write(&arrived.envelope, &decided.head) => Planned::Reject(
                "The message must be from an address that your account may write as.".into(),
            ),
            Ok(decided) => plan::plan(&arrived.envelope, decided),
            Err(error) => {
                tracing::error!(event = "message.undecided", id = arrived.id, "{error}");
                plan::undecided(&arrived.envelope, organisation.on_error)
            }
        };
        let plan = match planned {
            Planned::Carry(plan) => plan,
            Planned::Reject(text) => {
                // One that was answered 250 is returned instead, which tells of it.
                if arrived.replaces.is_none() {
                    let told = [self.told(arrived, &judged).await?, audit::refused(&arrived.id)];
                    store::audit::append(&self.store, &told).await?;
                }
                tracing::info!(event = "message.rejected", id = arrived.id);
                tally_decided(&judged);
                return Ok(SpoolAnswer::Rejected { text });
            }
        };
        let (deliveries, copies) = (plan.deliveries.len(), plan.copies.len());
        let refused = plan.refused.clone();
        let mut commit = self.carry(arrived, judged.as_deref().ok(), plan).await?;
        let unread = Head::default();
        let head = judged.as_ref().map_or(&unread, |it| &it.head);
        let (letters, record) = self.readdressed(arrived, head).await?;
        commit.also.extend(letters);
        commit.audit.extend(record);
        commit.audit.push(self.told(arrived, &judged).await?);
        // Bodies of letters whose rows did not come to be are found at the next start.
        fail::point("spool.commit.before")?;
        queue::commit(&self.store, &commit).await?;
        fail::point("spool.commit.after")?;
        tally_decided(&judged);
        tracing::info!(event = "message.decided", id = arrived.id, deliveries, copies);
        self.due.notify_waiters();
        Ok(SpoolAnswer::Accepted { id: arrived.id.clone(), refused })
    }

    async fn at_rcpt(&self, envelope: Envelope) -> SpoolAnswer {
        let question = ExamQuestion::AtRcpt { envelope, at_ms: now_ms() };
        let asked = self.judges.ask(&question, None, Box::new(belief::is_about_rcpt));
        match tokio::time::timeout(AT_RCPT_PATIENCE, asked).await {
            Ok(Ok(ExamAnswer::AtRcpt(Some(text)))) => SpoolAnswer::Rejected { text },
            // Nothing refuses it, or the examiners are busy or being started: what the envelope
            // refuses is then refused after the message.
            Ok(
                Ok(ExamAnswer::AtRcpt(None))
                | Err(JudgeError::Absent | JudgeError::Disbelieved | JudgeError::Examiner(_)),
            )
            | Err(_) => SpoolAnswer::Done,
            Ok(
                Ok(
                    ExamAnswer::Attachment(_)
                    | ExamAnswer::Decided(_)
                    | ExamAnswer::NoRules
                    | ExamAnswer::Read(_)
                    | ExamAnswer::Refused,
                )
                | Err(JudgeError::Refused | JudgeError::Unreadable(_)),
            ) => SpoolAnswer::TryLater { full: false },
        }
    }

    /// Gives a body that is short, and keeps any other.
    async fn complete(
        &self,
        short: Option<Vec<u8>>,
        writer: Option<BodyWriter>,
    ) -> anyhow::Result<(Option<Arc<[u8]>>, Option<Arc<File>>)> {
        match (short, writer) {
            (Some(sealed), None) if sealed.len() <= SHORT_OCTETS_MAX => {
                Ok((Some(Arc::from(sealed)), None))
            }
            (None, Some(writer)) => {
                Ok((None, body::keep(&self.store, writer).await?.map(Arc::new)))
            }
            (None, None) | (Some(_), _) => {
                anyhow::bail!("a body that is neither short nor in a file")
            }
        }
    }

    /// Removes a body that no row names. What cannot be removed now is found at the next start.
    pub(super) async fn drop_body(&self, id: String) {
        if let Err(error) = body::remove(&self.store, &self.bodies, &id).await {
            tracing::warn!(event = "body.not-removed", "{error}");
        }
    }

    /// Gives up bodies that nobody finishes.
    pub(super) fn sweep_incoming(&self) {
        incoming(&self.incoming).retain(|_, it| it.since.elapsed() < INCOMING_LIFE);
    }

    /// Whether the disk has room for another message, and for the files that it needs.
    fn has_room(&self) -> bool {
        rustix::fs::statvfs(&self.start.folders.bodies).is_ok_and(|it| {
            // Some file systems have no fixed number of files.
            let counts_files = 0 < it.f_files;
            self.start.free_octets_min <= it.f_bavail.saturating_mul(it.f_frsize)
                && (!counts_files || FREE_FILES_MIN <= it.f_favail)
        })
    }
}

/// Whether a peer that logged in writes as itself: every author of the message, and at least one,
/// is a sender of its account. Others answer for their authors themselves.
fn may_write(envelope: &Envelope, head: &Head) -> bool {
    let Some(allowed) = &envelope.may_write_as else { return true };
    let Some(allowed) = Senders::parse(allowed) else { return false };
    let is_allowed =
        |it: &String| Address::parse(it).is_ok_and(|it| allowed.allow(&ReversePath::Mailbox(it)));
    !head.authors.is_empty() && head.authors.iter().all(is_allowed)
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

/// Counts what was decided for each recipient.
fn tally_decided(judged: &Result<Box<Decided>, JudgeError>) {
    match judged {
        Ok(decided) => {
            for verdict in &decided.verdicts {
                tally::count(Counter::Decided, audit::outcome(verdict.disposition));
            }
        }
        Err(_undecided) => tally::count(Counter::Decided, UNDECIDED),
    }
}
