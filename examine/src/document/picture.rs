//! Texts that stand beside the picture in a file of a picture: titles, comments, properties.
//!
//! # Source
//!
//! PNG (W3C) section 11.3.3; JPEG (ITU-T T.81) annex B; Exif 2.3; GIF (version 89a) section 24; XMP part 3.

use encoding_rs::UTF_16LE;
use memchr::memmem;

use super::{
    loose,
    markup::{self, Shared, characters},
};
use crate::{
    archive::{self, Inflate, Opened},
    budget::Budget,
    charset,
    kind::picture,
    limits::PICTURE_TEXTS_MAX,
};

/// Reads the texts of a picture; none where there are none.
pub(super) fn read(octets: &[u8], budget: &mut Budget) -> Option<Opened> {
    let mut opened = Opened::default();
    match picture(octets)? {
        "image/png" => png(octets, &mut opened, budget),
        "image/jpeg" => jpeg(octets, &mut opened),
        "image/gif" => gif(octets, &mut opened),
        _ => {}
    }
    packet(octets, &mut opened);
    opened.texts.retain(|it| !it.trim().is_empty());
    (!opened.texts.is_empty() || !opened.remarks.is_empty()).then_some(opened)
}

/// The packet of XMP, which stands in the open in pictures of every kind.
fn packet(octets: &[u8], opened: &mut Opened) {
    let Some(start) = memmem::find(octets, b"<x:xmpmeta") else { return };
    const END: &[u8] = b"</x:xmpmeta>";
    let rest = octets.get(start..).unwrap_or_default();
    let end = memmem::find(rest, END).map_or(rest.len(), |it| it + END.len());
    if let Some(xml) = rest.get(..end).and_then(characters) {
        let read = markup::read(&xml, &mut Shared::default());
        opened.texts.extend([read.shown, read.hidden]);
    }
}

fn text(octets: &[u8], opened: &mut Opened) {
    if opened.texts.len() < PICTURE_TEXTS_MAX {
        opened.texts.push(charset::decode(octets, None).text.into_owned());
    }
}

fn png(octets: &[u8], opened: &mut Opened, budget: &mut Budget) {
    const SIGN_OCTETS: usize = 8;
    let mut rest = octets.get(SIGN_OCTETS..).unwrap_or_default();
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let (chunk, behind) = behind.split_at(length.min(behind.len()));
        const SUM_OCTETS: usize = 4;
        rest = behind.get(SUM_OCTETS..).unwrap_or_default();
        match &kind {
            b"tEXt" => text(chunk, opened),
            b"iTXt" | b"zTXt" => packed(&kind, chunk, opened, budget),
            b"eXIf" => exif(chunk, opened),
            _ => {}
        }
    }
}

/// A text whose keyword stands in the open, and which may be deflated.
fn packed(kind: &[u8; 4], chunk: &[u8], opened: &mut Opened, budget: &mut Budget) {
    let mut parts = chunk.splitn(2, |it| *it == 0);
    let (keyword, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    text(keyword, opened);
    let (is_packed, rest) = match (kind, rest) {
        (b"zTXt", [_method, rest @ ..]) => (true, rest),
        (_, [flag, _method, rest @ ..]) => {
            // A language, and the keyword in it.
            let mut parts = rest.splitn(3, |it| *it == 0);
            let names = (parts.next(), parts.next());
            text(names.1.unwrap_or_default(), opened);
            (*flag == 1, parts.next().unwrap_or_default())
        }
        _ => return,
    };
    if !is_packed {
        return text(rest, opened);
    }
    const ZLIB_OCTETS: usize = 2;
    let deflated = rest.get(ZLIB_OCTETS..).unwrap_or_default();
    let unpacked = budget.read(deflated.len(), Inflate::new(deflated));
    opened.remarks.extend(unpacked.stop.map(archive::remark));
    text(&unpacked.octets, opened);
}

fn jpeg(octets: &[u8], opened: &mut Opened) {
    let mut rest = octets.get(2..).unwrap_or_default();
    while let [0xff, marker, one, two, behind @ ..] = rest {
        const SCAN: u8 = 0xda;
        if *marker == SCAN {
            return;
        }
        let length = usize::from(u16::from_be_bytes([*one, *two])).saturating_sub(2);
        let (segment, behind) = behind.split_at(length.min(behind.len()));
        rest = behind;
        match marker {
            0xfe => text(segment, opened),
            0xe1 if segment.starts_with(b"Exif\0\0") => {
                exif(segment.get(6..).unwrap_or_default(), opened);
            }
            0xed => opened.texts.push(loose::words(segment)),
            _ => {}
        }
    }
}

/// Texts in the directories of Exif.
pub(super) fn exif(octets: &[u8], opened: &mut Opened) {
    // Values do not stand in one another, as those of an attacker may.
    let mut left = octets.len();
    let little = octets.starts_with(b"II");
    let short = |at: usize| {
        let two: [u8; 2] = octets.get(at..)?.first_chunk().copied()?;
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| {
        let four: [u8; 4] = octets.get(at..)?.first_chunk().copied()?;
        let number = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        usize::try_from(number).ok()
    };
    const DIRECTORIES_MAX: usize = 8;
    let mut directories: Vec<usize> = long(4).into_iter().collect();
    let mut next = 0;
    while let Some(at) = directories.get(next).copied().filter(|_| next < DIRECTORIES_MAX) {
        next += 1;
        let count = short(at).map_or(0, usize::from);
        for entry in (0..count).map(|it| at.saturating_add(2 + it * 12)) {
            let (Some(tag), Some(kind), Some(count)) =
                (short(entry), short(entry + 2), long(entry + 4))
            else {
                break;
            };
            let place = if count <= 4 { Some(entry + 8) } else { long(entry + 8) };
            let value = place.and_then(|it| octets.get(it..)).unwrap_or_default();
            let value = value.get(..count.min(value.len()).min(left)).unwrap_or_default();
            left -= value.len();
            if PICTURE_TEXTS_MAX <= opened.texts.len() {
                return;
            }
            match (tag, kind) {
                (0x8769 | 0x8825, _) => directories.extend(long(entry + 8)),
                (0x9286, _) => text(value.get(8..).unwrap_or_default(), opened),
                (0x9c9b..=0x9c9f, _) => {
                    opened.texts.push(UTF_16LE.decode_without_bom_handling(value).0.into_owned());
                }
                (_, 2) => text(value, opened),
                _ => {}
            }
        }
    }
}

fn gif(octets: &[u8], opened: &mut Opened) {
    // A comment is a block of its own; what looks like one inside of a picture is at worst noise.
    for at in memmem::find_iter(octets, b"\x21\xfe").take(PICTURE_TEXTS_MAX) {
        let mut comment = Vec::new();
        let mut rest = octets.get(at + 2..).unwrap_or_default();
        while let [count, behind @ ..] = rest {
            let (block, behind) = behind.split_at(usize::from(*count).min(behind.len()));
            comment.extend_from_slice(block);
            rest = behind;
            const COMMENT_OCTETS_MAX: usize = 64 * 1024;
            if *count == 0 || COMMENT_OCTETS_MAX < comment.len() {
                break;
            }
        }
        text(&comment, opened);
    }
}

#[cfg(test)]
mod tests {
    use wire::mime::Limits;

    use super::*;

    fn texts(octets: &[u8]) -> String {
        let opened = read(octets, &mut Budget::new(&Limits::default()));
        opened.map(|it| it.texts.join("|")).unwrap_or_default()
    }

    fn png(kind: &[u8], chunk: &[u8]) -> Vec<u8> {
        let length = u32::try_from(chunk.len()).unwrap().to_be_bytes();
        [&b"\x89PNG\r\n\x1a\n"[..], &length, kind, chunk, &[0; 4]].concat()
    }

    #[test]
    fn every_kind_of_text_is_found() {
        let stored = b"Title\0\0\x78\x01\x01\x06\0\xf9\xffsecret\0\0\0\0";
        let exif = b"II*\0\x08\0\0\0\x02\0\x0e\x01\x02\0\x07\0\0\0\x26\0\0\0\
                     \x9b\x9c\x01\0\x04\0\0\0s\0x\0\0\0\0\0secret\0";
        let jpeg = |marker: u8, segment: &[u8]| {
            let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
            [&[0xff, 0xd8, 0xff, marker][..], &length, segment, &[0xff, 0xda, 0, 0]].concat()
        };
        for picture in [
            png(b"tEXt", b"Title\0secret"),
            png(b"zTXt", stored),
            png(b"iTXt", b"Title\0\0\0en\0Titel\0secret"),
            png(b"eXIf", exif),
            jpeg(0xfe, b"secret"),
            jpeg(0xe1, &[&b"Exif\0\0"[..], exif].concat()),
            jpeg(0xed, b"Photoshop 3.0\0secret"),
            jpeg(0xe1, b"http://x\0<x:xmpmeta><a>secret</a></x:xmpmeta>"),
            b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe\x06secret\0\x3b".to_vec(),
        ] {
            assert!(texts(&picture).contains("secret"), "{picture:?}: {}", texts(&picture));
        }
        assert_eq!(texts(b"GIF89a\x01\0\x01\0"), "");
        assert_eq!(texts(b"no picture"), "");
    }
}
