//! Processor time of the thread.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time that this thread has used.
#[must_use]
pub fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let secs = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(now.tv_nsec).unwrap_or_default();
    Duration::new(secs, nanos)
}

/// Processor time of one call, the median of `runs`.
pub fn median_of<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..runs.max(1) {
        let began = thread_time();
        let made = std::hint::black_box(work());
        times.push(thread_time().saturating_sub(began));
        // Taking it down is not part of the work.
        drop(made);
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Processor time of one call, the least of `runs`.
pub fn least_of<T>(runs: usize, work: impl FnMut() -> T) -> Duration {
    least_of_two(runs, work, || ()).0
}

/// Processor time of two pieces of work that take turns, the least of `rounds` each: what else the
/// machine does meanwhile only ever adds, and to both.
pub fn least_of_two<A, B>(
    rounds: usize,
    mut one: impl FnMut() -> A,
    mut other: impl FnMut() -> B,
) -> (Duration, Duration) {
    let mut least = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds.max(1) {
        least.0 = least.0.min(median_of(1, &mut one));
        least.1 = least.1.min(median_of(1, &mut other));
    }
    least
}
