//! Mistakes in sets: a member is missing.

use std::sync::Arc;

use super::{List, MEMBERS_MAX, spread};
use crate::model::{
    Model,
    selector::{Selector, Side},
    set::SetId,
};

impl List<'_> {
    pub(super) fn add_sets(&mut self) {
        let model = self.model;
        let outline = &self.suite.rules.outline;
        let places = outline.sets();
        for (number, set) in model.domains_used() {
            let Some(named) = model.sets.domains.get(number) else { continue };
            let span = places.get(&("domains", set)).copied();
            for at in spread(named.members.len(), MEMBERS_MAX) {
                let Some(member) = named.members.get(at) else { continue };
                let words = format!("`{member}` is taken out");
                let place = span.and_then(|it| outline.place(it));
                self.add(&format!("domains {set}"), words, place, move |model| {
                    if let Some(it) = model.sets.domains.get_mut(number) {
                        drop(Arc::make_mut(&mut it.members).remove(at));
                    }
                    model.rank_again();
                });
            }
        }
        for (number, set) in model.addresses_used() {
            let Some(named) = model.sets.addresses.get(number) else { continue };
            let span = places.get(&("addresses", set)).copied();
            for at in spread(named.members.len(), MEMBERS_MAX) {
                let Some(member) = named.members.get(at) else { continue };
                let words = format!("`{member}` is taken out");
                let place = span.and_then(|it| outline.place(it));
                self.add(&format!("addresses {set}"), words, place, move |model| {
                    if let Some(it) = model.sets.addresses.get_mut(number) {
                        drop(Arc::make_mut(&mut it.members).remove(at));
                    }
                });
            }
        }
        let organisation = outline.organisation();
        let domains = model.organisation.domains.iter().enumerate();
        for (at, domain) in domains.filter(|_| model.organisation.domains.len() > 1) {
            let written = organisation.and_then(|it| it.domains.get(at));
            let place = written.and_then(|it| outline.place(it.span));
            let words = format!("`{domain}` is taken out of its `domains`");
            self.add("organisation", words, place, move |model| {
                drop(model.organisation.domains.remove(at));
            });
        }
    }
}

impl Model {
    /// Number and name of the `domains` sets that a side names.
    fn domains_used(&self) -> impl Iterator<Item = (usize, &str)> {
        let used =
            |number: usize| self.sides().any(|it| names(it, &Selector::DomainSet(SetId(number))));
        let sets = self.sets.domains.iter().enumerate();
        sets.filter(move |it| used(it.0)).map(|it| (it.0, it.1.name.as_str()))
    }

    /// The same of the `addresses` sets.
    fn addresses_used(&self) -> impl Iterator<Item = (usize, &str)> {
        let used =
            |number: usize| self.sides().any(|it| names(it, &Selector::AddressSet(SetId(number))));
        let sets = self.sets.addresses.iter().enumerate();
        sets.filter(move |it| used(it.0)).map(|it| (it.0, it.1.name.as_str()))
    }

    fn sides(&self) -> impl Iterator<Item = &Side> {
        self.clauses().flat_map(|it| it.directions.iter()).flat_map(|it| [&it.from, &it.to])
    }

    /// How specific the sides are, once the sets are others.
    fn rank_again(&mut self) {
        let sets = self.sets.clone();
        let policies = self.policies.iter_mut().map(|it| &mut it.clause);
        let requests = self.requests.iter_mut().map(|it| &mut it.clause);
        let bypasses = self.bypasses.iter_mut().map(|it| &mut it.clause);
        for clause in policies.chain(requests).chain(bypasses) {
            for direction in Arc::make_mut(&mut clause.directions) {
                direction.ranks.from = direction.from.rank(&sets);
                direction.ranks.to = direction.to.rank(&sets);
            }
        }
    }
}

fn names(side: &Side, selector: &Selector) -> bool {
    side.any_of.iter().chain(&side.except).any(|it| it == selector)
}
