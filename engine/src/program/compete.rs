//! Routing clauses compete: which of the candidates are beaten, and by which.

use super::index::{Specific, Traits};
use crate::model::{Model, clause::Clause};

/// A candidate in a competition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rival {
    /// Of the clause.
    pub(super) number: u32,
    pub(super) specific: Specific,
    pub(super) traits: Traits,
}

/// How a rival comes out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// Nobody beats it.
    Unbeaten,
    /// A more specific one does; which, is told next.
    Below,
    /// The clause of this number does.
    Beaten(u32),
}

/// The place of each rival, sorted by name.
///
/// First whoever is named by another's `override NAME` is out. Of the rest, an `override` beats
/// all that are not. Of the rest, the more specific beats the less specific.
pub(super) fn compete<R: Copy + Into<Rival>>(model: &Model, rivals: &[R], places: &mut Vec<Place>) {
    places.clear();
    places.resize(rivals.len(), Place::Unbeaten);
    if rivals.len() < 2 {
        return;
    }
    name(model, rivals, places);
    override_all(rivals, places);
    rank(rivals, places);
}

/// Takes out whoever is named.
fn name<R: Copy + Into<Rival>>(model: &Model, rivals: &[R], places: &mut [Place]) {
    let clause = |it: Rival| model.numbered(it.number).map(|it| it.clause());
    let naming =
        || rivals.iter().map(|it| (*it).into()).filter(|it: &Rival| it.traits.overrides_named);
    if naming().next().is_none() {
        return;
    }
    for (rival, place) in rivals.iter().zip(places) {
        let Some(named) = clause((*rival).into()) else { continue };
        let names = |it: &Clause| it.overrides.contains(&named.name);
        if let Some(by) = naming().find(|it| clause(*it).is_some_and(names)) {
            *place = Place::Beaten(by.number);
        }
    }
}

fn override_all<R: Copy + Into<Rival>>(rivals: &[R], places: &mut [Place]) {
    let overrides = |it: &R| Into::<Rival>::into(*it).traits.overrides_all;
    let mut standing = rivals.iter().zip(places.iter()).filter(|it| *it.1 == Place::Unbeaten);
    let Some((winner, _)) = standing.find(|it| overrides(it.0)) else { return };
    let by = Into::<Rival>::into(*winner).number;
    for (rival, place) in rivals.iter().zip(places) {
        if *place == Place::Unbeaten && !overrides(rival) {
            *place = Place::Beaten(by);
        }
    }
}

fn rank<R: Copy + Into<Rival>>(rivals: &[R], places: &mut [Place]) {
    let beats = |one: &R, other: &R| {
        let (one, other): (Rival, Rival) = ((*one).into(), (*other).into());
        one.specific.beats(other.specific)
    };
    for at in 0..places.len() {
        let Some(mine) = rivals.get(at).filter(|_| places.get(at) == Some(&Place::Unbeaten)) else {
            continue;
        };
        let mut standing =
            rivals.iter().zip(places.iter()).filter(|it| !matches!(it.1, Place::Beaten(_)));
        if standing.any(|it| beats(it.0, mine))
            && let Some(place) = places.get_mut(at)
        {
            *place = Place::Below;
        }
    }
    // Beaten by the first of those that nobody beats, so that a trace names a winner.
    for at in 0..places.len() {
        let Some(mine) = rivals.get(at).filter(|_| places.get(at) == Some(&Place::Below)) else {
            continue;
        };
        let mut unbeaten = rivals.iter().zip(places.iter()).filter(|it| *it.1 == Place::Unbeaten);
        let winner = unbeaten.find(|it| beats(it.0, mine));
        let by = winner.map(|it| Into::<Rival>::into(*it.0).number);
        if let Some((place, by)) = places.get_mut(at).zip(by) {
            *place = Place::Beaten(by);
        }
    }
}
