//! `chancery password`: what a password is kept as.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use anyhow::Context;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use vault::password;
use zeroize::Zeroizing;

/// Octets of a line that may be a password; it is refused by its characters.
const LINE_OCTETS_MAX: u64 = 4_096;

/// Reads a password from standard input, and asks for it where that is a terminal; returns the line
/// that `accounts` wants.
///
/// # Errors
///
/// There is none, it is too long, or it was typed in two ways.
pub(super) fn run() -> anyhow::Result<String> {
    if !io::stdin().is_terminal() {
        return hash(io::stdin().lock());
    }
    let (password, again) = (typed("Password: ")?, typed("The same again: ")?);
    anyhow::ensure!(*password == *again, "these are two passwords; nothing was made");
    hash(password.as_bytes())
}

/// Asks for a line that is not shown.
fn typed(prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    // Before it is asked: what a quick hand types would be shown, or thrown away.
    let hidden = Hidden::new()?;
    let mut err = io::stderr().lock();
    err.write_all(prompt.as_bytes())?;
    err.flush()?;
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(LINE_OCTETS_MAX).read_line(&mut line);
    drop(hidden);
    // The key that ended the line was not shown either.
    err.write_all(b"\n")?;
    read.context("cannot read the password")?;
    Ok(line)
}

/// While this lives, the terminal shows nothing of what is typed.
struct Hidden(Termios);

impl Hidden {
    fn new() -> anyhow::Result<Self> {
        let before = tcgetattr(io::stdin()).context("cannot ask the terminal")?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)
            .context("the terminal cannot hide what is typed")?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        tcsetattr(io::stdin(), OptionalActions::Now, &self.0).ok();
    }
}

/// Reads a password, one line, from `from`; returns the line that `accounts` wants.
///
/// # Errors
///
/// There is none, or it is too long.
fn hash(from: impl Read) -> anyhow::Result<String> {
    let mut text = Zeroizing::new(String::new());
    from.take(LINE_OCTETS_MAX).read_to_string(&mut text).context("cannot read the password")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    anyhow::ensure!(!line.contains(['\n', '\r', '\0']), "a password is one line");
    Ok(format!("{}\n", password::hash(line)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_hashed() {
        let made = hash(&b"tulip\r\n"[..]).unwrap();
        assert!(password::verify(made.trim_end(), "tulip"));
        for text in ["", "\n", "two\nlines\n"] {
            assert!(hash(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
