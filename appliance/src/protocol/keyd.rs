//! Between `keyd` and those who may ask it.

use serde::{Deserialize, Serialize};

/// A question to `keyd`. Who may ask which is in `role::keyd`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum KeyQuestion {
    /// New data keys for things such as `message:ID`, in order.
    New {
        /// The things, each bound into its wrapping; at most [`NEW_MAX`].
        contexts: Vec<String>,
    },
    /// The data key inside a wrapping.
    Unwrap {
        /// The thing it was made for.
        context: String,
        /// What [`KeyAnswer::Made`] gave.
        wrapped: Vec<u8>,
    },
    /// Keyed hashes of addresses, in order.
    Hash {
        /// Normalised addresses.
        addresses: Vec<String>,
    },
    /// A signature for an outgoing mail.
    SignMail {
        /// Who signs.
        domain: String,
        /// With which of its keys.
        selector: String,
        /// The canonical text of the signed fields.
        text: Vec<u8>,
    },
    /// A signature for a TLS handshake.
    Sign {
        /// The signature scheme's number (RFC 8446 §4.2.3).
        scheme: u16,
        /// What is signed.
        message: Vec<u8>,
    },
    /// A signature for a handshake with a next hop that asks who this gateway is.
    SignLogin {
        /// Which of the logins.
        login: String,
        /// The signature scheme's number (RFC 8446 §4.2.3).
        scheme: u16,
        /// What is signed.
        message: Vec<u8>,
    },
    /// The password of a login at a next hop.
    Password {
        /// Which of the logins.
        login: String,
    },
    /// A signature that the audit log stands so.
    Confirm {
        /// The newest record.
        sequence: i64,
        /// Its digest.
        digest: [u8; 32],
    },
}

/// Keys that are made at once.
pub(crate) const NEW_MAX: usize = 16;

/// What `keyd` answers.
#[derive(Deserialize, Serialize)]
pub(crate) enum KeyAnswer {
    /// Data keys and their wrappings.
    Made(Vec<([u8; 32], Vec<u8>)>),
    /// The data key inside a wrapping.
    Key([u8; 32]),
    /// Keyed hashes.
    Hashes(Vec<[u8; 32]>),
    /// A signature.
    Signature(Vec<u8>),
    /// A password.
    Password(String),
    /// The audit log is confirmed.
    Confirmed {
        /// Which key signed, as people tell keys apart.
        key: String,
        /// The signature.
        signature: Vec<u8>,
    },
    /// The wrapping does not open, or the scheme is not ours.
    Refused,
}
