//! Orders about deliveries that wait: who let a held one go, who returned one, and what came of it.
//!
//! Whoever may open the database gives orders; only the process that owns the queue carries them
//! out ([`crate::queue::resolve`]) or closes them. They stay as long as their message has a row.

use sqlx::FromRow;

use crate::ask;
use crate::audit::NewRecord;
use crate::page::bounded;
use crate::pool::Transaction;
use crate::{Store, StoreError, audit};

/// What is to become of a delivery.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum OrderWhat {
    /// What waits does not go, and nobody is told.
    Discard,
    /// What is held may go, as far as one of those who hold it is concerned.
    Release,
    /// What waits does not go, and its sender is told.
    Return,
}

crate::ask::texts! { OrderWhat { Discard = "discard", Release = "release", Return = "return" } }

/// What came of an order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum OrderOutcome {
    /// The recipient reads it in the portal.
    Kept,
    /// Somebody else was faster.
    Late,
    /// It goes.
    Released,
    /// Its sender was told that it does not go.
    Returned,
    /// It does not go, and nobody was told: there is nobody to tell, or nobody who wants to be.
    Untold,
    /// It could not be examined again, so it waits on.
    Unreadable,
    /// It counts; others who hold the message have not let it go.
    Waiting,
}

crate::ask::texts! { OrderOutcome { Kept = "kept", Late = "late", Released = "released", Returned = "returned", Untold = "untold", Unreadable = "unreadable", Waiting = "waiting" } }

/// An order to be given.
#[derive(Clone, Debug)]
pub struct NewOrder<'a> {
    /// Of which delivery.
    pub delivery_id: i64,
    /// What.
    pub what: OrderWhat,
    /// For whom of those who hold it; the empty text is the postmaster.
    pub releases_for: &'a str,
    /// Who gives it, as the operator is called on this machine.
    pub ordered_by: &'a str,
    /// Sealed: why.
    pub reason: Option<&'a [u8]>,
    /// Whether it may go although nobody can examine it.
    pub unexamined: bool,
    /// In ms since 1970 UTC.
    pub at_ms: i64,
}

/// An order that was given.
#[derive(Clone, Debug, FromRow)]
pub struct Order {
    /// Counts upwards.
    pub id: i64,
    /// Of which delivery.
    pub delivery_id: i64,
    /// What.
    pub what: OrderWhat,
    /// For whom of those who hold it; the empty text is the postmaster.
    pub releases_for: String,
    /// Who gave it.
    pub ordered_by: String,
    /// Sealed: why.
    pub reason: Option<Vec<u8>>,
    /// Whether it may go although nobody can examine it.
    pub unexamined: bool,
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// What came of it; absent while it is open.
    pub outcome: Option<OrderOutcome>,
}

/// An order that nobody has carried out.
#[derive(Clone, Debug, FromRow)]
pub struct OpenOrder {
    /// The order.
    #[sqlx(flatten)]
    pub order: Order,
    /// The message of its delivery.
    pub message_id: String,
}

/// Gives an order, with what the audit log tells of it; returns its number.
///
/// # Errors
///
/// As any write.
pub async fn give(
    store: &Store,
    order: &NewOrder<'_>,
    audit: &[NewRecord],
) -> Result<i64, StoreError> {
    let mut transaction = store.begin().await?;
    let number = insert(&mut transaction, order).await?;
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("order/insert"))?;
    Ok(number)
}

/// Gives several orders at once: all or none.
///
/// # Errors
///
/// As any write.
pub async fn give_all(
    store: &Store,
    orders: &[NewOrder<'_>],
    audit: &[NewRecord],
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    for order in orders {
        insert(&mut transaction, order).await?;
    }
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("order/insert"))
}

async fn insert(transaction: &mut Transaction, order: &NewOrder<'_>) -> Result<i64, StoreError> {
    ask::query_scalar(include_str!("../sql/order/insert.sql"))
        .bind(order.delivery_id)
        .bind(order.what)
        .bind(order.releases_for)
        .bind(order.ordered_by)
        .bind(order.reason)
        .bind(order.unexamined)
        .bind(order.at_ms)
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::at("order/insert"))
}

/// Orders that nobody has carried out, the oldest first, starting after the order `after` (or
/// after 0).
///
/// # Errors
///
/// As any read.
pub async fn open(store: &Store, after: i64, rows: u32) -> Result<Vec<OpenOrder>, StoreError> {
    ask::query_as(include_str!("../sql/order/open.sql"))
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("order/open"))
}

/// The order with this number.
///
/// # Errors
///
/// As any read.
pub async fn find(store: &Store, id: i64) -> Result<Option<Order>, StoreError> {
    ask::query_as(include_str!("../sql/order/find.sql"))
        .bind(id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("order/find"))
}

/// What was ordered of a delivery, in order.
///
/// # Errors
///
/// As any read.
pub async fn of_delivery(
    store: &Store,
    delivery_id: i64,
    rows: u32,
) -> Result<Vec<Order>, StoreError> {
    ask::query_as(include_str!("../sql/order/of_delivery.sql"))
        .bind(delivery_id)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("order/of_delivery"))
}

/// For whom of those who hold a delivery it was let go, by orders that count: as often as it
/// was ordered.
///
/// # Errors
///
/// As any read.
pub async fn counted(store: &Store, delivery_id: i64) -> Result<Vec<String>, StoreError> {
    ask::query_scalar(include_str!("../sql/order/counted.sql"))
        .bind(delivery_id)
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("order/counted"))
}

/// Closes an order that changes nothing.
///
/// # Errors
///
/// [`StoreError::Stale`] unless it is open; otherwise as any write.
pub async fn leave(
    store: &Store,
    id: i64,
    outcome: OrderOutcome,
    now_ms: i64,
    audit: &[NewRecord],
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    close(&mut transaction, id, outcome, now_ms).await?;
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("order/close"))
}

pub(crate) async fn close(
    transaction: &mut Transaction,
    id: i64,
    outcome: OrderOutcome,
    now_ms: i64,
) -> Result<(), StoreError> {
    let done = ask::query(include_str!("../sql/order/close.sql"))
        .bind(id)
        .bind(outcome)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("order/close"))?;
    StoreError::unless_one("order/close", done.rows_affected())
}
