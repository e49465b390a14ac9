//! Chunks in every cut, beside the same message after `DATA`.

use proptest::prelude::*;

use super::*;
use crate::smtp::{data::DataFault, stuff::stuffed};

/// What came of a message in chunks of the given lengths, fed in pieces of at most `cut` octets.
fn read(
    content: &[u8],
    lengths: &[usize],
    cut: usize,
    line_ends: LineEnds,
) -> (Option<Vec<u8>>, Received) {
    let mut reader = ChunkReader::new(1_000, 40, line_ends);
    let mut found = Vec::new();
    let mut rest = content;
    for length in lengths.iter().copied().cycle() {
        let (chunk, tail) = rest.split_at(length.min(rest.len()));
        rest = tail;
        let last = rest.is_empty();
        reader.begin(Chunk { octets: u64::try_from(chunk.len()).unwrap(), last });
        // What follows the chunk is in the buffer already, and must stay there.
        let behind = [chunk, b"QUIT\r\n"].concat();
        let mut at = 0_usize;
        loop {
            let end = at.saturating_add(cut).min(behind.len());
            let (used, piece) = reader.feed(&behind[at..end]);
            at += used;
            match piece {
                Piece::Content(run) => found.extend_from_slice(run),
                Piece::Nothing => {}
                Piece::End(received) => {
                    assert_eq!(at, chunk.len(), "exactly the octets of the chunk");
                    if last {
                        return (received.fault.is_none().then_some(found), received);
                    }
                    break;
                }
            }
        }
    }
    panic!("there is always a last chunk");
}

#[track_caller]
fn check(content: &str, expected: Result<&str, DataFault>) {
    for length in 1..=content.len().max(1) {
        for cut in [1, 2, 99] {
            let (found, received) = read(content.as_bytes(), &[length], cut, LineEnds::Refuse);
            let found = found.map(|it| String::from_utf8(it).unwrap());
            assert_eq!(found.as_deref(), expected.ok(), "{length}/{cut}");
            assert_eq!(received.fault, expected.err());
        }
    }
}

#[test]
fn octets_are_counted_and_dots_are_dots() {
    check("", Ok(""));
    check("a\r\n", Ok("a\r\n"));
    check(".\r\n", Ok(".\r\n"));
    check("a\r\n.\r\n..b\r\n", Ok("a\r\n.\r\n..b\r\n"));
    check("a\r\n.", Ok("a\r\n.\r\n"));
    check("no end", Ok("no end\r\n"));
}

#[test]
fn lines_obey_the_rules_of_data() {
    check("a\nb\r\n", Err(DataFault::BareLineFeed));
    check("a\rb\r\n", Err(DataFault::BareReturn));
    check("a\r", Err(DataFault::BareReturn));
    check("a\0\r\n", Err(DataFault::Nul));
    check("a\n", Err(DataFault::BareLineFeed));
    check(&"x".repeat(39), Err(DataFault::LineTooLong));
    check(&"x".repeat(38), Ok(&format!("{}\r\n", "x".repeat(38))));
    check(&"0123456\r\n".repeat(200), Err(DataFault::TooLarge));
}

#[test]
fn the_end_that_is_added_counts() {
    let (found, received) = read(&b"01234567\r\n".repeat(100), &[7], 3, LineEnds::Refuse);
    assert_eq!((found.map(|it| it.len()), received.octets), (Some(1_000), 1_000));
    let over = [&b"01234567\r\n".repeat(99)[..], b"012345678"].concat();
    let (found, received) = read(&over, &[7], 3, LineEnds::Refuse);
    assert_eq!((found, received.fault), (None, Some(DataFault::TooLarge)));
}

fn tricky() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(b'a'), Just(0), any::<u8>()];
    proptest::collection::vec(octet, 0..120)
}

proptest! {
    #[test]
    fn chunks_do_not_matter(
        content in tricky(),
        lengths in proptest::collection::vec(1..9_usize, 1..20),
        cut in 1..9_usize,
        fix in any::<bool>(),
    ) {
        let line_ends = if fix { LineEnds::Fix } else { LineEnds::Refuse };
        let whole = read(&content, &[usize::MAX], usize::MAX, line_ends);
        let parts = read(&content, &lengths, cut, line_ends);
        prop_assert_eq!(&whole.0, &parts.0);
        // Of two faults, only that there is one does not depend on the cut.
        prop_assert_eq!(whole.1.octets, parts.1.octets);
    }

    /// Whatever is taken has no line end but CRLF, and could not end a message early.
    #[test]
    fn what_is_taken_is_lines(content in tricky(), fix in any::<bool>()) {
        let line_ends = if fix { LineEnds::Fix } else { LineEnds::Refuse };
        let (found, _) = read(&content, &[5], 3, line_ends);
        if let Some(found) = found {
            let text = found.split(|it| *it == b'\n').collect::<Vec<_>>();
            for (line, is_last) in text.iter().zip((1..=text.len()).map(|it| it == text.len())) {
                prop_assert_eq!(line.ends_with(b"\r"), !is_last);
                let bare = line.strip_suffix(b"\r").unwrap_or(line);
                prop_assert!(!bare.contains(&b'\r') && (!is_last || bare.is_empty()));
            }
        }
    }

    /// `DATA` and `BDAT` make the same of the same message.
    #[test]
    fn both_ways_agree(content in tricky(), fix in any::<bool>()) {
        let line_ends = if fix { LineEnds::Fix } else { LineEnds::Refuse };
        let (chunked, _) = read(&content, &[11], 4, line_ends);
        // Nothing at all is written as one empty line.
        if let Some(chunked) = chunked.filter(|it| !it.is_empty()) {
            let mut reader = DataReader::new(1_000, 40).with_line_ends(line_ends);
            let wire = stuffed(&chunked);
            let (mut at, mut found) = (0_usize, Vec::new());
            loop {
                let (used, piece) = reader.feed(&wire[at..]);
                at += used;
                match piece {
                    Piece::Content(run) => found.extend_from_slice(run),
                    Piece::Nothing => {}
                    Piece::End(received) => {
                        prop_assert_eq!(received.fault, None);
                        break;
                    }
                }
            }
            prop_assert_eq!((at, found), (wire.len(), chunked));
        }
    }
}
