//! Long bodies in a database of a server, where there are no files that all nodes see.
//!
//! A body is several rows, each short enough to stand in memory. It is written in one transaction,
//! which does not hold the lock of those that write rows: while a long one is on its way, others go
//! on.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::StoreError;
use crate::error::BodyError;

/// Bodies on their way at once, for each process.
const CONNECTIONS: u32 = 4;

/// Octets of one row.
const SEGMENT_OCTETS: usize = 1024 * 1024;

/// Connections for bodies; none is made before there is one.
pub(crate) fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(CONNECTIONS).connect_lazy_with(options)
}

fn failed(statement: &'static str) -> impl FnOnce(sqlx::Error) -> BodyError {
    move |error| {
        let error = StoreError::at(statement)(error);
        if matches!(error, StoreError::Full) { BodyError::Full } else { BodyError::Store(error) }
    }
}

/// Writes a body. It stays when this returns.
pub(crate) async fn put(
    pool: &PgPool,
    node: &str,
    id: &str,
    file: &Arc<File>,
) -> Result<(), BodyError> {
    let mut transaction = pool.begin().await.map_err(failed("body/put"))?;
    sqlx::query("insert into long_body (message_id, node, segments) values ($1, $2, 0)")
        .bind(id)
        .bind(node)
        .execute(&mut *transaction)
        .await
        .map_err(failed("body/put"))?;
    let (mut number, mut at) = (0_i64, 0_u64);
    loop {
        let segment = read(Arc::clone(file), at).await?;
        if segment.is_empty() {
            break;
        }
        at = at.saturating_add(u64::try_from(segment.len()).unwrap_or(u64::MAX));
        sqlx::query("insert into body_segment (message_id, number, octets) values ($1, $2, $3)")
            .bind(id)
            .bind(number)
            .bind(segment)
            .execute(&mut *transaction)
            .await
            .map_err(failed("body/put"))?;
        number = number.saturating_add(1);
    }
    sqlx::query("update long_body set segments = $2 where message_id = $1")
        .bind(id)
        .bind(number)
        .execute(&mut *transaction)
        .await
        .map_err(failed("body/put"))?;
    transaction.commit().await.map_err(failed("body/put"))
}

/// The next segment of a file; empty at its end.
async fn read(file: Arc<File>, at: u64) -> Result<Vec<u8>, BodyError> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut segment = vec![0; SEGMENT_OCTETS];
        let mut filled = 0_usize;
        while let Some(room) = segment.get_mut(filled..).filter(|it| !it.is_empty()) {
            let from = at.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
            match file.read_at(room, from)? {
                0 => break,
                read => filled = filled.saturating_add(read),
            }
        }
        segment.truncate(filled);
        Ok(segment)
    });
    let read = reading.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    read.map_err(BodyError::at("read"))
}

/// Writes a body into a file that is empty.
pub(crate) async fn fetch(pool: &PgPool, id: &str, file: Arc<File>) -> Result<(), BodyError> {
    let segments: Option<i64> =
        sqlx::query_scalar("select segments from long_body where message_id = $1")
            .bind(id)
            .fetch_optional(pool)
            .await
            .map_err(failed("body/fetch"))?;
    for number in 0..segments.ok_or(BodyError::Missing)? {
        let select = "select octets from body_segment where message_id = $1 and number = $2";
        let segment: Option<Vec<u8>> = sqlx::query_scalar(select)
            .bind(id)
            .bind(number)
            .fetch_optional(pool)
            .await
            .map_err(failed("body/fetch"))?;
        // Its message was destroyed meanwhile.
        let segment = segment.ok_or(BodyError::Missing)?;
        let file = Arc::clone(&file);
        let writing = tokio::task::spawn_blocking(move || (&*file).write_all(&segment));
        let written = writing.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        written.map_err(BodyError::at("written"))?;
    }
    Ok(())
}

/// Removes a body. Gives whether there was one.
pub(crate) async fn remove(pool: &PgPool, id: &str) -> Result<bool, BodyError> {
    let done = sqlx::query("delete from long_body where message_id = $1").bind(id);
    let done = done.execute(pool).await.map_err(failed("body/remove"))?;
    Ok(done.rows_affected() == 1)
}

/// Removes bodies that no message has: those of this node, on which nobody may work, and those that
/// others left a day ago. Gives how many.
pub(crate) async fn remove_orphans(pool: &PgPool, node: &str) -> Result<u64, BodyError> {
    let orphans = "delete from long_body
        where (node = $1 or made_at < now() - interval '1 day')
          and not exists (select 1 from message where id = message_id and state <> 'gone')";
    let done = sqlx::query(orphans).bind(node).execute(pool).await;
    Ok(done.map_err(failed("body/orphans"))?.rows_affected())
}
