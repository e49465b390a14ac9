//! What the program says to who called it.

use std::io::Write;

/// Writes to standard output.
///
/// # Errors
///
/// It is closed.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}
