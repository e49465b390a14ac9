//! What was not read of a part, told from its octets: whatever has no reader here is unreadable,
//! never empty.
//!
//! Pictures, sound and films are the exception: what is in them is no text, and a mail without a
//! picture in its signature is rare.

use memchr::memmem;

use crate::{
    kind::{controls, encrypted, picture},
    limits::SNIFFED_OCTETS,
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
pub(crate) fn unread(bytes: &[u8], role: Role, reach: Reach) -> Option<Remark> {
    if bytes.is_empty() {
        return None;
    }
    let known = match (role, reach) {
        (Role::File, Reach::Opened) => of_start(bytes),
        (Role::File, Reach::Nothing | Reach::Text) => encrypted(bytes).or_else(|| format(bytes)),
        (Role::Shown, _) => None,
    };
    if known.is_some() || is_picture_sound_or_film(bytes) {
        return known;
    }
    match reach {
        Reach::Nothing => Some(UNREAD_FILE),
        Reach::Text => (controls(bytes) * 20 > bytes.len()).then_some(BINARY_IN_TEXT),
        Reach::Opened => None,
    }
}

/// A format that has no reader here, by its first octets.
fn of_start(bytes: &[u8]) -> Option<Remark> {
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

/// A file written as text, in one of the forms that newsgroups and old Macintoshes have.
fn encoded_file(start: &[u8]) -> Option<Remark> {
    let found = |words: &[u8]| memmem::find(start, words).is_some();
    let is_yenc = found(b"=ybegin ") && found(b" line=") && found(b" size=");
    (is_yenc || found(b"(This file must be converted with BinHex")).then_some(UNREAD_FILE)
}

fn is_picture_sound_or_film(bytes: &[u8]) -> bool {
    let at =
        |from: usize, octets: &[u8]| bytes.get(from..).is_some_and(|tail| tail.starts_with(octets));
    let in_container =
        |octets: &[u8], kinds: &[&[u8]]| at(0, octets) && kinds.iter().any(|kind| at(8, kind));
    let bitmap = || at(0, b"BM") && at(6, &[0; 4]) && at(15, &[0; 3]);
    let meta = || at(0, &[1, 0, 0, 0]) && at(40, b" EMF");
    let audio_frame = || matches!(bytes, [0xff, 0xf1 | 0xf2 | 0xf3 | 0xf9 | 0xfa | 0xfb, ..]);
    picture(bytes).is_some()
        || MEDIA.iter().any(|octets| at(0, octets))
        || at(4, b"ftyp")
        || in_container(b"RIFF", &[b"AVI ", b"WAVE"])
        || in_container(b"FORM", &[b"AIFC", b"AIFF"])
        || bitmap()
        || meta()
        || audio_frame()
}

/// First octets of pictures, sound and films.
const MEDIA: [&[u8]; 16] = [
    b"#!AMR",
    b".snd",
    b"8BPS",
    b"FLV\x01",
    b"ID3",
    b"II*\0",
    b"MM\0*",
    b"MThd",
    b"OggS",
    b"\0\0\x01\0",
    b"\0\0\x01\xba",
    b"\0\0\x01\xb3",
    b"\0\0\0\x0cjP  ",
    b"\x1a\x45\xdf\xa3",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    b"fLaC",
];

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
        ] {
            for read in [Reach::Nothing, Reach::Text] {
                assert_eq!(unread(bytes, Role::File, read), Some(remark), "{bytes:?}");
            }
        }
    }

    #[test]
    fn pictures_and_text_are_not() {
        let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        let media: [&[u8]; 5] =
            [b"GIF89a\0\x01", bitmap, b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypmp42", b"\xff\xfb\x90"];
        for bytes in media {
            assert_eq!(unread(bytes, Role::File, Reach::Nothing), None, "{bytes:?}");
        }
        for bytes in [&b"BMW and 4012\n"[..], b"a form feed\x0c", b"RIFF"] {
            assert_eq!(unread(bytes, Role::File, Reach::Text), None, "{bytes:?}");
            assert_eq!(unread(bytes, Role::File, Reach::Nothing), Some(UNREAD_FILE), "{bytes:?}");
        }
        assert_eq!(unread(b"", Role::File, Reach::Nothing), None);
        assert_eq!(unread(b"%PDF- is how they begin", Role::Shown, Reach::Text), None);
        assert_eq!(unread(b"a\x01b\x02c\x03", Role::Shown, Reach::Text), Some(BINARY_IN_TEXT));
    }
}
