//! The rules as they are handed to the examiners: checked or verified, compiled, packed, digested.

mod tree;

use std::{
    fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use engine::Program;
use serde::{Deserialize, Serialize};
use vault::bundle::{KeyError, PublicKey, Refused};

use crate::{
    channel::memory,
    config::Config,
    protocol::control::{OnError, Organisation},
};

/// Octets of a file with a public key or with the counter.
const SMALL_FILE_OCTETS_MAX: u64 = 64 * 1024;

/// Rules that have passed every check, or were signed by who checked them.
#[derive(Debug)]
pub(crate) struct Bundle {
    packed: Vec<u8>,
    organisation: Organisation,
}

/// What is packed. The program is checked again by who decodes it: nothing in it can name what is
/// not there.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Packed {
    /// The compiled rules.
    pub(crate) program: Vec<u8>,
    /// What the rules are known by.
    pub(crate) known_by: [u8; 32],
    /// Groups and attributes, as the text of the directory file.
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
    #[error("`{}` holds more than {} files", .0.display(), tree::FILES_MAX)]
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
        source: engine::directory::DirectoryError,
    },
    /// A file should be a public key and is not.
    #[error("`{}` cannot be used as a key", path.display())]
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The bundle is not taken.
    #[error("the bundle `{}` is refused", path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: Refused,
    },
    /// Too few keys stand for the bundle.
    #[error("the bundle `{}` waits: {told}", path.display())]
    Unapproved {
        /// Which.
        path: PathBuf,
        /// Its counter, who stands for it and how many should.
        told: String,
    },
    /// They would change too much.
    #[error("the gate does not let these rules through: {0}")]
    Gate(String),
    /// The bundle is signed and holds no rules that this version loads.
    #[error("the bundle `{}` holds no rules that this version loads: {why}", path.display())]
    NoRules {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What was counted before cannot be told, so that nothing can be said of this bundle's age.
    #[error("`{}` should hold the counter of the last bundle and does not; write the number there", .0.display())]
    Counter(PathBuf),
    /// The counter could not be kept.
    #[error("cannot write `{}`", path.display())]
    Remember {
        /// Where.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// It could not be packed.
    #[error("the rules could not be packed")]
    Pack(#[source] postcard::Error),
}

/// The compiled rules and what they are known by.
struct Compiled {
    program: Vec<u8>,
    known_by: [u8; 32],
    counter: Option<u64>,
    /// The keys that stand for a signed bundle.
    signers: Vec<String>,
}

impl Bundle {
    /// Reads the rules of the configuration and checks the files, or verifies the bundle.
    ///
    /// # Errors
    ///
    /// [`RulesError`], with every error of every file.
    pub(crate) fn load(config: &Config) -> Result<Self, RulesError> {
        Self::of(config, &config.rules)
    }

    /// Reads the rules that run beside those in force, as [`Bundle::load`] does; none where there are
    /// none at that place.
    ///
    /// # Errors
    ///
    /// As [`Bundle::load`].
    pub(crate) fn load_shadow(config: &Config) -> Result<Option<Self>, RulesError> {
        let there = config.shadow_rules.as_ref().filter(|it| it.exists());
        there.map(|path| Self::of(config, path)).transpose()
    }

    fn of(config: &Config, path: &Path) -> Result<Self, RulesError> {
        let compiled = if path.is_file() { signed(config, path)? } else { tree(path)? };
        let directory = match &config.directory {
            None => "{}".to_owned(),
            Some(path) => read_directory(path)?,
        };
        let program = engine::bundle::decode(&compiled.program).map_err(|corrupt| {
            RulesError::NoRules { path: path.to_owned(), why: corrupt.to_string() }
        })?;
        let packed = Packed { program: compiled.program, known_by: compiled.known_by, directory };
        let packed = postcard::to_stdvec(&packed).map_err(RulesError::Pack)?;
        let digest = vault::digest::sha256(&packed);
        let mut organisation = organisation(&program, digest, compiled.known_by);
        organisation.counter = compiled.counter;
        organisation.signers = compiled.signers;
        Ok(Self { packed, organisation })
    }

    /// Keeps the counter of a signed bundle, so that no older one is ever taken again. It is on disk
    /// before the rules are handed to anybody.
    ///
    /// # Errors
    ///
    /// [`RulesError::Remember`].
    pub(crate) fn remember(&self, config: &Config) -> Result<(), RulesError> {
        let Some(counter) = self.counter() else { return Ok(()) };
        let path = &config.rules_counter;
        replace(path, &format!("{counter}\n"))
            .map_err(|source| RulesError::Remember { path: path.clone(), source })
    }

    /// What the rules say of the organisation.
    pub(crate) fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The counter of a signed bundle.
    pub(crate) fn counter(&self) -> Option<u64> {
        self.organisation.counter
    }

    /// What the rules are known by, as people read it.
    pub(crate) fn digest_text(&self) -> String {
        vault::digest::told(&self.organisation.rules)
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

/// The rules of a folder, checked and compiled.
fn tree(path: &Path) -> Result<Compiled, RulesError> {
    let files = tree::read(path)?;
    let rules = tree::check(&files)?;
    Ok(Compiled {
        program: engine::bundle::encode(&rules),
        known_by: tree::known_by(&files),
        counter: None,
        signers: Vec::new(),
    })
}

/// The rules of a bundle, verified before anything in it is believed.
fn signed(config: &Config, path: &Path) -> Result<Compiled, RulesError> {
    let keys = config.rules_keys.iter().map(|it| read_key(it)).collect::<Result<Vec<_>, _>>()?;
    let octets_max = u64::try_from(vault::bundle::BUNDLE_OCTETS_MAX).unwrap_or(u64::MAX);
    let octets = read(path, octets_max)?;
    let least = last_counter(&config.rules_counter)?;
    let bundle = vault::bundle::Bundle::verified(&octets, &keys, least)
        .map_err(|source| RulesError::Refused { path: path.to_owned(), source })?;
    let signers = approved(config, path, &bundle, &keys)?;
    let without = |what: &str| RulesError::NoRules { path: path.to_owned(), why: what.to_owned() };
    let program = bundle.section("program").ok_or_else(|| without("it has no program"))?;
    let manifest = bundle.section("manifest").ok_or_else(|| without("it has no manifest"))?;
    let known_by = known_by(manifest).ok_or_else(|| without("its manifest cannot be read"))?;
    Ok(Compiled { program: program.to_vec(), known_by, counter: Some(bundle.counter()), signers })
}

/// The keys that stand for a verified bundle, if they are as many as are wanted.
fn approved(
    config: &Config,
    path: &Path,
    bundle: &vault::bundle::Bundle<'_>,
    keys: &[PublicKey],
) -> Result<Vec<String>, RulesError> {
    let mut beside = path.to_owned().into_os_string();
    beside.push(".approvals");
    let beside = PathBuf::from(beside);
    let text = if beside.exists() { read(&beside, SMALL_FILE_OCTETS_MAX)? } else { Vec::new() };
    let text = String::from_utf8_lossy(&text);
    let by: Vec<String> =
        vault::bundle::approvers(bundle, &text, keys).iter().map(ToString::to_string).collect();
    let wanted = usize::from(config.file.rules_approvals);
    if wanted <= by.len() {
        return Ok(by);
    }
    let (counter, count, by) = (bundle.counter(), by.len(), by.join(", "));
    let told = format!("counter {counter}, {count} of {wanted} keys stand for it ({by})");
    Err(RulesError::Unapproved { path: path.to_owned(), told })
}

/// The digest of the sources that the manifest tells.
fn known_by(manifest: &[u8]) -> Option<[u8; 32]> {
    #[derive(Deserialize)]
    struct Manifest {
        rules: String,
    }
    let manifest: Manifest = serde_json::from_slice(manifest).ok()?;
    let digits = manifest.rules.strip_prefix("sha256:")?;
    let mut octets = [0_u8; 32];
    if digits.len() != 64 || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    for (at, octet) in octets.iter_mut().enumerate() {
        let pair = digits.get(at.saturating_mul(2)..at.saturating_mul(2).saturating_add(2))?;
        *octet = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(octets)
}

fn read_key(path: &Path) -> Result<PublicKey, RulesError> {
    let octets = read(path, SMALL_FILE_OCTETS_MAX)?;
    PublicKey::from_pem(&String::from_utf8_lossy(&octets))
        .map_err(|source| RulesError::Key { path: path.to_owned(), source })
}

/// The counter that a bundle must have at least; 0 before the first.
fn last_counter(path: &Path) -> Result<u64, RulesError> {
    match fs::read_to_string(path) {
        Ok(text) => text.trim().parse().map_err(|_form| RulesError::Counter(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(RulesError::Read { path: path.to_owned(), source }),
    }
}

/// The old or the new text is there after a crash, never a part.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let part = path.with_extension("part");
    let mut file = fs::File::create(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn read(path: &Path, octets_max: u64) -> Result<Vec<u8>, RulesError> {
    use std::io::Read as _;
    let failed = |source| RulesError::Read { path: path.to_owned(), source };
    let mut octets = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(octets_max.saturating_add(1)).read_to_end(&mut octets).map_err(failed)?;
    if u64::try_from(octets.len()).is_ok_and(|it| it <= octets_max) {
        return Ok(octets);
    }
    Err(failed(io::Error::other(format!("it has more than {octets_max} octets"))))
}

fn read_directory(path: &Path) -> Result<String, RulesError> {
    let text = fs::read_to_string(path)
        .map_err(|source| RulesError::Read { path: path.to_owned(), source })?;
    engine::directory::parse(&text)
        .map_err(|source| RulesError::Directory { path: path.to_owned(), source })?;
    Ok(text)
}

fn organisation(program: &Program, digest: [u8; 32], known_by: [u8; 32]) -> Organisation {
    let ours = program.organisation();
    Organisation {
        digest,
        rules: known_by,
        counter: None,
        signers: Vec::new(),
        name: ours.name.clone(),
        domains: ours.domains.iter().map(ToString::to_string).collect(),
        postmaster: ours.postmaster.to_string(),
        help_desk: ours.help_desk.to_string(),
        retention_secs: ours.retention_secs,
        message_octets_max: ours.message_size_octets,
        relay_networks: ours.relay_networks.iter().map(ToString::to_string).collect(),
        told: program.told().into_iter().map(ToString::to_string).collect(),
        deciders: program.deciders().into_iter().map(str::to_owned).collect(),
        releasers: program.holds_for().into_iter().map(str::to_owned).collect(),
        rejects_at_rcpt: program.rejects_at_rcpt(),
        on_error: match ours.on_error {
            grammar::tree::OnError::Bounce => OnError::Bounce,
            grammar::tree::OnError::Hold => OnError::Hold,
            grammar::tree::OnError::Reject => OnError::Reject,
        },
        time_zone: ours.time_zone.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_tells_what_the_rules_are_known_by() {
        let digits = "00".repeat(31) + "ff";
        let told = format!(r#"{{"version":1,"rules":"sha256:{digits}"}}"#);
        assert_eq!(known_by(told.as_bytes()).map(|it| it[31]), Some(255));
        for wrong in ["", "{}", r#"{"rules":"sha256:00"}"#, r#"{"rules":"md5:00"}"#] {
            assert_eq!(known_by(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_counter_is_kept_and_a_damaged_one_is_no_zero() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules.counter");
        assert_eq!(last_counter(&path).unwrap(), 0);
        replace(&path, "41\n").unwrap();
        assert_eq!(last_counter(&path).unwrap(), 41);
        fs::write(&path, "4x").unwrap();
        assert!(matches!(last_counter(&path), Err(RulesError::Counter(_))));
    }
}
