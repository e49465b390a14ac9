//! `chancery restore`: a backup becomes the data folder of a gateway that does not run yet.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    os::{
        fd::AsFd,
        unix::fs::{DirBuilderExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::Deserialize;
use store::{
    PAGE_ROWS_MAX, Store, audit as chain,
    body::Bodies,
    keys::{self, Thing},
};
use vault::key::KeyRing;

use super::{order::operator, print::print};
use crate::{
    audit,
    backup::{self, CONFIGURATION_ENTRY, DATABASE_ENTRY, Entry, MANIFEST, Progress, ReadManifest},
    protocol::control::Folders,
    role::{
        DATABASE,
        keyd::key_ring,
        master::{hand_over, write_secret},
    },
};

/// Octets of all files of the configuration, and of the manifest.
const SETTINGS_OCTETS_MAX: u64 = 512 << 20;
/// What may stand in a data folder that is restored: keys that were put there before, and what a
/// file system has of its own.
const ALLOWED: [&str; 2] = ["keys", "lost+found"];
/// Where everything is until all of it was verified.
const STAGE: &str = "restoring";
/// Octets of a key file.
const KEY_OCTETS_MAX: u64 = 1 << 20;

/// What is restored, while it is read.
struct Restore {
    /// The configuration file, which may not be there yet.
    file: PathBuf,
    /// The files beside it, by their names in the backup; small, and verified before written.
    settings: BTreeMap<String, Vec<u8>>,
    settings_octets: u64,
    found: BTreeMap<String, Entry>,
    place: Option<Place>,
    manifest: Option<ReadManifest>,
    progress: Progress,
}

/// Where it is restored to.
struct Place {
    data: PathBuf,
    bodies: Bodies,
    /// Removed when it is dropped, with what was not moved out of it.
    stage: Stage,
}

struct Stage(PathBuf);

impl Drop for Stage {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Restores the backup at `from` to where `file` says, with the keys in the folder `keys`.
///
/// # Errors
///
/// The data folder is not empty, the backup is damaged or of another gateway, it cannot be written.
pub(super) async fn restore(from: &Path, file: &Path, keys: Option<&Path>) -> anyhow::Result<()> {
    let mut restore = Restore::new(file);
    backup::walk(from, &mut |name, octets, body| restore.take(name, octets, body))?;
    let Restore { settings, found, place, manifest, progress, .. } = restore;
    let manifest = manifest.context("it is not whole: it has no manifest")?;
    manifest.compare(&found)?;
    let place = place.filter(|_| found.contains_key(DATABASE_ENTRY));
    let place = place.context("it has no database")?;
    let own_keys = place.data.join("keys");
    let given = keys.map(Path::to_owned).or_else(|| own_keys.exists().then_some(own_keys.clone()));
    if let Some(keys) = &given {
        manifest.opened_by(&ring_in(keys)?.index_key())?;
    }
    let store = Store::open(&place.stage.0.join("store").join(DATABASE)).await?;
    if let Some(keys) = &given {
        ensure_opened(&store, &ring_in(keys)?).await?;
    }
    chain::append(&store, &[audit::restored(manifest.head.at_ms, &operator())]).await?;
    let last = chain::last(&store).await?.map_or(0, |it| it.sequence);
    store.checkpoint().await?;
    store.close().await;
    place.settle()?;
    if let Some(keys) = given.as_ref().filter(|it| **it != own_keys) {
        copy_keys(keys, &own_keys)?;
    }
    let written = write_settings(file, settings)?;
    let data = place.data.display();
    let (files, octets) = (progress.files(), backup::mebibytes(progress.octets()));
    let mut text = format!(
        "Restored {files} files with {octets} to {data}, each as its digest says; the audit log has \
         {last} records.\n{written}"
    );
    if given.is_none() {
        let keys = own_keys.display();
        text += &format!("Put the keys of that gateway into {keys} before you start it.\n");
    }
    print(&text)
}

impl Restore {
    fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            settings: BTreeMap::new(),
            settings_octets: 0,
            found: BTreeMap::new(),
            place: None,
            manifest: None,
            progress: Progress::new("restored", None),
        }
    }

    fn take(&mut self, name: &str, octets: u64, body: &mut dyn Read) -> anyhow::Result<()> {
        let (top, rest) = name.split_once('/').unwrap_or((name, ""));
        if name == MANIFEST {
            let text = String::from_utf8(self.small(octets, body)?.1)?;
            self.manifest = Some(ReadManifest::parse(&text)?);
            return Ok(());
        }
        let entry = match top {
            "config" | "elsewhere" => {
                let (entry, read) = self.small(octets, body)?;
                self.settings.insert(name.to_owned(), read);
                entry
            }
            "bodies" => {
                let mut file = self.place()?.bodies.put_back(rest)?;
                backup::copy(octets, body, &mut file)?
            }
            _ => {
                let path = self.place()?.stage.0.join(name);
                let parent = path.parent().unwrap_or(&path);
                fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
                let mut options = fs::OpenOptions::new();
                let mut file = options.write(true).create_new(true).mode(0o600).open(&path)?;
                backup::copy(octets, body, &mut file)?
            }
        };
        self.progress.add(octets);
        let again = self.found.insert(name.to_owned(), entry).is_some();
        anyhow::ensure!(!again, "`{name}` comes twice");
        Ok(())
    }

    /// A file that is kept in memory for now.
    fn small(&mut self, octets: u64, body: &mut dyn Read) -> anyhow::Result<(Entry, Vec<u8>)> {
        self.settings_octets = self.settings_octets.saturating_add(octets);
        let fits = self.settings_octets <= SETTINGS_OCTETS_MAX;
        anyhow::ensure!(fits, "its configuration and manifest are too large");
        let mut read = Vec::new();
        let entry = backup::copy(octets, body, &mut read)?;
        Ok((entry, read))
    }

    /// Where it goes, once the configuration was read.
    fn place(&mut self) -> anyhow::Result<&mut Place> {
        if self.place.is_none() {
            self.place = Some(Place::find(&self.file, &self.settings)?);
        }
        self.place.as_mut().context("a place was found")
    }
}

/// All of a configuration that says where things are.
#[derive(Deserialize)]
struct Data {
    data: PathBuf,
}

impl Place {
    /// The data folder of the configuration at `file`, or where there is none, of the one in the
    /// backup.
    fn find(file: &Path, settings: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<Self> {
        let text = match fs::read(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                settings.get(CONFIGURATION_ENTRY).cloned().context("it has no configuration")?
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", file.display()));
            }
        };
        let written: Data = toml::from_str(&String::from_utf8(text)?)
            .with_context(|| format!("`{}` names no data folder", file.display()))?;
        let base = file.parent().filter(|it| !it.as_os_str().is_empty());
        let data = base.unwrap_or(Path::new(".")).join(written.data);
        Self::make(&data)
    }

    fn make(data: &Path) -> anyhow::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o711).create(data)?;
        let data = data.canonicalize()?;
        for entry in fs::read_dir(&data)? {
            let name = entry?.file_name();
            let is_allowed = ALLOWED.iter().any(|it| name == *it);
            let data = data.display();
            anyhow::ensure!(
                is_allowed,
                "the data folder `{data}` is not empty: it has {name:?}; a backup is restored into \
                 an empty one"
            );
        }
        let stage = Stage(data.join(STAGE));
        fs::DirBuilder::new().mode(0o700).create(&stage.0)?;
        let bodies = Bodies::open(&stage.0.join("bodies"))?;
        Ok(Self { data, bodies, stage })
    }

    /// Moves what was verified to where it is used, the store last: without it there is nothing.
    fn settle(&self) -> anyhow::Result<()> {
        let stage = &self.stage.0;
        let [store, bodies, keys] = ["store", "bodies", "keys"].map(|it| stage.join(it));
        hand_over(&Folders { store, bodies, keys })?;
        rustix::fs::syncfs(fs::File::open(stage)?.as_fd())?;
        let small = stage.join("data");
        if small.exists() {
            for entry in fs::read_dir(&small)? {
                let entry = entry?;
                fs::rename(entry.path(), self.data.join(entry.file_name()))?;
            }
        }
        fs::rename(stage.join("bodies"), self.data.join("bodies"))?;
        fs::rename(stage.join("store"), self.data.join("store"))?;
        Ok(fs::File::open(&self.data)?.sync_all()?)
    }
}

fn ring_in(keys: &Path) -> anyhow::Result<KeyRing> {
    key_ring(&Folders { store: PathBuf::new(), bodies: PathBuf::new(), keys: keys.to_owned() })
}

/// Whether these keys open what is restored: a backup from before a rotation needs those of then.
async fn ensure_opened(store: &Store, ring: &KeyRing) -> anyhow::Result<()> {
    let names = ring.names();
    for what in [Thing::Message, Thing::Account] {
        let mut after = String::new();
        loop {
            let page = keys::page(store, what, &after, PAGE_ROWS_MAX).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            let is_foreign = |name: Option<String>| name.is_none_or(|it| !names.contains(&it));
            let foreign = page.iter().find(|(_, wrapped)| is_foreign(wrapped.key_name()));
            if let Some((_, wrapped)) = foreign {
                let name = wrapped.key_name().unwrap_or_default();
                anyhow::bail!(
                    "the backup needs the master key {name}, which is not among these: give the \
                     keys of the time when it was made"
                );
            }
        }
    }
    Ok(())
}

/// Copies the keys, those of DKIM in their own folder.
fn copy_keys(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_keys(&path, &target)?;
            continue;
        }
        let mut octets = zeroize::Zeroizing::new(Vec::new());
        let file = fs::File::open(&path);
        let file = file.with_context(|| format!("cannot read `{}`", path.display()))?;
        file.take(KEY_OCTETS_MAX).read_to_end(&mut octets)?;
        write_secret(&target, &octets)?;
    }
    Ok(())
}

/// Writes the files of the configuration, where there is none yet; says what was done.
fn write_settings(file: &Path, settings: BTreeMap<String, Vec<u8>>) -> anyhow::Result<String> {
    if file.exists() {
        return Ok(format!("The configuration {} was there and is as it was.\n", file.display()));
    }
    let base = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut text = String::new();
    for (name, octets) in settings {
        let path = match name.strip_prefix("config/") {
            _ if name == CONFIGURATION_ENTRY => file.to_owned(),
            Some(below) => base.join(below),
            None => base.join(&name),
        };
        let parent = path.parent().unwrap_or(base);
        fs::create_dir_all(parent)?;
        let mut options = fs::OpenOptions::new();
        let made = options.write(true).create_new(true).mode(0o600).open(&path);
        let mut made = made.with_context(|| format!("cannot make `{}`", path.display()))?;
        made.write_all(&octets)?;
        made.sync_all()?;
        if let Some(origin) = name.strip_prefix("elsewhere") {
            text += &format!("Put {} where it was: {origin}\n", path.display());
        }
    }
    Ok(text + &format!("The configuration is {}.\n", file.display()))
}
