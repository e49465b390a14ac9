//! Rules that are shipped, to decide by.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use engine::{Library, Program, Rules, SourceFile};

/// The rules of the shipped bank, with the shipped libraries.
///
/// # Errors
///
/// They are not there, or do not check.
pub fn program() -> Result<Program> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/examples/bank");
    let mut own = Vec::new();
    for name in ["organisation", "content", "policies"] {
        let path = format!("{name}.writ");
        let text = fs::read_to_string(folder.join(&path))?;
        own.push(SourceFile { path, text });
    }
    let of = |library: &rules::Library| -> Vec<SourceFile> {
        let file =
            |it: &rules::Shipped| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() };
        library.files.iter().map(file).collect()
    };
    let shipped: Vec<_> = rules::LIBRARIES.iter().map(|it| (it.name, of(it))).collect();
    let libraries: Vec<_> = shipped.iter().map(|(name, files)| Library { name, files }).collect();
    let (rules, findings) = Rules::load(&own, &libraries);
    Ok(rules.with_context(|| format!("{:?}", findings.first()))?.compile())
}
