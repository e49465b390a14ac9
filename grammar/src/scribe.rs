//! Walks the lines of one file: finds the form of each, reads it, and notes what could not be read.

mod block;
mod complain;
mod first_word;
mod literal;
mod prepare;
mod slip;
mod source;
mod value;

use crate::{
    diagnostic::{BLOCK_UNEXPECTED, Diagnostic, Severity},
    forms::BlockForm,
    layout::{Block, Line, Node, Piece, PieceKind},
    statement::{Parts, Rule, Shapes},
    tree::{FileId, Span},
};

use self::source::Origin;
pub(crate) use self::{
    prepare::{is_invisible, named},
    slip::outcome_called,
    source::Source,
    value::as_name,
};

/// Slips that are mended in one statement before the rest of it is given up.
const MENDS_MAX: usize = 8;

/// The state of reading one file.
#[derive(Debug)]
pub(crate) struct Scribe<'t> {
    file: FileId,
    text: &'t str,
    pieces: &'t [Piece],
    diagnostics: Vec<Diagnostic>,
    /// Whether something was said since [`Scribe::take_damage`].
    damaged: bool,
    /// Where the statement that is being read stands.
    origin: Origin,
    /// The block that is being read.
    block: Option<BlockForm>,
    /// Names of items that are not in the tree.
    pub(crate) lost: Vec<String>,
    shapes: &'t mut Shapes,
}

/// A statement that was read.
#[derive(Debug)]
pub(crate) struct Statement<'s> {
    /// Which.
    pub(crate) rule: Rule,
    /// Its parts.
    pub(crate) parts: Parts<'s>,
    /// All of it.
    pub(crate) span: Span,
    /// The block after it.
    pub(crate) body: Option<&'s [Node]>,
}

impl<'t> Scribe<'t> {
    pub(crate) fn new(
        file: FileId,
        text: &'t str,
        pieces: &'t [Piece],
        shapes: &'t mut Shapes,
    ) -> Self {
        Self {
            file,
            text,
            pieces,
            diagnostics: Vec::new(),
            damaged: false,
            origin: Origin::default(),
            block: None,
            lost: Vec::new(),
            shapes,
        }
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Notes the name of an item that is not in the tree, as it is and as it will be once it is mended.
    pub(crate) fn lose(&mut self, line: Line) {
        let words = self.words(line);
        let name = words.get(1).copied().unwrap_or_default();
        self.lost.extend([name.to_owned(), as_name(name)]);
    }

    /// Whether something was said since the last call.
    pub(crate) fn take_damage(&mut self) -> bool {
        std::mem::take(&mut self.damaged)
    }

    /// Notes a finding.
    pub(crate) fn say(&mut self, diagnostic: Diagnostic) {
        self.damaged |= diagnostic.severity() == Severity::Error;
        self.diagnostics.push(complain::shortened(diagnostic));
    }

    pub(crate) fn offsets(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(start), end: offset(end.max(start)) }
    }

    pub(crate) fn piece_span(&self, index: usize) -> Span {
        let end = self.text.len();
        self.pieces
            .get(index)
            .map_or_else(|| self.offsets(end, end), |piece| self.offsets(piece.start, piece.end))
    }

    pub(crate) fn line_span(&self, line: Line) -> Span {
        self.piece_span(line.first).to(self.piece_span(line.last))
    }

    pub(crate) fn written(&self, index: usize) -> &'t str {
        self.pieces.get(index).map_or("", |piece| piece.of(self.text))
    }

    /// What stands in a place.
    pub(crate) fn text_of(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// What stands on the line after an offset.
    pub(crate) fn rest_of_line(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("")
    }

    /// The text of a piece.
    pub(crate) fn between(&self, piece: &Piece) -> &'t str {
        piece.of(self.text)
    }

    /// The first word of the line that a piece stands on.
    pub(crate) fn first_on_line(&self, index: usize) -> &'t str {
        let before = self.pieces.get(..=index).unwrap_or(&[]).iter().rev();
        let line = before.take_while(|it| it.kind != PieceKind::Newline);
        line.filter(|it| it.kind.is_significant()).last().map_or("", |it| it.of(self.text))
    }

    /// The first words of a line, at most three.
    pub(crate) fn words(&self, line: Line) -> Vec<&'t str> {
        let pieces = self.pieces.get(line.first..=line.last).unwrap_or(&[]);
        let significant = pieces.iter().filter(|piece| piece.kind.is_significant());
        significant
            .take_while(|piece| piece.kind == PieceKind::Word)
            .take(3)
            .map(|piece| piece.of(self.text))
            .collect()
    }

    /// Reads a statement and hands over its parts; says where it cannot go on. A slip whose meaning is
    /// clear enough is reported, and the statement read on as if it were mended.
    pub(crate) fn reading<R>(
        &mut self,
        rule: Rule,
        source: Source<'t>,
        each: impl FnOnce(&mut Self, Parts<'_>) -> R,
    ) -> Option<R> {
        let mut source = source;
        for _ in 0..MENDS_MAX {
            if !source.readable {
                return None;
            }
            self.origin = source.origin.clone();
            let stop = match self.shapes.read(rule, &source.text) {
                Ok(reading) => return Some(each(self, reading.parts())),
                Err(stop) => stop,
            };
            source = self.malformed(rule, &source, &stop)?;
        }
        None
    }

    /// Reports a block where an item has none.
    pub(crate) fn no_block(&mut self, word: &str, block: &Block) {
        let span = block.open.map_or_else(|| self.offsets(0, 0), |open| self.piece_span(open));
        self.say(
            Diagnostic::new(BLOCK_UNEXPECTED, format!("`{word}` has no block"))
                .primary(span, "nothing can stand between braces here"),
        );
    }

    /// A place in the statement that is being read, as a place in the file.
    fn place(&self, start: usize, end: usize) -> Span {
        self.offsets(self.origin.place(start), self.origin.place(end))
    }
}
