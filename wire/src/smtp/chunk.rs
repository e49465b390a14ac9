//! The content of a message as `BDAT` brings it: octets by number, in any number of chunks.
//!
//! # Invariants
//!
//! - A chunk ends after exactly as many octets as its command said; nothing in them is a command,
//!   and nothing behind them is content.
//! - Lines, sizes and octets obey the same rules as after `DATA` ([`crate::smtp::data`]), over the
//!   borders of chunks too; a dot is a dot. So the same message gives the same content either way.
//! - Content whose last line has no end is given one. A CR at the very end stands alone.
//!
//! # Standards
//!
//! RFC 3030 §2. `BINARYMIME` is not offered, so what comes is lines (§3).

use super::data::{DataReader, Framing, LineEnds, Piece, Received};

/// What `BDAT` says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Chunk {
    /// Octets that follow the command line.
    pub octets: u64,
    /// The message ends with them.
    pub last: bool,
}

/// Reads the content of one message, chunk by chunk.
#[derive(Clone, Debug)]
pub struct ChunkReader {
    content: DataReader,
    left: u64,
    last: bool,
}

impl ChunkReader {
    /// Makes a reader of a message of at most `octets_max` octets in lines of at most
    /// `line_octets_max`, CRLF included.
    #[must_use]
    pub const fn new(octets_max: u64, line_octets_max: usize, line_ends: LineEnds) -> Self {
        let content = DataReader::new(octets_max, line_octets_max).with_line_ends(line_ends);
        Self { content: content.framed(Framing::Counted), left: 0, last: false }
    }

    /// Begins the next chunk. The one before must have ended.
    pub const fn begin(&mut self, chunk: Chunk) {
        self.left = chunk.octets;
        self.last = chunk.last;
    }

    /// Takes octets of what was read from the peer, `unread`; returns how many, and what they were.
    ///
    /// [`Piece::End`] is the end of the chunk. Call before anything is read: an empty chunk ends at
    /// once.
    pub fn feed<'c>(&mut self, unread: &'c [u8]) -> (usize, Piece<'c>) {
        if self.left == 0 {
            if self.last
                && let Piece::Content(line_end) = self.content.finish()
            {
                return (0, Piece::Content(line_end));
            }
            return (0, Piece::End(self.content.received()));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(unread.len());
        let (used, piece) = self.content.feed(unread.get(..most).unwrap_or_default());
        self.left = self.left.saturating_sub(u64::try_from(used).unwrap_or(u64::MAX));
        (used, piece)
    }

    /// Whether octets of the chunk are still to come.
    #[must_use]
    pub const fn wants_octets(&self) -> bool {
        0 < self.left
    }

    /// What is known so far.
    #[must_use]
    pub fn received(&self) -> Received {
        self.content.received()
    }
}

#[cfg(test)]
mod tests;
