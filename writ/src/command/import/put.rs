//! Puts what was imported on disk: all of it, or nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use engine::SourceFile;

use super::told;
use crate::{
    done::Stopped,
    file,
    import::{Export, ImportError, Imported},
    loaded::Loaded,
    report::findings,
    tree::Tree,
};

/// Writes a tree; gives how many files it has.
pub(super) fn tree(
    folder: &Path,
    imported: &Imported,
    exports: &[Export],
    force: bool,
) -> Result<usize, Stopped> {
    let mut files: Vec<(String, String)> =
        imported.files.iter().map(|it| (it.path.clone(), it.text.clone())).collect();
    files.push(("writ.toml".to_owned(), include_str!("../../starter/writ.toml").to_owned()));
    let names = exports.iter().map(|it| it.file.as_str());
    files.push(("IMPORT.md".to_owned(), told::document(imported, names)));
    let failed = |source| Stopped::not_written(folder, source);
    if !folder.exists() {
        whole(folder, &files).map_err(failed)?;
        return Ok(files.len());
    }
    if !folder.is_dir() {
        return Err(Stopped::Exists(folder.to_owned()));
    }
    let taken = files.iter().map(|it| folder.join(&it.0)).find(|it| it.symlink_metadata().is_ok());
    if let Some(taken) = taken.filter(|_| !force) {
        return Err(Stopped::Exists(taken));
    }
    beside(folder, &imported.files)?;
    each(folder, &files).map_err(failed)?;
    Ok(files.len())
}

/// Writes the dictionaries as one file.
pub(super) fn file(path: &Path, imported: &Imported, force: bool) -> Result<usize, Stopped> {
    let content = imported.files.iter().filter(|it| it.path != "organisation.writ");
    let content: Vec<&SourceFile> = content.collect();
    let [only] = content.as_slice() else {
        return Err(Stopped::Unknown(
            "a .writ file takes dictionaries and content definitions alone; give a folder for the rest"
                .to_owned(),
        ));
    };
    if only.path != "content.writ" {
        return Err(Stopped::Unknown(
            "there is no dictionary in what was given; give a folder".to_owned(),
        ));
    }
    let text =
        only.text.replacen("writ 1\n", &format!("writ 1\n\n{}", told::comments(imported)), 1);
    let text = grammar::format(&text).unwrap_or(text);
    if force {
        file::put(path, text.as_bytes())
            .map_err(|source| Stopped::Write { path: path.to_owned(), source })?;
        return Ok(1);
    }
    file::write_new(path, &text).map_err(|source| Stopped::not_written(path, source))?;
    Ok(1)
}

/// That the rules go together with those that are in the folder and stay there.
fn beside(folder: &Path, files: &[SourceFile]) -> Result<(), Stopped> {
    let Ok(mut tree) = Tree::read(folder) else { return Ok(()) };
    for file in files {
        tree.add(&file.path, file.text.clone());
    }
    let loaded = Loaded::check(tree);
    if loaded.rules.is_some() {
        return Ok(());
    }
    let findings = findings::short(&loaded, 0);
    let said = "the rules that are in the folder do not go together with these";
    Err(ImportError::Unsettled { findings, said }.into())
}

/// Makes a folder with all of the files at once.
fn whole(folder: &Path, files: &[(String, String)]) -> io::Result<()> {
    let part = beside_it(folder);
    let made = fs::create_dir_all(&part).and_then(|()| {
        for (path, text) in files {
            file::write_new(&part.join(path), text)?;
        }
        fs::rename(&part, folder)
    });
    if made.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_dir_all(&part);
    }
    made
}

/// A name beside a path that nobody takes for what it becomes.
fn beside_it(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Puts files into a folder: all are written under other names, then each takes its place; where one
/// cannot, those before it are taken back.
fn each(folder: &Path, files: &[(String, String)]) -> io::Result<()> {
    let paths: Vec<PathBuf> = files.iter().map(|it| folder.join(&it.0)).collect();
    let mut done: Vec<(&PathBuf, Option<Vec<u8>>)> = Vec::new();
    let mut put = || {
        for (path, (_, text)) in paths.iter().zip(files) {
            file::write_new(&beside_it(path), text)?;
        }
        for path in &paths {
            let before = fs::read(path).ok();
            fs::rename(beside_it(path), path)?;
            done.push((path, before));
        }
        Ok(())
    };
    let result = put();
    if result.is_err() {
        for (path, before) in done {
            let _ = match before {
                Some(octets) => file::put(path, &octets),
                None => fs::remove_file(path),
            };
        }
        for path in &paths {
            let _ = fs::remove_file(beside_it(path));
        }
    }
    result
}
