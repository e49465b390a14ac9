//! The files of a tree, for the places that diagnostics and traces name.

use grammar::tree::{FileId, Span};

/// Path and text of every file, in the order of their [`FileId`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    path: String,
    /// Offset of the first byte of each line.
    lines: Vec<u32>,
}

/// Path of the file and 1-based line.
pub(crate) type Place = (String, u32);

impl Sources {
    /// Adds a file; its id is the number of those before it.
    pub(crate) fn add(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let after = breaks.map(|at| u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX));
        let lines = std::iter::once(0).chain(after).collect();
        self.files.push(File { path: path.to_owned(), lines });
        id
    }

    /// Where a span starts.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        let file = usize::try_from(span.file.0).ok().and_then(|it| self.files.get(it))?;
        let line = file.lines.partition_point(|it| *it <= span.start);
        Some((file.path.clone(), u32::try_from(line).unwrap_or(u32::MAX)))
    }

    /// The path of a file.
    pub(crate) fn path(&self, file: FileId) -> Option<&str> {
        usize::try_from(file.0).ok().and_then(|it| self.files.get(it)).map(|it| it.path.as_str())
    }
}
