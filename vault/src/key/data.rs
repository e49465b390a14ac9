//! The key of one thing, and the fields sealed under it.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

use super::{KEY_OCTETS, OpenError};
use crate::{derive::derive, random};

/// First octet of every sealed field.
const FIELD_VERSION: u8 = 1;

const NONCE_OCTETS: usize = 12;

const TAG_OCTETS: usize = 16;

/// How much longer a sealed field is than the plain one, in octets.
pub const FIELD_OVERHEAD_OCTETS: usize = 1 + NONCE_OCTETS + TAG_OCTETS;

/// The key of one thing: a message, an account.
///
/// Destroying its wrapped form destroys everything sealed under it.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; KEY_OCTETS]>);

impl DataKey {
    /// A fresh key.
    #[must_use]
    pub fn random() -> Self {
        Self(Zeroizing::new(random::octets()))
    }

    /// The key with these octets.
    #[must_use]
    pub fn from_bytes(octets: [u8; KEY_OCTETS]) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The key itself, to be passed to another process.
    #[must_use]
    pub fn expose(&self) -> &[u8; KEY_OCTETS] {
        &self.0
    }

    /// Seals one field of `thing`.
    ///
    /// Two seals of the same text differ. The sealed form is [`FIELD_OVERHEAD_OCTETS`] longer:
    /// a version octet, a random nonce, the ciphertext and its tag.
    ///
    /// # Source
    ///
    /// NIST SP 800-38D: AES-256-GCM with a random nonce of 96 bits. A key seals a handful of
    /// fields in its life, far below the 2^32 that section 8.3 allows.
    #[must_use]
    pub fn seal_field(&self, thing: &str, field: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = random::shown::<NONCE_OCTETS>();
        let aad = associated(thing, field);
        let sealed = encrypt(&self.field_cipher(), nonce, Payload { msg: plain, aad: &aad });
        [&[FIELD_VERSION], nonce.as_slice(), &sealed].concat()
    }

    /// Opens one field of `thing`.
    ///
    /// # Errors
    ///
    /// [`OpenError::Format`] when `sealed` is no sealed field, [`OpenError::Seal`] when it was
    /// changed or sealed under another key, for another thing or another field.
    pub fn open_field(
        &self,
        thing: &str,
        field: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, OpenError> {
        let (version, rest) = sealed.split_first().ok_or(OpenError::Format)?;
        if *version != FIELD_VERSION {
            return Err(OpenError::Format);
        }
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_OCTETS>().ok_or(OpenError::Format)?;
        let payload = Payload { msg: sealed, aad: &associated(thing, field) };
        self.field_cipher().decrypt(nonce.into(), payload).map_err(|_opaque| OpenError::Seal)
    }

    /// Fields and body are sealed under different keys, so that the nonces of one never meet
    /// those of the other.
    fn field_cipher(&self) -> Aes256Gcm {
        let key = derive::<KEY_OCTETS>(self.expose(), &[], "chancery field v1", "");
        Aes256Gcm::new((&*key).into())
    }
}

#[expect(clippy::expect_used, reason = "fails beyond 2^36 octets only, and no field is so long")]
pub(super) fn encrypt(
    cipher: &Aes256Gcm,
    nonce: [u8; NONCE_OCTETS],
    payload: Payload<'_, '_>,
) -> Vec<u8> {
    cipher.encrypt(&nonce.into(), payload).expect("a field is shorter than AES-GCM allows")
}

/// The two names, each with its length before it, so that no other pair reads the same.
fn associated(thing: &str, field: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(thing.len() + field.len() + 16);
    for name in [thing, field] {
        octets.extend_from_slice(&name.len().to_be_bytes());
        octets.extend_from_slice(name.as_bytes());
    }
    octets
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}
