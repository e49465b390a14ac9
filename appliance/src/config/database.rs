//! Where the rows are, as an operator writes it: `[store]`.

use std::{
    fs,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
};

use vault::tls::Authorities;

use super::{check::Faults, file::File, logins::password};
use crate::protocol::control::DatabaseServer;

/// The form of an address.
const SCHEME: &str = "postgres://";
/// Where such servers listen.
const PORT: u16 = 5432;
/// Octets of a name of a user, a database or a node; `PostgreSQL` cuts longer ones.
const NAME_OCTETS_MAX: usize = 63;
/// How long a node that says nothing more keeps what it delivers, seconds.
const LEASE_SECONDS: std::ops::RangeInclusive<u16> = 10..=3_600;
/// Octets of a file of certificates.
const FILE_OCTETS_MAX: usize = 1024 * 1024;

/// The database of a server.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// All that is no secret.
    pub(crate) server: DatabaseServer,
    /// The file with the password.
    pub(crate) password: Option<PathBuf>,
}

/// What an address says.
#[derive(Debug, Eq, PartialEq)]
struct Url<'t> {
    user: &'t str,
    host: &'t str,
    port: u16,
    database: &'t str,
}

/// Reads and checks where the rows are. None where they are in a file.
pub(super) fn check(file: &File, base: &Path, faults: &mut Faults) -> Option<Database> {
    let table = file.store.as_ref()?;
    let password_path = table.password.as_ref().map(|it| base.join(it));
    if let Some(path) = &password_path {
        faults.take(password(path), "store.password");
    }
    let key = "store.authority";
    let authority = table.authority.as_ref().map(|it| read(&base.join(it)));
    let has_authority = authority.is_some();
    let authority = authority.and_then(|it| faults.take(it, key));
    if let Some(text) = &authority {
        faults.take(Authorities::new(&[], Some(text)).map_err(|it| it.to_string()), key);
    }
    let node = table.node.as_deref().unwrap_or(&file.hostname);
    let reason = "write a name of letters, digits, dots and hyphens that no other node has";
    faults.require(is_name(node), "store.node", reason);
    faults.within(table.lease_seconds, LEASE_SECONDS, "store.lease-seconds");
    let url = faults.take(Url::parse(&table.url), "store.url")?;
    let address = faults.take(url.address(), "store.url")?;
    let reason = "this server is on another machine: write `authority`, the file with the \
                  certificate of who vouches for it, for nothing goes there without TLS";
    faults.require(has_authority || address.ip().is_loopback(), key, reason);
    Some(Database {
        server: DatabaseServer {
            address,
            user: url.user.to_owned(),
            database: url.database.to_owned(),
            authority_pem: authority,
            node: node.to_owned(),
            lease_ms: u64::from(table.lease_seconds).saturating_mul(1000),
        },
        password: password_path,
    })
}

impl<'t> Url<'t> {
    fn parse(written: &'t str) -> Result<Self, String> {
        let form = || format!("write `{SCHEME}USER@HOST:PORT/DATABASE`");
        let rest = written.strip_prefix(SCHEME).ok_or_else(form)?;
        let (rest, database) = rest.split_once('/').ok_or_else(form)?;
        let (user, place) = rest.rsplit_once('@').ok_or_else(form)?;
        if user.contains(':') {
            return Err("a password is written to a file of its own; write its path as \
                        `password`"
                .to_owned());
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().ok().filter(|it| *it != 0).ok_or_else(form)?)
            }
            Some(_) | None => (place, PORT),
        };
        if host.is_empty() || !is_name(user) || !is_name(database) {
            return Err(form());
        }
        Ok(Self { user, host, port, database })
    }

    /// Neither the spool nor the portal has a name service inside its sandbox, so the name is looked
    /// up here.
    fn address(&self) -> Result<SocketAddr, String> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let found = (host, self.port).to_socket_addrs();
        let found = found.map_err(|it| format!("`{host}` cannot be looked up ({it})"))?;
        let mut found = found.collect::<Vec<_>>().into_iter();
        found.next().ok_or_else(|| format!("`{host}` has no address"))
    }
}

fn is_name(name: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
    !name.is_empty() && name.len() <= NAME_OCTETS_MAX && name.chars().all(fits)
}

fn read(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|it| format!("`{}`: {it}", path.display()))?;
    if FILE_OCTETS_MAX < text.len() { Err("the file is too long".to_owned()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_who_where_and_what() {
        let url = |user, host, port, database| Ok(Url { user, host, port, database });
        for (written, expected) in [
            ("postgres://a@db.acme.example:6000/mail", url("a", "db.acme.example", 6000, "mail")),
            ("postgres://a@192.0.2.7/mail", url("a", "192.0.2.7", 5432, "mail")),
            ("postgres://a@[::1]/mail", url("a", "[::1]", 5432, "mail")),
            ("postgres://a@[::1]:6000/mail", url("a", "[::1]", 6000, "mail")),
        ] {
            assert_eq!(Url::parse(written), expected);
        }
        for wrong in [
            "",
            "mysql://a@b/c",
            "postgres://b/c",
            "postgres://a@b",
            "postgres://a@b/",
            "postgres://a@/c",
            "postgres://a@b:0/c",
            "postgres://a@b:65536/c",
            "postgres://a@b/c?sslmode=disable",
            "postgres://a:tulip@b/c",
        ] {
            assert!(Url::parse(wrong).is_err(), "{wrong}");
        }
    }
}
