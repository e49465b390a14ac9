//! The start of a sealed body, and the keys made from it.

use super::segments::{NONCE_PREFIX_OCTETS, Segments};
use super::{SEGMENT_OCTETS_LOG2, StreamError};
use crate::{DataKey, derive::derive, key::KEY_OCTETS, random};

/// Length of the header, in octets.
pub const HEADER_OCTETS: usize = PREFIX.len() + SALT_OCTETS;

/// Letters, version, segment size, room.
const PREFIX: [u8; 8] = [b'C', b'H', b'S', b'B', 1, SEGMENT_OCTETS_LOG2, 0, 0];

const SALT_OCTETS: usize = 32;

/// A header that says what this version says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    octets: [u8; HEADER_OCTETS],
    salt: [u8; SALT_OCTETS],
}

impl Header {
    pub(super) fn random() -> Self {
        Self::with_salt(random::shown())
    }

    pub(super) fn parse(octets: &[u8; HEADER_OCTETS]) -> Result<Self, StreamError> {
        let (prefix, salt) =
            octets.split_first_chunk::<{ PREFIX.len() }>().ok_or(StreamError::Format)?;
        let salt = salt.try_into().map_err(|_length| StreamError::Format)?;
        if *prefix == PREFIX { Ok(Self::with_salt(salt)) } else { Err(StreamError::Format) }
    }

    pub(super) fn octets(&self) -> &[u8; HEADER_OCTETS] {
        &self.octets
    }

    /// What is authenticated with the last segment.
    pub(super) fn and_length(&self, plain_octets: u64) -> Vec<u8> {
        [self.octets.as_slice(), &plain_octets.to_be_bytes()].concat()
    }

    /// What seals or opens the segments of the body of `thing`.
    pub(super) fn segments(&self, key: &DataKey, thing: &str) -> Segments {
        let secret = key.expose().as_slice();
        let segments = derive::<KEY_OCTETS>(secret, &self.salt, "chancery stream v1", thing);
        let nonce =
            derive::<NONCE_PREFIX_OCTETS>(secret, &self.salt, "chancery stream nonce v1", thing);
        Segments::new(&segments, *nonce)
    }

    fn with_salt(salt: [u8; SALT_OCTETS]) -> Self {
        let mut octets = [0; HEADER_OCTETS];
        let parts = PREFIX.iter().chain(&salt);
        octets.iter_mut().zip(parts).for_each(|(place, octet)| *place = *octet);
        Self { octets, salt }
    }
}
