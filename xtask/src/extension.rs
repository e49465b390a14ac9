//! The extension for Visual Studio Code as one file, to install or to publish.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::step;

/// Where it is written, from the root of the repository.
const PACKAGE: &str = "target/writ.vsix";

/// What must be in it: the parts that `package.json` names, and the library that talks with `writ lsp`.
const PARTS: &[&str] = &[
    "extension/package.json",
    "extension/client.js",
    "extension/language-configuration.json",
    "extension/writ.tmLanguage.json",
    "extension/readme.md",
    "extension/node_modules/vscode-languageclient/package.json",
    "extension/node_modules/vscode-languageclient/License.txt",
    "extension/node_modules/vscode-jsonrpc/package.json",
];

/// Octets of the package; without what `.vscodeignore` leaves out it is twice as large.
const OCTETS_MAX: u64 = 300_000;

/// Packs the extension in a copy, so that nothing is left in the folder, and looks into the package.
///
/// # Errors
///
/// npm is not there or fails; the package lacks a part, or is larger than it should be.
pub(crate) fn package() -> anyhow::Result<()> {
    let folder = step::root().join("target/extension");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(step::root().join("editors/vscode"))? {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().context("a file has a name")?;
            fs::copy(&path, folder.join(name))?;
        }
    }
    npm(&folder, &["install", "--no-audit", "--no-fund", "--ignore-scripts"])?;
    let package = step::root().canonicalize()?.join(PACKAGE);
    let out = package.to_string_lossy();
    npm(&folder, &["run", "package", "--", "--out", &out])?;
    let listed = listed(&package)?;
    for part in PARTS {
        ensure!(listed.iter().any(|it| it == part), "{PACKAGE} lacks {part}");
    }
    let octets = fs::metadata(&package)?.len();
    ensure!(
        octets <= OCTETS_MAX,
        "{PACKAGE} has {octets} octets; more than {OCTETS_MAX} is too much"
    );
    step::say(&format!("  {PACKAGE}: {} files, {octets} octets", listed.len()));
    Ok(())
}

fn npm(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut npm = Command::new("npm");
    npm.args(arguments).current_dir(folder).stdout(Stdio::null());
    step::run_command(&mut npm)
}

/// The names of what is in an archive.
fn listed(archive: &Path) -> anyhow::Result<Vec<String>> {
    let script = "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";
    let mut list = Command::new("python3");
    let output = list.args(["-c", script]).arg(archive).output()?;
    ensure!(output.status.success(), "{} is no archive", archive.display());
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}
