//! The content of a message as it follows `DATA`: end found, dots unstuffed, faults noted.
//!
//! # Invariants
//!
//! - Only `CRLF . CRLF` ends the content; no other mix of CR, LF, dot and NUL does.
//! - A message with a bare CR, a bare LF, a NUL or an over-long line carries a [`DataFault`] and is
//!   refused after its true end, so no server behind this one reads an end where there was none.
//! - Where bare CR and LF are mended ([`LineEnds::Fix`]), each becomes CRLF in the content, and a
//!   dot behind one is content: it neither ends the message nor is taken away.
//! - What comes out does not depend on how the octets were cut into chunks.
//! - Nothing is buffered: runs are slices of the chunk, or a line end.
//!
//! # Standards
//!
//! RFC 5321 §4.1.1.4, §4.5.2; RFC 1870 §5 (how octets are counted); RFC 2045 §2.7–2.8 (no NUL).

use memchr::memchr3;

/// What [`DataReader::feed`] found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Piece<'c> {
    /// Content, dots already unstuffed.
    Content(&'c [u8]),
    /// The message has ended.
    End(Received),
    /// Octets that are no content: a stuffed dot, part of the end, or what follows a fault.
    Nothing,
}

/// What becomes of a CR or an LF that stands alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LineEnds {
    /// It becomes CRLF.
    Fix,
    /// The message is refused.
    Refuse,
}

/// What ends the content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    /// Whoever feeds the reader counts the octets; a dot is a dot.
    Counted,
    /// `CRLF . CRLF`.
    Dotted,
}

/// What is known of a message once its end has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Received {
    /// Octets of the content, line ends included, stuffed dots and the final dot not.
    pub octets: u64,
    /// The first fault found. The content handed out is then incomplete and must be dropped.
    pub fault: Option<DataFault>,
}

/// Why the content is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DataFault {
    /// LF without CR before it.
    #[error("line feed without carriage return")]
    BareLineFeed,
    /// CR without LF after it.
    #[error("carriage return without line feed")]
    BareReturn,
    /// A line over the limit.
    #[error("line too long")]
    LineTooLong,
    /// An octet of value 0; some programs drop it, which can move an end of data.
    #[error("octet of value 0")]
    Nul,
    /// More octets than the limit.
    #[error("message too large")]
    TooLarge,
}

/// Reads the content of one message.
#[derive(Clone, Debug)]
pub struct DataReader {
    state: State,
    framing: Framing,
    line_ends: LineEnds,
    octets: u64,
    octets_max: u64,
    line_octets: usize,
    line_octets_max: usize,
    fault: Option<DataFault>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// After CRLF, or before the first octet.
    LineStart,
    /// After a dot at the start of a line.
    Dot,
    /// After a dot at the start of a line and a CR.
    DotReturn,
    /// After `CRLF . CRLF`.
    Ended,
    /// After a CR within a line.
    Return,
    /// Within a line.
    Text,
}

impl DataReader {
    /// Makes a reader of a message of at most `octets_max` octets in lines of at most
    /// `line_octets_max`, CRLF included.
    #[must_use]
    pub const fn new(octets_max: u64, line_octets_max: usize) -> Self {
        Self {
            state: State::LineStart,
            framing: Framing::Dotted,
            line_ends: LineEnds::Refuse,
            octets: 0,
            octets_max,
            line_octets: 0,
            line_octets_max,
            fault: None,
        }
    }

    /// The same reader, with another way to treat bare CR and LF.
    #[must_use]
    pub const fn with_line_ends(mut self, line_ends: LineEnds) -> Self {
        self.line_ends = line_ends;
        self
    }

    /// The same reader, with another end of the content.
    pub(super) const fn framed(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Takes octets of `chunk`; returns how many, and what they were.
    ///
    /// Call again with the rest until the chunk is used up or the message has ended. After a
    /// fault no more content comes, but the octets are read and counted up to the end. No octet may
    /// be taken when a line end is handed out that the peer did not send.
    pub fn feed<'c>(&mut self, chunk: &'c [u8]) -> (usize, Piece<'c>) {
        let mut from = 0;
        let mut at = 0;
        while let Some(octet) = chunk.get(at).copied() {
            match self.state {
                State::LineStart if octet == b'.' && self.framing == Framing::Dotted => {
                    if from < at {
                        // The dot is looked at again once the run before it is handed out.
                        return (at, self.content(chunk, from, at));
                    }
                    self.state = State::Dot;
                    at += 1;
                    from = at;
                }
                State::Dot if octet == b'\r' => {
                    self.state = State::DotReturn;
                    at += 1;
                    from = at;
                }
                State::DotReturn if octet == b'\n' => {
                    self.state = State::Ended;
                    return (at + 1, Piece::End(self.received()));
                }
                State::DotReturn => {
                    // The CR was not counted while it could belong to the end.
                    self.count(1);
                    self.state = State::Text;
                    if self.line_ends == LineEnds::Fix {
                        return (at, self.mended(b"\r\n", 1));
                    }
                    self.note(DataFault::BareReturn);
                }
                State::LineStart | State::Dot => self.state = State::Text,
                State::Return if octet != b'\n' && self.line_ends == LineEnds::Fix => {
                    if from < at {
                        return (at, self.content(chunk, from, at));
                    }
                    self.state = State::Text;
                    return (at, self.mended(b"\n", 1));
                }
                State::Return => at += self.after_return(octet),
                State::Text if octet == b'\n' && self.line_ends == LineEnds::Fix => {
                    if from < at {
                        return (at, self.content(chunk, from, at));
                    }
                    return (at + 1, self.mended(b"\r\n", 2));
                }
                State::Text => at += self.text(chunk.get(at..).unwrap_or_default()),
                State::Ended => return (at, Piece::End(self.received())),
            }
        }
        (at, self.content(chunk, from, at))
    }

    /// Hands out a line end of which the peer did not send `missing` octets. The next line is not
    /// at a start that counts: a dot there is content.
    fn mended(&mut self, line_end: &'static [u8], missing: usize) -> Piece<'static> {
        self.count(missing);
        self.line_octets = 0;
        if self.refusal().is_none() { Piece::Content(line_end) } else { Piece::Nothing }
    }

    /// Ends content that was counted. A last line without an end gets one, which is returned.
    pub(super) fn finish(&mut self) -> Piece<'static> {
        match (self.state, self.line_ends) {
            (State::Return, LineEnds::Fix) => {
                self.state = State::Ended;
                self.mended(b"\n", 1)
            }
            (State::Return, LineEnds::Refuse) => {
                self.note(DataFault::BareReturn);
                Piece::Nothing
            }
            (State::Text, LineEnds::Fix | LineEnds::Refuse) if 0 < self.line_octets => {
                self.state = State::Ended;
                self.mended(b"\r\n", 2)
            }
            (
                State::Dot | State::DotReturn | State::Ended | State::LineStart | State::Text,
                LineEnds::Fix | LineEnds::Refuse,
            ) => Piece::Nothing,
        }
    }

    pub(super) fn received(&self) -> Received {
        Received { octets: self.octets, fault: self.refusal() }
    }

    /// Size first: which of two faults came first must not depend on the chunks.
    fn refusal(&self) -> Option<DataFault> {
        if self.octets_max < self.octets { Some(DataFault::TooLarge) } else { self.fault }
    }

    fn content<'c>(&self, chunk: &'c [u8], from: usize, to: usize) -> Piece<'c> {
        match chunk.get(from..to) {
            Some(run) if !run.is_empty() && self.refusal().is_none() => Piece::Content(run),
            Some(_) | None => Piece::Nothing,
        }
    }

    /// Takes the octet after a CR, if it belongs to the same line.
    fn after_return(&mut self, octet: u8) -> usize {
        if octet == b'\n' {
            self.count(1);
            self.line_octets = 0;
            self.state = State::LineStart;
            return 1;
        }
        self.note(DataFault::BareReturn);
        self.state = State::Text;
        0
    }

    /// Takes a run of text and the one octet that ends it.
    fn text(&mut self, rest: &[u8]) -> usize {
        let Some(stop) = memchr3(b'\r', b'\n', 0, rest) else {
            self.count(rest.len());
            return rest.len();
        };
        self.count(stop);
        match rest.get(stop) {
            Some(b'\r') => self.state = State::Return,
            // Looked at again: the run before it is handed out first.
            Some(b'\n') if self.line_ends == LineEnds::Fix => return stop,
            Some(b'\n') => self.note(DataFault::BareLineFeed),
            Some(_) | None => self.note(DataFault::Nul),
        }
        self.count(1);
        stop + 1
    }

    fn count(&mut self, octets: usize) {
        self.line_octets = self.line_octets.saturating_add(octets);
        self.octets = self.octets.saturating_add(u64::try_from(octets).unwrap_or(u64::MAX));
        if self.line_octets_max < self.line_octets {
            self.note(DataFault::LineTooLong);
        }
    }

    fn note(&mut self, fault: DataFault) {
        self.fault = self.fault.or(Some(fault));
    }
}

#[cfg(test)]
mod tests;
