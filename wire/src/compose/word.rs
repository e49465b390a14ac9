//! Encoded words: text beyond ASCII in headers.
//!
//! # Standards
//!
//! RFC 2047 §2, §5.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Octets in one encoded word (RFC 2047 §2).
const WORD_OCTETS_MAX: usize = 75;

/// Octets of a header line before it folds (RFC 2047 §2).
const LINE_OCTETS_MAX: usize = 76;

const START: &str = "=?utf-8?B?";
const END: &str = "?=";

/// Makes one line of `text`: what would end a line, or be invisible, is a blank.
pub(super) fn cleaned(text: &str) -> String {
    let line: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    // CRLF is one line end, and blanks at the ends do not survive a header.
    let words = line.split(' ').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// True when `text`, already [`cleaned`], does not come through a header as it is.
pub(super) fn needs_encoding(text: &str) -> bool {
    let long = |word: &str| LINE_OCTETS_MAX - 2 < word.len();
    !text.is_ascii() || text.contains("=?") || text.split(' ').any(long)
}

/// Writes `text` as encoded words; the first has room for `column` octets of the line before it.
pub(super) fn encoded(text: &str, column: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut room = octets_in(LINE_OCTETS_MAX.saturating_sub(column).min(WORD_OCTETS_MAX));
    let mut run = String::new();
    for letter in text.chars() {
        // A word holds whole characters (RFC 2047 §5).
        if room < run.len() + letter.len_utf8() && !run.is_empty() {
            words.push(format!("{START}{}{END}", STANDARD.encode(&run)));
            run.clear();
            room = octets_in(WORD_OCTETS_MAX);
        }
        run.push(letter);
    }
    words.push(format!("{START}{}{END}", STANDARD.encode(&run)));
    words
}

/// How many octets fit into an encoded word of `length`.
fn octets_in(length: usize) -> usize {
    length.saturating_sub(START.len() + END.len()) / 4 * 3
}
