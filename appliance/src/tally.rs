//! What a role counts and times, for those who watch the appliance.
//!
//! Each process has one tally. What was counted goes to the master every few seconds, which adds it
//! up and writes it where `chancery status` reads it; so no role listens for whoever asks. What a
//! process that is killed had not told yet is lost.
//!
//! # Trust
//!
//! A role is believed about its own numbers alone, and can make up no more names than are bounded
//! here.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::protocol::control::Role;

/// How often it is told.
pub(crate) const TELL_WAIT: Duration = Duration::from_secs(2);
/// Kinds of one counter.
const KINDS_MAX: usize = 64;
/// Letters of a kind.
const KIND_LETTERS_MAX: usize = 32;

/// Ends of the ranges that times are sorted into, in milliseconds; what is longer is beyond.
pub(crate) const RANGES_MS: [u64; 12] =
    [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/// What is counted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Counter {
    /// Messages that were answered 250.
    Accepted,
    /// Recipients, by what was decided.
    Decided,
    /// Attempts to deliver, by what came of them.
    Delivered,
    /// Replies that refuse, by their codes.
    Refused,
}

/// What is timed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Timer {
    /// From the end of a message to the reply.
    Accept,
    /// An attempt to deliver.
    Deliver,
    /// From the question to the decision, the wait for an examiner included.
    Examine,
}

/// Numbers that were counted.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Tally {
    /// By kind.
    pub(crate) counts: BTreeMap<Counter, BTreeMap<String, u64>>,
    /// By range.
    pub(crate) times: BTreeMap<Timer, Times>,
}

/// How often something took how long.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Times {
    /// For each of [`RANGES_MS`], and at last for what is beyond.
    pub(crate) ranges: Vec<u64>,
    /// All of it, milliseconds.
    pub(crate) sum_ms: u64,
}

static TALLY: Mutex<Tally> = Mutex::new(Tally::new());

/// Counts one.
pub(crate) fn count(counter: Counter, kind: &str) {
    let mut tally = TALLY.lock().unwrap_or_else(PoisonError::into_inner);
    tally.count(counter, kind, 1);
}

/// Notes how long something took.
pub(crate) fn took(timer: Timer, time: Duration) {
    let mut tally = TALLY.lock().unwrap_or_else(PoisonError::into_inner);
    tally.times.entry(timer).or_default().took(time);
}

/// What was counted since it was taken before; nothing where that is nothing.
pub(crate) fn take() -> Option<Tally> {
    let mut tally = TALLY.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = std::mem::take(&mut *tally);
    (taken != Tally::new()).then_some(taken)
}

impl Tally {
    const fn new() -> Self {
        Self { counts: BTreeMap::new(), times: BTreeMap::new() }
    }

    fn count(&mut self, counter: Counter, kind: &str, by: u64) {
        let kinds = self.counts.entry(counter).or_default();
        let kind: String = kind.chars().filter(|it| is_plain(*it)).take(KIND_LETTERS_MAX).collect();
        if kinds.len() < KINDS_MAX || kinds.contains_key(&kind) {
            let count = kinds.entry(kind).or_default();
            *count = count.saturating_add(by);
        }
    }

    /// Adds what a role has counted.
    pub(crate) fn add(&mut self, role: Role, other: &Self) {
        for (counter, kinds) in other.counts.iter().filter(|it| it.0.is_counted_by(role)) {
            for (kind, count) in kinds {
                self.count(*counter, kind, *count);
            }
        }
        for (timer, times) in other.times.iter().filter(|it| it.0.is_timed_by(role)) {
            self.times.entry(*timer).or_default().add(times);
        }
    }
}

impl Times {
    fn took(&mut self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let range = RANGES_MS.iter().position(|it| ms <= *it).unwrap_or(RANGES_MS.len());
        let mut other = Self { ranges: vec![0; RANGES_MS.len().saturating_add(1)], sum_ms: ms };
        if let Some(it) = other.ranges.get_mut(range) {
            *it = 1;
        }
        self.add(&other);
    }

    fn add(&mut self, other: &Self) {
        self.ranges.resize(RANGES_MS.len().saturating_add(1), 0);
        for (ours, theirs) in self.ranges.iter_mut().zip(&other.ranges) {
            *ours = ours.saturating_add(*theirs);
        }
        self.sum_ms = self.sum_ms.saturating_add(other.sum_ms);
    }
}

impl Counter {
    fn is_counted_by(self, role: Role) -> bool {
        match self {
            Self::Accepted | Self::Refused => role == Role::Front,
            Self::Decided | Self::Delivered => role == Role::Spool,
        }
    }
}

impl Timer {
    fn is_timed_by(self, role: Role) -> bool {
        match self {
            Self::Accept => role == Role::Front,
            Self::Deliver | Self::Examine => role == Role::Spool,
        }
    }
}

/// What stands in a label without being escaped.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_believed_about_its_own_numbers() {
        let mut told = Tally::new();
        told.count(Counter::Decided, "hold", 2);
        told.count(Counter::Accepted, "", 5);
        let mut times = Times::default();
        for ms in [0, 5, 6, 40_000] {
            times.took(Duration::from_millis(ms));
        }
        told.times.insert(Timer::Examine, times);
        let mut all = Tally::new();
        all.add(Role::Spool, &told);
        all.add(Role::Spool, &told);
        assert_eq!(all.counts, [(Counter::Decided, [("hold".to_owned(), 4)].into())].into());
        let examined = &all.times[&Timer::Examine];
        assert_eq!(examined.ranges, [4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(examined.sum_ms, 80_022);
        all.add(Role::Exam(0), &told);
        assert_eq!(all.times[&Timer::Examine].sum_ms, 80_022);
    }

    #[test]
    fn what_a_role_makes_up_is_bounded() {
        let mut all = Tally::new();
        for number in 0..200 {
            all.count(Counter::Refused, &format!("{number}\"}} 1\n{}", "x".repeat(100)), 1);
        }
        let kinds = &all.counts[&Counter::Refused];
        assert_eq!(kinds.len(), KINDS_MAX);
        let plain = |it: &String| it.len() <= KIND_LETTERS_MAX && it.chars().all(is_plain);
        assert!(kinds.keys().all(plain));
        // Numbers of another form are added as far as they go.
        let mut times = Times { ranges: vec![1; 40], sum_ms: u64::MAX };
        times.add(&Times { ranges: vec![u64::MAX], sum_ms: 5 });
        assert_eq!((times.ranges.len(), times.ranges[0], times.sum_ms), (13, u64::MAX, u64::MAX));
    }
}
