//! Between `front` and `login`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Are these the credentials of an account?
#[derive(Deserialize, Serialize)]
pub(crate) struct LoginQuestion {
    /// The name.
    pub(crate) user: String,
    /// The password.
    pub(crate) password: String,
    /// Who asks.
    pub(crate) peer: IpAddr,
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
    },
    /// Nobody can say now.
    Unavailable,
}
