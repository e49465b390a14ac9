//! Disagreements that are known, so that after an edit only pairs with a changed clause are looked at.
//!
//! # Invariants
//!
//! - What is kept of a competition is every disagreement between its clauses as they were; where the search
//!   stopped early, nothing is kept.
//! - A clause is known by the place of its name, which is a new one where its text is. Whoever asks tells
//!   the clauses that mean something else with the same text; one that was not there has changed too.

use std::collections::{BTreeMap, BTreeSet};

use grammar::{diagnostic::Diagnostic, tree::Span};

use super::{Entrant, disagree, pairs::Pairs};
use crate::model::{Model, clause::Clause, source::Placed};

/// Findings of one kind after which the search stops; whoever has so many starts with the first.
const FINDINGS_MAX: usize = 100;

/// Clauses up to which each is compared with all others; for more of them, it is quicker to look first
/// who may meet.
const CHANGED_MAX: usize = 8;

/// The disagreements of both competitions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(super) policies: Competition,
    pub(super) bypasses: Competition,
}

/// Those of one competition; absent where they are not known.
#[derive(Clone, Debug, Default)]
pub(super) struct Competition(Option<Compared>);

/// By the names of both clauses.
type Found = BTreeMap<(Span, Span), Diagnostic>;

/// What was found among these clauses.
#[derive(Clone, Debug)]
struct Compared {
    among: Placed<Span, ()>,
    found: Found,
}

impl Competition {
    /// The disagreements in the order of the entrants.
    pub(super) fn disagreements(
        &mut self,
        model: &Model,
        entrants: &[Entrant<'_>],
        changed: &BTreeSet<Span>,
    ) -> Vec<Diagnostic> {
        let known = self.0.take().and_then(|it| updated(it, model, entrants, changed));
        let found = known.unwrap_or_else(|| all(model, entrants));
        let places: BTreeMap<Span, usize> =
            if found.is_empty() { BTreeMap::new() } else { numbers(entrants) };
        let mut sorted: Vec<_> = found.iter().collect();
        sorted.sort_by_key(|((one, other), _)| (places.get(one), places.get(other)));
        let sorted = sorted.into_iter().map(|it| it.1.clone()).collect();
        let among = || entrants.iter().map(|it| (it.clause.span, ())).collect();
        self.0 = (found.len() < FINDINGS_MAX).then(|| Compared { among: among(), found });
        sorted
    }
}

fn numbers(entrants: &[Entrant<'_>]) -> BTreeMap<Span, usize> {
    entrants.iter().enumerate().map(|(at, it)| (it.clause.span, at)).collect()
}

/// Every disagreement, up to the limit.
fn all(model: &Model, entrants: &[Entrant<'_>]) -> Found {
    let clauses: Vec<&Clause> = entrants.iter().map(|it| it.clause).collect();
    let pairs = Pairs::new(&clauses, &model.sets);
    let mut found = BTreeMap::new();
    for (at, one) in entrants.iter().enumerate() {
        for other in pairs.that_may_meet(at).into_iter().filter_map(|it| entrants.get(it)) {
            if found.len() == FINDINGS_MAX {
                return found;
            }
            let disagreement = disagree(model, one, other);
            found.extend(disagreement.map(|it| ((one.clause.span, other.clause.span), it)));
        }
    }
    found
}

/// What is known, brought up to date; nothing where too much has changed, or is found.
fn updated(
    known: Compared,
    model: &Model,
    entrants: &[Entrant<'_>],
    changed: &BTreeSet<Span>,
) -> Option<Found> {
    let Compared { among, mut found } = known;
    let is_changed = |it: &Entrant<'_>| {
        changed.contains(&it.clause.span) || !among.contains_key(&it.clause.span)
    };
    let again: Vec<usize> =
        entrants.iter().enumerate().filter(|it| is_changed(it.1)).map(|it| it.0).collect();
    if again.len() > CHANGED_MAX {
        return None;
    }
    if !found.is_empty() {
        let places = numbers(entrants);
        let stays = |it: &Span| places.contains_key(it) && !changed.contains(it);
        found.retain(|(one, other), _| stays(one) && stays(other));
    }
    for at in again {
        for (place, entrant) in entrants.iter().enumerate().filter(|it| it.0 != at) {
            let first = entrants.get(at.min(place))?;
            let second = if place < at { entrants.get(at)? } else { entrant };
            let disagreement = disagree(model, first, second);
            found.extend(disagreement.map(|it| ((first.clause.span, second.clause.span), it)));
        }
    }
    (found.len() < FINDINGS_MAX).then_some(found)
}
