//! What the master knows of its roles and rules, written for `chancery status`.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use crate::{
    config::Config,
    protocol::control::Role,
    role::{keyd::key_ring, now_ms},
    tally::Tally,
};

/// The file in the data folder. It counts only while a master holds the folder.
pub(crate) const STATE: &str = "state.json";

/// Letters that are told of why rules are not taken.
const REFUSED_LETTERS_MAX: usize = 400;

/// How often it is written at least, milliseconds.
pub(crate) const LIFE_MS: i64 = 10_000;

/// What stands in the file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Told {
    /// The master.
    pub(crate) pid: u32,
    /// Of the program.
    pub(crate) version: String,
    /// When it was started, milliseconds since 1970 UTC.
    pub(crate) since_ms: i64,
    /// When this was written, milliseconds since 1970 UTC; a master that lives writes it every
    /// [`LIFE_MS`].
    #[serde(default)]
    pub(crate) at_ms: i64,
    /// What the rules are known by.
    pub(crate) rules: String,
    /// Whose rules they are.
    pub(crate) organisation: String,
    /// The counter of a signed bundle.
    pub(crate) counter: Option<u64>,
    /// When they were loaded, milliseconds since 1970 UTC.
    pub(crate) rules_since_ms: i64,
    /// What the master key is called that `keyd` was started with.
    #[serde(default)]
    pub(crate) master_key: String,
    /// Why the rules that were read last are not in force, in the first line; absent where they are.
    #[serde(default)]
    pub(crate) refused: Option<String>,
    /// What the rules are known by that run beside those in force, if any do.
    #[serde(default)]
    pub(crate) shadow: Option<String>,
    /// The roles.
    pub(crate) roles: Vec<RoleState>,
    /// What they counted since the master was started.
    #[serde(default)]
    pub(crate) tally: Tally,
}

/// One role.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct RoleState {
    /// Its name.
    pub(crate) role: String,
    /// Its process, if there is one.
    pub(crate) pid: Option<u32>,
    /// Whether it waits for work.
    pub(crate) ready: bool,
    /// Whether it has not answered the master for a while.
    #[serde(default)]
    pub(crate) silent: bool,
    /// How often it was started.
    pub(crate) starts: u64,
    /// What its sandbox is.
    pub(crate) sandbox: String,
}

fn key_name(config: &Config) -> String {
    key_ring(&config.folders).map(|it| it.name()).unwrap_or_default()
}

/// The writer of the file.
#[derive(Debug)]
pub(super) struct State {
    path: PathBuf,
    told: Told,
    written: Option<Told>,
}

impl State {
    /// Nothing is written yet.
    pub(super) fn new(config: &Config, bundle: &Bundle) -> Self {
        let data = config.folders.store.parent().unwrap_or(Path::new("."));
        let told = Told {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            since_ms: now_ms(),
            at_ms: now_ms(),
            rules: String::new(),
            organisation: String::new(),
            counter: None,
            rules_since_ms: 0,
            master_key: String::new(),
            refused: None,
            shadow: None,
            roles: Vec::new(),
            tally: Tally::default(),
        };
        let mut state = Self { path: data.join(STATE), told, written: None };
        state.rules(bundle);
        state
    }

    /// Other rules are in force.
    pub(super) fn rules(&mut self, bundle: &Bundle) {
        self.told.rules = bundle.digest_text();
        self.told.organisation.clone_from(&bundle.organisation().name);
        self.told.counter = bundle.counter();
        self.told.rules_since_ms = now_ms();
        self.told.refused = None;
    }

    /// Rules were read and are not taken.
    pub(super) fn refused(&mut self, why: &str) {
        let why = why.lines().next().unwrap_or_default();
        self.told.refused = Some(why.chars().take(REFUSED_LETTERS_MAX).collect());
    }

    /// Other rules run beside those in force, or none.
    pub(super) fn shadow(&mut self, shadow: Option<&Bundle>) {
        self.told.shadow = shadow.map(Bundle::digest_text);
    }

    /// `keyd` is being started, and reads the keys as they are or later ones.
    pub(super) fn key(&mut self, config: &Config) {
        // That they cannot be read is told by who needs them.
        self.told.master_key = key_name(config);
    }

    /// Whether the master key is another one than `keyd` was started with.
    pub(super) fn has_other_key(&self, config: &Config) -> bool {
        self.told.master_key != key_name(config)
    }

    /// A role counted something.
    pub(super) fn count(&mut self, role: Role, tally: &Tally) {
        self.told.tally.add(role, tally);
    }

    /// Has the file written anew now and then, so that who reads it knows that the master lives.
    pub(super) fn tell_of_life(&mut self) {
        let at_ms = now_ms();
        if LIFE_MS <= at_ms.saturating_sub(self.told.at_ms) || at_ms < self.told.at_ms {
            self.told.at_ms = at_ms;
        }
    }

    /// Writes what changed. That it cannot be written stops nothing.
    pub(super) fn write(&mut self, roles: Vec<RoleState>) {
        self.told.roles = roles;
        if self.written.as_ref() == Some(&self.told) {
            return;
        }
        match self.replace() {
            Ok(()) => self.written = Some(self.told.clone()),
            Err(error) => tracing::warn!(event = "state.not-written", "{error}"),
        }
    }

    /// Whoever reads finds the old file or the new one, whole.
    fn replace(&self) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(&self.told)?)?;
        fs::rename(&new, &self.path)
    }
}
