//! `writ.toml`, which marks the folder of a tree.
//!
//! `edition` is the edition of the language that the files of the tree are written in; `directory` a
//! file of the tree with groups and attributes of people, for commands that are given none.

use std::{
    fmt, io,
    ops::Range,
    path::{Path, PathBuf},
};

use grammar::{
    diagnostic::{Colour, Diagnostic, Fix, SETTING, Sources, human},
    suggest::closest,
    tree::Span,
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
    edition: Option<toml::Spanned<u32>>,
    /// By its path from the folder of the tree.
    pub(super) directory: Option<String>,
}

/// A finding in the file.
#[derive(Debug)]
pub(crate) struct Misconfigured {
    pub(crate) finding: Diagnostic,
    /// The file, as the finding points into it.
    pub(crate) sources: Sources,
}

impl fmt::Display for Misconfigured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&human(&self.finding, &self.sources, Colour::Plain))
    }
}

/// Reads the file, where there is one.
pub(super) fn read(root: &Path) -> Result<Config, TreeError> {
    let path = root.join(NAME);
    let octets = match file::read_regular(&path, OCTETS_MAX) {
        Ok(octets) => octets,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(source) => return Err(TreeError::Read { path, source }),
    };
    let text = String::from_utf8_lossy(&octets);
    let shown = path.display().to_string();
    let config: Config = toml::from_str(&text)
        .map_err(|error| finding(&shown, &text, error.span(), &plainly(error.message())))?;
    match &config.edition {
        Some(edition) if *edition.get_ref() != EDITION => {
            let message = format!("there is no edition {} of the language", edition.get_ref());
            Err(finding(&shown, &text, Some(edition.span()), &message))
        }
        None | Some(_) => Ok(config),
    }
}

/// What is wrong in the file, shown as a finding in a rule file is.
fn finding(path: &str, text: &str, place: Option<Range<usize>>, message: &str) -> TreeError {
    let mut sources = Sources::default();
    let file = sources.add(path, text);
    let place = place.unwrap_or(0..0);
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { file, start: offset(place.start), end: offset(place.end) };
    let written = text.get(place).unwrap_or("");
    let finding = Diagnostic::new(SETTING, message).primary(span, "");
    let finding = match closest(written, ["edition", "directory"]) {
        Some(key) => finding.fix(Fix::automatic(format!("write `{key}`"), span, key)),
        None => finding.fix(Fix::advice(format!("write `edition = {EDITION}`"))),
    };
    TreeError::Config(Box::new(Misconfigured { finding, sources }))
}

/// What the reader of the file says, without the words of its program.
fn plainly(message: &str) -> String {
    let quoted = message.split('`').nth(1).unwrap_or("");
    if message.starts_with("unknown field") {
        return format!("`{quoted}` is no setting; there are `edition` and `directory`");
    }
    if message.starts_with("invalid type") || message.starts_with("invalid value") {
        return "this setting is a whole number, without quotes".to_owned();
    }
    if message.starts_with("duplicate") {
        return "this setting is said twice".to_owned();
    }
    format!("this is not a setting: {}", message.lines().next().unwrap_or(""))
}

/// Whether a folder says that it is a tree.
pub(crate) fn is_marked(folder: &Path) -> bool {
    folder.join(NAME).is_file()
}

/// The nearest folder above a file that has a `writ.toml`.
pub(crate) fn folder_above(path: &Path) -> Option<PathBuf> {
    // Only folders that the caller named are looked at, so that paths are shown as they were given.
    let above = path.ancestors().skip(1);
    let mut folders = above.map(|it| if it.as_os_str().is_empty() { Path::new(".") } else { it });
    folders.find(|it| is_marked(it)).map(Path::to_owned)
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
            (
                "edition = 2",
                Some(
                    "writ.toml:1:11\n   |\n 1 | edition = 2\n   |           ^\n   = fix (choose): write `edition = 1`",
                ),
            ),
            ("\nedtion = 1", Some("`edtion` is no setting; there are `edition` and `directory`\n")),
            ("\nedtion = 1", Some("   = fix (automatic): write `edition`")),
            ("edition = \"1\"", Some("this setting is a whole number, without quotes")),
            ("edition = 1\nedition = 1", Some("this setting is said twice")),
            ("edition 1", Some("this is not a setting: ")),
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
