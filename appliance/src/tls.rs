//! TLS as the roles speak it: certificates here, private keys in `keyd`.

use std::sync::Arc;

use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use vault::tls::{Authorities, RemoteKey, SignatureError, server_config};

use crate::{protocol::control::Start, role::Keys};

/// Makes a key, so that the library asks the system once what it wants to know of it. The sandbox
/// forbids the question.
///
/// # Errors
///
/// No key can be made.
pub(crate) fn rehearse() -> anyhow::Result<()> {
    vault::tls::Authority::generate(crate::role::now_ms())?;
    Ok(())
}

/// Whose certificates are believed: the authorities of this machine, and the operator's own. To be
/// asked before the sandbox is entered, which opens no file.
///
/// # Errors
///
/// Those of the operator cannot be read.
pub(crate) fn authorities(start: &Start) -> anyhow::Result<Authorities> {
    let known = rustls_native_certs::load_native_certs().certs;
    Ok(Authorities::new(&known, start.authorities.as_deref())?)
}

/// An acceptor whose handshakes `keyd` signs.
///
/// # Errors
///
/// The certificate of the start cannot be read.
pub(crate) fn acceptor(start: &Start, keys: &Keys, alpn: &[&str]) -> anyhow::Result<TlsAcceptor> {
    let keys = keys.clone();
    let sign = move |scheme: u16, message: &[u8]| {
        // The handshake cannot wait asynchronously; the other tasks move to another thread.
        let signed = tokio::task::block_in_place(|| keys.sign(scheme, message));
        signed.map_err(|error| {
            tracing::error!(event = "tls.not-signed", "{error}");
            SignatureError::Unavailable
        })
    };
    let key = Arc::new(RemoteKey::new(&start.tls_schemes, Arc::new(sign)));
    let config: Arc<ServerConfig> = server_config(&start.certificate_pem, key, alpn)?;
    Ok(TlsAcceptor::from(config))
}
