//! Which pairs of clauses may meet at all, without looking at every pair.
//!
//! Every distinct list of selectors is looked at once: the addresses and domains that it names tell
//! which other lists can mean one of the same people. What names neither, such as `internal` or a
//! group, may meet everything.

use std::collections::BTreeMap;

use grammar::{
    literal::{Address, DomainPattern},
    tree::Compare,
};

use crate::model::{
    clause::{Clause, Direction},
    selector::{Selector, Side},
    set::Sets,
};

/// The clauses of a competition by the lists of their sides.
pub(super) struct Pairs {
    from: Lists,
    to: Lists,
}

/// One side of all clauses.
#[derive(Default)]
struct Lists {
    /// The list of each clause.
    of: Vec<u32>,
    /// The clauses of each list.
    clauses: Vec<Vec<usize>>,
    /// The other lists that each list may meet, sorted, itself included; absent: all.
    near: Vec<Option<Vec<u32>>>,
    /// How many clauses that makes.
    clauses_near: Vec<usize>,
}

impl Pairs {
    pub(super) fn new(clauses: &[&Clause], sets: &Sets) -> Self {
        // A message has several From addresses where the header is read.
        let plain = |it: &Clause| it.compare == Compare::Envelope;
        let from = clauses.iter().map(|it| only(it).filter(|_| plain(it)).map(|only| &only.from));
        let to = clauses.iter().map(|it| only(it).map(|only| &only.to));
        Self { from: Lists::new(from, sets), to: Lists::new(to, sets) }
    }

    /// Clauses after this one that it may meet, in order.
    pub(super) fn that_may_meet(&self, at: usize) -> Vec<usize> {
        let by_from = self.from.count_near(at) <= self.to.count_near(at);
        let (few, other) = if by_from { (&self.from, &self.to) } else { (&self.to, &self.from) };
        let mut met: Vec<usize> = few.near(at);
        met.retain(|it| at < *it && other.may_meet(at, *it));
        met.sort_unstable();
        met
    }
}

/// The direction of a clause. One with two is looked at with all.
fn only(clause: &Clause) -> Option<&Direction> {
    match clause.directions.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

impl Lists {
    /// The side of each clause; absent for one that is looked at with all.
    fn new<'m>(sides: impl Iterator<Item = Option<&'m Side>>, sets: &'m Sets) -> Self {
        let mut lists = Self::default();
        let mut known: BTreeMap<Option<&[Selector]>, u32> = BTreeMap::new();
        let mut named = Vec::new();
        for (at, side) in sides.enumerate() {
            let selectors = side.map(|it| it.any_of.as_slice());
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let list = *known.entry(selectors).or_insert(next);
            if list == next {
                lists.clauses.push(Vec::new());
                named.push(selectors.and_then(|it| Named::of(it, sets)));
            }
            lists.of.push(list);
            if let Some(clauses) = index(&mut lists.clauses, list) {
                clauses.push(at);
            }
        }
        let places = Places::new(&named);
        for named in &named {
            let near = named.as_ref().map(|it| places.near(it));
            let count = near.as_ref().map_or(lists.of.len(), |near| {
                near.iter().map(|it| lists.clauses_of(*it).len()).sum()
            });
            lists.near.push(near);
            lists.clauses_near.push(count);
        }
        lists
    }

    fn clauses_of(&self, list: u32) -> &[usize] {
        let clauses = usize::try_from(list).ok().and_then(|it| self.clauses.get(it));
        clauses.map(Vec::as_slice).unwrap_or_default()
    }

    fn list_of(&self, clause: usize) -> Option<usize> {
        self.of.get(clause).and_then(|it| usize::try_from(*it).ok())
    }

    fn count_near(&self, clause: usize) -> usize {
        let count = self.list_of(clause).and_then(|it| self.clauses_near.get(it));
        count.copied().unwrap_or(usize::MAX)
    }

    /// Clauses whose list may mean somebody whom the list of this one means.
    fn near(&self, clause: usize) -> Vec<usize> {
        match self.list_of(clause).and_then(|it| self.near.get(it)) {
            Some(Some(near)) => near.iter().flat_map(|it| self.clauses_of(*it)).copied().collect(),
            Some(None) | None => (0..self.of.len()).collect(),
        }
    }

    fn may_meet(&self, clause: usize, other: usize) -> bool {
        let near = self.list_of(clause).and_then(|it| self.near.get(it)?.as_ref());
        let other = self.of.get(other);
        near.zip(other).is_none_or(|(near, other)| near.binary_search(other).is_ok())
    }
}

fn index<T>(all: &mut [T], at: u32) -> Option<&mut T> {
    usize::try_from(at).ok().and_then(|it| all.get_mut(it))
}

/// What a list names; a list that means others besides has none.
#[derive(Default)]
struct Named<'m> {
    addresses: Vec<&'m Address>,
    domains: Vec<&'m DomainPattern>,
}

impl<'m> Named<'m> {
    fn of(selectors: &'m [Selector], sets: &'m Sets) -> Option<Self> {
        let mut named = Self::default();
        for selector in selectors {
            match selector {
                Selector::Address(address) => named.addresses.push(address),
                Selector::AddressSet(set) => {
                    named.addresses.extend(sets.addresses.get(set.0)?.members.iter());
                }
                Selector::Domain(pattern) => named.domains.push(pattern),
                Selector::DomainSet(set) => {
                    named.domains.extend(sets.domains.get(set.0)?.members.iter());
                }
                Selector::Attribute { .. }
                | Selector::Everyone
                | Selector::External
                | Selector::Group(_)
                | Selector::Internal
                | Selector::Null => return None,
            }
        }
        Some(named)
    }
}

/// The lists by what they name.
#[derive(Default)]
struct Places<'m> {
    /// Lists that may meet everything.
    wide: Vec<u32>,
    addresses: BTreeMap<&'m Address, Vec<u32>>,
    exactly: BTreeMap<&'m str, Vec<u32>>,
    below: BTreeMap<&'m str, Vec<u32>>,
    /// Lists with an address of this domain.
    inside: BTreeMap<&'m str, Vec<u32>>,
    /// Lists with a domain, or an address of a domain, that is below this one.
    under: BTreeMap<&'m str, Vec<u32>>,
}

impl<'m> Places<'m> {
    fn new(named: &[Option<Named<'m>>]) -> Self {
        let mut places = Self::default();
        for (list, named) in (0_u32..).zip(named) {
            let Some(named) = named else {
                places.wide.push(list);
                continue;
            };
            for address in &named.addresses {
                let domain = address.domain().as_str();
                add(&mut places.addresses, address, list);
                add(&mut places.inside, domain, list);
                above(domain).for_each(|it| add(&mut places.under, it, list));
            }
            for pattern in &named.domains {
                let domain = pattern.domain.as_str();
                let own = if pattern.wildcard { &mut places.below } else { &mut places.exactly };
                add(own, domain, list);
                above(domain).for_each(|it| add(&mut places.under, it, list));
            }
        }
        places
    }

    /// The lists that may mean somebody whom these names mean.
    fn near(&self, named: &Named<'_>) -> Vec<u32> {
        let mut near = self.wide.clone();
        let mut extend = |more: Option<&Vec<u32>>| near.extend(more.into_iter().flatten());
        for address in &named.addresses {
            let domain = address.domain().as_str();
            extend(self.addresses.get(address));
            extend(self.exactly.get(domain));
            above(domain).for_each(|it| extend(self.below.get(it)));
        }
        for pattern in &named.domains {
            let domain = pattern.domain.as_str();
            above(domain).for_each(|it| extend(self.below.get(it)));
            if pattern.wildcard {
                extend(self.below.get(domain));
                extend(self.under.get(domain));
            } else {
                extend(self.exactly.get(domain));
                extend(self.inside.get(domain));
            }
        }
        near.sort_unstable();
        near.dedup();
        near
    }
}

/// Adds a list under a name, once.
fn add<K: Ord>(lists: &mut BTreeMap<K, Vec<u32>>, name: K, list: u32) {
    let lists = lists.entry(name).or_default();
    if lists.last() != Some(&list) {
        lists.push(list);
    }
}

/// The domains that a domain is below.
fn above(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(domain), |it| parent(it))
}

/// The domain that a domain stands in.
fn parent(domain: &str) -> Option<&str> {
    domain.split_once('.').map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn no_pair_is_lost() {
        let written = [
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
            "a@x.example, q.example",
        ];
        let people =
            ["a@x.example", "b@x.example", "c@y.x.example", "d@z.y.x.example", "e@q.y.x.example"];
        let side =
            |it: &&str| Side { any_of: it.split(", ").map(selector).collect(), except: Vec::new() };
        let sides: Vec<Side> = written.iter().map(side).collect();
        let sets = Sets::default();
        let lists = Lists::new(sides.iter().map(Some).chain([None]), &sets);
        for (at, one) in sides.iter().enumerate() {
            let near = lists.near(at);
            for (other, theirs) in sides.iter().enumerate() {
                let mut pairs = one
                    .any_of
                    .iter()
                    .flat_map(|it| theirs.any_of.iter().map(move |other| (it, other)));
                let met = pairs.any(|it| meet(it.0, it.1, &people));
                assert!(!met || near.contains(&other), "{} {}", written[at], written[other]);
                assert_eq!(near.contains(&other), lists.may_meet(at, other));
            }
            // Whoever is looked at with all.
            assert!(near.contains(&sides.len()) && lists.may_meet(at, sides.len()));
        }
        // And it is a short cut.
        for (one, other) in [(0, 1), (2, 3), (5, 7), (1, 10), (3, 10)] {
            assert!(!lists.near(one).contains(&other), "{} {}", written[one], written[other]);
        }
    }
}
