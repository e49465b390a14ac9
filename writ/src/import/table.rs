//! Tables: a heading row, then a row for each thing, as spreadsheets write them.

use super::record::Cell;

/// Rows of one table.
pub(crate) const ROWS_MAX: usize = 100_000;

/// The headings, and each row with its line.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) headings: Vec<String>,
    /// 1-based lines, and the values under the headings.
    pub(crate) rows: Vec<(u64, Vec<Cell>)>,
}

/// Why a text is not a table.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum TableError {
    /// Nothing is in it.
    #[error("the table is empty; its first row has the names of the columns")]
    Empty,
    /// Lengths differ.
    #[error("line {line}: this row has {row} fields, and the first row has {headings}")]
    Fields {
        /// 1-based.
        line: u64,
        /// Fields of the row.
        row: usize,
        /// Names of columns.
        headings: usize,
    },
    /// A quote is opened and never closed, so that a field would swallow all rows after it.
    #[error(
        "a quote (\") is opened and not closed; the last row that is whole ends before line {line}"
    )]
    Quote {
        /// 1-based: where the last row begins.
        line: u64,
    },
    /// The library for tables refuses a row.
    #[error("line {line}: this row is not in the form of CSV")]
    Row {
        /// 1-based.
        line: u64,
    },
    /// More rows than are read.
    #[error("the table has more than {ROWS_MAX} rows")]
    Rows,
}

/// Reads a table; commas, semicolons or tabs stand between the fields.
///
/// # Errors
///
/// [`TableError`] with the line.
pub(crate) fn read(text: &str) -> Result<Table, TableError> {
    let (delimiter, text, skipped) = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut last = 1;
    for row in reader.records() {
        let row = row.map_err(|error| TableError::Row {
            line: error.position().map_or(1, csv::Position::line).saturating_add(skipped),
        })?;
        let line = row.position().map_or(1, csv::Position::line).saturating_add(skipped);
        last = line;
        if row.iter().all(|it| it.trim().is_empty()) {
            continue;
        }
        if table.headings.is_empty() {
            table.headings = row.iter().map(|it| it.trim().to_owned()).collect();
            continue;
        }
        let (fields, headings) = (row.len(), table.headings.len());
        if fields != headings {
            return unclosed(text, last).and(Err(TableError::Fields {
                line,
                row: fields,
                headings,
            }));
        }
        if table.rows.len() == ROWS_MAX {
            return Err(TableError::Rows);
        }
        let cells = table.headings.iter().cloned().zip(row.iter().map(str::to_owned));
        table.rows.push((line, cells.collect()));
    }
    unclosed(text, last)?;
    if table.headings.is_empty() {
        return Err(TableError::Empty);
    }
    Ok(table)
}

/// Every quote of a table is one of a pair.
fn unclosed(text: &str, line: u64) -> Result<(), TableError> {
    if text.matches('"').count() % 2 == 1 {
        return Err(TableError::Quote { line });
    }
    Ok(())
}

/// What stands between the fields, the text without the line that says it, and the lines left out:
/// spreadsheets of some countries write semicolons, and some say so in a first line `sep=;`.
fn delimiter(text: &str) -> (u8, &str, u64) {
    let first = text.lines().next().unwrap_or_default();
    let said = first.trim_matches('"').strip_prefix("sep=").and_then(|it| it.bytes().next());
    if let Some(said) = said.filter(|it| b",;\t|".contains(it)) {
        let rest = text.split_once('\n').map_or("", |it| it.1);
        return (said, rest, 1);
    }
    let count = |it: char| first.matches(it).count();
    if count('\t') > count(',').max(count(';')) {
        (b'\t', text, 0)
    } else if count(';') > count(',') {
        (b';', text, 0)
    } else {
        (b',', text, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_read() {
        for text in [
            "a,b\r\n1,\"x,\"\"y\"\"\nz\"\r\n\r\n,\r\n2,3\r\n",
            "a;b\r\n1;\"x,\"\"y\"\"\nz\"\r\n;\r\n2;3",
            "sep=;\r\na;b\r\n1;\"x,\"\"y\"\"\nz\"\r\n2;3\r\n",
            "a\tb\n1\t\"x,\"\"y\"\"\nz\"\n2\t3\n",
        ] {
            let table = read(text).unwrap();
            assert_eq!(table.headings, ["a", "b"]);
            let cell = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            assert_eq!(table.rows[0].1, [cell("a", "1"), cell("b", "x,\"y\"\nz")], "{text}");
            assert_eq!(table.rows[1].1, [cell("a", "2"), cell("b", "3")]);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(read("").unwrap_err(), TableError::Empty);
        let fields = TableError::Fields { line: 3, row: 1, headings: 2 };
        assert_eq!(read("a,b\n1,2\n3\n").unwrap_err(), fields);
        let quote = TableError::Quote { line: 2 };
        assert_eq!(read("a,b\n1,\"2\n3,4\n5,6\n").unwrap_err(), quote);
    }
}
