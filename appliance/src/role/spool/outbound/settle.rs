//! Settles what came of a job. What a next hop said is not asked for again: it is written down
//! sooner or later.

use std::{collections::BTreeMap, time::Duration};

use store::{
    Commit, StoreError,
    queue::{self, Settled},
};

use super::{Batch, Opened};
use crate::{
    protocol::deliver::Outcome,
    role::{
        now_ms,
        spool::{
            Spool,
            report::{Cause, Failed, Undelivered},
            retry, sealed,
        },
    },
};

/// The first wait before an answer that could not be committed is committed again; it doubles.
const COMMIT_WAIT: Duration = Duration::from_millis(100);
/// The longest of these waits.
const COMMIT_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long a delivery waits whose failure could not be reported, milliseconds.
const UNREPORTED_WAIT_MS: i64 = 60_000;

/// What a job came to: an outcome for each row it got to, or why there is none.
pub(super) type Outcomes = Result<BTreeMap<i64, Outcome>, String>;

/// How an attempt ends.
#[derive(Debug)]
struct Ending {
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

/// Settles every row of a batch; returns once it is on disk.
pub(super) async fn all(spool: &Spool, batch: &Batch, outcomes: &Outcomes) {
    for row in &batch.rows {
        let ending = match outcomes {
            Ok(outcomes) => match outcomes.get(&row.row) {
                Some(outcome) => answered(batch, row, outcome),
                None => lost(batch, row, "the gateway could not read it"),
            },
            Err(why) => lost(batch, row, why),
        };
        end(spool, batch, row, ending).await;
    }
}

fn answered(batch: &Batch, row: &Opened, outcome: &Outcome) -> Ending {
    let (reply, settled) = match outcome {
        Outcome::Delivered { reply, .. } => (reply, Settled::Sent),
        Outcome::Permanent { reply } => (reply, Settled::Failed),
        Outcome::Temporary { reply } => {
            let next = retry::next_attempt_ms(row.attempts, batch.received_at_ms, now_ms());
            (reply, again(next))
        }
    };
    let why = format!("the next mail server said: {reply}");
    let cause = match (outcome, settled) {
        (Outcome::Delivered { .. }, _) => Cause::Relayed(reply.clone()),
        (Outcome::Permanent { .. }, _) => Cause::Refused(reply.clone()),
        (Outcome::Temporary { .. }, Settled::Retry { .. }) => Cause::NotYet(reply.clone()),
        (Outcome::Temporary { .. }, Settled::Failed | Settled::Sent) => {
            Cause::Expired(reply.clone())
        }
    };
    let reports = matches!(outcome, Outcome::Delivered { reports: true, .. });
    Ending { settled, said: reply.clone(), why, cause, reports }
}

/// The next hop heard nothing of it, or nobody knows what it heard.
fn lost(batch: &Batch, row: &Opened, why: &str) -> Ending {
    let next = retry::after_loss_ms(row.attempts, batch.received_at_ms, now_ms());
    let said = format!("not handed over: {why}");
    let cause = Cause::Expired(said.clone());
    let why = "the gateway could not hand it over".to_owned();
    Ending { settled: again(next), said, why, cause, reports: false }
}

fn again(next_ms: Option<i64>) -> Settled {
    next_ms.map_or(Settled::Failed, |due_at_ms| Settled::Retry { due_at_ms })
}

async fn end(spool: &Spool, batch: &Batch, row: &Opened, mut ending: Ending) {
    let at_ms = now_ms();
    let mut also = Vec::new();
    if ending.settled == Settled::Failed {
        match failure(spool, batch, row, &ending, at_ms).await {
            Ok(bounce) => also.extend(bounce),
            Err(error) => {
                // Nothing fails without a word: it is tried again, and reported then.
                tracing::error!(event = "bounce.not-made", id = batch.message_id, "{error:#}");
                let due_at_ms = at_ms.saturating_add(UNREPORTED_WAIT_MS);
                ending.settled = Settled::Retry { due_at_ms };
            }
        }
    }
    if is_worth_telling(row, &ending) {
        match delay(spool, batch, row, &ending, at_ms).await {
            Ok(told) => also.extend(told),
            // The next failure, or the last one, is told.
            Err(error) => tracing::error!(event = "delay.not-told", "{error:#}"),
        }
    }
    if ending.settled == Settled::Sent && !ending.reports {
        match relay(spool, batch, row, &ending, at_ms).await {
            Ok(told) => also.extend(told),
            // The message is where it should be; that is what counts.
            Err(error) => tracing::error!(event = "relay.not-told", "{error:#}"),
        }
    }
    let status = batch.sealing.seal_text(sealed::STATUS, &ending.said);
    commit(spool, row.row, ending.settled, &status, at_ms, &also).await;
    let outcome = match ending.settled {
        Settled::Failed => "failed",
        Settled::Retry { .. } => "deferred",
        Settled::Sent => "sent",
    };
    let attempt = row.attempts;
    tracing::info!(event = "delivery.settled", id = batch.message_id, outcome, attempt);
    if !also.is_empty() {
        spool.due.notify_waiters();
    }
}

/// Whether its sender should know that a message is late.
fn is_worth_telling(row: &Opened, ending: &Ending) -> bool {
    matches!(ending.settled, Settled::Retry { .. })
        && matches!(ending.cause, Cause::NotYet(_))
        && row.attempts == retry::TOLD_AT_ATTEMPT
}

/// The report that a message is late; none for mails of our own and for what nobody sent.
async fn delay(
    spool: &Spool,
    batch: &Batch,
    row: &Opened,
    ending: &Ending,
    at_ms: i64,
) -> anyhow::Result<Option<Commit>> {
    let Some(sender) = &batch.stored.envelope.sender else { return Ok(None) };
    let recipients = [Undelivered {
        address: row.recipient.clone(),
        why: ending.why.clone(),
        cause: ending.cause.clone(),
    }];
    let arrived_ms = batch.received_at_ms;
    let wishes = &batch.stored.envelope.wishes;
    let failed = Failed { sender, message_id: None, arrived_ms, recipients: &recipients, wishes };
    let until_ms = retry::until_ms(arrived_ms);
    spool.delayed(&failed, until_ms, at_ms).await
}

/// The report that a message went to a server that does not report on it, where its sender wants
/// one.
async fn relay(
    spool: &Spool,
    batch: &Batch,
    row: &Opened,
    ending: &Ending,
    at_ms: i64,
) -> anyhow::Result<Option<Commit>> {
    let Some(sender) = &batch.stored.envelope.sender else { return Ok(None) };
    let recipients = [Undelivered {
        address: row.recipient.clone(),
        why: ending.why.clone(),
        cause: ending.cause.clone(),
    }];
    let arrived_ms = batch.received_at_ms;
    let wishes = &batch.stored.envelope.wishes;
    let done = Failed { sender, message_id: None, arrived_ms, recipients: &recipients, wishes };
    spool.relayed(&done, at_ms).await
}

/// Commits until it is committed. Meanwhile its job keeps its place, so that a disk that is full
/// ends the deliveries whose answers could not be kept.
async fn commit(
    spool: &Spool,
    row: i64,
    settled: Settled,
    status: &[u8],
    at_ms: i64,
    also: &[Commit],
) {
    let mut wait = COMMIT_WAIT;
    loop {
        match queue::settle(&spool.store, row, settled, Some(status), at_ms, also).await {
            Ok(()) => return,
            // An earlier try was committed although it said otherwise.
            Err(StoreError::Stale { .. }) => {
                tracing::warn!(event = "delivery.settled-before", row);
                return;
            }
            Err(error) => tracing::error!(event = "delivery.not-settled", row, "{error}"),
        }
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(2).min(COMMIT_WAIT_MAX);
    }
}

/// The bounce that a failure causes: to the sender, or for a mail of our own to whom it names.
/// There is none for a report to the postmaster, nor for what came with the null sender.
async fn failure(
    spool: &Spool,
    batch: &Batch,
    row: &Opened,
    ending: &Ending,
    at_ms: i64,
) -> anyhow::Result<Option<Commit>> {
    let why = &ending.why;
    let stored = &batch.stored;
    let (sender, message_id, why) = match (&stored.envelope.sender, &stored.report_to) {
        (Some(sender), _) => (sender, None, why.clone()),
        (None, Some(to)) => (
            &to.sender,
            to.message_id.as_deref(),
            format!("{} could not be delivered: {why}", batch.what()),
        ),
        (None, None) => {
            tracing::error!(event = "delivery.unreported", id = batch.message_id, "{why}");
            return Ok(None);
        }
    };
    let cause = ending.cause.clone();
    let recipients = [Undelivered { address: row.recipient.clone(), why, cause }];
    let failed = Failed {
        sender,
        message_id,
        arrived_ms: batch.received_at_ms,
        recipients: &recipients,
        wishes: &stored.envelope.wishes,
    };
    spool.bounce(&failed, at_ms).await
}
