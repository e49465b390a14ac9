//! How specific a side is: address > attribute > group or `addresses` set > domain or `domains`
//! set > internal, external > everyone.

use super::{
    selector::{Selector, Side},
    set::Sets,
};

/// How specific a selector is, least first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Rank {
    Everyone,
    InternalOrExternal,
    /// Labels of the suffix: a longer one is more specific.
    Domain(usize),
    Set,
    Attribute,
    /// An address, or the null sender, which is one sender too.
    Address,
}

impl Selector {
    fn rank(&self, sets: &Sets) -> Rank {
        match self {
            Self::Everyone => Rank::Everyone,
            Self::Internal | Self::External => Rank::InternalOrExternal,
            Self::Domain(pattern) => Rank::Domain(pattern.domain.labels()),
            Self::DomainSet(set) => {
                let members = sets.domains.get(set.0).map(|it| it.members.as_slice());
                let labels = members.unwrap_or_default().iter().map(|it| it.domain.labels());
                // A set counts by its shortest; an empty one matches nobody.
                Rank::Domain(labels.min().unwrap_or(0))
            }
            Self::AddressSet(_) | Self::Group(_) => Rank::Set,
            Self::Attribute { .. } => Rank::Attribute,
            Self::Null | Self::Address(_) => Rank::Address,
        }
    }
}

impl Side {
    /// A mixed list counts by its least specific entry.
    pub(crate) fn rank(&self, sets: &Sets) -> Rank {
        self.any_of.iter().map(|it| it.rank(sets)).min().unwrap_or(Rank::Everyone)
    }
}

/// How specific both sides of a clause are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Ranks {
    pub(crate) from: Rank,
    pub(crate) to: Rank,
}

impl Ranks {
    /// At least as specific on both sides and more specific on one.
    pub(crate) fn beats(self, other: Self) -> bool {
        other.from <= self.from && other.to <= self.to && self != other
    }
}
