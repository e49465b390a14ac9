//! Archives that unpack to too much, or that cost too much: told, and quickly.
#![expect(clippy::disallowed_methods, reason = "the tests of time read a clock")]

use std::{
    io::Write,
    time::{Duration, Instant},
};

use super::tricks::{Entry, end, zip};
use crate::{Extract, Limits};

/// Time without optimisation.
const TIME_MAX: Duration = Duration::from_secs(60);

/// Opens it with a limit that is small, as code without optimisation is slow.
fn opened(octets: &[u8]) -> Extract {
    within(&Limits { unpacked_octets: 2 * 1024 * 1024, ..Limits::default() }, octets)
}

fn within(limits: &Limits, octets: &[u8]) -> Extract {
    let header = b"Content-Type: a/b\nContent-Transfer-Encoding: binary\n\n";
    crate::extract(&[&header[..], octets].concat(), limits)
}

fn deflate(octets: u64) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..octets / 1024 / 1024 {
        packer.write_all(&zeros).unwrap();
    }
    packer.finish().unwrap()
}

fn gzip(packed: &[u8]) -> Vec<u8> {
    [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", packed, &[0; 8]].concat()
}

/// One entry that many names of the directory point to, and many that lie in one another.
fn overlapping(count: u16) -> Vec<u8> {
    let packed = deflate(1024 * 1024);
    let one = zip(&[Entry::packed("a.txt", 8, b"", &packed)]);
    let directory_at = one.len() - 22 - 46 - 5;
    let directory = &one[directory_at..one.len() - 22];
    let mut octets = one[..directory_at].to_vec();
    for _ in 0..count {
        octets.extend(directory);
    }
    let length = u32::try_from(directory.len()).unwrap() * u32::from(count);
    octets.extend(end(count, length, u32::try_from(directory_at).unwrap()));
    octets
}

#[test]
fn bombs_are_over_a_limit_and_cheap() {
    let zeros = deflate(64 * 1024 * 1024);
    let nested = (0..60).fold(b"a".to_vec(), |inside, _| zip(&[Entry::stored("a.zip", &inside)]));
    let many: Vec<_> = (0..12_000).map(|it| Entry::stored(&it.to_string(), b"x")).collect();
    let window = b"\x28\xb5\x2f\xfd\x00\xa0\x01\0\0".to_vec();
    let largest_window = b"\x28\xb5\x2f\xfd\x00\xff\x01\0\0".to_vec();
    let streams = include_bytes!("../../../tests/files/letter.txt.bz2").repeat(2_000);
    let blocks = {
        let xz = include_bytes!("../../../tests/files/letter.txt.xz");
        // The header of the stream, and its only block.
        let block = &xz[12..xz.len() - 12 - 8];
        [&xz[..12], &block.repeat(20_000)].concat()
    };
    for (name, octets, told) in [
        ("blocks", blocks, "archive that unpacks to too much (part 0/"),
        ("gzip", gzip(&zeros), "archive that unpacks to too much (part 0/"),
        (
            "zip",
            zip(&[Entry::packed("a", 8, b"", &zeros)]),
            "archive that unpacks to too much (part 0/",
        ),
        ("nested", nested, "parts nested too deep"),
        ("many", zip(&many), "too many files in archives (part 0)"),
        ("window", window, "archive that unpacks to too much (part 0/"),
        ("largest window", largest_window, "archive that unpacks to too much (part 0/"),
        ("streams", streams, "archive that unpacks to too much (part 0/"),
    ] {
        let start = Instant::now();
        let content = opened(&octets).content;
        let took = start.elapsed();
        assert!(took < TIME_MAX, "{name}: {took:?}");
        let over = &content.over_limit;
        assert!(over.iter().any(|it| it.starts_with(told)), "{name}: {over:?}");
    }
}

#[test]
fn one_entry_under_many_names_is_unpacked_once() {
    let start = Instant::now();
    let content = opened(&overlapping(9_000)).content;
    assert!(start.elapsed() < TIME_MAX);
    assert!(content.ambiguous.iter().any(|it| it.starts_with("zip whose files overlap")));
    assert_eq!(content.attachments.len(), 2);
}

/// Entries that begin one in the other, so that each unpacks all behind it.
#[test]
fn entries_in_entries_stop_at_the_limit() {
    let packed = deflate(1024 * 1024);
    let entries: Vec<_> = (0..40).map(|_| Entry::packed("a", 8, b"", &packed)).collect();
    let start = Instant::now();
    let content = opened(&zip(&entries)).content;
    assert!(start.elapsed() < TIME_MAX);
    assert!(!content.over_limit.is_empty());
}

#[test]
fn the_limits_can_be_set() {
    let limits = Limits { members: 1, ..Limits::default() };
    let octets = zip(&[Entry::stored("a", b"x"), Entry::stored("b", b"y")]);
    let content = within(&limits, &octets).content;
    assert_eq!(content.over_limit, ["too many files in archives (part 0)"]);
    assert_eq!(content.attachments.len(), 2);
}

/// Headers that no directory names and that do not say where their octets end, and long names that
/// stand in one another.
#[test]
fn headers_in_headers_cost_no_more_than_their_length() {
    let header = |flags: u16, name: u16| {
        let mut octets = b"PK\x03\x04\x14\0".to_vec();
        octets.extend(flags.to_le_bytes());
        octets.extend([0; 18]);
        octets.extend(name.to_le_bytes());
        octets.extend([0, 0, b'a']);
        octets
    };
    for (name, octets) in [
        ("sizes behind", header(8, 1).repeat(60_000)),
        ("long names", [header(0, u16::MAX).repeat(60_000), vec![0xe9; 70_000]].concat()),
        ("directories", [&b"PK\x01\x02"[..], &[0; 42]].concat().repeat(60_000)),
        ("ends", end(1, 46, 0).repeat(60_000)),
    ] {
        let start = Instant::now();
        let content = opened(&octets).content;
        let took = start.elapsed();
        assert!(took < TIME_MAX, "{name}: {took:?}");
        let told = content.unreadable.len() + content.over_limit.len();
        assert!(told > 0, "{name}");
    }
}

#[test]
fn names_and_lists_have_a_limit() {
    let long = zip(&[Entry::stored(&"x".repeat(2_000), b"text")]);
    assert_eq!(opened(&long).content.over_limit, ["file name too long in an archive (part 0/1)"]);
    let limits = Limits { members: 1, ..Limits::default() };
    let listed = include_bytes!("../../../tests/files/apart.7z");
    let told = ["too many files in archives (part 0)"];
    assert_eq!(within(&limits, listed).content.over_limit, told);
}
