//! Keys that sign outgoing mail.
//!
//! # Source
//!
//! RFC 6376 (DKIM), RFC 8301 (RSA of 2048 bits), RFC 8463 (Ed25519).

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use zeroize::Zeroizing;

use crate::{digest::sha256, pem::pem};

/// The longest text that is signed, octets: the signed fields of a header.
pub const SIGNED_OCTETS_MAX: usize = 1024 * 1024;
/// Fewer bits are not trusted (RFC 8301 §3.2).
const RSA_BITS_MIN: usize = 2048;

/// How a key signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// `ed25519-sha256`: short records; receivers that are behind do not know it.
    Ed25519,
    /// `rsa-sha256`: every receiver knows it.
    Rsa,
}

/// A key. Overwritten by the library when it is dropped.
pub struct SignKey(Pair);

enum Pair {
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// A key cannot be made, read or used. The cause is not told: it could quote the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DkimError {
    /// Not a private key in PEM form that can sign mail.
    #[error("this is no private key of Ed25519, or of RSA with 2048 bits or more, in PEM form")]
    Key,
    /// The library does not make a key.
    #[error("no key could be made")]
    Generate,
    /// The text is too long, or the library does not sign.
    #[error("the mail could not be signed")]
    Sign,
}

impl SignKey {
    /// A fresh key.
    ///
    /// # Errors
    ///
    /// [`DkimError::Generate`].
    pub fn generate(algorithm: Algorithm) -> Result<Self, DkimError> {
        let failed = |_opaque| DkimError::Generate;
        Ok(Self(match algorithm {
            Algorithm::Ed25519 => Pair::Ed25519(Ed25519KeyPair::generate().map_err(failed)?),
            Algorithm::Rsa => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?),
        }))
    }

    /// Reads a private key: PKCS #8 in PEM form, or PKCS #1 for RSA.
    ///
    /// # Errors
    ///
    /// [`DkimError::Key`].
    pub fn from_pem(text: &str) -> Result<Self, DkimError> {
        let key =
            PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_broken| DkimError::Key)?;
        let der = key.secret_der();
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            return Ok(Self(Pair::Ed25519(pair)));
        }
        let pair = RsaKeyPair::from_pkcs8(der).or_else(|_other| RsaKeyPair::from_der(der));
        let pair = pair.map_err(|_opaque| DkimError::Key)?;
        let bits = pair.public_modulus_len().saturating_mul(8);
        if bits < RSA_BITS_MIN { Err(DkimError::Key) } else { Ok(Self(Pair::Rsa(pair))) }
    }

    /// The key in the form that [`SignKey::from_pem`] reads. Overwritten when dropped.
    ///
    /// # Errors
    ///
    /// [`DkimError::Key`]: the library does not give it.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, DkimError> {
        let failed = |_opaque| DkimError::Key;
        let text = match &self.0 {
            Pair::Ed25519(pair) => pem("PRIVATE KEY", pair.to_pkcs8v1().map_err(failed)?.as_ref()),
            Pair::Rsa(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                pem("PRIVATE KEY", der.as_ref())
            }
        };
        Ok(Zeroizing::new(text))
    }

    /// How it signs.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Pair::Ed25519(_) => Algorithm::Ed25519,
            Pair::Rsa(_) => Algorithm::Rsa,
        }
    }

    /// What receivers find under `SELECTOR._domainkey.DOMAIN`, as one text.
    ///
    /// # Errors
    ///
    /// [`DkimError::Key`]: the library does not give its public half.
    ///
    /// # Source
    ///
    /// RFC 6376 §3.6.1, RFC 8463 §4.
    pub fn record(&self) -> Result<String, DkimError> {
        Ok(match &self.0 {
            Pair::Ed25519(pair) => {
                format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(pair.public_key()))
            }
            Pair::Rsa(pair) => {
                let der: PublicKeyX509Der<'_> =
                    pair.public_key().as_der().map_err(|_opaque| DkimError::Key)?;
                format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(der.as_ref()))
            }
        })
    }

    /// Signs the canonical text of the signed fields.
    ///
    /// # Errors
    ///
    /// [`DkimError::Sign`].
    pub fn sign(&self, text: &[u8]) -> Result<Vec<u8>, DkimError> {
        if SIGNED_OCTETS_MAX < text.len() {
            return Err(DkimError::Sign);
        }
        match &self.0 {
            // Its message is the hash of the text (RFC 8463 §3).
            Pair::Ed25519(pair) => Ok(pair.sign(&sha256(text)).as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                    .map_err(|_opaque| DkimError::Sign)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for SignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignKey").field(&self.algorithm()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_and_read() {
        for algorithm in [Algorithm::Ed25519, Algorithm::Rsa] {
            let key = SignKey::generate(algorithm).unwrap();
            let again = SignKey::from_pem(&key.to_pem().unwrap()).unwrap();
            assert_eq!(again.algorithm(), algorithm);
            assert_eq!(again.record().unwrap(), key.record().unwrap());
            // Both kinds sign the same text in the same way each time.
            assert_eq!(again.sign(b"text").unwrap(), key.sign(b"text").unwrap());
            assert_ne!(key.sign(b"text").unwrap(), key.sign(b"test").unwrap());
            assert!(!format!("{key:?}").contains("KEY"));
        }
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_quoted() {
        for text in
            ["", "secret", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"]
        {
            let error = SignKey::from_pem(text).unwrap_err();
            assert_eq!(error, DkimError::Key);
            assert!(!error.to_string().contains("secret"));
        }
        assert_eq!(
            SignKey::generate(Algorithm::Ed25519).unwrap().sign(&vec![0; SIGNED_OCTETS_MAX + 1]),
            Err(DkimError::Sign)
        );
    }
}
