//! What accounts wrote in the portal.

use sqlx::FromRow;
use vault::WrappedKey;

use crate::ask;
use crate::column::KeyColumn;
use crate::message::MessageState;
use crate::page::bounded;
use crate::{Cursor, Store, StoreError};

/// A message an account wrote, with what its list shows.
#[derive(Clone, Debug, FromRow)]
pub struct Sent {
    /// What stands in the address of its page.
    pub id: String,
    /// Of the message.
    pub message_id: String,
    /// In ms since 1970 UTC.
    pub created_at_ms: i64,
    /// Where the message stands.
    pub state: MessageState,
    /// The key of the message; absent when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Sealed; empty when the message is gone.
    pub head: Vec<u8>,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
}

impl Sent {
    /// Its place in the list.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at_ms, &self.id)
    }
}

/// One page of what an account wrote, the newest first, starting after `after`.
///
/// # Errors
///
/// As any read.
pub async fn list(
    store: &Store,
    account_id: &str,
    after: Option<Cursor>,
    rows: u32,
) -> Result<Vec<Sent>, StoreError> {
    let after = after.unwrap_or_else(Cursor::newest);
    ask::query_as(include_str!("../sql/sent/list.sql"))
        .bind(account_id)
        .bind(after.at_ms())
        .bind(after.id())
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("sent/list"))
}

/// One message, if this account wrote it.
///
/// # Errors
///
/// As any read.
pub async fn find(store: &Store, id: &str, account_id: &str) -> Result<Option<Sent>, StoreError> {
    ask::query_as(include_str!("../sql/sent/find.sql"))
        .bind(id)
        .bind(account_id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("sent/find"))
}
