//! What a connection to another server needs for TLS.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{SigningKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::checked::Checked;
use super::{Authorities, KeyRecord, TlsError, pem, signer::certified};

/// Whom a client believes to be the server it wants.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// Anyone: against listeners only, as opportunistic TLS between mail servers is.
    ///
    /// # Source
    ///
    /// RFC 7435: some protection most of the time.
    Anyone,
    /// Who shows a certificate of this name, made by one of the authorities in this PEM text.
    Roots(&'a str),
    /// Who shows a certificate of this name, made by one of these authorities.
    Authorities(&'a Authorities),
    /// Who shows a certificate of one of these names, made by one of these authorities.
    Names(&'a Authorities, &'a [String]),
    /// Who has one of these keys, by RFC 7672; a certificate of an authority among them is of one
    /// of these names.
    Keys(&'a [KeyRecord], &'a [String]),
}

/// Who a client shows itself to be, where it is asked.
#[derive(Clone, Debug)]
pub struct Identity(Arc<SingleCertAndKey>);

impl Identity {
    /// Of whoever has this certificate, with its chain, and signs with its key.
    ///
    /// # Errors
    ///
    /// [`TlsError::Pem`] when there is no certificate, [`TlsError::Settings`] when the first one does
    /// not belong to `key`.
    pub fn new(chain_pem: &str, key: Arc<dyn SigningKey>) -> Result<Self, TlsError> {
        Ok(Self(Arc::new(SingleCertAndKey::from(certified(chain_pem, key)?))))
    }
}

/// TLS 1.2 and 1.3 for a client that shows nothing of itself.
///
/// # Errors
///
/// [`TlsError::Pem`] when the roots hold no certificate, [`TlsError::Settings`] when one of them
/// cannot be used.
pub fn client_config(trust: Trust<'_>, alpn: &[&str]) -> Result<Arc<ClientConfig>, TlsError> {
    client_config_as(None, trust, alpn)
}

/// TLS 1.2 and 1.3 for a client.
///
/// # Errors
///
/// As [`client_config`].
pub fn client_config_as(
    identity: Option<&Identity>,
    trust: Trust<'_>,
    alpn: &[&str],
) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = pem::provider();
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(TlsError::Settings)?;
    let builder = match trust {
        Trust::Anyone => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        }
        Trust::Roots(text) => builder.with_root_certificates(roots(text)?),
        Trust::Authorities(known) => builder.with_root_certificates(Arc::clone(&known.0)),
        Trust::Names(known, names) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Checked::named(known, names, provider))),
        Trust::Keys(keys, names) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Checked::keyed(keys, names, provider))),
    };
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(Identity(shown)) => builder.with_client_cert_resolver(shown.clone()),
    };
    config.alpn_protocols = alpn.iter().map(|it| it.as_bytes().to_vec()).collect();
    Ok(Arc::new(config))
}

fn roots(text: &str) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(text)? {
        roots.add(certificate).map_err(TlsError::Settings)?;
    }
    Ok(roots)
}

/// Takes any certificate, but wants the handshake signed by its key.
#[derive(Debug)]
pub(super) struct AnyCertificate(pub(super) Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
