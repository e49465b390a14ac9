//! The key folder: made at the first start, read by `keyd` alone.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use vault::{
    bundle::SignKey,
    key::KeyRing,
    tls::{Authority, LocalSigner},
};

use super::files::{make, owner};
use crate::{
    config::Config,
    protocol::control::{Folders, Role},
    role::DATABASE,
};

/// The key-encryption key.
pub(crate) fn master_key_path(folders: &Folders) -> PathBuf {
    folders.keys.join("master.key")
}

/// The private key of TLS.
pub(crate) fn tls_key_path(folders: &Folders) -> PathBuf {
    folders.keys.join("tls.key")
}

/// The private key that confirms the audit log.
pub(crate) fn audit_key_path(folders: &Folders) -> PathBuf {
    folders.keys.join("audit.key")
}

/// Its other half, which whoever verifies the log keeps elsewhere.
pub(crate) fn audit_public_path(folders: &Folders) -> PathBuf {
    folders.keys.with_file_name("audit.pub")
}

/// What the roles that speak TLS are given; the private key stays with `keyd`.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    /// The chain in PEM form.
    pub(super) chain_pem: String,
    /// Signature schemes of its key, by number.
    pub(super) schemes: Vec<u16>,
}

/// Makes what is missing. Returns the certificate chain.
///
/// # Errors
///
/// A file cannot be read or written; a certificate without its key.
pub(super) fn prepare(config: &Config) -> anyhow::Result<Certificate> {
    let folders = &config.folders;
    let master = master_key_path(folders);
    if !master.exists() {
        let database = folders.store.join(DATABASE);
        let is_used = fs::metadata(&database).is_ok_and(|it| it.len() > 0);
        anyhow::ensure!(
            !is_used,
            "`{}` is missing, and without it nothing in `{}` can be read; put the key there",
            master.display(),
            database.display()
        );
        write_secret(&master, &KeyRing::generate().to_bytes())?;
        tracing::warn!(
            event = "keys.made",
            path = %master.display(),
            "a new master key: back it up now; without it no stored message can be read"
        );
    }
    audit(folders)?;
    super::dkim::prepare(folders)?;
    let chain = match &config.tls {
        Some((chain, key)) => {
            write_secret(&tls_key_path(folders), read(key)?.as_bytes())?;
            chain.clone()
        }
        None => self_signed(config)?,
    };
    let key = read(&tls_key_path(folders))?;
    let schemes = LocalSigner::from_pem(&key).context("the TLS key cannot sign")?.schemes();
    Ok(Certificate { chain_pem: read(&chain)?, schemes })
}

/// The key of the audit log.
fn audit(folders: &Folders) -> anyhow::Result<()> {
    let path = audit_key_path(folders);
    if !path.exists() {
        write_secret(&path, SignKey::generate()?.to_pem()?.as_bytes())?;
    }
    let key = SignKey::from_pem(&read(&path)?)
        .with_context(|| format!("`{}` cannot sign", path.display()))?;
    let public = audit_public_path(folders);
    if !public.exists() {
        fs::write(&public, key.public()?.to_pem())
            .with_context(|| format!("cannot write `{}`", public.display()))?;
        tracing::warn!(
            event = "audit.key-made",
            public = %public.display(),
            "keep a copy of the public key on another machine: it verifies the audit log"
        );
    }
    Ok(())
}

/// A certificate of an authority made for it, which the operator may give to clients.
fn self_signed(config: &Config) -> anyhow::Result<PathBuf> {
    let folders = &config.folders;
    let chain = folders.keys.join("tls.pem");
    if !chain.exists() {
        let now_ms = crate::role::now_ms();
        let authority = Authority::generate(now_ms)?;
        let issued = authority.issue(&names(config), now_ms)?;
        write_secret(&tls_key_path(folders), issued.key_pem.as_bytes())?;
        write_secret(&chain, issued.chain_pem.as_bytes())?;
        let shown = folders.keys.with_file_name("authority.pem");
        fs::write(&shown, authority.certificate_pem())
            .with_context(|| format!("cannot write `{}`", shown.display()))?;
        tracing::warn!(
            event = "tls.self-signed",
            authority = %shown.display(),
            "no certificate is configured: one was made, with an authority of its own"
        );
    }
    Ok(chain)
}

/// The names of the self-signed certificate: the host's and the portal's.
fn names(config: &Config) -> Vec<String> {
    let host = config.file.portal.url.trim_start_matches("https://");
    let host = host.split('/').next().unwrap_or(host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let mut names = vec![
        config.file.hostname.clone(),
        host.trim_matches(['[', ']']).to_owned(),
        "localhost".to_owned(),
    ];
    names.dedup();
    names
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Written whole under another name first, so that a crash leaves no half key. What an earlier crash
/// left under that name is removed, never written to: its mode and owner may be anybody's.
///
/// # Errors
///
/// What the system says, with the path.
pub(crate) fn write_secret(path: &Path, secret: &[u8]) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    let written = (|| {
        match fs::remove_file(&part) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut file = make(&part, 0o600, owner(Role::Keyd))?;
        file.write_all(secret)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        fs::File::open(path.parent().unwrap_or(path))?.sync_all()
    })();
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_secret_is_written_to_no_file_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let (key, part) = (folder.path().join("master.key"), folder.path().join("master.part"));
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "before").unwrap();
        symlink(&elsewhere, &part).unwrap();
        write_secret(&key, b"first").unwrap();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"before");

        fs::write(&part, "left over").unwrap();
        fs::set_permissions(&part, fs::Permissions::from_mode(0o644)).unwrap();
        write_secret(&key, b"second").unwrap();
        assert_eq!(fs::read(&key).unwrap(), b"second");
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!part.exists());
    }
}
