//! Patterns: a regular expression in linear time, and the arithmetic that its matches must pass.
//!
//! The text is normalised before (NFKC, case folded, white space to one space), so an expression
//! is compiled to ignore case: `[A-Z]{2}\d{6}` finds what the author meant. A line break is a
//! space; `^` and `$` are the ends of the subject, body, header field or name that is read.

use std::{ops::Range, sync::Arc};

use regex_automata::{
    meta::{BuildError, Config, Regex},
    util::syntax,
};

use super::{automaton::Automaton, hit::HITS_IN_SEGMENT_MAX};
use crate::checksum::Checksum;

/// Octets that one compiled expression may take.
const COMPILED_OCTETS_MAX: usize = 2 << 20;

/// Octets of the cache that one expression may fill while it runs.
const CACHE_OCTETS_MAX: usize = 1 << 20;

/// Shorter matches at one place that are tried after the longest fails a check: enough for a card
/// number with the expiry date written behind it.
const SHORTER_TRIES_MAX: usize = 32;

/// Matches that there is room for once there is one.
const RANGES_AT_FIRST: usize = 16;

/// Octets of failed matches, for each octet of text, after which a failed match is skipped as a
/// whole and the search says that it was cut short: keeps it linear.
const FAILED_OCTETS_PER_OCTET: usize = 192;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Its name as the examination's author reads it.
    pub(crate) label: Arc<str>,
    /// As written between the slashes.
    pub(crate) expression: Arc<str>,
    pub(crate) regex: Arc<Regex>,
    /// All must pass.
    pub(crate) checks: Vec<&'static Checksum>,
    pub(crate) weight: u32,
    /// Any one must stand close by; normalised.
    pub(crate) near: Vec<String>,
    pub(crate) within_words: u32,
    /// What is near must be a whole word.
    pub(crate) near_whole_word: bool,
}

/// Where a pattern stands in a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Occurrences {
    /// From left to right, none overlapping.
    pub(crate) ranges: Vec<Range<usize>>,
    /// The search was cut short by a limit: there may be more.
    pub(crate) clipped: bool,
}

/// Where the automaton looks for a match.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Start {
    /// From a place on: one pass, however long an attempt is.
    AtOrAfter,
    /// At a place only.
    There,
}

/// Compiles an expression that was parsed and found to be within the language.
pub(crate) fn compile(expression: &str) -> Result<Regex, Box<BuildError>> {
    let config = Config::new()
        .nfa_size_limit(Some(COMPILED_OCTETS_MAX))
        .hybrid_cache_capacity(CACHE_OCTETS_MAX)
        .dfa(false);
    Regex::builder()
        .configure(config)
        .syntax(syntax::Config::new().case_insensitive(true))
        .build(expression)
        .map_err(Box::new)
}

impl Pattern {
    /// Whether another pattern finds the same; what it weighs or must be near may differ.
    pub(crate) fn finds_the_same(&self, other: &Self) -> bool {
        let names = |it: &Self| it.checks.iter().map(|check| check.name).collect::<Vec<_>>();
        Arc::ptr_eq(&self.regex, &other.regex) && names(self) == names(other)
    }

    /// Every match in normalised text that passes the checks, from left to right, none overlapping.
    ///
    /// Where the longest match fails a check, shorter ones at its place and then later ones within
    /// it are tried: "12 4012 8888 8888 1881 02/27" holds a card.
    pub(crate) fn occurrences(&self, text: &str) -> Occurrences {
        let (automaton, whole) = (Automaton::plain(&self.regex), std::iter::once(0..text.len()));
        self.occurrences_within(&automaton, text, whole, |_| Start::AtOrAfter, |at, _| Some(at))
    }

    /// The same where every match lies within one of these windows, which ascend and do not
    /// overlap; `first` gives the first place from one on, before the end of its window, where a
    /// match may begin.
    pub(crate) fn occurrences_within(
        &self,
        automaton: &Automaton,
        text: &str,
        windows: impl Iterator<Item = Range<usize>>,
        start: impl Fn(&Range<usize>) -> Start,
        first: impl Fn(usize, usize) -> Option<usize>,
    ) -> Occurrences {
        let mut search = Collected::new(automaton, text);
        for window in windows {
            let start = start(&window);
            search.run(self, window.start, |mut at| {
                loop {
                    let from = first(at, window.end)?;
                    // Past the end there is nothing left to search.
                    let within = Some(from..window.end).filter(|it| it.start <= it.end)?;
                    match start {
                        Start::AtOrAfter => return automaton.at_or_after(text, within),
                        Start::There => {
                            let found = automaton.there(text, within);
                            if found.is_some() {
                                return found;
                            }
                            at = from.saturating_add(1);
                        }
                    }
                }
            });
            if search.is_full() {
                break;
            }
        }
        search.found
    }

    /// The same where every match begins at one of these places, which ascend.
    pub(crate) fn occurrences_at(
        &self,
        automaton: &Automaton,
        text: &str,
        places: impl Iterator<Item = usize>,
    ) -> Occurrences {
        let mut search = Collected::new(automaton, text);
        let mut places = places.peekable();
        search.run(self, 0, |at| {
            while places.next_if(|it| *it < at).is_some() {}
            places.find_map(|it| automaton.there(text, it..text.len()))
        });
        search.found
    }

    /// The longest match at the start of `longest` that passes every check. What is looked at in
    /// vain is taken off `octets_left`.
    fn accepted(
        &self,
        automaton: &Automaton,
        text: &str,
        longest: Range<usize>,
        octets_left: &mut usize,
    ) -> Option<Range<usize>> {
        let mut candidate = longest;
        for _ in 0..SHORTER_TRIES_MAX {
            if candidate.is_empty() {
                return None;
            }
            if text.get(candidate.clone()).is_some_and(|it| self.passes(it)) {
                return Some(candidate);
            }
            *octets_left = octets_left.checked_sub(candidate.len())?;
            let limit = candidate.end.saturating_sub(1);
            candidate = automaton.there(text, candidate.start..limit)?;
        }
        None
    }

    fn passes(&self, value: &str) -> bool {
        self.checks.iter().all(|check| (check.passes)(value))
    }
}

/// What is found, one after the other.
struct Collected<'t> {
    automaton: &'t Automaton,
    text: &'t str,
    octets_left: usize,
    found: Occurrences,
}

impl<'t> Collected<'t> {
    fn new(automaton: &'t Automaton, text: &'t str) -> Self {
        let octets_left = text.len().saturating_mul(FAILED_OCTETS_PER_OCTET);
        Self { automaton, text, octets_left, found: Occurrences::default() }
    }

    /// Collects from a place on; `next` gives the next match from one on.
    fn run(
        &mut self,
        pattern: &Pattern,
        mut at: usize,
        mut next: impl FnMut(usize) -> Option<Range<usize>>,
    ) {
        while let Some(longest) = next(at) {
            let length = longest.len();
            let (start, end) = (longest.start, longest.end);
            let accepted =
                pattern.accepted(self.automaton, self.text, longest, &mut self.octets_left);
            at = next_character(self.text, start);
            if let Some(accepted) = accepted {
                if self.found.ranges.len() >= HITS_IN_SEGMENT_MAX {
                    self.found.clipped = true;
                    break;
                }
                at = at.max(accepted.end);
                if self.found.ranges.is_empty() {
                    self.found.ranges.reserve(RANGES_AT_FIRST);
                }
                self.found.ranges.push(accepted);
            } else if self.octets_left < length {
                self.found.clipped = true;
                at = at.max(end);
            }
        }
    }

    fn is_full(&self) -> bool {
        HITS_IN_SEGMENT_MAX <= self.found.ranges.len() && self.found.clipped
    }
}

fn next_character(text: &str, at: usize) -> usize {
    let width = text.get(at..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8);
    at.saturating_add(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum;

    fn card() -> Pattern {
        Pattern {
            label: Arc::from("payment-card"),
            expression: Arc::from(r"\b(?:\d[ -]?){12,18}\d\b"),
            regex: Arc::new(compile(r"\b(?:\d[ -]?){12,18}\d\b").unwrap()),
            checks: vec![checksum::find("luhn").unwrap()],
            weight: 4,
            near: Vec::new(),
            within_words: 10,
            near_whole_word: false,
        }
    }

    #[test]
    fn a_card_between_other_numbers_is_found() {
        for text in [
            "4012 8888 8888 1881",
            "12 4012 8888 8888 1881",
            "4012 8888 8888 1881 12",
            "order 7 4012-8888-8888-1881 02 27 ok",
        ] {
            let hits = card().occurrences(text).ranges;
            assert_eq!(hits.len(), 1, "{text}");
            assert!(text.get(hits[0].clone()).unwrap().starts_with("4012"), "{text}");
        }
        assert_eq!(card().occurrences("4012 8888 8888 1882"), Occurrences::default());
    }

    #[test]
    fn many_failing_digits_stay_linear() {
        // Fifteen digits at a time that fail every check: each place costs its whole match.
        let text = "7 ".repeat(100_000);
        let found = card().occurrences(&text);
        assert!(found.ranges.len() <= HITS_IN_SEGMENT_MAX);
    }

    #[test]
    fn a_search_cut_short_says_so() {
        let checks = vec![checksum::find("iban").unwrap()];
        let endless = Pattern { regex: Arc::new(compile(r"\d+").unwrap()), checks, ..card() };
        assert!(endless.occurrences(&"12".repeat(4_000)).clipped);
        assert!(!endless.occurrences("4012888888881881").clipped);
        // A table of numbers is nothing out of the ordinary.
        assert!(!card().occurrences(&"4012888888881882 ".repeat(1_000)).clipped);
        assert!(!card().occurrences(&"7 ".repeat(1_000)).clipped);
    }

    #[test]
    fn case_is_ignored() {
        let pattern = Pattern {
            regex: Arc::new(compile("[A-Z]{2}[0-9]{3}").unwrap()),
            checks: vec![],
            ..card()
        };
        assert_eq!(pattern.occurrences("ref ab123.").ranges, vec![4..9]);
    }
}
