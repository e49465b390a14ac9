//! Records of SPF: what a domain publishes about who may send for it, as values.
//!
//! A record is hostile: whoever sends a mail chooses it. It is read whole before any of it counts,
//! and one mistake makes all of it void (RFC 7208 §4.6).
//!
//! # Source
//!
//! RFC 7208, §4.5 to §7.

mod expand;
mod parse;

pub use expand::{Expanding, Letter, expand};
pub use parse::RecordError;

use std::net::{Ipv4Addr, Ipv6Addr};

/// What a domain publishes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Record {
    /// In their order; the first that matches decides.
    pub directives: Vec<Directive>,
    /// Whose record counts where none matches.
    pub redirect: Option<Spec>,
}

/// A mechanism and what its match means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Directive {
    /// What a match means.
    pub qualifier: Qualifier,
    /// What is matched.
    pub mechanism: Mechanism,
}

/// What a match means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Qualifier {
    /// `-`
    Fail,
    /// `?`
    Neutral,
    /// `+`, or nothing.
    Pass,
    /// `~`
    SoftFail,
}

/// What a peer's address is compared with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mechanism {
    /// Addresses of a name; of the domain itself without one.
    Address(Option<Spec>, Cidr),
    /// Everybody.
    All,
    /// Whether a name has an address.
    Exists(Spec),
    /// Another domain's record.
    Include(Spec),
    /// A network of version 4, and its prefix.
    Ip4(Ipv4Addr, u8),
    /// A network of version 6, and its prefix.
    Ip6(Ipv6Addr, u8),
    /// Addresses of a domain's mail servers.
    Mail(Option<Spec>, Cidr),
    /// The name of the peer's address lies below a domain.
    Pointer(Option<Spec>),
}

/// How much of an address counts, bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Cidr {
    /// Of version 4, at most 32.
    pub v4: u8,
    /// Of version 6, at most 128.
    pub v6: u8,
}

/// A name with macros, as [`expand`] takes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spec(Vec<Piece>);

impl Spec {
    /// Whether it asks for the name of the peer's address (`%{p}`), which costs questions.
    #[must_use]
    pub fn needs_name(&self) -> bool {
        let named = |it: &Piece| matches!(it, Piece::Macro { letter: Letter::Name, .. });
        self.0.iter().any(named)
    }
}

/// A piece of a name.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Piece {
    Literal(String),
    Macro {
        letter: Letter,
        /// It was written as a capital.
        escaped: bool,
        /// How many parts from the right; all without.
        keep: Option<usize>,
        reversed: bool,
        /// What parts it; a dot if empty.
        delimiters: String,
    },
}

#[cfg(test)]
mod tests;
