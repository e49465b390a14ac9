//! Clients that other people wrote: Python's libraries and swaks.

use std::process::{Command, Output};

use anyhow::{Context, ensure};

/// Runs a program in Python 3 with `arguments` and returns what it printed.
///
/// # Errors
///
/// It cannot be started or ends with an error, which is shown.
pub fn python(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("python3").arg("-c").arg(program).args(arguments).output();
    let output = output.context("cannot start python3; install it: apt-get install python3")?;
    ensure!(output.status.success(), "python3 failed:\n{}", shown(&output));
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs swaks and returns its transcript.
///
/// # Errors
///
/// It cannot be started, or the server did not take the message.
pub fn swaks(arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("swaks").args(arguments).output().context(
        "cannot start swaks; install it: apt-get install --no-install-recommends swaks \
         libnet-ssleay-perl",
    )?;
    ensure!(output.status.success(), "swaks failed ({}):\n{}", output.status, shown(&output));
    Ok(String::from_utf8(output.stdout)?)
}

fn shown(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()];
    both.map(|it| String::from_utf8_lossy(it).into_owned()).join("\n")
}
