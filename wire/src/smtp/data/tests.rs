//! End of data, dots and faults, whole and in every cut.

use proptest::prelude::*;

use super::*;
use crate::smtp::stuff::stuffed;

/// What a reader made of `input`: the content, what ended it, and the octets left over.
fn read(input: &[u8], cuts: &[usize]) -> (Option<Vec<u8>>, Option<Received>, usize) {
    let mut reader = DataReader::new(1_000, 40);
    let mut content = Vec::new();
    let mut taken = 0_usize;
    for cut in cuts.iter().copied().cycle() {
        let end = taken.saturating_add(cut).min(input.len());
        while taken < end {
            let (used, piece) = reader.feed(&input[taken..end]);
            taken += used;
            match piece {
                Piece::Content(run) => content.extend_from_slice(run),
                Piece::End(end) => {
                    return (
                        end.fault.is_none().then_some(content),
                        Some(end),
                        input.len() - taken,
                    );
                }
                Piece::Nothing => {}
            }
        }
        if taken == input.len() {
            break;
        }
    }
    (Some(content), None, 0)
}

#[track_caller]
fn check(input: &str, content: &str) {
    for cut in 1..=input.len() {
        let (found, end, left) = read(input.as_bytes(), &[cut]);
        assert_eq!(String::from_utf8(found.unwrap()).unwrap(), content, "cut at {cut}");
        let octets = u64::try_from(content.len()).unwrap();
        assert_eq!(end, Some(Received { octets, fault: None }), "cut at {cut}");
        assert_eq!(left, 0);
    }
}

#[test]
fn the_dot_ends_and_stuffed_dots_are_taken_away() {
    check(".\r\n", "");
    check("a\r\n.\r\n", "a\r\n");
    check("a\r\n..\r\n...b\r\nc.\r\n.\r\n", "a\r\n.\r\n..b\r\nc.\r\n");
    check(".a\r\n.\r\n", "a\r\n");
    check("a\r\n\r\n.\r\n", "a\r\n\r\n");
}

#[test]
fn what_follows_the_end_is_left_alone() {
    assert_eq!(read(b"a\r\n.\r\nQUIT\r\n", &[99]).2, 6);
}

/// What some server somewhere has taken for an end of data; none is one here, and a message that
/// holds one is refused once its true end has come.
#[test]
fn no_other_sequence_ends_the_data() {
    let smuggled = [
        "\n.\n",
        "\n.\r",
        "\r.\n",
        "\r.\r",
        "\n.\r\n",
        "\r.\r\n",
        "\r\n.\n",
        "\r\n.\r",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
        "\r\n.\r\r\n",
        "\r\r\n.\r\r\n",
    ];
    for sequence in smuggled {
        let input = format!("a{sequence}MAIL FROM:<x@y>\r\n\r\n.\r\n");
        for cut in 1..=input.len() {
            let (content, end, left) = read(input.as_bytes(), &[cut]);
            assert_eq!((content, left), (None, 0), "{sequence:?} cut at {cut}");
            assert!(end.unwrap().fault.is_some(), "{sequence:?} cut at {cut}");
        }
    }
}

#[test]
fn faults_are_named_and_the_first_counts() {
    let fault = |input: &str| read(input.as_bytes(), &[7]).1.unwrap().fault;
    assert_eq!(fault("a\nb\rc\r\n.\r\n"), Some(DataFault::BareLineFeed));
    assert_eq!(fault("a\rb\nc\r\n.\r\n"), Some(DataFault::BareReturn));
    assert_eq!(fault("a\0\r\n.\r\n"), Some(DataFault::Nul));
    assert_eq!(fault(&format!("{}\r\n.\r\n", "x".repeat(39))), Some(DataFault::LineTooLong));
    assert_eq!(fault(&format!("{}\r\n.\r\n", "x".repeat(38))), None);
}

#[test]
fn a_message_over_the_limit_is_counted_to_its_end() {
    let line = format!("{}\r\n", "x".repeat(8));
    let exact = read(format!("{}.\r\n", line.repeat(100)).as_bytes(), &[64]).1.unwrap();
    assert_eq!(exact, Received { octets: 1_000, fault: None });
    let over = read(format!("{}.\r\n", line.repeat(101)).as_bytes(), &[64]).1.unwrap();
    assert_eq!(over, Received { octets: 1_010, fault: Some(DataFault::TooLarge) });
}

fn tricky() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(b'a'), Just(0), any::<u8>()];
    proptest::collection::vec(octet, 0..120)
}

proptest! {
    #[test]
    fn chunks_do_not_matter(
        input in tricky(),
        cuts in proptest::collection::vec(1..9_usize, 1..20),
    ) {
        let mut input = input;
        input.extend_from_slice(b"\r\n.\r\nrest");
        prop_assert_eq!(read(&input, &cuts), read(&input, &[usize::MAX]));
    }

    #[test]
    fn unstuffing_undoes_stuffing(lines in proptest::collection::vec("[.a-c é]{0,9}", 1..20)) {
        let content = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        let (found, end, left) = read(&stuffed(content.as_bytes()), &[5]);
        prop_assert_eq!(found, Some(content.into_bytes()));
        prop_assert!(end.is_some());
        prop_assert_eq!(left, 0);
    }
}
