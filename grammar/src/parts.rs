//! Cuts a file between its items, so that an edit costs the reading of a few items and not of the file.
//!
//! # Invariants
//!
//! - The parts of a text, one after the other, are the text.
//! - A text whose [`Part`]s all [stand alone](Parts::stand_alone) has the items and the findings of its
//!   parts, each moved by where its part begins. A text that does not is read whole.

use crate::{
    diagnostic::{Diagnostic, LINE_ENDS, MERGE, SPACE_ODD},
    forms::{block_form, is_item},
    layout::{Layout, Node, PieceKind, layout},
    limits::{DIAGNOSTICS_MAX, FILE_OCTETS_MAX},
    parse::{Begins, read},
    statement::Shapes,
    tree::{FileId, Tree},
};

/// Parts read again on either side of an edit: what an item is depends on its neighbours alone.
const NEIGHBOURS: usize = 1;

/// A piece of a file, read on its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its text; [`Tree::file`] is the part's own, and spans count from its start.
    pub text: String,
    /// What could be read.
    pub tree: Tree,
    /// What could not.
    pub diagnostics: Vec<Diagnostic>,
    editions: usize,
}

/// A file in parts.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    parts: Vec<Part>,
    octets: usize,
}

impl Parts {
    /// The parts in the order of the text; at least one once a text was [set](Self::set).
    #[must_use]
    pub fn all(&self) -> &[Part] {
        &self.parts
    }

    /// Puts a new text in the place of the old one. Parts that stay keep their [`FileId`]; `next` gives
    /// each new part one that was never given before.
    pub fn set(&mut self, text: &str, next: &mut impl FnMut() -> FileId) {
        if !self.splice(text, next) {
            self.parts = cut(text).into_iter().map(|it| it.to_owned()).map(unread).collect();
            self.read_all(next);
        }
        self.octets = text.len();
        if !self.stand_alone() {
            self.parts = vec![whole(text, next)];
        }
    }

    /// Whether reading the parts is reading the whole: only the first speaks of the edition, and nothing
    /// is over a limit.
    fn stand_alone(&self) -> bool {
        let first = self.parts.first().is_some_and(|it| it.editions > 0);
        let findings =
            self.parts.iter().map(|it| it.diagnostics.len()).fold(0, usize::saturating_add);
        // These are one finding for all of a file.
        let of_file = |it: &Diagnostic| [LINE_ENDS, MERGE, SPACE_ODD].contains(&it.code);
        first
            && !self.parts.iter().flat_map(|it| &it.diagnostics).any(of_file)
            && self.parts.iter().skip(1).all(|it| it.editions == 0)
            && findings <= DIAGNOSTICS_MAX
            && self.octets <= FILE_OCTETS_MAX
    }

    /// Reads the parts around the first difference again, as far as needed; false where nothing is left.
    fn splice(&mut self, text: &str, next: &mut impl FnMut() -> FileId) -> bool {
        let before = self.unchanged_before(text);
        if self.parts.len() < 2 || text.len() > FILE_OCTETS_MAX {
            return false;
        }
        let head: usize = octets(self.parts.iter().take(before));
        let rest = text.get(head..).unwrap_or_default();
        let after = self.unchanged_after(before, rest);
        let mut joined = NEIGHBOURS;
        loop {
            let kept = after.saturating_sub(joined);
            let first_kept = self.parts.len().saturating_sub(kept);
            let tail = octets(self.parts.iter().skip(first_kept));
            let Some(cut_off) = rest.len().checked_sub(tail) else { return false };
            // The item after the window decides whether there is a cut: it is looked at and not taken.
            let seen = self.parts.get(first_kept).map_or(0, |it| it.text.len());
            let window = rest.get(..cut_off.saturating_add(seen)).unwrap_or(rest);
            let mut pieces = cut(window);
            let length: usize = pieces.iter().map(|it| it.len()).sum();
            let last = pieces.pop().unwrap_or_default();
            if kept == 0 || length.saturating_sub(last.len()) == cut_off {
                if kept == 0 {
                    pieces.push(last);
                }
                let new: Vec<Part> = pieces.into_iter().map(str::to_owned).map(unread).collect();
                let old: Vec<Part> = self.parts.splice(before..first_kept, new).collect();
                self.take_over(before, old);
                self.read_all(next);
                return true;
            }
            joined = joined.saturating_mul(2);
        }
    }

    /// Parts at the start that an edit leaves alone, and the parts next to it with them.
    fn unchanged_before(&self, text: &str) -> usize {
        let mut rest = text;
        let mut same: usize = 0;
        for part in &self.parts {
            let Some(after) = rest.strip_prefix(part.text.as_str()) else { break };
            rest = after;
            same = same.saturating_add(1);
        }
        same.saturating_sub(NEIGHBOURS)
    }

    /// Parts at the end, none of those before `first`, that an edit leaves alone.
    fn unchanged_after(&self, first: usize, text: &str) -> usize {
        let mut rest = text;
        let mut same: usize = 0;
        for part in self.parts.iter().skip(first).rev() {
            let Some(before) = rest.strip_suffix(part.text.as_str()) else { break };
            rest = before;
            same = same.saturating_add(1);
        }
        same
    }

    /// Puts parts that were read before in the place of those with the same text. The first part of a
    /// file is read in its own way.
    fn take_over(&mut self, from: usize, mut old: Vec<Part>) {
        if from == 0 {
            old.drain(..old.len().min(1));
        }
        for part in self.parts.iter_mut().skip(from.max(1)).filter(|it| it.tree.file == UNREAD) {
            if let Some(at) = old.iter().position(|it| it.text == part.text) {
                *part = old.swap_remove(at);
            }
        }
    }

    /// Reads every part that was not.
    fn read_all(&mut self, next: &mut impl FnMut() -> FileId) {
        let mut shapes = Shapes::default();
        for (at, part) in self.parts.iter_mut().enumerate().filter(|it| it.1.tree.file == UNREAD) {
            let begins = if at == 0 { Begins::File } else { Begins::Part };
            let read = read(next(), &part.text, begins, &mut shapes);
            (part.tree, part.diagnostics, part.editions) =
                (read.tree, read.diagnostics, read.editions);
        }
    }
}

/// The file of a part that was not read yet.
const UNREAD: FileId = FileId(u32::MAX);

fn octets<'p>(parts: impl Iterator<Item = &'p Part>) -> usize {
    parts.map(|it| it.text.len()).fold(0, usize::saturating_add)
}

fn unread(text: String) -> Part {
    let tree = Tree::empty(UNREAD);
    Part { text, tree, diagnostics: Vec::new(), editions: 0 }
}

fn whole(text: &str, next: &mut impl FnMut() -> FileId) -> Part {
    let read = read(next(), text, Begins::File, &mut Shapes::default());
    let (tree, diagnostics, editions) = (read.tree, read.diagnostics, read.editions);
    Part { text: text.to_owned(), tree, diagnostics, editions }
}

/// Cuts a text where one item surely ends and another begins.
fn cut(text: &str) -> Vec<&str> {
    let layout = layout(text);
    let mut parts = Vec::new();
    let mut done = 0;
    for pair in layout.nodes.windows(2) {
        let [one, other] = pair else { continue };
        if let Some(at) = between(text, &layout, one, other) {
            parts.extend(text.get(done..at));
            done = at;
        }
    }
    parts.extend(text.get(done..));
    parts
}

/// Where the line of the `}` of `one` ends, when nothing that matters stands between it and `other`.
fn between(text: &str, layout: &Layout, one: &Node, other: &Node) -> Option<usize> {
    let Node::Block(block) = one else { return None };
    let (head, _, close) = (block.head?, block.open?, block.close?);
    let written = |piece: usize| layout.pieces.get(piece).map_or("", |it| it.of(text));
    let next = other.line()?.first;
    let items = block_form(written(head.first)).is_some()
        && is_item(written(head.first))
        && is_item(written(next))
        && written(next) != "writ";
    let gap = layout.pieces.get(close.saturating_add(1)..next)?;
    let at_margin = gap.last().is_some_and(|it| it.kind == PieceKind::Newline);
    if !items || !at_margin || gap.iter().any(|it| it.kind.is_significant()) {
        return None;
    }
    let line = gap.iter().find(|it| it.kind == PieceKind::Newline)?;
    // The mark that names an encoding is one at the start of a text alone.
    let marked = text.get(line.end..).is_some_and(|it| it.starts_with('\u{FEFF}'));
    (!marked).then_some(line.end)
}
