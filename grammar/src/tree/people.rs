//! Who a message is from or to, and through which peer it came.

use super::{Name, Reference, Span, Spanned};
use crate::literal::{Address, DomainPattern, Network};

/// Who a message is from or to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Side {
    /// Any one of these.
    pub any_of: Vec<Selector>,
    /// `except …`: none of these.
    pub except: Vec<Selector>,
    /// The whole list.
    pub span: Span,
}

/// One way to name people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Selector {
    /// Which way.
    pub kind: SelectorKind,
    /// Where it stands.
    pub span: Span,
}

/// The ways to name people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SelectorKind {
    /// `everyone`.
    Everyone,
    /// `internal`.
    Internal,
    /// `external`.
    External,
    /// `nobody`: the null sender `<>`.
    NullSender,
    /// `domain x` (exactly that domain) or a pattern `*.x`.
    Domain(DomainPattern),
    /// `domains NAME`, `group NAME` with the keyword, or a bare name of any set.
    Named {
        /// What the keyword in front demands, if one was written.
        kind: Option<SetKind>,
        /// The name.
        name: Reference,
    },
    /// `anyone with ATTRIBUTE is VALUE` or `is at least VALUE`.
    Attribute {
        /// The attribute.
        attribute: Reference,
        /// `is` or `is at least`.
        relation: Relation,
        /// The value.
        value: Name,
    },
    /// One address.
    Address(Address),
}

/// The keyword in front of a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum SetKind {
    Addresses,
    Domains,
    Group,
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Relation {
    AtLeast,
    Is,
}

/// Which From is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Compare {
    Envelope,
    Header,
    Either,
}

/// One entry of `source`: a set by name, or a network.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Source {
    Named(Reference),
    Network(Spanned<Network>),
}
