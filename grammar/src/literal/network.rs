//! Networks in CIDR form.
//!
//! An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address: a peer must not leave a rule
//! by the socket it came through.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use nom::{
    bytes::complete::take_while1,
    character::complete::char,
    combinator::{opt, rest},
    sequence::preceded,
};

use super::{refusal::refusal, whole::whole};

/// A network: an address whose host bits are all zero, and how many bits are fixed.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

refusal! {
    /// Why a text is not a network.
    NetworkError
}

refusal! {
    /// Why a text is not an IP address.
    IpError
}

/// Reads one IP address; an IPv4-mapped one becomes IPv4.
///
/// # Errors
///
/// [`IpError`] when it is not one.
pub fn parse_ip(text: &str) -> Result<IpAddr, IpError> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.to_canonical());
    }
    if let Some((address, _)) = text.split_once('/')
        && address.parse::<IpAddr>().is_ok()
    {
        return Err(IpError::new(
            format!("`{text}` is a network; one address is meant here"),
            Some(address.to_owned()),
        )
        .certain_if(Network::parse(text).is_ok_and(|it| it.first() == it.last())));
    }
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    if let Some(bare) = bare.filter(|it| it.parse::<IpAddr>().is_ok()) {
        let message = format!("`{text}` has brackets; write the address without them");
        return Err(IpError::new(message, Some(bare.to_owned())).certain_if(true));
    }
    Err(IpError::new(
        format!("`{text}` is not an IP address; write one such as `192.0.2.17` or `2001:db8::17`"),
        None,
    ))
}

impl Network {
    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or a bare address, which is a network of one.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the address or the prefix is wrong, or host bits are set; the offer is then
    /// the network that the address is in.
    ///
    /// # Source
    ///
    /// RFC 4632 §3.1, RFC 4291 §2.3.
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let parts = whole(
            (take_while1(|character| character != '/'), opt(preceded(char('/'), rest))),
            text,
        );
        let Some((address, prefix)) = parts else {
            return Err(not_a_network(text));
        };
        let Ok(ip) = address.parse::<IpAddr>() else {
            return Err(why_not(text, address, prefix));
        };
        let Some(prefix) = prefix else {
            return Ok(Self::single(ip));
        };
        let Some(bits) = small_number(prefix).filter(|bits| *bits <= bits_of(ip)) else {
            return Err(wrong_prefix(text, ip, prefix));
        };
        let network = Self::containing(ip, bits);
        if network.first == ip {
            return Ok(network.canonical());
        }
        let message = format!("`{text}` names one host, not a network: its network is `{network}`");
        Err(NetworkError::new(message, Some(network.to_string())))
    }

    /// Joins a first address and how many bits are fixed; nothing where host bits are set, or the
    /// address is an IPv4 one in IPv6 form.
    #[must_use]
    pub fn from_parts(first: IpAddr, prefix: u8) -> Option<Self> {
        let fits = prefix <= bits_of(first);
        let network = Some(first).filter(|_| fits).map(|it| Self::containing(it, prefix))?;
        (network.first == first && network.canonical() == network).then_some(network)
    }

    /// The network of one address.
    #[must_use]
    pub fn single(address: IpAddr) -> Self {
        let first = address.to_canonical();
        Self { first, prefix: bits_of(first) }
    }

    /// Whether it has the address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.first() <= address
            && address <= self.last()
            && self.first.is_ipv4() == address.is_ipv4()
    }

    /// Its first address, with all host bits zero.
    #[must_use]
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// Its last address, with all host bits one.
    #[must_use]
    pub fn last(&self) -> IpAddr {
        match self.first {
            IpAddr::V4(first) => {
                IpAddr::V4(Ipv4Addr::from_bits(first.to_bits() | !mask_v4(self.prefix)))
            }
            IpAddr::V6(first) => {
                IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() | !mask_v6(self.prefix)))
            }
        }
    }

    /// How many bits are fixed.
    #[must_use]
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    fn containing(address: IpAddr, prefix: u8) -> Self {
        let first = match address {
            IpAddr::V4(address) => {
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask_v4(prefix)))
            }
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask_v6(prefix)))
            }
        };
        Self { first, prefix }
    }

    fn canonical(self) -> Self {
        match (self.first.to_canonical(), self.prefix.checked_sub(96)) {
            (IpAddr::V4(first), Some(prefix)) if self.first.is_ipv6() => {
                Self { first: IpAddr::V4(first), prefix }
            }
            _ => self,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

fn bits_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn mask_v4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32_u32.saturating_sub(u32::from(prefix))).unwrap_or(0)
}

fn mask_v6(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(prefix))).unwrap_or(0)
}

fn small_number(text: &str) -> Option<u8> {
    let plain = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn not_a_network(text: &str) -> NetworkError {
    if text.starts_with('[') && text.contains(']') {
        let bare = text.replace(['[', ']'], "");
        let message = format!("`{text}` has brackets; write the network without them");
        return match Network::parse(&bare) {
            Ok(_) => NetworkError::new(message, Some(bare)).certain_if(true),
            Err(error) => NetworkError::new(message, error.offer),
        };
    }
    if let Some(range) = super::range::refused(text) {
        return range;
    }
    if let Some(offer) = starred(text) {
        let message = format!("`{text}` has a star; write how many bits are fixed");
        return NetworkError::new(message, Some(offer)).certain_if(true);
    }
    NetworkError::new(
        format!("`{text}` is not a network; write one such as `192.0.2.0/24` or `2001:db8::/32`"),
        None,
    )
}

/// `192.0.2.*` as `192.0.2.0/24`.
fn starred(text: &str) -> Option<String> {
    let fixed = text.trim_end_matches(".*");
    let numbers: Vec<u8> = fixed.split('.').map(small_number).collect::<Option<_>>()?;
    let bits = u8::try_from(numbers.len()).ok().filter(|it| (1..4).contains(it))?.checked_mul(8)?;
    let stars = text.len().saturating_sub(fixed.len());
    let zeros = ".0".repeat(4_usize.saturating_sub(numbers.len()));
    (stars > 0).then(|| format!("{fixed}{zeros}/{bits}"))
}

fn wrong_prefix(text: &str, address: IpAddr, prefix: &str) -> NetworkError {
    if let (Ok(mask), IpAddr::V4(v4)) = (prefix.parse::<Ipv4Addr>(), address) {
        let bits = mask.to_bits();
        let ones = u8::try_from(bits.count_ones()).unwrap_or(32);
        if bits == mask_v4(ones) {
            let network = Network::containing(IpAddr::V4(v4), ones);
            return NetworkError::new(
                format!("`{text}` has a mask; write how many bits are fixed"),
                Some(network.to_string()),
            )
            .certain_if(network.first == address);
        }
    }
    let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
    let message = format!(
        "the `/{prefix}` of `{text}` is wrong: an {family} network has a number from 0 to {}",
        bits_of(address)
    );
    NetworkError::new(message, None)
}

/// Offers the missing zeros of `10.1/16`, and drops the leading ones of `192.000.002.010`.
fn why_not(text: &str, address: &str, prefix: Option<&str>) -> NetworkError {
    let numbers: Option<Vec<u8>> =
        address.trim_end_matches('.').split('.').map(small_number).collect();
    let Some(mut numbers) = numbers.filter(|numbers| (1..=4).contains(&numbers.len())) else {
        return not_a_network(text);
    };
    let short = numbers.len() < 4;
    numbers.resize(4, 0);
    let dotted = numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(".");
    let offer = match prefix {
        Some(prefix) => {
            Network::parse(&format!("{dotted}/{prefix}")).ok().map(|network| network.to_string())
        }
        None if short => None,
        None => Some(dotted),
    };
    let message = if short {
        format!("`{text}` is not a network: an IPv4 address has four numbers")
    } else {
        format!("`{text}` is not a network: a number of it starts with a zero")
    };
    NetworkError::new(message, offer)
}
