//! Where a request comes from, as far as the throttle is concerned.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::security::throttle::{Who, network};

/// The address of the peer. Headers that a client can write are not looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// The network that its attempts are counted under.
    pub(crate) fn network(self) -> Who {
        network(self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without a known peer all share one bucket: strict rather than open.
        Ok(Self(peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(it)| it.ip())))
    }
}
