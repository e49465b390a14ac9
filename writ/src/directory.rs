//! The directory file: who is in each group, and what each attribute says of whom.
//!
//! Its forms (JSON, CSV, LDIF) are told in [`engine::directory`].

use std::{
    io,
    path::{Path, PathBuf},
};

use engine::facts::Directory;

use crate::{file, tree::Tree};

/// Why a directory file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DirectoryError {
    /// It is not in its form.
    #[error("`{}` is not a directory file", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        source: engine::directory::DirectoryError,
    },
    /// The one that `writ.toml` names cannot be used.
    #[error("the `directory` of `writ.toml`: {0}")]
    OfTree(String),
    /// It is not text.
    #[error("`{}` is not UTF-8 text", .0.display())]
    NotText(PathBuf),
    /// It cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Reads a directory file.
///
/// # Errors
///
/// [`DirectoryError`].
pub(crate) fn read(path: &Path) -> Result<Directory, DirectoryError> {
    let octets = file::read(path, file::DIRECTORY_OCTETS_MAX)
        .map_err(|source| DirectoryError::Read { path: path.to_owned(), source })?;
    let text =
        String::from_utf8(octets).map_err(|_encoding| DirectoryError::NotText(path.to_owned()))?;
    engine::directory::parse(&text)
        .map_err(|source| DirectoryError::Form { path: path.to_owned(), source })
}

/// Reads the directory file that was given, else the one of the tree, else nothing.
///
/// # Errors
///
/// [`DirectoryError`].
pub(crate) fn of(given: Option<&Path>, tree: &Tree) -> Result<Option<Directory>, DirectoryError> {
    let path = match given {
        Some(path) => Some(path.to_owned()),
        None => tree.directory().map_err(DirectoryError::OfTree)?,
    };
    path.map(|it| read(&it)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammar::literal::Address;

    fn parse(text: &str) -> Result<Directory, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("directory.json");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            cause.unwrap_or_default()
        })
    }

    #[test]
    fn groups_and_attributes_are_kept_by_person() {
        let read = parse(
            r#"{"groups": {"groups/finance": ["Alice@ACME.example"], "all": ["alice@acme.example"]},
                "attributes": {"clearance": {"bob@acme.example": "secret"}}}"#,
        )
        .unwrap();
        let mut expected = Directory::default();
        let alice = Address::parse("alice@acme.example").unwrap();
        expected.add_group(&alice, "all");
        expected.add_group(&alice, "groups/finance");
        expected.set_attribute(&Address::parse("bob@acme.example").unwrap(), "clearance", "secret");
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert!(parse(r#"{"group": {}}"#).unwrap_err().contains("`group`"));
        assert!(parse("mail,groups\nalice,a\n").unwrap_err().starts_with("line 2: `alice`"));
    }
}
