//! Plain octets in, segments out.

use std::fmt;

use zeroize::Zeroizing;

use super::header::Header;
use super::length::wide;
use super::segments::Segments;
use super::{SEALED_SEGMENT_OCTETS, SEGMENT_OCTETS, StreamError};
use crate::DataKey;

/// Seals one body as it arrives. Holds less than two segments.
pub struct Sealer {
    header: Header,
    segments: Segments,
    /// Less than a segment, or exactly one: whether a full one is the last shows later.
    pending: Zeroizing<Vec<u8>>,
    plain_octets: u64,
    header_written: bool,
}

impl Sealer {
    /// Starts the body of `thing`.
    #[must_use]
    pub fn new(key: &DataKey, thing: &str) -> Self {
        let header = Header::random();
        Self {
            header,
            segments: header.segments(key, thing),
            pending: Zeroizing::new(Vec::with_capacity(SEALED_SEGMENT_OCTETS)),
            plain_octets: 0,
            header_written: false,
        }
    }

    /// Takes the next octets of the body, as many as there are, and appends to `out` what is
    /// ready to be stored.
    ///
    /// # Errors
    ///
    /// [`StreamError::TooLong`] beyond 2^32 segments.
    pub fn seal(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), StreamError> {
        self.write_header(out);
        self.plain_octets = self.plain_octets.saturating_add(wide(plain.len()));
        while !plain.is_empty() {
            if self.pending.len() == SEGMENT_OCTETS {
                self.seal_segment(out)?;
            }
            // A whole one that is not the last need not be kept.
            if self.pending.is_empty()
                && let Some((segment, rest)) = plain.split_at_checked(SEGMENT_OCTETS)
                && !rest.is_empty()
            {
                self.segments.seal_into(self.header.octets(), segment, out)?;
                plain = rest;
                continue;
            }
            let room = SEGMENT_OCTETS.saturating_sub(self.pending.len());
            let (taken, rest) = plain.split_at_checked(room).unwrap_or((plain, &[]));
            self.pending.extend_from_slice(taken);
            plain = rest;
        }
        Ok(())
    }

    /// Ends the body: appends the last segment to `out`. Gives the plain length, in octets.
    ///
    /// # Errors
    ///
    /// [`StreamError::TooLong`] beyond 2^32 segments.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<u64, StreamError> {
        self.write_header(out);
        let aad = self.header.and_length(self.plain_octets);
        self.segments.seal(true, &aad, &mut self.pending)?;
        out.append(&mut self.pending);
        Ok(self.plain_octets)
    }

    fn seal_segment(&mut self, out: &mut Vec<u8>) -> Result<(), StreamError> {
        self.segments.seal(false, self.header.octets(), &mut self.pending)?;
        out.append(&mut self.pending);
        Ok(())
    }

    fn write_header(&mut self, out: &mut Vec<u8>) {
        if !self.header_written {
            out.extend_from_slice(self.header.octets());
            self.header_written = true;
        }
    }
}

/// Seals a body that is all there.
///
/// # Errors
///
/// [`StreamError::TooLong`] beyond 2^32 segments.
pub fn seal_all(key: &DataKey, thing: &str, plain: &[u8]) -> Result<Vec<u8>, StreamError> {
    let octets = usize::try_from(super::sealed_octets(wide(plain.len())));
    let mut sealed = Vec::with_capacity(octets.unwrap_or_default());
    let mut sealer = Sealer::new(key, thing);
    sealer.seal(plain, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    Ok(sealed)
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("plain_octets", &self.plain_octets).finish_non_exhaustive()
    }
}
