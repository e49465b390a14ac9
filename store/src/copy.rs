//! Copies: what each recipient may read in the portal.

use sqlx::FromRow;
use vault::WrappedKey;

use crate::ask;
use crate::audit::NewRecord;
use crate::column::{HashColumn, KeyColumn};
use crate::commit::{self, Commit, CopyOptions};
use crate::message::MessageKind;
use crate::page::bounded;
use crate::{Cursor, Store, StoreError, audit};

/// What is left of a copy when it has expired.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum OnExpiry {
    /// Nothing.
    Gone,
    /// It can be read, not answered.
    ReadOnly,
}

crate::ask::texts! { OnExpiry { Gone = "gone", ReadOnly = "read-only" } }

/// Whether the sender is told that a copy was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum ReadReceipt {
    /// Yes.
    Always,
    /// No.
    Never,
    /// If the sender asked for it.
    OnRequest,
}

crate::ask::texts! { ReadReceipt { Always = "always", Never = "never", OnRequest = "on-request" } }

/// A copy, with what its list shows of the message.
#[derive(Clone, Debug, FromRow)]
pub struct Copy {
    /// Of the copy: what stands in the address of its page.
    pub id: String,
    /// Of its message.
    pub message_id: String,
    /// Of the sender.
    #[sqlx(try_from = "HashColumn")]
    pub sender_hash: [u8; 32],
    /// Sealed.
    pub recipient: Vec<u8>,
    /// What the reader may do.
    #[sqlx(flatten)]
    pub options: CopyOptions,
    /// Until when the recipient may have it kept, if at all.
    pub extension_until_ms: Option<i64>,
    /// In ms since 1970 UTC.
    pub expires_at_ms: i64,
    /// Which definition decided.
    pub decided_by: String,
    /// In ms since 1970 UTC.
    pub delivered_at_ms: i64,
    /// When it was opened first, in ms since 1970 UTC.
    pub read_at_ms: Option<i64>,
    /// When its sender took it back, in ms since 1970 UTC.
    pub recalled_at_ms: Option<i64>,
    /// What the message is.
    pub kind: MessageKind,
    /// The key of the message; absent when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Sealed; empty when the message is gone.
    pub head: Vec<u8>,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// When the message came, in ms since 1970 UTC.
    pub received_at_ms: i64,
}

impl Copy {
    /// Its place in an inbox.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.delivered_at_ms, &self.id)
    }

    /// What its reader may still do at a time.
    #[must_use]
    pub fn access(&self, now_ms: i64) -> Access {
        if self.wrapped_key.is_none() {
            Access::Gone
        } else if self.recalled_at_ms.is_some() {
            Access::Recalled
        } else if now_ms < self.expires_at_ms {
            Access::Full
        } else {
            match self.options.on_expiry {
                OnExpiry::Gone => Access::Expired,
                OnExpiry::ReadOnly => Access::ReadOnly,
            }
        }
    }
}

/// What the reader of a copy may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Nothing: it has expired.
    Expired,
    /// All that its options allow.
    Full,
    /// Nothing: its key is destroyed.
    Gone,
    /// Read it.
    ReadOnly,
    /// Nothing: its sender has taken it back.
    Recalled,
}

/// One page of what an address was sent, the newest first, starting after `after`.
///
/// # Errors
///
/// As any read.
pub async fn inbox(
    store: &Store,
    address_hash: &[u8; 32],
    after: Option<Cursor>,
    rows: u32,
) -> Result<Vec<Copy>, StoreError> {
    let after = after.unwrap_or_else(Cursor::newest);
    ask::query_as(include_str!("../sql/copy/inbox.sql"))
        .bind(address_hash.as_slice())
        .bind(after.at_ms())
        .bind(after.id())
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("copy/inbox"))
}

/// A copy, if it was sent to this address and not deleted.
///
/// # Errors
///
/// As any read.
pub async fn find(
    store: &Store,
    id: &str,
    address_hash: &[u8; 32],
) -> Result<Option<Copy>, StoreError> {
    ask::query_as(include_str!("../sql/copy/find.sql"))
        .bind(id)
        .bind(address_hash.as_slice())
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("copy/find"))
}

/// A copy, whoever it was sent to, if it was not deleted. Not for the portal: [`find`] is.
///
/// # Errors
///
/// As any read.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Copy>, StoreError> {
    ask::query_as(include_str!("../sql/copy/by_id.sql"))
        .bind(id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("copy/by_id"))
}

/// The copies of a message and what became of them, deleted ones as well.
///
/// # Errors
///
/// As any read.
pub async fn of_message(
    store: &Store,
    message_id: &str,
    rows: u32,
) -> Result<Vec<Copy>, StoreError> {
    ask::query_as(include_str!("../sql/copy/of_message.sql"))
        .bind(message_id)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("copy/of_message"))
}

/// How many copies an address has not read and could, counted up to
/// [`PAGE_ROWS_MAX`](crate::PAGE_ROWS_MAX).
///
/// # Errors
///
/// As any read.
pub async fn unread(
    store: &Store,
    address_hash: &[u8; 32],
    now_ms: i64,
) -> Result<i64, StoreError> {
    ask::query_scalar(include_str!("../sql/copy/unread.sql"))
        .bind(address_hash.as_slice())
        .bind(now_ms)
        .bind(bounded(u32::MAX))
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::at("copy/unread"))
}

/// Marks a copy as read and commits the mails that causes and what the audit log tells of it, in
/// one transaction.
///
/// Gives false, and writes nothing, when it had been read, deleted or taken back before: a
/// receipt goes out once.
///
/// # Errors
///
/// As any write.
pub async fn mark_read(
    store: &Store,
    id: &str,
    now_ms: i64,
    also: &[Commit],
    audit: &[NewRecord],
) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let changed = ask::query(include_str!("../sql/copy/mark_read.sql"))
        .bind(id)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("copy/mark_read"))?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    commit::write(&mut transaction, also).await?;
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("copy/mark_read"))?;
    Ok(true)
}

/// Deletes a copy, if it was sent to this address. Gives whether there was one.
///
/// # Errors
///
/// As any write.
pub async fn delete(
    store: &Store,
    id: &str,
    address_hash: &[u8; 32],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = ask::query(include_str!("../sql/copy/delete.sql"))
        .bind(id)
        .bind(address_hash.as_slice())
        .bind(now_ms)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("copy/delete"))?;
    Ok(done.rows_affected() == 1)
}

/// Lets a copy expire later. Gives false when its sender's rules do not allow it, when it would
/// expire earlier than before, or when it has expired.
///
/// # Errors
///
/// As any write.
pub async fn extend(
    store: &Store,
    id: &str,
    address_hash: &[u8; 32],
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = ask::query(include_str!("../sql/copy/extend.sql"))
        .bind(id)
        .bind(address_hash.as_slice())
        .bind(expires_at_ms)
        .bind(now_ms)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("copy/extend"))?;
    Ok(done.rows_affected() == 1)
}

/// Takes back the copies of a message, if this sender sent it. Gives how many.
///
/// # Errors
///
/// As any write.
pub async fn recall(
    store: &Store,
    message_id: &str,
    sender_hash: &[u8; 32],
    now_ms: i64,
) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../sql/copy/recall.sql"))
        .bind(message_id)
        .bind(sender_hash.as_slice())
        .bind(now_ms)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("copy/recall"))?;
    Ok(done.rows_affected())
}
