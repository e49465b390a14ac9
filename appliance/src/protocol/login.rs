//! Between `front` and `login`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// A question to `login`.
#[derive(Deserialize, Serialize)]
pub(crate) enum LoginQuestion {
    /// Are these the credentials of an account?
    Credentials {
        /// The name.
        user: String,
        /// The password.
        password: String,
        /// Who asks.
        peer: IpAddr,
    },
    /// Is the account as it was when its password was checked?
    Still(Pass),
}

/// What stands for an account as it was.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Pass {
    /// The name.
    pub(crate) user: String,
    /// A digest of all that its line says.
    pub(crate) line: [u8; 32],
}

/// What `login` answers.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum LoginAnswer {
    /// No.
    Denied,
    /// Yes; from these addresses and domains the account may send, as its line says.
    Granted {
        /// With commas between them.
        senders: String,
        /// For [`LoginQuestion::Still`].
        pass: Pass,
    },
    /// It is as it was.
    Still,
    /// Nobody can say now.
    Unavailable,
}
