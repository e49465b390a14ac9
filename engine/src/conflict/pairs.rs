//! Which pairs of clauses may meet at all, without looking at every pair.
//!
//! A side of one address or one domain is a key, and keys tell at once which others they can meet.
//! Everything else is looked at with everything.

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
    /// Clauses whose domain is below this one.
    under: BTreeMap<String, Vec<usize>>,
}

/// A side that means one address, exactly one domain, or what is below one.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Key {
    /// Local part and domain.
    Address(String, String),
    Below(String),
    Domain(String),
}

impl Key {
    fn domain(&self) -> &str {
        match self {
            Self::Address(_, domain) | Self::Below(domain) | Self::Domain(domain) => domain,
        }
    }

    /// The domains that this one is below.
    fn above(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(parent(self.domain()), |it| parent(it))
    }
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
        fewer.dedup();
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
                for above in key.above() {
                    self.under.entry(above.to_owned()).or_default().push(at);
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
        key.above().for_each(|it| add(self.by_key.get(&Key::Below(it.to_owned()))));
        match key {
            Key::Address(_, domain) => add(self.by_key.get(&Key::Domain(domain.clone()))),
            Key::Below(domain) => add(self.under.get(domain)),
            Key::Domain(domain) => add(self.inside.get(domain)),
        }
        near
    }
}

/// The domain that a domain stands in.
fn parent(domain: &str) -> Option<&str> {
    domain.split_once('.').map(|it| it.1)
}

fn key(side: &Side) -> Option<Key> {
    let [selector] = side.any_of.as_slice() else { return None };
    match selector {
        Selector::Address(address) => Some(Key::Address(
            address.local_folded().to_owned(),
            address.domain().as_str().to_owned(),
        )),
        Selector::Domain(pattern) => {
            let domain = pattern.domain.as_str().to_owned();
            Some(if pattern.wildcard { Key::Below(domain) } else { Key::Domain(domain) })
        }
        Selector::AddressSet(_)
        | Selector::Attribute { .. }
        | Selector::DomainSet(_)
        | Selector::Everyone
        | Selector::External
        | Selector::Group(_)
        | Selector::Internal
        | Selector::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammar::literal::{Address, DomainPattern};

    fn selector(text: &str) -> Selector {
        if text == "everyone" {
            return Selector::Everyone;
        }
        match Address::parse(text) {
            Ok(address) => Selector::Address(address),
            Err(_) => Selector::Domain(DomainPattern::parse(text).unwrap()),
        }
    }

    /// Whether some address is meant by both.
    fn meet(one: &Selector, other: &Selector, people: &[&str]) -> bool {
        let means = |selector: &Selector, who: &Address| match selector {
            Selector::Address(address) => address == who,
            Selector::Domain(pattern) => pattern.matches(who.domain()),
            other @ (Selector::AddressSet(_)
            | Selector::Attribute { .. }
            | Selector::DomainSet(_)
            | Selector::Everyone
            | Selector::External
            | Selector::Group(_)
            | Selector::Internal
            | Selector::Null) => *other == Selector::Everyone,
        };
        people.iter().any(|it| {
            let who = Address::parse(it).unwrap();
            means(one, &who) && means(other, &who)
        })
    }

    #[test]
    fn keys_lose_no_pair() {
        let sides = [
            "a@x.example",
            "b@x.example",
            "x.example",
            "*.x.example",
            "c@y.x.example",
            "y.x.example",
            "*.y.x.example",
            "d@z.y.x.example",
            "*.example",
            "everyone",
        ];
        let people =
            ["a@x.example", "b@x.example", "c@y.x.example", "d@z.y.x.example", "e@q.y.x.example"];
        let mut all = Sides::default();
        for (at, side) in sides.iter().enumerate() {
            all.add(at, key(&Side { any_of: vec![selector(side)], except: Vec::new() }));
        }
        for (at, one) in sides.iter().enumerate() {
            let near = all.near(at);
            for (other, text) in sides.iter().enumerate() {
                let met = meet(&selector(one), &selector(text), &people);
                assert!(!met || near.contains(&other), "{one} {text}");
            }
        }
        // And it is a short cut.
        assert!(
            !all.near(0).contains(&1) && !all.near(2).contains(&3) && !all.near(5).contains(&7)
        );
    }
}
