//! Archives written by hand: TNEF, and the listing of RAR.

use grammar::tree::Scope;

use super::{LETTER, has, opened};
use crate::{
    Extract,
    tests::{texts, with_file},
};

fn attribute(level: u8, id: u32, value: &[u8]) -> Vec<u8> {
    let mut octets = vec![level];
    octets.extend(id.to_le_bytes());
    octets.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
    octets.extend(value);
    let sum = value.iter().fold(0_u16, |sum, octet| sum.wrapping_add((*octet).into()));
    octets.extend(sum.to_le_bytes());
    octets
}

fn properties(list: &[(u16, u16, &[u8])]) -> Vec<u8> {
    let mut octets = u32::try_from(list.len()).unwrap().to_le_bytes().to_vec();
    for (kind, id, value) in list {
        octets.extend(kind.to_le_bytes());
        octets.extend(id.to_le_bytes());
        if *kind == 3 {
            octets.extend(*value);
            continue;
        }
        octets.extend(1_u32.to_le_bytes());
        octets.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        octets.extend(*value);
        octets.extend(vec![0; value.len().next_multiple_of(4) - value.len()]);
    }
    octets
}

fn tnef(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&b"\x78\x9f\x3e\x22\x01\0"[..], &attributes.concat()].concat()
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect()
}

fn full() -> Vec<u8> {
    let zip = include_bytes!("../../../tests/files/deflated.zip");
    let inner = tnef(&[attribute(1, 0x0002_800c, b"text of the inner merganser\0")]);
    let object = [&[7; 16][..], &inner].concat();
    tnef(&[
        attribute(1, 0x0006_9007, &[0xe4, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, 0x0001_8004, b"Subject of the ca\xf1on\0"),
        attribute(1, 0x0002_800c, b"Body of the shrike\0"),
        attribute(
            1,
            0x0006_9003,
            &properties(&[
                (3, 0x0e17, &[1, 0, 0, 0]),
                (0x1f, 0x1000, &utf_16("Wide body of the wryneck")),
                (0x102, 0x1013, b"<html><p>Page of the <b>fire</b>crest</p></html>"),
            ]),
        ),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"SHORT.ZIP\0"),
        attribute(2, 0x0006_800f, zip),
        attribute(2, 0x0006_9005, &properties(&[(0x1f, 0x3707, &utf_16("a long name.zip"))])),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0006_9005, &properties(&[(0x0d, 0x3701, &object)])),
    ])
}

#[test]
fn bodies_of_a_tnef_are_read_in_their_charsets() {
    let wide = utf_16("Body of the wryneck");
    for (body, found) in [
        ([(0x102, 0x1000, &wide[..]), (3, 0x0e17, &[1, 0, 0, 0])], "body of the wryneck"),
        ([(3, 0x3fde, &[0xe3, 4, 0, 0]), (0x102, 0x1013, b"<p>\xf2\xee\xf0")], "тор"),
    ] {
        let octets = tnef(&[attribute(1, 0x0006_9003, &properties(&body))]);
        let extract = with_file("application/ms-tnef", "winmail.dat", &octets);
        assert!(extract.content.text.contains(found), "{}", extract.content.text);
    }
}

#[test]
fn a_tnef_is_read_whole() {
    let extract = opened("winmail.dat", &full());
    let body = texts(&extract, Scope::Body);
    for words in ["subject of the cañon", "body of the shrike", "wide body of the wryneck"] {
        assert!(body.contains(&words), "{words}: {body:?}");
    }
    assert!(has(&extract, "page of the firecrest"));
    assert!(has(&extract, LETTER));
    assert!(has(&extract, "text of the inner merganser"));
    let names = texts(&extract, Scope::AttachmentNames);
    for name in ["short.zip", "a long name.zip", "letter.txt"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert_eq!(extract.content.unreadable, [""; 0]);
    assert_eq!(extract.content.ambiguous, [""; 0]);
}

#[test]
fn a_cut_tnef_never_seems_whole() {
    let whole = full();
    let ends: Vec<usize> = {
        // Between two attributes, nothing tells that more was to come.
        let mut ends = vec![6];
        while let Some(length) = whole.get(ends[ends.len() - 1] + 5..).and_then(|it| it.get(..4)) {
            let length = u32::from_le_bytes(length.try_into().unwrap());
            ends.push(ends[ends.len() - 1] + 11 + usize::try_from(length).unwrap());
        }
        ends
    };
    for length in 6..whole.len() {
        let content = opened("winmail.dat", &whole[..length]).content;
        let told = !content.unreadable.is_empty();
        assert!(told || ends.contains(&length), "{length}");
    }
}

fn number(mut value: u64) -> Vec<u8> {
    let mut octets = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        octets.push(if value > 0 { low | 0x80 } else { low });
        if value == 0 {
            return octets;
        }
    }
}

fn block(kind: u64, body: &[u8], extra: &[u8], packed: &[u8]) -> Vec<u8> {
    let length = |octets: &[u8]| number(u64::try_from(octets.len()).unwrap());
    let header =
        [&number(kind)[..], &number(3), &length(extra), &length(packed), body, extra].concat();
    [&[0; 4][..], &length(&header), &header, packed].concat()
}

fn file(name: &str, extra: &[u8]) -> Vec<u8> {
    let length = number(u64::try_from(name.len()).unwrap());
    let body =
        [&number(4)[..], &number(900), &number(0), &[0; 4], &[0, 0], &length, name.as_bytes()];
    block(2, &body.concat(), extra, &[1; 300])
}

fn check_listing(extract: &Extract, names: &[&str]) {
    let found = texts(extract, Scope::AttachmentNames);
    assert_eq!(found, names);
    let told = "archive, which is not opened (part 0)";
    assert!(extract.content.unreadable.iter().any(|it| it == told));
    for part in extract.parts.iter().skip(1) {
        assert!(part.flags.iter().any(|it| it == "packed in a way that is not read"), "{part:?}");
    }
}

#[test]
fn a_rar_is_listed() {
    let start = &b"Rar!\x1a\x07\x01\0"[..];
    let octets = [
        start,
        &block(1, &number(0), b"", b""),
        &file("list of the bittern.txt", b""),
        &file("näme.txt", b"\x03\x01\0\0"),
        &block(5, &number(0), b"", b""),
    ]
    .concat();
    let extract = opened("a.rar", &octets);
    check_listing(&extract, &["a.rar", "list of the bittern.txt", "näme.txt"]);
    assert!(extract.parts[2].flags.contains(&"encrypted archive".to_owned()));
    for length in 8..octets.len() {
        assert!(!opened("a.rar", &octets[..length]).content.unreadable.is_empty());
    }
    let encrypted = [start, &block(4, &[0, 0, 15], b"", b""), &[9; 64]].concat();
    let told = ["archive, which is not opened (part 0)", "encrypted archive (part 0)"];
    assert_eq!(opened("a.rar", &encrypted).content.unreadable, told);
}

/// Behind the program that opens it, and behind a picture.
#[test]
fn a_rar_behind_something_is_listed() {
    let rar = [&b"Rar!\x1a\x07\x01\0"[..], &file("list of the bittern.txt", b"")].concat();
    for ahead in [&b"MZ\x90\0\x03\0\0\0"[..], b"\x89PNG\r\n\x1a\n0123456789"] {
        let extract = opened("a", &[ahead, &rar].concat());
        let names = texts(&extract, Scope::AttachmentNames);
        assert_eq!(names, ["a", "list of the bittern.txt"]);
        assert!(!extract.content.unreadable.is_empty());
    }
}

#[test]
fn an_old_rar_is_listed() {
    let old = |kind: u8, flags: u16, body: &[u8], packed: &[u8]| {
        let length = u16::try_from(body.len() + 7).unwrap();
        let ahead = [&[0, 0, kind][..], &flags.to_le_bytes(), &length.to_le_bytes()].concat();
        [&ahead[..], body, packed].concat()
    };
    let file = |flags: u16, name: &[u8]| {
        let length = u16::try_from(name.len()).unwrap();
        let body = [
            &300_u32.to_le_bytes()[..],
            &900_u32.to_le_bytes(),
            &[0; 9],
            &[29, 0x33],
            &length.to_le_bytes(),
            &[0; 4],
            name,
        ];
        old(0x74, flags | 0x8000, &body.concat(), &[1; 300])
    };
    let octets = [
        &b"Rar!\x1a\x07\0"[..],
        &old(0x73, 0, &[0; 6], b""),
        &file(0, b"heron.txt"),
        // The third letter with the high octet 4, which Cyrillic has; the others as they stand.
        &file(0x200, b"ab?.txt\0\x04\x04ab\x36.\0txt"),
        &old(0x7b, 0, b"", b""),
    ]
    .concat();
    let extract = opened("a.rar", &octets);
    let names = texts(&extract, Scope::AttachmentNames);
    assert_eq!(names[..2], ["a.rar", "heron.txt"]);
    assert!(names.contains(&"abж.txt"), "{names:?}");
    assert!(!extract.content.unreadable.is_empty());
}
