//! The log of a message: what happened to it and when.

use sqlx::FromRow;

use crate::ask;
use crate::commit::{self, NewEvent};
use crate::page::bounded;
use crate::script::Script;
use crate::{Store, StoreError};

/// Something that happened to a message.
#[derive(Clone, Debug, Eq, FromRow, PartialEq)]
pub struct Event {
    /// Counts upwards.
    pub id: i64,
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// A dotted name.
    pub name: String,
    /// Sealed.
    pub detail: Option<Vec<u8>>,
}

/// What happened to a message, in order, starting after the event `after` (or after 0).
///
/// # Errors
///
/// As any read.
pub async fn of_message(
    store: &Store,
    message_id: &str,
    after: i64,
    rows: u32,
) -> Result<Vec<Event>, StoreError> {
    ask::query_as(include_str!("../sql/event/of_message.sql"))
        .bind(message_id)
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("event/of_message"))
}

/// Adds an event, to a message or to none.
///
/// # Errors
///
/// As any write.
pub async fn add(
    store: &Store,
    message_id: Option<&str>,
    event: &NewEvent,
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let mut script = Script::default();
    commit::insert_event(&mut script, message_id, event);
    script.run(&mut transaction).await?;
    transaction.commit().await.map_err(StoreError::at("event/insert"))
}
