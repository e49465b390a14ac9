//! Archives, made by the programs that people use (see `examine/tests/files/make.py`) and by hand.

mod bombs;
mod listed;
mod tricks;

use grammar::tree::Scope;
use proptest::prelude::*;

use super::{texts, with_file};
use crate::Extract;

/// What stands in the letter of each archive.
const LETTER: &str = "the nightjar flew over pelham quarry at dusk.";

/// What stands in its note, where it has one.
const NOTE: &str = "osprey at the lock.";

macro_rules! made {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../tests/files/", $name)).as_slice())
    };
}

fn opened(name: &str, octets: &[u8]) -> Extract {
    with_file("application/octet-stream", name, octets)
}

/// Whether the words stand in the text of an attachment.
fn has(extract: &Extract, words: &str) -> bool {
    texts(extract, Scope::AttachmentText).iter().any(|text| text.contains(words))
}

#[test]
fn single_compressed_files_are_read_whole() {
    for (name, octets) in [
        made!("letter.txt.gz"),
        made!("letter.txt.bz2"),
        made!("letter.txt.xz"),
        made!("letter.txt.zst"),
        made!("two.txt.gz"),
        made!("two.txt.bz2"),
        made!("two.txt.xz"),
        made!("two.txt.zst"),
    ] {
        let extract = opened(name, octets);
        assert!(has(&extract, LETTER), "{name}");
        assert_eq!(has(&extract, NOTE), name.starts_with("two"), "{name}");
        assert_eq!(extract.content.unreadable, [""; 0], "{name}");
        assert_eq!(extract.content.ambiguous, [""; 0], "{name}");
        let inside = name.rsplit_once('.').unwrap().0;
        assert_eq!(extract.parts[1].path, format!("0/{inside}"));
        assert_eq!(texts(&extract, Scope::AttachmentNames), [name, inside]);
    }
}

#[test]
fn archives_are_read_whole() {
    for (name, octets) in [
        made!("stored.zip"),
        made!("deflated.zip"),
        made!("bzip2.zip"),
        made!("lzma.zip"),
        made!("gnu.tar"),
        made!("pax.tar"),
        made!("ustar.tar"),
        made!("letter.tgz"),
        made!("copy.7z"),
        made!("lzma.7z"),
        made!("lzma2.7z"),
        made!("bzip2.7z"),
        made!("deflate.7z"),
        made!("bcj.7z"),
        made!("apart.7z"),
        made!("plain-header.7z"),
    ] {
        let extract = opened(name, octets);
        assert!(has(&extract, LETTER), "{name}");
        assert!(has(&extract, NOTE), "{name}");
        let names = texts(&extract, Scope::AttachmentNames);
        assert!(names.contains(&"letter.txt"), "{name}: {names:?}");
        assert!(names.iter().any(|it| it.contains("/note ")), "{name}: {names:?}");
        assert_eq!(extract.content.unreadable, [""; 0], "{name}");
        assert_eq!(extract.content.ambiguous, [""; 0], "{name}");
        assert_eq!(has(&extract, "comment on the grebe"), name.ends_with(".zip"), "{name}");
    }
}

#[test]
fn what_is_encrypted_is_told_and_its_names_are_read() {
    for (name, octets) in [made!("aes.zip"), made!("zipcrypto.zip"), made!("encrypted.7z")] {
        let extract = opened(name, octets);
        let told = [
            "encrypted archive (part 0)",
            "encrypted archive (part 0/letter.txt)",
            "encrypted archive (part 0/notes/note é.txt)",
        ];
        assert_eq!(extract.content.unreadable, told, "{name}");
        assert!(texts(&extract, Scope::AttachmentNames).contains(&"letter.txt"), "{name}");
    }
}

#[test]
fn names_that_are_encrypted_too_are_told() {
    let (name, octets) = made!("encrypted-header.7z");
    let content = opened(name, octets).content;
    assert_eq!(content.unreadable, ["encrypted archive (part 0)"]);
}

#[test]
fn foreign_methods_are_told() {
    for (name, octets) in [made!("deflate64.zip"), made!("ppmd.zip"), made!("ppmd.7z")] {
        let extract = opened(name, octets);
        let told = "packed in a way that is not read (part 0/letter.txt)";
        assert!(extract.content.unreadable.iter().any(|it| it == told), "{name}");
        assert!(!has(&extract, LETTER), "{name}");
    }
}

/// Every archive, cut off at each place: nothing of it may seem to be read whole.
#[test]
fn a_cut_archive_never_seems_whole() {
    for (name, octets) in [
        made!("letter.txt.gz"),
        made!("letter.txt.bz2"),
        made!("letter.txt.xz"),
        made!("letter.txt.zst"),
        made!("deflated.zip"),
        made!("lzma.zip"),
        made!("lzma2.7z"),
        made!("plain-header.7z"),
    ] {
        for length in 7..octets.len() {
            let content = opened(name, &octets[..length]).content;
            // Where only the comment of a zip is cut, its end says so.
            let told = content.unreadable.len() + content.ambiguous.len();
            assert!(told > 0, "{name} of {length} octets");
        }
    }
}

/// Every archive with one bit turned: what is wrong is told, or nothing is lost by it.
#[test]
fn a_damaged_archive_never_loses_text_in_silence() {
    for (name, octets) in [
        made!("letter.txt.gz"),
        made!("letter.txt.bz2"),
        made!("letter.txt.xz"),
        made!("letter.txt.zst"),
        made!("stored.zip"),
        made!("deflated.zip"),
        made!("lzma.zip"),
        made!("lzma2.7z"),
        made!("plain-header.7z"),
    ] {
        for at in 0..octets.len() {
            let mut turned = octets.to_vec();
            turned[at] ^= 1 << (at % 8);
            let extract = opened(name, &turned);
            let content = &extract.content;
            let told =
                content.unreadable.len() + content.ambiguous.len() + content.over_limit.len();
            assert!(told > 0 || has(&extract, LETTER), "{name} with octet {at} turned");
        }
    }
}

#[test]
fn what_stands_in_an_archive_is_read_as_what_it_is() {
    let mail = b"Subject: s\nContent-Transfer-Encoding: base64\n\nVGhlIG5pZ2h0amFyIGZsZXcgb3ZlciBQZWxoYW0gcXVhcnJ5IGF0IGR1c2su\n";
    let page = b"<html><p>The night<b>jar</b> flew over <i>Pelham</i> quarry at dusk.</p></html>";
    let zip = include_bytes!("../../tests/files/deflated.zip");
    for (name, octets) in
        [("mail.eml", &mail[..]), ("page.html", page), ("page", page), ("inner.zip", zip)]
    {
        let outer = tricks::zip(&[tricks::Entry::stored(name, octets)]);
        let extract = opened("outer.zip", &outer);
        assert!(has(&extract, LETTER), "{name}");
        assert_eq!(extract.content.unreadable, [""; 0], "{name}");
        assert_eq!(extract.content.ambiguous, [""; 0], "{name}");
    }
    let outer = tricks::zip(&[tricks::Entry::stored("a.bin", &[0, 1, 2, 3, 250, 7])]);
    let told = ["file of a kind that is not read (part 0/a.bin)"];
    assert_eq!(opened("outer.zip", &outer).content.unreadable, told);
}

/// An archive that a mail shows inline, under a wrong label, in a nested message.
#[test]
fn an_archive_is_opened_wherever_it_stands() {
    let zip = crate::edits::base64_of(include_bytes!("../../tests/files/deflated.zip"));
    for header in [
        "Content-Type: text/plain; name=a.txt",
        "Content-Type: image/png",
        "Content-Type: application/octet-stream",
        "Content-Type: message/rfc822\n\nContent-Type: application/zip",
    ] {
        let message = format!("{header}\nContent-Transfer-Encoding: base64\n\n{zip}\n");
        assert!(has(&super::extracted(&message), LETTER), "{header}");
    }
}

/// One archive of each kind.
const KINDS: [(&str, &[u8]); 14] = [
    made!("two.txt.gz"),
    made!("two.txt.bz2"),
    made!("two.txt.xz"),
    made!("two.txt.zst"),
    made!("deflated.zip"),
    made!("lzma.zip"),
    made!("bzip2.zip"),
    made!("pax.tar"),
    made!("gnu.tar"),
    made!("copy.7z"),
    made!("lzma2.7z"),
    made!("bcj.7z"),
    made!("bzip2.7z"),
    made!("plain-header.7z"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Octets changed, cut and doubled: nothing panics, and what is found lies in the text.
    #[test]
    fn nothing_panics_on_what_was_an_archive(
        kind in 0..KINDS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        from in any::<prop::sample::Index>(),
        doubled in any::<bool>(),
    ) {
        let (name, octets) = KINDS[kind];
        let mut octets = octets.to_vec();
        for (at, octet) in changes {
            let at = at.index(octets.len());
            octets[at] = octet;
        }
        if doubled {
            octets.extend_from_within(from.index(octets.len())..);
        }
        let content = opened(name, &octets).content;
        for segment in &content.segments {
            prop_assert!(content.text.get(segment.start..segment.end).is_some());
        }
    }
}
