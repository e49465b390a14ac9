//! Other rules beside those in force: each message is decided by them as well, after it was decided and
//! answered, and what they would have done otherwise is counted and told.
//!
//! # Invariants
//!
//! - No message waits for this, and nothing that goes wrong here is seen by it: the other rules have an
//!   examiner of their own, a queue that is bounded, and no way to change anything.
//! - What is told names policies and outcomes, and nothing of what a message says.

mod compare;
mod note;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use store::audit as chain;
use tokio::sync::mpsc;

use super::{
    Spool, belief,
    carry::Arrived,
    judge::{JudgeError, Judges},
};
use crate::{
    audit,
    channel::End,
    protocol::{
        control::Organisation,
        exam::{Decided, ExamAnswer, ExamQuestion},
    },
    role::{Losses, now_ms},
};
use compare::{Changed, Outcome, outcomes};
pub(crate) use note::{Note, SHADOW};

/// Messages that wait for the other rules; one more is not looked at.
const WAITING_MAX: usize = 64;
/// How often the examiner is asked again while it is started anew.
const ABSENT_TRIES: u32 = 40;
/// Between two of those.
const ABSENT_WAIT: Duration = Duration::from_millis(250);
/// The longest time until what was counted is noted.
const NOTE_WAIT: Duration = Duration::from_secs(2);

/// A message that was decided.
#[derive(Debug)]
struct Seen {
    arrived: Arrived,
    outcomes: Vec<Outcome>,
    /// By which other rules it is to be decided.
    rules: Arc<Organisation>,
}

/// The other rules, and what they were asked.
#[derive(Debug)]
pub(super) struct Shadow {
    judges: Judges,
    rules: Mutex<Option<Arc<Organisation>>>,
    tell: mpsc::Sender<Seen>,
    told: Mutex<Option<mpsc::Receiver<Seen>>>,
    note: Mutex<Note>,
    path: PathBuf,
}

impl Shadow {
    /// No rules yet. The examiner has this number.
    pub(super) fn new(number: u8, limit: Duration, losses: &Losses, path: PathBuf) -> Self {
        let (tell, told) = mpsc::channel(WAITING_MAX);
        let numbers = number..number.saturating_add(1);
        Self {
            judges: Judges::new(numbers, limit, losses),
            rules: Mutex::default(),
            tell,
            told: Mutex::new(Some(told)),
            note: Mutex::new(Note::read(&path)),
            path,
        }
    }

    /// Joins the examiner.
    ///
    /// # Errors
    ///
    /// As [`Judges::attach`].
    pub(super) fn attach(&self, number: u8, end: End) -> io::Result<()> {
        self.judges.attach(number, end)
    }

    /// Other rules run beside those in force from now on, or none.
    pub(super) fn change(&self, rules: Option<Organisation>) {
        let rules = rules.map(Arc::new);
        if let Some(rules) = &rules {
            self.note.lock().unwrap_or_else(PoisonError::into_inner).of(&rules.rules, now_ms());
        }
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    /// What was decided, where other rules are to be asked about it.
    pub(super) fn outcomes(&self, decided: &Decided) -> Option<Vec<Outcome>> {
        self.current().map(|_rules| outcomes(decided))
    }

    /// Has a message decided by the other rules, if there is room.
    pub(super) fn see(&self, arrived: Arrived, outcomes: Option<Vec<Outcome>>) {
        let (Some(rules), Some(outcomes)) = (self.current(), outcomes) else { return };
        if self.tell.try_send(Seen { arrived, outcomes, rules }).is_err() {
            self.count(Note::skip);
        }
    }

    fn current(&self) -> Option<Arc<Organisation>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, count: impl FnOnce(&mut Note)) {
        count(&mut self.note.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Notes what was counted, if anything was since.
    async fn write(&self) {
        let note = self.note.lock().unwrap_or_else(PoisonError::into_inner).take_changed();
        let Some(note) = note else { return };
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || note.write(&path)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!(event = "shadow.not-noted", "{error}");
        }
    }
}

/// Has messages decided by the other rules, one after the other, for ever.
pub(super) async fn work(spool: Arc<Spool>) {
    let told = spool.shadow.told.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut told) = told else { return };
    loop {
        match tokio::time::timeout(NOTE_WAIT, told.recv()).await {
            Ok(Some(seen)) => {
                if let Err(error) = look(&spool, &seen).await {
                    tracing::warn!(event = "shadow.failed", id = seen.arrived.id, "{error:#}");
                    spool.shadow.count(Note::fail);
                }
            }
            Ok(None) => return,
            Err(_quiet) => {}
        }
        spool.shadow.write().await;
    }
}

async fn look(spool: &Spool, seen: &Seen) -> anyhow::Result<()> {
    let shadow = &spool.shadow;
    let Some(decided) = decide(spool, seen).await? else { return Ok(()) };
    let changed = compare::changed(&seen.outcomes, &outcomes(&decided));
    let recipients = seen.outcomes.len();
    shadow.count(|note| note.add(recipients, &changed));
    if changed.is_empty() {
        return Ok(());
    }
    for it in &changed {
        tracing::info!(
            event = "shadow.differs",
            id = seen.arrived.id,
            would = it.would,
            by = it.would_by,
            instead_of = it.did,
            decided_by = it.did_by,
        );
    }
    let addresses: Vec<String> = changed.iter().map(|it| it.recipient.clone()).collect();
    let hashes = spool.stock.hashes(&addresses).await?;
    let rows: Vec<_> = changed.iter().zip(&hashes).map(|(it, hash)| row(it, hash)).collect();
    let record = audit::shadow_differs(&seen.arrived.id, &decided.rules, &rows);
    Ok(chain::append(&spool.store, &[record]).await?)
}

fn row(changed: &Changed, hash: &[u8; 32]) -> serde_json::Value {
    serde_json::json!({
        "recipient": audit::address(hash),
        "outcome": changed.did,
        "by": changed.did_by,
        "would": changed.would,
        "would_by": changed.would_by,
    })
}

/// What the other rules say; nothing where there are others by now.
async fn decide(spool: &Spool, seen: &Seen) -> anyhow::Result<Option<Box<Decided>>> {
    let (shadow, arrived) = (&spool.shadow, &seen.arrived);
    let question = ExamQuestion::Decide {
        envelope: arrived.envelope.clone(),
        at_ms: arrived.at_ms,
        authentication: arrived.authentication.clone(),
    };
    for _ in 0..ABSENT_TRIES {
        if shadow.current().is_none_or(|it| it.digest != seen.rules.digest) {
            return Ok(None);
        }
        let belief = belief::about(arrived, Some(Arc::clone(&seen.rules)));
        let asked = shadow.judges.ask(&question, Some(spool.opening(arrived)), belief).await;
        match asked {
            Ok(ExamAnswer::Decided(decided)) if decided.digest == seen.rules.digest => {
                return Ok(Some(decided));
            }
            // It is being started, or is handed the rules.
            Ok(ExamAnswer::Decided(_)) | Err(JudgeError::Absent) => {
                tokio::time::sleep(ABSENT_WAIT).await;
            }
            Ok(_) => anyhow::bail!("the examiner answered something else"),
            Err(error) => return Err(error.into()),
        }
    }
    anyhow::bail!("there is no examiner with these rules")
}
