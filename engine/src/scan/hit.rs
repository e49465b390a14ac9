//! What counts as a hit: the definitions that the scan and the reference evaluator share.

use std::ops::Range;

use crate::normal;

/// Hits of one term or pattern in one segment; more add nothing that a rule could ask for, and
/// the bound keeps hostile text from filling memory.
pub(crate) const HITS_IN_SEGMENT_MAX: usize = 20_000;

/// Whether no letter or digit touches the range: `whole word`.
pub(crate) fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|it| it.chars().next_back());
    let after = text.get(range.end..).and_then(|it| it.chars().next());
    !before.is_some_and(is_word) && !after.is_some_and(is_word)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The value without separators: what `distinct` and `ignore` compare.
pub(crate) fn compact(value: &str) -> String {
    let compact: String = value.chars().filter(|it| it.is_alphanumeric()).collect();
    if compact.is_empty() { value.to_owned() } else { compact }
}

/// For each occurrence of a term in text that keeps its case, whether the case is the author's; in
/// the order of the occurrences in the folded text.
pub(crate) fn cased_occurrences(
    cased: &str,
    folded_term: &str,
    exact: &str,
    whole_word: bool,
) -> Vec<bool> {
    let mapped = normal::normalise_mapped(cased);
    let mut answers = Vec::new();
    let mut free_from = 0;
    for (at, _) in mapped.text.match_indices(first_character(folded_term)) {
        let range = at..at.saturating_add(folded_term.len());
        let here = mapped.text.get(range.clone()) == Some(folded_term);
        if !here || at < free_from || (whole_word && !is_whole_word(&mapped.text, &range)) {
            continue;
        }
        free_from = range.end;
        let written = cased.get(mapped.source_offset(at)..).unwrap_or_default();
        answers.push(written.starts_with(exact));
    }
    answers
}

fn first_character(text: &str) -> &str {
    let width = text.chars().next().map_or(0, char::len_utf8);
    text.get(..width).unwrap_or_default()
}

/// Where the spaces of a segment are: tells which word an offset is in.
#[derive(Debug, Default)]
pub(crate) struct Words {
    spaces: Vec<usize>,
}

impl Words {
    pub(crate) fn new(text: &str) -> Self {
        Self { spaces: memchr::memchr_iter(b' ', text.as_bytes()).collect() }
    }

    /// Number of the word at an offset, counted from 0.
    fn at(&self, offset: usize) -> usize {
        self.spaces.partition_point(|it| *it < offset)
    }

    /// How many words lie between the ends that face each other; neighbours are 1 apart, 0 when
    /// they share a word.
    fn apart(&self, one: &Range<usize>, other: &Range<usize>) -> usize {
        let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
        let last_word = self.at(first.end.saturating_sub(1));
        self.at(second.start).saturating_sub(last_word)
    }

    /// Whether any of `others`, sorted by start, is within `words` of the range.
    pub(crate) fn near(&self, range: &Range<usize>, others: &[Range<usize>], words: u32) -> bool {
        let words = usize::try_from(words).unwrap_or(usize::MAX);
        // Only the last one that starts before and the first that starts after can be nearest,
        // since the ranges of one literal do not overlap and have one length.
        let after = others.partition_point(|it| it.start < range.start);
        let nearest = after.checked_sub(1).into_iter().chain([after]);
        nearest.filter_map(|at| others.get(at)).any(|it| self.apart(range, it) <= words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_letters_and_digits() {
        let text = "nightjar, nightjars: «nightjar» 9nightjar";
        let hits: Vec<bool> = text
            .match_indices("nightjar")
            .map(|(at, found)| is_whole_word(text, &(at..at + found.len())))
            .collect();
        assert_eq!(hits, [true, false, true, false]);
    }

    #[test]
    fn distance_is_counted_in_words() {
        let text = "heads of terms for nightjar   x";
        let words = Words::new(text);
        let (terms, nightjar) = (0..14, [19..27, 30..31]);
        assert!(!words.near(&terms, &nightjar, 1));
        assert!(words.near(&terms, &nightjar, 2));
        assert!(words.near(&(19..27), std::slice::from_ref(&terms), 2));
    }

    #[test]
    fn separators_are_no_part_of_a_value() {
        assert_eq!(compact("4012 8888-8888.1881"), "4012888888881881");
        assert_eq!(compact("--"), "--");
    }
}
