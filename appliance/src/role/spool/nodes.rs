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
use store::{Seat, Store, StoreError, queue};

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

/// Whether this node leads.
#[derive(Debug, Default)]
pub(super) struct Lead(AtomicBool);

impl Lead {
    /// As it was found at the start.
    pub(super) fn new(leads: bool) -> Self {
        Self(AtomicBool::new(leads))
    }

    /// Whether what is done once for all nodes is this one's to do.
    pub(super) fn is_ours(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, leads: bool) {
        if self.0.swap(leads, Ordering::Relaxed) != leads {
            tracing::info!(event = "node.lead", leads);
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
        match seat.hold().await {
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
    queue::renew(&spool.store, now_ms()).await?;
    let leads = seat.hold().await?;
    spool.lead.set(leads);
    let deliveries = queue::take_over(&spool.store, now_ms()).await?;
    if 0 < deliveries {
        tracing::warn!(event = "node.taken-over", deliveries, "another node says nothing more");
        spool.due.notify_waiters();
    }
    Ok(())
}
