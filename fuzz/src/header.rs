//! Headers: encoded words and parameters in every form. Whatever stands before it, a text at the
//! end of a field is seen, or the message is said to be doubtful.

use examine::Limits;
use wire::mime;

const MARK: &str = "nightjar";

/// Times its own size that a value may become when its words are read: two octets of a word can
/// stand for six.
const GROWTH_MAX: usize = 3;

/// Runs the target of encoded words (RFC 2047).
pub(crate) fn run_words(value: &[u8]) {
    let octets: usize = mime::chunks(value).iter().map(|it| it.bytes.len()).sum();
    assert!(octets <= value.len().saturating_mul(GROWTH_MAX), "it grows to {octets} octets");
    must_be_seen(b"Subject: ", value, b" nightjar");
}

/// Runs the target of parameters (RFC 2231).
pub(crate) fn run_parameters(value: &[u8]) {
    must_be_seen(b"Content-Disposition: attachment; ", value, b"; filename=nightjar");
    must_be_seen(b"Content-Type: a/b; ", value, b"; name=nightjar");
}

fn must_be_seen(name: &[u8], value: &[u8], mark: &[u8]) {
    // On one line: what stands on the next is another field.
    let value: Vec<u8> =
        value.iter().map(|it| if matches!(it, b'\r' | b'\n') { b' ' } else { *it }).collect();
    let message = [name, &value, mark, b"\r\n\r\nbody\r\n"].concat();
    let content = examine::extract(&message, &Limits::default()).content;
    for segment in &content.segments {
        assert!(content.text.get(segment.start..segment.end).is_some());
    }
    let doubts = [&content.unreadable, &content.ambiguous, &content.over_limit];
    let doubtful = doubts.iter().any(|it| !it.is_empty());
    assert!(doubtful || content.text.contains(MARK), "{MARK} is not seen");
}
