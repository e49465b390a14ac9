//! Text in the flow of a page: white space, lines, cells.

use std::collections::BTreeSet;

/// Appends text, each run of white space as one space.
pub(super) fn push_collapsed(target: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                if !target.is_empty() && !target.ends_with([' ', '\n', '\t']) {
                    target.push(' ');
                }
            }
            character => target.push(character),
        }
    }
}

/// Takes spaces away at the end.
pub(super) fn trim_spaces(text: &mut String) {
    text.truncate(text.trim_end_matches([' ', '\t']).len());
}

/// Ends the line.
pub(super) fn break_line(text: &mut String) {
    trim_spaces(text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Ends the cell of a table.
pub(super) fn break_cell(text: &mut String) {
    trim_spaces(text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\t');
    }
}

/// Ends the word.
pub(super) fn break_word(text: &mut String) {
    if !text.is_empty() && !text.ends_with([' ', '\n', '\t']) {
        text.push(' ');
    }
}

/// The lines of a text that another lacks, each with its neighbours: what is alike in both shall
/// not count twice.
pub(crate) fn differing(text: &str, other: &str) -> String {
    let known: BTreeSet<&str> = other.lines().collect();
    let differs: Vec<bool> = text.lines().map(|it| !known.contains(it)).collect();
    let is_told = |at: usize| {
        let near = differs.get(at.saturating_sub(1)..differs.len().min(at.saturating_add(2)));
        near.unwrap_or_default().contains(&true)
    };
    let told: Vec<&str> =
        text.lines().enumerate().filter(|(at, _)| is_told(*at)).map(|it| it.1).collect();
    told.join("\n")
}
