//! Octets in any chunks to replies.
//!
//! # Standards
//!
//! RFC 5321 §4.2.1. Only CRLF ends a line; every line of a reply has its code.

use super::reply::Reply;
use crate::smtp::{
    limits::{REPLY_LINE_OCTETS_MAX, REPLY_LINES_MAX},
    line::{Line, LineFault, LineReader},
};

/// Collects octets into replies.
#[derive(Clone, Debug)]
pub struct ReplyReader {
    reader: LineReader,
    code: Option<u16>,
    lines: Vec<Vec<u8>>,
}

/// The server sends what is no reply. The connection is of no more use.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplyError {
    /// A line that cannot be read.
    #[error("reply line unreadable: {0}")]
    Line(LineFault),
    /// A line without a code from 200 to 599, or with another code than the line before.
    #[error("reply line without the code it needs")]
    Malformed,
    /// More lines than a reply may have.
    #[error("reply with more than {REPLY_LINES_MAX} lines")]
    TooManyLines,
}

impl Default for ReplyReader {
    fn default() -> Self {
        Self::new()
    }
}

impl ReplyReader {
    /// Makes a reader.
    #[must_use]
    pub const fn new() -> Self {
        Self { reader: LineReader::new(REPLY_LINE_OCTETS_MAX), code: None, lines: Vec::new() }
    }

    /// Takes octets up to the end of the first reply; returns how many, and the reply if it ended.
    ///
    /// Call again with the rest of the chunk. Without a reply, the whole chunk was taken.
    ///
    /// # Errors
    ///
    /// [`ReplyError`]: close the connection.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(usize, Option<Reply>), ReplyError> {
        let mut at = 0;
        while let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) {
            let (used, line) = self.reader.feed(rest);
            at += used;
            let text = match line {
                Some(Line::Text(text)) => text,
                Some(Line::Fault(fault)) => return Err(ReplyError::Line(fault)),
                None => break,
            };
            let (code, is_last, text) = split(text).ok_or(ReplyError::Malformed)?;
            if *self.code.get_or_insert(code) != code {
                return Err(ReplyError::Malformed);
            }
            if REPLY_LINES_MAX <= self.lines.len() {
                return Err(ReplyError::TooManyLines);
            }
            self.lines.push(text.to_vec());
            if is_last {
                let lines = std::mem::take(&mut self.lines);
                self.code = None;
                let reply = Reply::new(code, lines.iter().map(Vec::as_slice));
                return Ok((at, Some(reply)));
            }
        }
        Ok((at, None))
    }

    /// True when nothing of a further reply was read. Before a TLS handshake it must be, or
    /// somebody put replies into the connection (RFC 3207 §6).
    #[must_use]
    pub const fn is_between_replies(&self) -> bool {
        self.reader.is_between_lines() && self.code.is_none()
    }
}

/// Splits a line into code, whether it is the last, and text.
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let code = digits.iter().try_fold(0_u16, |code, digit| {
        digit.is_ascii_digit().then(|| code * 10 + u16::from(digit - b'0'))
    });
    let code = code.filter(|code| (200..600).contains(code))?;
    match rest.split_first() {
        None => Some((code, true, &[])),
        Some((b' ', text)) => Some((code, true, text)),
        Some((b'-', text)) => Some((code, false, text)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn replies(input: &[u8], cut: usize) -> Result<Vec<String>, ReplyError> {
        let mut reader = ReplyReader::new();
        let mut found = Vec::new();
        for mut chunk in input.chunks(cut) {
            while !chunk.is_empty() {
                let (used, reply) = reader.feed(chunk)?;
                found.extend(reply.map(|reply| reply.to_string()));
                chunk = &chunk[used..];
            }
        }
        Ok(found)
    }

    #[test]
    fn replies_of_one_and_of_many_lines() {
        let input = b"220 mx.example\r\n250-mx.example\r\n250-SIZE 10\r\n250 \r\n354\r\n";
        let expected = ["220 mx.example", "250 mx.example SIZE 10", "354"];
        for cut in 1..input.len() {
            assert_eq!(replies(input, cut).unwrap(), expected);
        }
    }

    #[test]
    fn what_a_server_wrote_is_reduced() {
        assert_eq!(replies(b"550 \x1b[2J\xffno\r\n", 99).unwrap(), ["550 ?[2J?no"]);
    }

    #[test]
    fn what_is_no_reply() {
        for input in
            ["hello\r\n", "25 a\r\n", "250a\r\n", "150 a\r\n", "600 a\r\n", "250-a\r\n251 b\r\n"]
        {
            assert_eq!(replies(input.as_bytes(), 99), Err(ReplyError::Malformed), "{input}");
        }
        assert_eq!(replies(b"250 a\n", 99), Err(ReplyError::Line(LineFault::BareLineFeed)));
        let endless = "250-a\r\n".repeat(REPLY_LINES_MAX + 1);
        assert_eq!(replies(endless.as_bytes(), 99), Err(ReplyError::TooManyLines));
        let long = format!("250 {}\r\n", "x".repeat(REPLY_LINE_OCTETS_MAX));
        assert_eq!(replies(long.as_bytes(), 99), Err(ReplyError::Line(LineFault::TooLong)));
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(
            input in "([25][0-9]{2}[- ][a-z\r\n]{0,4}(\r\n)?){0,12}",
            cut in 1..20_usize,
        ) {
            prop_assert_eq!(
                replies(input.as_bytes(), cut),
                replies(input.as_bytes(), usize::MAX)
            );
        }
    }
}
