//! Routing clauses compete: which of the candidates are beaten, and by which.

use crate::model::{clause::Clause, rank::Ranks};

/// A candidate in a competition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rival<'m> {
    pub(super) clause: &'m Clause,
    pub(super) ranks: Ranks,
}

/// Of each rival, sorted by name, the number of one that beats it; nothing for those unbeaten.
///
/// First whoever is named by another's `override NAME` is out. Of the rest, an `override` beats
/// all that are not. Of the rest, the more specific beats the less specific.
pub(super) fn beaten_by(rivals: &[Rival<'_>]) -> Vec<Option<usize>> {
    let named = |it: &Rival<'_>| {
        rivals.iter().position(|other| other.clause.overrides.contains(&it.clause.name))
    };
    let mut beaten: Vec<Option<usize>> = rivals.iter().map(named).collect();
    let standing = |beaten: &[Option<usize>]| -> Vec<usize> {
        let numbered = beaten.iter().enumerate();
        numbered.filter(|it| it.1.is_none()).map(|it| it.0).collect()
    };
    let overrides = |at: &usize| rivals.get(*at).is_some_and(|it| it.clause.overrides_all);
    let left = standing(&beaten);
    if let Some(winner) = left.iter().copied().find(overrides) {
        for at in left.iter().filter(|it| !overrides(it)) {
            set(&mut beaten, *at, winner);
        }
    }
    let left = standing(&beaten);
    for at in &left {
        let Some(mine) = rivals.get(*at) else { continue };
        let above = |it: &&usize| rivals.get(**it).is_some_and(|it| it.ranks.beats(mine.ranks));
        // Beaten by the first of those that nobody beats, so that a trace names a winner.
        let unbeaten = |it: &&usize| {
            let Some(it) = rivals.get(**it) else { return false };
            !left.iter().filter_map(|at| rivals.get(*at)).any(|other| other.ranks.beats(it.ranks))
        };
        if let Some(winner) = left.iter().filter(above).find(unbeaten) {
            set(&mut beaten, *at, *winner);
        }
    }
    beaten
}

fn set(beaten: &mut [Option<usize>], at: usize, winner: usize) {
    if let Some(slot) = beaten.get_mut(at) {
        *slot = Some(winner);
    }
}
