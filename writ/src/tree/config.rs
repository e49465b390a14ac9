//! `writ.toml`, which marks the folder of a tree.
//!
//! `edition` is the edition of the language that the files of the tree are written in; `directory` a
//! file of the tree with groups and attributes of people, for commands that are given none.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::TreeError;
use crate::file;

/// The name of the file.
const NAME: &str = "writ.toml";

/// The edition that this program knows.
const EDITION: u32 = 1;

/// Octets of the file.
const OCTETS_MAX: u64 = 64 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    edition: Option<u32>,
    /// By its path from the folder of the tree.
    pub(super) directory: Option<String>,
}

/// Reads the file, where there is one.
pub(super) fn read(root: &Path) -> Result<Config, TreeError> {
    let path = root.join(NAME);
    let octets = match file::read(&path, OCTETS_MAX) {
        Ok(octets) => octets,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(source) => return Err(TreeError::Read { path, source }),
    };
    let wrong = |message: String| TreeError::Config { path: path.clone(), message };
    let text = String::from_utf8_lossy(&octets);
    let config: Config = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|it| text.get(..it.start)).unwrap_or_default();
        let line = before.matches('\n').count().saturating_add(1);
        wrong(format!("line {line}: {}", error.message().replace('\n', " ")))
    })?;
    match config.edition {
        None | Some(EDITION) => Ok(config),
        Some(other) => {
            Err(wrong(format!("there is no edition {other}; write `edition = {EDITION}`")))
        }
    }
}

/// The nearest folder above a file that has a `writ.toml`.
pub(super) fn folder_above(path: &Path) -> Option<PathBuf> {
    // Only folders that the caller named are looked at, so that paths are shown as they were given.
    let above = path.ancestors().skip(1);
    let mut folders = above.map(|it| if it.as_os_str().is_empty() { Path::new(".") } else { it });
    folders.find(|it| it.join(NAME).is_file()).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_what_is_wrong_and_where() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).is_ok());
        for (text, expected) in [
            ("edition = 1", None),
            ("# nothing", None),
            ("edition = 2", Some("there is no edition 2; write `edition = 1`")),
            ("\nedtion = 1", Some("line 2: unknown field `edtion`")),
            ("edition = \"1\"", Some("line 1: invalid type")),
        ] {
            std::fs::write(folder.path().join(NAME), text).unwrap();
            let found = read(folder.path()).err().map(|it| it.to_string());
            match expected {
                None => assert_eq!(found, None, "{text}"),
                Some(words) => {
                    let found = found.unwrap_or_default();
                    assert!(found.contains(words), "{found}");
                }
            }
        }
    }
}
