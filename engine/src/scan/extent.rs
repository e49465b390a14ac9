//! Which octets of normalised text a match of an expression can take, how many, and where it
//! begins.

use regex_syntax::hir::{Hir, HirKind, Look};

use super::shape::{FOLLOWING, Octets, allowed};

/// The most octets that a match of the node can have in normalised text.
pub(super) fn octets_max(hir: &Hir) -> usize {
    let is_ascii = |it: &Hir| match it.kind() {
        HirKind::Class(class) => allowed(class).others == 0,
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Literal(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Alternation(_)
        | HirKind::Concat(_) => false,
    };
    let most = hir.properties().maximum_len();
    match hir.kind() {
        HirKind::Class(_) if is_ascii(hir) => 1,
        HirKind::Repetition(repetition) if is_ascii(&repetition.sub) => {
            most.and(repetition.max).and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX)
        }
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Alternation(_)
        | HirKind::Concat(_) => most.unwrap_or(usize::MAX),
    }
}

/// The octets that can stand in a match of the node.
pub(super) fn octets_of(hir: &Hir) -> Octets {
    let none = Octets::default();
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => none,
        HirKind::Literal(literal) => literal.0.iter().fold(none, |mut all, it| {
            all.add(*it);
            all
        }),
        HirKind::Class(class) => {
            let first = allowed(class);
            if first.others == 0 { first } else { first.or(FOLLOWING) }
        }
        HirKind::Capture(capture) => octets_of(&capture.sub),
        HirKind::Repetition(repetition) => octets_of(&repetition.sub),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => {
            subs.iter().fold(none, |all, it| all.or(octets_of(it)))
        }
    }
}

/// The most octets that an attempt at a match can take before it fails or has found one.
pub(crate) fn attempt_octets_max(hir: &Hir) -> usize {
    let may_be_empty = |it: &Hir| it.properties().minimum_len().unwrap_or(0) == 0;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(_) | HirKind::Class(_) => octets_max(hir),
        HirKind::Capture(capture) => attempt_octets_max(&capture.sub),
        HirKind::Concat(subs) => {
            // After the last part that takes something, the rest can be left out.
            let Some(last) = subs.iter().rposition(|it| !may_be_empty(it)) else { return 0 };
            let (before, after) = subs.split_at_checked(last).unwrap_or((subs, &[]));
            let before = before.iter().map(octets_max).fold(0, usize::saturating_add);
            after.first().map_or(0, attempt_octets_max).saturating_add(before)
        }
        HirKind::Alternation(subs) => subs.iter().map(attempt_octets_max).max().unwrap_or(0),
        HirKind::Repetition(repetition) => {
            let Some(rounds) = repetition.min.checked_sub(1) else { return 0 };
            let rounds = usize::try_from(rounds).unwrap_or(usize::MAX);
            let before = octets_max(&repetition.sub).saturating_mul(rounds);
            attempt_octets_max(&repetition.sub).saturating_add(before)
        }
    }
}

/// Whether every match begins at the edge of a word.
pub(crate) fn is_at_edge(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(look, Look::WordAscii | Look::WordUnicode),
        HirKind::Capture(capture) => is_at_edge(&capture.sub),
        HirKind::Concat(subs) => subs.first().is_some_and(is_at_edge),
        HirKind::Alternation(subs) => subs.iter().all(is_at_edge),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Repetition(_) => false,
    }
}

/// The case fold of a character, where it is one character.
pub(crate) fn folded(character: char) -> Option<char> {
    let mut folded = character.to_uppercase().flat_map(char::to_lowercase);
    folded.next().filter(|_| folded.next().is_none())
}
