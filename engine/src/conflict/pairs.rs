//! Which pairs of clauses may meet at all, without looking at every pair.
//!
//! A side of one address or one exact domain is a key: two clauses with different keys on a side
//! never meet. Everything else is looked at with everything.

use std::collections::BTreeMap;

use crate::model::{
    clause::Clause,
    selector::{Selector, Side},
};

/// The clauses of a competition by the keys of their sides.
pub(super) struct Pairs {
    from: Sides,
    to: Sides,
}

/// One side of all clauses.
#[derive(Default)]
struct Sides {
    keys: Vec<Option<Key>>,
    /// Clauses without a key.
    wide: Vec<usize>,
    by_key: BTreeMap<Key, Vec<usize>>,
    /// Clauses of one address, by its domain.
    inside: BTreeMap<String, Vec<usize>>,
}

/// A side that means one address, or exactly one domain.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Key {
    /// Local part and domain.
    Address(String, String),
    Domain(String),
}

impl Pairs {
    pub(super) fn new(clauses: &[&Clause]) -> Self {
        let mut pairs = Self { from: Sides::default(), to: Sides::default() };
        for (at, clause) in clauses.iter().enumerate() {
            // Two ways of a clause are two keys; such a clause is looked at with all.
            let one = Some(clause.directions.as_slice())
                .filter(|it| it.len() == 1)
                .and_then(<[_]>::first);
            // A message has several From addresses where the header is read.
            let plain = clause.compare == grammar::tree::Compare::Envelope;
            pairs.from.add(at, one.filter(|_| plain).and_then(|it| key(&it.from)));
            pairs.to.add(at, one.and_then(|it| key(&it.to)));
        }
        pairs
    }

    /// Clauses after this one that it may meet, in order.
    pub(super) fn that_may_meet(&self, at: usize) -> Vec<usize> {
        let (from, to) = (self.from.near(at), self.to.near(at));
        let mut fewer = if from.len() <= to.len() { from } else { to };
        fewer.retain(|it| at < *it);
        fewer.sort_unstable();
        fewer
    }
}

impl Sides {
    fn add(&mut self, at: usize, key: Option<Key>) {
        match &key {
            None => self.wide.push(at),
            Some(key) => {
                if let Key::Address(_, domain) = key {
                    self.inside.entry(domain.clone()).or_default().push(at);
                }
                self.by_key.entry(key.clone()).or_default().push(at);
            }
        }
        self.keys.push(key);
    }

    /// Clauses whose side may mean somebody whom the side of this one means.
    fn near(&self, at: usize) -> Vec<usize> {
        let Some(Some(key)) = self.keys.get(at) else { return (0..self.keys.len()).collect() };
        let mut near = self.wide.clone();
        let mut add = |more: Option<&Vec<usize>>| near.extend(more.into_iter().flatten());
        add(self.by_key.get(key));
        match key {
            Key::Address(_, domain) => add(self.by_key.get(&Key::Domain(domain.clone()))),
            Key::Domain(domain) => add(self.inside.get(domain)),
        }
        near
    }
}

fn key(side: &Side) -> Option<Key> {
    let [selector] = side.any_of.as_slice() else { return None };
    match selector {
        Selector::Address(address) => Some(Key::Address(
            address.local_folded().to_owned(),
            address.domain().as_str().to_owned(),
        )),
        Selector::Domain(pattern) if !pattern.wildcard => {
            Some(Key::Domain(pattern.domain.as_str().to_owned()))
        }
        Selector::AddressSet(_)
        | Selector::Attribute { .. }
        | Selector::Domain(_)
        | Selector::DomainSet(_)
        | Selector::Everyone
        | Selector::External
        | Selector::Group(_)
        | Selector::Internal
        | Selector::Null => None,
    }
}
