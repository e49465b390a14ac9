//! Compound files as this file writes them: each stream in sectors of 512 octets, no small ones.

use wire::mime::Limits;

use super::*;
use crate::remark::{DOCUMENT_FIELDS, Remark, SHEET_UNCOMPUTED, UNREAD_DOCUMENT};

const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;

/// A storage (no octets) or a stream, with the place of its storage in the list.
type Item<'i> = (&'i str, usize, Option<&'i [u8]>);

fn directory_entry(name: &str, kind: u8, links: [u32; 3], start: u32, size: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u16::try_from(entry.len() + 2).unwrap();
    entry.resize(64, 0);
    entry.extend(length.to_le_bytes());
    entry.extend([kind, 1]);
    entry.extend(links.iter().flat_map(|it| it.to_le_bytes()));
    entry.extend([0; 36]);
    entry.extend(start.to_le_bytes());
    entry.extend(u64::from(size).to_le_bytes());
    entry
}

fn at(index: usize) -> u32 {
    u32::try_from(index).unwrap()
}

/// Writes a file. Children of a storage are a chain of right siblings.
fn compound(items: &[Item<'_>]) -> Vec<u8> {
    let mut all: Vec<Item<'_>> = vec![("Root Entry", 0, None)];
    all.extend_from_slice(items);
    let mut sectors: Vec<u8> = Vec::new();
    let mut table: Vec<u32> = vec![0xffff_fffd; 4];
    sectors.resize(4 * 512, 0);
    let mut entries = Vec::new();
    for (index, (name, storage, octets)) in all.iter().enumerate() {
        let sibling = (index + 1..all.len()).find(|it| all[*it].1 == *storage && 0 < index);
        let child = (1..all.len()).find(|it| all[*it].1 == index && octets.is_none());
        let links = [FREE, sibling.map_or(FREE, at), child.map_or(FREE, at)];
        let start = at(table.len());
        let octets = octets.unwrap_or_default();
        let kind = if index == 0 {
            5
        } else if all[index].2.is_none() {
            1
        } else {
            2
        };
        let size = at(octets.len());
        let first = if octets.is_empty() { END } else { start };
        entries.extend(directory_entry(name, kind, links, first, size));
        let count = octets.len().div_ceil(512);
        for number in 0..count {
            let next = if number + 1 == count { END } else { at(table.len() + 1) };
            table.push(next);
        }
        sectors.extend_from_slice(octets);
        sectors.resize((table.len()) * 512, 0);
    }
    let directory = at(table.len());
    let count = entries.len().div_ceil(512);
    for number in 0..count {
        table.push(if number + 1 == count { END } else { at(table.len() + 1) });
    }
    sectors.extend(entries);
    sectors.resize(table.len() * 512, 0);
    table.resize(512, FREE);
    for (place, number) in sectors.chunks_mut(4).zip(&table) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(24, 0);
    for field in [0x3e_u16, 3, 0xfffe, 9, 6] {
        file.extend(field.to_le_bytes());
    }
    file.extend([0; 10]);
    for field in [4_u32, directory, 0, 0, END, 0, END, 0, 0, 1, 2, 3] {
        file.extend(field.to_le_bytes());
    }
    file.resize(512, 0xff);
    file.extend(sectors);
    file
}

fn opened(items: &[Item<'_>]) -> Opened {
    read(&compound(items), &mut Budget::new(&Limits::default()))
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A document of Word whose text is `text`, with one run of properties over `run`.
fn word(text: &str, run: std::ops::Range<usize>, properties: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut main = vec![0; 2048];
    main[..2].copy_from_slice(&0xa5ec_u16.to_le_bytes());
    main[2..4].copy_from_slice(&0xc1_u16.to_le_bytes());
    let start = 1024;
    main[start..start + text.len()].copy_from_slice(text.as_bytes());
    let mut table = vec![2];
    table.extend(16_u32.to_le_bytes());
    table.extend(0_u32.to_le_bytes());
    table.extend(at(text.len()).to_le_bytes());
    table.extend([0, 0]);
    table.extend((0x4000_0000 | at(start * 2)).to_le_bytes());
    table.extend([0, 0]);
    let bins = table.len();
    for number in [at(start), at(start + text.len()), 3] {
        table.extend(number.to_le_bytes());
    }
    let field = |main: &mut Vec<u8>, place: usize, start: usize, length: usize| {
        main[place..place + 4].copy_from_slice(&at(start).to_le_bytes());
        main[place + 4..place + 8].copy_from_slice(&at(length).to_le_bytes());
    };
    field(&mut main, 0x1a2, 0, bins);
    field(&mut main, 0xfa, bins, 12);
    let page = 3 * 512;
    let places = [start, start + run.start, start + run.end, start + text.len()];
    for (index, place) in places.iter().enumerate() {
        main[page + index * 4..page + index * 4 + 4].copy_from_slice(&at(*place).to_le_bytes());
    }
    main[page + 17] = 100;
    main[page + 200] = u8::try_from(properties.len()).unwrap();
    main[page + 201..page + 201 + properties.len()].copy_from_slice(properties);
    main[page + 511] = 3;
    (main, table)
}

#[test]
fn a_document_of_word_shows_and_hides() {
    const VANISH: [u8; 3] = [0x3c, 0x08, 1];
    const DELETED: [u8; 3] = [0x00, 0x08, 1];
    for (properties, others) in [
        (&[][..], &["40xx12"][..]),
        (&VANISH, &["4012", "40xx12"]),
        (&DELETED, &["4012", "40xx12"]),
    ] {
        let (main, table) = word("40xx12\rnext\x07\x13CODE\x14shown\x15", 2..4, properties);
        let opened = opened(&[("WordDocument", 0, Some(&main)), ("0Table", 0, Some(&table))]);
        assert_eq!(opened.remarks, []);
        for other in others {
            assert!(opened.texts.join("|").contains(other), "{other}: {:?}", opened.texts);
        }
        assert!(opened.texts[0].contains("next\tshown") && opened.texts[1].contains("CODE"));
    }
}

#[test]
fn fields_of_word_show_what_they_make() {
    let texts = |text: &str| {
        let (main, table) = word(text, 0..0, &[]);
        opened(&[("WordDocument", 0, Some(&main)), ("0Table", 0, Some(&table))])
    };
    let made = texts("40\x13 SYMBOL 49 \x14no\x15\x13 SYMBOL 50\x152\r\x15\x14");
    assert_eq!((made.texts[0].as_str(), made.remarks), ("40122\n\n", vec![]));
    assert_eq!(texts("\x13 EQ a\x15").remarks, [DOCUMENT_FIELDS]);
}

#[test]
fn what_word_cannot_tell_is_told() {
    let remarks = |main: &[u8]| {
        let items = [("WordDocument", 0, Some(main)), ("0Table", 0, Some(&b"x"[..]))];
        opened(&items).remarks
    };
    let (main, _) = word("4012", 0..1, &[]);
    let with = |place: usize, octet: u8| {
        let mut main = main.clone();
        main[place] = octet;
        main
    };
    assert_eq!(remarks(&with(0x0b, 1)), [ENCRYPTED_DOCUMENT]);
    assert_eq!(remarks(&with(2, 0x65)), [UNREAD_DOCUMENT]);
    assert_eq!(remarks(&main), [DOCUMENT_DAMAGED]);
    assert_eq!(remarks(b"no head"), [DOCUMENT_DAMAGED]);
}

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
}

fn workbook(records: &[Vec<u8>]) -> Vec<u8> {
    [vec![record(0x809, &[0, 6, 5, 0])], records.to_vec()].concat().concat()
}

fn read_workbook(records: &[Vec<u8>]) -> (Vec<String>, Vec<Remark>) {
    let octets = workbook(records);
    let opened = opened(&[("Workbook", 0, Some(&octets))]);
    (opened.texts, opened.remarks)
}

#[test]
fn a_workbook_shows_its_cells() {
    let strings = [
        // Two strings; the first runs on into the next record, where it is wide.
        record(0xfc, b"\x02\0\0\0\x02\0\0\0\x04\0\x0040"),
        record(0x3c, b"\x011\x002\0\x06\0\0unused"),
        record(0xfd, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        record(
            0x203,
            &[&[0, 0, 1, 0, 0, 0][..], &4_012_888_888_881_881_f64.to_le_bytes()].concat(),
        ),
        record(0x27e, &[1, 0, 0, 0, 0, 0, 0x83, 1, 0, 0]),
        record(0x207, b"\x04\0\0text"),
        record(0x85, b"\0\0\0\0\0\0\x05\0Sheet"),
    ];
    let (texts, remarks) = read_workbook(&strings);
    assert_eq!(texts[0], "4012\t4012888888881881\t\n0.96\ttext\t");
    assert!(texts[1].contains("Sheet") && texts[1].contains("unused"), "{texts:?}");
    assert_eq!(remarks, []);
    assert_eq!(read_workbook(&[record(0x2f, &[0; 6])]).1, [ENCRYPTED_DOCUMENT]);
    assert_eq!(read_workbook(&[vec![1, 2, 3]]).1, [DOCUMENT_DAMAGED]);
}

#[test]
fn a_workbook_shows_numbers_in_their_formats_and_strings_over_records() {
    let code = b"000\\-00\\-0000";
    let length = u16::try_from(code.len()).unwrap().to_le_bytes();
    let texts = read_workbook(&[
        record(0x41e, &[&[164, 0][..], &length, &[0], code].concat()),
        record(0xe0, &[0; 20]),
        record(0xe0, &[&[0, 0, 164, 0][..], &[0; 16]].concat()),
        record(0x203, &[&[0, 0, 0, 0, 1, 0][..], &78_051_120_f64.to_le_bytes()].concat()),
        record(0x203, &[&[0, 0, 1, 0, 0, 0][..], &5_f64.to_le_bytes()].concat()),
        record(0x207, b"\x08\0\0zeb"),
        record(0x3c, b"\x01r\0a\0-\0m\0a\0"),
        record(0x1b6, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 16, 0, 0, 0, 0, 0]),
        record(0x3c, b"\0note"),
        record(0x3c, b"\x01z\0e\0b\0r\0"),
        record(0x3c, &[0; 16]),
    ])
    .0;
    assert_eq!(texts[0], "078-05-1120\t5\tzebra-ma\t");
    assert!(texts[1].contains("notezebr\n") && texts[1].contains("78051120\n"), "{texts:?}");
}

#[test]
fn a_presentation_shows_all_texts() {
    let atom = |kind: u16, body: &[u8]| {
        [&[0, 0][..], &kind.to_le_bytes(), &at(body.len()).to_le_bytes(), body].concat()
    };
    let texts = [atom(0xfa0, &wide("4012\rnext")), atom(0xfa8, b"narrow")].concat();
    let container =
        [&[0x0f, 0][..], &1000_u16.to_le_bytes(), &at(texts.len()).to_le_bytes()].concat();
    let octets = [container, texts].concat();
    let found = opened(&[("PowerPoint Document", 0, Some(&octets))]);
    assert_eq!((found.texts, found.remarks), (vec!["4012\nnext\nnarrow\n".to_owned()], vec![]));
}

#[test]
fn a_message_has_texts_and_attachments() {
    let (subject, name) = (wide("4012"), wide("a.txt"));
    let opened = opened(&[
        ("__substg1.0_0037001F", 0, Some(&subject)),
        ("__attach_version1.0_#00000000", 0, None),
        ("__substg1.0_3707001F", 2, Some(&name)),
        ("__substg1.0_37010102", 2, Some(b"secret")),
        ("__substg1.0_10130102", 0, Some(b"<p>page")),
    ]);
    assert!(opened.texts.contains(&"4012".to_owned()), "{:?}", opened.texts);
    let members: Vec<_> =
        opened.members.iter().map(|it| (it.name.as_str(), it.octets.as_slice())).collect();
    assert_eq!(members, [("a.txt", &b"secret"[..]), ("body.html", b"<p>page")]);
    assert_eq!(opened.remarks, []);
}

#[test]
fn unknown_streams_are_members_and_encryption_is_told() {
    let found = opened(&[("Contents", 0, Some(b"secret")), ("\u{1}CompObj", 0, Some(b"Class"))]);
    assert_eq!(found.members.len(), 1);
    assert_eq!(
        (found.members[0].name.as_str(), found.texts),
        ("Contents", vec!["Class\n".to_owned()])
    );
    assert_eq!(opened(&[("ENCRYPTEDPACKAGE", 0, Some(b"x"))]).remarks, [ENCRYPTED_DOCUMENT]);
    assert_eq!(opened(&[]).remarks, [DOCUMENT_DAMAGED]);
}

#[test]
fn hostile_files_end() {
    let mut budget = Budget::new(&Limits { unpacked_octets: 50_000_000, ..Limits::default() });
    let text = wide("4012");
    let good = compound(&[("__substg1.0_0037001F", 0, Some(&text))]);
    // Every octet of the head, the table and the directory, each with several values.
    for place in (24..good.len()).step_by(3) {
        for octet in [0, 1, 0x7f, 0xfe, 0xff] {
            let mut bad = good.clone();
            bad[place] = octet;
            let _opened = read(&bad, &mut budget);
        }
    }
    let mut circle = good.clone();
    for place in circle[512..1024].chunks_mut(4) {
        place.copy_from_slice(&4_u32.to_le_bytes());
    }
    let opened = read(&circle, &mut Budget::new(&Limits::default()));
    assert!(opened.remarks.contains(&DOCUMENT_DAMAGED));
}

#[test]
fn a_workbook_says_what_it_does_not_compute_or_shows_by_codes() {
    let formula = |result: [u8; 8], tokens: &[u8]| {
        let length = u16::try_from(tokens.len()).unwrap().to_le_bytes();
        record(6, &[&[0; 6][..], &result, &[0; 6], &length, tokens].concat())
    };
    const EMPTY: [u8; 8] = [3, 0, 0, 0, 0, 0, 0xff, 0xff];
    const TEXT: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xff, 0xff];
    const JOINED: &[u8] = &[0x44, 0, 0, 0, 0xc0, 0x44, 1, 0, 0, 0xc0, 0x08, 0x15];
    for (record, remarks) in [
        (formula([0; 8], JOINED), &[SHEET_UNCOMPUTED][..]),
        (formula(EMPTY, b"\x17\x01\0a\x17\x01\0b\x42\x02\x50\x01"), &[SHEET_UNCOMPUTED]),
        (formula(TEXT, JOINED), &[]),
        (formula([0; 8], &[0x44, 0, 0, 0, 0xc0, 0x1e, 1, 0, 0x03]), &[]),
    ] {
        assert_eq!(read_workbook(&[record]).1, remarks);
    }
    let header = read_workbook(&[record(0x14, b"\x0c\0\0&Lze&Bbra&10")]).0;
    assert!(header[0].contains("\nzebra\n"), "{header:?}");
}
