//! The content of a message in any chunks: the same as in one.
use wire::smtp::data::{DataReader, Piece, Received};

fn read(octets: &[u8], chunk: usize) -> (Vec<u8>, Option<Received>) {
    let mut reader = DataReader::new(1 << 20, 1000);
    let mut content = Vec::new();
    for mut rest in octets.chunks(chunk) {
        while !rest.is_empty() {
            let (used, piece) = reader.feed(rest);
            match piece {
                Piece::Content(run) => content.extend_from_slice(run),
                Piece::End(received) => return (content, Some(received)),
                Piece::Nothing => {}
            }
            rest = rest.get(used..).unwrap_or_default();
        }
    }
    (content, None)
}

/// Runs the target on one input.
pub(crate) fn run(input: &[u8]) {
    let Some((chunk, octets)) = input.split_first() else { return };
    let whole = read(octets, octets.len().max(1));
    let parts = read(octets, usize::from(*chunk).max(1));
    assert_eq!(whole.1, parts.1);
    // After a fault the content is dropped, however much of it came before.
    if whole.1.is_none_or(|it| it.fault.is_none()) && whole.1.is_some() {
        assert_eq!(whole.0, parts.0);
    }
}
