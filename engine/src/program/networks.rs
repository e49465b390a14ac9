//! Networks as sorted disjoint intervals: whether a peer is in a list costs one binary search.

use std::net::IpAddr;

use grammar::literal::Network;

/// A set of addresses.
#[derive(Clone, Debug, Default)]
pub(super) struct Intervals {
    /// First and last, sorted, none touching; IPv4 and IPv6 apart.
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl Intervals {
    pub(super) fn new(networks: &[Network]) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in networks {
            match (network.first(), network.last()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => v4.push((first.to_bits(), last.to_bits())),
                (IpAddr::V6(first), IpAddr::V6(last)) => v6.push((first.to_bits(), last.to_bits())),
                // A network has one family.
                (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {}
            }
        }
        Self { v4: joined(v4), v6: joined(v6) }
    }

    /// Whether an address is in the set; an IPv4 address in IPv6 form counts as IPv4.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => within(&self.v4, address.to_bits()),
            IpAddr::V6(address) => within(&self.v6, address.to_bits()),
        }
    }
}

fn joined<T: Copy + Ord>(mut ranges: Vec<(T, T)>) -> Vec<(T, T)> {
    ranges.sort_unstable();
    let mut joined: Vec<(T, T)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(open) if first <= open.1 => open.1 = open.1.max(last),
            Some(_) | None => joined.push((first, last)),
        }
    }
    joined
}

fn within<T: Copy + Ord>(ranges: &[(T, T)], value: T) -> bool {
    let after = ranges.partition_point(|it| it.0 <= value);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|it| value <= it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_networks_join() {
        let networks = ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.17", "2001:db8::/32"];
        let parsed: Vec<Network> = networks.iter().map(|it| Network::parse(it).unwrap()).collect();
        let set = Intervals::new(&parsed);
        for (address, expected) in [
            ("10.255.0.1", true),
            ("11.0.0.0", false),
            ("9.255.255.255", false),
            ("192.0.2.17", true),
            ("192.0.2.18", false),
            ("::ffff:10.0.0.1", true),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(set.contains(address.parse().unwrap()), expected, "{address}");
        }
    }
}
