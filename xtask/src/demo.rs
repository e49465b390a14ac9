//! `cargo demo`: builds the appliance and runs its demonstration.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::Context;

fn main() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(&cargo)
        .current_dir(&root)
        .args(["build", "--package", "appliance", "--bin", "chancery"])
        .status()
        .context("cannot start cargo")?;
    anyhow::ensure!(built.success(), "the appliance could not be built");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), std::path::PathBuf::from);
    let status = Command::new(target.join("debug/chancery"))
        .arg("demo")
        .args(std::env::args_os().skip(1))
        .status()
        .context("cannot start the demonstration")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
