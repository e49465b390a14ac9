//! The header by which a proxy in front says who the peer is.
//!
//! # Trust
//!
//! Whoever may send it can be anybody it likes, so a driver reads it from peers that its operator
//! names, and from them alone. It is read strictly: a header that is wrong anywhere is none.
//!
//! # Standards
//!
//! The PROXY protocol, versions 1 and 2 (2020), §2. What version 2 adds behind the
//! addresses is not looked at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Octets that are read first: every header has as many.
const FIRST_OCTETS: usize = 12;
/// Octets of a header of version 1, CRLF included (§2.1).
const LINE_OCTETS_MAX: usize = 107;
/// What a header of version 2 begins with (§2.2).
const SIGNATURE: &[u8; FIRST_OCTETS] = b"\r\n\r\n\0\r\nQUIT\n";
/// Octets behind the first 16 of version 2: addresses, and what is added to them.
const REST_OCTETS_MAX: usize = 2_048;

/// How far a header is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// So many octets are missing at least; to read more could take what is behind the header.
    More(usize),
    /// It is whole, and names this peer; none for a connection of the proxy's own.
    Whole(Option<IpAddr>),
}

/// What came is no such header.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a PROXY header")]
pub struct ProxyError;

/// Looks at what was read of a header so far.
///
/// # Errors
///
/// [`ProxyError`] as soon as no octets could make a header of it.
pub fn look(read: &[u8]) -> Result<Progress, ProxyError> {
    let Some(first) = read.get(..FIRST_OCTETS) else {
        return Ok(Progress::More(FIRST_OCTETS.saturating_sub(read.len())));
    };
    if first == SIGNATURE { binary(read) } else { line(read) }
}

fn line(read: &[u8]) -> Result<Progress, ProxyError> {
    let Some(line) = read.strip_suffix(b"\r\n") else {
        let goes_on = read.starts_with(b"PROXY ")
            && read.len() < LINE_OCTETS_MAX
            && read.iter().all(|it| matches!(it, b' '..=b'~' | b'\r'));
        return if goes_on { Ok(Progress::More(1)) } else { Err(ProxyError) };
    };
    let text = std::str::from_utf8(line).ok().and_then(|it| it.strip_prefix("PROXY "));
    let words: Vec<&str> = text.ok_or(ProxyError)?.split(' ').collect();
    match words.as_slice() {
        ["UNKNOWN", ..] => Ok(Progress::Whole(None)),
        ["TCP4", peer, to, from_port, to_port] => {
            ports([from_port, to_port])?;
            address::<Ipv4Addr>(to)?;
            Ok(Progress::Whole(Some(IpAddr::V4(address(peer)?))))
        }
        ["TCP6", peer, to, from_port, to_port] => {
            ports([from_port, to_port])?;
            address::<Ipv6Addr>(to)?;
            Ok(Progress::Whole(Some(IpAddr::V6(address(peer)?))))
        }
        _ => Err(ProxyError),
    }
}

fn address<T: std::str::FromStr>(word: &str) -> Result<T, ProxyError> {
    word.parse().map_err(|_form| ProxyError)
}

fn ports(words: [&&str; 2]) -> Result<(), ProxyError> {
    let is_port = |word: &&&str| {
        let plain = word.bytes().all(|it| it.is_ascii_digit());
        plain && (**word == "0" || !word.starts_with('0')) && word.parse::<u16>().is_ok()
    };
    if words.iter().all(is_port) { Ok(()) } else { Err(ProxyError) }
}

fn binary(read: &[u8]) -> Result<Progress, ProxyError> {
    let behind = read.get(FIRST_OCTETS..).unwrap_or_default();
    let [command, family, high, low, rest @ ..] = behind else {
        return Ok(Progress::More(4_usize.saturating_sub(behind.len())));
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    if !matches!(command, 0x20 | 0x21) || REST_OCTETS_MAX < length {
        return Err(ProxyError);
    }
    let missing = length.saturating_sub(rest.len());
    if 0 < missing {
        return Ok(Progress::More(missing));
    }
    if *command == 0x20 {
        // A check of the proxy's own; what it says of addresses says nothing (§2.2).
        return Ok(Progress::Whole(None));
    }
    let peer = match family {
        0x11 if 12 <= length => octets::<4>(rest).map(IpAddr::from),
        0x21 if 36 <= length => octets::<16>(rest).map(IpAddr::from),
        _ => None,
    };
    peer.map(|it| Progress::Whole(Some(it))).ok_or(ProxyError)
}

fn octets<const N: usize>(rest: &[u8]) -> Option<[u8; N]> {
    rest.first_chunk::<N>().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads as a driver does: what is missing, and no more.
    fn read(mut input: &[u8]) -> (Result<Option<IpAddr>, &'static str>, usize) {
        let all = input.len();
        let mut taken = Vec::new();
        let found = loop {
            match look(&taken) {
                Err(ProxyError) => break Err("wrong"),
                Ok(Progress::Whole(peer)) => break Ok(peer),
                Ok(Progress::More(octets)) => {
                    assert!(0 < octets);
                    let Some((some, rest)) = input.split_at_checked(octets) else {
                        break Err("ended");
                    };
                    taken.extend_from_slice(some);
                    input = rest;
                }
            }
        };
        (found, all - input.len())
    }

    fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, rest, b"EHLO"].concat()
    }

    #[test]
    fn lines() {
        let told = |line: &str| read(format!("{line}\r\nEHLO a\r\n").as_bytes());
        let line = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25";
        assert_eq!(told(line), (Ok(Some([192, 0, 2, 1].into())), line.len() + 2));
        let six = "PROXY TCP6 2001:db8::1 2001:db8::2 0 65535";
        assert_eq!(told(six).0, Ok(Some("2001:db8::1".parse().unwrap())));
        assert_eq!(told("PROXY UNKNOWN").0, Ok(None));
        assert_eq!(told("PROXY UNKNOWN ffff::1 ffff::2 1 2").0, Ok(None));
        for wrong in [
            "PROXY TCP4 192.0.2.1 198.51.100.1 56324",
            "PROXY TCP4 192.0.2.1  198.51.100.1 56324 25",
            "PROXY TCP4 192.0.2.01 198.51.100.1 56324 25",
            "PROXY TCP4 2001:db8::1 198.51.100.1 56324 25",
            "PROXY TCP4 192.0.2.1 198.51.100.1 65536 25",
            "PROXY TCP4 192.0.2.1 198.51.100.1 025 25",
            "PROXY TCP4 192.0.2.1 198.51.100.1 +25 25",
            "PROXY UDP4 192.0.2.1 198.51.100.1 56324 25",
            "proxy TCP4 192.0.2.1 198.51.100.1 56324 25",
            "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25 ",
            "EHLO client.example",
        ] {
            assert_eq!(told(wrong).0, Err("wrong"), "{wrong}");
        }
        assert_eq!(read(format!("PROXY UNKNOWN {}", "x".repeat(200)).as_bytes()).0, Err("wrong"));
        assert_eq!(read(b"PROXY TCP4 192.0.2.1\n").0, Err("wrong"));
    }

    #[test]
    fn octets_of_version_2() {
        let four = [192, 0, 2, 1, 198, 51, 100, 1, 0, 1, 0, 25];
        assert_eq!(read(&v2(0x21, 0x11, &four)), (Ok(Some([192, 0, 2, 1].into())), 28));
        let mut six = vec![0x20, 1, 0x0d, 0xb8];
        six.resize(36, 0);
        assert_eq!(read(&v2(0x21, 0x21, &six)).0, Ok(Some("2001:db8::".parse().unwrap())));
        // With something added, and a check of the proxy's own.
        let added = [&four[..], &[4, 0, 1, 0]].concat();
        assert_eq!(read(&v2(0x21, 0x11, &added)), (Ok(Some([192, 0, 2, 1].into())), 32));
        assert_eq!(read(&v2(0x20, 0, &[])).0, Ok(None));
        for (command, family, length) in [
            (0x11, 0x11, 12),
            (0x22, 0x11, 12),
            (0x21, 0x11, 11),
            (0x21, 0x21, 35),
            (0x21, 0x12, 12),
            (0x21, 0x31, 216),
            (0x21, 0, 0),
            (0x21, 0x11, REST_OCTETS_MAX + 1),
        ] {
            let wrong = v2(command, family, &vec![0; length]);
            assert_eq!(read(&wrong).0, Err("wrong"), "{command:x} {family:x} {length}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_bounded(input in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (_, taken) = read(&[&SIGNATURE[..], &input].concat());
            prop_assert!(taken <= 16 + REST_OCTETS_MAX);
            let (_, taken) = read(&[b"PROXY ", input.as_slice()].concat());
            prop_assert!(taken <= LINE_OCTETS_MAX);
        }
    }
}
