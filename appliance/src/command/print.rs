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

/// Characters of a cell that are shown; one long subject must not make every line long.
const CELL_CHARS_MAX: usize = 72;

/// Rows below their heads, in columns as wide as they must be.
pub(crate) fn table<const N: usize>(
    heads: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let rows = rows.into_iter().map(|row| row.map(|cell| short(&harmless(&cell))));
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

fn short(cell: &str) -> String {
    match cell.char_indices().nth(CELL_CHARS_MAX) {
        None => cell.to_owned(),
        Some(_) => cell.chars().take(CELL_CHARS_MAX.saturating_sub(1)).chain(['…']).collect(),
    }
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
    fn a_long_cell_is_cut() {
        let row = |count: usize| [["x".repeat(count)]];
        assert_eq!(table(["H"], row(CELL_CHARS_MAX)).lines().last().map(str::len), Some(72));
        let cut = table(["H"], row(1_000));
        let last = cut.lines().last().unwrap();
        assert_eq!(last.chars().count(), 72);
        assert!(last.ends_with("x…"));
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_stranger_wrote() {
        let rows = [["a\u{1b}[2Jb\nc".to_owned()], ["gpj\u{202e}.exe".to_owned()]];
        let expected = "HEAD\na\u{fffd}[2Jb\u{fffd}c\ngpj\u{fffd}.exe\n";
        assert_eq!(table(["HEAD"], rows), expected);
    }
}
