//! The sealed bodies: short ones in the database, all others as files beside it.
//!
//! A short body is committed with its message and costs no wait for the disk of its own.
//!
//! Any other body is written in `incoming/` and published into `bodies/<last two letters>/<id>`. Only a
//! published body is complete: its octets are on the disk before it gets its name, and its name
//! is on the disk before [`BodyWriter::publish`] returns. All functions block.
//!
//! A sandbox must allow links from one folder to the other (Landlock: `refer`).

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Cursor, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ask;
pub use crate::error::BodyError;
use crate::{Store, StoreError};

/// The longest sealed body that may be committed with its message, in octets. Longer ones would
/// be written to the disk twice for nothing: to the log beside the database, then to its file.
pub const SHORT_OCTETS_MAX: usize = 64 * 1024;

/// The longest id, in characters.
const ID_CHARS_MAX: usize = 64;

/// How many characters at the end of an id name its folder: 1024 folders. Those at its beginning are
/// the same for all messages of a time.
const FOLDER_CHARS: usize = 2;

/// The user the queue runs as makes bodies; its group, the portal, reads them, sealed as they are.
const FOLDER_MODE: u32 = 0o750;
const FILE_MODE: u32 = 0o640;

/// The folder of all bodies.
#[derive(Clone, Debug)]
pub struct Bodies {
    incoming: PathBuf,
    bodies: PathBuf,
    named: Named,
}

/// The folders whose own names are known to be on the disk. One that is merely there may have been
/// made by somebody who has not made its name durable yet.
type Named = Arc<Mutex<BTreeSet<PathBuf>>>;

/// A body being written. Dropped before it is published, it is removed.
#[derive(Debug)]
pub struct BodyWriter {
    file: File,
    incoming: PathBuf,
    target: PathBuf,
    named: Named,
}

impl Bodies {
    /// The bodies below `path`, for those who only read them; nothing is made.
    #[must_use]
    pub fn existing(path: &Path) -> Self {
        let (incoming, bodies) = (path.join("incoming"), path.join("bodies"));
        Self { incoming, bodies, named: Named::default() }
    }

    /// Opens the folder at `path` and makes what is missing in it.
    ///
    /// # Errors
    ///
    /// [`BodyError`] when a folder cannot be made.
    pub fn open(path: &Path) -> Result<Self, BodyError> {
        let this = Self::existing(path);
        make_folder(&this.incoming)?;
        make_folder(&this.bodies)?;
        sync_folder(path)?;
        Ok(this)
    }

    /// Begins the body of a message.
    ///
    /// # Errors
    ///
    /// [`BodyError::Full`], [`BodyError::Id`], and [`BodyError::Io`] above all when it exists.
    pub fn create(&self, id: &str) -> Result<BodyWriter, BodyError> {
        let target = self.path(id)?;
        let incoming = self.incoming.join(id);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(&incoming)
            .map_err(BodyError::at("written"))?;
        Ok(BodyWriter { file, incoming, target, named: Arc::clone(&self.named) })
    }

    /// Opens a published body, to be read.
    ///
    /// # Errors
    ///
    /// [`BodyError::Missing`] when there is none.
    pub fn read(&self, id: &str) -> Result<File, BodyError> {
        File::open(self.path(id)?).map_err(BodyError::at("read"))
    }

    /// Makes the file of a published body, to be written to. It counts as published at once, and
    /// the caller makes it durable: for a folder that nobody uses yet.
    ///
    /// # Errors
    ///
    /// [`BodyError::Id`], and [`BodyError::Io`] above all when there is one of that name.
    pub fn put_back(&self, id: &str) -> Result<File, BodyError> {
        let path = self.path(id)?;
        make_folder(path.parent().ok_or(BodyError::Id)?)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(FILE_MODE);
        options.open(path).map_err(BodyError::at("written"))
    }

    /// Removes a published body. Gives whether there was one.
    ///
    /// # Errors
    ///
    /// [`BodyError::Io`] when it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<bool, BodyError> {
        match fs::remove_file(self.path(id)?) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(BodyError::at("removed")(error)),
        }
    }

    /// Removes what was being written when the process ended. Gives how many. To be called
    /// before anything is created.
    ///
    /// # Errors
    ///
    /// [`BodyError::Io`] when the folder cannot be read or a file not removed.
    pub fn recover(&self) -> Result<usize, BodyError> {
        let stale = file_names(&self.incoming)?;
        for name in &stale {
            fs::remove_file(self.incoming.join(name)).map_err(BodyError::at("removed"))?;
        }
        sync_folder(&self.incoming)?;
        Ok(stale.len())
    }

    /// The ids of all published bodies, in order.
    ///
    /// # Errors
    ///
    /// [`BodyError::Io`] when a folder cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, BodyError> {
        let mut ids = Vec::new();
        for folder in file_names(&self.bodies)? {
            ids.extend(file_names(&self.bodies.join(folder))?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    fn path(&self, id: &str) -> Result<PathBuf, BodyError> {
        let plain = id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        let from = id.len().checked_sub(FOLDER_CHARS).ok_or(BodyError::Id)?;
        let folder = id.get(from..).ok_or(BodyError::Id)?;
        if !plain || ID_CHARS_MAX < id.len() {
            return Err(BodyError::Id);
        }
        Ok(self.bodies.join(folder).join(id))
    }
}

/// A sealed body, to be read.
#[derive(Debug)]
pub enum Body {
    /// One that was committed with its message.
    Short(Arc<[u8]>),
    /// One that was published.
    Long(File),
}

impl Body {
    /// Reads it from its beginning.
    #[must_use]
    pub fn into_reader(self) -> Box<dyn Read + Send> {
        match self {
            Self::Short(sealed) => Box::new(Cursor::new(sealed)),
            Self::Long(file) => Box::new(file),
        }
    }
}

/// Finds the body of a message: in the database, or among the files.
///
/// # Errors
///
/// [`BodyError::Missing`] when there is none, [`BodyError::Store`] when it cannot be looked for.
pub async fn find(store: &Store, bodies: &Bodies, id: &str) -> Result<Body, BodyError> {
    match short(store, id).await? {
        Some(sealed) => Ok(Body::Short(sealed)),
        None => bodies.read(id).map(Body::Long),
    }
}

/// The body of a message, if it was committed with it.
///
/// # Errors
///
/// As any read.
pub async fn short(store: &Store, id: &str) -> Result<Option<Arc<[u8]>>, StoreError> {
    let found: Option<Vec<u8>> = ask::query_scalar(include_str!("../sql/body/find.sql"))
        .bind(id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("body/find"))?;
    Ok(found.map(Arc::from))
}

impl BodyWriter {
    /// The file, to be written to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Makes the body durable and gives it its name. When this returns, it stays.
    ///
    /// # Errors
    ///
    /// [`BodyError::Full`], and [`BodyError::Io`] above all when there is one of that name.
    /// Nothing is published then.
    pub fn publish(self) -> Result<(), BodyError> {
        let failed = || BodyError::at("published");
        self.file.sync_data().map_err(failed())?;
        let folder = self.target.parent().ok_or(BodyError::Id)?;
        name_folder(folder, &self.named)?;
        // A link fails where a rename would replace the body of another message.
        fs::hard_link(&self.incoming, &self.target).map_err(failed())?;
        // The first name is removed when this value is dropped; left over, `recover` finds it.
        sync_folder(folder).inspect_err(|_error| {
            let _left_over = fs::remove_file(&self.target);
        })
    }
}

impl Write for BodyWriter {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.file.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for BodyWriter {
    fn drop(&mut self) {
        // What cannot be removed now is removed by `recover`.
        let _left_over = fs::remove_file(&self.incoming);
    }
}

fn make_folder(path: &Path) -> Result<(), BodyError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(FOLDER_MODE).create(path).map_err(BodyError::at("written"))
}

/// Makes a folder, and its name durable, once. Whoever comes meanwhile waits for that.
fn name_folder(folder: &Path, named: &Named) -> Result<(), BodyError> {
    let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
    if !named.contains(folder) {
        make_folder(folder)?;
        folder.parent().map_or(Ok(()), sync_folder)?;
        named.insert(folder.to_owned());
    }
    Ok(())
}

/// Makes the names in a folder durable.
fn sync_folder(path: &Path) -> Result<(), BodyError> {
    let folder = File::open(path).map_err(BodyError::at("published"))?;
    folder.sync_all().map_err(BodyError::at("published"))
}

fn file_names(folder: &Path) -> Result<Vec<String>, BodyError> {
    let entries = fs::read_dir(folder).map_err(BodyError::at("listed"))?;
    let names: io::Result<Vec<_>> = entries.map(|it| it.map(|it| it.file_name())).collect();
    let names = names.map_err(BodyError::at("listed"))?;
    Ok(names.into_iter().filter_map(|it| it.into_string().ok()).collect())
}

#[cfg(test)]
mod crash;
#[cfg(test)]
mod tests;
