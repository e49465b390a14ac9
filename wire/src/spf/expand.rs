//! Puts in what macros stand for.

use std::{fmt::Write as _, net::IpAddr};

use super::{Piece, Spec};

/// The longest name, characters (RFC 7208 §7.3).
const NAME_MAX: usize = 253;

/// What a macro stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Letter {
    /// `i`: the peer's address.
    Address,
    /// `d`: the domain whose record it is.
    Domain,
    /// `h`: what the peer calls itself.
    Helo,
    /// `l`: what stands before the `@` of the sender.
    Local,
    /// `p`: the name of the peer's address.
    Name,
    /// `s`: the sender.
    Sender,
    /// `o`: the sender's domain.
    SenderDomain,
    /// `v`: `in-addr` or `ip6`.
    Version,
}

/// What macros stand for at one place.
#[derive(Clone, Copy, Debug)]
pub struct Expanding<'a> {
    /// The sender, `postmaster@…` where there is none.
    pub sender: &'a str,
    /// The domain whose record it is.
    pub domain: &'a str,
    /// The peer.
    pub peer: IpAddr,
    /// What the peer calls itself.
    pub helo: &'a str,
    /// The proved name of the peer's address; `unknown` where it has none.
    pub name: &'a str,
}

/// The name that a spec stands for; labels from the left are left out until it is short enough.
///
/// # Source
///
/// RFC 7208 §7.3.
#[must_use]
pub fn expand(spec: &Spec, with: &Expanding<'_>) -> String {
    let mut name = String::new();
    for piece in &spec.0 {
        match piece {
            Piece::Literal(literal) => name.push_str(literal),
            Piece::Macro { letter, escaped, keep, reversed, delimiters } => {
                let value = value(*letter, with);
                let parts = transformed(&value, *keep, *reversed, delimiters);
                if *escaped { escape(&parts, &mut name) } else { name.push_str(&parts) }
            }
        }
    }
    let mut rest = name.strip_suffix('.').unwrap_or(&name);
    while NAME_MAX < rest.len() {
        match rest.split_once('.') {
            Some((_, shorter)) => rest = shorter,
            None => return String::new(),
        }
    }
    rest.to_owned()
}

fn value(letter: Letter, with: &Expanding<'_>) -> String {
    let (local, domain) = with.sender.rsplit_once('@').unwrap_or(("postmaster", with.sender));
    match letter {
        Letter::Address => dotted(with.peer),
        Letter::Domain => with.domain.to_owned(),
        Letter::Helo => with.helo.to_owned(),
        Letter::Local => local.to_owned(),
        Letter::Name => with.name.to_owned(),
        Letter::Sender => with.sender.to_owned(),
        Letter::SenderDomain => domain.to_owned(),
        Letter::Version => if with.peer.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
    }
}

/// An address in parts: the numbers of version 4, the 32 digits of version 6.
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let digits: Vec<String> =
                format!("{:032x}", address.to_bits()).chars().map(String::from).collect();
            digits.join(".")
        }
    }
}

fn transformed(value: &str, keep: Option<usize>, reversed: bool, delimiters: &str) -> String {
    let delimiters = if delimiters.is_empty() { "." } else { delimiters };
    let mut parts: Vec<&str> = value.split(|it| delimiters.contains(it)).collect();
    if reversed {
        parts.reverse();
    }
    let skipped = keep.map_or(0, |it| parts.len().saturating_sub(it));
    parts.get(skipped..).unwrap_or_default().join(".")
}

/// All but the unreserved characters of RFC 3986.
fn escape(text: &str, into: &mut String) {
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            into.push(char::from(octet));
        } else {
            // Writing to a string does not fail.
            write!(into, "%{octet:02X}").ok();
        }
    }
}
