//! What the spool tells the audit log, and the checkpoints that `keyd` signs.

use std::{io::Write, os::unix::fs::OpenOptionsExt, sync::Arc, time::Duration};

use store::audit::{self as chain, NewRecord};
use tokio::time::Instant;

use super::{Spool, carry::Arrived, judge::JudgeError};
use crate::{audit, protocol::exam::Decided};

/// How often is looked whether a checkpoint is wanted.
const TURN_WAIT: Duration = Duration::from_secs(2);
/// A record is confirmed after this time at the latest.
const CHECKPOINT_WAIT: Duration = Duration::from_secs(60);
/// Or after this many more.
const CHECKPOINT_RECORDS: i64 = 256;
/// The first wait before what could not be written is written again; it doubles.
const WRITE_WAIT: Duration = Duration::from_millis(250);
/// The longest of these waits.
const WRITE_WAIT_MAX: Duration = Duration::from_secs(30);

/// The file beside the database that names the newest checkpoint, so that a log whose end was cut
/// off is known even where the checkpoint went with it.
pub(crate) const SEEN: &str = "audit.seen";

/// Has checkpoints signed, for ever.
pub(super) async fn work(spool: Arc<Spool>) {
    let (mut since, mut covered) = (None::<Instant>, 0);
    loop {
        if !spool.lead.is_ours() {
            tokio::time::sleep(TURN_WAIT).await;
            continue;
        }
        match turn(&spool, since, covered).await {
            Ok(Some(sequence)) => (since, covered) = (Some(Instant::now()), sequence),
            Ok(None) => {}
            Err(error) => tracing::error!(event = "audit.not-confirmed", "{error:#}"),
        }
        tokio::time::sleep(TURN_WAIT).await;
    }
}

/// Adds a checkpoint where one is wanted; gives its number.
async fn turn(spool: &Spool, since: Option<Instant>, covered: i64) -> anyhow::Result<Option<i64>> {
    let Some(last) = chain::last(&spool.store).await? else { return Ok(None) };
    let is_new = last.kind != audit::CHECKPOINT;
    let is_due = since.is_none_or(|it| CHECKPOINT_WAIT <= it.elapsed())
        || CHECKPOINT_RECORDS <= last.sequence.saturating_sub(covered);
    if !is_new || !is_due {
        return Ok(None);
    }
    spool.checkpoint().await.map(Some)
}

impl Spool {
    /// Has the newest record signed.
    pub(super) async fn checkpoint(&self) -> anyhow::Result<i64> {
        let Some(last) = chain::last(&self.store).await? else { return Ok(0) };
        let (key, signature) = self.keys.confirm(last.sequence, last.digest).await?;
        let record = audit::checkpoint(last.sequence, &key, &signature);
        chain::append(&self.store, &[record]).await?;
        let digest = vault::digest::hex(&last.digest);
        // In the log, which may be kept on another machine, it is a witness.
        tracing::info!(event = "audit.checkpoint", sequence = last.sequence, digest, key);
        // All of it has one length, so that it is replaced by one write.
        let seen = format!("{:020}:{digest}\n", last.sequence);
        let path = self.start.folders.store.join(SEEN);
        let written = tokio::task::spawn_blocking(move || {
            let mut options = std::fs::OpenOptions::new();
            let mut file =
                options.write(true).create(true).truncate(false).mode(0o600).open(path)?;
            file.write_all(seen.as_bytes())?;
            file.sync_data()
        });
        written.await??;
        Ok(last.sequence.saturating_add(1))
    }

    /// Records something that nothing else tells of; tried until it is written.
    pub(super) async fn record(&self, record: NewRecord) {
        let mut wait = WRITE_WAIT;
        while let Err(error) = chain::append(&self.store, std::slice::from_ref(&record)).await {
            tracing::error!(event = "audit.not-written", kind = record.kind, "{error}");
            tokio::time::sleep(wait).await;
            wait = wait.saturating_mul(2).min(WRITE_WAIT_MAX);
        }
    }

    /// What is told of a decision.
    pub(super) async fn told(
        &self,
        arrived: &Arrived,
        judged: &Result<Box<Decided>, JudgeError>,
    ) -> anyhow::Result<NewRecord> {
        let Ok(decided) = judged else {
            return Ok(audit::undecided(&arrived.id, self.organisation()?.on_error));
        };
        let recipients: Vec<String> =
            decided.verdicts.iter().map(|it| it.recipient.clone()).collect();
        let hashes = self.stock.hashes(&recipients).await?;
        Ok(audit::decided(&arrived.id, decided, &hashes))
    }
}
