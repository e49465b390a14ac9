//! To whom was written of late, so that nobody has a stranger flooded with letters.
//!
//! # Current limitations
//!
//! It is known in memory: a restart forgets it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Addresses that are remembered; while so many were written to of late, nobody else is.
const ADDRESSES_MAX: usize = 10_000;

/// Keyed hashes of addresses, and when each was written to, in ms since 1970.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    sent: Mutex<BTreeMap<[u8; 32], i64>>,
}

impl Letters {
    /// Whether a letter may go to an address now: none went within the last `quiet_ms`. If so, one has
    /// gone.
    pub(crate) fn may_go(&self, address_hash: [u8; 32], now_ms: i64, quiet_ms: i64) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let is_quiet = |at_ms: i64| now_ms.saturating_sub(at_ms) < quiet_ms;
        if sent.get(&address_hash).is_some_and(|it| is_quiet(*it)) {
            return false;
        }
        if ADDRESSES_MAX <= sent.len() {
            sent.retain(|_, at_ms| is_quiet(*at_ms));
        }
        if ADDRESSES_MAX <= sent.len() {
            return false;
        }
        sent.insert(address_hash, now_ms);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_goes_and_the_next_once_it_was_quiet() {
        let letters = Letters::default();
        assert!(letters.may_go([1; 32], 0, 100));
        assert!(!letters.may_go([1; 32], 99, 100));
        assert!(letters.may_go([2; 32], 99, 100));
        assert!(letters.may_go([1; 32], 100, 100));
    }
}
