//! What a rule bundle holds, over what `vault` signs: the manifest, the compiled program, the
//! sources that it was made from.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};
use vault::bundle::{Bundle, PublicKey, SignKey, TooLarge};

use crate::{done::Stopped, file, loaded::Usable};

/// The section with the [`Manifest`], as JSON.
pub(crate) const MANIFEST: &str = "manifest";
/// The section with the compiled rules.
pub(crate) const PROGRAM: &str = "program";
/// The section with the sources: a JSON list of pairs of path and text.
pub(crate) const SOURCES: &str = "sources";

/// Octets of a key file.
const KEY_OCTETS_MAX: u64 = 64 * 1024;

/// What a bundle says of itself, for people and for tools that do not compile.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Manifest {
    /// Raised when a key changes its meaning or goes.
    pub(crate) version: u32,
    /// Whose rules these are.
    pub(crate) organisation: String,
    /// Digest of the sources and of the library they were checked with, as `writ decide` tells it.
    pub(crate) rules: String,
    /// The program that made the bundle.
    pub(crate) made_by: String,
    /// How many of each there are: files, tests and assertions run, policies, bypasses, requests.
    pub(crate) counts: BTreeMap<String, usize>,
    /// Names of policies, bypasses and requests, sorted.
    pub(crate) names: Vec<String>,
}

impl Manifest {
    /// Of a tree whose `tests` tests, values and assertions have passed.
    pub(crate) fn of(usable: &Usable, tests: usize) -> Self {
        let names: Vec<String> =
            usable.rules.clause_names().into_iter().map(str::to_owned).collect();
        let counts = [
            ("files", usable.tree.files().len()),
            ("policies, bypasses and requests", names.len()),
            ("tests, values and assertions", tests),
        ];
        Self {
            version: 1,
            organisation: usable.program.organisation().name.clone(),
            rules: usable.digest(),
            made_by: format!("writ {}", env!("CARGO_PKG_VERSION")),
            counts: counts.map(|(what, number)| (what.to_owned(), number)).into(),
            names,
        }
    }
}

/// Signs the rules of a tree whose tests have passed.
///
/// # Errors
///
/// [`Stopped`]: the bundle is too large, or the key does not sign.
pub(crate) fn sign(
    usable: &Usable,
    tests: usize,
    counter: u64,
    key: &SignKey,
) -> Result<Vec<u8>, Stopped> {
    let manifest = serde_json::to_vec_pretty(&Manifest::of(usable, tests))?;
    let files: Vec<(&str, &str)> =
        usable.tree.files().iter().map(|it| (it.path.as_str(), it.text.as_str())).collect();
    let sources = serde_json::to_vec(&files)?;
    let program = engine::bundle::encode(&usable.rules);
    let sections: BTreeMap<&str, &[u8]> = [
        (MANIFEST, manifest.as_slice()),
        (PROGRAM, program.as_slice()),
        (SOURCES, sources.as_slice()),
    ]
    .into();
    vault::bundle::sign(counter, &sections, key)
        .map_err(|error: TooLarge| Stopped::Bundle(error.to_string()))
}

/// The manifest of a bundle.
///
/// # Errors
///
/// A sentence: there is none, or it cannot be read.
pub(crate) fn manifest(bundle: &Bundle<'_>) -> Result<Manifest, String> {
    let octets = bundle.section(MANIFEST).ok_or("the bundle holds no rules (no manifest)")?;
    serde_json::from_slice(octets)
        .map_err(|_form| "the bundle's manifest cannot be read".to_owned())
}

/// The sources of a bundle, by path.
///
/// # Errors
///
/// A sentence: there are none, or they cannot be read.
pub(crate) fn sources(bundle: &Bundle<'_>) -> Result<Vec<(String, String)>, String> {
    let octets = bundle.section(SOURCES).ok_or("the bundle holds no sources")?;
    serde_json::from_slice(octets).map_err(|_form| "the bundle's sources cannot be read".to_owned())
}

/// Reads a bundle file.
///
/// # Errors
///
/// [`Stopped::Read`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Stopped> {
    let octets_max = u64::try_from(vault::bundle::BUNDLE_OCTETS_MAX).unwrap_or(u64::MAX);
    file::read(path, octets_max).map_err(|source| Stopped::Read { path: path.to_owned(), source })
}

/// Reads the key that signs.
///
/// # Errors
///
/// [`Stopped`]: it cannot be read, or is none.
pub(crate) fn sign_key(path: &Path) -> Result<SignKey, Stopped> {
    SignKey::from_pem(&key_text(path)?).map_err(|error| wrong_key(path, &error))
}

/// Reads the keys that are trusted.
///
/// # Errors
///
/// [`Stopped`]: one cannot be read, or is none.
pub(crate) fn public_keys(paths: &[std::path::PathBuf]) -> Result<Vec<PublicKey>, Stopped> {
    let read = |path: &std::path::PathBuf| {
        PublicKey::from_pem(&key_text(path)?).map_err(|error| wrong_key(path, &error))
    };
    paths.iter().map(read).collect()
}

fn key_text(path: &Path) -> Result<String, Stopped> {
    let octets = file::read(path, KEY_OCTETS_MAX)
        .map_err(|source| Stopped::Read { path: path.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn wrong_key(path: &Path, error: &vault::bundle::KeyError) -> Stopped {
    Stopped::Bundle(format!("`{}`: {error}", path.display()))
}
