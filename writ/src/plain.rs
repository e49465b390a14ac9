//! Text of strangers on a terminal.

use std::io;

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

/// What the system says of a file, in words for who called the program.
pub(crate) fn reason(error: &io::Error) -> String {
    let kind = error.kind();
    let known = REASONS.iter().find(|it| it.0 == kind).map(|it| it.1);
    if let Some(words) = known {
        return words.to_owned();
    }
    let text = error.to_string();
    if text.contains("symbolic links") {
        return "links lead round in a circle".to_owned();
    }
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// What the system says, in words.
const REASONS: &[(io::ErrorKind, &str)] = &[
    (io::ErrorKind::AlreadyExists, "it is already there"),
    (io::ErrorKind::InvalidFilename, "the name is longer than the disk allows"),
    (io::ErrorKind::IsADirectory, "this is a folder"),
    (io::ErrorKind::NotADirectory, "a part of the path is a file, not a folder"),
    (io::ErrorKind::NotFound, "there is no such file or folder"),
    (io::ErrorKind::PermissionDenied, "it may not be opened or changed"),
    (io::ErrorKind::QuotaExceeded, "the quota of the disk is used up"),
    (io::ErrorKind::ReadOnlyFilesystem, "the disk can only be read"),
    (io::ErrorKind::StorageFull, "the disk is full"),
    (io::ErrorKind::TimedOut, "the disk did not answer in time"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_speaks_plainly() {
        for number in 1..130 {
            let words = reason(&io::Error::from_raw_os_error(number));
            assert!(!words.is_empty() && !words.contains("os error"), "{number}: {words}");
        }
        assert_eq!(reason(&io::Error::from_raw_os_error(40)), "links lead round in a circle");
        assert_eq!(reason(&io::Error::other("it is a pipe")), "it is a pipe");
    }

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        assert_eq!(plain("a\u{1b}[2Jb\rc\n\u{202e}d"), "a\u{FFFD}[2Jb\u{FFFD}c\n\u{FFFD}d");
        assert_eq!(plain_line("a\r\nb\tc"), "a  b c");
    }
}
