//! Text of strangers on a terminal.

/// Text that cannot move the cursor, clear the screen or turn the direction of reading. Line breaks
/// stay.
pub(crate) fn plain(text: &str) -> String {
    let harmless = |character: char| match character {
        '\n' => '\n',
        '\t' => ' ',
        hidden if hidden.is_control() => '\u{FFFD}',
        '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => '\u{FFFD}',
        other => other,
    };
    text.chars().map(harmless).collect()
}

/// The same on one line.
pub(crate) fn plain_line(text: &str) -> String {
    plain(&text.replace(['\r', '\n'], " "))
}

/// `1 file`, `2 files`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        assert_eq!(plain("a\u{1b}[2Jb\rc\n\u{202e}d"), "a\u{FFFD}[2Jb\u{FFFD}c\n\u{FFFD}d");
        assert_eq!(plain_line("a\r\nb\tc"), "a  b c");
    }
}
