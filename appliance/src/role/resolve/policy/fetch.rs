//! Fetches the text of a policy from its domain's own web server.
//!
//! # Source
//!
//! RFC 8461 §3.3: a valid certificate of that very name, no redirection, a media type, and an end.

use std::{net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use anyhow::{Context, bail, ensure};
use hyper::{
    Request, StatusCode,
    body::{Body, Incoming},
    client::conn::http1,
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

/// How long it may take (RFC 8461 §3.3 proposes a minute; mail waits for it here).
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one address gets to be connected to.
const CONNECT_PATIENCE: Duration = Duration::from_secs(4);
/// Octets of a policy.
const TEXT_OCTETS_MAX: usize = 64 * 1024;
/// Octets of what stands before it.
const HEAD_OCTETS_MAX: usize = 16 * 1024;
/// Where it stands.
const PATH: &str = "/.well-known/mta-sts.txt";

/// The text at a host, which is at one of these addresses.
///
/// # Errors
///
/// There is no connection, the certificate is not valid for the host, or what comes is no text.
pub(super) async fn fetch(
    host: &str,
    at: &[SocketAddr],
    tls: &Arc<ClientConfig>,
) -> anyhow::Result<String> {
    timeout(PATIENCE, try_fetch(host, at, tls)).await.context("it takes too long")?
}

async fn try_fetch(
    host: &str,
    at: &[SocketAddr],
    tls: &Arc<ClientConfig>,
) -> anyhow::Result<String> {
    let name = ServerName::try_from(host.to_owned())?;
    let stream = connect(at).await?;
    let secured = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await?;
    let mut client = http1::Builder::new();
    let (mut sender, connection) =
        client.max_buf_size(HEAD_OCTETS_MAX).handshake::<_, String>(TokioIo::new(secured)).await?;
    // It ends with the connection, and that with this call.
    let driving = tokio::spawn(connection);
    let request = Request::get(PATH).header(HOST, host).body(String::new())?;
    let answer = async {
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        ensure!(status == StatusCode::OK, "the server answers {status}");
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        ensure!(kind.eq_ignore_ascii_case("text/plain"), "the server sends `{kind}`");
        text(answer.into_body()).await
    };
    let answer = answer.await;
    driving.abort();
    answer
}

async fn connect(at: &[SocketAddr]) -> anyhow::Result<TcpStream> {
    for address in at {
        if let Ok(Ok(stream)) = timeout(CONNECT_PATIENCE, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    bail!("the server cannot be reached")
}

async fn text(mut body: Incoming) -> anyhow::Result<String> {
    let mut octets = Vec::new();
    while let Some(frame) = std::future::poll_fn(|it| Pin::new(&mut body).poll_frame(it)).await {
        if let Some(data) = frame?.data_ref() {
            let length = octets.len().saturating_add(data.len());
            ensure!(length <= TEXT_OCTETS_MAX, "the text is too long");
            octets.extend_from_slice(data);
        }
    }
    Ok(String::from_utf8(octets)?)
}
