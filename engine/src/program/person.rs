//! Whether a selector or a side means a person: the one definition that the program uses.

use std::collections::BTreeSet;

use grammar::literal::Address;

use crate::{
    facts::{Directory, Facts},
    model::{
        Model,
        selector::{Selector, Side},
    },
};

/// A sender or recipient with what is known of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person<'a> {
    /// Absent for the null sender.
    pub(crate) address: Option<&'a Address>,
    pub(crate) internal: bool,
    pub(crate) directory: &'a Directory,
}

impl<'a> Person<'a> {
    pub(crate) fn new(model: &Model, address: Option<&'a Address>, facts: &'a Facts) -> Self {
        let internal = address.is_some_and(|it| model.is_internal(it));
        Self { address, internal, directory: &facts.directory }
    }

    /// The directory's names of the groups that the person is in.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &'a str> {
        let key = self.key_where(!self.directory.groups.is_empty());
        let groups = key.and_then(|it| self.directory.groups.get(&it));
        groups.into_iter().flatten().map(String::as_str)
    }

    /// The person's attributes as the directory names them, with each of their values.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let key = self.key_where(!self.directory.attributes.is_empty());
        let attributes = key.and_then(|it| self.directory.attributes.get(&it));
        let of_one = |it: (&'a String, &'a BTreeSet<String>)| {
            it.1.iter().map(move |value| (it.0.as_str(), value.as_str()))
        };
        attributes.into_iter().flatten().flat_map(of_one)
    }

    /// Whether the directory knows an attribute of anybody.
    pub(crate) fn has_attributes(&self) -> bool {
        !self.directory.attributes.is_empty()
    }

    fn key_where(&self, some: bool) -> Option<String> {
        self.address.filter(|_| some).map(Directory::key)
    }
}

impl Model {
    /// Whether a side means the person: any one of its selectors, and none of its exceptions.
    pub(crate) fn side_matches(&self, side: &Side, person: &Person<'_>) -> bool {
        self.any_matches(&side.any_of, person) && !self.any_matches(&side.except, person)
    }

    /// Whether any of the selectors means the person.
    pub(crate) fn any_matches(&self, selectors: &[Selector], person: &Person<'_>) -> bool {
        selectors.iter().any(|it| self.selector_matches(it, person))
    }

    fn selector_matches(&self, selector: &Selector, person: &Person<'_>) -> bool {
        let Some(address) = person.address else {
            return matches!(selector, Selector::Everyone | Selector::Null);
        };
        match selector {
            Selector::Everyone => true,
            Selector::Internal => person.internal,
            Selector::External => !person.internal,
            Selector::Null => false,
            Selector::Address(wanted) => wanted == address,
            Selector::Domain(pattern) => pattern.matches(address.domain()),
            Selector::AddressSet(set) => self
                .sets
                .addresses
                .get(set.0)
                .is_some_and(|it| it.members.binary_search(address).is_ok()),
            Selector::DomainSet(set) => {
                let members = self.sets.domains.get(set.0).map(|it| it.members.as_slice());
                members.unwrap_or_default().iter().any(|it| it.matches(address.domain()))
            }
            Selector::Group(group) => {
                let wanted = self.sets.groups.get(group.0).map(|it| it.directory.as_str());
                wanted.is_some_and(|wanted| person.groups().any(|it| it == wanted))
            }
            Selector::Attribute { attribute, at_least, value } => {
                let Some(declared) = self.sets.attributes.get(attribute.0) else { return false };
                person.attributes().any(|(name, had)| {
                    name == declared.directory
                        && if *at_least { declared.is_at_least(had, value) } else { had == value }
                })
            }
        }
    }
}
