//! Decoders that take octets by and by, as readers that tell a stream which ends too early from one
//! that ends.

use std::io::{ErrorKind, Read, Result};

/// A decoder.
pub(crate) trait Decoder {
    /// Octets that were taken so far, and octets that came out.
    fn totals(&self) -> (u64, u64);

    /// Goes on with the packed octets; whether the stream has ended.
    fn step(&mut self, packed: &[u8], buffer: &mut [u8]) -> Result<bool>;
}

/// A stream at the start of octets.
#[derive(Debug)]
pub(crate) struct Decoding<'a, D> {
    packed: &'a [u8],
    decoder: D,
    ended: bool,
}

impl<'a, D> Decoding<'a, D> {
    pub(super) fn with(packed: &'a [u8], decoder: D) -> Self {
        Self { packed, decoder, ended: false }
    }

    /// What stands behind the octets read so far; behind the stream, once it has ended.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.packed
    }
}

impl<D: Decoder> Read for Decoding<'_, D> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if self.ended || buffer.is_empty() {
                return Ok(0);
            }
            let before = self.decoder.totals();
            self.ended = self.decoder.step(self.packed, buffer)?;
            let now = self.decoder.totals();
            let (read, written) = (since(before.0, now.0), since(before.1, now.1));
            self.packed = self.packed.get(read..).unwrap_or_default();
            match (read, written) {
                (_, 1..) => return Ok(written),
                (0, 0) if !self.ended => return Err(ErrorKind::UnexpectedEof.into()),
                (_, 0) => {}
            }
        }
    }
}

/// The octets that a decoder counted between two states of its count.
fn since(before: u64, now: u64) -> usize {
    usize::try_from(now.saturating_sub(before)).unwrap_or(usize::MAX)
}
