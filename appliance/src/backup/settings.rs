//! The files that the configuration is made of, under the names they have in a backup.
//!
//! A private key is none of them, wherever it lies: not that of TLS, and no other by its text.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::CONFIGURATION_ENTRY;
use crate::config::Config;

/// Files of the configuration, the rules included.
const FILES_MAX: usize = 20_000;
/// Folders within folders of the rules.
const DEPTH_MAX: usize = 16;
/// How a private key in PEM form is known.
const PRIVATE: &str = "PRIVATE KEY-----";
/// Octets of a file in which such a key is looked for.
const LOOK_OCTETS_MAX: u64 = 1 << 20;

/// What is kept of the configuration.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Names in the backup, and where each file lies.
    pub(crate) files: Vec<(String, PathBuf)>,
    /// Files that hold a private key.
    pub(crate) left_out: Vec<PathBuf>,
}

/// Finds the files that `file`, which was loaded as `config`, is made of, and the small files of the
/// data folder.
///
/// # Errors
///
/// One cannot be read, or there are too many.
pub(crate) fn gather(file: &Path, config: &Config) -> anyhow::Result<Settings> {
    let file = file.canonicalize().with_context(|| format!("cannot read `{}`", file.display()))?;
    let base = file.parent().context("a file has a folder")?;
    let mut settings = Settings::default();
    settings.files.push((CONFIGURATION_ENTRY.to_owned(), file.clone()));
    let tls = config.tls.as_ref().map(|(chain, _key)| chain);
    let named = std::iter::once(&config.rules).chain(&config.rules_keys);
    let shadow = config.shadow_rules.iter().filter(|it| it.exists());
    let named = named.chain(shadow).chain(&config.directory).chain(&config.accounts);
    for path in named.chain(&config.recipients).chain(tls) {
        settings.add(base, path, DEPTH_MAX)?;
    }
    let trusted = [&config.file.next_hop.authorities, &config.file.dns.trust_anchors];
    for path in trusted.into_iter().flatten() {
        settings.add(base, &base.join(path), DEPTH_MAX)?;
    }
    let mut approvals = config.rules.clone().into_os_string();
    approvals.push(".approvals");
    let approvals = PathBuf::from(approvals);
    if approvals.is_file() {
        settings.add(base, &approvals, DEPTH_MAX)?;
    }
    let data = config.folders.store.parent().context("the data folder has no name")?;
    for name in ["audit.pub", "authority.pem", "rules.counter"] {
        let path = data.join(name);
        if path.is_file() {
            settings.files.push((format!("data/{name}"), path));
        }
    }
    // Two settings may name one file.
    settings.files.sort_unstable();
    settings.files.dedup_by(|one, other| one.0 == other.0);
    Ok(settings)
}

impl Settings {
    fn add(&mut self, base: &Path, path: &Path, depth: usize) -> anyhow::Result<()> {
        let read = || format!("cannot read `{}`", path.display());
        if !path.is_dir() {
            if is_private(path).with_context(read)? {
                self.left_out.push(path.to_owned());
                return Ok(());
            }
            anyhow::ensure!(self.files.len() < FILES_MAX, "the rules have too many files");
            let name =
                name(base, path).with_context(|| format!("{} is no name", path.display()))?;
            self.files.push((name, path.to_owned()));
            return Ok(());
        }
        let depth = depth.checked_sub(1).with_context(read)?;
        for entry in fs::read_dir(path).with_context(read)? {
            let entry = entry.with_context(read)?;
            // What a version control system keeps there is none of the rules.
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let kind = entry.file_type().with_context(read)?;
            if !is_hidden && (kind.is_dir() || kind.is_file()) {
                self.add(base, &entry.path(), depth)?;
            }
        }
        Ok(())
    }
}

fn name(base: &Path, path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let (top, rest) = match path.strip_prefix(base) {
        Ok(below) => ("config", below),
        Err(_elsewhere) => ("elsewhere", path.strip_prefix("/").ok()?),
    };
    Some(format!("{top}/{}", rest.to_str()?))
}

fn is_private(path: &Path) -> io::Result<bool> {
    let file = fs::File::open(path)?;
    let mut octets = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, LOOK_OCTETS_MAX), &mut octets)?;
    Ok(String::from_utf8_lossy(&octets).contains(PRIVATE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_file_names_without_private_keys() {
        let folder = tempfile::tempdir().unwrap();
        let (base, other) = (folder.path().join("etc"), folder.path().join("other"));
        crate::config::write_template(&base).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("people.json"), "{}").unwrap();
        fs::write(base.join("rules/sign.key"), "-----BEGIN PRIVATE KEY-----\n").unwrap();
        fs::create_dir(base.join("rules/.git")).unwrap();
        fs::write(base.join("rules/.git/HEAD"), "x").unwrap();
        let path = base.join("chancery.toml");
        let text = fs::read_to_string(&path).unwrap();
        let people = other.join("people.json");
        let trusted = "[next-hop]\nauthorities = \"roots.pem\"\n";
        let text = format!("directory = {:?}\n{text}\n{trusted}", people.display());
        fs::write(&path, text).unwrap();
        let authority = vault::tls::Authority::generate(crate::role::now_ms()).unwrap();
        fs::write(base.join("roots.pem"), authority.certificate_pem()).unwrap();
        let config = Config::load(&path).unwrap();
        fs::create_dir_all(config.folders.store.parent().unwrap()).unwrap();
        let settings = gather(&path, &config).unwrap();
        let names: Vec<&str> = settings.files.iter().map(|it| it.0.as_str()).collect();
        let elsewhere = format!("elsewhere{}", people.canonicalize().unwrap().display());
        let expected = [
            CONFIGURATION_ENTRY,
            "config/roots.pem",
            "config/rules/acme.writ",
            "config/rules/writ.toml",
            elsewhere.as_str(),
        ];
        assert_eq!(names, expected);
        assert_eq!(settings.left_out, [base.join("rules/sign.key")]);
    }
}
