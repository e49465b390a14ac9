//! The files that spans point into.

use crate::tree::{FileId, Span};

/// One file of a rule tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceFile {
    /// What to call it, usually relative to the folder of the tree.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files of a rule tree; a [`FileId`] is an index into them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Sources {
    /// In the order in which they were parsed.
    pub files: Vec<SourceFile>,
}

/// A place for people: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Sources {
    /// Adds a file and returns what to call it in spans.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path: path.into(), text: text.into() });
        id
    }

    /// The file, if the id is one of these.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        usize::try_from(id.0).ok().and_then(|index| self.files.get(index))
    }

    /// What stands at the span; empty when it is not in these files.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|file| file.text.get(offset(span.start)..offset(span.end)))
            .unwrap_or("")
    }

    /// Where the span begins.
    #[must_use]
    pub fn start(&self, span: Span) -> Position {
        self.file(span.file)
            .map_or(Position { line: 1, column: 1 }, |file| file.position(span.start))
    }

    /// Where the span ends.
    #[must_use]
    pub fn end(&self, span: Span) -> Position {
        self.file(span.file).map_or(Position { line: 1, column: 1 }, |file| file.position(span.end))
    }
}

impl SourceFile {
    /// Line and column of an offset; one beyond the text is its end.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let before = self.before(at);
        let line_start = before.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.get(line_start..).unwrap_or("").chars().count().saturating_add(1);
        Position { line, column }
    }

    /// The text of the line that an offset is in, without its line break.
    #[must_use]
    pub fn line_at(&self, at: u32) -> &str {
        let before = self.before(at);
        let start = before.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let line = self.text.get(start..).unwrap_or("");
        line.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    /// The text before an offset, cut back to a whole character.
    fn before(&self, at: u32) -> &str {
        let end = self.text.floor_char_boundary(offset(at));
        self.text.get(..end).unwrap_or("")
    }
}

fn offset(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
