//! Texts of which every match of an expression holds one.
//!
//! Text is normalised, so of `[Kk\u{212a}]` only `k` can stand in it.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::{
    super::extent::{folded, octets_max},
    Around,
};

/// Atoms of one pattern.
const ATOMS_MAX: usize = 32;

/// Octets of the shortest atom that is worth a search.
const ATOM_OCTETS_MIN: usize = 3;

/// Texts of which every match holds one.
pub(super) struct Atoms {
    pub(super) texts: Vec<String>,
    pub(super) around: Around,
}

impl Atoms {
    /// The rarer the better: the shortest text counts, then how many there are.
    fn worth(&self) -> (usize, usize) {
        let shortest = self.texts.iter().map(String::len).min().unwrap_or(0);
        (shortest.min(6), ATOMS_MAX.saturating_sub(self.texts.len()))
    }

    fn are_worth_a_search(&self) -> bool {
        ATOM_OCTETS_MIN <= self.worth().0 && self.texts.len() <= ATOMS_MAX
    }
}

pub(super) fn atoms(hir: &Hir) -> Option<Atoms> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => None,
        HirKind::Literal(_) => atoms_of_run(std::slice::from_ref(hir)),
        HirKind::Capture(capture) => atoms(&capture.sub),
        HirKind::Concat(subs) => atoms_of_run(subs),
        HirKind::Alternation(subs) => {
            let mut all = Atoms { texts: Vec::new(), around: Around { before: 0, after: 0 } };
            for sub in subs {
                let one = atoms(sub)?;
                all.texts.extend(one.texts);
                all.around = all.around.max(one.around);
            }
            Some(all).filter(Atoms::are_worth_a_search)
        }
        HirKind::Repetition(repetition) => {
            let mut once = atoms(&repetition.sub).filter(|_| repetition.min > 0)?;
            // The first round holds one; the others stand after it.
            let rounds = repetition.max.and_then(|it| usize::try_from(it).ok());
            let more = rounds.map_or(usize::MAX, |it| {
                octets_max(&repetition.sub).saturating_mul(it.saturating_sub(1))
            });
            once.around.after = once.around.after.saturating_add(more);
            Some(once)
        }
    }
}

/// The best of a sequence: a run of certain characters, or what one of its nodes holds.
fn atoms_of_run(subs: &[Hir]) -> Option<Atoms> {
    let mut best: Option<Atoms> = None;
    let mut offer = |one: Atoms| {
        if one.are_worth_a_search() && best.as_ref().is_none_or(|it| it.worth() < one.worth()) {
            best = Some(one);
        }
    };
    let sum = |subs: &[Hir]| subs.iter().map(octets_max).fold(0, usize::saturating_add);
    let mut at = 0;
    while let Some(rest) = subs.get(at..).filter(|it| !it.is_empty()) {
        let before = sum(subs.get(..at).unwrap_or_default());
        let mut text = String::new();
        let run = rest.iter().take_while(|it| certain(it, &mut text)).count();
        let next = at.saturating_add(run.max(1));
        let after = sum(subs.get(next..).unwrap_or_default());
        let around = Around { before, after };
        if run > 0 {
            offer(Atoms { texts: vec![text], around });
        } else if let Some(inner) = rest.first().and_then(atoms_within) {
            let before = inner.around.before.saturating_add(before);
            let after = inner.around.after.saturating_add(after);
            offer(Atoms { texts: inner.texts, around: Around { before, after } });
        }
        at = next;
    }
    best
}

fn atoms_within(hir: &Hir) -> Option<Atoms> {
    match hir.kind() {
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Class(_)
        | HirKind::Literal(_)
        | HirKind::Concat(_) => None,
        HirKind::Alternation(_) | HirKind::Capture(_) | HirKind::Repetition(_) => atoms(hir),
    }
}

/// Appends the text of a node that matches one text only.
fn certain(hir: &Hir, text: &mut String) -> bool {
    if let HirKind::Look(_) = hir.kind() {
        return true;
    }
    if let HirKind::Literal(literal) = hir.kind() {
        let certain = std::str::from_utf8(&literal.0).ok();
        // What folding would change cannot stand in normalised text, nor be searched for.
        let certain = certain.filter(|it| it.chars().all(|it| folded(it) == Some(it)));
        text.push_str(certain.unwrap_or_default());
        return certain.is_some();
    }
    if let Some(character) = single(hir) {
        text.push(character);
        return true;
    }
    false
}

/// The one character of normalised text that a class holds, if it is one.
fn single(hir: &Hir) -> Option<char> {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return None };
    let few = class.ranges().iter().map(|it| it.len()).sum::<usize>() <= 4;
    let mut characters = class.ranges().iter().flat_map(|it| it.start()..=it.end()).filter(|_| few);
    let first = folded(characters.next()?)?;
    characters.all(|it| folded(it) == Some(first)).then_some(first)
}
