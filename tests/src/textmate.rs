//! The `TextMate` engine of Visual Studio Code, run by node.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::program::workspace;

/// A text and its scopes.
pub type Token = (String, Vec<String>);

/// Tokenises a file with a grammar: for each line, pairs of a text and its scopes.
///
/// # Errors
///
/// A tool is missing (the message says what installs it), or the grammar cannot be loaded.
pub fn tokenise(grammar: &Path, text: &Path) -> anyhow::Result<Vec<Vec<Token>>> {
    let modules = std::env::var("NODE_PATH")
        .unwrap_or_else(|_| workspace().join("target/tools/node_modules").display().to_string());
    let has = |name: &str| Path::new(&modules).join(name).is_dir();
    ensure!(
        has("vscode-textmate") && has("vscode-oniguruma"),
        "vscode-textmate or vscode-oniguruma is missing; install both with: cargo xtask tools"
    );
    let output = Command::new("node")
        .arg(workspace().join("tests/textmate/tokenise.mjs"))
        .env("NODE_PATH", modules)
        .env("GRAMMAR", grammar)
        .env("TEXT", text)
        .output()
        .context("cannot start node; install it with: cargo xtask tools")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the tokeniser failed ({}):\n{errors}", output.status);
    let printed: Value = serde_json::from_slice(&output.stdout)?;
    let lines = printed.get("lines").context("it printed no lines")?;
    Ok(serde_json::from_value(lines.clone())?)
}
