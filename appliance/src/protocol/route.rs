//! Between `spool` and `resolve`: where mail for a domain goes.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};

/// A question to `resolve`: which servers take mail?
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Destination {
    /// Those for a domain.
    Domain(String),
    /// The one with this name.
    Server {
        /// Its name.
        name: String,
        /// Where it listens.
        port: u16,
    },
}

/// The answer to a [`Destination`].
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Route {
    /// To these servers, the preferred first. There is one at least.
    Servers(Vec<Host>),
    /// Never: nobody takes mail for it.
    Never {
        /// A code, a status and why, as a server would say it.
        reply: String,
    },
    /// Not now: it could not be found out.
    Later {
        /// A code, a status and why, as a server would say it.
        reply: String,
    },
}

/// A server that takes mail for a domain.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Host {
    /// Its name, without a dot at the end.
    pub(crate) name: String,
    /// Where it is reached; one at least.
    pub(crate) addresses: Vec<IpAddr>,
    /// How it is known to be the one that was meant.
    pub(crate) proof: Proof,
}

/// How a server is known.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Proof {
    /// Nobody says how.
    #[default]
    Unsaid,
    /// It has TLS: signed names say so, and nothing more that can be used (RFC 7672 §2.2).
    Encrypted,
    /// It shows a valid certificate of its name: its domain's policy says so (RFC 8461).
    Certificate,
    /// Its domain's policy says the same, and that it only wants to know whether it is so.
    Tested,
    /// It has one of these keys: signed names say so (RFC 7672).
    Keys {
        /// What its certificate matches one of.
        records: Vec<Tlsa>,
        /// What a certificate of an authority among these may be made out to.
        names: Vec<String>,
    },
}

/// One record of a key (RFC 6698 §2.1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Tlsa {
    /// Whose certificate it is about: 2 that of an authority, 3 that of the server.
    pub(crate) usage: u8,
    /// What of it: 0 all, 1 the key.
    pub(crate) selector: u8,
    /// In which form: 0 as it is, 1 SHA-256, 2 SHA-512.
    pub(crate) matching: u8,
    /// The octets.
    pub(crate) data: Vec<u8>,
}

impl fmt::Display for Tlsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { usage, selector, matching, data } = self;
        write!(f, "{usage} {selector} {matching} {}", vault::digest::hex(data))
    }
}
