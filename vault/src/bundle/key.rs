//! The keys of bundles: Ed25519, in the PEM forms that other tools read and write.

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer as _,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey},
};
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer, pem::PemObject as _};
use zeroize::Zeroizing;

use super::SIGNATURE_OCTETS;
use crate::{
    digest::{DIGEST_OCTETS, hex, sha256},
    pem::pem,
};

/// Length of the prefix of an Ed25519 key in X.509 form.
///
/// # Source
///
/// RFC 8410, section 4.
const SPKI_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What signs bundles. Overwritten by the library when it is dropped.
pub struct SignKey(Ed25519KeyPair);

/// What tells whether a bundle was signed by its other half.
#[derive(Clone)]
pub struct PublicKey {
    octets: [u8; 32],
    parsed: ParsedPublicKey,
}

/// Which key: SHA-256 of the public key's 32 octets.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct KeyId(pub [u8; DIGEST_OCTETS]);

/// A text or file that is not the key that was wanted. The cause is not told: it could quote it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// No private Ed25519 key in PEM form.
    #[error("this is no private Ed25519 key in PEM form (`-----BEGIN PRIVATE KEY-----`)")]
    Private,
    /// No public Ed25519 key in PEM form.
    #[error("this is no public Ed25519 key in PEM form (`-----BEGIN PUBLIC KEY-----`)")]
    Public,
    /// A private key where the public one is wanted.
    #[error("this is the private key; it belongs to who signs, give the public one")]
    PrivateGiven,
    /// The library does not make a key.
    #[error("no key could be made")]
    Generate,
}

impl SignKey {
    /// A fresh key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Generate`]: the system has no randomness to give.
    pub fn generate() -> Result<Self, KeyError> {
        Ed25519KeyPair::generate().map(Self).map_err(|_opaque| KeyError::Generate)
    }

    /// Reads a private key: PKCS #8 in PEM form, as `openssl genpkey -algorithm ed25519` makes it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Private`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let der =
            PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_broken| KeyError::Private)?;
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der())
            .map(Self)
            .map_err(|_opaque| KeyError::Private)
    }

    /// The key in the form that [`SignKey::from_pem`] reads. Overwritten when dropped.
    ///
    /// # Errors
    ///
    /// [`KeyError::Private`]: the library does not give it.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der = self.0.to_pkcs8v1().map_err(|_opaque| KeyError::Private)?;
        Ok(Zeroizing::new(pem("PRIVATE KEY", der.as_ref())))
    }

    /// The half that is given away.
    ///
    /// # Errors
    ///
    /// [`KeyError::Public`]: the library does not give it.
    pub fn public(&self) -> Result<PublicKey, KeyError> {
        let der = self.0.public_key().as_der().map_err(|_opaque| KeyError::Public)?;
        PublicKey::from_der(der.as_ref())
    }

    pub(crate) fn sign(&self, octets: &[u8]) -> [u8; SIGNATURE_OCTETS] {
        let mut signature = [0; SIGNATURE_OCTETS];
        let made = self.0.sign(octets);
        for (to, from) in signature.iter_mut().zip(made.as_ref()) {
            *to = *from;
        }
        signature
    }
}

impl PublicKey {
    /// Reads a public key in PEM form, as [`PublicKey::to_pem`] and `openssl pkey -pubout` write it.
    ///
    /// # Errors
    ///
    /// [`KeyError::PrivateGiven`] when it is the private half, [`KeyError::Public`] otherwise.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let Ok(der) = SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()) else {
            let private = PrivateKeyDer::from_pem_slice(text.as_bytes()).is_ok();
            return Err(if private { KeyError::PrivateGiven } else { KeyError::Public });
        };
        Self::from_der(der.as_ref())
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let raw = der.strip_prefix(&SPKI_PREFIX).ok_or(KeyError::Public)?;
        let octets = <[u8; 32]>::try_from(raw).map_err(|_length| KeyError::Public)?;
        let parsed = ParsedPublicKey::new(&ED25519, octets).map_err(|_bad| KeyError::Public)?;
        Ok(Self { octets, parsed })
    }

    /// The key in X.509 form as PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem("PUBLIC KEY", &[SPKI_PREFIX.as_slice(), &self.octets].concat())
    }

    /// Which key this is.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId(sha256(&self.octets))
    }

    pub(crate) fn verifies(&self, octets: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(octets, signature).is_ok()
    }
}

impl fmt::Display for KeyId {
    /// The first 16 hexadecimal digits: enough to tell keys apart by eye.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.first_chunk::<8>().unwrap_or(&[0; 8])))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl fmt::Debug for SignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignKey(..)")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}
