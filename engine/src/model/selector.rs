//! Who a clause speaks of: selectors, and the two sides of a clause.

use grammar::{
    literal::{Address, DomainPattern},
    tree::Relation,
};

use super::set::SetId;

/// One way to name people, resolved.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Selector {
    Everyone,
    Internal,
    External,
    /// The null sender, a class of its own.
    Null,
    Domain(DomainPattern),
    DomainSet(SetId),
    AddressSet(SetId),
    Group(SetId),
    Attribute {
        attribute: SetId,
        at_least: bool,
        value: String,
    },
    Address(Address),
}

impl Selector {
    pub(crate) fn is_at_least(relation: Relation) -> bool {
        match relation {
            Relation::AtLeast => true,
            Relation::Is => false,
        }
    }
}

/// Who a clause is from or to.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Side {
    /// Any one of these; sorted.
    pub(crate) any_of: Vec<Selector>,
    /// None of these; sorted.
    pub(crate) except: Vec<Selector>,
}

impl Side {
    /// Everyone, the null sender included: what a missing line means.
    pub(crate) fn everyone() -> Self {
        Self { any_of: vec![Selector::Everyone], except: Vec::new() }
    }
}
