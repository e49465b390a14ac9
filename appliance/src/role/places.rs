//! Places for connections: how many there are, and how many of them one network may hold.
//!
//! # Invariants
//!
//! - A [`Place`] that is dropped is free again, whatever ended the conversation.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many connections there may be at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceLimits {
    /// Of all.
    pub(crate) all: usize,
    /// Of strangers; the rest is kept for those who are trusted.
    pub(crate) strangers: usize,
    /// Of strangers in one network.
    pub(crate) network: usize,
}

/// Who asks for a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Guest {
    /// Anybody, from this address.
    Stranger(IpAddr),
    /// One of the peers that the configuration names.
    Trusted,
}

/// All places.
#[derive(Debug)]
pub(crate) struct Places {
    limits: PlaceLimits,
    taken: Mutex<Taken>,
}

/// One place, held as long as the connection lasts.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    network: Option<Ipv6Addr>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    strangers: usize,
    networks: BTreeMap<Ipv6Addr, usize>,
}

impl Places {
    /// So many places, all free.
    pub(crate) fn new(limits: PlaceLimits) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default() })
    }

    /// A place, if there is one for this guest.
    pub(crate) fn take(self: &Arc<Self>, guest: Guest) -> Option<Place> {
        let mut taken = self.lock();
        if self.limits.all <= taken.all {
            return None;
        }
        let network = match guest {
            Guest::Stranger(address) => Some(network(address)),
            Guest::Trusted => None,
        };
        if let Some(network) = network {
            let beside = taken.networks.get(&network).copied().unwrap_or(0);
            if self.limits.strangers <= taken.strangers || self.limits.network <= beside {
                return None;
            }
            taken.strangers = taken.strangers.saturating_add(1);
            taken.networks.insert(network, beside.saturating_add(1));
        }
        taken.all = taken.all.saturating_add(1);
        Some(Place { places: Arc::clone(self), network })
    }

    /// Waits until every place is free.
    pub(crate) async fn all_free(&self) {
        while 0 < self.lock().all {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Nothing here is left half-changed by a panic.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all = taken.all.saturating_sub(1);
        let Some(network) = self.network else { return };
        taken.strangers = taken.strangers.saturating_sub(1);
        let beside = taken.networks.get(&network).copied().unwrap_or(0);
        if beside <= 1 {
            taken.networks.remove(&network);
        } else {
            taken.networks.insert(network, beside.saturating_sub(1));
        }
    }
}

/// What one party is likely to have: the first 24 bits of IPv4, 56 of IPv6. As an address of IPv6,
/// where the networks of IPv4 have a range of their own.
pub(crate) fn network(address: IpAddr) -> Ipv6Addr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            std::net::Ipv4Addr::new(a, b, c, 0).to_ipv6_mapped()
        }
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 72)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Arc<Places> {
        Places::new(PlaceLimits { all: 6, strangers: 4, network: 2 })
    }

    fn stranger(address: &str) -> Guest {
        Guest::Stranger(address.parse().unwrap())
    }

    #[test]
    fn one_network_gets_its_share_and_no_more() {
        for (one, beside, elsewhere) in [
            ("192.0.2.1", "192.0.2.255", "192.0.3.1"),
            ("2001:db8::1", "2001:db8:0:ff::1", "2001:db8:0:100::1"),
            ("::ffff:192.0.2.1", "192.0.2.7", "::ffff:192.0.3.1"),
        ] {
            let places = places();
            let first = places.take(stranger(one)).unwrap();
            let _second = places.take(stranger(beside)).unwrap();
            assert!(places.take(stranger(one)).is_none());
            assert!(places.take(stranger(elsewhere)).is_some());
            drop(first);
            assert!(places.take(stranger(beside)).is_some());
        }
    }

    #[test]
    fn strangers_leave_room_for_the_trusted() {
        let places = places();
        let taken = ["192.0.2.1", "192.0.3.1", "192.0.4.1", "192.0.5.1"]
            .map(|it| places.take(stranger(it)).unwrap());
        assert!(places.take(stranger("192.0.6.1")).is_none());
        let trusted = [Guest::Trusted; 2].map(|it| places.take(it).unwrap());
        assert!(places.take(Guest::Trusted).is_none());
        drop(trusted);
        assert!(places.take(stranger("192.0.6.1")).is_none());
        drop(taken);
        assert!(places.take(stranger("192.0.6.1")).is_some());
        assert!(places.lock().networks.is_empty());
    }

    #[test]
    fn the_trusted_may_have_every_place() {
        let places = places();
        let _taken = [Guest::Trusted; 6].map(|it| places.take(it).unwrap());
        assert!(places.take(Guest::Trusted).is_none());
        assert!(places.take(stranger("192.0.2.1")).is_none());
    }
}
