//! The secrets of the logins at next hops, handed to `keyd` by its folder.

use std::{fs, path::PathBuf};

use anyhow::Context;
use vault::tls::LocalSigner;

use super::{
    files::{folder, owner},
    keyfile::write_secret,
};
use crate::{
    config::{Config, password},
    protocol::control::{Folders, Login, Role, Shown},
};

/// Where `keyd` finds the secrets of one login.
pub(crate) struct LoginPaths {
    pub(crate) password: PathBuf,
    pub(crate) key: PathBuf,
}

impl LoginPaths {
    /// Those of the login with this name.
    pub(crate) fn of(folders: &Folders, name: &str) -> Self {
        let folder = folders.keys.join(FOLDER);
        let of = |kind: &str| folder.join(format!("{name}.{kind}"));
        Self { password: of("password"), key: of("key") }
    }
}

const FOLDER: &str = "logins";

/// Copies what the operator gives to where `keyd` reads it; what he no longer gives is removed.
///
/// # Errors
///
/// A file cannot be read or written.
pub(super) fn prepare(config: &Config) -> anyhow::Result<Vec<Login>> {
    let path = config.folders.keys.join(FOLDER);
    folder(&path, 0o700, owner(Role::Keyd))?;
    let shown = || format!("cannot read `{}`", path.display());
    let before = fs::read_dir(&path).with_context(shown)?;
    let mut left: Vec<PathBuf> =
        before.map(|it| it.map(|it| it.path())).collect::<Result<_, _>>().with_context(shown)?;
    let mut logins = Vec::new();
    for files in &config.logins {
        let paths = LoginPaths::of(&config.folders, &files.name);
        let read = |path: &PathBuf| {
            fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
        };
        if let Some((_, path)) = &files.user {
            let password = password(path).map_err(anyhow::Error::msg)?;
            write_secret(&paths.password, password.as_bytes())?;
            left.retain(|it| *it != paths.password);
        }
        let certificate = match &files.certificate {
            None => None,
            Some((chain, key)) => {
                let key_pem = read(key)?;
                let schemes = LocalSigner::from_pem(&key_pem)?.schemes();
                write_secret(&paths.key, key_pem.as_bytes())?;
                left.retain(|it| *it != paths.key);
                Some(Shown { chain_pem: read(chain)?, schemes })
            }
        };
        let user = files.user.as_ref().map(|it| it.0.clone());
        logins.push(Login { name: files.name.clone(), user, certificate });
    }
    for path in left {
        fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    }
    Ok(logins)
}
