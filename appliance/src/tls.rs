//! TLS as the roles speak it: certificates here, private keys in `keyd`.

use std::sync::Arc;

use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use vault::tls::{RemoteKey, server_config};

use crate::{protocol::control::Start, role::Keys};

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
        signed.map_err(|error| error.to_string().into())
    };
    let key = Arc::new(RemoteKey::new(&start.tls_schemes, Arc::new(sign)));
    let config: Arc<ServerConfig> = server_config(&start.certificate_pem, key, alpn)?;
    Ok(TlsAcceptor::from(config))
}
