//! The index: from the two people of a decision to the clauses that may apply, without looking at
//! the others.
//!
//! Every distinct list of selectors is a key. A person is looked up once (address, suffixes of the
//! domain, groups, attributes) and gives the keys that mean it; a clause stands once under its pair
//! of keys. Exceptions, networks and dates are checked on what the pairs give.

use std::collections::BTreeMap;

use grammar::literal::Address;
use grammar::tree::Compare;

use super::{map::Map, networks::Intervals, person::Person};
use crate::model::{
    Model,
    clause::{Clause, Kind},
    selector::Selector,
};

/// Pairs of keys beyond which looking at every clause is cheaper than looking up every pair.
const PAIRS_FOR_EACH_CLAUSE: usize = 4;

/// The compiled index.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    from: Keys,
    to: Keys,
    pairs: Map<u64, Vec<Posting>>,
    /// The same, for people with more keys than there are clauses.
    all: Vec<(u32, u32, Posting)>,
    /// Of each clause; absent where any peer will do.
    sources: Vec<Option<Intervals>>,
}

/// A clause in one direction.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Posting {
    /// Number of the clause in [`Model::clause`].
    pub(super) clause: u32,
    pub(super) direction: u32,
}

/// Which addresses a list of selectors on the From side is held against.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Reading {
    envelope: bool,
    header: bool,
    bypass: bool,
}

/// The keys of one side.
#[derive(Clone, Debug, Default)]
struct Keys {
    /// Key of each distinct list of selectors.
    readings: Vec<Reading>,
    everyone: Vec<u32>,
    internal: Vec<u32>,
    external: Vec<u32>,
    null: Vec<u32>,
    addresses: Map<Address, Vec<u32>>,
    domains: Map<String, Suffix>,
    groups: Map<String, Vec<u32>>,
    attributes: Vec<AttributeKey>,
}

/// The keys under one domain.
#[derive(Clone, Debug, Default)]
struct Suffix {
    exactly: Vec<u32>,
    below: Vec<u32>,
}

/// A key that asks an attribute.
#[derive(Clone, Debug)]
struct AttributeKey {
    selector: Selector,
    keys: Vec<u32>,
}

/// The keys that mean the sender of a message, by the address that is read.
#[derive(Clone, Debug, Default)]
pub(super) struct SenderKeys(Vec<u32>);

impl Index {
    /// Builds the index of a model.
    pub(super) fn new(model: &Model) -> Self {
        let mut index = Self::default();
        let mut from: BTreeMap<(&[Selector], Reading), u32> = BTreeMap::new();
        let mut to: BTreeMap<(&[Selector], Reading), u32> = BTreeMap::new();
        for (number, clause) in (0_u32..).zip(model.clauses()) {
            index.sources.push(clause.source.as_deref().map(Intervals::new));
            for (direction, sides) in (0_u32..).zip(&clause.directions) {
                let sender = index.from.key(&mut from, &sides.from.any_of, reading(clause), model);
                let recipient = index.to.key(&mut to, &sides.to.any_of, RECIPIENT, model);
                let posting = Posting { clause: number, direction };
                index.pairs.entry(pair(sender, recipient)).or_default().push(posting);
                index.all.push((sender, recipient, posting));
            }
        }
        index
    }

    /// The keys of the sender, from its envelope address and its header addresses. `trusted` says
    /// whether an address that is internal counts for a bypass.
    pub(super) fn sender(
        &self,
        model: &Model,
        envelope: &Person<'_>,
        headers: &[Person<'_>],
        trusted: bool,
    ) -> SenderKeys {
        let mut keys = Vec::new();
        let counts = |reading: Reading, it: &Person<'_>| trusted || !reading.bypass || !it.internal;
        self.from.of(model, envelope, |key, reading| {
            if reading.envelope && counts(reading, envelope) {
                keys.push(key);
            }
        });
        for header in headers {
            self.from.of(model, header, |key, reading| {
                if reading.header && counts(reading, header) {
                    keys.push(key);
                }
            });
        }
        keys.sort_unstable();
        keys.dedup();
        SenderKeys(keys)
    }

    /// Postings of clauses whose two lists mean the sender and the recipient; sorted, each once.
    pub(super) fn postings(
        &self,
        model: &Model,
        sender: &SenderKeys,
        recipient: &Person<'_>,
        into: &mut Vec<Posting>,
    ) {
        let mut recipients = Vec::new();
        self.to.of(model, recipient, |key, _| recipients.push(key));
        recipients.sort_unstable();
        recipients.dedup();
        into.clear();
        let pairs = sender.0.len().saturating_mul(recipients.len());
        if self.all.len().saturating_mul(PAIRS_FOR_EACH_CLAUSE) < pairs {
            let has = |keys: &[u32], key: u32| keys.binary_search(&key).is_ok();
            let meant = self.all.iter().filter(|it| has(&sender.0, it.0) && has(&recipients, it.1));
            into.extend(meant.map(|it| it.2));
            return;
        }
        for from in &sender.0 {
            for to in &recipients {
                into.extend(self.pairs.get(&pair(*from, *to)).into_iter().flatten());
            }
        }
        into.sort_unstable();
    }

    /// Whether the clause lets the peer in.
    pub(super) fn source_matches(&self, clause: u32, peer: Option<std::net::IpAddr>) -> bool {
        let source = usize::try_from(clause).ok().and_then(|it| self.sources.get(it));
        match source {
            Some(Some(intervals)) => peer.is_some_and(|it| intervals.contains(it)),
            Some(None) => true,
            None => false,
        }
    }
}

fn pair(from: u32, to: u32) -> u64 {
    (u64::from(from) << 32) | u64::from(to)
}

const RECIPIENT: Reading = Reading { envelope: true, header: false, bypass: false };

fn reading(clause: &Clause) -> Reading {
    let (envelope, header) = match clause.compare {
        Compare::Envelope => (true, false),
        Compare::Header => (false, true),
        Compare::Either => (true, true),
    };
    Reading { envelope, header, bypass: clause.kind == Kind::Bypass }
}

impl Keys {
    /// The key of a list of selectors; enters it under every selector when it is new.
    fn key<'m>(
        &mut self,
        known: &mut BTreeMap<(&'m [Selector], Reading), u32>,
        selectors: &'m [Selector],
        reading: Reading,
        model: &Model,
    ) -> u32 {
        if let Some(key) = known.get(&(selectors, reading)) {
            return *key;
        }
        let key = u32::try_from(self.readings.len()).unwrap_or(u32::MAX);
        self.readings.push(reading);
        known.insert((selectors, reading), key);
        for selector in selectors {
            self.enter(selector, key, model);
        }
        key
    }

    fn enter(&mut self, selector: &Selector, key: u32, model: &Model) {
        match selector {
            Selector::Everyone => self.everyone.push(key),
            Selector::Internal => self.internal.push(key),
            Selector::External => self.external.push(key),
            Selector::Null => self.null.push(key),
            Selector::Address(address) => {
                self.addresses.entry(address.clone()).or_default().push(key);
            }
            Selector::AddressSet(set) => {
                let members = model.sets.addresses.get(set.0).map(|it| &it.members);
                for address in members.into_iter().flatten() {
                    self.addresses.entry(address.clone()).or_default().push(key);
                }
            }
            Selector::Domain(pattern) => self.enter_domain(pattern, key),
            Selector::DomainSet(set) => {
                let members = model.sets.domains.get(set.0).map(|it| &it.members);
                members.into_iter().flatten().for_each(|it| self.enter_domain(it, key));
            }
            Selector::Group(group) => {
                if let Some(group) = model.sets.groups.get(group.0) {
                    self.groups.entry(group.directory.clone()).or_default().push(key);
                }
            }
            Selector::Attribute { .. } => {
                match self.attributes.iter_mut().find(|it| it.selector == *selector) {
                    Some(known) => known.keys.push(key),
                    None => {
                        self.attributes
                            .push(AttributeKey { selector: selector.clone(), keys: vec![key] });
                    }
                }
            }
        }
    }

    fn enter_domain(&mut self, pattern: &grammar::literal::DomainPattern, key: u32) {
        let suffix = self.domains.entry(pattern.domain.as_str().to_owned()).or_default();
        if pattern.wildcard { suffix.below.push(key) } else { suffix.exactly.push(key) }
    }

    /// Tells of every key that means the person, perhaps more than once.
    fn of(&self, model: &Model, person: &Person<'_>, mut tell: impl FnMut(u32, Reading)) {
        let mut all = |keys: &[u32]| {
            for key in keys {
                let reading = usize::try_from(*key).ok().and_then(|it| self.readings.get(it));
                if let Some(reading) = reading {
                    tell(*key, *reading);
                }
            }
        };
        all(&self.everyone);
        let Some(address) = person.address else { return all(&self.null) };
        all(if person.internal { &self.internal } else { &self.external });
        if let Some(keys) = self.addresses.get(address) {
            all(keys);
        }
        let mut domain = address.domain().as_str();
        if let Some(suffix) = self.domains.get(domain) {
            all(&suffix.exactly);
        }
        while let Some((_, above)) = domain.split_once('.') {
            domain = above;
            if let Some(suffix) = self.domains.get(domain) {
                all(&suffix.below);
            }
        }
        if !self.groups.is_empty() {
            person.groups().filter_map(|it| self.groups.get(it)).for_each(|it| all(it));
        }
        for attribute in &self.attributes {
            if model.any_matches(std::slice::from_ref(&attribute.selector), person) {
                all(&attribute.keys);
            }
        }
    }
}
