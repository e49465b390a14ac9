//! Octets in any chunks to command lines, strictly ended by CRLF.
//!
//! # Invariants
//!
//! - What comes out does not depend on how the octets were cut into chunks.
//! - At most [`LineReader`]'s limit is kept, whatever the peer sends.
//!
//! # Trust
//!
//! A bare CR or a bare LF is never a line end: two programs that disagree about it can be made to
//! read different commands from the same octets.
//!
//! # Standards
//!
//! RFC 5321 §2.3.8.

use std::fmt;

use memchr::memchr2;

use super::limits::{ENDLESS_LINE_OCTETS_MAX, LINE_OCTETS_KEPT, LINE_OCTETS_MAX};

/// One line, or why there is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Line<'r> {
    /// A line without its CRLF.
    Text(&'r [u8]),
    /// A line that cannot be read.
    Fault(LineFault),
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LineFault {
    /// LF without CR before it.
    #[error("line feed without carriage return")]
    BareLineFeed,
    /// CR without LF after it.
    #[error("carriage return without line feed")]
    BareReturn,
    /// Over the limit and without an end in sight.
    #[error("line without end")]
    Endless,
    /// Over the limit; all of it was dropped.
    #[error("line too long")]
    TooLong,
}

/// Collects octets into lines. `Debug` does not show them: one may be a password.
#[derive(Clone)]
pub struct LineReader {
    buffer: Vec<u8>,
    octets_max: usize,
    /// Octets of the line so far, kept or dropped.
    length: usize,
    after_return: bool,
    /// The buffer holds a line that was handed out.
    spent: bool,
}

impl Default for LineReader {
    fn default() -> Self {
        Self::new(LINE_OCTETS_MAX)
    }
}

impl fmt::Debug for LineReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineReader").field("length", &self.length).finish_non_exhaustive()
    }
}

impl LineReader {
    /// Makes a reader of lines of at most `octets_max` octets, CRLF included.
    #[must_use]
    pub const fn new(octets_max: usize) -> Self {
        Self { buffer: Vec::new(), octets_max, length: 0, after_return: false, spent: false }
    }

    /// Takes octets up to the end of the first line; returns how many, and the line if it ended.
    ///
    /// Call again with the rest of the chunk. Without a line, the whole chunk was taken.
    pub fn feed(&mut self, chunk: &[u8]) -> (usize, Option<Line<'_>>) {
        self.recycle();
        let mut at = 0;
        while let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) {
            let (used, end) = self.advance(rest);
            at += used;
            if let Some(end) = end {
                self.spent = true;
                return (at, Some(self.finish(end)));
            }
        }
        (at, None)
    }

    /// Drops what was read of an unfinished line, as before a TLS handshake (RFC 3207 §4.2).
    pub fn discard(&mut self) {
        self.spent = true;
        self.recycle();
    }

    /// True when no unfinished line is kept.
    #[must_use]
    pub const fn is_between_lines(&self) -> bool {
        self.spent || self.length == 0
    }

    fn recycle(&mut self) {
        if self.spent {
            self.buffer.clear();
            self.buffer.shrink_to(LINE_OCTETS_KEPT);
            self.length = 0;
            self.after_return = false;
            self.spent = false;
        }
    }

    /// Takes a run without line ends, or one octet of a line end.
    fn advance(&mut self, rest: &[u8]) -> (usize, Option<End>) {
        let first = rest.first().copied();
        if self.after_return {
            return match first {
                Some(b'\n') => {
                    self.length = self.length.saturating_add(1);
                    (1, Some(End::Clean))
                }
                // Not taken: it starts the next line.
                Some(_) | None => (0, Some(End::Fault(LineFault::BareReturn))),
            };
        }
        match first {
            Some(b'\n') => (1, Some(End::Fault(LineFault::BareLineFeed))),
            Some(b'\r') => {
                self.after_return = true;
                self.length = self.length.saturating_add(1);
                (1, None)
            }
            Some(_) | None => self.keep(rest),
        }
    }

    fn keep(&mut self, rest: &[u8]) -> (usize, Option<End>) {
        let run = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let left = ENDLESS_LINE_OCTETS_MAX.saturating_sub(self.length);
        if left < run {
            return (left, Some(End::Fault(LineFault::Endless)));
        }
        let room = self.octets_max.saturating_sub(self.buffer.len()).min(run);
        self.buffer.extend_from_slice(rest.get(..room).unwrap_or_default());
        self.length = self.length.saturating_add(run);
        (run, None)
    }

    fn finish(&self, end: End) -> Line<'_> {
        match end {
            End::Fault(fault) => Line::Fault(fault),
            End::Clean if self.octets_max < self.length => Line::Fault(LineFault::TooLong),
            End::Clean => Line::Text(&self.buffer),
        }
    }
}

/// How a line ended.
#[derive(Clone, Copy)]
enum End {
    Clean,
    Fault(LineFault),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every line and fault of `input` cut into chunks of the given lengths, in turn.
    fn lines(input: &[u8], cuts: &[usize], octets_max: usize) -> Vec<String> {
        let mut reader = LineReader::new(octets_max);
        let mut found = Vec::new();
        let mut rest = input;
        for cut in cuts.iter().copied().cycle() {
            if rest.is_empty() {
                break;
            }
            let (mut chunk, tail) = rest.split_at(cut.min(rest.len()));
            rest = tail;
            while !chunk.is_empty() {
                let (used, line) = reader.feed(chunk);
                found.extend(line.map(|line| match line {
                    Line::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    Line::Fault(fault) => format!("<{fault}>"),
                }));
                chunk = &chunk[used..];
            }
        }
        found
    }

    #[test]
    fn only_crlf_ends_a_line() {
        assert_eq!(lines(b"EHLO a\r\nQUIT\r\n", &[99], 512), ["EHLO a", "QUIT"]);
        assert_eq!(lines(b"a\nb\r\n", &[99], 512), ["<line feed without carriage return>", "b"]);
        assert_eq!(lines(b"a\rb\r\n", &[99], 512), ["<carriage return without line feed>", "b"]);
        assert_eq!(lines(b"a\r\r\n", &[1], 512), ["<carriage return without line feed>", ""]);
    }

    #[test]
    fn a_long_line_is_dropped_and_the_next_one_read() {
        assert_eq!(lines(b"12345678\r\nok\r\n", &[3], 10), ["12345678", "ok"]);
        assert_eq!(lines(b"123456789\r\nok\r\n", &[3], 10), ["<line too long>", "ok"]);
    }

    #[test]
    fn an_endless_line_keeps_no_memory() {
        let mut reader = LineReader::new(512);
        let mut fault = None;
        for _ in 0..=ENDLESS_LINE_OCTETS_MAX / 1000 {
            let (_, line) = reader.feed(&[b'x'; 1000]);
            fault = fault.or(line.map(|line| format!("{line:?}")));
            assert!(reader.buffer.capacity() <= 1024);
        }
        assert_eq!(fault.as_deref(), Some("Fault(Endless)"));
    }

    #[test]
    fn what_came_before_tls_is_dropped() {
        let mut reader = LineReader::default();
        assert_eq!(reader.feed(b"MAIL FR"), (7, None));
        reader.discard();
        assert!(reader.is_between_lines());
        assert_eq!(reader.feed(b"EHLO a\r\n"), (8, Some(Line::Text(b"EHLO a"))));
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(
            input in proptest::collection::vec(
                prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(b'a'), any::<u8>()], 0..200),
            cuts in proptest::collection::vec(1..9_usize, 1..20),
        ) {
            prop_assert_eq!(lines(&input, &cuts, 12), lines(&input, &[usize::MAX], 12));
        }
    }
}
