//! The inverse of [`super::data`]: content to what follows `DATA`, streaming.
//!
//! # Invariants
//!
//! - The output holds `CRLF . CRLF` once, as its end.
//! - Every CR is followed by LF and every LF preceded by CR; a bare one becomes CRLF, so nothing
//!   that leaves can be taken for another end of data by a lenient server.
//! - No octet of value 0 leaves: a server that drops it would see other lines than we wrote.
//!
//! # Standards
//!
//! RFC 5321 §4.5.2, §2.3.8; RFC 2045 §2.8.

use memchr::memchr3;

/// Writes the content of one message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stuffer {
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Nothing written.
    Fresh,
    /// After a line end.
    LineStart,
    /// After a CR that was written as CRLF: an LF after it is the same line end.
    Return,
    /// Within a line.
    Text,
}

impl Default for Stuffer {
    fn default() -> Self {
        Self::new()
    }
}

impl Stuffer {
    /// Starts a message.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: State::Fresh }
    }

    /// Appends `chunk` to `out`, line ends made CRLF and dots at the start of a line doubled.
    pub fn feed(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        out.reserve(chunk.len());
        let mut rest = chunk;
        while let Some((first, tail)) = rest.split_first() {
            match *first {
                b'\n' if self.state == State::Return => {
                    self.state = State::LineStart;
                    rest = tail;
                }
                b'\r' => rest = self.end_line(State::Return, tail, out),
                b'\n' => rest = self.end_line(State::LineStart, tail, out),
                0 => rest = tail,
                _ => rest = self.text(rest, out),
            }
        }
    }

    /// Ends the message: completes its last line and appends the final dot.
    pub fn finish(self, out: &mut Vec<u8>) {
        match self.state {
            State::Fresh | State::Text => out.extend_from_slice(b"\r\n.\r\n"),
            State::LineStart | State::Return => out.extend_from_slice(b".\r\n"),
        }
    }

    fn end_line<'r>(&mut self, state: State, tail: &'r [u8], out: &mut Vec<u8>) -> &'r [u8] {
        out.extend_from_slice(b"\r\n");
        self.state = state;
        tail
    }

    /// Writes a run up to the next line end or NUL; returns what follows it.
    fn text<'r>(&mut self, rest: &'r [u8], out: &mut Vec<u8>) -> &'r [u8] {
        if self.state != State::Text && rest.first() == Some(&b'.') {
            out.push(b'.');
        }
        self.state = State::Text;
        let run = memchr3(b'\r', b'\n', 0, rest).unwrap_or(rest.len());
        let (text, tail) = rest.split_at_checked(run).unwrap_or((rest, &[]));
        out.extend_from_slice(text);
        tail
    }
}

/// Returns `content` as it follows `DATA`, final dot included.
#[must_use]
pub fn stuffed(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len().saturating_add(content.len() / 64));
    let mut stuffer = Stuffer::new();
    stuffer.feed(content, &mut out);
    stuffer.finish(&mut out);
    out
}

/// True when `content` has an octet above 127, so that it needs `BODY=8BITMIME` (RFC 6152).
#[must_use]
pub fn is_eight_bit(content: &[u8]) -> bool {
    !content.is_ascii()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(content: &str, expected: &str) {
        assert_eq!(String::from_utf8(stuffed(content.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn dots_are_doubled_and_the_end_is_complete() {
        check("", "\r\n.\r\n");
        check("a", "a\r\n.\r\n");
        check("a\r\n", "a\r\n.\r\n");
        check(".\r\n..a\r\nb.", "..\r\n...a\r\nb.\r\n.\r\n");
    }

    #[test]
    fn no_bare_line_end_leaves() {
        check("a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd\r\n.\r\n");
        check("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r\n\0.\r\nb", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r\r\n.\r\r\nb", "a\r\n\r\n..\r\n\r\nb\r\n.\r\n");
    }

    /// The definition, octet by octet, against which the fast one is held.
    fn slow(content: &[u8]) -> Vec<u8> {
        let text: Vec<u8> = content.iter().copied().filter(|octet| *octet != 0).collect();
        let mut lines: Vec<Vec<u8>> = vec![Vec::new()];
        for (at, octet) in text.iter().copied().enumerate() {
            let after_return =
                at.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'\r');
            match octet {
                b'\n' if after_return => {}
                b'\r' | b'\n' => lines.push(Vec::new()),
                _ => lines.last_mut().unwrap().push(octet),
            }
        }
        if 1 < lines.len() && lines.last().unwrap().is_empty() {
            lines.pop();
        }
        let mut out = Vec::new();
        for line in lines {
            if line.first() == Some(&b'.') {
                out.push(b'.');
            }
            out.extend_from_slice(&line);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
        out
    }

    proptest! {
        #[test]
        fn any_content_in_any_chunks_leaves_clean(
            content in proptest::collection::vec(
                prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(0), any::<u8>()], 0..200),
            cut in 1..20_usize,
        ) {
            let mut out = Vec::new();
            let mut stuffer = Stuffer::new();
            for chunk in content.chunks(cut) {
                stuffer.feed(chunk, &mut out);
            }
            stuffer.finish(&mut out);
            prop_assert_eq!(&out, &slow(&content));
            prop_assert!(out.ends_with(b"\r\n.\r\n"));
            let ends = out.windows(5).filter(|window| *window == b"\r\n.\r\n").count();
            prop_assert_eq!(ends, 1);
        }
    }
}
