//! Ranges of addresses, which the language does not have: what to write instead of one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{NetworkError, parse_ip};

/// Networks that an offer may have; a range that needs more is better thought over.
const NETWORKS_MAX: usize = 16;

/// Why `192.0.2.1-192.0.2.9` is no network; nothing for a text of another shape.
pub(super) fn refused(text: &str) -> Option<NetworkError> {
    let (from, to) = text.split_once(['-', '\u{2013}'])?;
    let (from, to) = (parse_ip(from.trim()).ok()?, parse_ip(to.trim()).ok()?);
    if from.is_ipv4() != to.is_ipv4() || to < from {
        let message = format!("the range `{text}` ends before it begins");
        return Some(NetworkError::new(message, None));
    }
    let networks = covering(from, to);
    let message =
        format!("`{text}` is a range; a network is its first address and a number of bits");
    let offer = (networks.len() <= NETWORKS_MAX).then(|| networks.join(", "));
    Some(NetworkError::new(message, offer).certain_if(true))
}

/// The fewest networks that have exactly the addresses from one to another; one more than
/// [`NETWORKS_MAX`] where there are more.
fn covering(from: IpAddr, to: IpAddr) -> Vec<String> {
    let width: u32 = if from.is_ipv4() { 32 } else { 128 };
    let (mut at, last) = (number(from), number(to));
    let mut networks = Vec::new();
    while at <= last && networks.len() <= NETWORKS_MAX {
        // The largest network that begins here and does not go beyond the last address.
        let mut free = at.trailing_zeros().min(width);
        while last_of(at, free) > last {
            free = free.saturating_sub(1);
        }
        let prefix = width.saturating_sub(free);
        networks.push(format!("{}/{prefix}", address(at, width)));
        let Some(next) = last_of(at, free).checked_add(1) else { break };
        at = next;
    }
    networks
}

/// The last number with the same bits but for the lowest `free` ones.
fn last_of(first: u128, free: u32) -> u128 {
    first | 1_u128.checked_shl(free).map_or(u128::MAX, |size| size.saturating_sub(1))
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn address(number: u128, width: u32) -> IpAddr {
    match u32::try_from(number) {
        Ok(v4) if width == 32 => IpAddr::V4(Ipv4Addr::from_bits(v4)),
        Ok(_) | Err(_) => IpAddr::V6(Ipv6Addr::from_bits(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn a_range_is_offered_as_its_networks() {
        for (text, offer) in [
            ("192.0.2.0-192.0.2.127", Some("192.0.2.0/25")),
            (
                "192.0.2.1 - 192.0.2.6",
                Some("192.0.2.1/32, 192.0.2.2/31, 192.0.2.4/31, 192.0.2.6/32"),
            ),
            ("0.0.0.0-255.255.255.255", Some("0.0.0.0/0")),
            ("2001:db8::-2001:db8::ffff", Some("2001:db8::/112")),
            ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some("::/0")),
            ("192.0.2.9-192.0.2.1", None),
            ("10.0.0.1-10.255.255.253", None),
        ] {
            assert_eq!(refused(text).unwrap().offer(), offer, "{text}");
        }
        assert_eq!(refused("192.0.2.0/24"), None);
    }
}
