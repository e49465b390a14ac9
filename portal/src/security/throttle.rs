//! How often somebody may try to log in.
//!
//! Two buckets: the account named and the network of the client. A bucket holds a minute's worth of
//! attempts and refills steadily. An unknown account has a bucket like a known one, so that being
//! throttled tells nothing.
//!
//! # Current limitations
//!
//! The buckets live in memory: a restart empties them. The lock after too many failures is in the
//! database and does not forget.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// The window that the limits are given for.
const WINDOW_MS: i64 = 60_000;
/// Buckets kept; a full map first forgets those that are full again, then refuses newcomers.
const BUCKETS_MAX: usize = 100_000;

/// Who is being counted.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Who {
    /// An account, by the keyed hash of its address.
    Account([u8; 32]),
    /// The network of a client: the first 24 bits of IPv4, 56 of IPv6.
    Client([u8; 7]),
}

/// Come back after so many seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RetryAfter {
    /// Whole seconds, at least one.
    pub(crate) secs: i64,
}

/// The buckets.
#[derive(Debug)]
pub(crate) struct Throttle {
    account_interval_ms: i64,
    client_interval_ms: i64,
    /// For each bucket the time at which it is full again.
    full_at_ms: Mutex<BTreeMap<Who, i64>>,
}

impl Throttle {
    /// So many attempts a minute for an account, and for a client.
    pub(crate) fn new(per_account: u32, per_client: u32) -> Self {
        Self {
            account_interval_ms: WINDOW_MS / i64::from(per_account.max(1)),
            client_interval_ms: WINDOW_MS / i64::from(per_client.max(1)),
            full_at_ms: Mutex::new(BTreeMap::new()),
        }
    }

    /// Takes one attempt out of a bucket, or says when there is one again.
    pub(crate) fn take(&self, who: Who, now_ms: i64) -> Result<(), RetryAfter> {
        let interval_ms = match who {
            Who::Account(_) => self.account_interval_ms,
            Who::Client(_) => self.client_interval_ms,
        };
        let mut buckets = self.full_at_ms.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(&who) {
            buckets.retain(|_, full_at_ms| *full_at_ms > now_ms);
            if buckets.len() >= BUCKETS_MAX {
                return Err(RetryAfter { secs: WINDOW_MS / 1000 });
            }
        }
        let full_at_ms = buckets.entry(who).or_insert(now_ms);
        let next_ms = (*full_at_ms).max(now_ms).saturating_add(interval_ms);
        let wait_ms = next_ms.saturating_sub(now_ms).saturating_sub(WINDOW_MS);
        if wait_ms > 0 {
            return Err(RetryAfter { secs: wait_ms.saturating_add(999) / 1000 });
        }
        *full_at_ms = next_ms;
        Ok(())
    }
}

/// The network that a client is counted under.
pub(crate) fn network(address: IpAddr) -> Who {
    let mut octets = [0; 7];
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            // A prefix no global IPv6 network has keeps the two families apart.
            let [a, b, c, _] = v4.octets();
            octets = [0, 0, 0, 4, a, b, c];
        }
        IpAddr::V6(v6) => octets.iter_mut().zip(v6.octets()).for_each(|(to, from)| *to = from),
    }
    Who::Client(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_so_many_attempts_and_refills() {
        let throttle = Throttle::new(5, 30);
        let who = Who::Account([7; 32]);
        for _ in 0..5 {
            assert_eq!(throttle.take(who.clone(), 1000), Ok(()));
        }
        assert_eq!(throttle.take(who.clone(), 1000), Err(RetryAfter { secs: 12 }));
        assert_eq!(throttle.take(Who::Account([8; 32]), 1000), Ok(()));
        assert_eq!(throttle.take(who.clone(), 13_000), Ok(()));
        assert_eq!(throttle.take(who, 13_000), Err(RetryAfter { secs: 12 }));
    }

    #[test]
    fn neighbours_share_a_bucket() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.1"), of("192.0.2.254"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.9"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
        assert_eq!(of("2001:db8::1"), of("2001:db8:0:00ff::1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:0100::1"));
    }
}
