//! The rules as they are handed to the examiners: read, checked, packed, digested.

use std::{
    collections::BTreeSet,
    fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use engine::{Rules, SourceFile};
use grammar::{
    diagnostic::{Colour, Severity, human},
    tree::{EffectKind, FileId, ItemKind},
};
use serde::{Deserialize, Serialize};

use crate::{
    channel::memory,
    config::Config,
    protocol::control::{OnError, Organisation},
};

/// Rule files of one tree.
const FILES_MAX: usize = 10_000;

/// A tree that has passed every check.
#[derive(Debug)]
pub(crate) struct Bundle {
    packed: Vec<u8>,
    organisation: Organisation,
}

/// What is packed: the sources, since an examiner compiles them faster than it could verify a
/// compiled form, and the directory.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Packed {
    /// Path below the tree, and text.
    pub(crate) files: Vec<(String, String)>,
    /// Groups and attributes, as the JSON object of the directory file.
    pub(crate) directory: String,
}

/// The rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// There is nothing to read.
    #[error("`{}` holds no .writ file", .0.display())]
    Empty(PathBuf),
    /// More files than anyone writes.
    #[error("`{}` holds more than {FILES_MAX} files", .0.display())]
    TooMany(PathBuf),
    /// The files have errors; all of them, as the analyst reads them.
    #[error("the rules have errors:\n{0}")]
    Wrong(String),
    /// The directory file is not in its form.
    #[error("`{}` is not a directory file", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// It could not be packed.
    #[error("the rules could not be packed")]
    Pack(#[source] postcard::Error),
}

impl Bundle {
    /// Reads and checks the rules of the configuration.
    ///
    /// # Errors
    ///
    /// [`RulesError`], with every error of every file.
    pub(crate) fn load(config: &Config) -> Result<Self, RulesError> {
        let files = read_tree(&config.rules)?;
        let directory = match &config.directory {
            None => "{}".to_owned(),
            Some(path) => read_directory(path)?,
        };
        let rules = check(&files)?;
        let told = told(&files);
        let packed =
            Packed { files: files.into_iter().map(|it| (it.path, it.text)).collect(), directory };
        let packed = postcard::to_stdvec(&packed).map_err(RulesError::Pack)?;
        let organisation = organisation(&rules, told, vault::digest::sha256(&packed));
        Ok(Self { packed, organisation })
    }

    /// What the rules say of the organisation.
    pub(crate) fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The digest as people read it.
    pub(crate) fn digest_text(&self) -> String {
        digest_text(&self.organisation.digest)
    }

    /// The packed rules as a sealed memory file.
    ///
    /// # Errors
    ///
    /// What the system says, such as no memory.
    pub(crate) fn memory(&self) -> io::Result<OwnedFd> {
        memory::sealed(&self.packed)
    }
}

/// `sha256:` and the digest in hexadecimal digits.
pub(crate) fn digest_text(digest: &[u8; 32]) -> String {
    let digits: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("sha256:{digits}")
}

/// Every `.writ` file below `folder`, by path; hidden folders are left out.
///
/// # Errors
///
/// [`RulesError`] when something cannot be read or there is nothing.
pub(crate) fn read_tree(folder: &Path) -> Result<Vec<SourceFile>, RulesError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| RulesError::Read { path, source }
    };
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(&current).map_err(failed(&current))? {
            let path = entry.map_err(failed(&current))?.path();
            let hidden = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'));
            if hidden {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "writ") {
                let text = fs::read_to_string(&path).map_err(failed(&path))?;
                let below = path.strip_prefix(folder).unwrap_or(&path);
                files.push(SourceFile { path: below.display().to_string(), text });
            }
            if FILES_MAX < files.len() {
                return Err(RulesError::TooMany(folder.to_owned()));
            }
        }
    }
    if files.is_empty() {
        return Err(RulesError::Empty(folder.to_owned()));
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn read_directory(path: &Path) -> Result<String, RulesError> {
    let text = fs::read_to_string(path)
        .map_err(|source| RulesError::Read { path: path.to_owned(), source })?;
    crate::role::exam::parse_directory(&text)
        .map_err(|source| RulesError::Directory { path: path.to_owned(), source })?;
    Ok(text)
}

/// All checks over the tree and the shipped library.
fn check(files: &[SourceFile]) -> Result<Rules, RulesError> {
    let std: Vec<SourceFile> = rules::STD
        .iter()
        .map(|it| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() })
        .collect();
    let libraries = [engine::Library { name: "std", files: &std }];
    let (checked, diagnostics) = Rules::load(files, &libraries);
    checked.ok_or_else(|| {
        let sources = engine::rules::sources(files, &libraries);
        let errors = diagnostics.iter().filter(|it| it.severity() == Severity::Error);
        RulesError::Wrong(errors.map(|it| human(it, &sources, Colour::Plain)).collect())
    })
}

/// Addresses that some rule sends a copy or a notification to.
fn told(files: &[SourceFile]) -> Vec<String> {
    let mut told = BTreeSet::new();
    for file in files {
        let (tree, _) = grammar::parse(FileId(0), &file.text);
        let also = tree.items.iter().flat_map(|it| match &it.kind {
            ItemKind::Policy(policy) => policy.also.as_slice(),
            ItemKind::Request(request) => request.also.as_slice(),
            ItemKind::Addresses(_)
            | ItemKind::Assert(_)
            | ItemKind::Attribute(_)
            | ItemKind::Bypass(_)
            | ItemKind::Default(_)
            | ItemKind::Definition(_)
            | ItemKind::Domains(_)
            | ItemKind::Examination(_)
            | ItemKind::Group(_)
            | ItemKind::Networks(_)
            | ItemKind::Organisation(_)
            | ItemKind::Pattern(_)
            | ItemKind::Terms(_)
            | ItemKind::Test(_) => &[],
        });
        told.extend(also.filter_map(|it| match &it.kind {
            EffectKind::CopyTo(address) | EffectKind::Notify(address) => Some(address.to_string()),
            EffectKind::AddHeader { .. } | EffectKind::Banner(_) | EffectKind::TagSubject(_) => {
                None
            }
        }));
    }
    told.into_iter().collect()
}

fn organisation(rules: &Rules, told: Vec<String>, digest: [u8; 32]) -> Organisation {
    let ours = rules.organisation();
    Organisation {
        digest,
        name: ours.name.clone(),
        domains: ours.domains.iter().map(ToString::to_string).collect(),
        postmaster: ours.postmaster.to_string(),
        help_desk: ours.help_desk.to_string(),
        retention_secs: ours.retention_secs,
        message_octets_max: ours.message_size_octets,
        relay_networks: ours.relay_networks.iter().map(ToString::to_string).collect(),
        told,
        on_error: match ours.on_error {
            grammar::tree::OnError::Bounce => OnError::Bounce,
            grammar::tree::OnError::Hold => OnError::Hold,
            grammar::tree::OnError::Reject => OnError::Reject,
        },
        time_zone: ours.time_zone.clone(),
    }
}

/// The rules and the directory of a packed bundle, checked again by who uses it.
///
/// # Errors
///
/// The bundle does not hold rules without errors.
pub(crate) fn unpack(packed: Packed) -> anyhow::Result<(Rules, engine::facts::Directory)> {
    let files: Vec<SourceFile> =
        packed.files.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
    let rules = check(&files)?;
    Ok((rules, crate::role::exam::parse_directory(&packed.directory)?))
}
