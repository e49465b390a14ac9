//! Pictures, sound and films, told by how they are made and by how they are called: what is in them
//! is no text, and a mail without a picture in its signature is rare.
//!
//! A few first octets are not enough: a program opens a file by its name, and behind those octets
//! anything can stand.

use crate::{kind::picture, leaf::Label};

/// Endings of names by which programs open a file as a picture, as sound or as a film.
const ENDINGS: &[&str] = &[
    "3g2", "3gp", "aac", "aif", "aifc", "aiff", "amr", "ani", "apng", "arw", "asf", "au", "avi",
    "avif", "bmp", "cr2", "cur", "dib", "dng", "emf", "flac", "flv", "gif", "heic", "heif", "ico",
    "j2k", "jfif", "jif", "jp2", "jpe", "jpeg", "jpg", "jpx", "m1v", "m2v", "m4a", "m4b", "m4r",
    "m4v", "mid", "midi", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpa", "mpeg", "mpg", "nef",
    "oga", "ogg", "ogv", "opus", "pjpeg", "png", "psd", "qt", "snd", "tif", "tiff", "wav", "weba",
    "webm", "webp", "wma", "wmv",
];

/// Whether octets are a picture, sound or a film, and are called so.
pub(crate) fn is_media(octets: &[u8], label: &Label) -> bool {
    is_called_so(label) && is_made_so(octets)
}

/// Whether no name, and without names no type, says anything else.
fn is_called_so(label: &Label) -> bool {
    let names = std::iter::once(&label.names.shown).chain(&label.names.others);
    let endings: Vec<&str> = names.filter_map(|it| ending(it)).collect();
    let is_typed_so = matches!(label.kind.as_str(), "audio" | "image" | "video");
    if endings.is_empty() {
        return is_typed_so || matches!(label.subtype.as_str(), "octet-stream" | "");
    }
    // A name with a date or a time ends in figures.
    let is_number = |it: &str| is_typed_so && it.bytes().all(|it| it.is_ascii_digit());
    let is_known = |it: &&str| ENDINGS.iter().any(|known| it.eq_ignore_ascii_case(known));
    endings.iter().all(|it| is_known(it) || is_number(it))
}

/// The ending of a name, by which programs open it; none for what is none.
fn ending(name: &str) -> Option<&str> {
    const LENGTH_MAX: usize = 16;
    // Windows leaves out dots and spaces at the end.
    let name = name.trim_end_matches(|it: char| it == '.' || it.is_whitespace());
    let name = name.rsplit(['/', '\\']).next()?;
    let ending = name.rsplit_once('.')?.1;
    let is_one = ending.len() <= LENGTH_MAX && ending.chars().all(char::is_alphanumeric);
    is_one.then_some(ending)
}

/// Whether the start is that of such a file in all that it says of itself.
pub(crate) fn is_made_so(octets: &[u8]) -> bool {
    picture(octets).is_some_and(|it| match it {
        "image/png" => is_png(octets),
        "image/jpeg" => is_jpeg(octets),
        "image/gif" => is_gif(octets),
        _ => is_riff(octets),
    }) || is_riff(octets)
        || is_form(octets)
        || is_tiff(octets)
        || is_bitmap(octets)
        || is_icon(octets)
        || is_metafile(octets)
        || is_boxed(octets)
        || is_sound(octets)
        || is_film(octets)
        || is_framed(octets)
}

/// The octets from a place on.
fn behind(octets: &[u8], at: usize) -> &[u8] {
    octets.get(at..).unwrap_or_default()
}

fn little(octets: &[u8], at: usize) -> Option<usize> {
    behind(octets, at).first_chunk().and_then(|it| usize::try_from(u32::from_le_bytes(*it)).ok())
}

fn big(octets: &[u8], at: usize) -> Option<usize> {
    behind(octets, at).first_chunk().and_then(|it| usize::try_from(u32::from_be_bytes(*it)).ok())
}

fn is_png(octets: &[u8]) -> bool {
    const HEADER: &[u8] = b"\0\0\0\x0dIHDR";
    behind(octets, 8).starts_with(HEADER)
}

/// Segments from the first on to the one that the picture itself follows.
fn is_jpeg(octets: &[u8]) -> bool {
    const SEGMENTS_MAX: usize = 1_000;
    let mut at = 2;
    for _ in 0..SEGMENTS_MAX {
        match *behind(octets, at) {
            // Any marker may have more of these before it.
            [0xff, 0xff, ..] => at += 1,
            [0xff, 0xda, ..] => return true,
            [0xff, 0xc0..=0xfe, high, low, ..] => {
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
            _ => return false,
        }
    }
    false
}

/// The table of colours, and what may follow it.
fn is_gif(octets: &[u8]) -> bool {
    let Some(flags) = octets.get(10) else { return false };
    let table = if flags & 0x80 == 0 { 0 } else { 3 << (1 + usize::from(flags & 7)) };
    matches!(behind(octets, 13 + table), [0x21 | 0x2c | 0x3b, ..])
}

fn is_riff(octets: &[u8]) -> bool {
    let kinds: [&[u8]; 5] = [b"ACON", b"AVI ", b"RMID", b"WAVE", b"WEBP"];
    let is_kind = kinds.iter().any(|it| behind(octets, 8).starts_with(it));
    octets.starts_with(b"RIFF") && is_kind && is_name(behind(octets, 12))
}

fn is_form(octets: &[u8]) -> bool {
    let is_kind = [b"AIFC", b"AIFF"].iter().any(|it| behind(octets, 8).starts_with(*it));
    octets.starts_with(b"FORM") && is_kind && is_name(behind(octets, 12))
}

/// Whether the four octets at the start are the name of a chunk.
fn is_name(octets: &[u8]) -> bool {
    let is_letter = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b' ' | b'_' | b'-' | 0xa9);
    octets.first_chunk::<4>().is_some_and(|it| it.iter().all(is_letter))
}

/// A directory with entries of the types that there are.
fn is_tiff(octets: &[u8]) -> bool {
    let (at, little) = match octets {
        [b'I', b'I', b'*', 0, ..] => (little(octets, 4), true),
        [b'M', b'M', 0, b'*', ..] => (big(octets, 4), false),
        _ => return false,
    };
    let short =
        |it: &[u8; 2]| if little { u16::from_le_bytes(*it) } else { u16::from_be_bytes(*it) };
    let directory = behind(octets, at.unwrap_or(usize::MAX));
    let Some((count, entries)) = directory.split_first_chunk::<2>() else { return false };
    let (entries, _) = entries.as_chunks::<12>();
    let entries = entries.get(..usize::from(short(count))).unwrap_or_default();
    let is_typed = |it: &[u8; 12]| (1..=18).contains(&short(&[it[2], it[3]]));
    !entries.is_empty() && entries.iter().all(is_typed)
}

fn is_bitmap(octets: &[u8]) -> bool {
    const HEADERS: [usize; 7] = [12, 40, 52, 56, 64, 108, 124];
    let header = little(octets, 14).filter(|it| HEADERS.contains(it));
    let pixels = little(octets, 10).filter(|it| *it <= octets.len());
    octets.starts_with(b"BM") && header.zip(pixels).is_some_and(|(header, at)| 14 + header <= at)
}

/// A list of pictures, each of which stands in the file.
fn is_icon(octets: &[u8]) -> bool {
    let [0, 0, 1 | 2, 0, low, high, rest @ ..] = octets else { return false };
    let count = usize::from(u16::from_le_bytes([*low, *high]));
    let (entries, _) = rest.as_chunks::<16>();
    let entries = entries.get(..count).unwrap_or_default();
    let stands = |it: &[u8; 16]| {
        let end = little(it, 8).zip(little(it, 12)).map(|(length, at)| at.saturating_add(length));
        end.is_some_and(|it| it <= octets.len())
    };
    !entries.is_empty() && entries.iter().all(stands)
}

fn is_metafile(octets: &[u8]) -> bool {
    octets.starts_with(&[1, 0, 0, 0])
        && behind(octets, 40).starts_with(b" EMF")
        && little(octets, 48).is_some_and(|it| it <= octets.len())
}

/// Boxes with names, one behind the other, of MPEG-4 and of JPEG 2000.
fn is_boxed(octets: &[u8]) -> bool {
    const JPEG_2000: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\n";
    const BRAND: usize = 8;
    const FIRST_MAX: usize = 1_024;
    if octets.starts_with(JPEG_2000) {
        return true;
    }
    let length = big(octets, 0).filter(|it| (16..=FIRST_MAX).contains(it));
    let follows = |length| {
        let rest = behind(octets, length);
        rest.is_empty() || is_name(behind(rest, 4))
    };
    behind(octets, 4).starts_with(b"ftyp")
        && is_name(behind(octets, BRAND))
        && length.is_some_and(follows)
}

fn is_sound(octets: &[u8]) -> bool {
    let starts: [&[u8]; 4] = [b"#!AMR\n", b"#!AMR-WB\n", b"MThd\0\0\0\x06", b"fLaC\0\0\0\x22"];
    const BASIC_HEADER: usize = 24;
    let is_basic = octets.starts_with(b".snd")
        && big(octets, 4).is_some_and(|it| (BASIC_HEADER..=octets.len()).contains(&it));
    let is_tagged = matches!(
        octets,
        [b'I', b'D', b'3', 2..=4, 0, _, 0..0x80, 0..0x80, 0..0x80, 0..0x80, tag @ ..]
            if tag.first().is_none_or(|it| *it == 0 || it.is_ascii_uppercase())
    );
    starts.iter().any(|it| octets.starts_with(it)) || is_basic || is_tagged
}

fn is_film(octets: &[u8]) -> bool {
    const WINDOWS: &[u8] = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";
    const KIND_WITHIN: usize = 64;
    let start = octets.get(..octets.len().min(KIND_WITHIN)).unwrap_or_default();
    let holds = |word| memchr::memmem::find(start, word).is_some();
    match octets {
        [b'O', b'g', b'g', b'S', 0, 0..=7, ..] => true,
        [b'F', b'L', b'V', 1, 0 | 1 | 4 | 5, 0, 0, 0, 9, ..] => true,
        [b'8', b'B', b'P', b'S', 0, 1 | 2, 0, 0, 0, 0, 0, 0, ..] => true,
        // A pack, or a sequence, of MPEG.
        [0, 0, 1, 0xba, clock, ..] => clock & 0xc0 == 0x40 || clock & 0xf0 == 0x20,
        [0, 0, 1, 0xb3, ..] => true,
        [0x1a, 0x45, 0xdf, 0xa3, ..] => holds(b"matroska") || holds(b"webm"),
        _ => octets.starts_with(WINDOWS),
    }
}

/// Frames of sound, one behind the other.
fn is_framed(octets: &[u8]) -> bool {
    let rest = frame(octets).and_then(|it| octets.get(it..));
    rest.is_some_and(|it| it.is_empty() || frame(it).is_some() || it.starts_with(b"TAG"))
}

/// Octets of the frame at the start: of MPEG layer II or III, or of AAC.
fn frame(octets: &[u8]) -> Option<usize> {
    const BITS: [[usize; 14]; 3] = [
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let [0xff, second, third, fourth, ..] = octets else { return None };
    if second & 0xf6 == 0xf0 {
        let fifth = usize::from(*octets.get(4)?);
        let sixth = usize::from(*octets.get(5)?);
        let length = usize::from(fourth & 3) << 11 | fifth << 3 | sixth >> 5;
        return (7 < length).then_some(length);
    }
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (samples, table) = match (second & 0xe0, version, layer) {
        (0xe0, 3, 1) => (144, 0),
        (0xe0, 3, 2) => (144, 1),
        (0xe0, 0 | 2, 1) => (72, 2),
        (0xe0, 0 | 2, 2) => (144, 2),
        _ => return None,
    };
    let kilobits = BITS.get(table)?.get(usize::from(third >> 4).checked_sub(1)?)?;
    let rate = [44_100_usize, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let rate = rate
        / match version {
            3 => 1,
            2 => 2,
            _ => 4,
        };
    Some(samples * kilobits * 1_000 / rate + usize::from(third >> 1 & 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn is_media_called(octets: &[u8], name: &str) -> bool {
        is_media(octets, &Label::named(name.to_owned(), BTreeSet::new()))
    }

    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";

    #[test]
    fn what_is_made_and_called_so_is() {
        let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        let bitmap = [&bitmap[..], &[0; 60]].concat();
        let frames = [&b"\xff\xfb\x90\x00"[..], &[0; 413], b"\xff\xfb\x90\x00"].concat();
        let tiff = b"II*\0\x08\0\0\0\x01\0\x00\x01\x03\0\x01\0\0\0\x01\0\0\0";
        let icon =
            [&b"\0\0\x01\0\x01\0\x10\x10\0\0\0\0\0\0\x01\0\0\0\x16\0\0\0"[..], b"x"].concat();
        for (octets, name) in [
            (GIF, "a.gif"),
            (GIF, "a.jpg"),
            (GIF, "without ending"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "A.PNG"),
            (b"\xff\xd8\xff\xe0\0\x04xx\xff\xda", "a.jpeg"),
            (&bitmap, "a.bmp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "a.wav"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x01moov", "a.mp4"),
            (&frames, "a.mp3"),
            (b"ID3\x03\0\0\0\0\0\x0aTIT2", "a.mp3"),
            (tiff, "a.tif"),
            (&icon, "a.ico"),
            (b"OggS\0\x02", "a.ogg"),
        ] {
            assert!(is_media_called(octets, name), "{name}");
        }
    }

    #[test]
    fn what_only_begins_so_is_not() {
        for (octets, name) in [
            (GIF, "list.xls"),
            (GIF, "a.gif.iso"),
            (GIF, "a.vhd"),
            (b"ID3\tlist of all\n\xff\xff\xff", "a.mp3"),
            (b"OggS list of all\n", "a.ogg"),
            (b"\xff\xd8\xff\xe0 and more", "a.jpg"),
            (b"\0\0\0\x18ftyp\x01\x02\x03\x04 and more", "a.mp4"),
            (b"GIF89a and more of a text", "a.gif"),
            (b"BMW and more of a text of some length", "a.bmp"),
            (b"\xff\xfb\x90\x00 and no more frames", "a.mp3"),
        ] {
            assert!(!is_media_called(octets, name), "{name}");
        }
        let label = |kind: &str, subtype: &str| Label {
            kind: kind.to_owned(),
            subtype: subtype.to_owned(),
            ..Label::default()
        };
        assert!(is_media(GIF, &label("image", "png")));
        assert!(!is_media(GIF, &label("application", "vnd.ms-excel")));
    }
}
