//! From an address to the keys that mean it.
//!
//! Every distinct list of selectors is a key of its side. The longest known domain that an address is
//! of or below is looked up once; its page leads to what that is below in turn, and all of them say
//! whether it is the organisation's. One more look-up finds the keys of the address itself.

use std::collections::BTreeMap;

use grammar::literal::{Address, DomainPattern};

use super::{
    person::Person,
    table::{Given, Lists, NOBODY, Names, Page, Pages, SEED, hash},
};
use crate::{
    bundle::{
        Corrupt,
        codec::{Coded, Reader, Writer, record},
    },
    model::{Model, selector::Selector},
};

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

record! { Rest { everyone, internal, external, null, groups, attributes } }

impl Coded for Keys {
    fn write(&self, to: &mut Writer) {
        let Self { domains, addresses, from, to: of_to } = self;
        domains.write(to);
        addresses.write(to);
        from.write(to);
        of_to.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let domains = Pages::read(from)?;
        if !domains.have_owners(LABELS_MAX) {
            return Err(from.damaged());
        }
        let addresses = Coded::read(from)?;
        Ok(Self { domains, addresses, from: Coded::read(from)?, to: Coded::read(from)? })
    }
}

/// Labels of a domain, and one for what is above the last.
const LABELS_MAX: usize = 128;

/// What is entered while the keys are made.
#[derive(Debug, Default)]
pub(super) struct Entries {
    domains: Names,
    /// Each below the number of its domain.
    addresses: Names,
    /// The numbers of the members of each set of addresses that was asked for.
    sets: Vec<Option<Vec<u32>>>,
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
    /// What the organisation names.
    pub(super) fn new(model: &Model) -> Self {
        let sets = vec![None; model.sets.addresses.len()];
        let mut entries = Self { sets, ..Self::default() };
        for pattern in &model.organisation.domains {
            let number = entries.domain(pattern.domain.as_str()).0;
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
            Selector::Address(address) => {
                let number = self.address(address);
                self.of_addresses.push((list(number, LISTS_PER_ADDRESS, address_list(end)), key));
            }
            Selector::AddressSet(set) => self.enter_set(end, set.0, key, model),
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

    fn enter_set(&mut self, end: End, set: usize, key: u32, model: &Model) {
        let known = self.sets.get_mut(set).and_then(Option::take);
        let numbers = known.unwrap_or_else(|| {
            let members = model.sets.addresses.get(set).map(|it| &it.members);
            let members = members.into_iter().flat_map(|it| it.iter());
            members.map(|it| self.address(it)).collect()
        });
        let place = |number: &u32| list(*number, LISTS_PER_ADDRESS, address_list(end));
        self.of_addresses.extend(numbers.iter().map(|it| (place(it), key)));
        if let Some(free) = self.sets.get_mut(set) {
            *free = Some(numbers);
        }
    }

    fn enter_domain(&mut self, end: End, pattern: &DomainPattern, key: u32) {
        let (number, _) = self.domain(pattern.domain.as_str());
        let place = domain_list(end, pattern.wildcard);
        self.of_domains.push((list(number, LISTS_PER_DOMAIN, place), key));
    }

    /// The number of a domain, and its hash.
    fn domain(&mut self, domain: &str) -> (u32, u64) {
        let hash = hash(SEED, domain);
        let number = self.domains.number(hash, NOBODY, domain);
        self.own.resize(self.domains.len(), 0);
        (number, hash)
    }

    /// The number of an address.
    fn address(&mut self, address: &Address) -> u32 {
        let (domain, state) = self.domain(address.domain().as_str());
        let local = address.local_folded();
        self.addresses.number(hash(state, local), domain, local)
    }

    /// The keys, ready to be asked.
    pub(super) fn finish(self) -> Keys {
        let Self { domains, addresses, own, from, to, of_domains, of_addresses, sets: _ } = self;
        let text = |it| std::str::from_utf8(it).unwrap_or_default();
        let above: Vec<Option<u32>> = domains.texts().map(|it| above(&domains, text(it))).collect();
        let each = usize::from(LISTS_PER_DOMAIN);
        let lists = Lists::new(domains.len().saturating_mul(each), &of_domains);
        let at = |number: u32| usize::try_from(number).ok();
        let (domains, starts) = Pages::new(&domains, each, &lists, |number, starts| {
            let above = at(number).and_then(|it| *above.get(it)?);
            let owner = above.and_then(|it| starts.get(at(it)?)).copied();
            let mark = at(number).and_then(|it| own.get(it)).copied();
            Given { owner: owner.unwrap_or(NOBODY), mark: mark.unwrap_or_default() }
        });
        let each = usize::from(LISTS_PER_ADDRESS);
        let lists = Lists::new(addresses.len().saturating_mul(each), &of_addresses);
        let owners: Vec<u32> = addresses.owners().collect();
        let (addresses, _) = Pages::new(&addresses, each, &lists, |number, _| {
            let domain = at(number).and_then(|it| owners.get(it)).copied().and_then(at);
            let owner = domain.and_then(|it| starts.get(it)).copied();
            Given { owner: owner.unwrap_or(NOBODY), mark: 0 }
        });
        Keys { domains, addresses, from, to }
    }
}

/// The longest known domain that a domain is below.
fn above(domains: &Names, domain: &str) -> Option<u32> {
    let mut rest = domain;
    while let Some((_, above)) = rest.split_once('.') {
        if let Some(known) = domains.find(hash(SEED, above), NOBODY, above) {
            return Some(known);
        }
        rest = above;
    }
    None
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
        let (mut internal, mut own) = (false, None);
        if let Some((mut page, state)) = self.longest(domain) {
            // Of the domain itself first, where it is known; then of what it is below.
            if let Some(state) = state {
                own = Some((page.start, state));
                internal = page.mark & OWN != 0;
                page.list(usize::from(domain_list(end, false))).for_each(&mut *tell);
            }
            let mut above = if state.is_some() { self.domains.at(page.owner) } else { Some(page) };
            while let Some(known) = above {
                page = known;
                internal |= page.mark & OWN_BELOW != 0;
                page.list(usize::from(domain_list(end, true))).for_each(&mut *tell);
                above = self.domains.at(page.owner);
            }
        }
        let of_side = if internal { &rest.internal } else { &rest.external };
        of_side.iter().copied().for_each(&mut *tell);
        if let Some((domain, state)) = own {
            let local = address.local_folded();
            let found = self.addresses.find(hash(state, local), Some(domain), local);
            if let Some(page) = found {
                page.list(usize::from(address_list(end))).for_each(tell);
            }
        }
        internal
    }

    /// The page of the longest known domain that a domain is or is below; its hash where it is that
    /// domain itself.
    fn longest(&self, domain: &str) -> Option<(Page<'_>, Option<u64>)> {
        let state = hash(SEED, domain);
        if let Some(page) = self.domains.find(state, None, domain) {
            return Some((page, Some(state)));
        }
        let mut rest = domain;
        while let Some(dot) = memchr::memchr(b'.', rest.as_bytes()) {
            rest = rest.get(dot.saturating_add(1)..).unwrap_or_default();
            if let Some(page) = self.domains.find(hash(SEED, rest), None, rest) {
                return Some((page, None));
            }
        }
        None
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
