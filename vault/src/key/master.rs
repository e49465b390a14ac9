//! The master key, and the data keys wrapped by it.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

use super::data::encrypt;
use super::{DataKey, IndexKey, KEY_OCTETS, OpenError};
use crate::{derive::derive, digest::hex, random};

/// First octet of every wrapped key.
const WRAP_VERSION: u8 = 1;

/// Tells master keys apart without telling anything of them.
const KEY_ID_OCTETS: usize = 8;

const SALT_OCTETS: usize = 32;

const TAG_OCTETS: usize = 16;

/// Length of a wrapped key, in octets: version, key id, salt, ciphertext, tag.
pub const WRAPPED_OCTETS: usize = 1 + KEY_ID_OCTETS + SALT_OCTETS + KEY_OCTETS + TAG_OCTETS;

/// The key that wraps all others. It leaves the process that holds it only to be kept in a file.
pub struct MasterKey(Zeroizing<[u8; KEY_OCTETS]>);

/// A data key, sealed by the master key. May be kept anywhere.
#[derive(Clone, Eq, PartialEq)]
pub struct WrappedKey(pub Vec<u8>);

impl MasterKey {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        Self(Zeroizing::new(random::octets()))
    }

    /// The key with these octets.
    #[must_use]
    pub fn from_bytes(octets: [u8; KEY_OCTETS]) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The key itself, to be kept. Overwritten when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; KEY_OCTETS]> {
        self.0.clone()
    }

    /// Wraps `key` for `context`, the name of the thing it belongs to.
    ///
    /// Each key is wrapped under a key of its own, derived from a salt of 256 bits. So there is
    /// no limit to how many keys one master key wraps, as there would be with random nonces.
    #[must_use]
    pub fn wrap(&self, key: &DataKey, context: &str) -> WrappedKey {
        let id = self.id();
        let salt = random::shown::<SALT_OCTETS>();
        let payload = Payload { msg: key.expose(), aad: context.as_bytes() };
        let sealed = encrypt(&self.wrapping_cipher(&salt), [0; 12], payload);
        WrappedKey([&[WRAP_VERSION], id.as_slice(), salt.as_slice(), &sealed].concat())
    }

    /// Unwraps a key that was wrapped for `context`.
    ///
    /// # Errors
    ///
    /// [`OpenError::Format`] when this is no wrapped key, [`OpenError::OtherMaster`] when another
    /// key wrapped it, [`OpenError::Seal`] when it was changed or wrapped for another context.
    pub fn unwrap(&self, wrapped: &WrappedKey, context: &str) -> Result<DataKey, OpenError> {
        let octets = <&[u8; WRAPPED_OCTETS]>::try_from(wrapped.0.as_slice());
        let (version, rest) =
            octets.map_err(|_length| OpenError::Format)?.split_first().ok_or(OpenError::Format)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID_OCTETS>().ok_or(OpenError::Format)?;
        let (salt, sealed) = rest.split_first_chunk::<SALT_OCTETS>().ok_or(OpenError::Format)?;
        if *version != WRAP_VERSION {
            return Err(OpenError::Format);
        }
        if *id != self.id() {
            return Err(OpenError::OtherMaster);
        }
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let plain = self
            .wrapping_cipher(salt)
            .decrypt(&[0; 12].into(), payload)
            .map_err(|_opaque| OpenError::Seal)?;
        let plain = Zeroizing::new(plain);
        let octets = <[u8; KEY_OCTETS]>::try_from(plain.as_slice());
        octets.map(DataKey::from_bytes).map_err(|_length| OpenError::Format)
    }

    /// The key that hashes addresses.
    #[must_use]
    pub fn index_key(&self) -> IndexKey {
        IndexKey::new(self.subkey("index"))
    }

    /// A key for another use, told apart by `label`. The same label gives the same key.
    #[must_use]
    pub fn subkey(&self, label: &str) -> Zeroizing<[u8; KEY_OCTETS]> {
        derive(self.0.as_slice(), &[], "chancery subkey v1", label)
    }

    pub(super) fn id(&self) -> [u8; KEY_ID_OCTETS] {
        *derive(self.0.as_slice(), &[], "chancery key id v1", "")
    }

    fn wrapping_cipher(&self, salt: &[u8; SALT_OCTETS]) -> Aes256Gcm {
        let key = derive::<KEY_OCTETS>(self.0.as_slice(), salt, "chancery wrap v1", "");
        Aes256Gcm::new((&*key).into())
    }
}

impl WrappedKey {
    /// What the master key is called that wrapped it; nothing where this is no wrapped key.
    #[must_use]
    pub fn key_name(&self) -> Option<String> {
        self.key_id().map(|it| hex(&it))
    }

    pub(super) fn key_id(&self) -> Option<[u8; KEY_ID_OCTETS]> {
        let (version, rest) = self.0.split_first()?;
        let id = rest.first_chunk::<KEY_ID_OCTETS>()?;
        (*version == WRAP_VERSION && self.0.len() == WRAPPED_OCTETS).then_some(*id)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({} octets)", self.0.len())
    }
}
