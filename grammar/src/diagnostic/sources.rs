//! The files that spans point into.

use std::sync::OnceLock;

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
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// In the order in which they were parsed.
    pub files: Vec<SourceFile>,
    /// For each file, where its lines begin; made when a place is first asked for.
    lines: Vec<OnceLock<Vec<u32>>>,
}

/// A place for people: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl FromIterator<SourceFile> for Sources {
    fn from_iter<I: IntoIterator<Item = SourceFile>>(files: I) -> Self {
        let files: Vec<SourceFile> = files.into_iter().collect();
        let lines = files.iter().map(|_| OnceLock::new()).collect();
        Self { files, lines }
    }
}

impl Sources {
    /// Adds a file and returns what to call it in spans.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path: path.into(), text: text.into() });
        self.lines.push(OnceLock::new());
        id
    }

    /// The files, in the order in which they were parsed.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Calls a file otherwise: as the reader of a finding could name it.
    pub fn rename(&mut self, id: FileId, path: impl Into<String>) {
        let index = usize::try_from(id.0).unwrap_or(usize::MAX);
        if let Some(file) = self.files.get_mut(index) {
            file.path = path.into();
        }
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
        self.position(span.file, span.start)
    }

    /// Where the span ends.
    #[must_use]
    pub fn end(&self, span: Span) -> Position {
        self.position(span.file, span.end)
    }

    /// Line and column of an offset; one beyond the text is its end.
    #[must_use]
    pub fn position(&self, file: FileId, at: u32) -> Position {
        let Some((text, line, start)) = self.line(file, at) else {
            return Position { line: 1, column: 1 };
        };
        let end = text.floor_char_boundary(offset(at));
        let before = text.get(start..end).unwrap_or("");
        Position { line, column: before.chars().count().saturating_add(1) }
    }

    /// The text of the line that an offset is in, without its line break.
    #[must_use]
    pub fn line_at(&self, file: FileId, at: u32) -> &str {
        let Some((text, _, start)) = self.line(file, at) else { return "" };
        let line = text.get(start..).unwrap_or("");
        line.split(['\n', '\r']).next().unwrap_or("")
    }

    /// The text of a file, the number of the line that an offset is in, and where the line begins.
    fn line(&self, file: FileId, at: u32) -> Option<(&str, usize, usize)> {
        let index = usize::try_from(file.0).ok()?;
        let text = self.files.get(index)?.text.as_str();
        let starts = self.lines.get(index)?.get_or_init(|| line_starts(text));
        let line = starts.partition_point(|start| *start <= at);
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Some((text, line.max(1), offset(start)))
    }
}

/// Where the lines of a text begin. A line ends with LF, CR LF, or a CR alone.
fn line_starts(text: &str) -> Vec<u32> {
    let octets = text.as_bytes();
    let mut starts = vec![0];
    for (at, octet) in octets.iter().enumerate() {
        let after = at.saturating_add(1);
        let ends = *octet == b'\n' || (*octet == b'\r' && octets.get(after) != Some(&b'\n'));
        if ends {
            starts.push(u32::try_from(after).unwrap_or(u32::MAX));
        }
    }
    starts
}

fn offset(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
