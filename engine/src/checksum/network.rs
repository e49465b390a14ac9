//! Addresses of machines and mailboxes.
//!
//! # Standards
//!
//! RFC 791 and 4291 with 4007 (a zone) and 4632 (a prefix) for internet addresses, IEEE 802 for MAC
//! addresses, RFC 5321 and 1035 for mailboxes.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Checksum;

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "ipv4",
        about: "internet addresses of version 4, four numbers up to 255",
        example: "192.0.2.17",
        passes: |it| {
            let (address, prefix) = it.split_once('/').unwrap_or((it, "0"));
            address.parse::<Ipv4Addr>().is_ok() && prefix.parse::<u8>().is_ok_and(|it| it <= 32)
        },
    },
    Checksum {
        name: "ipv6",
        about: "internet addresses of version 6",
        example: "2001:db8::8a2e:370:7334",
        passes: ipv6,
    },
    Checksum {
        name: "mac",
        about: "addresses of network cards",
        example: "01:23:45:67:89:ab",
        passes: |it| {
            let hex: String = it.chars().filter(char::is_ascii_hexdigit).collect();
            let shared =
                hex.chars().all(|it| matches!(it, 'f' | 'F')) || hex.bytes().all(|it| it == b'0');
            hex.len() == 12 && !shared
        },
    },
    Checksum {
        name: "mailbox",
        about: "mail addresses whose parts have the lengths and dots that mail servers take",
        example: "alice@acme.example",
        passes: |it| mailbox(it) == Some(true),
    },
];

fn ipv6(value: &str) -> bool {
    let (rest, prefix) = value.split_once('/').unwrap_or((value, "0"));
    let (address, zone) = rest.split_once('%').unwrap_or((rest, "0"));
    let prefixed = prefix.bytes().all(|it| it.is_ascii_digit())
        && prefix.parse::<u8>().is_ok_and(|it| it <= 128);
    prefixed && !zone.is_empty() && address.parse::<Ipv6Addr>().is_ok()
}

fn mailbox(value: &str) -> Option<bool> {
    let (local, domain) = value.rsplit_once('@')?;
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let dotted = local.split('.').all(|it| !it.is_empty());
    let literal = domain.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let domain = match literal {
        Some(address) => {
            address.parse::<Ipv4Addr>().is_ok()
                || address.strip_prefix("ipv6:").is_some_and(|it| it.parse::<Ipv6Addr>().is_ok())
        }
        None => is_domain(domain),
    };
    Some(local.len() <= 64 && (quoted || dotted) && domain)
}

fn is_domain(domain: &str) -> bool {
    let label =
        |it: &str| (1..=63).contains(&it.len()) && !it.starts_with('-') && !it.ends_with('-');
    let top = domain.rsplit('.').next().unwrap_or_default();
    let punycode = top.starts_with("xn--");
    let named = top.len() >= 2
        && (punycode || !top.contains('-'))
        && !top.bytes().all(|it| it.is_ascii_digit());
    domain.len() <= 253 && domain.contains('.') && named && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("ipv4", &["255.255.255.255", "10.0.0.0/8"], &["256.0.0.1", "1.2.3", "10.0.0.0/33"]);
        check(
            "ipv6",
            &["::", "::1", "fe80::1%eth0", "::ffff:192.0.2.1/96"],
            &["1::2::3", ":::", "fe80::/129", "fe80::%"],
        );
        check("mac", &["0012.3456.789a"], &["FF:FF:FF:FF:FF:FF", "01:23:45:67:89"]);
        check(
            "mailbox",
            &["a.b@c-d.example", "\"a b\"@c.example", "a@[192.0.2.1]"],
            &["a..b@c.example", ".a@c.example", "a@c", "a@-c.example", "a@c.1"],
        );
    }
}
