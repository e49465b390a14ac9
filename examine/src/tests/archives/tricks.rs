//! Zips and tars that two programs read in two ways: the marker is found, or it is told.

use super::{LETTER, has, opened};
use crate::Extract;

/// An entry, with what each of its two headers says.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) central: Option<Says>,
    pub(super) local: Says,
    pub(super) data: Vec<u8>,
}

/// What a header says.
#[derive(Clone, Debug)]
pub(super) struct Says {
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) sum: u32,
    pub(super) packed: u32,
    pub(super) size: u32,
}

impl Entry {
    pub(super) fn stored(name: &str, octets: &[u8]) -> Self {
        Self::packed(name, 0, octets, octets)
    }

    fn deflated(name: &str, octets: &[u8]) -> Self {
        use std::io::Write;
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), Default::default());
        packer.write_all(octets).unwrap();
        Self::packed(name, 8, octets, &packer.finish().unwrap())
    }

    pub(super) fn packed(name: &str, method: u16, octets: &[u8], packed: &[u8]) -> Self {
        let mut sum = flate2::Crc::new();
        sum.update(octets);
        let says = Says {
            name: name.as_bytes().to_vec(),
            flags: 0,
            method,
            sum: sum.sum(),
            packed: u32::try_from(packed.len()).unwrap(),
            size: u32::try_from(octets.len()).unwrap(),
        };
        Self { central: Some(says.clone()), local: says, data: packed.to_vec() }
    }

    fn with_name(mut self, name: &[u8]) -> Self {
        for says in self.central.iter_mut().chain([&mut self.local]) {
            says.name = name.to_vec();
        }
        self
    }

    fn without_central(self) -> Self {
        Self { central: None, ..self }
    }

    fn with_central(mut self, change: impl FnOnce(&mut Says)) -> Self {
        change(self.central.as_mut().unwrap());
        self
    }

    fn with_local(mut self, change: impl FnOnce(&mut Says)) -> Self {
        change(&mut self.local);
        self
    }
}

impl Says {
    fn common(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        octets.extend(self.flags.to_le_bytes());
        octets.extend(self.method.to_le_bytes());
        octets.extend([0; 4]);
        for number in [self.sum, self.packed, self.size] {
            octets.extend(number.to_le_bytes());
        }
        octets.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        octets.extend([0, 0]);
        octets
    }
}

/// Writes entries, their directory and its end.
pub(super) fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut directory = Vec::new();
    let mut count = 0_u16;
    for entry in entries {
        if let Some(says) = &entry.central {
            directory.extend(b"PK\x01\x02\x14\0\x14\0");
            directory.extend(says.common());
            directory.extend([0; 10]);
            directory.extend(u32::try_from(octets.len()).unwrap().to_le_bytes());
            directory.extend(&says.name);
            count += 1;
        }
        octets.extend(b"PK\x03\x04\x14\0");
        octets.extend(entry.local.common());
        octets.extend(&entry.local.name);
        octets.extend(&entry.data);
    }
    let at = u32::try_from(octets.len()).unwrap();
    octets.extend(&directory);
    octets.extend(end(count, u32::try_from(directory.len()).unwrap(), at));
    octets
}

pub(super) fn end(count: u16, length: u32, at: u32) -> Vec<u8> {
    let mut octets = b"PK\x05\x06\0\0\0\0".to_vec();
    octets.extend(count.to_le_bytes());
    octets.extend(count.to_le_bytes());
    octets.extend(length.to_le_bytes());
    octets.extend(at.to_le_bytes());
    octets.extend([0, 0]);
    octets
}

fn is_ambiguous(extract: &Extract) -> bool {
    !extract.content.ambiguous.is_empty()
}

/// Each trick, with whether the marker itself has to be found.
#[test]
fn a_zip_of_two_readings_is_told_and_both_are_read() {
    let letter = || Entry::stored("letter.txt", LETTER.as_bytes());
    let packed = || Entry::deflated("letter.txt", LETTER.as_bytes());
    let other = || Entry::deflated("other.txt", b"nothing to see here, nothing at all");
    let whole = zip(&[other()]);
    let marked = zip(&[letter()]);
    let shifted = |ahead: &[u8]| [ahead, &marked].concat();
    let mut comment = zip(&[other()]);
    let length = comment.len();
    comment[length - 2..].copy_from_slice(&u16::try_from(marked.len()).unwrap().to_le_bytes());
    comment.extend(&marked);
    let two_directories = {
        // The end says one directory, and another stands right before it.
        let hidden = zip(&[letter()]);
        let shown = zip(&[other()]);
        let mut octets = hidden.clone();
        let base = octets.len();
        octets.extend(&shown[..shown.len() - 22]);
        let at = u32::from_le_bytes(hidden[hidden.len() - 6..hidden.len() - 2].try_into().unwrap());
        let length = u32::try_from(octets.len() - base).unwrap();
        octets.extend(end(1, length, at));
        octets
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("no entry in the directory", zip(&[other(), letter().without_central()])),
        ("no entry in the directory, first", zip(&[letter().without_central(), other()])),
        ("packed, not in the directory", zip(&[other(), packed().without_central()])),
        (
            "sizes behind, not in the directory",
            zip(&[
                other(),
                packed().without_central().with_local(|it| {
                    (it.flags, it.packed, it.size, it.sum) = (8, 0, 0, 0);
                }),
                other(),
            ]),
        ),
        ("two names", zip(&[letter().with_local(|it| it.name = b"a.png".to_vec())])),
        ("two methods", zip(&[letter().with_central(|it| it.method = 8)])),
        ("two methods, packed", zip(&[packed().with_central(|it| it.method = 0)])),
        ("two methods, foreign", zip(&[letter().with_central(|it| it.method = 98)])),
        ("two lengths", zip(&[letter().with_central(|it| (it.packed, it.size) = (3, 3))])),
        (
            "two lengths in the file",
            zip(&[letter().with_local(|it| (it.packed, it.size) = (3, 3))]),
        ),
        ("two sums", zip(&[letter().with_local(|it| it.sum = 1)])),
        ("a wrong sum", zip(&[letter().with_local(|it| it.sum = 1).with_central(|it| it.sum = 1)])),
        ("encrypted in the directory", zip(&[letter().with_central(|it| it.flags = 1)])),
        ("encrypted in the file", zip(&[letter().with_local(|it| it.flags = 1)])),
        ("one name twice", zip(&[Entry::stored("letter.txt", b"nothing"), letter()])),
        ("text ahead", shifted(b"some text ahead of the zip\n")),
        ("a page ahead", shifted(b"<html><p>some page</p></html>")),
        ("a picture ahead", shifted(b"\x89PNG\r\n\x1a\n0123456789")),
        ("a zip ahead", shifted(&whole)),
        ("a zip behind", [&marked[..], &whole].concat()),
        ("a zip in the comment", comment),
        ("an end that says two directories", two_directories),
        ("no directory", marked[..marked.len() - 22].to_vec()),
        ("an empty directory", [&marked[..marked.len() - 22], &end(0, 0, 0)].concat()),
        ("octets behind", [&marked[..], b"some more octets"].concat()),
        ("gzip ahead", shifted(include_bytes!("../../../tests/files/two.txt.gz"))),
    ];
    for (name, octets) in cases {
        for file_name in ["a.zip", "a.docx", "a"] {
            let extract = opened(file_name, &octets);
            assert!(has(&extract, LETTER), "{name}: {:#?}", extract.content);
            let told = is_ambiguous(&extract) || !extract.content.unreadable.is_empty();
            assert!(told || name == "octets behind", "{name}: {:#?}", extract.content);
        }
    }
}

/// Octets that belong to none of a zip's files: between them, behind them, in a name.
#[test]
fn what_nothing_in_a_zip_covers_is_told() {
    let seven = include_bytes!("../../../tests/files/copy.7z");
    let plain = zip(&[Entry::stored("a.txt", b"nothing")]);
    let mut between = zip(&[Entry::stored("a.txt", b"nothing"), Entry::stored("b.txt", seven)]);
    // The directory no longer names the second, and its own header is no more one.
    let at = memchr::memmem::rfind(&between, b"PK\x03\x04").unwrap();
    between[at] = b'x';
    for (name, octets) in [
        ("behind", [&plain[..], seven].concat()),
        ("between", between),
        ("in a name", zip(&[Entry::stored("a.txt", b"nothing").with_name(seven)])),
        ("text behind", [&plain[..], b"some text that stands behind the zip"].concat()),
    ] {
        let content = opened("a.7z", &octets).content;
        let told = "zip with octets that belong to none of its files (part 0)";
        assert!(content.ambiguous.iter().any(|it| it == told), "{name}: {content:#?}");
    }
    for octets in [[&plain[..], b"\r\n"].concat(), [&plain[..], &[0; 700]].concat()] {
        assert_eq!(opened("a.zip", &octets).content.ambiguous, [""; 0]);
    }
}

/// Where a document holds a zip, another one behind it is found all the same.
#[test]
fn a_zip_in_a_document_hides_none_behind_it() {
    let zip = zip(&[Entry::stored("letter.txt", LETTER.as_bytes())]);
    let pdf = |filter: &str, file: &[u8]| {
        let begin = format!("%PDF-1.4 1 0 obj <</Type/EmbeddedFile{filter}>> stream\n");
        [begin.as_bytes(), file, b"\nendstream endobj "].concat()
    };
    let decoy = b"504b0506000000000000000000000000000000000000>";
    for decoy in [pdf("/Filter/AHx", decoy), pdf("", b"PK\x05\x06 nothing")] {
        let extract = opened("a.pdf", &[decoy, zip.clone()].concat());
        assert!(has(&extract, LETTER) && is_ambiguous(&extract), "{:#?}", extract.content);
    }
    let inside = opened("a.pdf", &pdf("", &zip));
    assert!(has(&inside, LETTER));
    assert_eq!(inside.content.ambiguous, [""; 0]);
}

#[test]
fn an_archive_is_found_however_far_inside() {
    let octets =
        [&vec![b'x'; 9_000_000][..], include_bytes!("../../../tests/files/copy.7z")].concat();
    assert!(has(&opened("photo.7z", &octets), LETTER));
}

#[test]
fn comments_in_unicode_are_read() {
    let mut octets = zip(&[Entry::stored("a.txt", b"nothing")]);
    let field = [b"uc\x32\0\x01\0\0\0\0", LETTER.as_bytes()].concat();
    let end = octets.split_off(octets.len() - 22);
    let at = memchr::memmem::rfind(&octets, b"PK\x01\x02").unwrap();
    octets[at + 30] = u8::try_from(field.len()).unwrap();
    octets.extend(&field);
    let mut end = end;
    end[12] += u8::try_from(field.len()).unwrap();
    let extract = opened("a.zip", &[octets, end].concat());
    assert!(has(&extract, LETTER), "{:#?}", extract.content);
    assert_eq!(extract.content.ambiguous, [""; 0]);
}

/// Files with holes, in each form that extended headers have.
#[test]
fn a_tar_with_holes_is_told() {
    for key in [
        "GNU.sparse.map",
        "GNU.sparse.numbytes",
        "GNU.sparse.major",
        "SCHILY.realsize",
        "SUN.holesdata",
    ] {
        let line = format!("{key}=1\n");
        let said = format!("{} {line}", line.len() + 3);
        let octets = [block("x", b'x', said.as_bytes()), block("a.txt", b'0', b"x")].concat();
        let told = "packed in a way that is not read (part 0)";
        let content = opened("a.tar", &octets).content;
        assert!(content.unreadable.iter().any(|it| it == told), "{key}: {content:#?}");
    }
}

/// A header of a tar with its octets.
fn block(name: &str, kind: u8, octets: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[124..135].copy_from_slice(format!("{:011o}", octets.len()).as_bytes());
    block[148..156].fill(b' ');
    block[156] = kind;
    let sum: u32 = block.iter().map(|it| u32::from(*it)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.extend(octets);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

#[test]
fn an_honest_zip_is_not_suspected() {
    let inner = zip(&[Entry::stored("letter.txt", LETTER.as_bytes())]);
    for (name, octets) in [
        ("plain", zip(&[Entry::deflated("letter.txt", LETTER.as_bytes())])),
        ("nested, last", zip(&[Entry::stored("a.zip", &inner)])),
        ("nested twice", zip(&[Entry::stored("a.zip", &inner), Entry::stored("b.zip", &inner)])),
        ("a folder", zip(&[Entry::stored("a/", b""), Entry::stored("a/b.txt", LETTER.as_bytes())])),
    ] {
        let extract = opened("a.zip", &octets);
        assert!(has(&extract, LETTER), "{name}");
        assert_eq!(extract.content.ambiguous, [""; 0], "{name}");
        assert_eq!(extract.content.unreadable, [""; 0], "{name}");
    }
}

/// The name of an entry in the code page of old programs, and in UTF-8 beside it.
#[test]
fn names_are_read_in_each_charset() {
    let mut entry = Entry::stored("x", b"text");
    for says in [entry.central.as_mut().unwrap(), &mut entry.local] {
        says.name = b"caf\x82.txt".to_vec();
    }
    let extract = opened("a.zip", &zip(&[entry]));
    assert_eq!(extract.content.attachments[1].name, "café.txt");
    let mut entry = Entry::stored("x", b"text");
    for says in [entry.central.as_mut().unwrap(), &mut entry.local] {
        says.name = b"\xc3\xb0\xd2\xe5.txt\0.png".to_vec();
    }
    let attachment = opened("a.zip", &zip(&[entry])).content.attachments.remove(1);
    for name in ["冒义.txt\0.png", "冒义.txt"] {
        assert!(attachment.other_names.iter().any(|it| it == name), "{attachment:?}");
    }
}

#[test]
fn trailing_octets_are_told() {
    for name in ["letter.txt.gz", "letter.txt.bz2", "letter.txt.xz", "letter.txt.zst", "ustar.tar"]
    {
        let file = std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR")));
        let octets = [&file.unwrap()[..], b"something behind it"].concat();
        let extract = opened(name, &octets);
        assert!(has(&extract, LETTER), "{name}");
        let told = ["octets behind the end of an archive (part 0)"];
        assert_eq!(extract.content.ambiguous, told, "{name}");
    }
}

#[test]
fn a_tar_of_two_readings_is_told() {
    let tar = include_bytes!("../../../tests/files/ustar.tar").to_vec();
    let twice = [&tar[..], &tar].concat();
    let extract = opened("a.tar", &twice);
    assert!(is_ambiguous(&extract));
    assert_eq!(extract.content.attachments.len(), 5);
    let mut damaged = tar;
    damaged[1024] ^= 1;
    assert!(!opened("a.tar", &damaged).content.unreadable.is_empty());
}
