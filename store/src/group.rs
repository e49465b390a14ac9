//! Writes that come at the same time share one transaction, and one wait for the disk.
//!
//! While one transaction waits for the disk, the writes that come meanwhile gather; they are the
//! next one. Nobody waits for others to come: a write that comes alone goes alone.
//!
//! # Invariants
//!
//! - A write is answered once it is on the disk, and never before.
//! - A write that fails takes no other with it: all are then written again, each alone.

use tokio::sync::{mpsc, oneshot};

use crate::commit::{self, Commit};
use crate::pool::{Pool, Transaction};
use crate::queue::{self, Claiming, Settling};
use crate::{StoreError, audit};

/// Writes in one transaction.
const WRITES_MAX: usize = 256;
/// Writes that gather; more wait for room.
const WAITING_MAX: usize = 1024;

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Write {
    /// Messages and all they cause.
    Commits(Vec<Commit>),
    /// Deliveries that are taken.
    Claim(Claiming),
    /// The end of an attempt.
    Settle(Settling),
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Written {
    /// It is there.
    All,
    /// Which of the deliveries were taken, in their order.
    Claimed(Vec<bool>),
}

type Outcome = Result<Written, StoreError>;

/// A write and who waits for it.
#[derive(Debug)]
struct Waiting {
    write: Write,
    answer: oneshot::Sender<Outcome>,
}

/// The way to the task that writes. It ends with the last clone.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    waiting: mpsc::Sender<Waiting>,
}

impl Group {
    /// Starts the task, which writes through `writer`.
    pub(crate) fn start(writer: Pool) -> Self {
        let (waiting, coming) = mpsc::channel(WAITING_MAX);
        tokio::spawn(work(writer, coming));
        Self { waiting }
    }

    /// Writes, together with what others write now.
    ///
    /// # Errors
    ///
    /// What this write alone fails with, or what the shared transaction fails with at its end.
    pub(crate) async fn write(&self, write: Write) -> Outcome {
        let ended = || StoreError::at("commit")(sqlx::Error::PoolClosed);
        let (answer, answered) = oneshot::channel();
        self.waiting.send(Waiting { write, answer }).await.map_err(|_closed| ended())?;
        answered.await.map_err(|_dropped| ended())?
    }
}

async fn work(writer: Pool, mut coming: mpsc::Receiver<Waiting>) {
    let mut group = Vec::new();
    while 0 < coming.recv_many(&mut group, WRITES_MAX).await {
        let (writes, answers): (Vec<_>, Vec<_>) =
            group.drain(..).map(|it| (it.write, it.answer)).unzip();
        for (outcome, answer) in together(&writer, &writes).await.into_iter().zip(answers) {
            // Who gave up waiting does not learn it.
            let _gone = answer.send(outcome);
        }
    }
}

/// Writes all, and gives an outcome for each.
async fn together(writer: &Pool, writes: &[Write]) -> Vec<Outcome> {
    match in_one(writer, writes).await {
        Ok(written) => written.into_iter().map(Ok).collect(),
        // Whether any of it is on the disk is not known, so nothing is written a second time.
        Err(Fault::Commit(error)) => writes.iter().map(|_| Err(error.same())).collect(),
        Err(Fault::Write(error)) if writes.len() == 1 => vec![Err(error)],
        Err(Fault::Write(_)) => {
            let mut outcomes = Vec::with_capacity(writes.len());
            for write in writes {
                let written = in_one(writer, std::slice::from_ref(write)).await;
                outcomes.push(match written.map(|mut it| it.pop()) {
                    Ok(written) => Ok(written.unwrap_or(Written::All)),
                    Err(Fault::Commit(error) | Fault::Write(error)) => Err(error),
                });
            }
            outcomes
        }
    }
}

/// Where a transaction failed.
enum Fault {
    /// At its end: it may be on the disk.
    Commit(StoreError),
    /// Before: nothing of it is.
    Write(StoreError),
}

async fn in_one(writer: &Pool, writes: &[Write]) -> Result<Vec<Written>, Fault> {
    let begun = writer.begin().await;
    let mut transaction = begun.map_err(StoreError::at("begin")).map_err(Fault::Write)?;
    let mut written = Vec::with_capacity(writes.len());
    let mut end = audit::End::default();
    for write in writes {
        written.push(write_one(&mut transaction, write, &mut end).await.map_err(Fault::Write)?);
    }
    let ended = transaction.commit().await;
    ended.map_err(StoreError::at("commit")).map_err(Fault::Commit)?;
    Ok(written)
}

async fn write_one(transaction: &mut Transaction, write: &Write, end: &mut audit::End) -> Outcome {
    match write {
        Write::Commits(commits) => commit::write_with(transaction, commits, end).await?,
        Write::Claim(claiming) => {
            return queue::claim_in(transaction, claiming).await.map(Written::Claimed);
        }
        Write::Settle(settling) => queue::settle_in(transaction, settling, end).await?,
    }
    Ok(Written::All)
}
