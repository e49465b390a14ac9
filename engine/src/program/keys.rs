//! From an address to the keys that mean it.
//!
//! Every distinct list of selectors is a key of its side. One pass over the domain, from its last
//! label to its first, finds the keys of the domain and of everything it is below, and whether it is
//! the organisation's; then one look-up finds those of the address itself.

use std::collections::BTreeMap;

use grammar::literal::{Address, DomainPattern};

use super::{
    person::Person,
    table::{Lists, Names, Pages, SEED, hash},
};
use crate::model::{Model, selector::Selector};

/// Which side of a clause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    From,
    To,
}

/// The keys of both sides.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// Each with four lists, see [`domain_list`], and whose it is: [`OWN`], [`OWN_BELOW`].
    domains: Pages,
    /// Each with two lists, see [`address_list`].
    addresses: Pages,
    from: Rest,
    to: Rest,
}

/// The mark of a domain that is the organisation's.
const OWN: u8 = 1;

/// The mark of a domain below which everything is the organisation's.
const OWN_BELOW: u8 = 2;

/// The keys of one side that ask neither a domain nor an address.
#[derive(Clone, Debug, Default)]
struct Rest {
    everyone: Vec<u32>,
    internal: Vec<u32>,
    external: Vec<u32>,
    null: Vec<u32>,
    /// By the directory's name.
    groups: BTreeMap<String, Vec<u32>>,
    attributes: Vec<(Selector, Vec<u32>)>,
}

/// What is entered while the keys are made.
#[derive(Debug, Default)]
pub(super) struct Entries {
    domains: Names,
    addresses: Names,
    /// The mark of each domain.
    own: Vec<u8>,
    from: Rest,
    to: Rest,
    of_domains: Vec<(u32, u32)>,
    of_addresses: Vec<(u32, u32)>,
}

/// Lists of a domain: those of the From side and of the To side, for itself and for what is below.
const LISTS_PER_DOMAIN: u8 = 4;

/// Lists of an address: those of the From side and of the To side.
const LISTS_PER_ADDRESS: u8 = 2;

/// The number of a list among those of a domain.
fn domain_list(end: End, below: bool) -> u8 {
    u8::from(end == End::To).saturating_mul(2).saturating_add(u8::from(below))
}

/// The number of a list among those of an address.
fn address_list(end: End) -> u8 {
    u8::from(end == End::To)
}

/// The number of a list among those of all names.
fn list(name: u32, each: u8, list: u8) -> u32 {
    name.saturating_mul(u32::from(each)).saturating_add(u32::from(list))
}

impl Entries {
    /// Room for everything that a model names.
    pub(super) fn new(model: &Model) -> Self {
        let sides = || model.clauses().flat_map(|it| &it.directions);
        let selectors = sides().flat_map(|it| it.from.any_of.iter().chain(&it.to.any_of));
        let (mut domains, mut addresses) = (model.organisation.domains.len(), 0_usize);
        for selector in selectors {
            match selector {
                Selector::Address(_) => addresses = addresses.saturating_add(1),
                Selector::Domain(_) => domains = domains.saturating_add(1),
                Selector::AddressSet(_)
                | Selector::Attribute { .. }
                | Selector::DomainSet(_)
                | Selector::Everyone
                | Selector::External
                | Selector::Group(_)
                | Selector::Internal
                | Selector::Null => {}
            }
        }
        let sets = &model.sets;
        let members: usize = sets.addresses.iter().map(|it| it.members.len()).sum();
        let patterns: usize = sets.domains.iter().map(|it| it.members.len()).sum();
        let mut entries = Self {
            domains: Names::with_room(domains.saturating_add(patterns)),
            addresses: Names::with_room(addresses.saturating_add(members)),
            ..Self::default()
        };
        for pattern in &model.organisation.domains {
            let number = entries.domain(pattern);
            if let Some(own) = usize::try_from(number).ok().and_then(|it| entries.own.get_mut(it)) {
                *own |= if pattern.wildcard { OWN_BELOW } else { OWN };
            }
        }
        entries
    }

    /// Enters a key under a selector.
    pub(super) fn enter(&mut self, end: End, selector: &Selector, key: u32, model: &Model) {
        let rest = match end {
            End::From => &mut self.from,
            End::To => &mut self.to,
        };
        match selector {
            Selector::Everyone => rest.everyone.push(key),
            Selector::Internal => rest.internal.push(key),
            Selector::External => rest.external.push(key),
            Selector::Null => rest.null.push(key),
            Selector::Address(address) => self.enter_address(end, address, key),
            Selector::AddressSet(set) => {
                let members = model.sets.addresses.get(set.0).map(|it| &it.members);
                members
                    .into_iter()
                    .flat_map(|it| it.iter())
                    .for_each(|it| self.enter_address(end, it, key));
            }
            Selector::Domain(pattern) => self.enter_domain(end, pattern, key),
            Selector::DomainSet(set) => {
                let members = model.sets.domains.get(set.0).map(|it| &it.members);
                members
                    .into_iter()
                    .flat_map(|it| it.iter())
                    .for_each(|it| self.enter_domain(end, it, key));
            }
            Selector::Group(group) => {
                if let Some(group) = model.sets.groups.get(group.0) {
                    rest.groups.entry(group.directory.clone()).or_default().push(key);
                }
            }
            Selector::Attribute { .. } => {
                match rest.attributes.iter_mut().find(|it| it.0 == *selector) {
                    Some(known) => known.1.push(key),
                    None => rest.attributes.push((selector.clone(), vec![key])),
                }
            }
        }
    }

    fn enter_address(&mut self, end: End, address: &Address, key: u32) {
        let hash = hash(domain_hash(address.domain().as_str()), address.local_folded());
        let number = self.addresses.number(hash, parts(address));
        self.of_addresses.push((list(number, LISTS_PER_ADDRESS, address_list(end)), key));
    }

    fn enter_domain(&mut self, end: End, pattern: &DomainPattern, key: u32) {
        let number = self.domain(pattern);
        let place = domain_list(end, pattern.wildcard);
        self.of_domains.push((list(number, LISTS_PER_DOMAIN, place), key));
    }

    /// The number of a pattern's domain.
    fn domain(&mut self, pattern: &DomainPattern) -> u32 {
        let name = pattern.domain.as_str();
        let number = self.domains.number(domain_hash(name), [name, "", ""]);
        self.own.resize(self.domains.len(), 0);
        number
    }

    /// The keys, ready to be asked.
    pub(super) fn finish(self) -> Keys {
        let Self { domains, addresses, own, from, to, of_domains, of_addresses } = self;
        let pages = |names: Names, each: u8, pairs: Vec<(u32, u32)>, own: &[u8]| {
            let each = usize::from(each);
            let lists = Lists::new(names.len().saturating_mul(each), pairs);
            let own = |it: u32| usize::try_from(it).ok().and_then(|it| own.get(it)).copied();
            Pages::new(names, each, &lists, |it| own(it).unwrap_or_default())
        };
        Keys {
            domains: pages(domains, LISTS_PER_DOMAIN, of_domains, &own),
            addresses: pages(addresses, LISTS_PER_ADDRESS, of_addresses, &[]),
            from,
            to,
        }
    }
}

impl Keys {
    fn rest(&self, end: End) -> &Rest {
        match end {
            End::From => &self.from,
            End::To => &self.to,
        }
    }

    /// Tells of the keys of an address (absent: the null sender) that ask no directory, perhaps of
    /// one more than once; whether the address is the organisation's.
    pub(super) fn of_address(
        &self,
        end: End,
        address: Option<&Address>,
        tell: &mut impl FnMut(u32),
    ) -> bool {
        let rest = self.rest(end);
        rest.everyone.iter().copied().for_each(&mut *tell);
        let Some(address) = address else {
            rest.null.iter().copied().for_each(tell);
            return false;
        };
        let domain = address.domain().as_str();
        let (mut state, mut internal, mut end_of_label) = (SEED, false, domain.len());
        loop {
            let front = domain.as_bytes().get(..end_of_label).unwrap_or_default();
            let dot = memchr::memrchr(b'.', front);
            let at = dot.map_or(0, |it| it.saturating_add(1));
            state = hash(state, domain.get(at..end_of_label).unwrap_or_default());
            let suffix = domain.get(at..).unwrap_or_default();
            if let Some(found) = self.domains.find(state, [suffix, "", ""]) {
                internal |= found.mark & if at == 0 { OWN } else { OWN_BELOW } != 0;
                found.list(usize::from(domain_list(end, at > 0))).for_each(&mut *tell);
            }
            match dot {
                Some(dot) => end_of_label = dot,
                None => break,
            }
        }
        let of_side = if internal { &rest.internal } else { &rest.external };
        of_side.iter().copied().for_each(&mut *tell);
        let state = hash(state, address.local_folded());
        if let Some(found) = self.addresses.find(state, parts(address)) {
            found.list(usize::from(address_list(end))).for_each(tell);
        }
        internal
    }

    /// Tells of the keys that ask the directory about a person.
    pub(super) fn of_directory(
        &self,
        end: End,
        model: &Model,
        person: &Person<'_>,
        tell: &mut impl FnMut(u32),
    ) {
        let rest = self.rest(end);
        if !rest.groups.is_empty() {
            let known = person.groups().filter_map(|it| rest.groups.get(it));
            known.flatten().copied().for_each(&mut *tell);
        }
        if person.has_attributes() {
            for (selector, keys) in &rest.attributes {
                if model.any_matches(std::slice::from_ref(selector), person) {
                    keys.iter().copied().for_each(&mut *tell);
                }
            }
        }
    }
}

/// The hash of a domain: label by label from the last, so that those of all it is below are on the
/// way.
fn domain_hash(domain: &str) -> u64 {
    domain.rsplit('.').fold(SEED, hash)
}

/// The name of an address.
fn parts(address: &Address) -> [&str; 3] {
    [address.local_folded(), "@", address.domain().as_str()]
}
