//! The places of each route, and which deliveries are under way in them.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::role::spool::letter::{EXTERNAL, INTERNAL};

/// Jobs of one route that are under way at once.
const JOBS_MAX: u32 = 20;
/// How long those under way get to end at an ordered end; a delivery that is cut off by it may
/// arrive twice.
const STOP_PATIENCE: Duration = Duration::from_secs(8);

/// The desks of both routes.
#[derive(Debug)]
pub(in crate::role::spool) struct Desks {
    pub(super) internal: Arc<Desk>,
    pub(super) external: Arc<Desk>,
}

/// Where the jobs of one route are handed out.
#[derive(Debug)]
pub(super) struct Desk {
    route: &'static str,
    places: Arc<Semaphore>,
    owned: Mutex<BTreeSet<i64>>,
}

/// Deliveries of one job and its place. Both are given back when it is dropped.
#[derive(Debug)]
pub(super) struct Owned {
    desk: Arc<Desk>,
    rows: Vec<i64>,
    _place: OwnedSemaphorePermit,
}

/// Places for jobs.
pub(in crate::role::spool) fn places() -> Arc<Desks> {
    let desk = |route| Arc::new(Desk::new(route));
    Arc::new(Desks { internal: desk(INTERNAL), external: desk(EXTERNAL) })
}

/// Waits until no job is under way. Who hands them out has ended before.
pub(in crate::role::spool) async fn finish(desks: &Desks) {
    let all = async { tokio::join!(desks.internal.all(), desks.external.all()) };
    if tokio::time::timeout(STOP_PATIENCE, all).await.is_err() {
        tracing::warn!(event = "outbound.cut-off", "deliveries under way were not waited for");
    }
}

impl Desk {
    fn new(route: &'static str) -> Self {
        let places = Semaphore::new(usize::try_from(JOBS_MAX).unwrap_or(1));
        Self { route, places: Arc::new(places), owned: Mutex::default() }
    }

    /// The route as the queue names it.
    pub(super) fn route(&self) -> &'static str {
        self.route
    }

    /// Waits for a free place. It stays free: only the loop of the route takes places.
    pub(super) async fn free(&self) {
        self.places.acquire().await.ok();
    }

    /// Whether there is a free place.
    pub(super) fn is_free(&self) -> bool {
        0 < self.places.available_permits()
    }

    /// Takes a place, if there is one.
    pub(super) fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Whether a job that is alive delivers this.
    pub(super) fn owns(&self, row: i64) -> bool {
        self.rows().contains(&row)
    }

    async fn all(&self) {
        self.places.acquire_many(JOBS_MAX).await.ok();
    }

    fn rows(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Owned {
    /// Nothing yet.
    pub(super) fn new(desk: &Arc<Desk>, place: OwnedSemaphorePermit) -> Self {
        Self { desk: Arc::clone(desk), rows: Vec::new(), _place: place }
    }

    /// Owns one more, from before it is claimed: it is never active and nobody's.
    pub(super) fn add(&mut self, row: i64) {
        self.desk.rows().insert(row);
        self.rows.push(row);
    }

    /// It was not claimed.
    pub(super) fn remove(&mut self, row: i64) {
        self.desk.rows().remove(&row);
        self.rows.retain(|it| *it != row);
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let mut owned = self.desk.rows();
        for row in &self.rows {
            owned.remove(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_ends_in_any_way_gives_back_all_it_had() {
        let desk = Arc::new(Desk::new(EXTERNAL));
        let mut jobs = Vec::new();
        for row in 0..i64::from(JOBS_MAX) {
            assert!(desk.is_free());
            let mut job = Owned::new(&desk, desk.take().unwrap());
            job.add(row);
            job.add(row + 100);
            job.remove(row + 100);
            jobs.push(job);
        }
        assert!(!desk.is_free());
        assert!(desk.take().is_none());
        assert!(desk.owns(3));
        assert!(!desk.owns(103));
        jobs.truncate(3);
        assert!(desk.is_free());
        assert!(!desk.owns(3));
        assert!(desk.owns(2));
    }
}
