//! The folders on disk, and who may enter them.
//!
//! Started as root, each role has a user id of its own. The spool and the portal share the group
//! that owns the store; nobody but `keyd` may read the keys, and the examiners own nothing.

use std::{
    fs,
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, fchown, lchown},
    path::Path,
};

use anyhow::Context;
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use crate::{
    config::Config,
    protocol::control::{Folders, Role},
};

/// The first user id of the roles. Nothing else on the machine should use the ten from here on.
const FIRST_ID: u32 = 7800;

/// User and group of a role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    /// User id.
    pub(super) uid: u32,
    /// Group id.
    pub(super) gid: u32,
}

/// The file in the data folder that a master locks for its life.
const LOCK: &str = "chancery.lock";
/// Octets of that file that are shown.
const HOLDER_OCTETS_MAX: u64 = 20;

/// The data folder is this master's alone until the value is dropped: a second spool would take the
/// bodies of the first for those that a dead one left, and remove them.
#[derive(Debug)]
pub(super) struct Claim {
    _locked: fs::File,
}

/// The group of those who share the store.
const STORE_GID: u32 = FIRST_ID;

/// The user of `role`; `None` unless the master is root.
pub(super) fn owner(role: Role) -> Option<Owner> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let own = |offset: u32| {
        let id = FIRST_ID.saturating_add(offset);
        Owner { uid: id, gid: id }
    };
    Some(match role {
        Role::Deliver => own(1),
        Role::Exam(_) => own(2),
        Role::Front => own(3),
        Role::Keyd => own(4),
        Role::Login => own(9),
        Role::Reader => own(5),
        Role::Portal => Owner { gid: STORE_GID, ..own(6) },
        Role::Resolve => own(8),
        Role::Spool => Owner { gid: STORE_GID, ..own(7) },
    })
}

/// Claims the data folder, makes the folders that are missing and gives each to its role.
///
/// # Errors
///
/// Another master has the folder; what the system says otherwise, with the path.
pub(super) fn prepare(config: &Config) -> anyhow::Result<Claim> {
    let folders = &config.folders;
    let data = folders.store.parent().context("the data folder has no name")?;
    folder(data, 0o711, None)?;
    let claim = claim(data)?;
    folder(&folders.store, 0o2770, owner(Role::Spool))?;
    folder(&folders.bodies, 0o2750, owner(Role::Spool))?;
    folder(&folders.keys, 0o700, owner(Role::Keyd))?;
    if owner(Role::Spool).is_none() {
        tracing::warn!(
            event = "sandbox.users",
            "not started as root: the roles share one user id; Landlock and seccomp still hold"
        );
    }
    // The database takes the mode of this file for its journal too, so that both roles can open it.
    let database = folders.store.join(crate::role::DATABASE);
    if config.database.is_none() && !database.exists() {
        let made = make(&database, 0o660, owner(Role::Spool));
        made.with_context(|| format!("cannot create `{}`", database.display()))?;
    }
    Ok(claim)
}

/// Whether a master has the data folder.
///
/// # Errors
///
/// The lock cannot be read.
pub(crate) fn is_claimed(data: &Path) -> io::Result<bool> {
    let file = match fs::File::open(data.join(LOCK)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(false),
        Err(Errno::WOULDBLOCK) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn claim(data: &Path) -> anyhow::Result<Claim> {
    let path = data.join(LOCK);
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let opened = options.open(&path);
    let mut file = opened.with_context(|| format!("cannot open `{}`", path.display()))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            file.take(HOLDER_OCTETS_MAX).read_to_string(&mut holder).ok();
            let (data, holder) = (data.display(), holder.trim());
            anyhow::bail!("`{data}` is in use by another chancery, the process {holder}");
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot lock `{}`", path.display()));
        }
    }
    // For whom it may concern: the lock is what counts, and ends with the process.
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())?;
    Ok(Claim { _locked: file })
}

/// Gives a store and bodies that somebody else made to their role; nothing happens without root.
///
/// # Errors
///
/// What the system says, with the path.
pub(crate) fn hand_over(folders: &Folders) -> anyhow::Result<()> {
    [&folders.store, &folders.bodies].into_iter().try_for_each(|it| give_all(it))
}

fn give_all(path: &Path) -> anyhow::Result<()> {
    give(path, owner(Role::Spool))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            give_all(&entry?.path())?;
        }
    }
    Ok(())
}

/// Makes a file that was not there, with exactly this mode and owner. Both are set by descriptor:
/// the folder may be a role's, who could put another file under the name meanwhile.
///
/// # Errors
///
/// There is something of that name, a link included; what the system says otherwise.
pub(super) fn make(path: &Path, mode: u32, owner: Option<Owner>) -> io::Result<fs::File> {
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    if let Some(owner) = owner {
        fchown(&file, Some(owner.uid), Some(owner.gid))?;
    }
    Ok(file)
}

pub(super) fn folder(path: &Path, mode: u32, owner: Option<Owner>) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(mode).create(path);
    made.and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
        .with_context(|| format!("cannot make the folder `{}`", path.display()))?;
    give(path, owner)
}

/// Gives a folder or a file to a role; nothing happens without root.
fn give(path: &Path, owner: Option<Owner>) -> anyhow::Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    let given: io::Result<()> = lchown(path, Some(owner.uid), Some(owner.gid));
    given.with_context(|| format!("cannot give `{}` to user {}", path.display(), owner.uid))
}

/// Writes a file of the master's alone. The old or the new content is there after a crash, never a part.
///
/// # Errors
///
/// What the system says.
pub(super) fn replace(path: &Path, octets: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut open = fs::OpenOptions::new();
    let mut file = open.write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(octets)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_two_roles_share_a_user() {
        let roles = [
            Role::Deliver,
            Role::Exam(0),
            Role::Front,
            Role::Keyd,
            Role::Login,
            Role::Portal,
            Role::Reader,
            Role::Resolve,
            Role::Spool,
        ];
        let users: std::collections::BTreeSet<u32> =
            roles.into_iter().filter_map(owner).map(|it| it.uid).collect();
        let expected = if owner(Role::Front).is_some() { roles.len() } else { 0 };
        assert_eq!(users.len(), expected);
    }

    #[test]
    fn a_data_folder_has_one_master() {
        let folder = tempfile::tempdir().unwrap();
        let first = claim(folder.path()).unwrap();
        let second = claim(folder.path()).unwrap_err().to_string();
        assert!(second.ends_with(&format!("the process {}", std::process::id())), "{second}");
        drop(first);
        claim(folder.path()).unwrap();
    }

    #[test]
    fn a_file_is_made_where_there_is_none_and_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join("made"), folder.path().join("elsewhere"));
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(make(&path, 0o600, None).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(!elsewhere.exists());
        fs::remove_file(&path).unwrap();
        let made = make(&path, 0o660, None).unwrap();
        assert_eq!(made.metadata().unwrap().permissions().mode() & 0o777, 0o660);
    }
}
