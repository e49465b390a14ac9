//! A folder of rule files, read and checked.

use std::{fs, path::Path};

use engine::{Rules, SourceFile};
use grammar::diagnostic::{Colour, Severity, human};

use super::RulesError;

/// Rule files of one tree.
pub(super) const FILES_MAX: usize = 10_000;

/// Every `.writ` file below `folder`, by path; hidden folders are left out.
///
/// # Errors
///
/// [`RulesError`] when something cannot be read or there is nothing.
pub(super) fn read(folder: &Path) -> Result<Vec<SourceFile>, RulesError> {
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
            } else if path.extension().is_some_and(|it| it == "writ")
                || path.to_string_lossy().ends_with(engine::fingerprint::EXTENSION)
            {
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

/// All checks over the tree and the shipped libraries.
///
/// # Errors
///
/// [`RulesError::Wrong`], with every error.
pub(super) fn check(files: &[SourceFile]) -> Result<Rules, RulesError> {
    let source_file =
        |it: &rules::Shipped| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() };
    let shipped: Vec<(&str, Vec<SourceFile>)> = rules::LIBRARIES
        .iter()
        .map(|library| (library.name, library.files.iter().map(source_file).collect()))
        .collect();
    let libraries: Vec<engine::Library<'_>> =
        shipped.iter().map(|(name, files)| engine::Library { name, files }).collect();
    let (checked, diagnostics) = Rules::load(files, &libraries);
    checked.ok_or_else(|| {
        let sources = engine::rules::sources(files, &libraries);
        let errors = diagnostics.iter().filter(|it| it.severity() == Severity::Error);
        RulesError::Wrong(errors.map(|it| human(it, &sources, Colour::Plain)).collect())
    })
}

/// What the rules are known by: the digest of every file of the tree and of the shipped libraries. `writ`
/// tells the same of the same rules.
pub(super) fn known_by(files: &[SourceFile]) -> [u8; 32] {
    let own = files.iter().map(|it| (it.path.as_str(), it.text.as_str()));
    let shipped = rules::LIBRARIES.iter().flat_map(|it| it.files).map(|it| (it.path, it.text));
    vault::digest::of_named(own.chain(shipped))
}
