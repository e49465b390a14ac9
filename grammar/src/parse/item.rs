//! One item: its first line, its doc comment and its block.

use super::Reader;
use crate::{
    convert,
    diagnostic::{Diagnostic, NAME_RESERVED},
    forms::Form,
    layout::{Line, Node, Piece, PieceKind},
    scribe::{Scribe, Source},
    statement::{Parts, Rule},
    tree::{AssertKind, Group, Item, ItemKind, Name, Span, Spanned, Text},
};

impl<'t> Reader<'t> {
    /// Reads an item. Its block is read even when its first line is wrong; then it is not in the tree.
    pub(super) fn item(&mut self, form: &Form, source: Source<'t>, line: Line, node: &Node) {
        self.scribe.take_damage();
        let body: &[Node] = match node {
            Node::Line(_) => &[],
            Node::Block(block) => &block.body,
        };
        let (key, span) = (form.key, self.scribe.line_span(line));
        let read = self.scribe.reading(form.rule, source, |scribe, parts| {
            Head { key, parts: Some(parts), span }.kind(scribe, body)
        });
        let kind =
            read.unwrap_or_else(|| Head { key, parts: None, span }.kind(&mut self.scribe, body));
        let mut damaged = self.scribe.take_damage();
        if let Node::Block(block) = node {
            damaged |= block.open.is_none() || block.close.is_none();
        }
        if kind.is_none() {
            self.lose(line);
            self.tree.nameless.push(key);
        }
        if let Some(kind) = kind {
            self.tree.items.push(Item {
                doc: self.doc_above(line),
                span: self.item_span(line, node),
                damaged,
                kind,
            });
        }
    }

    fn item_span(&self, line: Line, node: &Node) -> Span {
        let span = self.scribe.line_span(line);
        match node {
            Node::Line(_) => span,
            Node::Block(block) => {
                let last = block
                    .body
                    .iter()
                    .rev()
                    .find_map(Node::line)
                    .map_or(line.last, |line| line.last);
                span.to(self.scribe.piece_span(block.close.unwrap_or(last)))
            }
        }
    }

    /// The `##` lines above an item, without their marks.
    fn doc_above(&self, line: Line) -> Option<String> {
        let above = self.layout.pieces.get(..line.first).unwrap_or(&[]).iter().rev();
        let trivia = above.take_while(|piece| !piece.kind.is_significant());
        let mut docs: Vec<&Piece> = trivia.filter(|piece| piece.kind == PieceKind::Doc).collect();
        docs.reverse();
        let lines: Vec<&str> = docs
            .iter()
            .map(|piece| self.scribe.between(piece).trim_start_matches("##").trim())
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// The first line of an item, as far as it could be read.
struct Head<'s> {
    key: &'static str,
    parts: Option<Parts<'s>>,
    span: Span,
}

impl Head<'_> {
    fn kind(&self, scribe: &mut Scribe<'_>, body: &[Node]) -> Option<ItemKind> {
        if self.key == "default" {
            return convert::outcome_in(scribe, self.parts.as_ref()?).map(ItemKind::Default);
        }
        let title = if matches!(self.key, "test" | "assert") {
            self.title(scribe)
        } else {
            self.name(scribe)
        };
        let named = title.is_some();
        // Without a name the block is read all the same, for what is wrong inside.
        let name = title.unwrap_or(Spanned { value: String::new(), span: self.span });
        let kind = match self.key {
            "organisation" => ItemKind::Organisation(convert::organisation(scribe, name, body)),
            "addresses" => ItemKind::Addresses(convert::addresses(scribe, name, body)),
            "domains" => ItemKind::Domains(convert::domains(scribe, name, body)),
            "networks" => ItemKind::Networks(convert::networks(scribe, name, body)),
            "terms" => ItemKind::Terms(convert::terms(scribe, name, body)),
            "pattern" => ItemKind::Pattern(convert::pattern(scribe, name, body)),
            "examination" => ItemKind::Examination(convert::examination(scribe, name, body)),
            "policy" => ItemKind::Policy(convert::policy(scribe, name, body)),
            "request" => ItemKind::Request(convert::request(scribe, name, body)),
            "bypass" => ItemKind::Bypass(convert::bypass(scribe, name, body)),
            "test" => ItemKind::Test(convert::test(scribe, name, body)),
            "assert" => ItemKind::Assert(convert::assert(scribe, self.assert_kind(), name, body)),
            "definition" => {
                let base = self.parts.as_ref().and_then(|parts| scribe.reference_in(parts));
                ItemKind::Definition(convert::definition(scribe, name, base, body))
            }
            "group" => ItemKind::Group(Group { name, directory: self.text(scribe)? }),
            "fingerprints" => {
                let file =
                    self.text(scribe).unwrap_or(Spanned { value: String::new(), span: self.span });
                ItemKind::Fingerprints(convert::fingerprints(scribe, name, file, body))
            }
            "attribute" => {
                let directory =
                    self.text(scribe).unwrap_or(Spanned { value: String::new(), span: self.span });
                ItemKind::Attribute(convert::attribute(scribe, name, directory, body))
            }
            _ => return None,
        };
        named.then_some(kind)
    }

    fn name(&self, scribe: &mut Scribe<'_>) -> Option<Name> {
        let name = scribe.new_name(self.parts.as_ref()?.first(Rule::name)?)?;
        let decides = matches!(self.key, "bypass" | "policy" | "request");
        if decides && name.value == "default" {
            let message = format!(
                "`default` cannot be the name of a {}: `because default` says that none decided",
                self.key
            );
            scribe.say(Diagnostic::new(NAME_RESERVED, message).primary(name.span, ""));
            return None;
        }
        Some(name)
    }

    fn title(&self, scribe: &mut Scribe<'_>) -> Option<Text> {
        scribe.text_in(self.parts.as_ref()?)
    }

    fn text(&self, scribe: &mut Scribe<'_>) -> Option<Text> {
        scribe.text_in(self.parts.as_ref()?)
    }

    fn assert_kind(&self) -> AssertKind {
        let has = |rule| self.parts.as_ref().is_some_and(|parts| parts.has(rule));
        if has(Rule::k_never) {
            AssertKind::Never
        } else if has(Rule::k_always) {
            AssertKind::Always
        } else {
            AssertKind::Reachable
        }
    }
}
