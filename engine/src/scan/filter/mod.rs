//! Where a pattern can stand at all, told from its expression: a cheap search decides, and the
//! automaton runs only there.
//!
//! Of an expression one of three things is drawn. Atoms: texts of which every match holds one. A
//! hub: an octet that every match holds, and which octets can stand around it. Or digits: at least
//! so many that every match holds, and how far apart they can stand. Each place found opens a
//! window that holds every match around it.

mod atoms;
mod digits;
mod hub;

use regex_syntax::hir::Hir;

pub(crate) use self::hub::Hub;
use self::{
    atoms::{Atoms, atoms},
    digits::{Digits, digits},
};

/// Octets between two digits of a match: with more the digits say nothing.
const GAP_MAX: usize = 16;

/// Octets of a window before and after what was found; with more the whole text is searched.
const AROUND_MAX: usize = 1024;

/// Fewer digits stand everywhere.
const DIGITS_MIN: usize = 2;

/// What every match of a pattern holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Filter {
    /// One of these texts.
    Atoms { texts: Vec<String>, around: Around },
    /// This octet among these.
    Hub(Hub),
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
        if let Some(hub) = Hub::new(hir) {
            return Self::Hub(hub);
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

impl Around {
    fn max(self, other: Self) -> Self {
        Self { before: self.before.max(other.before), after: self.after.max(other.after) }
    }
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
