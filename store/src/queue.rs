//! The queue: what is to be delivered, examined, released.
//!
//! A delivery is queued, then active while somebody delivers it, then sent, failed or queued
//! again. What was active when the process ended is put back by [`recover`]; what is active and
//! delivered by nobody is found by [`active`]. Only the process that owns the queue calls these
//! functions.

mod due;
mod lease;
mod row;
mod shift;

use crate::ask;
use crate::audit::NewRecord;
use crate::commit::{self, Commit};
use crate::group::{Write, Written};
use crate::message::Message;
use crate::page::bounded;
use crate::pool::Transaction;
use crate::script::Script;
use crate::{Store, StoreError, audit, order};

pub use crate::commit::commit_all;
pub use due::{destinations, due, due_of};
pub use lease::{LEASE_MS, recover, renew, take_over};
pub use row::{
    Delivery, DeliveryCount, DeliveryState, Destination, Due, Ended, First, HeldDelivery,
    QueuedDelivery, Resolution, Resolved, Settled, WaitingDelivery,
};
pub use shift::shift;

/// Commits a message and all it causes, in one transaction.
///
/// # Errors
///
/// As [`commit_all`].
pub async fn commit(store: &Store, commit: &Commit) -> Result<(), StoreError> {
    commit_all(store, std::slice::from_ref(commit)).await
}

/// Deliveries of one route that this node has taken and not settled, starting after the delivery `after`
/// (or after 0). Who delivers them knows which of these are its own; nobody delivers the rest.
///
/// # Errors
///
/// As any read.
pub async fn active(
    store: &Store,
    route: &str,
    after: i64,
    rows: u32,
) -> Result<Vec<i64>, StoreError> {
    ask::query_scalar(include_str!("../sql/queue/active.sql"))
        .bind(route)
        .bind(after)
        .bind(bounded(rows))
        .bind(store.node())
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/active"))
}

/// Takes a queued delivery and counts the attempt. Gives false when somebody else has taken it.
///
/// # Errors
///
/// As any write.
pub async fn claim(store: &Store, delivery_id: i64, now_ms: i64) -> Result<bool, StoreError> {
    Ok(claim_all(store, vec![delivery_id], now_ms).await?.first().copied().unwrap_or_default())
}

/// Takes queued deliveries and counts the attempts, in one transaction. Gives for each whether it
/// was taken, in their order. They are this node's for [`Store::lease_ms`]; [`renew`] makes that longer.
///
/// # Errors
///
/// As any write.
pub async fn claim_all(
    store: &Store,
    deliveries: Vec<i64>,
    now_ms: i64,
) -> Result<Vec<bool>, StoreError> {
    let lease_until_ms = store.shared_ms(now_ms).saturating_add(store.lease_ms());
    let claiming = Claiming { deliveries, owner: store.node().to_owned(), lease_until_ms };
    match store.group().write(Write::Claim(claiming)).await? {
        Written::Claimed(taken) => Ok(taken),
        Written::All => Ok(Vec::new()),
    }
}

/// Deliveries to be taken, as [`claim_all`] is told them.
#[derive(Debug)]
pub(crate) struct Claiming {
    deliveries: Vec<i64>,
    owner: String,
    lease_until_ms: i64,
}

/// Takes deliveries in a transaction that the caller commits.
pub(crate) async fn claim_in(
    transaction: &mut Transaction,
    Claiming { deliveries, owner, lease_until_ms }: &Claiming,
) -> Result<Vec<bool>, StoreError> {
    let mut taken = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let done = ask::query(include_str!("../sql/queue/claim.sql"))
            .bind(delivery)
            .bind(owner)
            .bind(lease_until_ms)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::at("queue/claim"))?;
        taken.push(done.rows_affected() == 1);
    }
    Ok(taken)
}

/// Ends an attempt: what became of it, its sealed status, the mails it causes, and what the audit
/// log tells of it, in one transaction.
///
/// # Errors
///
/// As [`settle_all`].
pub async fn settle(
    store: &Store,
    delivery_id: i64,
    settled: Settled,
    status: Option<&[u8]>,
    now_ms: i64,
    also: &[Commit],
    audit: &[NewRecord],
) -> Result<(), StoreError> {
    let status = status.map(<[u8]>::to_vec);
    let ended = Ended { delivery_id, settled, status, told_late: false };
    settle_all(store, vec![ended], now_ms, also, audit).await
}

/// Ends attempts: what became of each, the mails they cause together, and what the audit log tells
/// of them, in one transaction. One
/// that is not under way any more, or that another node took over, is left as it is.
///
/// # Errors
///
/// [`StoreError::Stale`] when none of them is under way; otherwise as any write.
pub async fn settle_all(
    store: &Store,
    ended: Vec<Ended>,
    now_ms: i64,
    also: &[Commit],
    audit: &[NewRecord],
) -> Result<(), StoreError> {
    let (also, audit) = (also.to_vec(), audit.to_vec());
    let settling = Settling { ended, now_ms, also, audit, owner: store.node().to_owned() };
    store.group().write(Write::Settle(settling)).await.map(|_written| ())
}

/// The ends of attempts, as [`settle_all`] is told them.
#[derive(Debug)]
pub(crate) struct Settling {
    ended: Vec<Ended>,
    now_ms: i64,
    also: Vec<Commit>,
    audit: Vec<NewRecord>,
    owner: String,
}

/// Ends attempts in a transaction that the caller commits.
pub(crate) async fn settle_in(
    transaction: &mut Transaction,
    settling: &Settling,
    end: &mut audit::End,
) -> Result<(), StoreError> {
    let mut settled = 0;
    for ended in &settling.ended {
        settled = settle_one(transaction, ended, settling).await?.max(settled);
    }
    StoreError::unless_one("queue/settle_done", settled)?;
    commit::write_with(transaction, &settling.also, end).await?;
    audit::write_with(transaction, Script::default(), &settling.audit, end).await
}

async fn settle_one(
    transaction: &mut Transaction,
    ended: &Ended,
    Settling { now_ms, owner, .. }: &Settling,
) -> Result<u64, StoreError> {
    let Ended { delivery_id, settled, status, told_late } = ended;
    let statement = match settled {
        Settled::Failed | Settled::Sent => "queue/settle_done",
        Settled::Retry { .. } => "queue/settle_retry",
    };
    let done = |state: DeliveryState| {
        ask::query(include_str!("../sql/queue/settle_done.sql"))
            .bind(delivery_id)
            .bind(state)
            .bind(now_ms)
            .bind(status)
            .bind(owner)
    };
    let query = match settled {
        Settled::Failed => done(DeliveryState::Failed),
        Settled::Retry { due_at_ms } => ask::query(include_str!("../sql/queue/settle_retry.sql"))
            .bind(delivery_id)
            .bind(due_at_ms)
            .bind(status)
            .bind(told_late)
            .bind(owner),
        Settled::Sent => done(DeliveryState::Sent),
    };
    let changed = query.execute(&mut *transaction).await.map_err(StoreError::at(statement))?;
    Ok(changed.rows_affected())
}

/// Messages whose examination is due, the longest due first.
///
/// # Errors
///
/// As any read.
pub async fn examining(store: &Store, now_ms: i64, rows: u32) -> Result<Vec<Message>, StoreError> {
    ask::query_as(include_str!("../sql/queue/examining.sql"))
        .bind(now_ms)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/examining"))
}

/// Moves an examination, which was due at `seen_ms`, to a later time and counts the attempt. Gives
/// false when the message is no longer examined, or another node was faster.
///
/// To be called before each attempt: a message that ends the process is then not tried for ever.
///
/// # Errors
///
/// As any write.
pub async fn defer(
    store: &Store,
    message_id: &str,
    seen_ms: Option<i64>,
    due_at_ms: i64,
) -> Result<bool, StoreError> {
    let done = ask::query(include_str!("../sql/queue/defer.sql"))
        .bind(message_id)
        .bind(due_at_ms)
        .bind(seen_ms)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("queue/defer"))?;
    Ok(done.rows_affected() == 1)
}

/// Held deliveries, the oldest first, starting after the delivery `after` (or after 0).
///
/// # Errors
///
/// As any read.
pub async fn held(store: &Store, after: i64, rows: u32) -> Result<Vec<HeldDelivery>, StoreError> {
    ask::query_as(include_str!("../sql/queue/held.sql"))
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/held"))
}

/// The delivery, if it is held, queued or under way.
///
/// # Errors
///
/// As any read.
pub async fn waiting(
    store: &Store,
    delivery_id: i64,
) -> Result<Option<WaitingDelivery>, StoreError> {
    ask::query_as(include_str!("../sql/queue/waiting.sql"))
        .bind(delivery_id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("queue/waiting"))
}

/// Queued deliveries of a route, the next one first.
///
/// # Errors
///
/// As any read.
pub async fn queued(
    store: &Store,
    route: &str,
    rows: u32,
) -> Result<Vec<QueuedDelivery>, StoreError> {
    ask::query_as(include_str!("../sql/queue/queued.sql"))
        .bind(route)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/queued"))
}

/// Deliveries of a route that are under way.
///
/// # Errors
///
/// As any read.
pub async fn under_way(
    store: &Store,
    route: &str,
    rows: u32,
) -> Result<Vec<QueuedDelivery>, StoreError> {
    ask::query_as(include_str!("../sql/queue/under_way.sql"))
        .bind(route)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/under_way"))
}

/// Makes a queued delivery due now, and writes what the audit log tells of it. Gives whether it was
/// queued; nothing is told otherwise.
///
/// # Errors
///
/// As any write.
pub async fn retry(
    store: &Store,
    delivery_id: i64,
    now_ms: i64,
    audit: &[NewRecord],
) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let done = ask::query(include_str!("../sql/queue/retry.sql"))
        .bind(delivery_id)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("queue/retry"))?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("queue/retry"))?;
    Ok(true)
}

/// Makes every queued delivery of a route due now, and writes what the audit log tells of it. Gives
/// how many were not.
///
/// # Errors
///
/// As any write.
pub async fn retry_all(
    store: &Store,
    route: &str,
    now_ms: i64,
    audit: &[NewRecord],
) -> Result<u64, StoreError> {
    let mut transaction = store.begin().await?;
    let done = ask::query(include_str!("../sql/queue/retry_all.sql"))
        .bind(route)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("queue/retry_all"))?;
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("queue/retry_all"))?;
    Ok(done.rows_affected())
}

/// Ends the wait of a delivery, or says whom it waits for, with all that this causes, in one
/// transaction.
///
/// # Errors
///
/// [`StoreError::Stale`] unless the delivery waits and the order is open; otherwise as any write.
pub async fn resolve(
    store: &Store,
    delivery: &WaitingDelivery,
    resolution: &Resolution<'_>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let id = delivery.id;
    let ended = |text: &'static str| ask::query(text).bind(id).bind(now_ms).bind(resolution.status);
    let (statement, query) = match &resolution.resolved {
        Resolved::Kept => ("queue/keep", ended(include_str!("../sql/queue/keep.sql"))),
        Resolved::Refused => ("queue/refuse", ended(include_str!("../sql/queue/refuse.sql"))),
        Resolved::Released { due_at_ms, plan } => {
            let query = ask::query(include_str!("../sql/queue/release.sql"));
            ("queue/release", query.bind(id).bind(*due_at_ms).bind(plan.as_deref()))
        }
        Resolved::Waits { hold_for } => {
            let query = ask::query(include_str!("../sql/queue/hold_on.sql"));
            ("queue/hold_on", query.bind(id).bind(hold_for.as_str()))
        }
    };
    let changed = query.execute(&mut transaction).await.map_err(StoreError::at(statement))?;
    StoreError::unless_one(statement, changed.rows_affected())?;
    if let Some((order, outcome)) = resolution.order {
        order::close(&mut transaction, order, outcome, now_ms).await?;
    }
    let Resolution { copies, tokens, events, .. } = resolution;
    let mut script = Script::default();
    commit::add(&mut script, &delivery.message_id, copies, tokens, events);
    script.run(&mut transaction).await?;
    commit::write(&mut transaction, resolution.also).await?;
    audit::write(&mut transaction, resolution.audit).await?;
    transaction.commit().await.map_err(StoreError::at(statement))
}

/// The deliveries of a message, in the order they were decided, starting after the one `after` (or
/// after 0).
///
/// # Errors
///
/// As any read.
pub async fn of_message(
    store: &Store,
    message_id: &str,
    after: i64,
    rows: u32,
) -> Result<Vec<Delivery>, StoreError> {
    ask::query_as(include_str!("../sql/delivery/of_message.sql"))
        .bind(message_id)
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("delivery/of_message"))
}

/// When the message of the delivery was received that is held for the longest time.
///
/// # Errors
///
/// As any read.
pub async fn oldest_held(store: &Store) -> Result<Option<i64>, StoreError> {
    ask::query_scalar(include_str!("../sql/queue/oldest_held.sql"))
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::at("queue/oldest_held"))
}

/// When the message of the delivery was received that waits for its next hop for the longest time.
///
/// # Errors
///
/// As any read.
pub async fn oldest_queued(store: &Store) -> Result<Option<i64>, StoreError> {
    ask::query_scalar(include_str!("../sql/queue/oldest_queued.sql"))
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::at("queue/oldest_queued"))
}

/// How many deliveries are active, held and queued, in this order.
///
/// # Errors
///
/// As any read.
pub async fn counts(store: &Store) -> Result<Vec<DeliveryCount>, StoreError> {
    ask::query_as(include_str!("../sql/queue/counts.sql"))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/counts"))
}
