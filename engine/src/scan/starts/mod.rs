//! Where patterns can begin: asked for all patterns at once, 64 in one word.
//!
//! A pattern takes part whose matches begin at the edge of a word with a word character, or with a
//! digit, or with either of another script: few places of a text are such (`family`). There the
//! next sixteen octets are summed up in four numbers of eight bits (which are digits, which are word
//! characters), and for each number a table tells which patterns can look like that; then the first
//! eight octets are asked one by one (`group`). What is left is a place where the automaton of the
//! pattern is started.

mod family;
mod group;
mod places;

use self::family::Family;
pub(super) use self::places::Places;
use super::shape::{DIGITS, Octets, Shape, WORDS};

/// Places that are listed for one message; with more, each pattern looks for its own.
const LISTED_MAX: usize = 1 << 18;

/// Places that there is room for before the first is found.
const LISTED_AT_FIRST: usize = 512;

/// Where the matches of a pattern begin.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Begins {
    /// With an ASCII digit, or with a character beyond ASCII.
    AtDigit,
    /// With an ASCII word character that has none before it, or with a character beyond ASCII.
    AtEdge,
}

/// A pattern that takes part.
pub(super) struct Entrant<'a> {
    pub(super) pattern: usize,
    pub(super) begins: Begins,
    pub(super) shape: &'a Shape,
}

/// The tables of all patterns that take part.
#[derive(Clone, Debug)]
pub(super) struct Starts {
    families: Vec<Family>,
}

impl Begins {
    /// How all matches of a pattern begin, if alike and if `at_edge` says whether at one.
    pub(super) fn of(shape: &Shape, at_edge: bool) -> Option<Self> {
        let [Octets { ascii, .. }, ..] = shape.places();
        match (at_edge, ascii & !DIGITS, ascii & !WORDS) {
            (true, _, 0) => Some(Self::AtEdge),
            (false, 0, _) => Some(Self::AtDigit),
            (true | false, ..) => None,
        }
    }
}

impl Starts {
    pub(super) fn new(entrants: &[Entrant<'_>]) -> Self {
        let family = |begins: Begins| {
            let these = entrants.iter().filter(|it| it.begins == begins);
            Family::new(begins, these.map(|it| (it.pattern, it.shape)))
        };
        let families = [Begins::AtDigit, Begins::AtEdge].map(family);
        let families = families.into_iter().filter(|it| !it.is_empty()).collect();
        Self { families }
    }

    /// Lists the places in these texts, each with its number, where a pattern can begin that
    /// `is_wanted`; nothing when they are too many.
    pub(super) fn places<'t>(
        &self,
        patterns: usize,
        texts: impl Iterator<Item = (usize, &'t str)>,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Option<Places> {
        let wanted: Vec<Vec<u64>> = self.families.iter().map(|it| it.wanted(&is_wanted)).collect();
        let mut all = Vec::with_capacity(LISTED_AT_FIRST);
        for (number, text) in texts {
            let number = u32::try_from(number).ok()?;
            u32::try_from(text.len()).ok()?;
            for (family, wanted) in self.families.iter().zip(&wanted) {
                family.list(text.as_bytes(), wanted, |pattern, at| {
                    // The length fits, so the offset does.
                    all.push((pattern, (number, u32::try_from(at).unwrap_or(u32::MAX))));
                    all.len() < LISTED_MAX
                })?;
            }
        }
        Some(Places::new(patterns, &all))
    }
}
