//! Where a database of a `PostgreSQL` server is, and what it is entered with.

use std::fmt;
use std::net::SocketAddr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// A database of a server. It is made before a sandbox is entered: nothing is looked up later.
#[derive(Clone)]
pub struct Server {
    pub(crate) options: PgConnectOptions,
}

/// What an operator says of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Where the server listens.
    pub address: SocketAddr,
    /// Whose database it is.
    pub user: &'a str,
    /// What the user is known by.
    pub password: Option<&'a str>,
    /// Its name.
    pub database: &'a str,
    /// Who vouches for the certificate of the server, which is for its address, in PEM form. Without
    /// one there is no TLS.
    pub authority: Option<&'a str>,
}

impl Server {
    /// The database that is entered so.
    #[must_use]
    pub fn new(entry: &Entry<'_>) -> Self {
        let options = PgConnectOptions::new_without_pgpass()
            .host(&entry.address.ip().to_string())
            .port(entry.address.port())
            .username(entry.user)
            .database(entry.database);
        let options = match entry.password {
            Some(password) => options.password(password),
            None => options,
        };
        // Authorities of the public web are believed as well: only the whole check, in which the
        // certificate is for the address, says that it is this server.
        let options = match entry.authority {
            Some(authority) => options
                .ssl_mode(PgSslMode::VerifyFull)
                .ssl_root_cert_from_pem(authority.as_bytes().to_vec()),
            None => options.ssl_mode(PgSslMode::Disable),
        };
        Self { options }
    }

    #[cfg(test)]
    pub(crate) fn of_url(url: &str) -> Self {
        Self { options: url.parse().unwrap() }
    }
}

impl fmt::Debug for Server {
    // The library would show the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let server = Server::new(&Entry {
            address: SocketAddr::from(([127, 0, 0, 1], 5432)),
            user: "chancery",
            password: Some("tulip"),
            database: "chancery",
            authority: None,
        });
        assert!(!format!("{server:?}").contains("tulip"));
    }
}
