//! One segment after the other, each under its own nonce.
//!
//! # Source
//!
//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015, §7) with a nonce of 7 octets of prefix, 4 that
//! count the segments, and one that is 1 for the last.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use zeroize::Zeroize;

use super::StreamError;
use crate::key::KEY_OCTETS;

/// What STREAM leaves of the nonce of AES-GCM.
pub(super) const NONCE_PREFIX_OCTETS: usize = 7;

/// The cipher of a body and where it stands. No nonce is used twice with it: each use counts on.
pub(super) struct Segments {
    /// Always there: what it is made of has the length of a key. Without it nothing would be sealed.
    key: Option<LessSafeKey>,
    prefix: [u8; NONCE_PREFIX_OCTETS],
    /// The number of the next segment; none is left after the last number.
    next: Option<u32>,
}

impl Segments {
    pub(super) fn new(key: &[u8; KEY_OCTETS], prefix: [u8; NONCE_PREFIX_OCTETS]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new);
        Self { key, prefix, next: Some(0) }
    }

    /// Seals a segment in its place and appends its tag.
    ///
    /// # Errors
    ///
    /// [`StreamError::TooLong`] after 2^32 segments.
    pub(super) fn seal(
        &mut self,
        is_last: bool,
        also: &[u8],
        segment: &mut Vec<u8>,
    ) -> Result<(), StreamError> {
        let nonce = self.nonce(is_last).ok_or(StreamError::TooLong)?;
        let key = self.key.as_ref().ok_or(StreamError::TooLong)?;
        key.seal_in_place_append_tag(nonce, Aad::from(also), segment)
            .map_err(|_opaque| StreamError::TooLong)
    }

    /// Opens a segment in its place and takes its tag off.
    ///
    /// # Errors
    ///
    /// [`StreamError::Seal`].
    pub(super) fn open(
        &mut self,
        is_last: bool,
        also: &[u8],
        segment: &mut Vec<u8>,
    ) -> Result<(), StreamError> {
        let nonce = self.nonce(is_last).ok_or(StreamError::Seal)?;
        let key = self.key.as_ref().ok_or(StreamError::Seal)?;
        let opened = key.open_in_place(nonce, Aad::from(also), segment);
        let octets = opened.map_err(|_opaque| StreamError::Seal)?.len();
        segment.truncate(octets);
        Ok(())
    }

    /// Appends a segment that is not the last one to `out`, sealed, with its tag.
    ///
    /// # Errors
    ///
    /// As [`Segments::seal`]; `out` is as it was then.
    pub(super) fn seal_into(
        &mut self,
        also: &[u8],
        segment: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), StreamError> {
        let nonce = self.nonce(false).ok_or(StreamError::TooLong)?;
        let key = self.key.as_ref().ok_or(StreamError::TooLong)?;
        let at = out.len();
        out.extend_from_slice(segment);
        let place = out.get_mut(at..).unwrap_or_default();
        match key.seal_in_place_separate_tag(nonce, Aad::from(also), place) {
            Ok(tag) => out.extend_from_slice(tag.as_ref()),
            Err(_opaque) => {
                place.zeroize();
                out.truncate(at);
                return Err(StreamError::TooLong);
            }
        }
        Ok(())
    }

    /// Appends what a sealed segment holds that is not the last one to `out`.
    ///
    /// # Errors
    ///
    /// As [`Segments::open`]; `out` is as it was then.
    pub(super) fn open_into(
        &mut self,
        also: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), StreamError> {
        let nonce = self.nonce(false).ok_or(StreamError::Seal)?;
        let key = self.key.as_ref().ok_or(StreamError::Seal)?;
        let at = out.len();
        out.extend_from_slice(sealed);
        let place = out.get_mut(at..).unwrap_or_default();
        let opened = key.open_in_place(nonce, Aad::from(also), place).map(|it| it.len());
        out.truncate(at.saturating_add(opened.as_ref().copied().unwrap_or_default()));
        opened.map(|_octets| ()).map_err(|_opaque| StreamError::Seal)
    }

    fn nonce(&mut self, is_last: bool) -> Option<Nonce> {
        let number = self.next?;
        self.next = number.checked_add(1).filter(|_| !is_last);
        let parts = self.prefix.into_iter().chain(number.to_be_bytes()).chain([u8::from(is_last)]);
        let mut octets = [0; NONCE_LEN];
        octets.iter_mut().zip(parts).for_each(|(place, octet)| *place = octet);
        Some(Nonce::assume_unique_for_key(octets))
    }
}
