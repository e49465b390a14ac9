//! What is kept on this machine, opened with its keys, beside an appliance that may be running.
//!
//! Only who may read the key folder, which is root or the user of `keyd`, can do this.

use std::path::PathBuf;

use anyhow::Context;
use store::{
    Store,
    audit::NewRecord,
    body::Bodies,
    message::{self, Message},
};
use vault::{
    key::{DataKey, KeyRing},
    stream::Opener,
};

use crate::{
    config::Config,
    role::{Database, keyd::key_ring, master::is_claimed, thing},
};

/// The store and the key to it.
#[derive(Debug)]
pub(super) struct Kept {
    /// The rows.
    pub(super) store: Store,
    /// What opens them.
    pub(super) master: KeyRing,
    /// Where long bodies are.
    pub(super) bodies: Bodies,
    /// The folder of everything.
    data: PathBuf,
}

/// A message that is kept, and its key.
#[derive(Debug)]
pub(super) struct KeptMessage {
    /// Its row.
    pub(super) row: Message,
    key: DataKey,
    thing: String,
}

impl KeptMessage {
    /// What opens its body.
    pub(super) fn opener(&self) -> Opener {
        Opener::new(&self.key, &self.thing)
    }

    /// A sealed text of it.
    ///
    /// # Errors
    ///
    /// The seal is broken.
    pub(super) fn text(&self, field: &str, sealed: &[u8]) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.key.open_field(&self.thing, field, sealed)?.to_vec())?)
    }
}

impl Kept {
    /// Opens both.
    ///
    /// # Errors
    ///
    /// The key cannot be read, or there is no store yet.
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let master = key_ring(&config.folders).context("the keys cannot be read; are you root?")?;
        let database = Database::of_config(config)?;
        let folder = config.folders.store.display();
        anyhow::ensure!(database.is_there(), "there is no database in `{folder}` yet");
        let data = config.folders.store.parent().unwrap_or(&config.folders.store).to_owned();
        let bodies = Bodies::existing(&config.folders.bodies, &std::env::temp_dir());
        let store = database.open().await.context("the database cannot be opened")?;
        Ok(Self { store, master, bodies, data })
    }

    /// Finds a message and its key.
    ///
    /// # Errors
    ///
    /// There is none any more, or its key cannot be opened.
    pub(super) async fn message(&self, id: &str) -> anyhow::Result<KeptMessage> {
        let row = message::find(&self.store, id).await?.context("the message is gone")?;
        let wrapped = row.wrapped_key.as_ref().context("the message is gone")?;
        let thing = thing(id);
        let key = self.master.unwrap(wrapped, &thing)?;
        Ok(KeptMessage { row, key, thing })
    }

    /// Whether the appliance runs.
    ///
    /// # Errors
    ///
    /// Its folder cannot be read.
    pub(super) fn is_running(&self) -> anyhow::Result<bool> {
        Ok(is_claimed(&self.data)?)
    }
}

/// Tells the audit log something, where there is one: before the first start there is none.
///
/// # Errors
///
/// The store cannot be opened or written.
pub(super) async fn record(config: &Config, record: NewRecord) -> anyhow::Result<()> {
    let database = Database::of_config(config)?;
    if !database.is_there() {
        return Ok(());
    }
    let store = database.open().await.context("the database cannot be opened")?;
    Ok(store::audit::append(&store, &[record]).await?)
}
