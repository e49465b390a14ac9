//! Texts whose quotes are not those of the language: curly, single or pointed ones, as word processors
//! and other languages write them, and texts that stand on several lines.

use crate::forms;

/// Lines on which the end of a text is looked for.
const LINES_MAX: usize = 12;

/// Octets of its line on which the end of a text is looked for.
const LINE_OCTETS_MAX: usize = 2_048;

/// Texts inside of each other.
const NESTED_MAX: usize = 8;

/// Octets in which the end of a text over several lines is looked for.
const OCTETS_MAX: usize = 4_096;

/// Whether a text can begin with this quote.
pub(super) fn opens(quote: char) -> bool {
    matches!(quote, '\'' | '`') || !closers(quote).is_empty()
}

fn closers(quote: char) -> &'static [char] {
    match quote {
        '\u{201C}' | '\u{201D}' | '\u{201E}' => &['\u{201C}', '\u{201D}'],
        '\u{2018}' | '\u{2019}' | '\u{201A}' => &['\u{2018}', '\u{2019}', '\''],
        '\'' => &['\'', '\u{2019}'],
        '`' => &['`', '\''],
        '\u{AB}' | '\u{BB}' => &['\u{AB}', '\u{BB}'],
        '\u{2039}' | '\u{203A}' => &['\u{2039}', '\u{203A}'],
        _ => &[],
    }
}

/// The length of the text that begins with this quote, if it ends on the line.
pub(super) fn text(rest: &str, quote: char) -> Option<usize> {
    let line = line_of(rest);
    let closers = closers(quote);
    // An apostrophe inside a word ends nothing.
    let is_single = matches!(quote, '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201A}');
    let ends = |at: usize, character: char| {
        let after = at.saturating_add(character.len_utf8());
        let next = line.get(after..).and_then(|it| it.chars().next());
        let is_end = !is_single || next.is_none_or(|it| !it.is_alphanumeric());
        (closers.contains(&character) && is_end).then_some(after)
    };
    if let Some(length) = nested(line, closers).filter(|_| !is_single) {
        return Some(length);
    }
    let mut characters = line.char_indices().skip(1);
    characters.find_map(|(at, character)| ends(at, character)).or_else(|| {
        // Opened with a curly quote, closed with a straight one.
        let last = line.rfind('"').filter(|_| !is_single)?;
        last.checked_add(1)
    })
}

/// The length of a text that has others of its kind inside, if all of them end on the line: a quote after
/// white space and before a letter opens one.
fn nested(line: &str, ends: &[char]) -> Option<usize> {
    let (mut depth, mut before) = (1_usize, ' ');
    let mut characters = line.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |it| it.1);
        let is_outside = before.is_whitespace() && at > 1 && next.is_alphanumeric();
        if is_outside && !closers(character).is_empty() && !character.is_ascii() {
            depth = depth.saturating_add(1);
        } else if ends.contains(&character) {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return at.checked_add(character.len_utf8());
        }
        if depth > NESTED_MAX {
            return None;
        }
        before = character;
    }
    None
}

/// The length of a text that begins with a straight quote and ends with a curly one.
pub(super) fn closed_otherwise(rest: &str) -> Option<usize> {
    let line = line_of(rest);
    let last = line.rfind(['\u{201C}', '\u{201D}'])?;
    line.get(last..)?.chars().next().map(|quote| last.saturating_add(quote.len_utf8()))
}

/// The length of a text that begins with a straight quote and ends with one on a later line: the first
/// with an odd number of them. A line that begins like a property, or that has a brace, belongs to no text.
pub(super) fn over_lines(rest: &str) -> Option<usize> {
    let mut length = 0_usize;
    for (number, line) in rest.split_inclusive('\n').take(LINES_MAX).enumerate() {
        if number > 0 {
            let first = line.split_whitespace().next().unwrap_or("");
            if is_foreign_to_texts(line, first) {
                return None;
            }
            let quotes = line.matches('"').count();
            if quotes % 2 == 1 {
                return line.find('"').map(|at| length.saturating_add(at).saturating_add(1));
            }
            if quotes > 0 {
                return None;
            }
        }
        length = length.saturating_add(line.len());
        if length > OCTETS_MAX {
            return None;
        }
    }
    None
}

fn is_foreign_to_texts(line: &str, first: &str) -> bool {
    line.contains(['{', '}'])
        || line.trim().is_empty()
        || forms::is_item(first)
        || !forms::blocks_with(first).is_empty()
}

/// What stands between the quotes of such a text, on one line.
pub(crate) fn inside(written: &str) -> String {
    let mut characters = written.chars();
    characters.next();
    characters.next_back();
    let lines: Vec<&str> = characters.as_str().lines().map(str::trim).collect();
    match lines.as_slice() {
        [_, _, ..] => lines.join(" ").trim().to_owned(),
        [] | [_] => characters.as_str().to_owned(),
    }
}

/// The rest of the line, as far as the end of a text is looked for on it: each quote of a long line looks.
fn line_of(rest: &str) -> &str {
    let near = rest.get(..rest.floor_char_boundary(LINE_OCTETS_MAX)).unwrap_or(rest);
    near.split(['\n', '\r']).next().unwrap_or(near)
}
