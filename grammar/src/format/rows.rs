//! From layout to rows: the words of each line, without the spaces between them.

use crate::{
    forms::{self, Lines},
    layout::{Block, Layout, Line, Node, Piece, PieceKind},
    statement::Rule,
};

/// The rows of a whole file.
pub(super) fn rows(text: &str, layout: &Layout) -> Vec<Row> {
    let reader = Reader { text, layout };
    reader.rows(&layout.nodes, None, 0..layout.pieces.len())
}

/// What stands on one line, or on several for a list.
pub(super) enum Row {
    Blank,
    Block { head: Segment, body: Vec<Row>, close: Segment },
    Comment(String),
    Statement { key: String, segments: Vec<Segment>, recipient: Option<String> },
}

/// A line of text with the comment after it.
#[derive(Clone, Default)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) comment: Option<String>,
}

struct Reader<'t> {
    text: &'t str,
    layout: &'t Layout,
}

impl<'t> Reader<'t> {
    fn piece(&self, index: usize) -> Option<&'t Piece> {
        self.layout.pieces.get(index)
    }

    fn written(&self, index: usize) -> &'t str {
        self.piece(index).map_or("", |piece| piece.of(self.text))
    }

    fn kind(&self, index: usize) -> Option<PieceKind> {
        self.piece(index).map(|piece| piece.kind)
    }

    /// The rows of some nodes, with the comments and empty lines of the pieces they stand in.
    fn rows(
        &self,
        nodes: &[Node],
        lines: Option<Lines>,
        range: std::ops::Range<usize>,
    ) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut at = range.start;
        for node in nodes {
            let Some(line) = node.line() else { continue };
            self.gap(&mut rows, at..line.first);
            at = match node {
                Node::Line(line) => {
                    let (row, after) = self.statement(*line, lines);
                    rows.push(row);
                    after
                }
                Node::Block(block) => {
                    let (row, after) = self.block(block, line);
                    rows.push(row);
                    after
                }
            };
        }
        self.gap(&mut rows, at..range.end);
        while matches!(rows.last(), Some(Row::Blank)) {
            rows.pop();
        }
        rows
    }

    /// Comments and empty lines between two statements.
    fn gap(&self, rows: &mut Vec<Row>, range: std::ops::Range<usize>) {
        let mut newlines = 0_usize;
        for index in range {
            match self.kind(index) {
                Some(PieceKind::Newline) => newlines = newlines.saturating_add(1),
                Some(PieceKind::Comment | PieceKind::Doc) => {
                    blank(rows, newlines);
                    rows.push(Row::Comment(self.written(index).trim_end().to_owned()));
                    newlines = 0;
                }
                Some(_) | None => {}
            }
        }
        blank(rows, newlines);
    }

    /// The comment on the rest of a line, and where what follows begins.
    fn trailing(&self, after: usize) -> (Option<String>, usize) {
        let next = if self.kind(after) == Some(PieceKind::Space) {
            after.saturating_add(1)
        } else {
            after
        };
        match self.kind(next) {
            Some(PieceKind::Comment) => {
                (Some(self.written(next).trim_end().to_owned()), next.saturating_add(1))
            }
            Some(_) | None => (None, after),
        }
    }

    fn statement(&self, line: Line, lines: Option<Lines>) -> (Row, usize) {
        let words = self.key_words(line, lines);
        let (key, rest) = self.split_key(line, words);
        let mut segments = rest.map_or_else(Vec::new, |first| self.segments(first, line.last));
        let (comment, after) = self.trailing(line.last.saturating_add(1));
        if segments.is_empty() {
            segments.push(Segment::default());
        }
        if let Some(last) = segments.last_mut() {
            last.comment = comment;
        }
        let recipient =
            if key == "expect" { segments.first_mut().and_then(take_recipient) } else { None };
        if key == "order"
            && let Some(first) = segments.first_mut()
        {
            first.text = first.text.split('<').map(str::trim).collect::<Vec<_>>().join(" < ");
        }
        (Row::Statement { key, segments, recipient }, after)
    }

    fn block(&self, block: &Block, head: Line) -> (Row, usize) {
        let words: Vec<&str> = self.written(head.first).split(' ').collect();
        let form = words.first().and_then(|word| forms::block_form(word));
        let open = block.open.unwrap_or(head.last);
        let text: Vec<String> =
            self.segments(head.first, head.last).into_iter().map(|segment| segment.text).collect();
        let (before, between) = self.trailing(head.last.saturating_add(1));
        let mut body = Vec::new();
        self.gap(&mut body, between.min(open)..open);
        let (after_open, start) = self.trailing(open.saturating_add(1));
        let comment = match (before, after_open) {
            (Some(before), Some(after)) => {
                body.push(Row::Comment(after));
                Some(before)
            }
            (before, after) => before.or(after),
        };
        let close = block.close.unwrap_or(open);
        body.extend(self.rows(&block.body, form.map(|form| form.lines), start..close));
        while matches!(body.first(), Some(Row::Blank)) {
            body.remove(0);
        }
        let (close_comment, after) = self.trailing(close.saturating_add(1));
        let head = Segment { text: format!("{} {{", text.join(" ")), comment };
        (
            Row::Block {
                head,
                body,
                close: Segment { text: "}".to_owned(), comment: close_comment },
            },
            after,
        )
    }

    /// How many words of the line are its key; none where the line has no value.
    fn key_words(&self, line: Line, lines: Option<Lines>) -> usize {
        let significant = (line.first..=line.last)
            .filter(|index| self.kind(*index).is_some_and(PieceKind::is_significant));
        match lines {
            None => usize::MAX,
            Some(Lines::Entries(Rule::term_entry)) => {
                let option = |index: &usize| {
                    matches!(self.written(*index), "weight" | "whole" | "any" | "exact" | "within")
                };
                significant.take_while(|index| !option(index)).count()
            }
            Some(Lines::Entries(_)) => usize::MAX,
            Some(Lines::Properties(forms)) => {
                let words: Vec<&str> =
                    significant.take(3).map(|index| self.written(index)).collect();
                forms::form_of(forms, &words).map_or(1, |form| form.key.split(' ').count())
            }
        }
    }

    /// The key, and the first piece of the value.
    fn split_key(&self, line: Line, words: usize) -> (String, Option<usize>) {
        let significant = (line.first..=line.last)
            .filter(|index| self.kind(*index).is_some_and(PieceKind::is_significant));
        let first = if words == usize::MAX { None } else { significant.clone().nth(words) };
        // A list in the place of a key has no column to stand in: all of it is the value.
        if words == usize::MAX && self.segments(line.first, line.last).len() > 1 {
            return (String::new(), Some(line.first));
        }
        let last = first.map_or(line.last, |first| first.saturating_sub(1));
        let key: Vec<String> =
            self.segments(line.first, last).into_iter().map(|segment| segment.text).collect();
        (key.join(" "), first)
    }

    /// The pieces of a statement with one space between them, broken where the author broke it.
    fn segments(&self, first: usize, last: usize) -> Vec<Segment> {
        let mut segments = vec![Segment::default()];
        for index in first..=last {
            let Some(kind) = self.kind(index) else { continue };
            let Some(segment) = segments.last_mut() else { continue };
            match kind {
                PieceKind::Space => {}
                PieceKind::Newline => segments.push(Segment::default()),
                PieceKind::Comment | PieceKind::CommentForeign | PieceKind::Doc => {
                    segment.comment = Some(self.written(index).trim_end().to_owned());
                }
                PieceKind::Comma => segment.text.push(','),
                PieceKind::Close
                | PieceKind::Open
                | PieceKind::Regex
                | PieceKind::RegexUnclosed
                | PieceKind::Text
                | PieceKind::TextForeign
                | PieceKind::TextUnclosed
                | PieceKind::Word => {
                    // A quoted local part is one word with its domain.
                    let before = index.checked_sub(1).and_then(|before| self.kind(before));
                    let joined =
                        before == Some(PieceKind::Text) && self.written(index).starts_with('@');
                    if !segment.text.is_empty() && !joined {
                        segment.text.push(' ');
                    }
                    segment.text.push_str(self.written(index));
                }
            }
        }
        segments.retain(|segment| !segment.text.is_empty() || segment.comment.is_some());
        segments
    }
}

/// Takes whom an `expect` line speaks of off its value.
fn take_recipient(value: &mut Segment) -> Option<String> {
    let (first, rest) = value.text.split_once(' ')?;
    let (who, rest) = match (first, rest.strip_prefix("recipient ")) {
        ("every", Some(rest)) => ("every recipient".to_owned(), rest.to_owned()),
        _ if first.contains('@') && !first.starts_with('"') => (first.to_owned(), rest.to_owned()),
        _ => return None,
    };
    value.text = rest;
    Some(who)
}

fn blank(rows: &mut Vec<Row>, newlines: usize) {
    if newlines > 1 && !rows.is_empty() && !matches!(rows.last(), Some(Row::Blank)) {
        rows.push(Row::Blank);
    }
}
