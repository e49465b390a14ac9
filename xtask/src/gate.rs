//! The gate: what must hold before a change is taken.

use std::{path::Path, process::Command};

use anyhow::Context;

use crate::{boundaries, laws, step, tidy, tools};

/// The checks that need nothing but the toolchain.
///
/// # Errors
///
/// The first that fails.
pub(crate) fn check() -> anyhow::Result<()> {
    step::cargo(&["fmt", "--all", "--check"])?;
    boundaries::check()?;
    tidy::check()?;
    step::cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
}

/// Everything.
///
/// # Errors
///
/// The first that fails, or a tool that cannot be installed.
pub(crate) fn test() -> anyhow::Result<()> {
    tools::install()?;
    check()?;
    // All packages in one command: of fewer, cargo would build what they stand on once more, with
    // other features. The tests of `writ` build the program that the black-box tests run.
    let mut tests = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    tests.args(["test", "--workspace", "--quiet"]);
    tests.env("NODE_PATH", tools::node_modules());
    tests.env("CHANCERY_WRIT", step::target().join("debug/writ"));
    step::run_command(&mut tests)?;
    laws::check_briefly()
}

/// Writes the generated parts of the manual; the test that holds them against the program does it.
///
/// # Errors
///
/// The program does not build, or a page lacks the marks of its part.
pub(crate) fn manual() -> anyhow::Result<()> {
    let mut test = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    test.args(["test", "--quiet", "--package", "writ", "--bin", "writ", "generated_parts"]);
    test.env("CHANCERY_MANUAL_WRITE", "1");
    step::run_command(&mut test)
}

/// Sends every message below `folder` through a freshly started appliance and `writ extract`.
///
/// # Errors
///
/// Something crashed over one of them.
pub(crate) fn sweep(folder: &Path) -> anyhow::Result<()> {
    step::cargo(&["build", "--quiet", "--package", "writ"])?;
    let folder = folder.to_str().context("a folder in UTF-8")?;
    step::cargo(&["run", "--quiet", "--package", "tests", "--bin", "sweep", "--", folder])
}

/// Builds and runs a program of the workspace `bench/`.
///
/// # Errors
///
/// It does not build, or an answer of ours is wrong.
pub(crate) fn bench(program: &str) -> anyhow::Result<()> {
    // `check` starts it.
    step::cargo(&[BUILD, IN_BENCH, &["--bin", "resident"]].concat())?;
    step::cargo(&[RUN, IN_BENCH, &["--bin", program]].concat())
}

/// The same with the peers, which take long to build.
///
/// # Errors
///
/// As [`bench`]; or an answer differs from a peer's.
pub(crate) fn bench_beside_peers(program: &str) -> anyhow::Result<()> {
    step::cargo(&[RUN, IN_BENCH, &["--all-features", "--bin", program]].concat())
}

/// Builds `writ` as it is shipped, and types into its language server.
///
/// # Errors
///
/// As [`bench`].
pub(crate) fn bench_lsp() -> anyhow::Result<()> {
    step::cargo(&[BUILD, &["--package", "writ"]].concat())?;
    step::cargo(&[RUN, IN_BENCH, &["--bin", "lsp", "--", "target/release/writ"]].concat())
}

/// Runs a task of the program that puts the gateway under load.
///
/// # Errors
///
/// As [`bench`]; or a tool is missing, which is told.
pub(crate) fn load(task: &str, rest: &[&str]) -> anyhow::Result<()> {
    step::cargo(&[BUILD, &["--package", "appliance"]].concat())?;
    let program = ["--package", "load", "--"];
    step::cargo(&[RUN, IN_BENCH, &program, &[task], &["target/release/chancery"], rest].concat())
}

const BUILD: &[&str] = &["build", "--quiet", "--release"];
const RUN: &[&str] = &["run", "--quiet", "--release"];
const IN_BENCH: &[&str] = &["--manifest-path", "bench/Cargo.toml"];
