//! From an address to the keys that mean it.
//!
//! Every distinct list of selectors is a key of its side. One pass over the domain, from its last
//! label to its first, finds the keys of the domain and of everything it is below, and whether it is
//! the organisation's; then one look-up finds those of the address itself.

use std::collections::BTreeMap;

use grammar::literal::{Address, DomainPattern};

use super::{
    person::Person,
    table::{Lists, Names, SEED, hash},
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
    domains: Names,
    addresses: Names,
    /// Of each domain four lists, see [`domain_list`].
    of_domains: Lists,
    /// Of each address two, see [`address_list`].
    of_addresses: Lists,
    /// Whether a domain is the organisation's, or what is below it.
    own: Vec<Own>,
    from: Rest,
    to: Rest,
}

#[derive(Clone, Copy, Debug, Default)]
struct Own {
    exactly: bool,
    below: bool,
}

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
    keys: Keys,
    of_domains: Vec<(u32, u32)>,
    of_addresses: Vec<(u32, u32)>,
}

/// Lists of a domain: those of the From side and of the To side, for itself and for what is below.
const LISTS_PER_DOMAIN: u32 = 4;

/// Lists of an address: those of the From side and of the To side.
const LISTS_PER_ADDRESS: u32 = 2;

fn domain_list(domain: u32, end: End, below: bool) -> u32 {
    let place = u32::from(end == End::To).saturating_mul(2).saturating_add(u32::from(below));
    domain.saturating_mul(LISTS_PER_DOMAIN).saturating_add(place)
}

fn address_list(address: u32, end: End) -> u32 {
    address.saturating_mul(LISTS_PER_ADDRESS).saturating_add(u32::from(end == End::To))
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
        let mut keys = Keys {
            domains: Names::with_room(domains.saturating_add(patterns)),
            addresses: Names::with_room(addresses.saturating_add(members)),
            ..Keys::default()
        };
        for pattern in &model.organisation.domains {
            let own = keys.own_of(pattern);
            if let Some(own) = own {
                own.exactly |= !pattern.wildcard;
                own.below |= pattern.wildcard;
            }
        }
        Self { keys, ..Self::default() }
    }

    /// Enters a key under a selector.
    pub(super) fn enter(&mut self, end: End, selector: &Selector, key: u32, model: &Model) {
        let rest = self.keys.rest_mut(end);
        match selector {
            Selector::Everyone => rest.everyone.push(key),
            Selector::Internal => rest.internal.push(key),
            Selector::External => rest.external.push(key),
            Selector::Null => rest.null.push(key),
            Selector::Address(address) => self.enter_address(end, address, key),
            Selector::AddressSet(set) => {
                let members = model.sets.addresses.get(set.0).map(|it| &it.members);
                members.into_iter().flatten().for_each(|it| self.enter_address(end, it, key));
            }
            Selector::Domain(pattern) => self.enter_domain(end, pattern, key),
            Selector::DomainSet(set) => {
                let members = model.sets.domains.get(set.0).map(|it| &it.members);
                members.into_iter().flatten().for_each(|it| self.enter_domain(end, it, key));
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
        let number = self.keys.addresses.number(hash, parts(address));
        self.of_addresses.push((address_list(number, end), key));
    }

    fn enter_domain(&mut self, end: End, pattern: &DomainPattern, key: u32) {
        let number = self.keys.domain(pattern);
        self.of_domains.push((domain_list(number, end, pattern.wildcard), key));
    }

    /// The keys, ready to be asked.
    pub(super) fn finish(self) -> Keys {
        let Self { mut keys, of_domains, of_addresses } = self;
        let lists = |names: &Names, each: u32| {
            names.len().saturating_mul(usize::try_from(each).unwrap_or(usize::MAX))
        };
        keys.of_domains = Lists::new(lists(&keys.domains, LISTS_PER_DOMAIN), of_domains);
        keys.of_addresses = Lists::new(lists(&keys.addresses, LISTS_PER_ADDRESS), of_addresses);
        keys
    }
}

impl Keys {
    /// The number of a pattern's domain.
    fn domain(&mut self, pattern: &DomainPattern) -> u32 {
        let name = pattern.domain.as_str();
        let number = self.domains.number(domain_hash(name), [name, "", ""]);
        self.own.resize_with(self.domains.len(), Own::default);
        number
    }

    fn own_of(&mut self, pattern: &DomainPattern) -> Option<&mut Own> {
        let number = self.domain(pattern);
        usize::try_from(number).ok().and_then(|it| self.own.get_mut(it))
    }

    fn rest(&self, end: End) -> &Rest {
        match end {
            End::From => &self.from,
            End::To => &self.to,
        }
    }

    fn rest_mut(&mut self, end: End) -> &mut Rest {
        match end {
            End::From => &mut self.from,
            End::To => &mut self.to,
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
                let own = usize::try_from(found).ok().and_then(|it| self.own.get(it));
                internal |= own.is_some_and(|it| if at == 0 { it.exactly } else { it.below });
                let list = self.of_domains.of(domain_list(found, end, at > 0));
                list.iter().copied().for_each(&mut *tell);
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
            let list = self.of_addresses.of(address_list(found, end));
            list.iter().copied().for_each(tell);
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
