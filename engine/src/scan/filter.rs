//! Where a pattern can stand at all, told from its expression: a cheap search decides, and the
//! automaton runs only there.
//!
//! Of an expression one of two things is drawn. Digits: at least so many that every match holds,
//! and how far apart they can stand. Or atoms: texts of which every match holds one. Both come
//! with the most octets that a match can have before and after them, so each place found opens a
//! window that holds every match around it.
//!
//! Text is normalised, so of `[Kk\u{212a}]` only `k` can stand in it.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Octets between two digits of a match: with more the digits say nothing.
const GAP_MAX: usize = 16;

/// Octets of a window before and after what was found; with more the whole text is searched.
const AROUND_MAX: usize = 1024;

/// Atoms of one pattern.
const ATOMS_MAX: usize = 32;

/// Octets of the shortest atom that is worth a search.
const ATOM_OCTETS_MIN: usize = 3;

/// Fewer digits stand everywhere.
const DIGITS_MIN: usize = 2;

/// What every match of a pattern holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Filter {
    /// One of these texts.
    Atoms { texts: Vec<String>, around: Around },
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
            subs.iter().fold(Digits::Perhaps { octets: 0 }, |sum, it| sum.then(digits(it)))
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
    if single(hir).is_some_and(|it| it.is_ascii()) {
        return 1;
    }
    hir.properties().maximum_len().unwrap_or(usize::MAX)
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
fn folded(character: char) -> Option<char> {
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
