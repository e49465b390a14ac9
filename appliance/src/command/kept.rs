//! What is kept on this machine, opened with its keys, beside an appliance that may be running.
//!
//! Only who may read the key folder, which is root or the user of `keyd`, can do this.

use std::{fs::File, io::Read};

use anyhow::Context;
use store::Store;
use vault::key::MasterKey;

use crate::{
    config::Config,
    role::{DATABASE, master::master_key_path},
};

/// The store and the key to it.
#[derive(Debug)]
pub(super) struct Kept {
    /// The rows.
    pub(super) store: Store,
    /// What opens them.
    pub(super) master: MasterKey,
}

impl Kept {
    /// Opens both.
    ///
    /// # Errors
    ///
    /// The key cannot be read, or there is no store yet.
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let path = master_key_path(&config.folders);
        let mut octets = [0; 32];
        let read = File::open(&path).and_then(|mut it| it.read_exact(&mut octets));
        read.with_context(|| format!("cannot read `{}`; are you root?", path.display()))?;
        let master = MasterKey::from_bytes(octets);
        let database = config.folders.store.join(DATABASE);
        anyhow::ensure!(database.exists(), "there is no `{}` yet", database.display());
        Ok(Self { store: Store::open(&database).await?, master })
    }
}
