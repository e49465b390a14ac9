//! Where a job goes, and what its servers must show.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::route::Tlsa;

/// Where a job goes.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Hop {
    /// The servers, in the order in which they are tried.
    pub(crate) servers: Vec<Server>,
    /// Their addresses came from the names of strangers: none but those of the internet are
    /// connected to.
    pub(crate) strangers: bool,
}

/// One server.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Server {
    /// Its name; absent where it is known by its address alone.
    pub(crate) name: Option<String>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Whether TLS is used, and what is wanted of it.
    pub(crate) tls: HopTls,
    /// How it is entered.
    pub(crate) entry: Entry,
}

impl Server {
    /// One that is known by its address alone, and asks for nothing.
    pub(crate) fn at(address: SocketAddr, tls: HopTls) -> Self {
        Self { name: None, address, tls, entry: Entry::default() }
    }
}

/// Whether TLS is used to a server.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum HopTls {
    /// Never.
    Never,
    /// If it is offered, with any certificate; where the handshake fails, in clear.
    Opportunistic,
    /// Always, with any certificate.
    Encrypted,
    /// Always, with a valid certificate of one of these names.
    Verified(Vec<String>),
    /// Always, with one of these keys; a certificate of an authority among them is of one of these
    /// names (RFC 7672).
    Dane(Vec<Tlsa>, Vec<String>),
}

/// How a server is entered.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Entry {
    /// TLS comes before the greeting (RFC 8314 §3.3).
    pub(crate) is_implicit: bool,
    /// What this gateway logs in with: the name of one of the start's logins.
    pub(crate) login: Option<String>,
}

/// What an operator wants of TLS.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TlsWish {
    /// Never, for a hop on this machine.
    Never,
    /// Where the hop offers it; its certificate is not checked.
    Opportunistic,
    /// Always; its certificate is not checked.
    #[serde(alias = "encrypted")]
    Required,
    /// Always, with a valid certificate of its name.
    Verified,
}

impl TlsWish {
    /// What is wanted of a server with this name, if it has one.
    pub(crate) fn of(self, name: Option<&str>) -> HopTls {
        match self {
            Self::Never => HopTls::Never,
            Self::Opportunistic => HopTls::Opportunistic,
            Self::Required => HopTls::Encrypted,
            Self::Verified => HopTls::Verified(name.map(str::to_owned).into_iter().collect()),
        }
    }
}
