//! What a listener needs for TLS.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::sign::{SigningKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};

use super::{TlsError, pem, signer::certified};

/// TLS 1.2 and 1.3 for a server that shows `chain_pem` and signs with `key`.
///
/// `alpn` names the protocols spoken behind it, the preferred first; none for SMTP.
///
/// # Errors
///
/// [`TlsError::Pem`] when `chain_pem` holds no certificate, [`TlsError::Settings`] when its first
/// one does not belong to `key`.
pub fn server_config(
    chain_pem: &str,
    key: Arc<dyn SigningKey>,
    alpn: &[&str],
) -> Result<Arc<ServerConfig>, TlsError> {
    let certified = certified(chain_pem, key)?;
    let mut config = ServerConfig::builder_with_provider(pem::provider())
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(TlsError::Settings)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = alpn.iter().map(|it| it.as_bytes().to_vec()).collect();
    Ok(Arc::new(config))
}
