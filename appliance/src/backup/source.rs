//! What a backup is read from: its folder, a tar file, or a stream.

use std::{
    fs,
    io::{self, BufReader, Read},
    path::Path,
};

use anyhow::Context;

use super::{FOLDERS, MANIFEST, is_name, tar};

/// Folders within folders of a backup.
const DEPTH_MAX: usize = 32;

/// Who takes each file: its name, its length, its octets.
pub(crate) type Taker<'t> = dyn FnMut(&str, u64, &mut dyn Read) -> anyhow::Result<()> + 't;

/// Hands every file of the backup at `path` to `take`, the manifest last. What `take` does not read
/// is skipped.
///
/// # Errors
///
/// It is no backup, it cannot be read, `take` fails.
pub(crate) fn walk(path: &Path, take: &mut Taker<'_>) -> anyhow::Result<()> {
    if path == Path::new("-") {
        return walk_tar(io::stdin().lock(), take);
    }
    let shown = || format!("cannot read the backup `{}`", path.display());
    if path.is_dir() {
        return walk_folder(path, take).with_context(shown);
    }
    let file = fs::File::open(path).with_context(shown)?;
    walk_tar(BufReader::new(file), take).with_context(shown)
}

fn walk_tar(mut from: impl Read, take: &mut Taker<'_>) -> anyhow::Result<()> {
    while let Some((name, octets)) = tar::next(&mut from)? {
        anyhow::ensure!(is_name(&name), "{name:?} is no file of a backup");
        let mut body = from.by_ref().take(octets);
        take(&name, octets, &mut body)?;
        io::copy(&mut body, &mut io::sink())?;
        anyhow::ensure!(body.limit() == 0, "it ends within `{name}`");
        tar::skip_padding(&mut from, octets)?;
    }
    Ok(())
}

fn walk_folder(path: &Path, take: &mut Taker<'_>) -> anyhow::Result<()> {
    for name in names(path)? {
        let known = name == MANIFEST || FOLDERS.contains(&name.as_str());
        anyhow::ensure!(known, "`{name}` is no file of a backup");
    }
    for folder in FOLDERS {
        walk_below(&path.join(folder), folder, DEPTH_MAX, take)?;
    }
    let manifest = path.join(MANIFEST);
    anyhow::ensure!(manifest.is_file(), "it is not whole: it has no `{MANIFEST}`");
    walk_file(&manifest, MANIFEST, take)
}

fn walk_below(path: &Path, name: &str, depth: usize, take: &mut Taker<'_>) -> anyhow::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let depth = depth.checked_sub(1).context("folders within folders without end")?;
    for each in names(path)? {
        let (below, name) = (path.join(&each), format!("{name}/{each}"));
        let kind = fs::symlink_metadata(&below)?.file_type();
        if kind.is_dir() {
            walk_below(&below, &name, depth, take)?;
        } else {
            anyhow::ensure!(kind.is_file() && is_name(&name), "`{name}` is no file of a backup");
            walk_file(&below, &name, take)?;
        }
    }
    Ok(())
}

fn walk_file(path: &Path, name: &str, take: &mut Taker<'_>) -> anyhow::Result<()> {
    let mut file = fs::File::open(path)?;
    let octets = file.metadata()?.len();
    take(name, octets, &mut file)
}

/// Names in a folder, in order.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        names.push(name.into_string().map_err(|it| anyhow::anyhow!("{it:?} is no name"))?);
    }
    names.sort_unstable();
    Ok(names)
}
