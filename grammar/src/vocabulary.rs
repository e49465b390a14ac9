//! The first words of items and lines, for tools that offer and explain them.

use crate::{
    forms::{ITEMS, Lines, block_form},
    scribe,
};

/// The words that begin an item, `writ` and `use` among them.
pub fn items() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|it| it.key)
}

/// The outcome of the language that other systems call by this word, in small letters.
///
/// ```
/// assert_eq!(grammar::vocabulary::outcome_called("quarantine"), Some("hold"));
/// ```
#[must_use]
pub fn outcome_called(word: &str) -> Option<&'static str> {
    scribe::outcome_called(word)
}

/// The first words of the lines that a block has; nothing for a set, whose lines are entries, and for
/// what has no block. A `message` is the block inside of a `test`.
///
/// ```
/// assert!(grammar::vocabulary::lines("policy").contains(&"valid"));
/// assert!(grammar::vocabulary::lines("domains").is_empty());
/// ```
#[must_use]
pub fn lines(block: &str) -> Vec<&'static str> {
    match block_form(block).map(|it| it.lines) {
        Some(Lines::Properties(forms)) => forms.iter().map(|it| it.key).collect(),
        Some(Lines::Entries(_)) | None => Vec::new(),
    }
}
