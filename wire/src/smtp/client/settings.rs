//! How to talk to one server.

use grammar::literal::Domain;

use crate::smtp::credentials::Credentials;

/// How to talk to one server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// The name we give ourselves.
    pub helo: Domain,
    /// Whether TLS is wanted.
    pub tls: TlsPolicy,
    /// With what to log in, if the server asks for it.
    pub credentials: Option<Credentials>,
}

/// Whether TLS is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TlsPolicy {
    /// Not even where it is offered.
    Never,
    /// Where it is offered. When the handshake fails, connect again with [`TlsPolicy::Never`].
    Opportunistic,
    /// Or nothing is sent.
    Required,
}
