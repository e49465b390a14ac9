//! Where a pattern can stand at all, told from its expression: a cheap search decides, and the
//! automaton runs only there.
//!
//! Of an expression one of two things is drawn. Digits: at least so many that every match holds,
//! and how far apart they can stand. Or atoms: texts of which every match holds one. Both come
//! with the most octets that a match can have before and after them, so each place found opens a
//! window that holds every match around it.
//!
//! Text is normalised, so of `[Kk\u{212a}]` only `k` can stand in it.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::shape::allowed;

/// Octets between two digits of a match: with more the digits say nothing.
const GAP_MAX: usize = 16;

/// Octets between two digits that are close together.
const GAP_CLOSE_MAX: usize = 2;

/// Digits that are rare enough to be looked for alone.
const MANY_DIGITS: usize = 7;

/// Octets of a window before and after what was found; with more the whole text is searched.
const AROUND_MAX: usize = 1024;

/// Atoms of one pattern.
const ATOMS_MAX: usize = 32;

/// Octets of the shortest atom that is worth a search.
const ATOM_OCTETS_MIN: usize = 3;

/// Fewer digits stand everywhere.
const DIGITS_MIN: usize = 2;

/// Octets that are rare in text.
const RARE: &[u8] = b"+@:/#$%&*=~^|<>{}[]\\`";

/// Octets of a window before a rare octet: they are not so rare.
const RARE_BEFORE_MAX: usize = 16;

/// What every match of a pattern holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Filter {
    /// One of these texts.
    Atoms { texts: Vec<String>, around: Around },
    /// This octet, with at most so many before it.
    Octet { octet: u8, before: usize },
    /// So many digits.
    Digits { least: usize, gap: usize, around: Around },
    /// Nothing that could be searched for cheaply.
    Nothing,
}

/// The most octets of a match before and after what it must hold; `usize::MAX` for no bound.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Around {
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Around {
    pub(crate) fn is_bounded(self) -> bool {
        self.before.max(self.after) <= AROUND_MAX
    }
}

impl Filter {
    /// Draws from an expression what every match holds.
    pub(crate) fn new(hir: &Hir) -> Self {
        if let Some(atoms) = atoms(hir) {
            let Atoms { texts, around, .. } = atoms;
            return Self::Atoms { texts, around };
        }
        if let Some((octet, before)) = rare(hir).filter(|it| it.1 <= RARE_BEFORE_MAX) {
            return Self::Octet { octet, before };
        }
        match digits(hir) {
            Digits::Surely { least, gap, around }
                if DIGITS_MIN <= least && gap <= GAP_MAX && around.is_bounded() =>
            {
                Self::Digits { least, gap, around }
            }
            Digits::Surely { .. } | Digits::Perhaps { .. } => Self::Nothing,
        }
    }
}

/// What is known of the digits in the matches of a node.
#[derive(Clone, Copy, Debug)]
enum Digits {
    /// Perhaps none, in at most so many octets.
    Perhaps { octets: usize },
    /// At least so many, at most `gap` octets between neighbours.
    Surely { least: usize, gap: usize, around: Around },
}

fn digits(hir: &Hir) -> Digits {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Digits::Perhaps { octets: 0 },
        HirKind::Literal(literal) => {
            literal.0.iter().fold(Digits::Perhaps { octets: 0 }, |sum, it| {
                sum.then(if it.is_ascii_digit() {
                    one_digit()
                } else {
                    Digits::Perhaps { octets: 1 }
                })
            })
        }
        HirKind::Class(class) if is_digits(class) => one_digit(),
        HirKind::Class(_) => Digits::Perhaps { octets: octets_max(hir) },
        HirKind::Capture(capture) => digits(&capture.sub),
        HirKind::Concat(subs) => {
            let mut before = 0_usize;
            subs.iter().fold(Digits::Perhaps { octets: 0 }, |sum, it| {
                let after = octets_max(it);
                let next = sum.before(digits(it), before, after);
                before = before.saturating_add(after);
                next
            })
        }
        HirKind::Alternation(subs) => {
            let either = subs.iter().map(digits).reduce(Digits::or);
            match either {
                Some(surely @ Digits::Surely { .. }) => surely,
                Some(Digits::Perhaps { .. }) | None => Digits::Perhaps { octets: octets_max(hir) },
            }
        }
        HirKind::Repetition(repetition) => {
            let times = usize::try_from(repetition.min).unwrap_or(usize::MAX);
            match digits(&repetition.sub) {
                Digits::Surely { least, gap, around } if times > 0 => {
                    let between = around.before.saturating_add(around.after);
                    let gap = if repetition.max == Some(1) { gap } else { gap.max(between) };
                    Digits::Surely { least: least.saturating_mul(times), gap, around }
                }
                Digits::Surely { .. } | Digits::Perhaps { .. } => {
                    Digits::Perhaps { octets: octets_max(hir) }
                }
            }
        }
    }
}

fn one_digit() -> Digits {
    Digits::Surely { least: 1, gap: 0, around: Around { before: 0, after: 0 } }
}

impl Digits {
    /// What is known of this, of so many octets, and the next after it. Where the two are far
    /// apart and one has many digits, that one tells more by itself.
    fn before(self, next: Self, octets: usize, next_octets: usize) -> Self {
        let (
            Self::Surely { least, gap, around },
            Self::Surely { least: more, gap: other_gap, around: other },
        ) = (self, next)
        else {
            return self.then(next);
        };
        let apart = around.after.saturating_add(other.before);
        if apart <= GAP_CLOSE_MAX || least.max(more) < MANY_DIGITS {
            return self.then(next);
        }
        if least >= more {
            let after = around.after.saturating_add(next_octets);
            Self::Surely { least, gap, around: Around { after, ..around } }
        } else {
            let before = other.before.saturating_add(octets);
            Self::Surely { least: more, gap: other_gap, around: Around { before, ..other } }
        }
    }

    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Perhaps { octets: one }, Self::Perhaps { octets: other }) => {
                Self::Perhaps { octets: one.saturating_add(other) }
            }
            (Self::Perhaps { octets }, Self::Surely { least, gap, around }) => {
                let before = around.before.saturating_add(octets);
                Self::Surely { least, gap, around: Around { before, ..around } }
            }
            (Self::Surely { least, gap, around }, Self::Perhaps { octets }) => {
                let after = around.after.saturating_add(octets);
                Self::Surely { least, gap, around: Around { after, ..around } }
            }
            (
                Self::Surely { least, gap, around },
                Self::Surely { least: more, gap: other_gap, around: other },
            ) => Self::Surely {
                least: least.saturating_add(more),
                gap: gap.max(other_gap).max(around.after.saturating_add(other.before)),
                around: Around { before: around.before, after: other.after },
            },
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Surely { least, gap, around },
                Self::Surely { least: other_least, gap: other_gap, around: other },
            ) => Self::Surely {
                least: least.min(other_least),
                gap: gap.max(other_gap),
                around: around.max(other),
            },
            // How many octets is told by the whole alternation.
            (Self::Perhaps { .. }, _) | (_, Self::Perhaps { .. }) => Self::Perhaps { octets: 0 },
        }
    }
}

impl Around {
    fn max(self, other: Self) -> Self {
        Self { before: self.before.max(other.before), after: self.after.max(other.after) }
    }
}

/// Whether a class holds nothing but decimal digits of any script.
fn is_digits(class: &Class) -> bool {
    let Class::Unicode(class) = class else { return false };
    let Ok(decimal) = regex_syntax::parse(r"\d") else { return false };
    let HirKind::Class(Class::Unicode(decimal)) = decimal.kind() else { return false };
    let mut others = class.clone();
    others.difference(decimal);
    others.ranges().is_empty() && !class.ranges().is_empty()
}

/// The most octets that a match of the node can have in normalised text.
fn octets_max(hir: &Hir) -> usize {
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

/// The first rare octet that every match holds, with the most octets before it.
fn rare(hir: &Hir) -> Option<(u8, usize)> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => None,
        HirKind::Literal(literal) => {
            let before = literal.0.iter().position(|it| RARE.contains(it))?;
            literal.0.get(before).map(|it| (*it, before))
        }
        HirKind::Capture(capture) => rare(&capture.sub),
        HirKind::Concat(subs) => {
            let mut before = 0_usize;
            for sub in subs {
                if let Some((octet, more)) = rare(sub) {
                    return Some((octet, before.saturating_add(more)));
                }
                before = before.saturating_add(octets_max(sub));
            }
            None
        }
        HirKind::Alternation(subs) => {
            let all: Option<Vec<(u8, usize)>> = subs.iter().map(rare).collect();
            let all = all?;
            let octet = all.first()?.0;
            let alike = all.iter().all(|it| it.0 == octet);
            all.iter().map(|it| (octet, it.1)).max().filter(|_| alike)
        }
        HirKind::Repetition(repetition) => rare(&repetition.sub).filter(|_| repetition.min > 0),
    }
}

/// Texts of which every match holds one.
struct Atoms {
    texts: Vec<String>,
    around: Around,
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

fn atoms(hir: &Hir) -> Option<Atoms> {
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

/// The case fold of a character, where it is one character.
pub(crate) fn folded(character: char) -> Option<char> {
    let mut folded = character.to_uppercase().flat_map(char::to_lowercase);
    folded.next().filter(|_| folded.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(expression: &str) -> Filter {
        let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
        Filter::new(&parser.parse(expression).unwrap())
    }

    fn digits(least: usize, gap: usize, before: usize, after: usize) -> Filter {
        Filter::Digits { least, gap, around: Around { before, after } }
    }

    #[test]
    fn numbers_are_told_by_their_digits() {
        assert_eq!(filter(r"\b(?:\d[ -]?){12,18}\d\b"), digits(13, 1, 0, 0));
        assert_eq!(filter(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b"), digits(10, 1, 0, 0));
        assert_eq!(filter(r"(?:\d{2}|[a-c]\d\d\d)x?"), digits(2, 0, 1, 1));
        assert_eq!(filter(r"\d+[a-z]+\d"), Filter::Nothing);
        assert_eq!(filter(r"[a-z]+\d{4}"), Filter::Nothing);
    }

    #[test]
    fn words_are_told_by_their_text() {
        let atoms = |texts: &[&str], before, after| Filter::Atoms {
            texts: texts.iter().map(|it| (*it).to_owned()).collect(),
            around: Around { before, after },
        };
        assert_eq!(filter(r"\bGHP_[0-9]{36}\b"), atoms(&["ghp_"], 0, 36));
        assert_eq!(filter(r"(?:AKIA|ASIA)[0-9]{16}"), atoms(&["kia", "sia"], 1, 16));
        // "ref", ":", " " and six digits of up to four octets each stand before it.
        assert_eq!(filter(r"ref:? \d{6} invoice"), atoms(&[" invoice"], 3 + 1 + 1 + 24, 0));
    }
}
