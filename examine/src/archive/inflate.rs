//! Deflate, as a reader that tells a stream which ends too early from one that ends.
//!
//! # Source
//!
//! RFC 1951.

use std::io::{Error, ErrorKind, Read, Result};

use flate2::{Decompress, FlushDecompress, Status};

/// A deflate stream at the start of octets.
#[derive(Debug)]
pub(crate) struct Inflate<'a> {
    packed: &'a [u8],
    state: Decompress,
    ended: bool,
}

impl<'a> Inflate<'a> {
    /// A bare stream.
    pub(crate) fn new(packed: &'a [u8]) -> Self {
        Self { packed, state: Decompress::new(false), ended: false }
    }

    /// What stands behind the octets read so far; behind the stream, once it has ended.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.packed
    }
}

impl Read for Inflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if self.ended || buffer.is_empty() {
                return Ok(0);
            }
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(self.packed, buffer, FlushDecompress::None)?;
            let read = since(read, self.state.total_in());
            let written = since(written, self.state.total_out());
            self.packed = self.packed.get(read..).unwrap_or_default();
            self.ended = status == Status::StreamEnd;
            match (read, written) {
                (_, 1..) => return Ok(written),
                (0, 0) if !self.ended => return Err(ErrorKind::UnexpectedEof.into()),
                (_, 0) => {}
            }
        }
    }
}

/// The octets that a decoder counted between two states of its count.
pub(super) fn since(before: u64, now: u64) -> usize {
    usize::try_from(now.saturating_sub(before)).unwrap_or(usize::MAX)
}

/// The error of octets that make no sense.
pub(crate) fn damaged() -> Error {
    ErrorKind::InvalidData.into()
}
