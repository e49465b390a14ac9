//! When a delivery is tried again.

/// For how long something has been tried, and the wait until the next attempt then, seconds:
/// minutes at first, for a next hop that restarts, then longer (RFC 5321 §4.5.4.1). It is not how
/// often that counts, so that who asks for attempts in between does not make it wait.
const WAITS_SECS: &[(i64, i64)] = &[
    (60, 60),
    (10 * 60, 5 * 60),
    (60 * 60, 15 * 60),
    (4 * 60 * 60, 60 * 60),
    (16 * 60 * 60, 2 * 60 * 60),
];
/// The wait after those, seconds.
const LONG_WAIT_SECS: i64 = 4 * 60 * 60;
/// How long is tried in all, seconds (RFC 5321 §4.5.4.1 asks for four to five days).
const GIVE_UP_SECS: i64 = 5 * 24 * 60 * 60;
/// After how long a sender is told that something is late, seconds (RFC 5321 §4.5.4.1 leaves it to
/// us).
const LATE_SECS: i64 = 4 * 60 * 60;
/// The wait after the first attempt that this side could not make, seconds; it doubles. A role
/// that is started again is back by then.
const LOST_WAIT_SECS: i64 = 1;
/// How often that wait doubles: to 17 minutes.
const LOST_DOUBLINGS_MAX: u32 = 10;

/// When an attempt that failed at `now_ms` is followed by the next; `None` when what is tried since
/// `queued_at_ms` is given up.
pub(super) fn next_attempt_ms(queued_at_ms: i64, now_ms: i64) -> Option<i64> {
    let age_secs = now_ms.saturating_sub(queued_at_ms) / 1000;
    let wait = WAITS_SECS.iter().find(|it| age_secs < it.0).map_or(LONG_WAIT_SECS, |it| it.1);
    unless_given_up(wait, queued_at_ms, now_ms)
}

/// Whether what is tried since `queued_at_ms` is late.
pub(super) fn is_late(queued_at_ms: i64, now_ms: i64) -> bool {
    LATE_SECS.saturating_mul(1000) <= now_ms.saturating_sub(queued_at_ms)
}

/// As [`next_attempt_ms`], for an attempt of which the next hop heard nothing: what failed is
/// ours, and is usually mended in a moment.
pub(super) fn after_loss_ms(attempts: u32, queued_at_ms: i64, now_ms: i64) -> Option<i64> {
    unless_given_up(lost_wait_secs(attempts), queued_at_ms, now_ms)
}

/// As [`after_loss_ms`], for a message that is not given up, since nobody could be told: what it
/// says of its sender cannot be read.
pub(super) fn after_unreadable_ms(attempts: u32, now_ms: i64) -> i64 {
    now_ms.saturating_add(lost_wait_secs(attempts).saturating_mul(1000))
}

/// Until when it is tried, milliseconds since 1970 UTC.
pub(super) fn until_ms(queued_at_ms: i64) -> i64 {
    queued_at_ms.saturating_add(GIVE_UP_SECS.saturating_mul(1000))
}

fn lost_wait_secs(attempts: u32) -> i64 {
    let doublings = attempts.saturating_sub(1).min(LOST_DOUBLINGS_MAX);
    LOST_WAIT_SECS.saturating_mul(2_i64.saturating_pow(doublings))
}

fn unless_given_up(wait_secs: i64, queued_at_ms: i64, now_ms: i64) -> Option<i64> {
    let next = now_ms.checked_add(wait_secs.checked_mul(1000)?)?;
    let last = queued_at_ms.checked_add(GIVE_UP_SECS.checked_mul(1000)?)?;
    (next <= last).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attempts until a message is given up, and when the last of them was.
    fn tried(next: impl Fn(u32, i64, i64) -> Option<i64>) -> (u32, i64) {
        let (mut now_ms, mut attempts) = (0, 1);
        while let Some(next) = next(attempts, 0, now_ms) {
            assert!(now_ms < next);
            now_ms = next;
            attempts += 1;
        }
        (attempts, now_ms / 86_400_000)
    }

    #[test]
    fn a_message_is_tried_for_five_days_and_then_given_up() {
        let (attempts, days) = tried(|_, queued, now| next_attempt_ms(queued, now));
        assert!((4..=5).contains(&days), "{days}");
        assert!((30..60).contains(&attempts), "{attempts}");
        // A minute, however often somebody asked for an attempt.
        assert_eq!(next_attempt_ms(0, 30_000), Some(90_000));
        assert!(!is_late(0, 4 * 3_600_000 - 1) && is_late(0, 4 * 3_600_000));
    }

    #[test]
    fn what_cannot_be_handed_over_is_given_up_as_well() {
        let (attempts, days) = tried(after_loss_ms);
        assert!((4..=5).contains(&days), "{days}");
        assert!(attempts < 500, "{attempts}");
        assert_eq!(after_loss_ms(1, 0, 0), Some(1_000));
        assert_eq!(after_loss_ms(u32::MAX, 0, 0), Some(1_024_000));
    }
}
