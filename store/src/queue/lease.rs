//! How long a node keeps what it has taken, and who takes it over.
//!
//! A claim has an owner, the node, and a lease. A node that lives makes its leases longer; what one
//! that died was delivering is put back by another when its leases have ended.

use crate::ask;
use crate::{Store, StoreError};

/// How long a node that says nothing more keeps what it delivers if nothing else is said: 2 minutes.
pub const LEASE_MS: i64 = 2 * 60 * 1000;

/// Puts back what this node was delivering when its process ended, and what another did whose lease
/// has ended, due at once. Gives how many.
///
/// # Errors
///
/// As any write.
pub async fn recover(store: &Store, now_ms: i64) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../../sql/queue/recover.sql"))
        .bind(store.shared_ms(now_ms))
        .bind(store.node())
        .execute(store.writer())
        .await
        .map_err(StoreError::at("queue/recover"))?;
    Ok(done.rows_affected())
}

/// Makes the leases of all that this node delivers longer: until [`Store::lease_ms`] from now. To be called
/// well before the last ones end. Gives how many there are.
///
/// # Errors
///
/// As any write.
pub async fn renew(store: &Store, now_ms: i64) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../../sql/queue/renew.sql"))
        .bind(store.node())
        .bind(store.shared_ms(now_ms).saturating_add(store.lease_ms()))
        .execute(store.writer())
        .await
        .map_err(StoreError::at("queue/renew"))?;
    Ok(done.rows_affected())
}

/// Puts back what other nodes were delivering whose leases have ended, due at once. Gives how many.
///
/// # Errors
///
/// As any write.
pub async fn take_over(store: &Store, now_ms: i64) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../../sql/queue/take_over.sql"))
        .bind(store.shared_ms(now_ms))
        .bind(store.node())
        .execute(store.writer())
        .await
        .map_err(StoreError::at("queue/take_over"))?;
    Ok(done.rows_affected())
}
