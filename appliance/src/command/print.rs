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

/// Writes to standard error; that nobody reads it is nobody's trouble.
pub(crate) fn complain(text: &str) {
    std::io::stderr().lock().write_all(text.as_bytes()).ok();
}

/// Rows below their heads, in columns as wide as they must be.
pub(crate) fn table<const N: usize>(
    heads: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let rows = rows.into_iter().map(|row| row.map(|cell| harmless(&cell)));
    let rows: Vec<[String; N]> = std::iter::once(heads.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|it| it.get(column));
        cells.map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    rows.iter()
        .map(|row| {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            format!("{}\n", cells.join("  ").trim_end())
        })
        .collect()
}

/// What a stranger wrote, on one line and without what a terminal obeys.
pub(crate) fn harmless(text: &str) -> String {
    let turns = |it: char| matches!(it, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|it| if it.is_control() || turns(it) { '\u{fffd}' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_that_a_stranger_wrote() {
        let rows = [["a\u{1b}[2Jb\nc".to_owned()], ["gpj\u{202e}.exe".to_owned()]];
        let expected = "HEAD\na\u{fffd}[2Jb\u{fffd}c\ngpj\u{fffd}.exe\n";
        assert_eq!(table(["HEAD"], rows), expected);
    }
}
