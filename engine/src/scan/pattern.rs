//! Patterns: a regular expression in linear time, and the arithmetic that its matches must pass.
//!
//! The text is normalised before (NFKC, case folded, white space to one space), so an expression
//! is compiled to ignore case: `[A-Z]{2}\d{6}` finds what the author meant. A line break is a
//! space; `^` and `$` are the ends of the subject, body, header field or name that is read.

use std::{ops::Range, sync::Arc};

use regex_automata::{
    Anchored, Input,
    meta::{BuildError, Config, Regex},
    util::syntax,
};

use super::hit::HITS_IN_SEGMENT_MAX;
use crate::checksum::Checksum;

/// Octets that one compiled expression may take.
const COMPILED_OCTETS_MAX: usize = 2 << 20;

/// Octets of the cache that one expression may fill while it runs.
const CACHE_OCTETS_MAX: usize = 1 << 20;

/// Shorter matches at one place that are tried after the longest fails a check: enough for a card
/// number with the expiry date written behind it.
const SHORTER_TRIES_MAX: usize = 32;

/// Octets of failed matches, for each octet of text, after which a failed match is skipped as a
/// whole: keeps the search linear.
const FAILED_OCTETS_PER_OCTET: usize = 64;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Its name as the examination's author reads it.
    pub(crate) label: String,
    pub(crate) regex: Arc<Regex>,
    /// All must pass.
    pub(crate) checks: Vec<&'static Checksum>,
    pub(crate) weight: u32,
    /// Any one must stand close by; normalised.
    pub(crate) near: Vec<String>,
    pub(crate) within_words: u32,
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
    /// Every match in normalised text that passes the checks, from left to right, none overlapping.
    ///
    /// Where the longest match fails a check, shorter ones at its place and then later ones within
    /// it are tried: "12 4012 8888 8888 1881 02/27" holds a card.
    pub(crate) fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut failed_octets_left = text.len().saturating_mul(FAILED_OCTETS_PER_OCTET);
        let mut at = 0;
        while at <= text.len() && found.len() < HITS_IN_SEGMENT_MAX {
            let Some(longest) = self.regex.search(&Input::new(text).span(at..text.len())) else {
                break;
            };
            if let Some(accepted) = self.accepted(text, longest.range()) {
                at = accepted.end.max(next_character(text, accepted.start));
                found.push(accepted);
                continue;
            }
            let spent = longest.len().saturating_mul(2).max(1);
            at = match failed_octets_left.checked_sub(spent) {
                Some(left) => {
                    failed_octets_left = left;
                    next_character(text, longest.start())
                }
                None => longest.end().max(next_character(text, longest.start())),
            };
        }
        found
    }

    /// The longest match at the start of `longest` that passes every check.
    fn accepted(&self, text: &str, longest: Range<usize>) -> Option<Range<usize>> {
        let mut candidate = longest;
        for _ in 0..SHORTER_TRIES_MAX {
            if candidate.is_empty() {
                return None;
            }
            if text.get(candidate.clone()).is_some_and(|it| self.passes(it)) {
                return Some(candidate);
            }
            let limit = candidate.end.saturating_sub(1);
            let input = Input::new(text).span(candidate.start..limit).anchored(Anchored::Yes);
            candidate = self.regex.search(&input)?.range();
        }
        None
    }

    fn passes(&self, value: &str) -> bool {
        self.checks.iter().all(|check| (check.passes)(value))
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
            label: "payment-card".to_owned(),
            regex: Arc::new(compile(r"\b(?:\d[ -]?){12,18}\d\b").unwrap()),
            checks: vec![checksum::find("luhn").unwrap()],
            weight: 4,
            near: Vec::new(),
            within_words: 10,
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
            let hits = card().occurrences(text);
            assert_eq!(hits.len(), 1, "{text}");
            assert!(text.get(hits[0].clone()).unwrap().starts_with("4012"), "{text}");
        }
        assert!(card().occurrences("4012 8888 8888 1882").is_empty());
    }

    #[test]
    fn many_failing_digits_stay_linear() {
        let text = "7 ".repeat(200_000);
        // Luhn fails nowhere and everywhere in turn; what matters is that this returns at once.
        assert!(card().occurrences(&text).len() <= HITS_IN_SEGMENT_MAX);
    }

    #[test]
    fn case_is_ignored() {
        let pattern = Pattern {
            regex: Arc::new(compile("[A-Z]{2}[0-9]{3}").unwrap()),
            checks: vec![],
            ..card()
        };
        assert_eq!(pattern.occurrences("ref ab123."), vec![4..9]);
    }
}
