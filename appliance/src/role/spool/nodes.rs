//! The nodes that share the queue: this one says that it lives, and takes over what one that died
//! was delivering.
//!
//! # Invariants
//!
//! - What is done once for all nodes is done by the one that leads. Where nobody knows whether this
//!   one does, it does not.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use store::{Seat, Store, StoreError, fellowship, queue};

use super::Spool;
use crate::role::now_ms;

/// How often a lease is made longer while it lasts, and is looked whether others have ended.
const TURNS_A_LEASE: u64 = 4;
/// The longest time between two looks.
const TURN_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long is waited for the name of this node at a start: a process that was killed may hold it
/// until the server has noticed.
const NAME_PATIENCE: Duration = Duration::from_secs(10);
/// Time between two tries.
const NAME_WAIT: Duration = Duration::from_millis(250);

/// Time between two looks whether this node may share the queue.
const JOIN_WAIT: Duration = Duration::from_secs(2);
/// An address that nobody has: its keyed hash tells keys from others.
const MARK: &str = "nodes@keys.invalid";

/// What this node is among all.
#[derive(Debug, Default)]
pub(super) struct Lead {
    leads: AtomicBool,
    /// It has the keys of all.
    has_joined: AtomicBool,
}

impl Lead {
    /// As it was found at the start.
    pub(super) fn new(store: &Store, leads: bool) -> Self {
        let has_joined = AtomicBool::new(!store.is_shared());
        Self { leads: AtomicBool::new(leads), has_joined }
    }

    /// Whether what is done once for all nodes is this one's to do.
    pub(super) fn is_ours(&self) -> bool {
        self.has_joined() && self.leads.load(Ordering::Relaxed)
    }

    fn has_joined(&self) -> bool {
        self.has_joined.load(Ordering::Relaxed)
    }

    fn set(&self, leads: bool) {
        if self.leads.swap(leads, Ordering::Relaxed) != leads {
            tracing::info!(event = "node.lead", leads);
        }
    }
}

impl Spool {
    /// Makes sure that this node has the keys of those before it. Until then it takes nothing in and
    /// delivers nothing.
    ///
    /// # Errors
    ///
    /// It has others, or nobody can say.
    pub(super) async fn join(&self) -> anyhow::Result<()> {
        if self.lead.has_joined() {
            return Ok(());
        }
        let marks = self.stock.hashes(&[MARK.to_owned()]).await?;
        let mark = marks.first().context("no mark came")?;
        anyhow::ensure!(
            fellowship::may_join(&self.store, mark).await?,
            "this node has other keys than those that share its database; copy `keys` of one of \
             them into its data folder"
        );
        self.lead.has_joined.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Waits until this node has joined.
    pub(super) async fn joined(&self) {
        while let Err(error) = self.join().await {
            tracing::error!(event = "node.not-joined", "{error:#}");
            tokio::time::sleep(JOIN_WAIT).await;
        }
    }
}

/// Takes the place of this node. Nothing is taken back or delivered before.
///
/// # Errors
///
/// Another process is the node of this name, or the database does not answer.
pub(super) async fn sit(store: &Store) -> anyhow::Result<(Seat, bool)> {
    let mut seat = Seat::of(store);
    let began = tokio::time::Instant::now();
    loop {
        match seat.hold(now_ms).await {
            Ok(leads) => return Ok((seat, leads)),
            Err(StoreError::Taken) if began.elapsed() < NAME_PATIENCE => {
                tokio::time::sleep(NAME_WAIT).await;
            }
            Err(error) => return Err(error).context("`node` in `[store]` of the configuration"),
        }
    }
}

/// Holds the place, for ever. With a database in a file there is nothing to do.
pub(super) async fn work(spool: Arc<Spool>, mut seat: Seat) {
    if !spool.store.is_shared() {
        return;
    }
    let lease = Duration::from_millis(spool.store.lease_ms().unsigned_abs() / TURNS_A_LEASE);
    loop {
        tokio::time::sleep(lease.min(TURN_WAIT_MAX)).await;
        let turn = tokio::time::timeout(PATIENCE, turn(&spool, &mut seat)).await;
        if let Err(error) = turn.map_err(anyhow::Error::from).flatten() {
            spool.lead.set(false);
            tracing::error!(event = "node.failed", "{error:#}");
        }
    }
}

async fn turn(spool: &Spool, seat: &mut Seat) -> anyhow::Result<()> {
    // It also reads the clock that leases are by.
    let leads = seat.hold(now_ms).await?;
    queue::renew(&spool.store, now_ms()).await?;
    spool.lead.set(leads);
    let deliveries = queue::take_over(&spool.store, now_ms()).await?;
    if 0 < deliveries {
        tracing::warn!(event = "node.taken-over", deliveries, "another node says nothing more");
        spool.due.notify_waiters();
    }
    Ok(())
}
