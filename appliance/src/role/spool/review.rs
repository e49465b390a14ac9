//! The end of a wait: what was ordered of deliveries that are held or queued, and what nobody
//! ordered in time.
//!
//! # Invariants
//!
//! - What is let go is examined and decided once more by the rules in force; only that some of
//!   those who hold it have let it go counts less. What must be secured is secured, and what must
//!   not go is returned.
//! - An order and all that it causes are committed together.

mod turns;
mod unexamined;

use std::collections::BTreeSet;

use anyhow::Context;
use store::{
    Commit, NewEvent, StoreError,
    message::{self, MessageKind},
    order::{self, Order, OrderOutcome, OrderWhat},
    queue::{self, DeliveryState, Resolution, Resolved, WaitingDelivery},
};

use super::{
    Spool,
    carry::{Arrived, edits_of},
    examining,
    judge::JudgeError,
    plan::{self, Kept, Next, POSTMASTER},
    report::{Addressee, Cause, Failed, Undelivered},
    sealed::{self, FieldError, StoredEnvelope, StoredHead, StoredPlan},
};
use crate::{audit, protocol::exam::Decided, role::now_ms};
pub(super) use turns::work;

/// Rows looked at at once.
const PAGE_ROWS: u32 = 100;
/// What a sender reads when nobody says why.
const REFUSED_TEXT: &str = "Whoever looked at this message did not let it go.";
/// What the log of a message says of a copy in the portal.
const KEPT_TEXT: &str = "kept in the portal";

/// What the log of a message says of what was thrown away.
const DISCARDED_TEXT: &str = "thrown away, and nobody was told";

/// A delivery that waits, with its message opened.
#[derive(Debug)]
struct Wait {
    delivery: WaitingDelivery,
    arrived: Arrived,
    stored: StoredEnvelope,
    kind: MessageKind,
    recipient: String,
    message_id: Option<String>,
    /// It was never decided, so nothing is known of what must be changed in it.
    undecided: bool,
}

/// Carries out what is ordered of one message, in the order in which it was given.
async fn carry_out_all(spool: &Spool, orders: &[Order]) -> anyhow::Result<()> {
    for order in orders {
        match carry_out(spool, order).await {
            Ok(()) => {}
            Err(error) if is_late(&error) => look_again(spool, order).await?,
            Err(error) if is_damaged(&error) => {
                tracing::error!(event = "order.unreadable", order = order.id, "{error:#}");
                leave(spool, order, OrderOutcome::Unreadable).await?;
            }
            // It stays open, and is tried again.
            Err(error) => {
                tracing::error!(event = "order.failed", order = order.id, "{error:#}");
            }
        }
    }
    Ok(())
}

/// Whether the delivery was no longer as it was seen.
fn is_late(error: &anyhow::Error) -> bool {
    error.chain().any(|it| matches!(it.downcast_ref(), Some(StoreError::Stale { .. })))
}

/// The delivery was not as it was seen: the order is late if it is over, and otherwise has its next
/// turn.
async fn look_again(spool: &Spool, order: &Order) -> anyhow::Result<()> {
    let now = queue::waiting(&spool.store, order.delivery_id).await?.map(|it| it.state);
    let may_come = match order.what {
        OrderWhat::Release => now == Some(DeliveryState::Held),
        OrderWhat::Discard | OrderWhat::Return => now.is_some(),
    };
    if may_come { Ok(()) } else { leave(spool, order, OrderOutcome::Late).await }
}

/// Whether what is stored of the message cannot be opened, however often it is tried.
fn is_damaged(error: &anyhow::Error) -> bool {
    error.chain().any(|it| it.downcast_ref::<FieldError>().is_some())
}

async fn leave(spool: &Spool, order: &Order, outcome: OrderOutcome) -> anyhow::Result<()> {
    tracing::info!(event = "order.left", order = order.id, ?outcome);
    let told = [audit::left(order, outcome)];
    Ok(order::leave(&spool.store, order.id, outcome, now_ms(), &told).await?)
}

async fn carry_out(spool: &Spool, order: &Order) -> anyhow::Result<()> {
    let Some(wait) = open(spool, order.delivery_id).await? else {
        return leave(spool, order, OrderOutcome::Late).await;
    };
    match (order.what, wait.delivery.state) {
        // What becomes of it now is not known yet; the order stays open until it is.
        (OrderWhat::Discard | OrderWhat::Return, DeliveryState::Active) => Ok(()),
        (OrderWhat::Release, DeliveryState::Held) => release(spool, order, wait).await,
        (OrderWhat::Release, _) => leave(spool, order, OrderOutcome::Late).await,
        (OrderWhat::Discard, _) => discard(spool, order, &wait).await,
        (OrderWhat::Return, _) => {
            let reason = order.reason.as_deref();
            let reason = reason.map(|it| wait.arrived.sealing.open_text(sealed::REASON, it));
            let reason = reason.transpose()?.unwrap_or_else(|| REFUSED_TEXT.to_owned());
            let by = Some((order, OrderOutcome::Returned));
            give_back(spool, &wait, &reason, by).await
        }
    }
}

async fn open(spool: &Spool, delivery_id: i64) -> anyhow::Result<Option<Wait>> {
    let Some(delivery) = queue::waiting(&spool.store, delivery_id).await? else { return Ok(None) };
    let message = message::find(&spool.store, &delivery.message_id).await?;
    let message = message.context("a delivery has a message")?;
    let (head, envelope, kind) = (message.head.clone(), message.envelope.clone(), message.kind);
    let undecided = message.decision.is_none();
    let arrived = examining::arrived(spool, message).await?;
    let head: StoredHead = arrived.sealing.open(sealed::HEAD, &head)?;
    let stored: StoredEnvelope = arrived.sealing.open(sealed::ENVELOPE, &envelope)?;
    let recipient = arrived.sealing.open_text(sealed::RECIPIENT, &delivery.recipient)?;
    let message_id = head.message_id().map(str::to_owned);
    Ok(Some(Wait { delivery, arrived, stored, kind, recipient, message_id, undecided }))
}

/// Who has let the delivery go: those before, and now one more.
async fn let_go(spool: &Spool, order: &Order) -> anyhow::Result<BTreeSet<String>> {
    let before = order::counted(&spool.store, order.delivery_id).await?;
    Ok(before.into_iter().chain([order.releases_for.clone()]).collect())
}

async fn release(spool: &Spool, order: &Order, mut wait: Wait) -> anyhow::Result<()> {
    let let_go = let_go(spool, order).await?;
    let hold_for = wait.delivery.hold_for.clone().unwrap_or_default();
    let missing: Vec<&str> = hold_for.split(',').filter(|it| !let_go.contains(*it)).collect();
    if !missing.is_empty() {
        return leave(spool, order, OrderOutcome::Waiting).await;
    }
    let mut decided = match spool.judge(&wait.arrived).await {
        Ok(decided) => decided,
        Err(JudgeError::Absent) => return Ok(()),
        Err(_failed) if order.unexamined => {
            let plan = match unexamined::edits(spool, &wait).await {
                Ok(edits) => edits,
                Err(error) => {
                    tracing::error!(event = "order.unreadable", order = order.id, "{error:#}");
                    return leave(spool, order, OrderOutcome::Unreadable).await;
                }
            };
            let seal = |edits| {
                wait.arrived.sealing.seal(sealed::PLAN, &StoredPlan { edits, verified: false })
            };
            let plan = plan.map(seal).transpose()?;
            let resolved = Resolved::Released { due_at_ms: now_ms(), plan };
            return settle(spool, &wait, resolved, Some((order, OrderOutcome::Released))).await;
        }
        Err(error) => {
            tracing::error!(event = "order.unreadable", order = order.id, "{error}");
            return leave(spool, order, OrderOutcome::Unreadable).await;
        }
    };
    spool.prove(&mut decided).await;
    let at = decided.verdicts.iter().find(|it| it.recipient == wait.recipient);
    let verdict = at.context("the decision is about other recipients")?;
    let answers = plan::can_answer(&wait.arrived.envelope, &decided.head);
    match plan::released(verdict, &let_go, answers) {
        Next::Deliver => {
            let edits = edits_of(&decided, verdict.edits)?;
            let plan = StoredPlan { edits, verified: plan::is_verified(verdict) };
            let plan = wait.arrived.sealing.seal(sealed::PLAN, &plan)?;
            let resolved = Resolved::Released { due_at_ms: now_ms(), plan: Some(plan) };
            settle(spool, &wait, resolved, Some((order, OrderOutcome::Released))).await
        }
        Next::Keep(kept) => {
            // It is kept for as long as one that comes now.
            wait.arrived.at_ms = now_ms();
            keep(spool, order, &wait, &decided, &kept).await
        }
        Next::Return(text) => {
            give_back(spool, &wait, &text, Some((order, OrderOutcome::Returned))).await
        }
        Next::Wait(releasers) => {
            let resolved = Resolved::Waits { hold_for: releasers.join(",") };
            settle(spool, &wait, resolved, Some((order, OrderOutcome::Waiting))).await
        }
    }
}

/// An order, and what comes of it.
type By<'o> = Option<(&'o Order, OrderOutcome)>;

async fn settle(spool: &Spool, wait: &Wait, resolved: Resolved, by: By<'_>) -> anyhow::Result<()> {
    let resolution = resolution(resolved, by);
    commit(spool, wait, resolution, by, &[]).await
}

async fn keep(
    spool: &Spool,
    order: &Order,
    wait: &Wait,
    decided: &Decided,
    kept: &Kept,
) -> anyhow::Result<()> {
    let by = Some((order, OrderOutcome::Kept));
    let mut causes = spool.row(&wait.arrived, &decided.head, Some(decided))?;
    let (_, notice) = spool.keep(&wait.arrived, &decided.head, kept, &mut causes).await?;
    let status = wait.arrived.sealing.seal_text(sealed::STATUS, KEPT_TEXT);
    let resolution = Resolution {
        status: Some(&status),
        copies: &causes.copies,
        tokens: &causes.tokens,
        ..resolution(Resolved::Kept, by)
    };
    let told = spool.kept(&wait.arrived, &decided.head, &kept.recipient).await?;
    let also: Vec<Commit> = std::iter::once(notice).chain(told).collect();
    commit(spool, wait, resolution, by, &also).await
}

/// Ends a wait: the message does not go to this recipient, and its sender is told; for a mail of
/// our own, whoever it names.
async fn give_back(spool: &Spool, wait: &Wait, why: &str, by: By<'_>) -> anyhow::Result<()> {
    let mut also = Vec::new();
    if let Some(addressee) = Addressee::of(&wait.stored, wait.kind) {
        let failed = Failed {
            sender: addressee.to,
            message_id: addressee.message_id.or(wait.message_id.as_deref()),
            arrived_ms: wait.arrived.at_ms,
            recipients: &[Undelivered {
                address: wait.recipient.clone(),
                why: addressee.why(why),
                cause: Cause::Policy,
            }],
            wishes: &wait.arrived.envelope.wishes,
            reach: wait.arrived.reach(),
        };
        also.extend(spool.bounce(&failed, now_ms()).await?);
    }
    let untold = also.is_empty();
    let by =
        by.map(|(order, outcome)| (order, if untold { OrderOutcome::Untold } else { outcome }));
    let status = wait.arrived.sealing.seal_text(sealed::STATUS, why);
    let resolution = Resolution { status: Some(&status), ..resolution(Resolved::Refused, by) };
    commit(spool, wait, resolution, by, &also).await
}

/// Ends a wait, and tells nobody.
async fn discard(spool: &Spool, order: &Order, wait: &Wait) -> anyhow::Result<()> {
    let by = Some((order, OrderOutcome::Untold));
    let status = wait.arrived.sealing.seal_text(sealed::STATUS, DISCARDED_TEXT);
    let resolution = Resolution { status: Some(&status), ..resolution(Resolved::Refused, by) };
    commit(spool, wait, resolution, by, &[]).await
}

fn resolution(resolved: Resolved, by: By<'_>) -> Resolution<'static> {
    let order = by.map(|(order, outcome)| (order.id, outcome));
    Resolution {
        resolved,
        status: None,
        order,
        copies: &[],
        tokens: &[],
        events: &[],
        also: &[],
        audit: &[],
    }
}

async fn commit(
    spool: &Spool,
    wait: &Wait,
    resolution: Resolution<'_>,
    by: By<'_>,
    also: &[Commit],
) -> anyhow::Result<()> {
    let now_ms = now_ms();
    let name = match resolution.resolved {
        Resolved::Kept => "message.kept",
        Resolved::Refused => "message.returned",
        Resolved::Released { .. } => "message.released",
        Resolved::Waits { .. } => "message.held",
    };
    let who = by.map(|(order, _)| format!("{} for {}", order.ordered_by, shown(order)));
    let detail = who.map(|it| wait.arrived.sealing.seal_text(sealed::EVENT, &it));
    let events = [NewEvent { at_ms: now_ms, name: name.to_owned(), detail }];
    let told = [audit::resolved(&wait.delivery, &resolution.resolved, by.map(|it| it.0))];
    let resolution = Resolution { events: &events, also, audit: &told, ..resolution };
    queue::resolve(&spool.store, &wait.delivery, &resolution, now_ms).await?;
    tracing::info!(event = name, id = wait.arrived.id, delivery = wait.delivery.id);
    spool.due.notify_waiters();
    Ok(())
}

fn shown(order: &Order) -> &str {
    if order.releases_for == POSTMASTER { "postmaster" } else { &order.releases_for }
}

/// Returns what was held for longer than `life_ms`.
pub(super) async fn expire(spool: &Spool, life_ms: i64) -> anyhow::Result<()> {
    let before_ms = now_ms().saturating_sub(life_ms);
    let days = life_ms / DAY_MS;
    let why = format!("It was held for {days} days, and nobody let it go.");
    let mut after = 0;
    loop {
        let held = queue::held(&spool.store, after, PAGE_ROWS).await?;
        let Some(last) = held.last() else { return Ok(()) };
        after = last.id;
        for delivery in held.iter().filter(|it| it.received_at_ms < before_ms) {
            match give_up(spool, delivery.id, &why).await {
                Ok(()) => {}
                Err(error) if is_late(&error) => {}
                // One that cannot be returned keeps up no other.
                Err(error) => {
                    tracing::error!(event = "hold.not-ended", delivery = delivery.id, "{error:#}");
                }
            }
        }
    }
}

async fn give_up(spool: &Spool, delivery_id: i64, why: &str) -> anyhow::Result<()> {
    match open(spool, delivery_id).await? {
        Some(wait) => give_back(spool, &wait, why, None).await,
        None => Ok(()),
    }
}

/// A day, milliseconds.
pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;
