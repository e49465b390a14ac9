//! The key that hashes what must be found again but not read.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::KEY_OCTETS;

/// Hashes addresses, so that a row can be found by one and yet does not tell it.
#[derive(Clone)]
pub struct IndexKey(Zeroizing<[u8; KEY_OCTETS]>);

impl IndexKey {
    pub(super) fn new(octets: Zeroizing<[u8; KEY_OCTETS]>) -> Self {
        Self(octets)
    }

    /// The key itself, to be kept beside the master key.
    pub(super) fn expose(&self) -> &[u8; KEY_OCTETS] {
        &self.0
    }

    /// The keyed hash of `value`. The same value has another hash for another purpose.
    ///
    /// # Source
    ///
    /// RFC 2104, with SHA-256.
    #[must_use]
    pub fn hash(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        let mut mac = keyed(self.0.as_slice());
        mac.update(&purpose.len().to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(value);
        mac.finalize().into_bytes().into()
    }
}

#[expect(clippy::expect_used, reason = "RFC 2104, section 2: a key may have any length")]
pub(crate) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(..)")
    }
}
