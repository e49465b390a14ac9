//! Texts that stand beside sound, films and drawings: titles, comments, lyrics, words of drawings.
//!
//! # Source
//!
//! ID3v2.3 and 2.4; `QuickTime` File Format; RIFF (1991); Vorbis I section 5; RFC 9639 section 8.6;
//! Standard MIDI Files 1.0; [MS-EMF] section 2.3.5.

use encoding_rs::{UTF_16BE, UTF_16LE};
use memchr::memmem;

use super::{loose, picture::exif};
use crate::{
    archive::{Octets, Opened},
    charset,
    limits::{OGG_OCTETS_MAX, PICTURE_TEXTS_MAX},
};

/// Reads the texts of a recording or drawing; none where there are none.
pub(super) fn read(octets: &[u8]) -> Option<Opened> {
    let mut opened = Opened::default();
    match octets {
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => exif(octets, &mut opened),
        [b'R', b'I', b'F', b'F', ..] => riff(octets, &mut opened),
        [b'O', b'g', b'g', b'S', ..] => ogg(octets, &mut opened),
        [b'f', b'L', b'a', b'C', rest @ ..] => flac(rest, &mut opened),
        [b'M', b'T', b'h', b'd', ..] => midi(octets, &mut opened),
        [1, 0, 0, 0, ..] if is_drawing(octets) => drawing(octets, &mut opened),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => boxes(octets, &mut opened),
        [b'I', b'D', b'3', ..] | [0xff, 0xe0..=0xff, ..] => tags(octets, &mut opened),
        _ => return None,
    }
    opened.texts.retain(|it| !it.trim().is_empty());
    (!opened.texts.is_empty()).then_some(opened)
}

fn text(octets: &[u8], opened: &mut Opened) {
    if opened.texts.len() < PICTURE_TEXTS_MAX {
        opened.texts.push(charset::decode(octets, None).text.replace('\0', "\n"));
    }
}

/// The tags of sound: one before it, one behind it.
fn tags(octets: &[u8], opened: &mut Opened) {
    const LAST_OCTETS: usize = 128;
    let last = octets.len().checked_sub(LAST_OCTETS).and_then(|it| octets.get(it..));
    if let Some(fields) = last.and_then(|it| it.strip_prefix(b"TAG")) {
        for field in fields.chunks(30) {
            text(field.split(|it| *it == 0).next().unwrap_or_default(), opened);
        }
    }
    let [b'I', b'D', b'3', version, _, flags, a, b, c, d, rest @ ..] = octets else { return };
    let length = [a, b, c, d].iter().fold(0, |sum, it| sum << 7 | usize::from(**it & 0x7f));
    let tag = rest.get(..length.min(rest.len())).unwrap_or_default();
    if *flags != 0 {
        // A tag that is written in another way has its words in the open all the same.
        return opened.texts.push(loose::words(tag));
    }
    let mut frames = Octets::new(tag);
    while let Some((name, frame)) = frame(&mut frames, *version) {
        const WORDLESS: [&[u8]; 6] = [b"APIC", b"GEOB", b"MCDI", b"PRIV", b"PIC", b"GEO"];
        if !WORDLESS.contains(&name) {
            of_frame(frame, opened);
        }
    }
}

/// The next frame of a tag, with its name.
fn frame<'x>(frames: &mut Octets<'x>, version: u8) -> Option<(&'x [u8], &'x [u8])> {
    let (name, length) = match version {
        2 => {
            let head = frames.take(6)?;
            let (name, [a, b, c]) = head.split_last_chunk::<3>()?;
            (name, u32::from_be_bytes([0, *a, *b, *c]))
        }
        _ => {
            let head = frames.take(10)?;
            let (name, rest) = head.split_at_checked(4)?;
            let length = u32::from_be_bytes(*rest.first_chunk()?);
            let in_sevens =
                || length.to_be_bytes().iter().fold(0, |sum, it| sum << 7 | u32::from(it & 0x7f));
            (name, if version == 3 { length } else { in_sevens() })
        }
    };
    let length = usize::try_from(length).ok()?.min(frames.rest().len());
    name.iter().all(u8::is_ascii_alphanumeric).then_some(())?;
    Some((name, frames.take(length)?))
}

/// A frame of words: its first octet tells their encoding.
fn of_frame(frame: &[u8], opened: &mut Opened) {
    let Some((encoding, words)) = frame.split_first() else { return };
    match encoding {
        1 | 2 => {
            let is_little = memmem::find(words, b"\xff\xfe").is_some();
            let encoding = if is_little { UTF_16LE } else { UTF_16BE };
            // A language of three octets may stand before.
            for start in [0, 3] {
                let words = words.get(start..).unwrap_or_default();
                let decoded = encoding.decode_without_bom_handling(words).0;
                if opened.texts.len() < PICTURE_TEXTS_MAX {
                    opened.texts.push(decoded.replace(['\0', '\u{feff}'], "\n"));
                }
            }
        }
        _ => text(words, opened),
    }
}

/// The texts of a film: those under a list of items, and those under names that begin with `©`.
fn boxes(octets: &[u8], opened: &mut Opened) {
    const HEAD: usize = 4;
    const DATA_HEAD: usize = 16;
    /// Lists that are looked at: a film has one, and a few beside it for its tracks.
    const LISTS_MAX: usize = 16;
    for name in [b"ilst", b"udta"] {
        for at in memmem::find_iter(octets, name).take(LISTS_MAX) {
            let start = at.saturating_sub(HEAD);
            let Some((_, inside)) = octets.get(start..).and_then(first_box) else { continue };
            let mut rest = inside;
            while let Some((name, value)) = first_box(rest) {
                rest = rest.get(8 + value.len()..).unwrap_or_default();
                let is_item = value.get(4..).is_some_and(|it| it.starts_with(b"data"));
                match name {
                    b"covr" => {}
                    _ if is_item => text(value.get(DATA_HEAD..).unwrap_or_default(), opened),
                    _ if name.starts_with(b"\xa9") || name == b"titl" || name == b"dscp" => {
                        opened.texts.push(loose::words(value));
                    }
                    _ => {}
                }
                if PICTURE_TEXTS_MAX < opened.texts.len() {
                    return;
                }
            }
        }
    }
}

/// The name and content of the first box.
fn first_box(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?.checked_sub(8)?;
    let (name, rest) = rest.split_at_checked(4)?;
    Some((name, rest.get(..length.min(rest.len()))?))
}

/// The chunks of a sound, film or picture: lists of texts, and what cameras say.
fn riff(octets: &[u8], opened: &mut Opened) {
    const HEAD: usize = 12;
    let mut rest = octets.get(HEAD..).unwrap_or_default();
    while let Some((name, chunk)) = chunk(&mut rest) {
        match name {
            b"EXIF" => exif(chunk.strip_prefix(b"Exif\0\0").unwrap_or(chunk), opened),
            b"LIST" if chunk.starts_with(b"INFO") => {
                let mut items = chunk.get(4..).unwrap_or_default();
                while let Some((_, item)) = self::chunk(&mut items) {
                    text(item, opened);
                }
            }
            b"id3 " | b"ID3 " => tags(chunk, opened),
            b"bext" => opened.texts.push(loose::words(chunk)),
            _ => {}
        }
    }
}

/// The next chunk, with its name; what is cut off is one as well.
fn chunk<'x>(rest: &mut &'x [u8]) -> Option<(&'x [u8], &'x [u8])> {
    let (name, behind) = rest.split_at_checked(4)?;
    let (length, behind) = behind.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (chunk, behind) = behind.split_at(length.min(behind.len()));
    // Each is filled up to an even number of octets.
    *rest = behind.get(length % 2..).unwrap_or_default();
    Some((name, chunk))
}

/// The comments of a stream, its pages put together.
fn ogg(octets: &[u8], opened: &mut Opened) {
    const HEAD: usize = 26;
    let mut stream = Vec::new();
    let mut pages = Octets::new(octets);
    while stream.len() < OGG_OCTETS_MAX && pages.rest().starts_with(b"OggS") {
        pages.take(HEAD);
        let Some(count) = pages.u8() else { break };
        let lengths = pages.take(count.into()).unwrap_or_default();
        let length: usize = lengths.iter().map(|it| usize::from(*it)).sum();
        let length = length.min(pages.rest().len());
        stream.extend_from_slice(pages.take(length).unwrap_or_default());
    }
    for start in [&b"\x03vorbis"[..], b"OpusTags", b"\x81theora"] {
        let found = memmem::find(&stream, start).and_then(|it| stream.get(it + start.len()..));
        found.into_iter().for_each(|it| comments(it, opened));
    }
    // The speech codec and others have theirs in a packet of no name.
    if opened.texts.is_empty() {
        let second = memmem::find(&stream, b"TITLE=").and_then(|it| stream.get(it..));
        let second = second.map(|it| it.get(..it.len().min(4_096)).unwrap_or_default());
        opened.texts.extend(second.map(loose::words));
    }
}

fn flac(octets: &[u8], opened: &mut Opened) {
    let mut blocks = Octets::new(octets);
    while let Some(head) = blocks.array().copied().map(u32::from_be_bytes) {
        const COMMENTS: u32 = 4;
        let length = usize::try_from(head & 0x00ff_ffff).unwrap_or(usize::MAX);
        let length = length.min(blocks.rest().len());
        let block = blocks.take(length).unwrap_or_default();
        if head >> 24 & 0x7f == COMMENTS {
            comments(block, opened);
        }
        if head >> 31 == 1 {
            break;
        }
    }
}

/// Who wrote it, then comments, each behind its length.
fn comments(octets: &[u8], opened: &mut Opened) {
    let mut fields = Octets::new(octets);
    let mut next = || {
        let length = usize::try_from(fields.u32()?).ok()?;
        let length = length.min(fields.rest().len());
        fields.take(length).map(|it| (it, fields.rest()))
    };
    let Some((vendor, mut rest)) = next() else { return };
    text(vendor, opened);
    rest = rest.get(4..).unwrap_or_default();
    let mut fields = Octets::new(rest);
    while let Some(length) = fields.u32().and_then(|it| usize::try_from(it).ok()) {
        let Some(comment) = fields.take(length) else { break };
        if !comment.starts_with(b"METADATA_BLOCK_PICTURE") {
            text(comment, opened);
        }
        if PICTURE_TEXTS_MAX <= opened.texts.len() {
            break;
        }
    }
}

/// Words among the notes, each for itself and all as karaoke shows them, which has syllables.
fn midi(octets: &[u8], opened: &mut Opened) {
    let mut sung = String::new();
    let mut left = octets;
    while let Some(at) = memchr::memchr(0xff, left) {
        left = left.get(at + 1..).unwrap_or_default();
        let [kind @ 1..=7, length @ ..0x80, rest @ ..] = left else { continue };
        let Some((words, behind)) = rest.split_at_checked(usize::from(*length)) else { continue };
        left = behind;
        if opened.texts.len() < PICTURE_TEXTS_MAX {
            text(words, opened);
        }
        if matches!(kind, 1 | 5) {
            sung.push_str(&charset::decode(words, None).text);
        }
    }
    opened.texts.push(sung);
}

fn is_drawing(octets: &[u8]) -> bool {
    const SIGN_PLACE: usize = 40;
    octets.get(SIGN_PLACE..).is_some_and(|it| it.starts_with(b" EMF"))
}

/// The words that the records of a drawing draw, each for itself and all in their order.
fn drawing(octets: &[u8], opened: &mut Opened) {
    const HEAD: usize = 8;
    let number = |at: usize, of: &[u8]| {
        let four = of.get(at..).and_then(|it| it.first_chunk::<4>());
        four.and_then(|it| usize::try_from(u32::from_le_bytes(*it)).ok())
    };
    let (mut joined, mut lines) = (String::new(), String::new());
    let mut rest = octets;
    while let (Some(kind), Some(length)) = (number(0, rest), number(4, rest)) {
        let length = length.clamp(HEAD, rest.len());
        let (record, behind) = rest.split_at(length);
        rest = behind;
        let mut draw = |count: Option<usize>, at: Option<usize>, is_wide: bool| {
            // Texts do not stand in one another, as those of an attacker may.
            if octets.len().saturating_mul(2) < joined.len() {
                return;
            }
            let octets_each = if is_wide { 2 } else { 1 };
            let words = at.and_then(|it| record.get(it..)).unwrap_or_default();
            let length = count.unwrap_or(0).saturating_mul(octets_each).min(words.len());
            let words = words.get(..length).unwrap_or_default();
            let words = match is_wide {
                true => UTF_16LE.decode_without_bom_handling(words).0.into_owned(),
                false => charset::decode(words, None).text.into_owned(),
            };
            joined.push_str(&words);
            lines.push_str(&words);
            lines.push('\n');
        };
        // What stands in the records of texts: a count of characters, and where they are.
        match kind {
            1 => draw(number(60, record), number(64, record), true),
            83 => draw(number(44, record), number(48, record), false),
            84 => draw(number(44, record), number(48, record), true),
            96 | 97 => {
                const TEXT_OCTETS: usize = 40;
                const FIRST: usize = 40;
                let count = number(32, record).unwrap_or(0);
                for at in
                    (0..count.min(record.len() / TEXT_OCTETS)).map(|it| FIRST + it * TEXT_OCTETS)
                {
                    draw(number(at + 8, record), number(at + 12, record), kind == 97);
                }
            }
            70 | 108 => lines.push_str(&loose::words(record)),
            _ => {}
        }
    }
    opened.texts.extend([lines, joined]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(octets: &[u8]) -> String {
        read(octets).map(|it| it.texts.join("|")).unwrap_or_default()
    }

    #[test]
    fn every_kind_of_text_is_found() {
        let wide: Vec<u8> = "secret".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let title = [&b"ID3\x03\0\0\0\0\0\x19TIT2\0\0\0\x0f\0\0\x01\xff\xfe"[..], &wide].concat();
        let lyrics = b"ID3\x04\0\0\0\0\0\x15USLT\0\0\0\x0b\0\0\x03eng\0secret";
        let old = b"ID3\x02\0\0\0\0\0\x0dTT2\0\0\x07\0secret";
        let mut behind = b"\xff\xfb\x90\x00TAGsecret".to_vec();
        behind.resize(4 + 128, 0);
        let film =
            b"\0\0\0\x14ftypM4A \0\0\0\0M4A \0\0\0\x3emoov\0\0\0\x36udta\0\0\0\x2emeta\0\0\0\0\
                     \0\0\0\x26ilst\0\0\0\x1e\xa9nam\0\0\0\x16data\0\0\0\x01\0\0\0\0secret";
        let comments = b"\x04\0\0\0test\x01\0\0\0\x0c\0\0\0TITLE=secret";
        let page = |data: &[u8]| {
            let length = u8::try_from(data.len()).unwrap();
            [&b"OggS\0\x02"[..], &[0; 20], &[1, length], data].concat()
        };
        let packet = [&b"\x03vorbis"[..], comments].concat();
        let (one, two) = packet.split_at(30);
        let stream = [page(b"\x01vorbis"), page(one), page(two)].concat();
        let flac = [&b"fLaC\x84\0\0\x1c"[..], comments].concat();
        let exif = b"II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\x07\0\0\0\x1a\0\0\0\0\0\0\0secret\0";
        let webp = [&b"RIFF\0\0\0\0WEBPEXIF\x21\0\0\0"[..], exif].concat();
        let mut drawing = vec![0; 88];
        drawing[..8].copy_from_slice(&[1, 0, 0, 0, 88, 0, 0, 0]);
        drawing[40..44].copy_from_slice(b" EMF");
        for letters in ["sec", "ret"] {
            let mut record = vec![0; 76];
            record[..8].copy_from_slice(&[84, 0, 0, 0, 82, 0, 0, 0]);
            record[44..52].copy_from_slice(&[3, 0, 0, 0, 76, 0, 0, 0]);
            record.extend(letters.encode_utf16().flat_map(u16::to_le_bytes));
            drawing.extend(record);
        }
        for recording in [
            title.as_slice(),
            lyrics,
            old,
            &behind,
            film,
            &stream,
            &flac,
            exif,
            &webp,
            b"RIFF\0\0\0\0WAVELIST\x12\0\0\0INFOINAM\x06\0\0\0secret",
            b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x15\0\xff\x05\x03sec\0\xff\x05\x03ret",
            &drawing,
        ] {
            assert!(texts(recording).contains("secret"), "{recording:?}: {}", texts(recording));
        }
        for other in [&b"II*\0"[..], b"ID3", b"RIFF\0\0\0\0WAVE", b"no recording", b""] {
            assert_eq!(texts(other), "", "{other:?}");
        }
    }
}
