//! Named sets: of addresses, of domains, of networks; groups and attributes of the directory.

use std::sync::Arc;

use grammar::{
    literal::{Address, DomainPattern, Network},
    tree::Span,
};

/// Every set of a tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    /// Members sorted, each once.
    pub(crate) addresses: Vec<Set<Vec<Address>>>,
    pub(crate) domains: Vec<Set<Vec<DomainPattern>>>,
    pub(crate) networks: Vec<Set<Vec<Network>>>,
    pub(crate) groups: Vec<Group>,
    pub(crate) attributes: Vec<Attribute>,
}

/// A name and what it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Set<T> {
    pub(crate) name: String,
    /// Shared with the next check of the same tree.
    pub(crate) members: Arc<T>,
}

/// `group NAME from directory "path"`.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// What the directory calls it.
    pub(crate) directory: String,
    /// Of the name.
    pub(crate) span: Span,
}

/// `attribute NAME from directory "path"`.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    /// What the directory calls it.
    pub(crate) directory: String,
    /// From lowest to highest; empty when the values have no order.
    pub(crate) order: Vec<String>,
}

/// An index into one of the lists of [`Sets`].
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct SetId(pub(crate) usize);

impl Attribute {
    /// Whether a value of the directory satisfies `is at least WANTED`.
    pub(crate) fn is_at_least(&self, value: &str, wanted: &str) -> bool {
        let rank = |value: &str| self.order.iter().position(|it| it == value);
        rank(value).zip(rank(wanted)).is_some_and(|(value, wanted)| wanted <= value)
    }
}
