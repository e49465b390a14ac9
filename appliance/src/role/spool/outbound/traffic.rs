//! How much goes to each destination at once: more while it is reached, less where it is not, and
//! nothing for a while to one that nobody reaches. Pure.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Jobs to one destination at once, at first.
const WINDOW_FIRST: u32 = 5;
/// The same at most.
pub(super) const WINDOW_MAX: u32 = 20;
/// After so many jobs in a row that reached nobody, the destination rests.
const FAILURES_MAX: u32 = 3;
/// For so long, in which its mail is put off without a try.
const REST: Duration = Duration::from_secs(60);
/// Destinations that are remembered; those to which nothing goes are forgotten first.
const REMEMBERED_MAX: usize = 20_000;

/// What goes to all of them.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    flows: BTreeMap<i64, Flow>,
}

/// What goes to one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Flow {
    /// Jobs under way.
    active: u32,
    /// How many there may be.
    window: u32,
    /// Jobs that reached it since the window grew.
    reached: u32,
    /// Jobs in a row that did not.
    failures: u32,
    rests_until: Option<Instant>,
}

impl Default for Flow {
    fn default() -> Self {
        Self { active: 0, window: WINDOW_FIRST, reached: 0, failures: 0, rests_until: None }
    }
}

impl Flow {
    fn rests(&self, now: Instant) -> bool {
        self.rests_until.is_some_and(|it| now < it)
    }
}

impl Traffic {
    /// Jobs that may begin now.
    pub(super) fn room(&self, destination: i64, now: Instant) -> u32 {
        let flow = self.flows.get(&destination).copied().unwrap_or_default();
        // What is put off without a try keeps nobody up.
        let window =
            if destination == ONE_PLACE || flow.rests(now) { WINDOW_MAX } else { flow.window };
        window.saturating_sub(flow.active)
    }

    /// Whether it should not be tried.
    pub(super) fn rests(&self, destination: i64, now: Instant) -> bool {
        self.flows.get(&destination).is_some_and(|it| it.rests(now))
    }

    /// A job begins.
    pub(super) fn begin(&mut self, destination: i64) {
        if REMEMBERED_MAX <= self.flows.len() {
            self.flows.retain(|_, it| 0 < it.active);
        }
        let flow = self.flows.entry(destination).or_default();
        flow.active = flow.active.saturating_add(1);
    }

    /// A job has ended.
    pub(super) fn end(&mut self, destination: i64) {
        if let Some(flow) = self.flows.get_mut(&destination) {
            flow.active = flow.active.saturating_sub(1);
            let idle = Flow { active: 0, ..Flow::default() };
            if *flow == idle {
                self.flows.remove(&destination);
            }
        }
    }

    /// A server of it answered, whatever it said.
    pub(super) fn reached(&mut self, destination: i64) {
        let Some(flow) = self.flows.get_mut(&destination) else { return };
        (flow.failures, flow.rests_until) = (0, None);
        flow.reached = flow.reached.saturating_add(1);
        if flow.window <= flow.reached {
            flow.reached = 0;
            flow.window = flow.window.saturating_add(1).min(WINDOW_MAX);
        }
    }

    /// No server of it answered.
    pub(super) fn missed(&mut self, destination: i64, now: Instant) {
        // Where all goes to one place, its mail waits for it anyway.
        let Some(flow) = self.flows.get_mut(&destination).filter(|_| destination != ONE_PLACE)
        else {
            return;
        };
        flow.reached = 0;
        flow.window = (flow.window / 2).max(1);
        flow.failures = flow.failures.saturating_add(1);
        if FAILURES_MAX <= flow.failures {
            flow.rests_until = Some(now + REST);
        }
    }
}

/// The destination of a route all of which goes to one place.
pub(in crate::role::spool) const ONE_PLACE: i64 = 0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_gets_more_and_what_is_not_gets_less() {
        let (mut traffic, now) = (Traffic::default(), Instant::now());
        assert_eq!(traffic.room(7, now), WINDOW_FIRST);
        for _ in 0..3 {
            traffic.begin(7);
        }
        assert_eq!(traffic.room(7, now), WINDOW_FIRST - 3);
        assert_eq!(traffic.room(8, now), WINDOW_FIRST);
        for _ in 0..WINDOW_FIRST {
            traffic.reached(7);
        }
        assert_eq!(traffic.room(7, now), WINDOW_FIRST + 1 - 3);
        for _ in 0..1_000 {
            traffic.reached(7);
        }
        assert_eq!(traffic.room(7, now), WINDOW_MAX - 3);
        traffic.missed(7, now);
        assert_eq!(traffic.room(7, now), WINDOW_MAX / 2 - 3);
        for _ in 0..3 {
            traffic.end(7);
        }
        assert_eq!(traffic.room(7, now), WINDOW_MAX / 2);
    }

    #[test]
    fn what_nobody_reaches_rests_and_is_tried_by_one() {
        let (mut traffic, now) = (Traffic::default(), Instant::now());
        traffic.begin(7);
        for failure in 1..=FAILURES_MAX {
            assert!(!traffic.rests(7, now), "{failure}");
            traffic.missed(7, now);
        }
        assert!(traffic.rests(7, now) && !traffic.rests(8, now));
        traffic.end(7);
        assert_eq!(traffic.room(7, now), WINDOW_MAX);
        let later = now + REST;
        assert!(!traffic.rests(7, later));
        assert_eq!(traffic.room(7, later), 1);
        traffic.begin(7);
        assert_eq!(traffic.room(7, later), 0);
        traffic.missed(7, later);
        assert!(traffic.rests(7, later));
        let later = later + REST;
        traffic.reached(7);
        assert!(!traffic.rests(7, later));
    }

    #[test]
    fn one_place_is_tried_for_each_message() {
        let (mut traffic, now) = (Traffic::default(), Instant::now());
        traffic.begin(ONE_PLACE);
        for _ in 0..10 {
            traffic.missed(ONE_PLACE, now);
        }
        assert!(!traffic.rests(ONE_PLACE, now));
        assert_eq!(traffic.room(ONE_PLACE, now), WINDOW_MAX - 1);
    }

    #[test]
    fn strangers_domains_do_not_fill_the_memory() {
        let mut traffic = Traffic::default();
        traffic.begin(-1);
        for destination in 0..3 * 20_000 {
            traffic.begin(destination);
            traffic.missed(destination, Instant::now());
            traffic.end(destination);
        }
        assert!(traffic.flows.len() <= REMEMBERED_MAX);
        assert_eq!(traffic.flows.get(&-1).map(|it| it.active), Some(1));
    }
}
