//! Rules that never decide: another one outranks them wherever they apply.
//!
//! The comparison is safe, not complete: it reports only what it can prove from the lists as
//! they are written. A rule that its author disabled is not told that it never decides.

use std::collections::BTreeMap;

use grammar::{diagnostic::Diagnostic, literal::DomainPattern};

use super::{example, witness::overlap};
use crate::{
    code,
    model::{
        Model,
        clause::{BypassAct, Clause, Direction},
        selector::{Selector, Side},
    },
};

/// Reports every routing clause that another one shadows.
pub(super) fn shadowed(model: &Model, findings: &mut Vec<Diagnostic>) {
    let policies = model.policies.iter().filter(|it| !it.is_content()).map(|it| &it.clause);
    report(model, &policies.collect::<Vec<_>>(), findings);
    let routing = model.bypasses.iter().filter(|it| !matches!(it.does, BypassAct::Skips { .. }));
    report(model, &routing.map(|it| &it.clause).collect::<Vec<_>>(), findings);
}

fn report(model: &Model, clauses: &[&Clause], findings: &mut Vec<Diagnostic>) {
    // Only an `override` can outrank something that it covers: what covers is never more specific.
    let overrides = |it: &&&Clause| it.overrides_all || !it.overrides.is_empty();
    let mut by_name: BTreeMap<&str, &Clause> = BTreeMap::new();
    if clauses.iter().any(|it| overrides(&it)) {
        by_name.extend(clauses.iter().map(|it| (it.name.as_str(), *it)));
    }
    for strong in clauses.iter().filter(overrides) {
        let named = strong.overrides.iter().filter_map(|it| by_name.get(it.as_str()).copied());
        let all = clauses.iter().copied().filter(|_| strong.overrides_all);
        let mut shadowed: Vec<&Clause> = named
            .chain(all)
            .filter(|it| !it.validity.is_disabled())
            .filter(|it| outranks(strong, it) && covers(model, strong, it))
            .collect();
        shadowed.sort_by_key(|it| &it.name);
        shadowed.dedup_by_key(|it| &it.name);
        for clause in shadowed {
            let message = format!(
                "`{}` never decides: `{}` outranks it wherever it applies",
                clause.name, strong.name
            );
            let finding = Diagnostic::new(code::NEVER_DECIDES, message).primary(clause.span, "");
            let finding = finding.secondary(strong.span, "always wins");
            findings.push(match example_of_both(model, strong, clause) {
                Some(message) => finding.note(format!("both apply to: {message}")),
                None => finding,
            });
        }
    }
}

fn example_of_both(model: &Model, strong: &Clause, weak: &Clause) -> Option<String> {
    let pairs =
        strong.directions.iter().flat_map(|it| weak.directions.iter().map(move |on| (it, on)));
    let mut met = pairs.filter_map(|(mine, theirs)| overlap(model, (strong, mine), (weak, theirs)));
    met.next().map(|it| example(&it.example))
}

fn outranks(strong: &Clause, weak: &Clause) -> bool {
    strong.name != weak.name
        && !weak.overrides.contains(&strong.name)
        && (strong.overrides.contains(&weak.name) || strong.overrides_all && !weak.overrides_all)
}

fn covers(model: &Model, strong: &Clause, weak: &Clause) -> bool {
    let source = match (&strong.source, &weak.source) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(strong), Some(weak)) => weak
            .iter()
            .all(|it| strong.iter().any(|net| net.contains(it.first()) && net.contains(it.last()))),
    };
    let direction = |weak: &Direction| {
        strong.directions.iter().any(|it| {
            side_covers(model, &it.from, &weak.from) && side_covers(model, &it.to, &weak.to)
        })
    };
    source
        && strong.compare == weak.compare
        && strong.validity.covers(&weak.validity)
        && weak.directions.iter().all(direction)
}

/// Whether everybody whom `weak` means is meant by `strong`.
fn side_covers(model: &Model, strong: &Side, weak: &Side) -> bool {
    let selected =
        |it: &Selector| strong.any_of.iter().any(|wide| selector_covers(model, wide, it));
    let excepted = |it: &Selector| weak.except.iter().any(|wide| selector_covers(model, wide, it));
    weak.any_of.iter().all(selected) && strong.except.iter().all(excepted)
}

/// Whether everybody whom `narrow` means is meant by `wide`, as far as the lists tell.
pub(crate) fn selector_covers(model: &Model, wide: &Selector, narrow: &Selector) -> bool {
    if wide == narrow || *wide == Selector::Everyone {
        return true;
    }
    let means = |address: &grammar::literal::Address| {
        let facts = crate::facts::Facts::default();
        let person = crate::program::person::Person::new(model, Some(address), &facts);
        model.any_matches(std::slice::from_ref(wide), &person)
    };
    match narrow {
        Selector::Address(address) => means(address),
        Selector::AddressSet(set) => {
            model.sets.addresses.get(set.0).is_some_and(|it| it.members.iter().all(means))
        }
        Selector::Domain(pattern) => pattern_covered(model, wide, pattern),
        Selector::DomainSet(set) => {
            let members = model.sets.domains.get(set.0).map(|it| it.members.as_slice());
            members.is_some_and(|it| {
                !it.is_empty() && it.iter().all(|it| pattern_covered(model, wide, it))
            })
        }
        Selector::Attribute { .. }
        | Selector::Everyone
        | Selector::External
        | Selector::Group(_)
        | Selector::Internal
        | Selector::Null => false,
    }
}

/// Whether every domain of a pattern is meant by `wide`.
fn pattern_covered(model: &Model, wide: &Selector, narrow: &DomainPattern) -> bool {
    let covers = |it: &DomainPattern| {
        if narrow.wildcard {
            it.wildcard && (it.domain == narrow.domain || narrow.domain.is_below(&it.domain))
        } else {
            it.matches(&narrow.domain)
        }
    };
    match wide {
        Selector::Domain(pattern) => covers(pattern),
        Selector::DomainSet(set) => {
            model.sets.domains.get(set.0).is_some_and(|it| it.members.iter().any(covers))
        }
        Selector::Everyone => true,
        Selector::Internal => model.organisation.domains.iter().any(covers),
        Selector::Address(_)
        | Selector::AddressSet(_)
        | Selector::Attribute { .. }
        | Selector::External
        | Selector::Group(_)
        | Selector::Null => false,
    }
}
