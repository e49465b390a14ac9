//! What is to be delivered now, destination by destination.

use super::{Destination, Due, First};
use crate::ask;
use crate::page::bounded;
use crate::{Store, StoreError};

/// Destinations of one route to which anything is queued, in their order, starting after
/// `destination` (or after -1): at most [`PAGE_ROWS_MAX`](crate::PAGE_ROWS_MAX).
///
/// A route is asked about alone, so that one whose next hop is slow hides nothing of another.
///
/// # Errors
///
/// As any read.
pub async fn destinations(
    store: &Store,
    route: &str,
    destination: i64,
    rows: u32,
) -> Result<Vec<Destination>, StoreError> {
    ask::query_as(include_str!("../../sql/queue/destinations.sql"))
        .bind(route)
        .bind(destination)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/destinations"))
}

/// Deliveries of one destination whose time has come, in that order.
///
/// # Errors
///
/// As any read.
pub async fn due(
    store: &Store,
    (route, destination): (&str, i64),
    now_ms: i64,
    rows: u32,
    first: First,
) -> Result<Vec<Due>, StoreError> {
    let (name, statement) = match first {
        First::LongestDue => ("queue/due", include_str!("../../sql/queue/due.sql")),
        First::ShortestDue => ("queue/due_last", include_str!("../../sql/queue/due_last.sql")),
    };
    ask::query_as(statement)
        .bind(route)
        .bind(destination)
        .bind(now_ms)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at(name))
}

/// Deliveries of one message to one destination whose time has come.
///
/// # Errors
///
/// As any read.
pub async fn due_of(
    store: &Store,
    (route, destination): (&str, i64),
    message_id: &str,
    now_ms: i64,
    rows: u32,
) -> Result<Vec<Due>, StoreError> {
    ask::query_as(include_str!("../../sql/queue/due_of.sql"))
        .bind(route)
        .bind(destination)
        .bind(message_id)
        .bind(now_ms)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("queue/due_of"))
}
