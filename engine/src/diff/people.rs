//! Whom the sides of two versions mean: whether one means everybody whom the other means, and
//! whether both can mean somebody. Safe, not complete: where the lists do not tell, the first is
//! denied and the second is granted.

use grammar::{
    literal::{Address, DomainPattern, Network},
    tree::Compare,
};

use crate::model::{
    Model,
    clause::Clause,
    selector::{Selector, Side},
};

/// One way to name people, with what its names stand for.
#[derive(Clone, Copy)]
enum Atom<'m> {
    Everyone,
    Internal,
    External,
    Null,
    Domain(&'m DomainPattern),
    Address(&'m Address),
    /// By the directory's name.
    Group(&'m str),
    Attribute {
        directory: &'m str,
        at_least: bool,
        value: &'m str,
        order: &'m [String],
    },
}

fn atoms<'m>(model: &'m Model, selectors: &'m [Selector]) -> Vec<Atom<'m>> {
    let sets = &model.sets;
    let mut atoms = Vec::new();
    for selector in selectors {
        match selector {
            Selector::Everyone => atoms.push(Atom::Everyone),
            Selector::Internal => atoms.push(Atom::Internal),
            Selector::External => atoms.push(Atom::External),
            Selector::Null => atoms.push(Atom::Null),
            Selector::Domain(pattern) => atoms.push(Atom::Domain(pattern)),
            Selector::Address(address) => atoms.push(Atom::Address(address)),
            Selector::DomainSet(set) => {
                let members = sets.domains.get(set.0).into_iter().flat_map(|it| it.members.iter());
                atoms.extend(members.map(Atom::Domain));
            }
            Selector::AddressSet(set) => {
                let members =
                    sets.addresses.get(set.0).into_iter().flat_map(|it| it.members.iter());
                atoms.extend(members.map(Atom::Address));
            }
            Selector::Group(set) => {
                atoms.extend(sets.groups.get(set.0).map(|it| Atom::Group(&it.directory)));
            }
            Selector::Attribute { attribute, at_least, value } => {
                atoms.extend(sets.attributes.get(attribute.0).map(|it| Atom::Attribute {
                    directory: &it.directory,
                    at_least: *at_least,
                    value,
                    order: &it.order,
                }));
            }
        }
    }
    atoms
}

/// Whether every domain of `narrow` is one of `wide`.
pub(super) fn pattern_covers(wide: &DomainPattern, narrow: &DomainPattern) -> bool {
    if narrow.wildcard {
        wide.wildcard && (wide.domain == narrow.domain || narrow.domain.is_below(&wide.domain))
    } else {
        wide.matches(&narrow.domain)
    }
}

fn patterns_meet(one: &DomainPattern, other: &DomainPattern) -> bool {
    pattern_covers(one, other) || pattern_covers(other, one)
}

/// Whether everybody whom `narrow` means is meant by `wide`; with the organisation's domains of each.
fn covers(
    (wide, ours): (Atom<'_>, &[DomainPattern]),
    (narrow, theirs): (Atom<'_>, &[DomainPattern]),
) -> bool {
    match (wide, narrow) {
        (Atom::Everyone, _) | (Atom::Null, Atom::Null) => true,
        (Atom::Internal, Atom::Internal) => {
            theirs.iter().all(|it| ours.iter().any(|wide| pattern_covers(wide, it)))
        }
        (Atom::Internal, Atom::Domain(it)) => ours.iter().any(|wide| pattern_covers(wide, it)),
        (Atom::Internal, Atom::Address(it)) => ours.iter().any(|wide| wide.matches(it.domain())),
        (Atom::External, Atom::External) => {
            ours.iter().all(|it| theirs.iter().any(|wide| pattern_covers(wide, it)))
        }
        (Atom::External, Atom::Domain(it)) => !ours.iter().any(|wide| patterns_meet(wide, it)),
        (Atom::External, Atom::Address(it)) => !ours.iter().any(|wide| wide.matches(it.domain())),
        (Atom::Domain(wide), Atom::Domain(it)) => pattern_covers(wide, it),
        (Atom::Domain(wide), Atom::Address(it)) => wide.matches(it.domain()),
        (Atom::Domain(wide), Atom::Internal) => theirs.iter().all(|it| pattern_covers(wide, it)),
        (Atom::Address(wide), Atom::Address(it)) => wide == it,
        (Atom::Group(wide), Atom::Group(it)) => wide == it,
        (
            Atom::Attribute { directory, at_least, value, order },
            Atom::Attribute { directory: other, at_least: from, value: had, order: values },
        ) => directory == other && attribute_covers((at_least, value, order), (from, had, values)),
        (
            Atom::Address(_)
            | Atom::Attribute { .. }
            | Atom::Domain(_)
            | Atom::External
            | Atom::Group(_)
            | Atom::Internal
            | Atom::Null,
            _,
        ) => false,
    }
}

type Wanted<'m> = (bool, &'m str, &'m [String]);

fn attribute_covers((at_least, value, order): Wanted<'_>, narrow: Wanted<'_>) -> bool {
    let (from, had, values) = narrow;
    let rank = |it: &str| order.iter().position(|one| one == it);
    let enough = |it: &str| {
        if at_least { rank(value) <= rank(it) && rank(value).is_some() } else { it == value }
    };
    if from {
        let start = values.iter().position(|it| it == had);
        start.is_some_and(|start| values.iter().skip(start).all(|it| enough(it)))
    } else {
        enough(had)
    }
}

/// Whether nobody is meant by both, as far as the lists tell.
fn apart(
    (one, ours): (Atom<'_>, &[DomainPattern]),
    (other, theirs): (Atom<'_>, &[DomainPattern]),
) -> bool {
    let half = |one: Atom<'_>, other: Atom<'_>| {
        let same = ours == theirs;
        match (one, other) {
            (Atom::Null, Atom::Everyone | Atom::Null) => false,
            (Atom::Null, _) => true,
            (Atom::Internal, Atom::External) => same,
            (Atom::Internal, Atom::Domain(it)) => {
                same && !ours.iter().any(|own| patterns_meet(own, it))
            }
            (Atom::Internal, Atom::Address(it)) => {
                same && !ours.iter().any(|own| own.matches(it.domain()))
            }
            (Atom::External, Atom::Domain(it)) => {
                same && ours.iter().any(|own| pattern_covers(own, it))
            }
            (Atom::External, Atom::Address(it)) => {
                same && ours.iter().any(|own| own.matches(it.domain()))
            }
            (Atom::Domain(one), Atom::Domain(it)) => !patterns_meet(one, it),
            (Atom::Domain(one), Atom::Address(it)) => !one.matches(it.domain()),
            (Atom::Address(one), Atom::Address(it)) => one != it,
            (
                Atom::Address(_)
                | Atom::Attribute { .. }
                | Atom::Domain(_)
                | Atom::Everyone
                | Atom::External
                | Atom::Group(_)
                | Atom::Internal,
                _,
            ) => false,
        }
    };
    half(one, other) || half(other, one)
}

/// A side, in the version that it stands in.
pub(super) type Whom<'m> = (&'m Model, &'m Side);

/// Whether everybody whom `narrow` means is meant by `wide`.
pub(super) fn side_covers(wide: Whom<'_>, narrow: Whom<'_>) -> bool {
    let (ours, theirs) = (&wide.0.organisation.domains, &narrow.0.organisation.domains);
    let meant = atoms(wide.0, &wide.1.any_of);
    let excepted = atoms(narrow.0, &narrow.1.except);
    let named = atoms(narrow.0, &narrow.1.any_of);
    let is_out = |it: Atom<'_>, of: &[DomainPattern]| {
        excepted.iter().any(|out| covers((*out, theirs), (it, of)))
    };
    let all = named.iter().all(|it| {
        meant.iter().any(|one| covers((*one, ours), (*it, theirs))) || is_out(*it, theirs)
    });
    let none_lost = atoms(wide.0, &wide.1.except).into_iter().all(|lost| {
        is_out(lost, ours) || named.iter().all(|it| apart((lost, ours), (*it, theirs)))
    });
    all && none_lost
}

/// Whether somebody may be meant by both.
fn sides_meet(one: Whom<'_>, other: Whom<'_>) -> bool {
    let (ours, theirs) = (&one.0.organisation.domains, &other.0.organisation.domains);
    let (mine, yours) = (atoms(one.0, &one.1.any_of), atoms(other.0, &other.1.any_of));
    let kept = |named: &[Atom<'_>], of: &[DomainPattern], out: Whom<'_>| {
        let out_of = &out.0.organisation.domains;
        let excepted = atoms(out.0, &out.1.except);
        named.iter().any(|it| !excepted.iter().any(|out| covers((*out, out_of), (*it, of))))
    };
    let meets =
        mine.iter().any(|it| yours.iter().any(|other| !apart((*it, ours), (*other, theirs))));
    meets && kept(&mine, ours, other) && kept(&yours, theirs, one)
}

/// Whether some message may meet two clauses, each of its version.
pub(super) fn may_meet(one: (&Model, &Clause), other: (&Model, &Clause)) -> bool {
    let envelope = one.1.compare == Compare::Envelope && other.1.compare == Compare::Envelope;
    let peers = match (&one.1.source, &other.1.source) {
        (Some(mine), Some(theirs)) => {
            mine.iter().any(|it| theirs.iter().any(|other| networks_meet(it, other)))
        }
        (None, _) | (_, None) => true,
    };
    let sides = one.1.directions.iter().any(|mine| {
        other.1.directions.iter().any(|theirs| {
            let from = !envelope || sides_meet((one.0, &mine.from), (other.0, &theirs.from));
            from && sides_meet((one.0, &mine.to), (other.0, &theirs.to))
        })
    });
    peers && sides && one.1.validity.overlaps(&other.1.validity)
}

fn network_covers(wide: &Network, narrow: &Network) -> bool {
    wide.contains(narrow.first()) && wide.contains(narrow.last())
}

fn networks_meet(one: &Network, other: &Network) -> bool {
    network_covers(one, other) || network_covers(other, one)
}

/// Whether every peer of `narrow` is one of `wide`.
pub(super) fn networks_cover(wide: &[Network], narrow: &[Network]) -> bool {
    narrow.iter().all(|it| wide.iter().any(|one| network_covers(one, it)))
}
