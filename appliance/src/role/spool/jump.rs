//! A clock that is set: what waits goes on waiting as long as before, and is not given up for it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use store::queue;

use super::Spool;
use crate::role::now_ms;

/// How often is looked.
const TURN_WAIT: Duration = Duration::from_secs(5);
/// By less a clock is put right now and then, milliseconds.
const JUMP_MS: i64 = 30_000;

/// A look at both clocks: the one that only goes on, and the one on the wall.
type Look = (Instant, i64);

/// Watches the clock, for ever.
pub(super) async fn work(spool: Arc<Spool>) {
    let look = || (Instant::now(), now_ms());
    let mut before = look();
    loop {
        tokio::time::sleep(TURN_WAIT).await;
        let now = look();
        let Some(by_ms) = jumped(before, now) else {
            before = now;
            continue;
        };
        let seconds = by_ms.div_euclid(1_000);
        tracing::warn!(event = "clock.set", seconds, "the times of what waits are moved by that");
        if spool.store.is_shared() {
            // The times are those of all nodes, whose clocks are not this one's.
            before = now;
            continue;
        }
        match queue::shift(&spool.store, by_ms, now.1).await {
            Ok(_deliveries) => {
                before = now;
                spool.due.notify_waiters();
            }
            // The next look sees the same jump.
            Err(error) => tracing::error!(event = "clock.not-followed", "{error}"),
        }
    }
}

/// By how much the clock on the wall was set between two looks, milliseconds.
fn jumped(before: Look, now: Look) -> Option<i64> {
    let passed = now.0.saturating_duration_since(before.0).as_millis();
    let expected = before.1.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX));
    let by_ms = now.1.saturating_sub(expected);
    (JUMP_MS < by_ms.saturating_abs()).then_some(by_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_is_put_right_is_none() {
        let began = Instant::now();
        let look = |seconds: u64, wall_ms: i64| (began + Duration::from_secs(seconds), wall_ms);
        for (wall_ms, expected) in [
            (1_005_000, None),
            (1_030_000, None),
            (980_000, None),
            (1_105_000, Some(100_000)),
            (5_000, Some(-1_000_000)),
        ] {
            assert_eq!(jumped(look(0, 1_000_000), look(5, wall_ms)), expected, "{wall_ms}");
        }
    }
}
