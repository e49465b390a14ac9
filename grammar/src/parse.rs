//! Reads one file: never fails, reports everything that it can tell apart.
//!
//! # Choices
//!
//! - The edition is the first statement; comments may stand before it.
//! - An item whose first word is misspelt is read as what it should be; one with a wrong name or a forgotten
//!   brace is read on, so that what is wrong inside is reported too.
//! - Lines outside of any item that follow one another are one finding.

mod fault;
mod item;
mod merge;

use std::collections::BTreeSet;

use crate::{
    diagnostic::{
        Applicability, Diagnostic, EDITION_LATE, EDITION_MISSING, EDITION_UNKNOWN, Fix,
        ITEM_UNKNOWN, LIMIT, LINE_TWICE,
    },
    forms::{self, Form, ITEMS, Lines},
    layout::{Block, Layout, Line, Node, PieceKind, layout},
    limits::{DIAGNOSTICS_MAX, FILE_OCTETS_MAX},
    phrase,
    scribe::{Scribe, Source},
    statement::{Parts, Rule, Shapes},
    tree::{FileId, Span, Spanned, Tree, Use, UseSource},
};

/// Reads a file into its tree, and says what is wrong with its form.
///
/// The tree has every item that could be read; names in it are not resolved. The diagnostics are in the
/// order of the text.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (Tree, Vec<Diagnostic>) {
    Parser::default().parse(file, text)
}

/// Reads the files of a tree one after the other: what it learnt from one makes the next cheaper.
#[derive(Debug, Default)]
pub struct Parser {
    shapes: Shapes,
}

impl Parser {
    /// As [`parse()`].
    #[must_use]
    pub fn parse(&mut self, file: FileId, text: &str) -> (Tree, Vec<Diagnostic>) {
        let read = read(file, text, Begins::File, &mut self.shapes);
        (read.tree, read.diagnostics)
    }
}

/// What was read of a file, or of a part of it.
pub(crate) struct Read {
    pub(crate) tree: Tree,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many lines are, or should be, `writ N`.
    pub(crate) editions: usize,
}

/// What the text begins.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Begins {
    /// A file: the edition is its first line.
    File,
    /// A part after the first.
    Part,
}

/// Reads a file or a part of it.
pub(crate) fn read(file: FileId, text: &str, begins: Begins, shapes: &mut Shapes) -> Read {
    let tree = Tree::empty(file);
    if text.len() > FILE_OCTETS_MAX {
        let scribe = Scribe::new(file, text, &[], shapes);
        let message = format!("this file has {} octets; {FILE_OCTETS_MAX} are allowed", text.len());
        let finding = Diagnostic::new(LIMIT, message).primary(scribe.offsets(0, 0), "");
        return Read { tree, diagnostics: vec![finding], editions: 0 };
    }
    let merges = merge::merges(text);
    let one_side = merge::one_side(text, &merges);
    let text = one_side.as_deref().unwrap_or(text);
    let layout = layout(text);
    let mut scribe = Scribe::new(file, text, &layout.pieces, shapes);
    merges.iter().for_each(|it| scribe.say(it.finding(&scribe)));
    let mut reader = Reader {
        scribe,
        layout: &layout,
        tree,
        editions: 0,
        stray: Vec::new(),
        swallow: false,
        explained: BTreeSet::new(),
    };
    if begins == Begins::File {
        reader.edition();
    }
    for node in &layout.nodes {
        reader.node(node);
    }
    reader.report_stray();
    fault::report(&mut reader.scribe, &layout, &reader.explained);
    let end = reader.scribe.offsets(text.len(), text.len());
    reader.tree.lost.append(&mut reader.scribe.lost);
    Read {
        tree: reader.tree,
        diagnostics: in_order(reader.scribe.into_diagnostics(), end),
        editions: reader.editions,
    }
}

struct Reader<'t> {
    scribe: Scribe<'t>,
    layout: &'t Layout,
    tree: Tree,
    /// Lines that are, or should be, `writ N`.
    editions: usize,
    /// Lines outside of any item that were not reported yet.
    stray: Vec<Line>,
    /// Whether the next stray lines belong to something that was reported.
    swallow: bool,
    /// Pieces whose fault needs no finding of its own.
    explained: BTreeSet<usize>,
}

impl<'t> Reader<'t> {
    fn edition(&mut self) {
        let first = self.layout.nodes.iter().find_map(Node::line);
        let words = first.map_or_else(Vec::new, |line| self.scribe.words(line));
        let is_edition =
            |word: &&str| *word == "writ" || crate::suggest::closest(word, ["writ"]).is_some();
        if words.first().is_some_and(is_edition) {
            return;
        }
        let start = self.scribe.offsets(0, 0);
        let later = self
            .layout
            .nodes
            .iter()
            .filter_map(Node::line)
            .any(|line| self.scribe.written(line.first) == "writ");
        if !later {
            self.scribe.say(
                Diagnostic::new(
                    EDITION_MISSING,
                    "the file does not begin with its edition, `writ 1`",
                )
                .primary(start, "")
                .fix(Fix::automatic(
                    "write `writ 1` on the first line",
                    start,
                    "writ 1\n",
                )),
            );
        }
    }

    fn node(&mut self, node: &Node) {
        let Some(line) = node.line() else { return };
        let word = self.scribe.written(line.first);
        // A word that some block has is no misspelt item: the block around it was closed too early.
        let known_inside = !forms::is_item(word) && !forms::blocks_with(word).is_empty();
        let mut source = self.scribe.prepare(line, Lines::Properties(ITEMS));
        if let Node::Block(Block { open: None, .. }) = node {
            source.without_bracket();
        }
        let form = if known_inside {
            None
        } else {
            self.scribe.form(ITEMS, &mut source, (ITEM_UNKNOWN, "begins no item"))
        };
        match (form, node) {
            (Some(form), _) => {
                self.report_stray();
                self.found(form, source, line, node);
            }
            (None, Node::Line(_)) => self.stray.push(line),
            (None, Node::Block(block)) => {
                self.report_stray();
                self.lose(line);
                if !self.report_by_lines(&source, block) {
                    self.stray.push(line);
                    self.report_stray();
                }
            }
        }
    }

    /// Notes the name of an item that is not in the tree.
    fn lose(&mut self, line: Line) {
        self.scribe.lose(line);
    }

    /// Reports an unknown item by the lines that it has, where they tell what it is.
    fn report_by_lines(&mut self, source: &Source<'t>, block: &Block) -> bool {
        let lines = block.body.iter().filter_map(Node::line);
        let words: Vec<&str> = lines.map(|line| self.scribe.written(line.first)).collect();
        let items = forms::items_with(&words);
        let Some((likely, _)) = items.first().filter(|_| words.len() > 1 && items.len() < 4) else {
            return false;
        };
        let called: Vec<String> = items.iter().map(|(_, called)| (*called).to_owned()).collect();
        let word = self.scribe.first_token(source).to_owned();
        let span = self.scribe.piece_span(block.head.map_or(0, |head| head.first));
        self.scribe.say(
            Diagnostic::new(ITEM_UNKNOWN, format!("`{word}` begins no item"))
                .primary(span, format!("its lines are those of {}", phrase::either(&called)))
                .fix(Fix::choose(format!("write `{likely}`"), span, *likely)),
        );
        true
    }

    fn found(&mut self, form: &'static Form, source: Source<'t>, line: Line, node: &Node) {
        let key = form.key;
        self.editions = self.editions.saturating_add(usize::from(key == "writ"));
        self.swallow = forms::needs_block(key) && matches!(node, Node::Line(_));
        if let Node::Block(block) = node
            && !forms::needs_block(key)
            && key != "attribute"
        {
            match self.scribe.inlined(key, &source, block) {
                Some(whole) => return self.item(form, whole, line, node),
                None => self.scribe.no_block(key, block),
            }
        }
        match key {
            "writ" => self.edition_line(source, line),
            "use" => self.use_line(source, line),
            _ => self.item(form, source, line, node),
        }
    }

    fn edition_line(&mut self, source: Source<'t>, line: Line) {
        let span = self.scribe.line_span(line);
        if let Some(first) = &self.tree.edition {
            let finding = Diagnostic::new(LINE_TWICE, "`writ` is said twice")
                .primary(span, "said again here")
                .secondary(first.span, "said first here");
            return self.scribe.say(finding);
        }
        let edition = self
            .scribe
            .reading(Rule::edition_line, source, |scribe, parts| scribe.number_in(&parts));
        // A line that could not be read was told; the file has an edition all the same.
        let Some(edition) = edition.flatten() else {
            self.tree.edition = Some(Spanned { value: 1, span });
            return;
        };
        if edition.value != 1 {
            self.scribe.say(
                Diagnostic::new(
                    EDITION_UNKNOWN,
                    format!(
                        "edition {} of the language is not known; there is edition 1",
                        edition.value
                    ),
                )
                .primary(edition.span, "")
                .fix(Fix::choose("write `writ 1`", edition.span, "1")),
            );
        }
        if self.layout.nodes.iter().find_map(Node::line) != Some(line) {
            self.scribe.say(
                Diagnostic::new(EDITION_LATE, "the edition must be the first line of the file")
                    .primary(span, "")
                    .fix(Fix {
                        title: "put it there".to_owned(),
                        edits: vec![
                            (self.scribe.offsets(0, 0), "writ 1\n".to_owned()),
                            (span, String::new()),
                        ],
                        applicability: Applicability::Automatic,
                    }),
            );
        }
        self.tree.edition = Some(Spanned { value: edition.value, span });
    }

    fn use_line(&mut self, source: Source<'t>, line: Line) {
        let span = self.scribe.line_span(line);
        let used = self.scribe.reading(Rule::use_line, source, Self::use_source);
        if let Some(source) = used.flatten() {
            self.tree.uses.push(Use { source, span });
        }
    }

    fn use_source(scribe: &mut Scribe<'t>, parts: Parts<'_>) -> Option<UseSource> {
        let name = parts.first(Rule::name).and_then(|part| scribe.new_name(part));
        if parts.has(Rule::text) {
            return Some(UseSource::File { path: scribe.text_in(&parts)?, alias: name? });
        }
        name.map(UseSource::Library)
    }

    /// Reports the lines that stand outside of any item.
    fn report_stray(&mut self) {
        let stray = std::mem::take(&mut self.stray);
        let (Some(first), Some(last)) = (stray.first(), stray.last()) else { return };
        let after = (last.last.saturating_add(1)..self.layout.pieces.len()).find(|index| {
            self.layout.pieces.get(*index).is_some_and(|piece| piece.kind.is_significant())
        });
        let close = after.filter(|index| {
            self.layout.pieces.get(*index).is_some_and(|piece| piece.kind == PieceKind::Close)
        });
        self.explained.extend(close);
        if std::mem::take(&mut self.swallow) {
            return;
        }
        let word = self.scribe.written(first.first);
        let elsewhere: Vec<String> =
            forms::blocks_with(word).into_iter().map(str::to_owned).collect();
        let mut finding = Diagnostic::new(ITEM_UNKNOWN, format!("`{word}` begins no item"));
        if !elsewhere.is_empty() {
            finding = Diagnostic::new(ITEM_UNKNOWN, format!("`{word}` stands outside of any item"))
                .note(format!(
                    "it is a line of {}; was the block before it closed too early?",
                    phrase::either(&elsewhere)
                ));
        } else {
            let items: Vec<String> = ITEMS.iter().map(|form| format!("`{}`", form.key)).collect();
            finding = finding.note(format!("an item begins with {}", phrase::either(&items)));
        }
        finding = finding.primary(self.scribe.piece_span(first.first), "");
        if stray.len() > 1 {
            finding = finding.secondary(
                self.scribe.line_span(*last),
                format!("and {} more up to here", lines(stray.len())),
            );
        }
        self.scribe.say(finding);
    }
}

fn lines(count: usize) -> String {
    let more = count.saturating_sub(1);
    if more == 1 { "1 line".to_owned() } else { format!("{more} lines") }
}

/// In the order of the text, without doubles, and not without end.
fn in_order(mut diagnostics: Vec<Diagnostic>, end: Span) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|finding| (finding.place(), finding.code));
    diagnostics.dedup();
    let more = diagnostics.len().saturating_sub(DIAGNOSTICS_MAX);
    if more > 0 {
        diagnostics.truncate(DIAGNOSTICS_MAX);
        diagnostics.push(
            Diagnostic::new(LIMIT, format!("{more} more findings in this file are not shown"))
                .primary(end, "mend those above first"),
        );
    }
    diagnostics
}
