//! Walks the lines of one file: finds the form of each, reads it, and notes what could not be read.

mod block;
mod complain;
mod literal;
mod value;

use crate::{
    diagnostic::{BRACE, Code, Diagnostic, Fix, LIMIT, Severity},
    forms::{self, BlockForm, Form},
    layout::{Block, Line, Node, Piece, PieceKind},
    limits::{LIST_ENTRIES_MAX, STATEMENT_OCTETS_MAX},
    statement::{self, Parts, Rule},
    suggest::{closest, is_only},
    tree::{FileId, Span},
};

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
}

/// How places in the text of a statement are places in the file.
#[derive(Clone, Copy, Debug, Default)]
struct Origin {
    /// Where the statement begins in the file.
    start: usize,
    /// Octets of its first word as read, which may have been corrected.
    read: usize,
    /// Octets of its first word as written.
    written: usize,
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

/// The form of a statement, and its first word as it should have been.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) form: &'static Form,
    correction: Option<&'static str>,
}

impl<'t> Scribe<'t> {
    pub(crate) fn new(file: FileId, text: &'t str, pieces: &'t [Piece]) -> Self {
        Self {
            file,
            text,
            pieces,
            diagnostics: Vec::new(),
            damaged: false,
            origin: Origin::default(),
            block: None,
        }
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
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

    /// The text of a piece.
    pub(crate) fn between(&self, piece: &Piece) -> &'t str {
        piece.of(self.text)
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

    /// The form of a line among `forms`; a misspelt first word is read as what it should be, and reported.
    pub(crate) fn form(
        &mut self,
        forms: &'static [Form],
        line: Line,
        unknown: (Code, &str),
    ) -> Option<Found> {
        let words = self.words(line);
        if let Some(form) = forms::form_of(forms, &words) {
            return Some(Found { form, correction: None });
        }
        let word = words.first().copied()?;
        let first_words = forms.iter().filter_map(|form| form.key.split(' ').next());
        let correction = closest(word, first_words.clone())?;
        let corrected: Vec<&str> =
            std::iter::once(correction).chain(words.iter().skip(1).copied()).collect();
        let form = forms::form_of(forms, &corrected)?;
        let span = self.piece_span(line.first);
        let title = format!("write `{correction}`");
        let fix = if is_only(word, correction, first_words) {
            Fix::automatic(title, span, correction)
        } else {
            Fix::choose(title, span, correction)
        };
        self.say(
            Diagnostic::new(unknown.0, format!("`{word}` {}", unknown.1))
                .primary(span, format!("did you mean `{correction}`?"))
                .fix(fix),
        );
        Some(Found { form, correction: Some(correction) })
    }

    /// The text of a statement, ready to be read; none when its layout or size forbids.
    pub(crate) fn source(&mut self, line: Line, correction: Option<&str>) -> Option<String> {
        let pieces = self.pieces.get(line.first..=line.last)?;
        let span = self.line_span(line);
        let unclosed = |piece: &Piece| {
            matches!(piece.kind, PieceKind::TextUnclosed | PieceKind::RegexUnclosed)
        };
        if pieces.iter().any(unclosed) {
            self.damaged = true;
            return None;
        }
        let (start, end) = (pieces.first()?.start, pieces.last()?.end);
        let octets = end.saturating_sub(start);
        if octets > STATEMENT_OCTETS_MAX {
            self.say(
                Diagnostic::new(
                    LIMIT,
                    format!("this line has {octets} octets; {STATEMENT_OCTETS_MAX} are allowed"),
                )
                .primary(span, ""),
            );
            return None;
        }
        let commas = pieces.iter().filter(|piece| piece.kind == PieceKind::Comma).count();
        if commas >= LIST_ENTRIES_MAX {
            let entries = commas.saturating_add(1);
            self.say(
                Diagnostic::new(LIMIT, format!("this list has {entries} entries; {LIST_ENTRIES_MAX} are allowed on one line"))
                    .primary(span, "")
                    .note("put them into a set of its own, one on each line, and name the set here"),
            );
            return None;
        }
        let written = pieces.first()?.of(self.text);
        let read = correction.unwrap_or(written);
        self.origin = Origin { start, read: read.len(), written: written.len() };
        let rest = self.text.get(start.saturating_add(written.len())..end)?;
        Some(format!("{read}{rest}"))
    }

    /// Reads a statement, or says where it cannot go on.
    pub(crate) fn read<'s>(&mut self, rule: Rule, source: &'s str) -> Option<Parts<'s>> {
        match statement::read(rule, source) {
            Ok(parts) => Some(parts),
            Err(stop) => {
                self.malformed(rule, source, &stop);
                None
            }
        }
    }

    /// A form's statement outside of any block.
    pub(crate) fn head(&mut self, found: Found, line: Line) -> Option<String> {
        self.source(line, found.correction)
    }

    /// Reports a block where an item has none.
    pub(crate) fn no_block(&mut self, word: &str, block: &Block) {
        let span = block.open.map_or_else(|| self.offsets(0, 0), |open| self.piece_span(open));
        self.say(
            Diagnostic::new(BRACE, format!("`{word}` has no block"))
                .primary(span, "nothing can stand between braces here"),
        );
    }

    /// A place in the statement that is being read, as a place in the file.
    fn place(&self, start: usize, end: usize) -> Span {
        let place = |at: usize| match at.checked_sub(self.origin.read) {
            Some(after) => {
                self.origin.start.saturating_add(self.origin.written).saturating_add(after)
            }
            None => self.origin.start.saturating_add(at),
        };
        self.offsets(place(start), place(end))
    }
}
