//! How much one network of strangers may send in a minute.
//!
//! Each network has a bucket that fills evenly; what it holds when it is full is what may come at
//! once after a rest.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{protocol::control, role::network};

const MINUTE: Duration = Duration::from_secs(60);
/// Networks that are remembered; those with full buckets are forgotten first.
const NETWORKS_MAX: usize = 20_000;

/// What has come of late.
#[derive(Debug)]
pub(super) struct Rates {
    messages: Mutex<Buckets>,
    recipients: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    /// In a minute; 0 is without a bound.
    rate: u32,
    /// When each network's bucket will be full again.
    full_at: BTreeMap<Ipv6Addr, Instant>,
}

impl Rates {
    /// Nothing yet.
    pub(super) fn new(rates: control::Rates) -> Self {
        let buckets = |rate| Mutex::new(Buckets { rate, full_at: BTreeMap::new() });
        Self { messages: buckets(rates.messages), recipients: buckets(rates.recipients) }
    }

    /// Counts a message; `false` when it is one too many.
    pub(super) fn message(&self, peer: IpAddr) -> bool {
        take(&self.messages, peer, Instant::now())
    }

    /// Counts a recipient; `false` when it is one too many.
    pub(super) fn recipient(&self, peer: IpAddr) -> bool {
        take(&self.recipients, peer, Instant::now())
    }
}

fn take(buckets: &Mutex<Buckets>, peer: IpAddr, now: Instant) -> bool {
    buckets.lock().unwrap_or_else(PoisonError::into_inner).take(network(peer), now)
}

impl Buckets {
    fn take(&mut self, network: Ipv6Addr, now: Instant) -> bool {
        let Some(each) = MINUTE.checked_div(self.rate) else { return true };
        let full_at = self.full_at.get(&network).copied().unwrap_or(now).max(now);
        let Some(then) = full_at.checked_add(each) else { return false };
        // An empty bucket takes a minute to fill.
        if MINUTE < then.duration_since(now) {
            return false;
        }
        if NETWORKS_MAX <= self.full_at.len() && !self.full_at.contains_key(&network) {
            self.full_at.retain(|_, it| now < *it);
            if NETWORKS_MAX <= self.full_at.len() {
                let first = self.full_at.iter().min_by_key(|(_, it)| **it).map(|(key, _)| *key);
                first.and_then(|it| self.full_at.remove(&it));
            }
        }
        self.full_at.insert(network, then);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills() {
        let mut buckets = Buckets { rate: 60, full_at: BTreeMap::new() };
        let (one, other) = (Ipv6Addr::from_bits(1), Ipv6Addr::from_bits(2));
        let now = Instant::now();
        assert_eq!((0..100).filter(|_| buckets.take(one, now)).count(), 60);
        assert!(buckets.take(other, now));
        let later = now + Duration::from_secs(10);
        assert_eq!((0..100).filter(|_| buckets.take(one, later)).count(), 10);
        let rested = now + Duration::from_secs(600);
        assert_eq!((0..100).filter(|_| buckets.take(one, rested)).count(), 60);
    }

    #[test]
    fn no_rate_is_no_bound_and_memory_is_bounded() {
        let now = Instant::now();
        let mut free = Buckets { rate: 0, full_at: BTreeMap::new() };
        assert!((0..1_000).all(|_| free.take(Ipv6Addr::UNSPECIFIED, now)));
        assert!(free.full_at.is_empty());
        let mut many = Buckets { rate: 1, full_at: BTreeMap::new() };
        let networks = u128::try_from(NETWORKS_MAX + 10).unwrap();
        assert!((0..networks).all(|it| many.take(Ipv6Addr::from_bits(it), now)));
        assert_eq!(many.full_at.len(), NETWORKS_MAX);
    }
}
