//! Settles what came of a job. What a next hop said is not asked for again: it is written down
//! sooner or later.

use std::{collections::BTreeMap, time::Duration};

use store::{
    Commit, StoreError,
    queue::{self, Ended, Settled},
};

use super::{Batch, Opened};
use crate::{
    audit, fail,
    protocol::deliver::Outcome,
    role::{
        now_ms,
        spool::{
            Spool,
            report::{Addressee, Cause, Failed, Undelivered},
            retry, sealed,
        },
    },
    tally::{self, Counter},
};

/// The first wait before an answer that could not be committed is committed again; it doubles.
const COMMIT_WAIT: Duration = Duration::from_millis(100);
/// The longest of these waits.
const COMMIT_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long a delivery waits whose failure could not be reported, milliseconds.
const UNREPORTED_WAIT_MS: i64 = 60_000;

/// What a job came to.
#[derive(Debug)]
pub(super) enum Came {
    /// An outcome for each row that it got to.
    Answered(BTreeMap<i64, Outcome>),
    /// None, and why.
    Lost(String),
    /// It has nowhere to go: the same outcome for all rows.
    Unrouted(Outcome),
}

/// How an attempt ends.
#[derive(Debug)]
struct Ending<'b> {
    row: &'b Opened,
    settled: Settled,
    /// What the next hop said, or what went wrong.
    said: String,
    /// The same as its sender reads it.
    why: String,
    /// The same as programs read it.
    cause: Cause,
    /// The next hop reports on it, to whoever wants to be told.
    reports: bool,
}

/// Settles every row of a batch; returns once it is on disk. What became of all of them is one
/// transaction, and one report of each kind.
pub(super) async fn all(spool: &Spool, batch: &Batch, came: &Came) {
    let endings = batch.rows.iter().map(|row| match came {
        Came::Answered(outcomes) => match outcomes.get(&row.row) {
            Some(outcome) => answered(row, outcome, "the next mail server said"),
            None => lost(row, "the gateway could not read it"),
        },
        Came::Lost(why) => lost(row, why),
        Came::Unrouted(outcome) => answered(row, outcome, "there is no way to its mail server"),
    });
    let mut endings: Vec<Ending<'_>> = endings.collect();
    let at_ms = now_ms();
    let also = causes(spool, batch, &mut endings, at_ms).await;
    commit(spool, batch, &endings, at_ms, &also).await;
    for ending in &endings {
        let outcome = match ending.settled {
            Settled::Failed => "failed",
            Settled::Retry { .. } => "deferred",
            Settled::Sent => "sent",
        };
        tally::count(Counter::Delivered, outcome);
        let attempt = ending.row.attempts;
        tracing::info!(event = "delivery.settled", id = batch.message_id, outcome, attempt);
    }
    if !also.is_empty() {
        spool.due.notify_waiters();
    }
}

fn answered<'b>(row: &'b Opened, outcome: &Outcome, who: &str) -> Ending<'b> {
    let (reply, settled) = match outcome {
        Outcome::Delivered { reply, .. } => (reply, Settled::Sent),
        Outcome::Permanent { reply } => (reply, Settled::Failed),
        Outcome::Temporary { reply } => {
            let next = retry::next_attempt_ms(row.queued_at_ms, now_ms());
            (reply, again(next))
        }
    };
    let why = format!("{who}: {reply}");
    let cause = match (outcome, settled) {
        (Outcome::Delivered { .. }, _) => Cause::Relayed(reply.clone()),
        (Outcome::Permanent { .. }, _) => Cause::Refused(reply.clone()),
        (Outcome::Temporary { .. }, Settled::Retry { .. }) => Cause::NotYet(reply.clone()),
        (Outcome::Temporary { .. }, Settled::Failed | Settled::Sent) => {
            Cause::Expired(reply.clone())
        }
    };
    let reports = matches!(outcome, Outcome::Delivered { reports: true, .. });
    Ending { row, settled, said: reply.clone(), why, cause, reports }
}

/// The next hop heard nothing of it, or nobody knows what it heard.
fn lost<'b>(row: &'b Opened, why: &str) -> Ending<'b> {
    let next = retry::after_loss_ms(row.attempts, row.queued_at_ms, now_ms());
    let said = format!("not handed over: {why}");
    let cause = Cause::Expired(said.clone());
    let why = "the gateway could not hand it over".to_owned();
    Ending { row, settled: again(next), said, why, cause, reports: false }
}

fn again(next_ms: Option<i64>) -> Settled {
    next_ms.map_or(Settled::Failed, |due_at_ms| Settled::Retry { due_at_ms })
}

impl Ending<'_> {
    /// Whether its sender should know that a message is late.
    fn is_worth_telling(&self, at_ms: i64) -> bool {
        matches!(self.settled, Settled::Retry { .. })
            && !self.row.told_late
            && retry::is_late(self.row.queued_at_ms, at_ms)
    }

    /// As its sender reads it.
    fn told(&self, why: String) -> Undelivered {
        Undelivered { address: self.row.recipient.clone(), why, cause: self.cause.clone() }
    }
}

/// The reports that the ends of a batch cause. What has failed and cannot be reported has not
/// failed yet.
async fn causes(
    spool: &Spool,
    batch: &Batch,
    endings: &mut [Ending<'_>],
    at_ms: i64,
) -> Vec<Commit> {
    let mut also = Vec::new();
    match failures(spool, batch, endings, at_ms).await {
        Ok(bounce) => also.extend(bounce),
        Err(error) => {
            // Nothing fails without a word: it is tried again, and reported then.
            tracing::error!(event = "bounce.not-made", id = batch.message_id, "{error:#}");
            let due_at_ms = at_ms.saturating_add(UNREPORTED_WAIT_MS);
            for ending in endings.iter_mut().filter(|it| it.settled == Settled::Failed) {
                ending.settled = Settled::Retry { due_at_ms };
            }
        }
    }
    match delays(spool, batch, endings, at_ms).await {
        Ok(told) => also.extend(told),
        // The next failure, or the last one, is told.
        Err(error) => tracing::error!(event = "delay.not-told", "{error:#}"),
    }
    match relays(spool, batch, endings, at_ms).await {
        Ok(told) => also.extend(told),
        // The message is where it should be; that is what counts.
        Err(error) => tracing::error!(event = "relay.not-told", "{error:#}"),
    }
    also
}

/// The report that a message is late; none for mails of our own and for what nobody sent.
async fn delays(
    spool: &Spool,
    batch: &Batch,
    endings: &[Ending<'_>],
    at_ms: i64,
) -> anyhow::Result<Option<Commit>> {
    let late = endings.iter().filter(|it| it.is_worth_telling(at_ms));
    let until_ms = late.clone().map(|it| retry::until_ms(it.row.queued_at_ms)).min();
    let late: Vec<Undelivered> = late.map(|it| it.told(it.why.clone())).collect();
    match (&batch.stored.envelope.sender, until_ms) {
        (Some(sender), Some(until_ms)) => {
            spool.delayed(&about(batch, sender, &late), until_ms, at_ms).await
        }
        (None, _) | (_, None) => Ok(None),
    }
}

/// The report that a message went to a server that does not report on it, where its sender wants
/// one.
async fn relays(
    spool: &Spool,
    batch: &Batch,
    endings: &[Ending<'_>],
    at_ms: i64,
) -> anyhow::Result<Option<Commit>> {
    let sent = endings.iter().filter(|it| it.settled == Settled::Sent && !it.reports);
    let sent: Vec<Undelivered> = sent.map(|it| it.told(it.why.clone())).collect();
    match &batch.stored.envelope.sender {
        Some(sender) if !sent.is_empty() => {
            spool.relayed(&about(batch, sender, &sent), at_ms).await
        }
        Some(_) | None => Ok(None),
    }
}

/// The bounce that failures cause: to the sender, or for a mail of our own to whom it names.
async fn failures(
    spool: &Spool,
    batch: &Batch,
    endings: &[Ending<'_>],
    at_ms: i64,
) -> anyhow::Result<Option<Commit>> {
    let failed: Vec<&Ending<'_>> =
        endings.iter().filter(|it| it.settled == Settled::Failed).collect();
    if failed.is_empty() {
        return Ok(None);
    }
    let Some(addressee) = Addressee::of(&batch.stored, batch.kind) else {
        let count = failed.len();
        tracing::error!(event = "delivery.unreported", id = batch.message_id, count);
        return Ok(None);
    };
    let told: Vec<Undelivered> = failed.iter().map(|it| it.told(addressee.why(&it.why))).collect();
    let failed = Failed { message_id: addressee.message_id, ..about(batch, addressee.to, &told) };
    spool.bounce(&failed, at_ms).await
}

fn about<'a>(batch: &'a Batch, sender: &'a str, recipients: &'a [Undelivered]) -> Failed<'a> {
    Failed {
        sender,
        message_id: None,
        arrived_ms: batch.received_at_ms,
        recipients,
        wishes: &batch.stored.envelope.wishes,
        reach: batch.reach(),
    }
}

/// Commits until it is committed. Meanwhile its job keeps its place, so that a disk that is full
/// ends the deliveries whose answers could not be kept.
async fn commit(spool: &Spool, batch: &Batch, endings: &[Ending<'_>], at_ms: i64, also: &[Commit]) {
    let ended = |it: &Ending<'_>| Ended {
        delivery_id: it.row.row,
        settled: it.settled,
        status: Some(batch.sealing.seal_text(sealed::STATUS, &it.said)),
        told_late: it.is_worth_telling(at_ms),
    };
    let ended: Vec<Ended> = endings.iter().map(ended).collect();
    let told: Vec<_> = endings
        .iter()
        .filter_map(|it| audit::settled(&batch.message_id, it.row.row, it.settled))
        .collect();
    let mut wait = COMMIT_WAIT;
    loop {
        let settled = match fail::point("spool.settle.before") {
            Ok(()) => queue::settle_all(&spool.store, ended.clone(), at_ms, also, &told).await,
            Err(_asked) => Err(StoreError::Full),
        };
        match settled {
            Ok(()) => {
                fail::point("spool.settle.after").ok();
                return;
            }
            // An earlier try was committed although it said otherwise.
            Err(StoreError::Stale { .. }) => {
                tracing::warn!(event = "delivery.settled-before", id = batch.message_id);
                return;
            }
            Err(error) => {
                tracing::error!(event = "delivery.not-settled", id = batch.message_id, "{error}");
            }
        }
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(2).min(COMMIT_WAIT_MAX);
    }
}
