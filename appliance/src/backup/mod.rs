//! A backup: what a gateway has on disk, as it stood at one moment, sealed as it is.
//!
//! # Form
//!
//! A folder, or a tar file of the same names: `config/` (`chancery.toml` and the files it names that
//! lie beside it), `elsewhere/` (those that do not), `data/` (small files of the data folder),
//! `bodies/` (one file a message), `store/chancery.db`, and at last `manifest.jsonl`, which has the
//! size and the SHA-256 of every other. Without its manifest a backup is not whole.
//!
//! # Trust
//!
//! No key is in it: data keys stand in the database as the master key wrapped them. The last line of
//! the manifest is a keyed hash of the others, so who has the keys knows whether it was changed.

mod manifest;
mod progress;
mod settings;
mod sink;
mod source;
mod tar;

use std::path::{Component, Path};

pub(crate) use manifest::{Entry, Head, Listing, Read as ReadManifest};
pub(crate) use progress::{Progress, mebibytes};
pub(crate) use settings::{Settings, gather};
pub(crate) use sink::{Sink, copy};
pub(crate) use source::walk;

/// The manifest's name.
pub(crate) const MANIFEST: &str = "manifest.jsonl";
/// The database's name.
pub(crate) const DATABASE_ENTRY: &str = "store/chancery.db";
/// The configuration's name.
pub(crate) const CONFIGURATION_ENTRY: &str = "config/chancery.toml";
/// Folders of a backup, in the order in which they are written and read.
pub(crate) const FOLDERS: [&str; 5] = ["config", "elsewhere", "data", "bodies", "store"];
/// Octets that are copied at once.
const CHUNK_OCTETS: usize = 64 << 10;

/// Whether a name can be one of a file in a backup: below one of its folders, and nowhere else
/// however it is joined.
pub(crate) fn is_name(name: &str) -> bool {
    let path = Path::new(name);
    let plain = path.components().all(|it| matches!(it, Component::Normal(_)));
    let top = name.split_once('/').is_some_and(|(top, _)| FOLDERS.contains(&top));
    let exact = name.split('/').all(|it| !it.is_empty() && it != ".") && !name.contains('\0');
    plain && exact && (top || name == MANIFEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for good in [MANIFEST, DATABASE_ENTRY, CONFIGURATION_ENTRY, "config/rules/a/b.writ"] {
            assert!(is_name(good), "{good}");
        }
        for wrong in [
            "",
            "config",
            "config/",
            "/config/a",
            "config/../a",
            "config//a",
            "config/./a",
            "keys/master.key",
            "bodies/a\0b",
            "../config/a",
        ] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
