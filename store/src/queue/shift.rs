//! What waits, after the clock was set.

use crate::ask;
use crate::{Store, StoreError};

/// Moves the times of all that is queued and examined by `by_ms`, by which the clock was set to `now_ms`:
/// it is due as long from now as it was, or at once, and as old as it was. Gives how many deliveries.
///
/// # Errors
///
/// As any write.
pub async fn shift(store: &Store, by_ms: i64, now_ms: i64) -> Result<u64, StoreError> {
    let mut transaction = store.begin().await?;
    let done = ask::query(include_str!("../../sql/queue/shift.sql"))
        .bind(by_ms)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("queue/shift"))?;
    if by_ms < 0 {
        ask::query(include_str!("../../sql/queue/shift_examining.sql"))
            .bind(by_ms)
            .execute(&mut transaction)
            .await
            .map_err(StoreError::at("queue/shift_examining"))?;
    }
    transaction.commit().await.map_err(StoreError::at("commit"))?;
    Ok(done.rows_affected())
}
