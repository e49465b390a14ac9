//! The sealed bodies: short ones in the database, all others as files beside it.
//!
//! A short body is committed with its message and costs no wait for the disk of its own.
//!
//! Any other body is written in `incoming/` and published into `bodies/<last two letters>/<id>`. Only a
//! published body is complete: its octets are on the disk before it gets its name, and its name
//! is on the disk before [`BodyWriter::publish`] returns. All functions block.
//!
//! With a database of a server, long bodies are in it as well, and a file is but where one is written
//! on its way in or out.
//!
//! A sandbox must allow links from one folder to the other (Landlock: `refer`).

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Cursor, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use crate::error::BodyError;
use crate::{Store, StoreError};
use crate::{ask, shelf};

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
    /// Where a body is written that comes from a server.
    scratch: PathBuf,
    named: Named,
}

/// Files made for bodies of a server.
static FETCHED: AtomicU64 = AtomicU64::new(0);

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
    /// The bodies below `path`, for those who only read them; nothing is made, but below `scratch`
    /// what comes from a server.
    #[must_use]
    pub fn existing(path: &Path, scratch: &Path) -> Self {
        let (incoming, bodies) = (path.join("incoming"), path.join("bodies"));
        Self { incoming, bodies, scratch: scratch.to_owned(), named: Named::default() }
    }

    /// Opens the folder at `path` and makes what is missing in it.
    ///
    /// # Errors
    ///
    /// [`BodyError`] when a folder cannot be made.
    pub fn open(path: &Path) -> Result<Self, BodyError> {
        let this = Self::existing(path, &path.join("incoming"));
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

    /// An empty file that has no name any more.
    fn scratch(&self) -> Result<File, BodyError> {
        let number = FETCHED.fetch_add(1, Ordering::Relaxed);
        let path = self.scratch.join(format!(".fetched-{}-{number}", std::process::id()));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(0o600);
        let file = options.open(&path).map_err(BodyError::at("written"))?;
        fs::remove_file(&path).map_err(BodyError::at("removed"))?;
        Ok(file)
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
    /// One that was kept.
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
        None => match fetched(store, bodies, id).await? {
            Some(file) => Ok(Body::Long(file)),
            None => bodies.read(id).map(Body::Long),
        },
    }
}

/// A long body that a server has, as a file without a name; none where bodies are files.
///
/// # Errors
///
/// [`BodyError::Missing`] when there is none, [`BodyError::Store`] when it cannot be looked for.
pub async fn fetched(store: &Store, bodies: &Bodies, id: &str) -> Result<Option<File>, BodyError> {
    let Some(pool) = store.shelf() else { return Ok(None) };
    let mut file = bodies.scratch()?;
    shelf::fetch(pool, id, Arc::new(file.try_clone().map_err(BodyError::at("written"))?)).await?;
    file.rewind().map_err(BodyError::at("read"))?;
    Ok(Some(file))
}

/// Makes a long body durable. When this returns, it stays. Where a server has it, what was written
/// is given, to be read without asking the server for it.
///
/// # Errors
///
/// [`BodyError::Full`], and [`BodyError::Io`] above all when there is one of that name. Nothing is
/// kept then.
pub async fn keep(store: &Store, writer: BodyWriter) -> Result<Option<File>, BodyError> {
    let joined = |error| BodyError::at("published")(io::Error::other(error));
    let Some(pool) = store.shelf() else {
        let publishing = tokio::task::spawn_blocking(move || writer.publish());
        return publishing.await.map_err(joined)?.map(|()| None);
    };
    let file = File::open(&writer.incoming).map_err(BodyError::at("read"))?;
    let id = writer.incoming.file_name().and_then(|it| it.to_str()).ok_or(BodyError::Id)?;
    let reading = Arc::new(file.try_clone().map_err(BodyError::at("read"))?);
    shelf::put(pool, store.node(), id, &reading).await?;
    Ok(Some(file))
}

/// Removes a long body. Gives whether there was one.
///
/// # Errors
///
/// [`BodyError::Io`] or [`BodyError::Store`] when it cannot be removed.
pub async fn remove(store: &Store, bodies: &Bodies, id: &str) -> Result<bool, BodyError> {
    if let Some(pool) = store.shelf() {
        return shelf::remove(pool, id).await;
    }
    let (bodies, id) = (bodies.clone(), id.to_owned());
    let removing = tokio::task::spawn_blocking(move || bodies.remove(&id));
    removing.await.map_err(|error| BodyError::at("removed")(io::Error::other(error)))?
}

/// Removes bodies of a server that no message has; none where bodies are files. To be called before
/// this node takes anything in. Gives how many.
///
/// # Errors
///
/// [`BodyError::Store`] when they cannot be removed.
pub async fn remove_orphans(store: &Store) -> Result<u64, BodyError> {
    match store.shelf() {
        Some(pool) => shelf::remove_orphans(pool, store.node()).await,
        None => Ok(0),
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
