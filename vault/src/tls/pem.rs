//! PEM texts to what the TLS library takes.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;

/// All certificates of a text, at least one.
pub(super) fn certificates(text: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = || TlsError::Pem { what: "the certificate" };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let certificates = certificates.map_err(|_broken| unreadable())?;
    if certificates.is_empty() { Err(unreadable()) } else { Ok(certificates) }
}

/// The first private key of a text.
pub(super) fn private_key(text: &str) -> Result<PrivateKeyDer<'static>, TlsError> {
    // The cause is left out: it could quote the key.
    PrivateKeyDer::from_pem_slice(text.as_bytes())
        .map_err(|_broken| TlsError::Pem { what: "the private key" })
}

/// The one library that computes for TLS.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
