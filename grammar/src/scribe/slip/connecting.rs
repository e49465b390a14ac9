//! The small words and commas between values: forgotten, or others than the language has.

use super::{Slip, Spot};
use crate::{
    diagnostic::{COMMA, COMMA_MISSING, OWN_LINE, VALID_RANGE, WORD_MISSING, WORD_OTHER},
    layout::{Piece, PieceKind, pieces},
    phrase,
    statement::{self, Rule},
};

/// Words that connect values and mean nothing alone.
const CONNECTING: &[&str] = &[
    "activates",
    "after",
    "as",
    "at",
    "contains",
    "counts",
    "directory",
    "file",
    "for",
    "from",
    "in",
    "is",
    "least",
    "most",
    "on",
    "points",
    "recipients",
    "tag",
    "text",
    "than",
    "times",
    "to",
    "until",
    "up",
    "with",
    "words",
];

/// Words that people put in the place of those.
const OTHERS: &[&str] = &[
    "a", "above", "after", "an", "as", "at", "before", "by", "equals", "for", "from", "in", "into",
    "is", "max", "maximum", "minimum", "of", "on", "over", "than", "then", "through", "till", "to",
    "until", "upto", "using", "via", "when", "with", "within", "=", "==", ">", ">=", ":", "-", "–",
    "->", "=>",
];

/// Words that can be put in at the place, and make the whole statement read.
fn insertions(spot: &Spot<'_>, place: std::ops::Range<usize>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in spot.expected.iter().flat_map(|rule| words_of(*rule)) {
        if !CONNECTING.contains(&word.as_str()) {
            continue;
        }
        if let Some(words) = chain(spot, place.clone(), word)
            && !found.contains(&words)
        {
            found.push(words);
        }
    }
    found
}

/// The words that what a rule reads can begin with.
fn words_of(rule: Rule) -> Vec<String> {
    let begins: &[(Rule, &[&str])] = &[
        (Rule::cap, &["up"]),
        (Rule::at_least, &["at"]),
        (Rule::last_day, &["until"]),
        (Rule::first_day, &["from"]),
        (Rule::range, &["from", "until"]),
    ];
    match begins.iter().find(|it| it.0 == rule) {
        Some((_, words)) => words.iter().map(|word| (*word).to_owned()).collect(),
        None => phrase::keyword(rule).into_iter().collect(),
    }
}

/// The word with those that must follow it, if the statement reads with them.
fn chain(spot: &Spot<'_>, place: std::ops::Range<usize>, word: String) -> Option<String> {
    let mut words = word;
    for _ in 0..3 {
        let padded = match (spot.token.is_empty(), place.is_empty()) {
            (true, _) => format!(" {words}"),
            (false, true) => format!("{words} "),
            (false, false) => words.clone(),
        };
        let Err(stop) = statement::read(spot.rule, &spot.with(place.clone(), &padded)) else {
            return Some(words);
        };
        let after = place.start.saturating_add(padded.trim_end().len());
        // Something else on the line is wrong as well.
        let beyond = if place.is_empty() { spot.token.len() } else { 0 };
        if stop.at > after.saturating_add(1).saturating_add(beyond) {
            return Some(words);
        }
        let [next] = stop.expected.as_slice() else { return None };
        let next = phrase::keyword(*next)?;
        if stop.at < after || stop.at > after.saturating_add(1) {
            return None;
        }
        words = format!("{words} {next}");
    }
    None
}

/// A second property on the line of the first.
pub(super) fn own_line(spot: &Spot<'_>) -> Option<Slip> {
    let before = spot.before();
    let is_property = spot.kind == Some(PieceKind::Word) && spot.begins_property(spot.token);
    let until = matches!(spot.token, "from" | "to")
        && spot.rule == Rule::valid_line
        && spot.after().trim_start().starts_with(|it: char| it.is_ascii_digit() || it == '"');
    if until || !is_property || !before.contains(char::is_whitespace) || !spot.reads(before) {
        return None;
    }
    let token = spot.token;
    Some(
        Slip::new(OWN_LINE, format!("`{token}` begins a line of its own"), spot.place())
            .certainly("begin a new line before it", before.len()..spot.at, "\n  ")
            .reading(before.len()..spot.text.len(), ""),
    )
}

/// Another small word than the one that belongs here.
pub(super) fn other_word(spot: &Spot<'_>) -> Option<Slip> {
    if !OTHERS.contains(&spot.token) {
        return None;
    }
    let found = insertions(spot, spot.place());
    let [words] = found.as_slice() else { return None };
    let code = if spot.rule == Rule::valid_line { VALID_RANGE } else { WORD_OTHER };
    let message = format!("`{words}` belongs here, not `{}`", spot.token);
    let slip = Slip::new(code, message, spot.place());
    let title = format!("write `{words}`");
    Some(slip.certainly(title, spot.place(), words))
}

/// A small word that was left out.
pub(super) fn missing_word(spot: &Spot<'_>) -> Option<Slip> {
    let mut found = insertions(spot, spot.at..spot.at);
    // A bypass must end.
    found.sort_by_key(|it| it == "from" && spot.block.is_some_and(|it| it.called == "a bypass"));
    found.sort_by_key(|it| it != "times");
    let all: Vec<String> = found.iter().map(|it| format!("`{it}`")).collect();
    let missing = phrase::either(&all);
    let (message, place) = if spot.token.is_empty() {
        (format!("{missing} is missing at the end of this line"), spot.at..spot.at)
    } else {
        (format!("{missing} is missing before `{}`", spot.token), spot.place())
    };
    let text = |words: &str| {
        if spot.token.is_empty() { format!(" {words}") } else { format!("{words} ") }
    };
    let code = if spot.rule == Rule::valid_line { VALID_RANGE } else { WORD_MISSING };
    let slip = Slip::new(code, message, place);
    match found.as_slice() {
        [words] => Some(slip.certainly(format!("write `{words}`"), spot.at..spot.at, &text(words))),
        [words, others @ ..] => {
            let slip = match words.as_str() {
                "times" => slip.note(
                    "`times` limits how often it is counted, `points` what that adds to the score",
                ),
                _ => slip,
            };
            let others: Vec<String> = others.iter().map(|it| format!("`{it}`")).collect();
            let title = format!("write `{words}`, or {}", phrase::either(&others));
            Some(slip.perhaps(title, spot.at..spot.at, &text(words)))
        }
        [] => None,
    }
}

/// Commas behind entries that stand on lines of their own.
pub(super) fn comma_between_entries(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::term_entry || !spot.before().ends_with(',') {
        return None;
    }
    let all: Vec<Piece> = pieces(spot.text);
    let seen = |it: &&Piece| it.kind.is_significant() || it.kind == PieceKind::Newline;
    let mut kept = all.iter().filter(seen).peekable();
    let mut commas = Vec::new();
    while let Some(piece) = kept.next() {
        let ends_line = kept.peek().is_some_and(|it| it.kind == PieceKind::Newline);
        if piece.kind == PieceKind::Comma && ends_line {
            commas.push(piece.start..piece.end);
        }
    }
    let first = commas.first().filter(|it| it.end == spot.before().len())?.clone();
    let slip = Slip::new(COMMA, "an entry of a dictionary ends with its line", first.clone());
    let title = if commas.len() == 1 { "take the comma away" } else { "take the commas away" };
    let slip = Slip {
        title: title.to_owned(),
        edits: commas.into_iter().map(|it| (it, String::new())).collect(),
        certain: true,
        ..slip
    };
    Some(slip.reading(first.start..spot.text.len(), ""))
}

/// A comma that was left out of a list.
pub(super) fn missing_comma(spot: &Spot<'_>) -> Option<Slip> {
    let can = !spot.token.is_empty() && spot.expects(Rule::comma);
    let before = spot.before().len();
    if !can || !spot.reads(&spot.with(before..before, ",")) {
        return None;
    }
    let message = format!("a comma is missing before `{}`", spot.token);
    let slip = Slip::new(COMMA_MISSING, message, spot.place());
    Some(slip.perhaps("write `,` before it", before..before, ","))
}
