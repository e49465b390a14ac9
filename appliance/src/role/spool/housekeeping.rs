//! What nobody can need any more is destroyed: first its key, then its body.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use store::{Store, body::Bodies, message, token};

use super::{Spool, review};
use crate::{audit, role::now_ms};

/// How often is looked.
const TURN_WAIT: Duration = Duration::from_secs(60);
/// Rows looked at in one turn.
const TURN_ROWS: u32 = 500;
/// How long a message that is done stays, so that an operator can see what became of it,
/// milliseconds. The portal shows an expired copy no longer in any case.
const GRACE_MS: i64 = 10 * 60 * 1000;
/// How long rows of destroyed messages and used links stay, milliseconds.
const TRACE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Cleans up, for ever.
pub(super) async fn work(spool: Arc<Spool>) {
    loop {
        tokio::time::sleep(TURN_WAIT).await;
        spool.sweep_incoming();
        if !spool.lead.is_ours() {
            continue;
        }
        if let Err(error) = turn(&spool).await {
            tracing::error!(event = "housekeeping.failed", "{error:#}");
        }
    }
}

async fn turn(spool: &Spool) -> anyhow::Result<()> {
    let now_ms = now_ms();
    let retention_ms = spool.organisation()?.retention_secs.saturating_mul(1000);
    let retention_ms = i64::try_from(retention_ms).unwrap_or(i64::MAX);
    let look_ms = now_ms.saturating_sub(GRACE_MS);
    let done =
        message::purge_done(&spool.store, look_ms, retention_ms, TURN_ROWS, audit::destroyed);
    let destroyed = done.await?;
    for id in &destroyed {
        spool.drop_body(id.clone()).await;
    }
    let before_ms = now_ms.saturating_sub(TRACE_MS);
    message::forget(&spool.store, before_ms, TURN_ROWS).await?;
    token::purge(&spool.store, before_ms, TURN_ROWS).await?;
    if !destroyed.is_empty() {
        // The log beside the database holds the keys until it is wiped.
        spool.store.checkpoint().await?;
        tracing::info!(event = "messages.destroyed", messages = destroyed.len());
    }
    let life_ms = i64::from(spool.start.hold.days).saturating_mul(review::DAY_MS);
    review::expire(spool, life_ms).await
}

/// Removes bodies that no row names: what was on its way in when the process before this one
/// ended. Nothing may be on its way in while this runs.
pub(super) async fn remove_orphans(store: &Store, bodies: &Bodies) -> anyhow::Result<usize> {
    let mut orphans: BTreeSet<String> = bodies.ids()?.into_iter().collect();
    let mut after = String::new();
    while !orphans.is_empty() {
        let known = message::body_ids(store, &after, TURN_ROWS).await?;
        let Some(last) = known.last().cloned() else { break };
        for id in &known {
            orphans.remove(id);
        }
        after = last;
    }
    for id in &orphans {
        bodies.remove(id)?;
    }
    Ok(orphans.len())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn a_body_without_a_row_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let bodies = Bodies::open(folder.path()).unwrap();
        let store = Store::memory().await.unwrap();
        let mut writer = bodies.create("abandoned").unwrap();
        writer.write_all(b"x").unwrap();
        writer.publish().unwrap();
        assert_eq!(remove_orphans(&store, &bodies).await.unwrap(), 1);
        assert!(bodies.ids().unwrap().is_empty());
    }
}
