//! The queue: what is to be delivered, examined, released.
//!
//! A delivery is queued, then active while somebody delivers it, then sent, failed or queued
//! again. What was active when the process ended is put back by [`recover`]. Only the process
//! that owns the queue calls these functions.

use sqlx::FromRow;
use vault::WrappedKey;

use crate::column::KeyColumn;
use crate::commit::{self, Commit};
use crate::message::{Message, MessageKind};
use crate::page::bounded;
use crate::{Store, StoreError};

pub use crate::commit::commit_all;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, sqlx::Type)]
#[sqlx(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Somebody delivers it.
    Active,
    /// Given up, or refused by who held it.
    Failed,
    /// Waits for somebody to decide.
    Held,
    /// Waits for its time.
    Queued,
    /// The next hop has it.
    Sent,
}

/// A delivery whose time has come.
#[derive(Clone, Debug, FromRow)]
pub struct Due {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Sealed.
    pub plan: Vec<u8>,
    /// How often it was tried before.
    pub attempts: u32,
    /// In ms since 1970 UTC.
    pub due_at_ms: i64,
    /// Sealed.
    pub last_status: Option<Vec<u8>>,
    /// What the message is.
    pub kind: MessageKind,
    /// The key of the message; absent only when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Sealed.
    pub envelope: Vec<u8>,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// When the message came, in ms since 1970 UTC.
    pub received_at_ms: i64,
}

/// A delivery that waits for somebody to decide.
#[derive(Clone, Debug, FromRow)]
pub struct HeldDelivery {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Who is to decide, or why.
    pub hold_for: Option<String>,
    /// What the message is.
    pub kind: MessageKind,
    /// The key of the message; absent when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Sealed.
    pub head: Vec<u8>,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// When the message came, in ms since 1970 UTC.
    pub received_at_ms: i64,
}

/// A delivery as the log of its message shows it.
#[derive(Clone, Debug, FromRow)]
pub struct Delivery {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// In ms since 1970 UTC.
    pub due_at_ms: Option<i64>,
    /// Sealed.
    pub last_status: Option<Vec<u8>>,
    /// When it was sent or given up, in ms since 1970 UTC.
    pub done_at_ms: Option<i64>,
    /// Who was to decide, or why.
    pub hold_for: Option<String>,
}

/// How many deliveries are in one of the states that are not the last.
#[derive(Clone, Copy, Debug, Eq, FromRow, PartialEq)]
pub struct DeliveryCount {
    /// The state.
    pub state: DeliveryState,
    /// How many.
    pub count: i64,
}

/// How an attempt to deliver ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Settled {
    /// For ever.
    Failed,
    /// For now.
    Retry {
        /// When to try again, in ms since 1970 UTC.
        due_at_ms: i64,
    },
    /// The next hop has it.
    Sent,
}

/// What somebody decided about a held delivery.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Resolved {
    /// It does not go.
    Refused,
    /// It goes.
    Released {
        /// When it is due, in ms since 1970 UTC.
        due_at_ms: i64,
    },
}

/// Commits a message and all it causes, in one transaction.
///
/// # Errors
///
/// As [`commit_all`].
pub async fn commit(store: &Store, commit: &Commit) -> Result<(), StoreError> {
    commit_all(store, std::slice::from_ref(commit)).await
}

/// Deliveries whose time has come, the longest due first.
///
/// # Errors
///
/// As any read.
pub async fn due(store: &Store, now_ms: i64, rows: u32) -> Result<Vec<Due>, StoreError> {
    sqlx::query_as(include_str!("../sql/queue/due.sql"))
        .bind(now_ms)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/due"))
}

/// Takes a queued delivery and counts the attempt. Gives false when somebody else has taken it.
///
/// # Errors
///
/// As any write.
pub async fn claim(store: &Store, delivery_id: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(include_str!("../sql/queue/claim.sql"))
        .bind(delivery_id)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("queue/claim"))?;
    Ok(done.rows_affected() == 1)
}

/// Ends an attempt: what became of it, its sealed status, and the mails it causes, in one
/// transaction.
///
/// # Errors
///
/// [`StoreError::Stale`] unless the delivery was claimed; otherwise as any write.
pub async fn settle(
    store: &Store,
    delivery_id: i64,
    settled: Settled,
    status: Option<&[u8]>,
    now_ms: i64,
    also: &[Commit],
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let statement = match settled {
        Settled::Failed | Settled::Sent => "queue/settle_done",
        Settled::Retry { .. } => "queue/settle_retry",
    };
    let done = |state: DeliveryState| {
        sqlx::query(include_str!("../sql/queue/settle_done.sql"))
            .bind(delivery_id)
            .bind(state)
            .bind(now_ms)
            .bind(status)
    };
    let query = match settled {
        Settled::Failed => done(DeliveryState::Failed),
        Settled::Retry { due_at_ms } => sqlx::query(include_str!("../sql/queue/settle_retry.sql"))
            .bind(delivery_id)
            .bind(due_at_ms)
            .bind(status),
        Settled::Sent => done(DeliveryState::Sent),
    };
    let changed = query.execute(&mut *transaction).await.map_err(StoreError::at(statement))?;
    StoreError::unless_one(statement, changed.rows_affected())?;
    commit::write(&mut transaction, also).await?;
    transaction.commit().await.map_err(StoreError::at(statement))
}

/// Puts back what was being delivered when the process ended, due at once. Gives how many.
///
/// # Errors
///
/// As any write.
pub async fn recover(store: &Store, now_ms: i64) -> Result<u64, StoreError> {
    let done = sqlx::query(include_str!("../sql/queue/recover.sql"))
        .bind(now_ms)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("queue/recover"))?;
    Ok(done.rows_affected())
}

/// The earliest time at which a delivery or an examination is due, in ms since 1970 UTC.
///
/// # Errors
///
/// As any read.
pub async fn next_due(store: &Store) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar(include_str!("../sql/queue/next_due.sql"))
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::at("queue/next_due"))
}

/// Messages whose examination is due, the longest due first.
///
/// # Errors
///
/// As any read.
pub async fn examining(store: &Store, now_ms: i64, rows: u32) -> Result<Vec<Message>, StoreError> {
    sqlx::query_as(include_str!("../sql/queue/examining.sql"))
        .bind(now_ms)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/examining"))
}

/// Moves an examination to a later time and counts the attempt. Gives false when the message is
/// no longer examined.
///
/// To be called before each attempt: a message that ends the process is then not tried for ever.
///
/// # Errors
///
/// As any write.
pub async fn defer(store: &Store, message_id: &str, due_at_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(include_str!("../sql/queue/defer.sql"))
        .bind(message_id)
        .bind(due_at_ms)
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
    sqlx::query_as(include_str!("../sql/queue/held.sql"))
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/held"))
}

/// Ends the wait of a held delivery, with the mails that causes, in one transaction.
///
/// # Errors
///
/// [`StoreError::Stale`] unless the delivery is held; otherwise as any write.
pub async fn resolve(
    store: &Store,
    delivery_id: i64,
    resolved: Resolved,
    now_ms: i64,
    also: &[Commit],
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let (statement, text, at_ms) = match resolved {
        Resolved::Refused => ("queue/refuse", include_str!("../sql/queue/refuse.sql"), now_ms),
        Resolved::Released { due_at_ms } => {
            ("queue/release", include_str!("../sql/queue/release.sql"), due_at_ms)
        }
    };
    let changed = sqlx::query(text)
        .bind(delivery_id)
        .bind(at_ms)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at(statement))?;
    StoreError::unless_one(statement, changed.rows_affected())?;
    commit::write(&mut transaction, also).await?;
    transaction.commit().await.map_err(StoreError::at(statement))
}

/// The deliveries of a message, in the order they were decided.
///
/// # Errors
///
/// As any read.
pub async fn of_message(
    store: &Store,
    message_id: &str,
    rows: u32,
) -> Result<Vec<Delivery>, StoreError> {
    sqlx::query_as(include_str!("../sql/delivery/of_message.sql"))
        .bind(message_id)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("delivery/of_message"))
}

/// How many deliveries are active, held and queued, in this order.
///
/// # Errors
///
/// As any read.
pub async fn counts(store: &Store) -> Result<Vec<DeliveryCount>, StoreError> {
    sqlx::query_as(include_str!("../sql/queue/counts.sql"))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/counts"))
}
