//! The part of a source line that is shown, and where a place stands in it.
//!
//! Places are counted in characters, what is shown in columns of the terminal: a wide letter takes two, a
//! tab is shown as spaces, a mark that combines takes none.

use unicode_width::UnicodeWidthChar as _;

/// Columns of a source line that are shown; longer lines are cut round the place.
const COLUMNS_MAX: usize = 120;
/// Characters kept before the place in a cut line.
const KEPT_BEFORE: usize = 40;
/// Columns of a tab.
const TAB_COLUMNS: usize = 4;

/// What is shown of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Excerpt {
    /// The text.
    pub(super) text: String,
    /// Columns before the place.
    pub(super) before: usize,
    /// Columns of the place; one at least.
    pub(super) columns: usize,
}

/// Cuts a line round the place from one column up to another, both counted from 1.
pub(super) fn excerpt(line: &str, from: usize, until: usize) -> Excerpt {
    let (from, until) = (from.saturating_sub(1), until.saturating_sub(1));
    let fits =
        line.len() <= COLUMNS_MAX || line.chars().map(columns).try_fold(0_usize, fitting).is_some();
    let skipped = if fits { 0 } else { from.saturating_sub(KEPT_BEFORE) };
    let mut excerpt = Excerpt { text: String::new(), before: 0, columns: 0 };
    if skipped > 0 {
        excerpt.text.push('…');
        excerpt.before = 1;
    }
    let mut width = excerpt.before;
    for (index, character) in line.chars().enumerate().skip(skipped) {
        let wide = columns(character);
        if !fits && width.saturating_add(wide) >= COLUMNS_MAX {
            excerpt.text.push('…');
            break;
        }
        width = width.saturating_add(wide);
        if index < from {
            excerpt.before = excerpt.before.saturating_add(wide);
        } else if index < until {
            excerpt.columns = excerpt.columns.saturating_add(wide);
        }
        push_shown(&mut excerpt.text, character);
    }
    excerpt.columns = excerpt.columns.max(1);
    excerpt
}

fn fitting(sum: usize, columns: usize) -> Option<usize> {
    Some(sum.saturating_add(columns)).filter(|sum| *sum <= COLUMNS_MAX)
}

fn columns(character: char) -> usize {
    match character {
        '\t' => TAB_COLUMNS,
        other if is_hidden(other) => 1,
        other => other.width().unwrap_or(1),
    }
}

/// Text that cannot move the cursor or turn the direction of reading.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\t' { out.push(' ') } else { push_shown(&mut out, character) }
    }
    out
}

fn push_shown(out: &mut String, character: char) {
    match character {
        '\t' => out.extend(std::iter::repeat_n(' ', TAB_COLUMNS)),
        hidden if is_hidden(hidden) => out.push('\u{FFFD}'),
        other => out.push(other),
    }
}

/// Whether a character shows nothing where it stands, or changes what others show.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, excerpt, shown};

    fn check(line: &str, from: usize, until: usize, text: &str, before: usize, columns: usize) {
        let expected = Excerpt { text: text.to_owned(), before, columns };
        assert_eq!(excerpt(line, from, until), expected);
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        check("abc def", 5, 8, "abc def", 4, 3);
        check("\tabc", 2, 5, "    abc", 4, 3);
        check("漢字 x", 4, 5, "漢字 x", 5, 1);
        check("漢字 x", 1, 3, "漢字 x", 0, 4);
        check("e\u{301}x", 3, 4, "e\u{301}x", 1, 1);
        check("a\u{202E}b", 3, 4, "a\u{FFFD}b", 2, 1);
        check("ab", 3, 3, "ab", 2, 1);
    }

    #[test]
    fn a_long_line_is_cut_round_the_place() {
        let line = format!("{}HERE{}", "a".repeat(5_000), "b".repeat(5_000));
        let cut = excerpt(&line, 5_001, 5_005);
        assert_eq!(cut.text.chars().count(), 120);
        assert!(cut.text.starts_with('…') && cut.text.ends_with('…'));
        assert_eq!(cut.text.chars().skip(cut.before).take(cut.columns).collect::<String>(), "HERE");
        let all = excerpt(&line, 1, usize::MAX);
        assert_eq!((all.before, all.columns), (0, 119));
    }

    #[test]
    fn what_is_hidden_is_replaced() {
        assert_eq!(shown("a\u{1B}[2J\u{200B}\tb"), "a\u{FFFD}[2J\u{FFFD} b");
    }
}
