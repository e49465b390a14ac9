//! Hands out what is due to `deliver`, and settles what came of it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Context;
use grammar::literal::Domain;
use store::{
    message::MessageKind,
    queue::{self, Due, Settled},
};
use tokio::sync::Semaphore;
use wire::{
    compose::{Date, Trace},
    smtp::server::PeerName,
};

use super::{
    Spool,
    letter::INTERNAL,
    report::Failed,
    retry::next_attempt_ms,
    sealed::{self, Sealing, StoredEnvelope, StoredPlan},
};
use crate::{
    protocol::deliver::{Edit, Job, Outcome, Outcomes},
    role::{now_ms, thing},
};

/// Jobs under way at once.
const JOBS_MAX: u32 = 20;
/// How long those under way get to end at an ordered end; a delivery that is cut off by it may
/// arrive twice.
const STOP_PATIENCE: Duration = Duration::from_secs(8);
/// Rows looked at in one turn.
const TURN_ROWS: u32 = 200;
/// The longest time between turns.
const TURN_WAIT: Duration = Duration::from_secs(5);
/// How long a delivery waits when it was `deliver` that failed, milliseconds.
const LOST_WAIT_MS: i64 = 1_000;

/// A delivery with what is sealed of it.
#[derive(Debug)]
struct Opened {
    row: i64,
    recipient: String,
    edits: Vec<Edit>,
    attempts: u32,
}

/// Deliveries of one message that go in one transaction.
#[derive(Debug)]
struct Batch {
    message_id: String,
    sealing: Sealing,
    wrapped: Vec<u8>,
    stored: StoredEnvelope,
    kind: MessageKind,
    octets: u64,
    received_at_ms: i64,
    internal: bool,
    edits: Vec<Edit>,
    rows: Vec<Opened>,
}

/// Places for jobs.
pub(super) fn places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(JOBS_MAX).unwrap_or(1)))
}

/// Waits until no job is under way. Who hands them out has ended before.
pub(super) async fn finish(places: &Semaphore) {
    let all = tokio::time::timeout(STOP_PATIENCE, places.acquire_many(JOBS_MAX)).await;
    if all.is_err() {
        tracing::warn!(event = "outbound.cut-off", "deliveries under way were not waited for");
    }
}

/// Delivers what is due, for ever.
pub(super) async fn work(spool: Arc<Spool>, places: Arc<Semaphore>) {
    loop {
        // Listening begins before looking, so that nothing that comes in between is missed.
        let rung = spool.due.notified();
        let more = match turn(&spool, &places).await {
            Ok(more) => more,
            Err(error) => {
                tracing::error!(event = "outbound.failed", "{error:#}");
                tokio::time::sleep(Duration::from_millis(500)).await;
                false
            }
        };
        if !more {
            tokio::time::timeout(TURN_WAIT, rung).await.ok();
        }
    }
}

/// Starts what is due; returns whether there was any.
async fn turn(spool: &Arc<Spool>, places: &Arc<Semaphore>) -> anyhow::Result<bool> {
    let mut by_message: BTreeMap<(String, String), Vec<Due>> = BTreeMap::new();
    for due in queue::due(&spool.store, now_ms(), TURN_ROWS).await? {
        if queue::claim(&spool.store, due.id).await? {
            by_message.entry((due.message_id.clone(), due.route.clone())).or_default().push(due);
        }
    }
    let any = !by_message.is_empty();
    for rows in by_message.into_values() {
        let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
        match batches(spool, rows).await {
            Ok(batches) => {
                for batch in batches {
                    let place = Arc::clone(places).acquire_owned().await?;
                    let spool = Arc::clone(spool);
                    tokio::spawn(async move {
                        let _place = place;
                        deliver(&spool, batch).await;
                    });
                }
            }
            Err(error) => {
                tracing::error!(event = "delivery.unreadable", "{error:#}");
                for id in ids {
                    put_back(spool, id).await;
                }
            }
        }
    }
    Ok(any)
}

/// Those with the same edits go together.
async fn batches(spool: &Spool, rows: Vec<Due>) -> anyhow::Result<Vec<Batch>> {
    let mut batches: Vec<Batch> = Vec::new();
    for due in rows {
        let wrapped = due.wrapped_key.context("a message with deliveries has its key")?;
        let key = spool.keys.unwrap(&wrapped, thing(&due.message_id)).await?;
        let sealing = Sealing::new(&due.message_id, key);
        let plan: StoredPlan = sealing.open(sealed::PLAN, &due.plan)?;
        let opened = Opened {
            row: due.id,
            recipient: sealing.open_text(sealed::RECIPIENT, &due.recipient)?,
            edits: plan.edits,
            attempts: due.attempts.saturating_add(1),
        };
        if let Some(batch) = batches.iter_mut().find(|it| it.edits == opened.edits) {
            batch.rows.push(opened);
            continue;
        }
        batches.push(Batch {
            stored: sealing.open(sealed::ENVELOPE, &due.envelope)?,
            message_id: due.message_id,
            sealing,
            wrapped: wrapped.0,
            kind: due.kind,
            octets: u64::try_from(due.size_octets)?,
            received_at_ms: due.received_at_ms,
            internal: due.route == INTERNAL,
            edits: opened.edits.clone(),
            rows: vec![opened],
        });
    }
    Ok(batches)
}

async fn deliver(spool: &Spool, batch: Batch) {
    let outcomes = match hand_over(spool, &batch).await {
        Ok(Outcomes(outcomes)) => outcomes.into_iter().collect::<BTreeMap<_, _>>(),
        Err(error) => {
            tracing::warn!(event = "deliver.lost", id = batch.message_id, "{error:#}");
            BTreeMap::new()
        }
    };
    for row in &batch.rows {
        match outcomes.get(&row.row) {
            None => put_back(spool, row.row).await,
            Some(outcome) => {
                if let Err(error) = settle(spool, &batch, row, outcome).await {
                    tracing::error!(event = "delivery.not-settled", "{error:#}");
                }
            }
        }
    }
}

async fn hand_over(spool: &Spool, batch: &Batch) -> anyhow::Result<Outcomes> {
    let hop = if batch.internal { spool.start.internal_hop } else { spool.start.external_hop };
    let job = Job {
        id: batch.message_id.clone(),
        wrapped: batch.wrapped.clone(),
        octets: batch.octets,
        sender: batch.stored.envelope.sender.clone(),
        recipients: batch.rows.iter().map(|it| (it.row, it.recipient.clone())).collect(),
        edits: batch.edits.clone(),
        received: received(spool, batch)?,
        hop,
    };
    let body = spool.bodies.read(&batch.message_id)?;
    let (outcomes, _) = spool.deliver.call(&job, vec![body.into()]).await?;
    Ok(outcomes)
}

/// The trace field of what a peer handed over; nothing for mail of our own.
fn received(spool: &Spool, batch: &Batch) -> anyhow::Result<Vec<u8>> {
    let envelope = &batch.stored.envelope;
    let (Some(peer_ip), Some(peer_name)) = (envelope.peer, PeerName::parse(&envelope.helo)) else {
        return Ok(Vec::new());
    };
    let by = Domain::parse(&spool.start.hostname)?;
    Ok(Trace {
        peer_name: &peer_name,
        peer_ip,
        peer_host: None,
        by: &by,
        protocol: &envelope.protocol,
        tls: None,
        id: &batch.message_id,
        recipient: None,
        date: Date::utc(batch.received_at_ms),
    }
    .write())
}

async fn settle(
    spool: &Spool,
    batch: &Batch,
    row: &Opened,
    outcome: &Outcome,
) -> anyhow::Result<()> {
    let at_ms = now_ms();
    let (reply, settled) = match outcome {
        Outcome::Delivered { reply } => (reply, Settled::Sent),
        Outcome::Permanent { reply } => (reply, Settled::Failed),
        Outcome::Temporary { reply } => {
            let next = next_attempt_ms(row.attempts, batch.received_at_ms, at_ms);
            (reply, next.map_or(Settled::Failed, |due_at_ms| Settled::Retry { due_at_ms }))
        }
    };
    let also = match settled {
        Settled::Failed => failure(spool, batch, row, reply, at_ms).await?,
        Settled::Retry { .. } | Settled::Sent => Vec::new(),
    };
    let status = batch.sealing.seal_text(sealed::STATUS, reply);
    queue::settle(&spool.store, row.row, settled, Some(&status), at_ms, &also).await?;
    let outcome = match settled {
        Settled::Failed => "failed",
        Settled::Retry { .. } => "deferred",
        Settled::Sent => "sent",
    };
    let attempt = row.attempts;
    tracing::info!(event = "delivery.settled", id = batch.message_id, outcome, attempt);
    if !also.is_empty() {
        spool.due.notify_waiters();
    }
    Ok(())
}

/// The bounce that a failure causes: to the sender, or for a mail of our own to whom it was for.
/// Never for a bounce, and never to the null sender.
async fn failure(
    spool: &Spool,
    batch: &Batch,
    row: &Opened,
    reply: &str,
    at_ms: i64,
) -> anyhow::Result<Vec<store::Commit>> {
    let (sender, message_id, why) = match (&batch.stored.envelope.sender, &batch.stored.report_to) {
        (Some(sender), _) => (sender, None, format!("the next mail server said: {reply}")),
        (None, Some(to)) => (
            &to.sender,
            to.message_id.as_deref(),
            format!("the notice about your secure message could not be delivered: {reply}"),
        ),
        (None, None) => return Ok(Vec::new()),
    };
    if batch.kind == MessageKind::Bounce {
        return Ok(Vec::new());
    }
    let recipients = [(row.recipient.clone(), why)];
    let failed =
        Failed { sender, message_id, arrived_ms: batch.received_at_ms, recipients: &recipients };
    Ok(vec![spool.bounce(&failed, at_ms).await?])
}

async fn put_back(spool: &Spool, row: i64) {
    let at_ms = now_ms();
    let again = Settled::Retry { due_at_ms: at_ms.saturating_add(LOST_WAIT_MS) };
    if let Err(error) = queue::settle(&spool.store, row, again, None, at_ms, &[]).await {
        tracing::error!(event = "delivery.not-put-back", "{error}");
    }
}
