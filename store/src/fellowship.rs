//! Whether a node has the keys of those before it.

use crate::pool::Pool;
use crate::{Store, StoreError};

/// Whether this node may share the database: its keys, which are told by a mark that says nothing of
/// them, are those of the first node that did. A database in a file has one node.
///
/// # Errors
///
/// As any write.
pub async fn may_join(store: &Store, mark: &[u8]) -> Result<bool, StoreError> {
    let Pool::Postgres(pool) = store.writer() else { return Ok(true) };
    sqlx::query("insert into fellowship (mark) values ($1) on conflict do nothing")
        .bind(mark)
        .execute(pool)
        .await
        .map_err(StoreError::at("fellowship"))?;
    sqlx::query_scalar("select mark = $1 from fellowship")
        .bind(mark)
        .fetch_one(pool)
        .await
        .map_err(StoreError::at("fellowship"))
}
