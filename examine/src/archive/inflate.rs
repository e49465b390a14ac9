//! Deflate.
//!
//! # Source
//!
//! RFC 1951.

use std::io::{Error, ErrorKind, Result};

use flate2::{Decompress, FlushDecompress, Status};

use super::decoder::{Decoder, Decoding};

/// A deflate stream at the start of octets.
pub(crate) type Inflate<'a> = Decoding<'a, Decompress>;

impl<'a> Inflate<'a> {
    /// A bare stream.
    pub(crate) fn new(packed: &'a [u8]) -> Self {
        Self::with(packed, Decompress::new(false))
    }
}

impl Decoder for Decompress {
    fn totals(&self) -> (u64, u64) {
        (self.total_in(), self.total_out())
    }

    fn step(&mut self, packed: &[u8], buffer: &mut [u8]) -> Result<bool> {
        Ok(self.decompress(packed, buffer, FlushDecompress::None)? == Status::StreamEnd)
    }
}

/// The error of octets that make no sense.
pub(crate) fn damaged() -> Error {
    ErrorKind::InvalidData.into()
}
