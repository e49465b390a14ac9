//! Text in the flow of a page: white space, lines, cells.

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
