//! Whether some message meets two clauses, by finding one.
//!
//! People are finite here: whatever a side says, it says about the addresses, domains, sets,
//! groups and attributes that are written in it. So it is enough to try those, and one fresh
//! person for each domain. Groups are supposed: nobody is in one unless a selector needs it.

use std::{collections::BTreeMap, net::IpAddr};

use grammar::{
    literal::{Address, Date, Domain, Network},
    tree::Compare,
};

use super::reads_one_address;
use crate::{
    facts::Directory,
    model::{
        Model,
        clause::{Clause, Direction},
        selector::{Selector, Side},
    },
    program::person::Person,
    trace::selector_words,
};

/// Members of a set whom the other side may mean that are tried.
const MEMBERS_TRIED_MAX: usize = 2_000;

/// Two clauses that some message meets.
pub(super) struct Overlap {
    /// Without supposing two different groups or attribute values of one person.
    pub(super) certain: bool,
    pub(super) example: Example,
}

/// The message.
pub(super) struct Example {
    /// Absent for the null sender.
    pub(super) from: Option<Address>,
    /// Where a clause reads the header, and it differs.
    pub(super) header_from: Option<Address>,
    pub(super) to: Address,
    pub(super) peer: Option<IpAddr>,
    pub(super) on: Option<Date>,
    /// Groups and attributes that the people must have.
    pub(super) supposing: Vec<String>,
}

/// Somebody whom two sides mean.
#[derive(Clone)]
struct Somebody {
    address: Option<Address>,
    certain: bool,
    supposing: Vec<String>,
}

/// A message that meets both; one that supposes as little as possible.
pub(super) fn overlap(
    model: &Model,
    (one, mine): (&Clause, &Direction),
    (other, theirs): (&Clause, &Direction),
) -> Option<Overlap> {
    let peer = common_peer(one.source.as_deref(), other.source.as_deref())?;
    let to = somebody(model, &mine.to, &theirs.to).filter(|it| it.address.is_some())?;
    let (from, header) = senders(model, (one, mine), (other, theirs))?;
    let certain = from.certain && to.certain && header.as_ref().is_none_or(|it| it.certain);
    let mut supposing = from.supposing;
    supposing.extend(header.iter().flat_map(|it| it.supposing.clone()));
    supposing.extend(to.supposing);
    supposing.dedup();
    let example = Example {
        from: from.address,
        header_from: header.and_then(|it| it.address),
        to: to.address?,
        peer,
        on: one.validity.common_day(&other.validity),
        supposing,
    };
    Some(Overlap { certain, example })
}

/// The sender that both mean: one address, or one in the envelope and one in the header.
fn senders(
    model: &Model,
    (one, mine): (&Clause, &Direction),
    (other, theirs): (&Clause, &Direction),
) -> Option<(Somebody, Option<Somebody>)> {
    let both = somebody(model, &mine.from, &theirs.from);
    if both.as_ref().is_some_and(|it| it.certain) || reads_one_address(one.compare, other.compare) {
        // The header has no null sender.
        let header = one.compare != Compare::Envelope || other.compare != Compare::Envelope;
        let both = both.filter(|it| !header || it.address.is_some());
        return both.map(|it| (it, None));
    }
    let (envelope, header) = if other.compare == Compare::Header || one.compare == Compare::Envelope
    {
        (mine, theirs)
    } else {
        (theirs, mine)
    };
    let envelope = somebody(model, &envelope.from, &envelope.from)?;
    let header = somebody(model, &header.from, &header.from).filter(|it| it.address.is_some())?;
    Some((envelope, Some(header)))
}

/// Whether somebody is meant by both sides.
pub(crate) fn meet(model: &Model, one: &Side, other: &Side) -> bool {
    somebody(model, one, other).is_some()
}

/// Whether somebody is meant by a side and by a selector.
pub(crate) fn meets(model: &Model, side: &Side, selector: &Selector) -> bool {
    let plainly = |it: &Selector| match (selector, it) {
        (_, Selector::Everyone) => true,
        (Selector::Internal | Selector::External, Selector::Address(address)) => {
            model.is_internal(address) == (*selector == Selector::Internal)
        }
        (_, it) => it == selector,
    };
    if side.except.is_empty() && side.any_of.iter().any(plainly) {
        return true;
    }
    let alone = Side { any_of: vec![selector.clone()], except: Vec::new() };
    meet(model, side, &alone)
}

/// Somebody whom both sides mean, certainly if that is possible.
fn somebody(model: &Model, one: &Side, other: &Side) -> Option<Somebody> {
    let mut uncertain = None;
    for mine in &one.any_of {
        for theirs in &other.any_of {
            for address in candidates(model, mine, theirs) {
                for supposed in suppositions(model, mine, theirs) {
                    let Some(found) = met(model, &address, &supposed, (one, mine), (other, theirs))
                    else {
                        continue;
                    };
                    if found.certain {
                        return Some(found);
                    }
                    uncertain.get_or_insert(found);
                }
            }
        }
    }
    uncertain
}

/// A way in which one person has what both selectors ask of the directory: directory names.
#[derive(Clone, Default)]
struct Supposed {
    groups: Vec<String>,
    attributes: BTreeMap<String, String>,
}

/// Whether the person, having just what is supposed, is meant by both sides.
fn met(
    model: &Model,
    address: &Option<Address>,
    supposed: &Supposed,
    (one, mine): (&Side, &Selector),
    (other, theirs): (&Side, &Selector),
) -> Option<Somebody> {
    let mut directory = Directory::default();
    if let Some(address) = address {
        supposed.groups.iter().for_each(|it| directory.add_group(address, it));
        supposed.attributes.iter().for_each(|it| directory.set_attribute(address, it.0, it.1));
    }
    let internal = address.as_ref().is_some_and(|it| model.is_internal(it));
    let person = Person { address: address.as_ref(), internal, directory: &directory };
    if !model.side_matches(one, &person) || !model.side_matches(other, &person) {
        return None;
    }
    let who = address.as_ref().map(ToString::to_string).unwrap_or_default();
    let asks: Vec<&Selector> = [mine, theirs].into_iter().filter(|it| asks_directory(it)).collect();
    let mut supposing: Vec<String> =
        asks.iter().map(|it| format!("{who} is {}", selector_words(model, it))).collect();
    supposing.dedup();
    // Two different things of the directory about one person are known at run time only.
    let certain = !(asks_directory(mine) && asks_directory(theirs) && mine != theirs);
    Some(Somebody { address: address.clone(), certain, supposing })
}

fn asks_directory(selector: &Selector) -> bool {
    matches!(selector, Selector::Group(_) | Selector::Attribute { .. })
}

/// Every way to give one person what both selectors ask.
fn suppositions(model: &Model, mine: &Selector, theirs: &Selector) -> Vec<Supposed> {
    let mut all = vec![Supposed::default()];
    for selector in [mine, theirs] {
        match selector {
            Selector::Group(group) => {
                let name = model.sets.groups.get(group.0).map(|it| it.directory.clone());
                all.iter_mut().for_each(|it| it.groups.extend(name.clone()));
            }
            Selector::Attribute { attribute, value, .. } => {
                let Some(declared) = model.sets.attributes.get(attribute.0) else { continue };
                let mut values = declared.order.clone();
                if values.is_empty() {
                    values.push(value.clone());
                }
                let give = |it: &Supposed| -> Vec<Supposed> {
                    let with = |value: &String| {
                        let mut it = it.clone();
                        it.attributes.insert(declared.directory.clone(), value.clone());
                        it
                    };
                    values.iter().map(with).collect()
                };
                all = all.iter().flat_map(give).collect();
            }
            Selector::Address(_)
            | Selector::AddressSet(_)
            | Selector::Domain(_)
            | Selector::DomainSet(_)
            | Selector::Everyone
            | Selector::External
            | Selector::Internal
            | Selector::Null => {}
        }
    }
    all
}

/// People to try for a pair of selectors: those of the narrower one.
fn candidates(model: &Model, mine: &Selector, theirs: &Selector) -> Vec<Option<Address>> {
    if *mine == Selector::Null || *theirs == Selector::Null {
        return vec![None];
    }
    if let Some(addresses) = addresses(model, mine, theirs) {
        return addresses.into_iter().map(Some).collect();
    }
    let mut found: Vec<Option<Address>> = Vec::new();
    for domain in domains(model, mine).into_iter().chain(domains(model, theirs)) {
        found.extend(LOCALS.iter().map(|it| Address::from_parts(it, domain.clone()).ok()));
    }
    let everyone = [mine, theirs].iter().all(|it| **it == Selector::Everyone);
    found.retain(Option::is_some);
    if found.is_empty() || everyone {
        let mut free = organisation_domains(model);
        free.extend(outside());
        for domain in free {
            found.extend(LOCALS.iter().map(|it| Address::from_parts(it, domain.clone()).ok()));
        }
        found.retain(Option::is_some);
        found.push(None);
    }
    found
}

/// Local parts of people who are in no list: a second one where the first is an exception.
const LOCALS: [&str; 3] = ["alice", "someone", "x-nobody-wrote-this"];

/// Addresses that one of the selectors lists and the other may mean; nothing where neither lists any.
fn addresses(model: &Model, mine: &Selector, theirs: &Selector) -> Option<Vec<Address>> {
    if let (Selector::Address(one), _) | (_, Selector::Address(one)) = (mine, theirs) {
        return Some(vec![one.clone()]);
    }
    let (one, other) = (members(model, mine), members(model, theirs));
    if let (Some(one), Some(other)) = (one, other) {
        let both = one.iter().filter(|it| other.binary_search(it).is_ok());
        return Some(both.take(MEMBERS_TRIED_MAX).cloned().collect());
    }
    let (listed, other) = match (one, other) {
        (Some(one), _) => (one, theirs),
        (None, other) => (other?, mine),
    };
    let directory = Directory::default();
    let may_be = |it: &&Address| {
        let internal = model.is_internal(it);
        let person = Person { address: Some(it), internal, directory: &directory };
        asks_directory(other) || model.any_matches(std::slice::from_ref(other), &person)
    };
    Some(listed.iter().filter(may_be).take(MEMBERS_TRIED_MAX).cloned().collect())
}

/// The members of a set of addresses.
fn members<'m>(model: &'m Model, selector: &Selector) -> Option<&'m [Address]> {
    let Selector::AddressSet(set) = selector else { return None };
    model.sets.addresses.get(set.0).map(|it| it.members.as_slice())
}

/// One domain for each pattern of a selector, and for a wildcard one that nobody wrote.
fn domains(model: &Model, selector: &Selector) -> Vec<Domain> {
    let patterns = match selector {
        Selector::Domain(pattern) => std::slice::from_ref(pattern),
        Selector::DomainSet(set) => {
            model.sets.domains.get(set.0).map(|it| it.members.as_slice()).unwrap_or_default()
        }
        Selector::Internal => return organisation_domains(model),
        Selector::Address(_)
        | Selector::AddressSet(_)
        | Selector::Attribute { .. }
        | Selector::Everyone
        | Selector::External
        | Selector::Group(_)
        | Selector::Null => &[],
    };
    patterns
        .iter()
        .take(MEMBERS_TRIED_MAX)
        .filter_map(|it| inside(it.wildcard, &it.domain))
        .collect()
}

fn organisation_domains(model: &Model) -> Vec<Domain> {
    model.organisation.domains.iter().filter_map(|it| inside(it.wildcard, &it.domain)).collect()
}

fn inside(wildcard: bool, domain: &Domain) -> Option<Domain> {
    if wildcard {
        Domain::parse(&format!("mail.{}", domain.as_str())).ok()
    } else {
        Some(domain.clone())
    }
}

/// Domains that no rule names, unless somebody wrote the first.
fn outside() -> Vec<Domain> {
    ["elsewhere.example", "x-nobody-wrote-this.example"]
        .iter()
        .filter_map(|it| Domain::parse(it).ok())
        .collect()
}

/// A peer that both let in: `Some(None)` where any will do, nothing where there is none.
#[expect(clippy::option_option, reason = "none to be found is not the same as any will do")]
fn common_peer(one: Option<&[Network]>, other: Option<&[Network]>) -> Option<Option<IpAddr>> {
    let first = |it: &Network| Some(host(it));
    match (one, other) {
        (None, None) => Some(None),
        (Some(one), None) => one.first().map(first),
        (None, Some(other)) => other.first().map(first),
        (Some(one), Some(other)) => {
            let pairs = one.iter().flat_map(|it| other.iter().map(move |other| (it, other)));
            let narrower = pairs.filter_map(|(it, other)| {
                if it.contains(other.first()) {
                    Some(other)
                } else {
                    other.contains(it.first()).then_some(it)
                }
            });
            narrower.map(first).next()
        }
    }
}

/// An address of a network that looks like a host.
fn host(network: &Network) -> IpAddr {
    let next = match network.first() {
        IpAddr::V4(first) => IpAddr::V4(first.to_bits().saturating_add(1).into()),
        IpAddr::V6(first) => IpAddr::V6(first.to_bits().saturating_add(1).into()),
    };
    if network.contains(next) { next } else { network.first() }
}
