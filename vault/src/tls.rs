//! TLS 1.2 and 1.3: configurations, certificates, and signatures made in another process.
//!
//! # Trust
//!
//! The process that faces the network holds certificates only. Its [`RemoteKey`] asks the
//! process that holds the private key, a [`LocalSigner`], for each handshake's signature. Who
//! takes over the former can have signatures made while it lasts, but takes no key away.

mod authority;
mod checked;
mod client;
mod pem;
mod server;
mod signer;

pub use authority::{Authority, Issued};
pub use checked::{Authorities, KeyRecord};
pub use client::{Identity, Trust, client_config, client_config_as};
pub use server::server_config;
pub use signer::{LocalSigner, RemoteKey, RemoteSign, SignatureError};

/// Certificates, keys or settings of TLS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate or its key was not made.
    #[error("the certificate was not made")]
    Issue(#[source] rcgen::Error),
    /// A text holds no certificate or no private key in PEM form, or a broken one.
    #[error("{what} cannot be read")]
    Pem {
        /// What was looked for.
        what: &'static str,
    },
    /// The TLS library refused what it was given.
    #[error("the TLS settings are refused")]
    Settings(#[source] rustls::Error),
    /// A time before 1970 or after 9900.
    #[error("the time is out of range")]
    Time,
}

#[cfg(test)]
mod tests;
