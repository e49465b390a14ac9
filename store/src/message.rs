//! Messages: to find them, to count them, to destroy them.

use sqlx::FromRow;
use vault::WrappedKey;

use crate::ask;
use crate::audit::NewRecord;
use crate::column::KeyColumn;
use crate::page::bounded;
use crate::pool::Transaction;
use crate::{Cursor, Store, StoreError, audit};

/// When a message that must still be kept is looked at again.
const PURGE_AGAIN_MS: i64 = 60 * 60 * 1000;

/// What a message is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum MessageKind {
    /// Written in the portal.
    Answer,
    /// Says that a message was not delivered.
    Bounce,
    /// Tells a sender that a message was kept for its recipients.
    Confirmation,
    /// Came by SMTP.
    Mail,
    /// Tells a recipient where to read a message.
    Notice,
    /// Tells a sender that a message was read.
    Receipt,
}

crate::ask::texts! { MessageKind { Answer = "answer", Bounce = "bounce", Confirmation = "confirmation", Mail = "mail", Notice = "notice", Receipt = "receipt" } }

/// Where a message stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum MessageState {
    /// All is decided; its deliveries and copies say the rest.
    Decided,
    /// Accepted, not decided yet.
    Examining,
    /// Its key is destroyed.
    Gone,
    /// Could not be decided; somebody must look at it.
    Held,
}

crate::ask::texts! { MessageState { Decided = "decided", Examining = "examining", Gone = "gone", Held = "held" } }

/// A message.
#[derive(Clone, Debug, FromRow)]
pub struct Message {
    /// 26 letters and digits.
    pub id: String,
    /// What it is.
    pub kind: MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// Absent when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// Sealed.
    pub envelope: Vec<u8>,
    /// Sealed.
    pub head: Vec<u8>,
    /// Sealed.
    pub decision: Option<Vec<u8>>,
    /// Which rules decided.
    pub bundle: Option<Vec<u8>>,
    /// In ms since 1970 UTC.
    pub received_at_ms: i64,
    /// When it is to be examined, in ms since 1970 UTC.
    pub due_at_ms: Option<i64>,
    /// How often its examination was begun from the queue.
    #[sqlx(try_from = "i64")]
    pub attempts: u32,
}

/// How many messages are in one state.
#[derive(Clone, Copy, Debug, Eq, FromRow, PartialEq)]
pub struct MessageCount {
    /// The state.
    pub state: MessageState,
    /// How many.
    pub count: i64,
}

impl Message {
    /// Its place in a list ordered by time of receipt.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.received_at_ms, &self.id)
    }
}

/// The message with this id.
///
/// # Errors
///
/// As any read.
pub async fn find(store: &Store, id: &str) -> Result<Option<Message>, StoreError> {
    ask::query_as(include_str!("../sql/message/find.sql"))
        .bind(id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("message/find"))
}

/// The newest messages that somebody sent, the oldest of them first; none that was written about
/// them.
///
/// # Errors
///
/// As any read.
pub async fn newest(store: &Store, rows: u32) -> Result<Vec<Message>, StoreError> {
    let found: Result<Vec<Message>, _> = ask::query_as(include_str!("../sql/message/newest.sql"))
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await;
    let mut found = found.map_err(StoreError::at("message/newest"))?;
    found.reverse();
    Ok(found)
}

/// Messages held as a whole, the oldest first, starting after `after`.
///
/// # Errors
///
/// As any read.
pub async fn held(
    store: &Store,
    after: Option<Cursor>,
    rows: u32,
) -> Result<Vec<Message>, StoreError> {
    let after = after.unwrap_or_else(Cursor::oldest);
    ask::query_as(include_str!("../sql/message/held.sql"))
        .bind(after.at_ms())
        .bind(after.id())
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("message/held"))
}

/// How many messages are decided (and not gone), examined and held, in this order.
///
/// # Errors
///
/// As any read.
pub async fn counts(store: &Store) -> Result<Vec<MessageCount>, StoreError> {
    ask::query_as(include_str!("../sql/message/counts.sql"))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("message/counts"))
}

/// The ids of messages whose bodies are files, in their order, starting after `after` (or at the
/// beginning, after the empty text).
///
/// To be walked beside [`Bodies::ids`](crate::body::Bodies::ids): a body that is not among them
/// belongs to no message.
///
/// # Errors
///
/// As any read.
pub async fn body_ids(store: &Store, after: &str, rows: u32) -> Result<Vec<String>, StoreError> {
    ask::query_scalar(include_str!("../sql/message/body_ids.sql"))
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("message/body_ids"))
}

/// Destroys the key of a message. Gives whether there was one.
///
/// Its body may be removed afterwards. [`Store::checkpoint`] wipes the key from the log as well.
///
/// # Errors
///
/// As any write.
pub async fn destroy(store: &Store, id: &str) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let destroyed = destroy_in(&mut transaction, id).await?;
    transaction.commit().await.map_err(StoreError::at("message/destroy"))?;
    Ok(destroyed)
}

/// Destroys the key, and the body if it lies beside it, in a transaction that the caller commits.
async fn destroy_in(transaction: &mut Transaction, id: &str) -> Result<bool, StoreError> {
    let done = ask::query(include_str!("../sql/message/destroy.sql"))
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("message/destroy"))?;
    ask::query(include_str!("../sql/body/delete.sql"))
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("body/delete"))?;
    Ok(done.rows_affected() == 1)
}

/// Destroys the keys of messages that nobody can need any more, and gives their ids: their
/// bodies may be removed.
///
/// A message is kept while a delivery is queued or held, while a copy can be read, and while its
/// sender may want to see it: for `retention_ms` after it was written in the portal. A copy that
/// turns read-only is readable for `retention_ms` after it was delivered. Looks at no more than
/// `rows` messages; call it until it gives nothing. `tell` makes of the ids what the audit log
/// tells.
///
/// # Errors
///
/// As any write.
pub async fn purge_done(
    store: &Store,
    now_ms: i64,
    retention_ms: i64,
    rows: u32,
    tell: impl Fn(&[String]) -> NewRecord,
) -> Result<Vec<String>, StoreError> {
    let mut transaction = store.begin().await?;
    let candidates: Vec<(String, bool)> =
        ask::query_as(include_str!("../sql/message/purge_candidates.sql"))
            .bind(now_ms)
            .bind(now_ms.saturating_sub(retention_ms))
            .bind(bounded(rows))
            .fetch_all(&mut transaction)
            .await
            .map_err(StoreError::at("message/purge_candidates"))?;
    let mut gone = Vec::new();
    for (id, kept) in candidates {
        if kept {
            ask::query(include_str!("../sql/message/purge_later.sql"))
                .bind(&id)
                .bind(now_ms.saturating_add(PURGE_AGAIN_MS))
                .execute(&mut transaction)
                .await
                .map_err(StoreError::at("message/purge_later"))?;
        } else {
            destroy_in(&mut transaction, &id).await?;
            gone.push(id);
        }
    }
    if !gone.is_empty() {
        audit::write(&mut transaction, &[tell(&gone)]).await?;
    }
    transaction.commit().await.map_err(StoreError::at("message/purge"))?;
    Ok(gone)
}

/// Removes a message with all that was written of it, as if there had never been one. For copies of
/// a database: nothing tells whether somebody works on it.
///
/// # Errors
///
/// As any write.
pub async fn remove(store: &Store, id: &str) -> Result<bool, StoreError> {
    let done = ask::query(include_str!("../sql/message/remove.sql"))
        .bind(id)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("message/remove"))?;
    Ok(done.rows_affected() == 1)
}

/// Removes what is left of messages that are gone and were received before `before_ms`, with
/// their deliveries, copies and events. Gives how many, no more than `rows`.
///
/// # Errors
///
/// As any write.
pub async fn forget(store: &Store, before_ms: i64, rows: u32) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../sql/message/forget.sql"))
        .bind(before_ms)
        .bind(bounded(rows))
        .execute(store.writer())
        .await
        .map_err(StoreError::at("message/forget"))?;
    Ok(done.rows_affected())
}
