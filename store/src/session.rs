//! Sessions: who is logged in. Only the hash of a session's id is here.

use sqlx::FromRow;
use vault::TokenHash;

use crate::ask;
use crate::{Store, StoreError};

/// How old the mark of the last use may be. Writing it at each request would wait for the disk
/// each time.
pub const SEEN_AGE_MS_MAX: i64 = 30 * 1000;

/// A session that has not ended.
#[derive(Clone, Debug, Eq, FromRow, PartialEq)]
pub struct Session {
    /// Who is logged in.
    pub account_id: String,
    /// The login, in ms since 1970 UTC.
    pub created_at_ms: i64,
    /// The last use, in ms since 1970 UTC, not older than [`SEEN_AGE_MS_MAX`].
    pub seen_at_ms: i64,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionLife {
    /// Without use, in ms.
    pub idle_ms: i64,
    /// In all, in ms.
    pub absolute_ms: i64,
}

/// Starts a session. An account keeps the `sessions_max` used last; the others end.
///
/// # Errors
///
/// As any write.
pub async fn create(
    store: &Store,
    id: &TokenHash,
    account_id: &str,
    sessions_max: u32,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    // Those that stay and the new one are together as many as are allowed.
    ask::query(include_str!("../sql/session/trim.sql"))
        .bind(account_id)
        .bind(sessions_max.saturating_sub(1))
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("session/trim"))?;
    ask::query(include_str!("../sql/session/insert.sql"))
        .bind(id.0.as_slice())
        .bind(account_id)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("session/insert"))?;
    transaction.commit().await.map_err(StoreError::at("session/insert"))
}

/// The session with this id, if it has not ended; notes that it is used.
///
/// # Errors
///
/// As any write.
pub async fn find_and_touch(
    store: &Store,
    id: &TokenHash,
    life: SessionLife,
    now_ms: i64,
) -> Result<Option<Session>, StoreError> {
    let session: Option<Session> = ask::query_as(include_str!("../sql/session/find.sql"))
        .bind(id.0.as_slice())
        .bind(now_ms.saturating_sub(life.idle_ms))
        .bind(now_ms.saturating_sub(life.absolute_ms))
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("session/find"))?;
    let Some(session) = session else { return Ok(None) };
    if now_ms.saturating_sub(session.seen_at_ms) <= SEEN_AGE_MS_MAX {
        return Ok(Some(session));
    }
    ask::query(include_str!("../sql/session/touch.sql"))
        .bind(id.0.as_slice())
        .bind(now_ms)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("session/touch"))?;
    Ok(Some(Session { seen_at_ms: now_ms, ..session }))
}

/// Ends a session.
///
/// # Errors
///
/// As any write.
pub async fn delete(store: &Store, id: &TokenHash) -> Result<(), StoreError> {
    ask::query(include_str!("../sql/session/delete.sql"))
        .bind(id.0.as_slice())
        .execute(store.writer())
        .await
        .map_err(StoreError::at("session/delete"))?;
    Ok(())
}

/// Ends all sessions of an account. Gives how many.
///
/// # Errors
///
/// As any write.
pub async fn delete_all(store: &Store, account_id: &str) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../sql/session/delete_all.sql"))
        .bind(account_id)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("session/delete_all"))?;
    Ok(done.rows_affected())
}

/// How many sessions of an account have not ended.
///
/// # Errors
///
/// As any read.
pub async fn count(
    store: &Store,
    account_id: &str,
    life: SessionLife,
    now_ms: i64,
) -> Result<i64, StoreError> {
    ask::query_scalar(include_str!("../sql/session/count.sql"))
        .bind(account_id)
        .bind(now_ms.saturating_sub(life.idle_ms))
        .bind(now_ms.saturating_sub(life.absolute_ms))
        .fetch_one(store.readers())
        .await
        .map_err(StoreError::at("session/count"))
}

/// Removes sessions that have ended by themselves. Gives how many.
///
/// # Errors
///
/// As any write.
pub async fn purge(store: &Store, life: SessionLife, now_ms: i64) -> Result<u64, StoreError> {
    let idle = ask::query(include_str!("../sql/session/purge_idle.sql"))
        .bind(now_ms.saturating_sub(life.idle_ms))
        .execute(store.writer())
        .await
        .map_err(StoreError::at("session/purge_idle"))?;
    let old = ask::query(include_str!("../sql/session/purge_old.sql"))
        .bind(now_ms.saturating_sub(life.absolute_ms))
        .execute(store.writer())
        .await
        .map_err(StoreError::at("session/purge_old"))?;
    Ok(idle.rows_affected().saturating_add(old.rows_affected()))
}
