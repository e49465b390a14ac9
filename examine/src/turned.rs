//! Text that is shown in another order than it stands in.
//!
//! # Source
//!
//! Unicode Standard Annex 9.

/// Shows what follows from the right to the left, whatever it is.
const RIGHT_TO_LEFT_OVERRIDE: char = '\u{202e}';

/// What is passed over between a letter and a mark: further marks and spaces, at most so many.
const PASSED_MAX: usize = 16;

/// Whether Latin letters or digits are shown in another order: behind an override, or on both sides of
/// an invisible mark of the scripts that are written from the right, where they change places.
pub(crate) fn is_turned(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    text.contains(RIGHT_TO_LEFT_OVERRIDE)
        || text.match_indices(is_mark).any(|(at, mark)| {
            let behind = text.get(at.saturating_add(mark.len())..).unwrap_or_default();
            let before = text.get(..at).unwrap_or_default();
            is_latin(before.chars().rev()) && is_latin(behind.chars())
        })
}

/// Whether the first character that is shown is a Latin letter or a digit.
fn is_latin(characters: impl Iterator<Item = char>) -> bool {
    let mut shown = characters.take(PASSED_MAX).filter(|it| *it != ' ' && !is_unseen(*it));
    shown.next().is_some_and(|it| it.is_ascii_alphanumeric())
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{200f}' | '\u{61c}')
}

fn is_unseen(character: char) -> bool {
    is_mark(character)
        || matches!(character, '\u{200e}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_change_places_are_told() {
        for text in
            ["a\u{202e}b", "\u{200f}JAR\u{200f}NIGHT", "JAR\u{200f} \u{200e}NIGHT", "4\u{61c}7"]
        {
            assert!(is_turned(text), "{text:?}");
        }
        for text in
            ["plain", "caf\u{e9}", "\u{200f}JAR", "שלום\u{200f} abc", "abc\u{200f}!", "a\u{200e}b"]
        {
            assert!(!is_turned(text), "{text:?}");
        }
    }
}
