//! People for generated messages: some for each way in which the rules name people, and some that
//! come close to it.

use grammar::literal::{Address, Domain, DomainPattern};

use super::Attributes;
use crate::{
    facts::{Directory, Facts},
    model::{
        Model,
        selector::{Selector, Side},
    },
    program::person::Person,
};

/// Members of a set that are tried.
const MEMBERS_MAX: usize = 4;

/// People of one tree.
const PEOPLE_MAX: usize = 300;

/// Somebody, with what the directory says of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Somebody {
    /// Absent for the null sender.
    pub(super) address: Option<Address>,
    /// By the directory's name.
    groups: Vec<String>,
    attributes: Attributes,
}

/// Everybody of whom the rules of one tree speak.
#[derive(Clone, Debug)]
pub(super) struct People {
    all: Vec<Somebody>,
    plain: Vec<Somebody>,
}

impl Somebody {
    fn plain(address: Address) -> Self {
        Self { address: Some(address), groups: Vec::new(), attributes: Attributes::new() }
    }

    /// Puts what is known of the person into a directory.
    pub(super) fn enter(&self, directory: &mut Directory) {
        let Some(address) = &self.address else { return };
        let key = Directory::key(address);
        let known = directory.groups.get(&key);
        let new: Vec<&String> = self
            .groups
            .iter()
            .filter(|it| !known.is_some_and(|known| known.contains(it)))
            .collect();
        new.into_iter().for_each(|it| directory.add_group(address, it));
        self.attributes.iter().for_each(|it| directory.set_attribute(address, it.0, it.1));
    }

    fn is_meant(&self, model: &Model, side: &Side) -> bool {
        let mut facts = Facts::default();
        self.enter(&mut facts.directory);
        model.side_matches(side, &Person::new(model, self.address.as_ref(), &facts))
    }
}

impl People {
    /// Whoever the clauses name, and `others` besides.
    pub(super) fn new(model: &Model, others: &[&Side]) -> Self {
        let mut people = Self { all: Vec::new(), plain: Vec::new() };
        for domain in model.organisation.domains.iter().take(1) {
            people.plain.extend(somebody("alice", inside(domain)));
        }
        people.plain.extend(somebody("bob", stranger_domain(model)));
        let (plain, domains) = (people.plain.clone(), &model.organisation.domains);
        plain.into_iter().for_each(|it| people.add(it));
        people.add(Somebody { address: None, groups: Vec::new(), attributes: Attributes::new() });
        domains.iter().take(MEMBERS_MAX).for_each(|it| people.add_pattern(it));
        let directions = model.clauses().flat_map(|it| it.directions.iter());
        let sides = directions.flat_map(|it| [&it.from, &it.to]);
        let sides: Vec<&Side> = others.iter().copied().chain(sides).collect();
        for selector in sides.iter().flat_map(|it| it.any_of.iter().chain(&it.except)) {
            people.add_selector(model, selector);
        }
        people
    }

    pub(super) fn all(&self) -> &[Somebody] {
        &self.all
    }

    /// One of the organisation and one outside, of whom no rule speaks by name.
    pub(super) fn plain(&self) -> Vec<Somebody> {
        self.plain.clone()
    }

    /// Some whom a side means, each by another of its selectors if possible.
    pub(super) fn meant(&self, model: &Model, side: &Side, max: usize) -> Vec<Somebody> {
        let mut found: Vec<Somebody> = Vec::new();
        for selector in &side.any_of {
            let one = Side { any_of: vec![selector.clone()], except: side.except.clone() };
            let meant = self.all.iter().filter(|it| it.is_meant(model, &one));
            for somebody in meant.take(max) {
                if !found.contains(somebody) {
                    found.push(somebody.clone());
                }
            }
        }
        found.truncate(max.saturating_add(side.any_of.len()));
        found
    }

    /// Some whom it does not mean: those it excepts, and whoever else is near.
    pub(super) fn not_meant(&self, model: &Model, side: &Side) -> Vec<Somebody> {
        let mut found: Vec<Somebody> = Vec::new();
        for excepted in &side.except {
            let one = Side { any_of: vec![excepted.clone()], except: Vec::new() };
            found.extend(self.all.iter().filter(|it| it.is_meant(model, &one)).take(1).cloned());
        }
        let others = self.all.iter().filter(|it| !it.is_meant(model, side));
        found.extend(others.take(MEMBERS_MAX).cloned());
        found
    }

    fn add(&mut self, somebody: Somebody) {
        if self.all.len() < PEOPLE_MAX && !self.all.contains(&somebody) {
            self.all.push(somebody);
        }
    }

    fn add_pattern(&mut self, pattern: &DomainPattern) {
        somebody("dana", inside(pattern)).into_iter().for_each(|it| self.add(it));
        // Below a domain, or the domain that a wildcard leaves out.
        let near = if pattern.wildcard {
            Some(pattern.domain.clone())
        } else {
            Domain::parse(&format!("sub.{}", pattern.domain.as_str())).ok()
        };
        somebody("erin", near).into_iter().for_each(|it| self.add(it));
    }

    fn add_selector(&mut self, model: &Model, selector: &Selector) {
        match selector {
            Selector::Everyone | Selector::Internal | Selector::External | Selector::Null => {}
            Selector::Domain(pattern) => self.add_pattern(pattern),
            Selector::DomainSet(set) => {
                let members = model.sets.domains.get(set.0).map(|it| it.members.as_slice());
                for pattern in members.unwrap_or_default().iter().take(MEMBERS_MAX) {
                    self.add_pattern(pattern);
                }
            }
            Selector::AddressSet(set) => {
                let members = model.sets.addresses.get(set.0).map(|it| &*it.members);
                for address in members.into_iter().flatten().take(MEMBERS_MAX) {
                    self.add_address(address);
                }
            }
            Selector::Address(address) => self.add_address(address),
            Selector::Group(set) => {
                let Some(group) = model.sets.groups.get(set.0) else { return };
                for plain in self.plain.clone() {
                    let address = renamed(&plain, &format!("in-{}", group.name));
                    let groups = vec![group.directory.clone()];
                    self.add(Somebody { address, groups, ..plain });
                }
            }
            Selector::Attribute { attribute, value, .. } => {
                self.add_attribute(model, attribute.0, value);
            }
        }
    }

    fn add_address(&mut self, address: &Address) {
        self.add(Somebody::plain(address.clone()));
        // A colleague of the same domain, whom the address does not mean.
        somebody("frank", Some(address.domain().clone())).into_iter().for_each(|it| self.add(it));
    }

    fn add_attribute(&mut self, model: &Model, number: usize, value: &str) {
        let Some(attribute) = model.sets.attributes.get(number) else { return };
        let mut values = attribute.order.clone();
        if values.is_empty() {
            values.push(value.to_owned());
        }
        for value in &values {
            for plain in self.plain.clone() {
                let address = renamed(&plain, &format!("{}-{value}", attribute.name));
                let attributes = Attributes::from([(attribute.directory.clone(), value.clone())]);
                self.add(Somebody { address, attributes, ..plain });
            }
        }
    }
}

fn renamed(somebody: &Somebody, local: &str) -> Option<Address> {
    let domain = somebody.address.as_ref()?.domain().clone();
    Address::from_parts(local, domain).ok()
}

fn somebody(local: &str, domain: Option<Domain>) -> Option<Somebody> {
    Address::from_parts(local, domain?).ok().map(Somebody::plain)
}

/// A domain that a pattern means.
fn inside(pattern: &DomainPattern) -> Option<Domain> {
    if pattern.wildcard {
        return Domain::parse(&format!("mail.{}", pattern.domain.as_str())).ok();
    }
    Some(pattern.domain.clone())
}

/// A domain that no rule names.
fn stranger_domain(model: &Model) -> Option<Domain> {
    let taken = |domain: &Domain| {
        let sets = model.sets.domains.iter().flat_map(|it| it.members.iter());
        model.organisation.is_internal(domain) || sets.into_iter().any(|it| it.matches(domain))
    };
    let names = ["elsewhere.example", "stranger.example", "x-nobody-wrote-this.example"];
    let mut domains = names.iter().filter_map(|it| Domain::parse(it).ok());
    domains.find(|it| !taken(it))
}
