//! One step of a task: a command that must succeed, with its name and time shown.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, ensure};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs a command and fails when it does.
///
/// # Errors
///
/// The command cannot be started, or ends with another status than 0.
pub(crate) fn run(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments);
    run_command(&mut command)
}

/// Runs `cargo`, the one this task was started by.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    run(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// Runs a prepared command and fails when it does.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn run_command(command: &mut Command) -> anyhow::Result<()> {
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|it| it.to_string_lossy().into_owned())
        .collect();
    let line = words.join(" ");
    say(&format!("▸ {line}"));
    let began = Instant::now();
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    ensure!(status.success(), "`{line}` failed ({status})");
    say(&format!("  done in {:.1} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// Where cargo builds to.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Tells whoever waits.
#[expect(clippy::print_stderr, reason = "a task talks to the person at the terminal")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
