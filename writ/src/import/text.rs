//! The text of an export, from the encodings that spreadsheets save.

/// Why octets are not the text of an export.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum TextError {
    /// Another encoding, usually that of an old spreadsheet.
    #[error(
        "line {line}, column {column}: these octets are no UTF-8 text; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
    )]
    Encoding {
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
    },
    /// A character that no export holds, or half of one.
    #[error("line {line}, column {column}: this is no character; the file is damaged or not text")]
    NoCharacter {
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
    },
}

/// The text: UTF-8, or UTF-16 as its first octets say, without its byte order mark; every line ends
/// with a line feed.
///
/// # Errors
///
/// [`TextError`] with the place.
pub(crate) fn decode(octets: &[u8]) -> Result<String, TextError> {
    let text = match octets {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [one, 0, ..] if *one != 0 => utf16(octets, u16::from_le_bytes)?,
        [0, other, ..] if *other != 0 => utf16(octets, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        plain => utf8(plain)?,
    };
    match text.find('\0') {
        Some(at) => Err(no_character(text.get(..at).unwrap_or_default())),
        // Once, at the edge: whoever counts lines after this finds one kind of end.
        None => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
    }
}

fn utf8(octets: &[u8]) -> Result<String, TextError> {
    std::str::from_utf8(octets).map(str::to_owned).map_err(|error| {
        let before = octets.get(..error.valid_up_to()).unwrap_or_default();
        let (line, column) = end_of(&String::from_utf8_lossy(before));
        TextError::Encoding { line, column }
    })
}

fn utf16(octets: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextError> {
    let pairs = octets.chunks(2).map(|pair| match pair {
        [one, other] => unit([*one, *other]),
        // A lone half of a pair: refused below, at its place.
        _ => LONE,
    });
    let mut text = String::new();
    for read in char::decode_utf16(pairs) {
        match read {
            Ok(character) => text.push(character),
            Err(_) => return Err(no_character(&text)),
        }
    }
    Ok(text)
}

/// Half of a character of UTF-16, which is none.
const LONE: u16 = 0xDC00;

fn no_character(before: &str) -> TextError {
    let (line, column) = end_of(before);
    TextError::NoCharacter { line, column }
}

/// Where what follows a text begins.
fn end_of(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count().saturating_add(1);
    let last = before.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_save_is_read() {
        let little: Vec<u8> = "\u{FEFF}é;b\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{FEFF}é;b\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let bare: Vec<u8> = "a;b\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&little).unwrap(), "é;b\n");
        assert_eq!(decode(&big).unwrap(), "é;b\n");
        assert_eq!(decode(&bare).unwrap(), "a;b\n");
        assert_eq!(decode(b"\xEF\xBB\xBFa\n").unwrap(), "a\n");
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
        let latin = decode(b"a,b\ncaf\xE9,x\n").unwrap_err();
        assert_eq!(latin, TextError::Encoding { line: 2, column: 4 });
        assert_eq!(decode(b"ab\0").unwrap_err(), TextError::NoCharacter { line: 1, column: 3 });
        let mut odd: Vec<u8> = "\u{FEFF}ab".encode_utf16().flat_map(u16::to_le_bytes).collect();
        odd.push(b'c');
        assert_eq!(decode(&odd).unwrap_err(), TextError::NoCharacter { line: 1, column: 3 });
    }
}
