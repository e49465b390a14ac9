//! The files of a tree, for the places that diagnostics and traces name.

use std::sync::Arc;

use grammar::tree::{FileId, Span};

/// Path and text of every file, in the order of their [`FileId`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    path: Arc<str>,
    /// Offset of the first byte of each line.
    lines: Vec<u32>,
}

/// Path of the file and 1-based line.
pub(crate) type Place = (String, u32);

/// The same, with a path that all clauses of a file share.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Line {
    pub(crate) path: Arc<str>,
    /// 1-based.
    pub(crate) number: u32,
}

impl Line {
    /// As decisions tell it.
    pub(crate) fn to_place(&self) -> Place {
        (self.path.as_ref().to_owned(), self.number)
    }
}

impl Sources {
    /// Adds a file; its id is the number of those before it.
    pub(crate) fn add(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let after = breaks.map(|at| u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX));
        let lines = std::iter::once(0).chain(after).collect();
        self.files.push(File { path: Arc::from(path), lines });
        id
    }

    /// Where a span starts.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        self.line(span).map(|it| it.to_place())
    }

    /// The same, sharing the path.
    pub(crate) fn line(&self, span: Span) -> Option<Line> {
        let file = usize::try_from(span.file.0).ok().and_then(|it| self.files.get(it))?;
        let line = file.lines.partition_point(|it| *it <= span.start);
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        Some(Line { path: Arc::clone(&file.path), number })
    }

    /// The path of a file.
    pub(crate) fn path(&self, file: FileId) -> Option<&str> {
        usize::try_from(file.0).ok().and_then(|it| self.files.get(it)).map(|it| it.path.as_ref())
    }
}
