//! The content of a message in any chunks: the same as in one.
use wire::smtp::{
    chunk::{Chunk, ChunkReader},
    data::{DataReader, LineEnds, Piece, Received},
};

/// The same octets after `BDAT`, in chunks.
fn counted_in(octets: &[u8], chunk: usize, line_ends: LineEnds) -> Option<Vec<u8>> {
    let mut reader = ChunkReader::new(1 << 20, 1000, line_ends);
    let mut content = Vec::new();
    for rest in octets.chunks(chunk).map(Some).chain([None]) {
        let mut rest = rest.unwrap_or_default();
        reader.begin(Chunk { octets: u64::try_from(rest.len()).ok()?, last: rest.is_empty() });
        loop {
            let (used, piece) = reader.feed(rest);
            rest = rest.get(used..).unwrap_or_default();
            match piece {
                Piece::Content(run) => content.extend_from_slice(run),
                Piece::End(_) => break,
                Piece::Nothing => {}
            }
        }
    }
    reader.received().fault.is_none().then_some(content)
}

fn read(octets: &[u8], chunk: usize, line_ends: LineEnds) -> (Vec<u8>, Option<Received>) {
    let mut reader = DataReader::new(1 << 20, 1000).with_line_ends(line_ends);
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
    let chunk = usize::from(*chunk).max(1);
    for line_ends in [LineEnds::Refuse, LineEnds::Fix] {
        let whole = read(octets, octets.len().max(1), line_ends);
        let parts = read(octets, chunk, line_ends);
        assert_eq!(whole.1, parts.1);
        // After a fault the content is dropped, however much of it came before.
        if whole.1.is_some_and(|it| it.fault.is_none()) {
            assert_eq!(whole.0, parts.0);
            assert_lines(&whole.0);
        }
        let counted = [octets.len().max(1), chunk].map(|it| counted_in(octets, it, line_ends));
        assert_eq!(counted.first(), counted.last());
        if let Some(content) = counted.first().and_then(Option::as_ref) {
            assert_lines(content);
        }
    }
}

/// Nothing that is taken has another line end than CRLF.
fn assert_lines(content: &[u8]) {
    let text = String::from_utf8_lossy(content).replace("\r\n", "");
    assert!(!text.contains(['\r', '\n', '\0']));
    assert!(content.is_empty() || content.ends_with(b"\r\n"));
}
