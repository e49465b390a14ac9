//! Connections that come by a proxy in front.

use std::{net::IpAddr, time::Duration};

use grammar::literal::Network;
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};
use wire::smtp::proxy::{Progress, look};

use crate::protocol::control::Start;

/// How long a proxy may take for its header, which it sends before anything else.
const HEADER_PATIENCE: Duration = Duration::from_secs(5);

/// The proxies in front.
#[derive(Debug)]
pub(super) struct Proxies(Vec<Network>);

impl Proxies {
    /// Those of the configuration.
    ///
    /// # Errors
    ///
    /// A value that was checked before does not parse, which is a fault of this program.
    pub(super) fn new(start: &Start) -> anyhow::Result<Self> {
        let networks = start.proxy_networks.iter().map(|it| Network::parse(it));
        Ok(Self(networks.collect::<Result<_, _>>()?))
    }

    /// Whether a peer is one of them: it must then say who the peer is.
    pub(super) fn has(&self, peer: IpAddr) -> bool {
        self.0.iter().any(|it| it.contains(peer))
    }
}

/// Reads the header, and nothing behind it; returns whom it names.
///
/// # Errors
///
/// There is none, it is wrong, or it takes too long.
pub(super) async fn header(stream: &mut TcpStream) -> anyhow::Result<Option<IpAddr>> {
    timeout(HEADER_PATIENCE, async {
        let mut read = Vec::new();
        loop {
            match look(&read)? {
                Progress::Whole(peer) => return Ok(peer.map(|it| it.to_canonical())),
                Progress::More(octets) => {
                    let from = read.len();
                    read.resize(from.saturating_add(octets), 0);
                    stream.read_exact(read.get_mut(from..).unwrap_or_default()).await?;
                }
            }
        }
    })
    .await?
}
