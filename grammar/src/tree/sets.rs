//! The organisation, sets and attributes.

use super::{Name, Source, Spanned, Text};
use crate::literal::{Address, DomainPattern, Duration, Network, Size};

/// `organisation NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Organisation {
    /// Its name.
    pub name: Name,
    /// Domains that are `internal`.
    pub domains: Vec<Spanned<DomainPattern>>,
    /// IANA name of the zone that dates are read in, such as `Europe/London`.
    pub time_zone: Option<Text>,
    /// Whom notices come from.
    pub postmaster: Option<Spanned<Address>>,
    /// Whom recipients may ask.
    pub help_desk: Option<Spanned<Address>>,
    /// `retention at most 365 days`.
    pub retention: Option<Spanned<Duration>>,
    /// `message size at most 35 MiB`, decoded.
    pub message_size: Option<Spanned<Size>>,
    /// `on error hold`.
    pub on_error: Option<Spanned<OnError>>,
    /// `relay networks NAME, CIDR, …`: peers whose header From may count as internal.
    pub relay_networks: Vec<Source>,
}

/// What happens when a decision cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum OnError {
    Hold,
    Bounce,
    Reject,
}

/// `addresses NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Addresses {
    pub name: Name,
    pub entries: Vec<Spanned<Address>>,
}

/// `domains NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Domains {
    pub name: Name,
    pub entries: Vec<Spanned<DomainPattern>>,
}

/// `networks NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Networks {
    pub name: Name,
    pub entries: Vec<Spanned<Network>>,
}

/// `group NAME from directory "path"`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and where it comes from")]
pub struct Group {
    pub name: Name,
    pub directory: Text,
}

/// `attribute NAME from directory "path" { order a < b < c }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// The directory's name of it.
    pub directory: Text,
    /// Its values from lowest to highest; empty when they have no order.
    pub order: Vec<Name>,
}
