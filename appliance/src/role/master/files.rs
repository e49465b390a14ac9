//! The folders on disk, and who may enter them.
//!
//! Started as root, each role has a user id of its own. The spool and the portal share the group
//! that owns the store; nobody but `keyd` may read the keys, and the examiners own nothing.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, chown},
    path::Path,
};

use anyhow::Context;

use crate::{config::Config, protocol::control::Role};

/// The first user id of the roles. Nothing else on the machine should use the eight from here on.
const FIRST_ID: u32 = 7800;

/// User and group of a role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    /// User id.
    pub(super) uid: u32,
    /// Group id.
    pub(super) gid: u32,
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
        Role::Reader => own(5),
        Role::Portal => Owner { gid: STORE_GID, ..own(6) },
        Role::Spool => Owner { gid: STORE_GID, ..own(7) },
    })
}

/// Makes the folders that are missing and gives each to its role.
///
/// # Errors
///
/// What the system says, with the path.
pub(super) fn prepare(config: &Config) -> anyhow::Result<()> {
    let folders = &config.folders;
    let data = folders.store.parent().context("the data folder has no name")?;
    folder(data, 0o711, None)?;
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
    if !database.exists() {
        let opened =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o660).open(&database);
        opened.with_context(|| format!("cannot create `{}`", database.display()))?;
        fs::set_permissions(&database, fs::Permissions::from_mode(0o660))?;
        give(&database, owner(Role::Spool))?;
    }
    Ok(())
}

fn folder(path: &Path, mode: u32, owner: Option<Owner>) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(mode).create(path);
    made.and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
        .with_context(|| format!("cannot make the folder `{}`", path.display()))?;
    give(path, owner)
}

/// Gives a file to a role; nothing happens without root.
pub(super) fn give(path: &Path, owner: Option<Owner>) -> anyhow::Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    let given: io::Result<()> = chown(path, Some(owner.uid), Some(owner.gid));
    given.with_context(|| format!("cannot give `{}` to user {}", path.display(), owner.uid))
}
