//! How often a password may be wrong: for an account from one network, for a network, and for an
//! account at all, so that neither guessing one password nor trying many names goes on.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

use crate::role::network;

/// Tries count for so long.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Wrong tries for one account from one network.
const PAIR_TRIES_MAX: u32 = 10;
/// Wrong tries from one network.
const NETWORK_TRIES_MAX: u32 = 40;
/// Wrong tries for one account from anywhere; more than one network has, so that who guesses does
/// not keep out whose account it is.
const ACCOUNT_TRIES_MAX: u32 = 200;
/// What is remembered at most. The oldest is forgotten first.
const ENTRIES_MAX: usize = 30_000;

/// What was tried.
#[derive(Debug, Default)]
pub(super) struct Throttle(BTreeMap<Key, Tries>);

/// The account, the network, or both.
type Key = (Option<String>, Option<Ipv6Addr>);

#[derive(Clone, Copy, Debug)]
struct Tries {
    since: Instant,
    count: u32,
}

fn keys(user: &str, peer: IpAddr) -> [(Key, u32); 3] {
    let (user, network) = (Some(user.to_owned()), Some(network(peer)));
    [
        ((user.clone(), network), PAIR_TRIES_MAX),
        ((None, network), NETWORK_TRIES_MAX),
        ((user, None), ACCOUNT_TRIES_MAX),
    ]
}

impl Throttle {
    /// Counts a try; `false` when there were too many.
    pub(super) fn begin(&mut self, user: &str, peer: IpAddr, now: Instant) -> bool {
        let keys = keys(user, peer);
        let is_over = |(key, most): &(Key, u32)| {
            let tries = self.0.get(key).filter(|it| now.duration_since(it.since) < WINDOW);
            tries.is_some_and(|it| *most <= it.count)
        };
        if keys.iter().any(is_over) {
            return false;
        }
        for (key, _) in keys {
            self.make_room(&key, now);
            let tries = self.0.entry(key).or_insert(Tries { since: now, count: 0 });
            if WINDOW <= now.duration_since(tries.since) {
                *tries = Tries { since: now, count: 0 };
            }
            tries.count = tries.count.saturating_add(1);
        }
        true
    }

    /// Takes back a try whose password was right, or not looked at.
    pub(super) fn forgive(&mut self, user: &str, peer: IpAddr) {
        for (key, _) in keys(user, peer) {
            if let Some(tries) = self.0.get_mut(&key) {
                tries.count = tries.count.saturating_sub(1);
            }
        }
    }

    fn make_room(&mut self, key: &Key, now: Instant) {
        if self.0.len() < ENTRIES_MAX || self.0.contains_key(key) {
            return;
        }
        self.0.retain(|_, it| 0 < it.count && now.duration_since(it.since) < WINDOW);
        if ENTRIES_MAX <= self.0.len() {
            let oldest = self.0.iter().min_by_key(|(_, it)| it.since).map(|(key, _)| key.clone());
            oldest.and_then(|it| self.0.remove(&it));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8, third: u8) -> IpAddr {
        IpAddr::from([192, 0, third, last])
    }

    #[test]
    fn guessing_ends_and_is_forgotten() {
        let (mut throttle, now) = (Throttle::default(), Instant::now());
        let tries = (0..20).filter(|it| throttle.begin("alice", peer(*it, 2), now)).count();
        assert_eq!(tries, 10);
        // Alice herself, elsewhere, is not kept out.
        assert!(throttle.begin("alice", peer(1, 3), now));
        assert!(throttle.begin("bob", peer(1, 2), now));
        assert!(!throttle.begin("alice", peer(1, 2), now + WINDOW / 2));
        assert!(throttle.begin("alice", peer(1, 2), now + WINDOW));
    }

    #[test]
    fn many_names_from_one_network_count_together() {
        let (mut throttle, now) = (Throttle::default(), Instant::now());
        let tries =
            (0..100).filter(|it| throttle.begin(&format!("u{it}"), peer(1, 2), now)).count();
        assert_eq!(tries, 40);
        let many = (0..250).filter(|it| throttle.begin("alice", peer(1, *it), now)).count();
        assert!(many <= 200, "{many}");
    }

    #[test]
    fn right_passwords_do_not_count() {
        let (mut throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..1_000 {
            assert!(throttle.begin("alice", peer(1, 2), now));
            throttle.forgive("alice", peer(1, 2));
        }
    }
}
