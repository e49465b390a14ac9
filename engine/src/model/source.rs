//! The files of a tree, for the places that diagnostics and traces name.
//!
//! A file may be read in parts, each with a [`FileId`] of its own; places are those of the file.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxBuildHasher;

use grammar::{
    diagnostic::Diagnostic,
    tree::{FileId, Span},
};

/// A map by files or places, whose numbers are ours and need no strong hash. Whoever goes through it does
/// not mind the order.
#[expect(clippy::disallowed_types, reason = "its hasher is fixed, and its order is of no account")]
pub(crate) type Placed<K, V> = std::collections::HashMap<K, V, FxBuildHasher>;

/// Path and lines of everything that was parsed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    parts: Placed<FileId, Part>,
    files: u32,
    /// Sets of fingerprints, by path.
    sets: BTreeMap<String, (FileId, Arc<str>)>,
}

/// A file, or a part of one.
#[derive(Clone, Debug)]
struct Part {
    path: Arc<str>,
    /// The number of the file among all files.
    file: FileId,
    /// Octets and lines of the file before this part.
    start: u32,
    lines_before: usize,
    /// Octets of the part.
    octets: u32,
    /// Offset of the first byte of each line of the part.
    lines: Arc<[u32]>,
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
    /// Adds a file that is read whole; its id is the number of those before it.
    pub(crate) fn add(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(self.files);
        self.add_parts(&Self::default(), path, [(id, text)]);
        id
    }

    /// Adds a file that holds a set of fingerprints.
    pub(crate) fn add_set(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(self.files);
        self.add_live_set(&Self::default(), path, id, text.into());
        id
    }

    /// The same for a file with a number of its own; its lines are not counted again where `before` has it.
    pub(crate) fn add_live_set(&mut self, before: &Self, path: &str, id: FileId, text: Arc<str>) {
        self.add_parts(before, path, [(id, &*text)]);
        self.sets.insert(path.to_owned(), (id, text));
    }

    /// The set of fingerprints of this path.
    pub(crate) fn set(&self, path: &str) -> Option<(FileId, &str)> {
        self.sets.get(path).map(|it| (it.0, &*it.1))
    }

    /// The paths of all sets of fingerprints.
    pub(crate) fn set_paths(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    /// Adds a file by its parts in order; the lines of those that `before` has are not counted again.
    pub(crate) fn add_parts<'p>(
        &mut self,
        before: &Self,
        path: &str,
        parts: impl IntoIterator<Item = (FileId, &'p str)>,
    ) {
        let (path, file): (Arc<str>, _) = (path.into(), FileId(self.files));
        self.files = self.files.saturating_add(1);
        let (mut start, mut lines_before) = (0_u32, 0_usize);
        for (id, text) in parts {
            let known = before.parts.get(&id).map(|it| Arc::clone(&it.lines));
            let lines = known.unwrap_or_else(|| lines_of(text));
            let more = lines.len().saturating_sub(1);
            let octets = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let path = Arc::clone(&path);
            self.parts.insert(id, Part { path, file, start, lines_before, octets, lines });
            start = start.saturating_add(octets);
            lines_before = lines_before.saturating_add(more);
        }
    }

    /// Where a span starts.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        self.line(span).map(|it| it.to_place())
    }

    /// The same, sharing the path.
    pub(crate) fn line(&self, span: Span) -> Option<Line> {
        let part = self.parts.get(&span.file)?;
        let inside = part.lines.partition_point(|it| *it <= span.start);
        let number = u32::try_from(part.lines_before.saturating_add(inside)).unwrap_or(u32::MAX);
        Some(Line { path: Arc::clone(&part.path), number })
    }

    /// The lines that a place stands on, with their line breaks.
    pub(crate) fn whole_lines(&self, span: Span) -> Span {
        let Some(file) = self.parts.get(&span.file) else { return span };
        let first = file.lines.partition_point(|it| *it <= span.start).saturating_sub(1);
        let after = file.lines.partition_point(|it| *it < span.end);
        Span {
            file: span.file,
            start: file.lines.get(first).copied().unwrap_or(span.start),
            end: file.lines.get(after).copied().unwrap_or(file.octets),
        }
    }

    /// The path of a file.
    pub(crate) fn path(&self, file: FileId) -> Option<&str> {
        self.parts.get(&file).map(|it| &*it.path)
    }

    /// What sorts spans by path and place.
    pub(crate) fn order(&self, span: Span) -> (Option<&str>, Span) {
        (self.path(span.file), self.in_file(span))
    }

    /// The span as the whole file counts.
    pub(crate) fn in_file(&self, span: Span) -> Span {
        let Some(part) = self.parts.get(&span.file) else { return span };
        let moved = |at: u32| at.saturating_add(part.start);
        Span { file: part.file, start: moved(span.start), end: moved(span.end) }
    }

    /// The finding with all its places as the whole files count.
    pub(crate) fn finding_in_file(&self, mut finding: Diagnostic) -> Diagnostic {
        finding.labels.iter_mut().for_each(|it| it.span = self.in_file(it.span));
        let edits = finding.fix.iter_mut().flat_map(|it| &mut it.edits);
        edits.for_each(|it| it.0 = self.in_file(it.0));
        finding
    }

    /// The start of the first file.
    pub(crate) fn first(&self) -> Span {
        let is_first = |it: &(&FileId, &Part)| it.1.file == FileId(0) && it.1.start == 0;
        let file = self.parts.iter().find(is_first).map_or(FileId(0), |it| *it.0);
        Span { file, start: 0, end: 0 }
    }
}

/// Offset of the first byte of each line.
fn lines_of(text: &str) -> Arc<[u32]> {
    let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
    let after = breaks.map(|at| u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX));
    std::iter::once(0).chain(after).collect()
}
