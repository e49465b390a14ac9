//! The directory file: who is in each group, and what each attribute says of whom.
//!
//! ```json
//! {"groups": {"groups/finance": ["alice@acme.example"]},
//!  "attributes": {"clearance": {"bob@acme.example": "secret"}}}
//! ```

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use engine::facts::Directory;
use grammar::literal::{Address, AddressError};
use serde::Deserialize;

use crate::file;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Form {
    /// Members by the directory's name of the group.
    groups: BTreeMap<String, Vec<String>>,
    /// Values by person, by the directory's name of the attribute.
    attributes: BTreeMap<String, BTreeMap<String, String>>,
}

/// Why a directory file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DirectoryError {
    /// Somebody in it has no address.
    #[error("in `{}`", path.display())]
    Address {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: AddressError,
    },
    /// It is not in its form.
    #[error("`{}` is not a directory file", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
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
    let form: Form = serde_json::from_slice(&octets)
        .map_err(|source| DirectoryError::Form { path: path.to_owned(), source })?;
    directory(&form).map_err(|source| DirectoryError::Address { path: path.to_owned(), source })
}

fn directory(form: &Form) -> Result<Directory, AddressError> {
    let mut directory = Directory::default();
    for (group, members) in &form.groups {
        for member in members {
            directory.add_group(&Address::parse(member)?, group);
        }
    }
    for (attribute, values) in &form.attributes {
        for (person, value) in values {
            directory.set_attribute(&Address::parse(person)?, attribute, value);
        }
    }
    Ok(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(parse(r#"{"group": {}}"#).unwrap_err().contains("unknown field `group`"));
        assert!(parse(r#"{"groups": {"a": ["alice"]}}"#).unwrap_err().contains("alice"));
        assert!(parse("").unwrap_err().contains("EOF"));
    }
}
