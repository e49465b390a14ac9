//! The keys that sign outgoing mail: one file each, below the key folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use grammar::literal::Domain;
use vault::dkim::{Algorithm, SignKey};

use super::{
    files::{folder, owner},
    keyfile::write_secret,
};
use crate::protocol::control::{DkimKey, Folders, Role};

/// Between selector and domain, as in the name that receivers ask for (RFC 6376 §3.6.2.1).
const INFIX: &str = "._domainkey.";
/// The end of a file's name.
const SUFFIX: &str = ".pem";

/// Where the key lies.
pub(crate) fn dkim_key_path(folders: &Folders, domain: &str, selector: &str) -> PathBuf {
    dkim_folder(folders).join(format!("{selector}{INFIX}{domain}{SUFFIX}"))
}

fn dkim_folder(folders: &Folders) -> PathBuf {
    folders.keys.join("dkim")
}

/// Makes the folder.
///
/// # Errors
///
/// What the system says.
pub(super) fn prepare(folders: &Folders) -> anyhow::Result<()> {
    folder(&dkim_folder(folders), 0o700, owner(Role::Keyd))
}

/// The keys that are there, in the order of their domains.
///
/// # Errors
///
/// The folder or a file cannot be read, or is no key.
pub(crate) fn dkim_keys(folders: &Folders) -> anyhow::Result<Vec<DkimKey>> {
    let path = dkim_folder(folders);
    let shown = || format!("cannot read `{}`", path.display());
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(shown),
    };
    let mut keys = Vec::new();
    for entry in entries {
        let path = entry.with_context(shown)?.path();
        let Some((selector, domain)) = names(&path) else { continue };
        let key = read_dkim_key(&path)?;
        keys.push(DkimKey { domain, selector, is_rsa: key.algorithm() == Algorithm::Rsa });
    }
    keys.sort();
    Ok(keys)
}

/// Reads one.
///
/// # Errors
///
/// The file cannot be read, or is no key.
pub(crate) fn read_dkim_key(path: &Path) -> anyhow::Result<SignKey> {
    let text = fs::read_to_string(path);
    let text =
        zeroize::Zeroizing::new(text.with_context(|| format!("cannot read `{}`", path.display()))?);
    SignKey::from_pem(&text).with_context(|| format!("`{}` cannot sign mail", path.display()))
}

/// Keeps a new key.
///
/// # Errors
///
/// There is one under that name; what the system says.
pub(crate) fn write_dkim_key(
    folders: &Folders,
    domain: &str,
    selector: &str,
    key: &SignKey,
) -> anyhow::Result<PathBuf> {
    let path = dkim_key_path(folders, domain, selector);
    let fresh = !path.exists();
    anyhow::ensure!(
        fresh,
        "there is a key `{selector}` of {domain} already; name another selector"
    );
    prepare(folders)?;
    write_secret(&path, key.to_pem()?.as_bytes())?;
    Ok(path)
}

/// Selector and domain of a file; none of one that is no key.
fn names(path: &Path) -> Option<(String, String)> {
    let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?;
    let (selector, domain) = name.split_once(INFIX)?;
    let is_label = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'.';
    let fits = !selector.is_empty() && selector.bytes().all(is_label);
    let domain = Domain::parse(domain).ok().filter(|_| fits)?;
    Some((selector.to_owned(), domain.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_under_the_name_that_receivers_ask_for() {
        let data = tempfile::tempdir().unwrap();
        let folder = |name: &str| data.path().join(name);
        let folders =
            Folders { store: folder("store"), bodies: folder("bodies"), keys: folder("keys") };
        assert!(dkim_keys(&folders).unwrap().is_empty());
        fs::create_dir(&folders.keys).unwrap();
        for (selector, algorithm) in [("s1", Algorithm::Ed25519), ("s2", Algorithm::Rsa)] {
            let key = SignKey::generate(algorithm).unwrap();
            write_dkim_key(&folders, "acme.example", selector, &key).unwrap();
            assert!(write_dkim_key(&folders, "acme.example", selector, &key).is_err());
        }
        fs::write(dkim_folder(&folders).join("notes.txt"), "x").unwrap();
        let found = dkim_keys(&folders).unwrap();
        let told: Vec<_> = found.iter().map(|it| (it.selector.as_str(), it.is_rsa)).collect();
        assert_eq!(told, [("s1", false), ("s2", true)]);
        assert!(found.iter().all(|it| it.domain == "acme.example"));
        fs::write(dkim_key_path(&folders, "acme.example", "s3"), "no key").unwrap();
        let error = format!("{:#}", dkim_keys(&folders).unwrap_err());
        assert!(error.contains("s3._domainkey.acme.example.pem"), "{error}");
    }
}
