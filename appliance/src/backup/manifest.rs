//! The manifest: a line of JSON for each file, between one that says what it is a backup of and one
//! that seals the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vault::{
    digest::{Digest, hex},
    key::IndexKey,
};

/// What the first line says.
const FORM: &str = "chancery backup, form 1";
/// What the keyed hash is for.
const PURPOSE: &str = "backup manifest";
/// Faults that are told one by one.
const FAULTS_TOLD: usize = 20;

/// What it is a backup of.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Head {
    form: String,
    /// The version that made it.
    pub(crate) version: String,
    /// When, in ms since 1970 UTC.
    pub(crate) at_ms: i64,
    /// The name of the host in SMTP.
    pub(crate) hostname: String,
}

/// A file of the backup.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    /// Its length.
    pub(crate) octets: u64,
    /// Its SHA-256.
    pub(crate) sha256: [u8; 32],
}

#[derive(Deserialize, Serialize)]
struct Line {
    file: String,
    octets: u64,
    sha256: String,
}

#[derive(Deserialize, Serialize)]
struct Seal {
    files: u64,
    seal: String,
}

/// What is wrong with a backup.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum ManifestError {
    /// The last line is missing.
    #[error("the backup is not whole: its manifest does not end")]
    Cut,
    /// Files are not those of the manifest.
    #[error("the backup is damaged:{}", .0.iter().map(|it| format!("\n  {it}")).collect::<String>())]
    Files(Vec<String>),
    /// It is no manifest.
    #[error("line {0} of the manifest is none of a backup")]
    Form(usize),
    /// The seal is that of other keys.
    #[error(
        "the manifest is not sealed by these keys: they are another gateway's, or the backup was \
         changed"
    )]
    Seal,
}

impl Head {
    /// Of a backup that is made now.
    pub(crate) fn new(at_ms: i64, hostname: &str) -> Self {
        Self {
            form: FORM.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at_ms,
            hostname: hostname.to_owned(),
        }
    }
}

/// A manifest in the making.
#[derive(Debug)]
pub(crate) struct Listing {
    text: String,
    files: u64,
}

impl Listing {
    /// Nothing is listed yet.
    pub(crate) fn new(head: &Head) -> Self {
        Self { text: as_line(head), files: 0 }
    }

    /// Lists a file.
    pub(crate) fn add(&mut self, name: &str, entry: &Entry) {
        let sha256 = hex(&entry.sha256);
        self.text += &as_line(&Line { file: name.to_owned(), octets: entry.octets, sha256 });
        self.files = self.files.saturating_add(1);
    }

    /// How many are listed.
    pub(crate) fn files(&self) -> u64 {
        self.files
    }

    /// The whole text, sealed.
    pub(crate) fn sealed(self, key: &IndexKey) -> String {
        let seal = hex(&key.hash(PURPOSE, &vault::digest::sha256(self.text.as_bytes())));
        self.text + &as_line(&Seal { files: self.files, seal })
    }
}

fn as_line(value: &impl Serialize) -> String {
    // These types always have a form in JSON.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// A manifest that was read to its end.
#[derive(Debug)]
pub(crate) struct Read {
    /// What it is a backup of.
    pub(crate) head: Head,
    files: BTreeMap<String, Entry>,
    digest: [u8; 32],
    seal: String,
}

impl Read {
    /// Reads the text of a manifest.
    ///
    /// # Errors
    ///
    /// [`ManifestError::Form`], [`ManifestError::Cut`].
    pub(crate) fn parse(text: &str) -> Result<Self, ManifestError> {
        let mut lines = text.split_inclusive('\n').enumerate();
        let first = lines.next().map(|(_, line)| line).unwrap_or_default();
        let head: Head = serde_json::from_str(first).map_err(|_form| ManifestError::Form(1))?;
        if head.form != FORM {
            return Err(ManifestError::Form(1));
        }
        let (mut files, mut digest) = (BTreeMap::new(), Digest::new());
        digest.update(first.as_bytes());
        while let Some((at, line)) = lines.next() {
            let form = || ManifestError::Form(at.saturating_add(1));
            if let Ok(seal) = serde_json::from_str::<Seal>(line) {
                let whole = u64::try_from(files.len()).is_ok_and(|it| it == seal.files);
                if !whole || lines.next().is_some() {
                    return Err(form());
                }
                return Ok(Self { head, files, digest: digest.finish(), seal: seal.seal });
            }
            let Ok(read) = serde_json::from_str::<Line>(line) else {
                // The last line of a file that was cut off is no line.
                return Err(if line.ends_with('\n') { form() } else { ManifestError::Cut });
            };
            let sha256 = crate::audit::digest(&read.sha256).ok_or_else(form)?;
            let entry = Entry { octets: read.octets, sha256 };
            if files.insert(read.file, entry).is_some() {
                return Err(form());
            }
            digest.update(line.as_bytes());
        }
        Err(ManifestError::Cut)
    }

    /// Holds the files that there are against it.
    ///
    /// # Errors
    ///
    /// [`ManifestError::Files`], with what is wrong with each.
    pub(crate) fn compare(&self, found: &BTreeMap<String, Entry>) -> Result<(), ManifestError> {
        let listed = self.files.iter().filter_map(|(name, entry)| match found.get(name) {
            None => Some(format!("`{name}` is missing")),
            Some(it) if it == entry => None,
            Some(_) => Some(format!("`{name}` was changed")),
        });
        let others = found.keys().filter(|it| !self.files.contains_key(*it));
        let others = others.map(|it| format!("`{it}` is in no manifest"));
        let mut faults: Vec<String> = listed.chain(others).take(FAULTS_TOLD + 1).collect();
        if faults.is_empty() {
            return Ok(());
        }
        if FAULTS_TOLD < faults.len() {
            faults.truncate(FAULTS_TOLD);
            faults.push("and more".to_owned());
        }
        Err(ManifestError::Files(faults))
    }

    /// Whether who sealed it had this key.
    ///
    /// # Errors
    ///
    /// [`ManifestError::Seal`].
    pub(crate) fn opened_by(&self, key: &IndexKey) -> Result<(), ManifestError> {
        let sealed = crate::audit::digest(&self.seal);
        let ours = key.hash(PURPOSE, &self.digest);
        if sealed == Some(ours) { Ok(()) } else { Err(ManifestError::Seal) }
    }
}

#[cfg(test)]
mod tests {
    use vault::key::MasterKey;

    use super::*;

    fn entry(octets: u64) -> Entry {
        Entry { octets, sha256: vault::digest::sha256(&octets.to_be_bytes()) }
    }

    fn sealed(key: &IndexKey) -> (String, BTreeMap<String, Entry>) {
        let files: BTreeMap<String, Entry> = [("bodies/ab", 1), ("store/chancery.db", 2)]
            .map(|(n, o)| (n.to_owned(), entry(o)))
            .into();
        let mut listing = Listing::new(&Head::new(5, "gateway.acme.example"));
        for (name, entry) in &files {
            listing.add(name, entry);
        }
        (listing.sealed(key), files)
    }

    #[test]
    fn what_was_listed_is_found_and_anything_else_told() {
        let key = MasterKey::generate().index_key();
        let (text, files) = sealed(&key);
        let read = Read::parse(&text).unwrap();
        assert_eq!(read.head.hostname, "gateway.acme.example");
        assert_eq!(read.compare(&files), Ok(()));
        assert_eq!(read.opened_by(&key), Ok(()));
        assert_eq!(read.opened_by(&MasterKey::generate().index_key()), Err(ManifestError::Seal));

        let mut other = files.clone();
        other.insert("bodies/ab".to_owned(), entry(3));
        other.remove("store/chancery.db");
        other.insert("bodies/zz".to_owned(), entry(4));
        let told = read.compare(&other).unwrap_err().to_string();
        let expected = "the backup is damaged:\n  `bodies/ab` was changed\n  `store/chancery.db` is \
                        missing\n  `bodies/zz` is in no manifest";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_manifest_that_was_changed_or_cut_is_none() {
        let key = MasterKey::generate().index_key();
        let (text, _files) = sealed(&key);
        let changed = text.replace("\"octets\":1", "\"octets\":9");
        assert_eq!(Read::parse(&changed).unwrap().opened_by(&key), Err(ManifestError::Seal));
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        assert_eq!(Read::parse(&lines[..3].concat()).unwrap_err(), ManifestError::Cut);
        assert_eq!(Read::parse(text.trim_end_matches("\"}\n")).unwrap_err(), ManifestError::Cut);
        assert_eq!(Read::parse("").unwrap_err(), ManifestError::Form(1));
        let without = [lines[0], lines[1], lines[3]].concat();
        assert_eq!(Read::parse(&without).unwrap_err(), ManifestError::Form(3));
        let twice = [lines[0], lines[1], lines[1], lines[3]].concat();
        assert_eq!(Read::parse(&twice).unwrap_err(), ManifestError::Form(3));
    }
}
