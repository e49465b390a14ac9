//! Pages of a list: where one starts, how long it is.

use std::fmt;
use std::str::FromStr;

/// The most rows that any list gives at once.
pub const PAGE_ROWS_MAX: u32 = 500;

/// The row a page starts after: its time and its id. The text form is `time-id`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Deserialize, serde::Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    at_ms: i64,
    id: String,
}

/// A text is not that of a cursor.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is not a place in a list")]
pub struct CursorError;

/// The longest id in a cursor, in octets.
const ID_OCTETS_MAX: usize = 64;

impl Cursor {
    /// The place of the row with this time and id.
    #[must_use]
    pub fn new(at_ms: i64, id: impl Into<String>) -> Self {
        Self { at_ms, id: id.into() }
    }

    /// Before the first row of a list that begins with the newest.
    pub(crate) fn newest() -> Self {
        Self::new(i64::MAX, "")
    }

    /// Before the first row of a list that begins with the oldest.
    pub(crate) fn oldest() -> Self {
        Self::new(i64::MIN, "")
    }

    pub(crate) fn at_ms(&self) -> i64 {
        self.at_ms
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (at_ms, id) = text.split_once('-').ok_or(CursorError)?;
        let plain = !id.is_empty() && id.bytes().all(|it| it.is_ascii_alphanumeric());
        if !plain || ID_OCTETS_MAX < id.len() || !at_ms.bytes().all(|it| it.is_ascii_digit()) {
            return Err(CursorError);
        }
        at_ms.parse().map(|at_ms| Self::new(at_ms, id)).map_err(|_range| CursorError)
    }
}

impl TryFrom<String> for Cursor {
    type Error = CursorError;

    fn try_from(text: String) -> Result<Self, CursorError> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at_ms, self.id)
    }
}

/// `rows`, but no more than any list gives.
pub(crate) fn bounded(rows: u32) -> u32 {
    rows.min(PAGE_ROWS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        let cursor = Cursor::new(1_700_000_000_000, "abc234");
        assert_eq!(cursor.to_string(), "1700000000000-abc234");
        assert_eq!("1700000000000-abc234".parse(), Ok(cursor));
    }

    #[test]
    fn other_texts_are_refused() {
        for wrong in [
            "",
            "-",
            "7",
            "7-",
            "-a",
            "+7-a",
            "-7-a",
            "7-a-b",
            "7-a'b",
            "7-é",
            "99999999999999999999-a",
            &format!("7-{}", "a".repeat(65)),
        ] {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }
}
