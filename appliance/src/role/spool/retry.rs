//! When a delivery is tried again.

/// Waits after each failed attempt, seconds: minutes at first, for a next hop that restarts, then
/// longer; five days in all (RFC 5321 §4.5.4.1 asks for four to five).
const WAITS_SECS: &[i64] = &[60, 5 * 60, 15 * 60, 30 * 60, 60 * 60, 2 * 60 * 60, 4 * 60 * 60];
/// The wait once those are used up, seconds.
const LONG_WAIT_SECS: i64 = 6 * 60 * 60;
/// How long is tried in all, seconds.
const GIVE_UP_SECS: i64 = 5 * 24 * 60 * 60;

/// When attempt number `attempts` (1 for the first) that failed at `now_ms` is followed by the
/// next; `None` when a message received at `received_at_ms` is given up.
pub(super) fn next_attempt_ms(attempts: u32, received_at_ms: i64, now_ms: i64) -> Option<i64> {
    let made = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let wait_secs = WAITS_SECS.get(made).copied().unwrap_or(LONG_WAIT_SECS);
    let next = now_ms.checked_add(wait_secs.checked_mul(1000)?)?;
    let last = received_at_ms.checked_add(GIVE_UP_SECS.checked_mul(1000)?)?;
    (next <= last).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_for_five_days_and_then_given_up() {
        let (mut now_ms, mut attempts) = (0, 1);
        while let Some(next) = next_attempt_ms(attempts, 0, now_ms) {
            assert!(now_ms < next);
            now_ms = next;
            attempts += 1;
        }
        let days = now_ms / 86_400_000;
        assert!((4..=5).contains(&days), "{days}");
        assert!(attempts < 30, "{attempts}");
    }
}
