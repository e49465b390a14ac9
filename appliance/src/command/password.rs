//! `chancery password`: what a password is kept as.

use std::io::Read;

use anyhow::Context;
use vault::password;
use zeroize::Zeroizing;

/// Octets of a line that may be a password; it is refused by its characters.
const LINE_OCTETS_MAX: u64 = 4_096;

/// Reads a password, one line, from `from`; returns the line that `accounts` wants.
///
/// # Errors
///
/// There is none, or it is too long.
pub(super) fn hash(from: impl Read) -> anyhow::Result<String> {
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
