//! House rules that no lint knows.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// Lines of a source file, tests left out, before it must be looked at twice.
const LINES_MAX: usize = 500;
/// Names that say nothing.
const BANNED_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "common", "misc"];
/// What must not be left behind; split so that this file does not hold it.
const LEFT_OVER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("dbg", "!(")];
/// Markup that the portal must never make.
const SCRIPTS: &[&str] = &[concat!("<scr", "ipt"), concat!("javascr", "ipt:")];

/// Fails when a rule is broken, with every place.
///
/// # Errors
///
/// The places, one a line.
pub(crate) fn check() -> anyhow::Result<()> {
    let mut faults = Vec::new();
    for path in sources(Path::new("."))? {
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        look(&path, &text, &mut faults);
    }
    crates_take_the_lints(&mut faults)?;
    if faults.is_empty() {
        crate::step::say("  tidy");
        return Ok(());
    }
    bail!("not tidy:\n{}", faults.join("\n"));
}

fn look(path: &Path, text: &str, faults: &mut Vec<String>) {
    let mut fault = |what: &str| faults.push(format!("{}: {what}", path.display()));
    if !text.starts_with("//!") {
        fault("does not begin with a `//!` line that says what it is");
    }
    let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
    let folders = || path.components().map(|it| it.as_os_str());
    let is_test = stem.ends_with("tests") || folders().any(|it| it == "tests");
    let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
    let shown = text.get(..tests).unwrap_or(text);
    let lines = shown.lines().count();
    if LINES_MAX < lines && !is_test {
        fault(&format!("has {lines} lines; is it one thing?"));
    }
    if BANNED_NAMES.contains(&stem) {
        fault("has a name that says nothing");
    }
    for word in LEFT_OVER.iter().filter(|it| text.contains(**it)) {
        fault(&format!("holds `{word}`"));
    }
    if folders().any(|it| it == "portal") && !is_test {
        for word in SCRIPTS.iter().filter(|it| markup(shown).contains(**it)) {
            fault(&format!("makes `{word}`"));
        }
    }
}

/// The text without comments, which may speak of anything.
fn markup(text: &str) -> String {
    let code = text.lines().filter(|it| !it.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

fn crates_take_the_lints(faults: &mut Vec<String>) -> anyhow::Result<()> {
    let root = fs::read_to_string("Cargo.toml")?;
    let members = root.lines().find_map(|it| it.strip_prefix("members = ")).unwrap_or_default();
    for member in members.split('"').skip(1).step_by(2) {
        let manifest = fs::read_to_string(Path::new(member).join("Cargo.toml"))?;
        if !manifest.contains("[lints]\nworkspace = true") {
            faults.push(format!("{member}/Cargo.toml: does not take the lints of the workspace"));
        }
    }
    Ok(())
}

fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            if name.starts_with('.') || name == "target" || name == "node_modules" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        let mut faults = Vec::new();
        look(Path::new(path), text, &mut faults);
        faults.len()
    }

    #[test]
    fn each_rule_finds_its_fault() {
        assert_eq!(faults("wire/src/a.rs", "//! A.\n"), 0);
        assert_eq!(faults("wire/src/a.rs", "fn a() {}\n"), 1);
        assert_eq!(faults("wire/src/util.rs", "//! A.\n"), 1);
        assert_eq!(faults("wire/src/a.rs", &"//! A.\n".repeat(501)), 1);
        assert_eq!(faults("wire/src/tests.rs", &"//! A.\n".repeat(501)), 0);
        assert_eq!(faults("portal/src/a.rs", concat!("//! A.\nlet a = \"<scr", "ipt>\";\n")), 1);
    }
}
