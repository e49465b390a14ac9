//! The lines of a block, one after the other.

use super::{Scribe, Source, Statement};
use crate::{
    diagnostic::{Diagnostic, Fix, LINE_TWICE, LINE_UNKNOWN, MISPLACED, REGEX_TEXT},
    forms::{self, BlockForm, Form, Lines, Times},
    layout::{Block, Line, Node, PieceKind},
    phrase,
    statement::Rule,
    tree::Span,
};

impl<'t> Scribe<'t> {
    /// Reads every line of a block and hands over those that could be read.
    pub(crate) fn block(
        &mut self,
        word: &str,
        body: &[Node],
        each: &mut dyn FnMut(&mut Self, &Statement<'_>),
    ) {
        let Some(block) = forms::block_form(word) else { return };
        let outside = (self.origin.clone(), self.block.replace(block));
        let close = self.close_behind(body);
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        let mut expression_end = 0;
        for node in body {
            let Some(line) = node.line() else {
                self.damaged = true;
                continue;
            };
            // What stands behind the braces of an expression belongs to it.
            let start = self.byte(line.first);
            if start < expression_end {
                continue;
            }
            if matches!(node, Node::Block(_)) && self.written(line.first) == "match" {
                expression_end = start.saturating_add(self.rest_of_line(start).len());
            }
            let inner = match node {
                Node::Line(_) if self.is_strayed(block, outside.1, line) => {
                    self.say_strayed(block, line, close);
                    continue;
                }
                Node::Line(_) => None,
                Node::Block(inner) => Some(inner),
            };
            self.block_line(block, line, inner, &mut seen, each);
        }
        (self.origin, self.block) = outside;
    }

    /// The brace behind the lines of a block.
    fn close_behind(&self, body: &[Node]) -> Option<usize> {
        let last = body.iter().rev().find_map(|it| match it {
            Node::Line(line) => Some(line.last),
            Node::Block(block) => block.close,
        })?;
        let after = (0..).zip(self.pieces).skip(last.saturating_add(1));
        let mut significant = after.filter(|it| it.1.kind.is_significant());
        significant.next().filter(|it| it.1.kind == PieceKind::Close).map(|it| it.0)
    }

    /// Whether a line belongs to the block around this one: `expect` among the lines of a message.
    fn is_strayed(&self, block: BlockForm, around: Option<BlockForm>, line: Line) -> bool {
        let word = self.written(line.first);
        let has = |it: BlockForm| match it.lines {
            Lines::Properties(forms) => forms::form_of(forms, &[word]).is_some(),
            Lines::Entries(_) => false,
        };
        around.is_some_and(has) && !has(block)
    }

    fn say_strayed(&mut self, block: BlockForm, line: Line, close: Option<usize>) {
        let span = self.line_span(line);
        let word = self.written(line.first);
        let message =
            format!("`{word}` is not a line of {}: it stands behind its `}}`", block.called);
        let finding = Diagnostic::new(LINE_UNKNOWN, message).primary(span, "");
        let rest = self.rest_of_line(self.end_byte(line.last));
        // A comma behind it belongs to it as well, and is told.
        let close = close.filter(|_| !rest.trim_start().starts_with(','));
        let Some(close) = close.map(|it| self.piece_span(it)) else { return self.say(finding) };
        // With the space before it and the end of the line, or an empty line would be left.
        let before = self.text.get(..self.byte(line.first)).unwrap_or("");
        let indent = before.len().saturating_sub(before.trim_end_matches([' ', '\t']).len());
        let is_alone =
            rest.trim().is_empty() && before.trim_end_matches([' ', '\t']).ends_with('\n');
        let end = self.end_byte(line.last);
        let after = self.text.get(end.saturating_add(rest.len())..).unwrap_or("");
        let newline = if after.starts_with("\r\n") { 2 } else { after.len().min(1) };
        let end =
            if is_alone { end.saturating_add(rest.len()).saturating_add(newline) } else { end };
        let gone = self.offsets(self.byte(line.first).saturating_sub(indent), end);
        let behind = Span { start: close.end, ..close };
        let edits = vec![(gone, String::new()), (behind, format!("\n  {}", self.text_of(span)))];
        let fix = Fix { edits, ..Fix::automatic("put it there", span, "") };
        self.say(finding.fix(fix));
    }

    /// Takes the lines of a message out of a test that has them without `message {`, and says so.
    pub(crate) fn loose_message(&mut self, body: &[Node]) -> (Vec<Node>, Vec<Node>) {
        let is = |node: &Node, word| node.line().is_some_and(|it| self.written(it.first) == word);
        let has_message = body.iter().any(|it| is(it, "message"));
        let of_message = |node: &Node| {
            let word = node.line().map_or("", |it| self.written(it.first));
            matches!(node, Node::Line(_)) && forms::blocks_with(word).contains(&"a message")
        };
        let places: Vec<usize> = (0..)
            .zip(body)
            .filter(|(_, it)| !has_message && of_message(it))
            .map(|(at, _)| at)
            .collect();
        let (loose, rest) =
            (0..).zip(body).partition::<Vec<_>, _>(|it| places.binary_search(&it.0).is_ok());
        let nodes = |it: Vec<(usize, &Node)>| it.into_iter().map(|it| it.1.clone()).collect();
        let loose: Vec<Node> = nodes(loose);
        let lines = loose.first().and_then(Node::line).zip(loose.last().and_then(Node::line));
        if let (Some((first, last)), Some((one, other))) =
            (lines, places.first().zip(places.last()))
        {
            let is_together = other.saturating_sub(*one) < places.len();
            self.say_loose(first, last, is_together);
        }
        (loose, nodes(rest))
    }

    fn say_loose(&mut self, first: Line, last: Line, is_together: bool) {
        let (start, end) = (self.line_span(first), self.line_span(last));
        let message = format!(
            "`{}` is a line of a message, and this test has no `message {{ … }}`",
            self.written(first.first)
        );
        let finding = Diagnostic::new(LINE_UNKNOWN, message).primary(start, "");
        let edits = vec![
            (Span { end: start.start, ..start }, "message {\n    ".to_owned()),
            (Span { start: end.end, ..end }, "\n  }".to_owned()),
        ];
        let title = "write `message {` before its lines, and `}` behind them";
        let fix = Fix { edits, ..Fix::automatic(title, start, "") };
        self.say(if is_together { finding.fix(fix) } else { finding });
    }

    fn block_line(
        &mut self,
        block: BlockForm,
        line: Line,
        inner: Option<&Block>,
        seen: &mut Vec<(&'static str, Span)>,
        each: &mut dyn FnMut(&mut Self, &Statement<'_>),
    ) {
        let span = self.line_span(line);
        let mut source = self.prepare(line, block.lines);
        if inner.is_some() {
            // An item after a brace that was forgotten: others may name it.
            self.lose(line);
        }
        let rule = match block.lines {
            Lines::Entries(rule) => rule,
            Lines::Properties(forms) => {
                let unknown = format!("is not a line of {}", block.called);
                let Some(form) = self.form(forms, &mut source, (LINE_UNKNOWN, &unknown)) else {
                    return self.unknown_line(block, forms, &source);
                };
                if self.is_second(form, span, seen) {
                    return;
                }
                form.rule
            }
        };
        if let Some(inner) = inner.filter(|_| rule != Rule::message_head) {
            if rule == Rule::match_line {
                return self.say_expression(line);
            }
            let brace = inner.open.map_or(span, |open| self.piece_span(open));
            return self.say(
                Diagnostic::new(
                    MISPLACED,
                    format!("a line of {} has no block of its own", block.called),
                )
                .primary(brace, "this `{` opens one")
                .note("if a new item begins here, the block before it lacks its `}`"),
            );
        }
        self.reading(rule, source, |scribe, parts| {
            let body = inner.map(|inner| inner.body.as_slice());
            each(scribe, &Statement { rule, parts, span, body });
        });
    }

    /// Reports an expression that is not between slashes, or has one in it; its braces are no block.
    fn say_expression(&mut self, line: Line) {
        let start = self.end_byte(line.first);
        let rest = self.rest_of_line(start);
        let rest = rest.split(" #").next().unwrap_or(rest);
        let written = rest.trim();
        let start = start.saturating_add(rest.len().saturating_sub(rest.trim_start().len()));
        let span = self.offsets(start, start.saturating_add(written.len()));
        let bare = written.strip_prefix('/').unwrap_or(written);
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        let offer = format!("/{}/", bare.replace("\\/", "/").replace('/', "\\/"));
        let message = if written.starts_with('/') {
            "a slash inside of a regular expression is written `\\/`"
        } else {
            "a regular expression stands between slashes, such as `/[0-9]{4}/`"
        };
        let finding = Diagnostic::new(REGEX_TEXT, message).primary(span, "");
        self.say(finding.fix(Fix::choose(format!("write `{offer}`"), span, offer)));
    }

    /// Reports a property that was set before.
    fn is_second(&mut self, form: &Form, span: Span, seen: &mut Vec<(&'static str, Span)>) -> bool {
        if form.times == Times::Many {
            return false;
        }
        let Some((_, first)) = seen.iter().find(|(key, _)| *key == form.key).copied() else {
            seen.push((form.key, span));
            return false;
        };
        let note = match form.key {
            "when" => {
                "conditions are joined with `and` on one line; where any one of several suffices, write several policies"
            }
            "from" | "to" => "several people are one list, with commas between them",
            _ => "keep the one that is meant",
        };
        self.say(
            Diagnostic::new(LINE_TWICE, format!("`{}` is said twice", form.key))
                .primary(span, "said again here")
                .secondary(first, "said first here")
                .note(note),
        );
        true
    }

    fn unknown_line(&mut self, block: BlockForm, forms: &[Form], source: &Source<'_>) {
        if !source.readable || self.foreign_line(source) {
            return;
        }
        let word = self.first_token(source).to_owned();
        let span = self.place(0, word.len());
        let keys: Vec<String> = forms.iter().map(|form| format!("`{}`", form.key)).collect();
        let mut finding =
            Diagnostic::new(LINE_UNKNOWN, format!("`{word}` is not a line of {}", block.called))
                .primary(span, "");
        let elsewhere: Vec<String> =
            forms::blocks_with(&word).into_iter().map(str::to_owned).collect();
        if !elsewhere.is_empty() {
            finding = finding.note(format!("it is a line of {}", phrase::either(&elsewhere)));
        }
        let keys = phrase::either(&keys).replace(" or ", " and ");
        self.say(finding.note(format!("{} has {keys}", block.called)));
    }
}
