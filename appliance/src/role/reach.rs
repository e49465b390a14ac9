//! Which addresses that strangers' names have may be connected to: those of the internet. Anybody
//! can give a name an address of ours.
//!
//! # Source
//!
//! RFC 6890, the registries of special addresses.

use std::net::{IpAddr, Ipv4Addr};

use grammar::literal::Network;

/// Networks that are not of the internet.
const SPECIAL: [&str; 28] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// What may be connected to.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    special: Vec<Network>,
    nevertheless: Vec<Network>,
}

impl Reach {
    /// The internet, and these networks.
    pub(crate) fn new(nevertheless: &[String]) -> Self {
        let parsed = |it: &str| Network::parse(it).ok();
        Self {
            special: SPECIAL.iter().copied().filter_map(parsed).collect(),
            nevertheless: nevertheless.iter().map(String::as_str).filter_map(parsed).collect(),
        }
    }

    /// Whether an address may be connected to.
    pub(crate) fn allows(&self, address: IpAddr) -> bool {
        // One of version 4 that is written as one of version 6 is what it is.
        let address = translated(address.to_canonical());
        let is_in = |networks: &[Network]| networks.iter().any(|it| it.contains(address));
        is_in(&self.nevertheless) || !is_in(&self.special)
    }
}

/// The address of version 4 that a translator connects to for one of version 6 (RFC 6052 §2.1).
fn translated(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => match six.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)).into()
            }
            _ => address,
        },
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_reached_and_nothing_else() {
        let reach = Reach::new(&["10.1.0.0/16".to_owned()]);
        assert_eq!(reach.special.len(), SPECIAL.len(), "each of them is a network");
        for allowed in [
            "192.0.1.1",
            "9.9.9.9",
            "2620:fe::fe",
            "10.1.2.3",
            "172.32.0.1",
            "::ffff:9.9.9.9",
            "64:ff9b::9.9.9.9",
        ] {
            assert!(reach.allows(allowed.parse().unwrap()), "{allowed}");
        }
        for refused in [
            "0.0.0.0",
            "127.0.0.1",
            "127.255.255.255",
            "10.0.0.1",
            "10.2.0.0",
            "100.64.1.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "192.88.99.1",
            "3fff::1",
            "fec0::1",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
        ] {
            assert!(!reach.allows(refused.parse().unwrap()), "{refused}");
        }
    }
}
