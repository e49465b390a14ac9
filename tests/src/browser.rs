//! A real browser without scripts: headless Chromium, driven by playwright-core.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::program::workspace;

/// Runs a program of `tests/browser` with these settings; returns the JSON object it prints.
///
/// # Errors
///
/// A tool is missing (the message says what installs it), or the program failed; what it said is
/// shown.
pub fn drive(program: &str, settings: &[(&str, &str)]) -> anyhow::Result<Value> {
    let modules = std::env::var("NODE_PATH")
        .unwrap_or_else(|_| workspace().join("target/tools/node_modules").display().to_string());
    ensure!(
        Path::new(&modules).join("playwright-core").is_dir()
            && Path::new("/usr/bin/chromium").exists(),
        "Chromium or playwright-core is missing; install both with: cargo xtask tools"
    );
    let output = Command::new("node")
        .arg(workspace().join("tests/browser").join(program))
        .env("NODE_PATH", modules)
        .envs(settings.iter().copied())
        .output()
        .context("cannot start node; install it with: cargo xtask tools")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} failed ({}):\n{errors}", output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("{program} printed no JSON"))
}
