//! From what is written to what can be run: paths made absolute, hosts looked up, values bounded.

use std::{
    fs, io,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
};

use grammar::literal::Network;

use super::file::{self, File};
use crate::protocol::control::{Folders, Hop};

/// Examiners at most.
const WORKERS_MAX: u8 = 32;
/// The longest time a peer may be kept waiting, seconds; RFC 5321 §4.5.3.2.6 gives it ten minutes.
const BUDGET_SECONDS_MAX: u16 = 300;
/// The longest an examiner may take, seconds: two tries are over before the queue tries again.
const LIMIT_SECONDS_MAX: u16 = 50;

/// A configuration that can be run.
#[derive(Debug)]
pub(crate) struct Config {
    /// The file's settings that need no change.
    pub(crate) file: File,
    /// Where things are on disk.
    pub(crate) folders: Folders,
    /// The folder of the rules.
    pub(crate) rules: PathBuf,
    /// People's groups and attributes.
    pub(crate) directory: Option<PathBuf>,
    /// The chain and the key, where the operator gives them.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    /// Where our own mail goes.
    pub(crate) internal_hop: Hop,
    /// Where all other mail goes.
    pub(crate) external_hop: Hop,
}

/// The configuration cannot be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{}`; `chancery init DIR` writes a commented one", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is not in the form of a configuration.
    #[error("`{}` is not a configuration", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A value is out of bounds or makes no sense.
    #[error("`{key}` in `{}`: {reason}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The key, with its table.
        key: &'static str,
        /// What is wrong and what to write.
        reason: String,
    },
}

impl Config {
    /// Reads and checks `path`. Relative paths in it start at its own folder.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], which names the file, the key and what to write.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text).map_err(|source| ConfigError::Form {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let base = path.canonicalize().ok().and_then(|it| it.parent().map(Path::to_owned));
        let base = base.unwrap_or_default();
        Self::check(file, &base).map_err(|(key, reason)| ConfigError::Value {
            path: path.to_owned(),
            key,
            reason,
        })
    }

    fn check(file: File, base: &Path) -> Result<Self, (&'static str, String)> {
        let data = base.join(&file.data);
        let hostname_fits = grammar::literal::Domain::parse(&file.hostname).is_ok();
        require(hostname_fits, "hostname", "write a host name such as `gateway.acme.example`")?;
        let url = file.portal.url.trim_end_matches('/');
        require(
            url.starts_with("https://") && !url.contains(['?', '#', ' ']),
            "portal.url",
            "write the address that recipients use, such as `https://secure.acme.example`",
        )?;
        for network in &file.smtp.relay_networks {
            Network::parse(network)
                .map_err(|error| ("smtp.relay-networks", format!("`{network}`: {error}")))?;
        }
        let workers = file.examination.workers;
        let bounds = format!("write a number from 1 to {WORKERS_MAX}");
        require((1..=WORKERS_MAX).contains(&workers), "examination.workers", &bounds)?;
        let seconds = file.examination.budget_seconds;
        let bounds = format!("write a number of seconds from 1 to {BUDGET_SECONDS_MAX}");
        require(
            (1..=BUDGET_SECONDS_MAX).contains(&seconds),
            "examination.budget-seconds",
            &bounds,
        )?;
        let seconds = file.examination.limit_seconds;
        let bounds = format!("write a number of seconds from 1 to {LIMIT_SECONDS_MAX}");
        require((1..=LIMIT_SECONDS_MAX).contains(&seconds), "examination.limit-seconds", &bounds)?;
        Ok(Self {
            folders: Folders {
                store: data.join("store"),
                bodies: data.join("bodies"),
                keys: data.join("keys"),
            },
            rules: base.join(&file.rules),
            directory: file.directory.as_ref().map(|it| base.join(it)),
            tls: file.tls.as_ref().map(|it| (base.join(&it.certificate), base.join(&it.key))),
            internal_hop: resolve(&file.next_hop.internal, "next-hop.internal.address")?,
            external_hop: resolve(&file.next_hop.external, "next-hop.external.address")?,
            file,
        })
    }
}

fn require(holds: bool, key: &'static str, reason: &str) -> Result<(), (&'static str, String)> {
    if holds { Ok(()) } else { Err((key, reason.to_owned())) }
}

/// `deliver` has no name service inside its sandbox, so the address is looked up once, here.
fn resolve(hop: &file::Hop, key: &'static str) -> Result<Hop, (&'static str, String)> {
    let found: Result<Option<SocketAddr>, io::Error> =
        hop.address.to_socket_addrs().map(|mut it| it.next());
    match found {
        Ok(Some(address)) => Ok(Hop { address, tls: hop.tls }),
        Ok(None) => Err((key, format!("`{}` has no address", hop.address))),
        Err(error) => Err((
            key,
            format!("`{}` cannot be looked up ({error}); write `host:port`", hop.address),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        hostname = "gateway.acme.example"
        data = "data"
        rules = "rules"
        [smtp]
        listen = "127.0.0.1:2525"
        relay-networks = ["127.0.0.0/8"]
        [portal]
        listen = "127.0.0.1:8443"
        url = "https://127.0.0.1:8443"
        [next-hop.internal]
        address = "127.0.0.1:2526"
        tls = "never"
        [next-hop.external]
        address = "127.0.0.1:2527"
    "#;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chancery.toml");
        fs::write(&path, text).unwrap();
        Config::load(&path)
    }

    #[test]
    fn paths_start_at_the_file() {
        let config = load(GOOD).unwrap();
        assert!(config.folders.store.is_absolute());
        assert!(config.folders.store.ends_with("data/store"));
        assert_eq!(config.file.examination.budget_seconds, 10);
    }

    #[test]
    fn each_wrong_value_names_its_key() {
        let wrong = [
            ("\"gateway.acme.example\"", "\"no good\"", "hostname"),
            ("https://", "http://", "portal.url"),
            ("127.0.0.0/8", "127.0.0.1/8", "smtp.relay-networks"),
            ("127.0.0.1:2527", "nowhere", "next-hop.external.address"),
            (
                "[portal]",
                "[examination]\nlimit-seconds = 51\n[portal]",
                "examination.limit-seconds",
            ),
        ];
        for (from, to, expected) in wrong {
            let error = load(&GOOD.replace(from, to)).unwrap_err();
            let ConfigError::Value { key, .. } = &error else { panic!("{error}") };
            assert_eq!(*key, expected, "{error}");
        }
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place() {
        let error = load(&GOOD.replace("hostname", "hostnam")).unwrap_err();
        let ConfigError::Form { source, .. } = &error else { panic!("{error}") };
        assert!(source.to_string().contains("hostnam"), "{source}");
    }
}
