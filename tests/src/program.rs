//! The program under test: `chancery`, built with faults on demand, which no release has.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, ensure};

/// Only programs with the feature `faults` hold these octets.
const MARK: &[u8] = b"X-Chancery-Fault";

/// The path of `chancery`. The first call builds it, unless `CHANCERY_PROGRAM` names one.
///
/// # Errors
///
/// It does not build, or has no faults on demand.
pub fn chancery() -> anyhow::Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| match std::env::var_os("CHANCERY_PROGRAM") {
        Some(path) => Ok(PathBuf::from(path)),
        None => build().map_err(|error| format!("{error:#}")),
    });
    built.clone().map_err(|error| anyhow::anyhow!("cannot build the program under test: {error}"))
}

/// The path of `writ`. The first call builds it, unless `CHANCERY_WRIT` names one.
///
/// # Errors
///
/// It does not build.
pub fn writ() -> anyhow::Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| match std::env::var_os("CHANCERY_WRIT") {
        Some(path) => Ok(PathBuf::from(path)),
        None => {
            let built = cargo(&["build", "--quiet", "--package", "writ"]);
            built.map(|()| target().join("debug/writ")).map_err(|error| format!("{error:#}"))
        }
    });
    built.clone().map_err(|error| anyhow::anyhow!("cannot build `writ`: {error}"))
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Builds with cargo, which does nothing when nothing changed, and keeps a copy: a build without
/// the feature, such as `cargo demo`, writes to the same path.
fn build() -> anyhow::Result<PathBuf> {
    let target = target();
    let kept = target.join("tests");
    fs::create_dir_all(&kept)?;
    let turn = File::create(kept.join("turn"))?;
    turn.lock().context("another test program builds")?;
    cargo(&["build", "--quiet", "--package", "appliance", "--features", "faults"])?;
    let program = fs::read(target.join("debug/chancery"))?;
    ensure!(
        program.windows(MARK.len()).any(|it| it == MARK),
        "somebody built `chancery` without the feature `faults` at the same time; try again"
    );
    let path = kept.join("chancery");
    if fs::read(&path).is_ok_and(|it| it == program) {
        return Ok(path);
    }
    // Under its name only when it is whole; those who run the one before keep it.
    let part = kept.join("chancery.part");
    fs::copy(target.join("debug/chancery"), &part)?;
    fs::rename(&part, &path)?;
    Ok(path)
}

/// Where cargo builds to.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(cargo)
        .current_dir(workspace())
        .args(arguments)
        .output()
        .context("cannot start cargo")?;
    ensure!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Ok(())
}
