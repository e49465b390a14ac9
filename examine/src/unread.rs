//! What was not read of a part, told from its octets: whatever has no reader here is unreadable,
//! never empty.
//! Pictures, sound and films are the exception ([`crate::media`]).

use memchr::memmem;

use crate::{
    kind::{controls, encrypted},
    leaf::Label,
    limits::SNIFFED_OCTETS,
    media::is_media,
    remark::{BINARY_IN_TEXT, Remark, UNREAD_ARCHIVE, UNREAD_DOCUMENT, UNREAD_FILE},
};

/// What the octets are to those who read the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// A file, which is opened by what it is.
    File,
    /// Text of the message itself, which is shown as the text that it is.
    Shown,
}

/// How far into a part examination reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    Nothing,
    /// Its text was read.
    Text,
    /// It was opened, and what is inside stands beside it.
    Opened,
}

/// Why a part cannot be read, or not all of it.
pub(crate) fn unread(bytes: &[u8], label: &Label, role: Role, reach: Reach) -> Option<Remark> {
    if bytes.is_empty() {
        return None;
    }
    let known = match (role, reach) {
        (Role::File, Reach::Opened) => of_start(bytes),
        (Role::File, Reach::Nothing | Reach::Text) => encrypted(bytes).or_else(|| format(bytes)),
        (Role::Shown, _) => None,
    };
    if known.is_some() || is_media(bytes, label) {
        return known;
    }
    match reach {
        Reach::Nothing => Some(UNREAD_FILE),
        Reach::Text => (controls(bytes) * 20 > bytes.len()).then_some(BINARY_IN_TEXT),
        Reach::Opened => None,
    }
}

/// A format that has no reader here, by its first octets.
pub(crate) fn of_start(bytes: &[u8]) -> Option<Remark> {
    let at =
        |from: usize, octets: &[u8]| bytes.get(from..).is_some_and(|it| it.starts_with(octets));
    let is_lzh = at(6, b"-") && (at(2, b"-lh") || at(2, b"-lz"));
    if is_lzh || at(7, b"**ACE**") || at(32_769, b"CD001") {
        return Some(UNREAD_ARCHIVE);
    }
    STARTS.iter().find(|known| bytes.starts_with(known.0)).map(|known| known.1)
}

/// A format that has no reader here, by what is in its first octets.
fn format(bytes: &[u8]) -> Option<Remark> {
    let start = bytes.get(..bytes.len().min(SNIFFED_OCTETS)).unwrap_or_default();
    of_start(bytes)
        .or_else(|| memmem::find(start, b"%PDF-").map(|_| UNREAD_DOCUMENT))
        .or_else(|| encoded_file(start))
}

/// First octets of formats.
const STARTS: &[(&[u8], Remark)] = &[
    // PostScript, which programs print.
    (b"%!PS", UNREAD_DOCUMENT),
    (b"\x04%!PS", UNREAD_DOCUMENT),
    (b"\xc5\xd0\xd3\xc6", UNREAD_DOCUMENT),
    // The archives of cpio.
    (b"070701", UNREAD_ARCHIVE),
    (b"070702", UNREAD_ARCHIVE),
    (b"070707", UNREAD_ARCHIVE),
    (b"\xc7\x71", UNREAD_ARCHIVE),
    (b"\x71\xc7", UNREAD_ARCHIVE),
    (b"!<arch>\n", UNREAD_ARCHIVE),
    (b"ISc(", UNREAD_ARCHIVE),
    (b"ITSF", UNREAD_DOCUMENT),
    (b"LUKS\xba\xbe", UNREAD_ARCHIVE),
    (b"MSCF", UNREAD_ARCHIVE),
    (b"SQLite format 3\0", UNREAD_DOCUMENT),
    // Packers whose output looks much like the text in it: ARJ, LZ4, Microsoft's SZDD and KWAJ.
    (b"\x60\xea", UNREAD_ARCHIVE),
    (b"\x04\x22\x4d\x18", UNREAD_ARCHIVE),
    (b"\x02\x21\x4c\x18", UNREAD_ARCHIVE),
    (b"SZDD\x88\xf0\x27\x33", UNREAD_ARCHIVE),
    (b"SZ \x88\xf0\x27\x33", UNREAD_ARCHIVE),
    (b"KWAJ\x88\xf0\x27\xd1", UNREAD_ARCHIVE),
    // Compress, its successors, lzip, LZO, Snappy.
    (b"\x1f\x9d", UNREAD_ARCHIVE),
    (b"\x1f\xa0", UNREAD_ARCHIVE),
    (b"LZIP\x01", UNREAD_ARCHIVE),
    (b"\x89LZO\0\r\n\x1a\n", UNREAD_ARCHIVE),
    (b"\xff\x06\0\0sNaPpY", UNREAD_ARCHIVE),
    // Archives of other systems.
    (b"MSWIM\0\0\0", UNREAD_ARCHIVE),
    (b"xar!", UNREAD_ARCHIVE),
    (b"SIT!", UNREAD_ARCHIVE),
    (b"StuffIt (c)1997", UNREAD_ARCHIVE),
];

/// A file written as text, in one of the forms that newsgroups, old Macintoshes and programmers of
/// chips have.
fn encoded_file(start: &[u8]) -> Option<Remark> {
    let found = |words: &[u8]| memmem::find(start, words).is_some();
    let is_yenc = found(b"=ybegin ") && found(b" line=") && found(b" size=");
    let is_hex = || {
        let line = start.split(|it| matches!(it, b'\r' | b'\n')).next().unwrap_or_default();
        let figures = line.strip_prefix(b":").or_else(|| line.strip_prefix(b"S"));
        figures.is_some_and(|it| {
            RECORD_FIGURES_MIN <= it.len() && it.iter().all(u8::is_ascii_hexdigit)
        })
    };
    let is_other = found(b"(This file must be converted with BinHex") || is_xxencoded(start);
    (is_yenc || is_other || is_hex()).then_some(UNREAD_FILE)
}

/// Figures of the shortest record with data.
const RECORD_FIGURES_MIN: usize = 10;

/// Whether a file in the letters of xxencode stands in a text: uuencode has no small ones.
fn is_xxencoded(start: &[u8]) -> bool {
    let mut lines = start.split(|it| *it == b'\n').peekable();
    while let Some(line) = lines.next() {
        let mode = line.strip_prefix(b"begin ").and_then(|it| it.get(..4));
        let begins = mode.is_some_and(|it| {
            it.ends_with(b" ") && it.trim_ascii_end().iter().all(u8::is_ascii_digit)
        });
        let is_letter = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-');
        let data = lines.peek().map(|it| it.trim_ascii_end()).unwrap_or_default();
        if begins && data.iter().all(is_letter) && data.iter().any(u8::is_ascii_lowercase) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remark::ENCRYPTED_DOCUMENT;

    #[test]
    fn what_has_no_reader_is_unread() {
        for (bytes, remark) in [
            (&b"%PDF-1.4"[..], UNREAD_DOCUMENT),
            (b"\n\n%PDF-1.4", UNREAD_DOCUMENT),
            (b"%PDF-1.4 trailer <</Encrypt 5 0 R>>", ENCRYPTED_DOCUMENT),
            (b"=ybegin line=128 size=5 name=a\r\nabc", UNREAD_FILE),
            (b"begin 644 a.txt\nFOaWVMaJhAGpXPqZZNnAv", UNREAD_FILE),
            (b":1100000000000000\n", UNREAD_FILE),
            (b"%!PS-Adobe-3.0", UNREAD_DOCUMENT),
            (b"070701000000", UNREAD_ARCHIVE),
        ] {
            for read in [Reach::Nothing, Reach::Text] {
                let found = unread(bytes, &Label::default(), Role::File, read);
                assert_eq!(found, Some(remark), "{bytes:?}");
            }
        }
    }

    #[test]
    fn pictures_and_text_are_not() {
        let unread = |bytes, role, reach| unread(bytes, &Label::default(), role, reach);
        let picture = b"GIF89a\x01\0\x01\0\0\0\0;";
        assert_eq!(unread(picture, Role::File, Reach::Nothing), None);
        for bytes in [&b"BMW and 4012\n"[..], b"a form feed\x0c", b"RIFF"] {
            assert_eq!(unread(bytes, Role::File, Reach::Text), None, "{bytes:?}");
            assert_eq!(unread(bytes, Role::File, Reach::Nothing), Some(UNREAD_FILE), "{bytes:?}");
        }
        assert_eq!(unread(b"", Role::File, Reach::Nothing), None);
        assert_eq!(unread(b"%PDF- is how they begin", Role::Shown, Reach::Text), None);
        assert_eq!(unread(b"a\x01b\x02c\x03", Role::Shown, Reach::Text), Some(BINARY_IN_TEXT));
    }
}
