//! The database that holds the rows: a file below the data folder, or one of a server.

use std::{os::fd::OwnedFd, path::PathBuf};

use anyhow::Context;
use store::{Entry, Server, Store, StoreError};

use super::DATABASE;
use crate::{
    channel::memory,
    config::{Config, password},
    protocol::control::{DatabaseServer, Folders, Start},
};

/// Octets of a password.
const PASSWORD_OCTETS_MAX: u64 = 4096;

/// Where the rows are. It is made before a sandbox is entered, and opened within it.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// In a file.
    File(PathBuf),
    /// On a server, under the name of this node.
    Server { server: Box<Server>, node: String, lease_ms: i64 },
}

impl Database {
    /// The one that a role is told of; `password` came with the start.
    ///
    /// # Errors
    ///
    /// The password cannot be read.
    pub(crate) fn of_role(start: &Start, password: Option<OwnedFd>) -> anyhow::Result<Self> {
        let password = password.map(|it| memory::read(it, PASSWORD_OCTETS_MAX)).transpose()?;
        let password = password.map(String::from_utf8).transpose()?;
        Self::of(start.database.as_ref(), password.as_deref(), &start.folders)
    }

    /// The one of a configuration, for commands.
    ///
    /// # Errors
    ///
    /// The password cannot be read.
    pub(crate) fn of_config(config: &Config) -> anyhow::Result<Self> {
        let written = config.database.as_ref();
        let path = written.and_then(|it| it.password.as_ref());
        let secret = path.map(|it| password(it).map_err(anyhow::Error::msg)).transpose();
        let secret = secret.context("the password of the database cannot be read")?;
        Self::of(written.map(|it| &it.server), secret.as_deref(), &config.folders)
    }

    fn of(
        written: Option<&DatabaseServer>,
        password: Option<&str>,
        folders: &Folders,
    ) -> anyhow::Result<Self> {
        let Some(written) = written else {
            return Ok(Self::File(folders.store.join(DATABASE)));
        };
        let server = Server::new(&Entry {
            address: written.address,
            user: &written.user,
            password,
            database: &written.database,
            authority: written.authority_pem.as_deref(),
        });
        let lease_ms = i64::try_from(written.lease_ms)?;
        Ok(Self::Server { server: Box::new(server), node: written.node.clone(), lease_ms })
    }

    /// Whether there may be something in it: before the first start there is no file.
    pub(crate) fn is_there(&self) -> bool {
        match self {
            Self::File(path) => path.exists(),
            Self::Server { .. } => true,
        }
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// As [`Store::open`] and [`Store::connect`].
    pub(crate) async fn open(&self) -> Result<Store, StoreError> {
        match self {
            Self::File(path) => Store::open(path).await,
            Self::Server { server, node, lease_ms } => {
                Ok(Store::connect(server).await?.named(node, *lease_ms))
            }
        }
    }
}
