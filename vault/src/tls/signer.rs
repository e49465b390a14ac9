//! Signatures of handshakes: made where the key is, asked for where the network is.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{InconsistentKeys, OtherError, SignatureAlgorithm, SignatureScheme};

use super::{TlsError, pem};

/// The longest message that is signed, in octets: a hash in TLS 1.3, randoms and a key share in
/// TLS 1.2.
const MESSAGE_OCTETS_MAX: usize = 8 * 1024;

/// The schemes a key may be asked for, the preferred first.
///
/// # Source
///
/// RFC 8446, section 4.2.3; RSA with PKCS #1 for TLS 1.2 only.
const SCHEMES: [SignatureScheme; 10] = [
    SignatureScheme::ED25519,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::RSA_PSS_SHA512,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::RSA_PKCS1_SHA512,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA256,
];

/// Asks for one signature: the scheme by its number in the registry of TLS, then the message.
///
/// It is called in the middle of a handshake and waits for the answer.
pub type RemoteSign = dyn Fn(u16, &[u8]) -> Result<Vec<u8>, SignatureError> + Send + Sync;

/// A signature was not made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignatureError {
    /// Too long a message for a handshake.
    #[error("the message is too long to be a handshake's")]
    Message,
    /// This key does not sign in this way.
    #[error("the key does not sign with scheme {0:#06x}")]
    Scheme(u16),
    /// Whoever holds the key does not answer.
    #[error("the holder of the key does not answer")]
    Unavailable,
}

/// A private key, where it is held.
pub struct LocalSigner(Arc<dyn SigningKey>);

impl LocalSigner {
    /// Reads a private key: PKCS #8, SEC 1 or PKCS #1, in PEM form.
    ///
    /// # Errors
    ///
    /// [`TlsError::Pem`] when there is none, [`TlsError::Settings`] when its kind is not known.
    pub fn from_pem(key_pem: &str) -> Result<Self, TlsError> {
        let key = pem::private_key(key_pem)?;
        aws_lc_rs::sign::any_supported_type(&key).map(Self).map_err(TlsError::Settings)
    }

    /// The schemes this key signs with, by their numbers, the preferred first.
    #[must_use]
    pub fn schemes(&self) -> Vec<u16> {
        let signs = |scheme: &SignatureScheme| self.0.choose_scheme(&[*scheme]).is_some();
        SCHEMES.into_iter().filter(signs).map(u16::from).collect()
    }

    /// Signs a handshake's `message`, which is not hashed yet.
    ///
    /// # Errors
    ///
    /// [`SignatureError`] when the message is too long or the key does not sign in this way.
    pub fn sign(&self, scheme: u16, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        if MESSAGE_OCTETS_MAX < message.len() {
            return Err(SignatureError::Message);
        }
        let refused = SignatureError::Scheme(scheme);
        let signer = self.0.choose_scheme(&[SignatureScheme::from(scheme)]).ok_or(refused)?;
        signer.sign(message).map_err(|_library| refused)
    }

    /// The key as the TLS library takes it, for a process that both holds it and serves.
    #[must_use]
    pub fn signing_key(&self) -> Arc<dyn SigningKey> {
        Arc::clone(&self.0)
    }
}

/// A private key that another process holds.
#[derive(Clone)]
pub struct RemoteKey {
    schemes: Vec<SignatureScheme>,
    sign: Arc<RemoteSign>,
}

impl RemoteKey {
    /// The key that signs with `schemes`, as [`LocalSigner::schemes`] told, when `sign` is called.
    #[must_use]
    pub fn new(schemes: &[u16], sign: Arc<RemoteSign>) -> Self {
        Self { schemes: schemes.iter().copied().map(SignatureScheme::from).collect(), sign }
    }
}

impl SigningKey for RemoteKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let scheme = self.schemes.iter().copied().find(|scheme| offered.contains(scheme))?;
        Some(Box::new(RemoteSigner { scheme, sign: Arc::clone(&self.sign) }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.schemes.first() {
            Some(SignatureScheme::ED25519) => SignatureAlgorithm::ED25519,
            Some(
                SignatureScheme::ECDSA_NISTP256_SHA256
                | SignatureScheme::ECDSA_NISTP384_SHA384
                | SignatureScheme::ECDSA_NISTP521_SHA512,
            ) => SignatureAlgorithm::ECDSA,
            Some(_) | None => SignatureAlgorithm::RSA,
        }
    }
}

/// One signature to be asked for.
struct RemoteSigner {
    scheme: SignatureScheme,
    sign: Arc<RemoteSign>,
}

impl Signer for RemoteSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        (self.sign)(u16::from(self.scheme), message)
            .map_err(|error| rustls::Error::Other(OtherError(Arc::new(error))))
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

/// A certificate with its chain, and who signs for it.
///
/// # Errors
///
/// [`TlsError::Pem`] when `chain_pem` holds no certificate, [`TlsError::Settings`] when its first one
/// does not belong to `key`.
pub(super) fn certified(
    chain_pem: &str,
    key: Arc<dyn SigningKey>,
) -> Result<CertifiedKey, TlsError> {
    let certified = CertifiedKey::new(pem::certificates(chain_pem)?, key);
    match certified.keys_match() {
        // A remote key does not know its public half.
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(error) => Err(TlsError::Settings(error)),
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalSigner(..)")
    }
}

impl fmt::Debug for RemoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKey").field("schemes", &self.schemes).finish_non_exhaustive()
    }
}

impl fmt::Debug for RemoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSigner").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}
