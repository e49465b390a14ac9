//! The places of each route, and which deliveries are under way in them.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use store::queue::First;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::traffic::Traffic;
use crate::role::spool::letter::{EXTERNAL, INTERNAL};

/// Jobs of a route to one place that are under way at once,
const JOBS_MAX: u32 = 20;
/// and of a route to many places.
const JOBS_TO_MANY_MAX: u32 = 100;
/// Of so many turns one begins with what came last, so that a large mailing keeps up no letter.
const TURNS: u32 = 4;
/// How long those under way get to end at an ordered end; a delivery that is cut off by it may
/// arrive twice.
const STOP_PATIENCE: Duration = Duration::from_secs(8);

/// Before all destinations.
pub(super) const BEFORE_ALL: i64 = -1;

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
    places_max: u32,
    owned: Mutex<BTreeSet<i64>>,
    traffic: Mutex<Traffic>,
    /// The destination that was served last, and how many turns there were.
    served: Mutex<(i64, u32)>,
}

/// Deliveries of one job and its place. Both are given back when it is dropped.
#[derive(Debug)]
pub(super) struct Owned {
    desk: Arc<Desk>,
    destination: i64,
    rows: Vec<i64>,
    _place: OwnedSemaphorePermit,
}

/// Places for jobs. `to_many`: mail to others goes to their own servers.
pub(in crate::role::spool) fn places(to_many: bool) -> Arc<Desks> {
    let external_max = if to_many { JOBS_TO_MANY_MAX } else { JOBS_MAX };
    let desk = |route, places_max| Arc::new(Desk::new(route, places_max));
    Arc::new(Desks { internal: desk(INTERNAL, JOBS_MAX), external: desk(EXTERNAL, external_max) })
}

/// Waits until no job is under way. Who hands them out has ended before.
pub(in crate::role::spool) async fn finish(desks: &Desks) {
    let all = async { tokio::join!(desks.internal.all(), desks.external.all()) };
    if tokio::time::timeout(STOP_PATIENCE, all).await.is_err() {
        tracing::warn!(event = "outbound.cut-off", "deliveries under way were not waited for");
    }
}

impl Desk {
    fn new(route: &'static str, places_max: u32) -> Self {
        let places = Semaphore::new(usize::try_from(places_max).unwrap_or(1));
        Self {
            route,
            places: Arc::new(places),
            places_max,
            owned: Mutex::default(),
            traffic: Mutex::default(),
            served: Mutex::new((BEFORE_ALL, 0)),
        }
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

    /// How many jobs may begin to a destination, if there are places.
    pub(super) fn room(&self, destination: i64) -> u32 {
        let free = u32::try_from(self.places.available_permits()).unwrap_or(u32::MAX);
        self.traffic().room(destination, Instant::now()).min(free)
    }

    /// Whether a destination should not be tried.
    pub(super) fn rests(&self, destination: i64) -> bool {
        self.traffic().rests(destination, Instant::now())
    }

    /// Tells whether a job got to a server.
    pub(super) fn told(&self, destination: i64, reached: bool) {
        let mut traffic = self.traffic();
        if reached {
            traffic.reached(destination);
        } else {
            traffic.missed(destination, Instant::now());
        }
    }

    /// A turn begins: after which destination, and what comes first there.
    pub(super) fn turn(&self) -> (i64, First) {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.1 = served.1.wrapping_add(1);
        let is_last = served.1.is_multiple_of(TURNS);
        (served.0, if is_last { First::ShortestDue } else { First::LongestDue })
    }

    /// The next turn begins after this destination.
    pub(super) fn served(&self, destination: i64) {
        self.served.lock().unwrap_or_else(PoisonError::into_inner).0 = destination;
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a job that is alive delivers this.
    pub(super) fn owns(&self, row: i64) -> bool {
        self.rows().contains(&row)
    }

    async fn all(&self) {
        self.places.acquire_many(self.places_max).await.ok();
    }

    fn rows(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Owned {
    /// Takes a place for a job to a destination, if there is one.
    pub(super) fn new(desk: &Arc<Desk>, destination: i64) -> Option<Self> {
        if desk.room(destination) == 0 {
            return None;
        }
        let place = Arc::clone(&desk.places).try_acquire_owned().ok()?;
        desk.traffic().begin(destination);
        Some(Self { desk: Arc::clone(desk), destination, rows: Vec::new(), _place: place })
    }

    /// Where the job is from.
    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Where it goes.
    pub(super) fn destination(&self) -> i64 {
        self.destination
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
        self.desk.traffic().end(self.destination);
        let mut owned = self.desk.rows();
        for row in &self.rows {
            owned.remove(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::traffic::ONE_PLACE, *};

    #[test]
    fn a_job_that_ends_in_any_way_gives_back_all_it_had() {
        let desk = Arc::new(Desk::new(EXTERNAL, JOBS_MAX));
        let mut jobs = Vec::new();
        for row in 0..i64::from(JOBS_MAX) {
            assert!(desk.is_free());
            let mut job = Owned::new(&desk, ONE_PLACE).unwrap();
            job.add(row);
            job.add(row + 100);
            job.remove(row + 100);
            jobs.push(job);
        }
        assert!(!desk.is_free());
        assert!(Owned::new(&desk, ONE_PLACE).is_none());
        assert!(desk.owns(3));
        assert!(!desk.owns(103));
        jobs.truncate(3);
        assert!(desk.is_free());
        assert!(!desk.owns(3));
        assert!(desk.owns(2));
    }
}
