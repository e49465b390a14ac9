//! Groups pieces into lines and blocks.

use super::{Block, Fault, Layout, Line, Node, Piece, PieceKind, pieces};
use crate::{
    forms::{BlockForm, ITEMS, Lines, block_form, form_of, is_item, needs_block},
    limits::DEPTH_MAX,
    suggest::closest,
};

/// Lays out a text. Total and lossless.
#[must_use]
pub fn layout(text: &str) -> Layout {
    let pieces = pieces(text);
    let mut builder = Builder {
        text,
        pieces: &pieces,
        at: 0,
        root: Vec::new(),
        open: Vec::new(),
        too_deep: 0,
        inside: None,
        faults: Vec::new(),
    };
    while builder.at < builder.pieces.len() {
        builder.statement();
    }
    builder.close_all(None);
    let (nodes, faults) = (builder.root, builder.faults);
    Layout { pieces, nodes, faults }
}

struct Builder<'t> {
    text: &'t str,
    pieces: &'t [Piece],
    /// The next piece to look at.
    at: usize,
    root: Vec<Node>,
    /// The blocks that are open, outermost first.
    open: Vec<Block>,
    /// Braces opened beyond the limit; what is inside is not looked at.
    too_deep: usize,
    /// A block inside of another, by its brace, and where the last of its lines begins.
    inside: Option<(usize, usize)>,
    faults: Vec<Fault>,
}

/// What ended a statement.
#[derive(Clone, Copy, Eq, PartialEq)]
enum End {
    Close(usize),
    Newline,
    Open(usize),
}

impl Builder<'_> {
    /// Takes one statement and what ends it.
    fn statement(&mut self) {
        let (line, end) = self.gather();
        if let Some(line) = line
            && !self.open.is_empty()
            && self.begins_item(line, end)
        {
            self.close_all(Some(line.first));
        }
        if let Some(line) = line
            && self.leaves_inner(line)
            && !self.goes_on_inside(line)
        {
            self.close_inner(line);
        }
        match end {
            End::Open(open) => self.open_block(line, open),
            End::Close(close) => {
                self.push_line(line);
                self.close_block(close);
            }
            End::Newline => self.end_line(line),
        }
    }

    /// Collects the pieces of a statement.
    fn gather(&mut self) -> (Option<Line>, End) {
        let mut line: Option<Line> = None;
        while let Some(piece) = self.pieces.get(self.at) {
            let here = self.at;
            self.at = self.at.saturating_add(1);
            match piece.kind {
                PieceKind::Open => return (line, End::Open(here)),
                PieceKind::Close => return (line, End::Close(here)),
                PieceKind::Newline => match line {
                    None => {}
                    Some(line) if self.goes_on(line) || self.is_broken(line) => {
                        self.at = self.next_significant().unwrap_or(self.at);
                    }
                    Some(line) => return (Some(self.without_last_comma(line)), End::Newline),
                },
                PieceKind::Comment
                | PieceKind::CommentForeign
                | PieceKind::Doc
                | PieceKind::Space => {}
                PieceKind::Comma
                | PieceKind::Regex
                | PieceKind::RegexUnclosed
                | PieceKind::Text
                | PieceKind::TextForeign
                | PieceKind::TextUnclosed
                | PieceKind::Word => {
                    line = Some(Line { first: line.map_or(here, |line| line.first), last: here });
                }
            }
        }
        (line.map(|line| self.without_last_comma(line)), End::Newline)
    }

    fn kind(&self, index: usize) -> Option<PieceKind> {
        self.pieces.get(index).map(|piece| piece.kind)
    }

    /// Whether the statement ends with a comma and the next line can belong to it.
    fn goes_on(&self, line: Line) -> bool {
        if self.kind(line.last) != Some(PieceKind::Comma) {
            return false;
        }
        let Some(next) = self.next_significant() else { return false };
        match self.kind(next) {
            Some(PieceKind::Open | PieceKind::Close) | None => false,
            Some(_) => {
                let is_item = is_item(self.word(next)) && self.is_at_margin(next);
                !is_item && !self.begins_property(next)
            }
        }
    }

    /// Whether the statement goes on in the next line by a word that joins, though no comma says so.
    fn is_broken(&mut self, line: Line) -> bool {
        let in_properties = self.open.last().and_then(|block| block.head).is_some_and(|head| {
            let form = block_form(self.word(head.first));
            form.is_some_and(|form| matches!(form.lines, Lines::Properties(_)))
        });
        let Some(next) = self.next_significant().filter(|_| in_properties) else { return false };
        let joins = |index: usize| matches!(self.word(index), "and" | "or" | "except");
        let joined = joins(next) || (joins(line.last) && line.first != line.last);
        if !joined || self.kind(next) != Some(PieceKind::Word) || self.begins_property(next) {
            return false;
        }
        self.faults.push(Fault::LineBroken { before: line.last, after: next });
        true
    }

    /// Whether the word begins a line of the block that is open. `internal` is a line of a definition, but
    /// after a comma it is the people.
    fn begins_property(&self, index: usize) -> bool {
        let head = self.open.last().and_then(|block| block.head);
        let lines = head.and_then(|head| block_form(self.word(head.first))).map(|form| form.lines);
        let word = self.word(index);
        match lines {
            Some(Lines::Properties(forms)) => {
                word != "internal" && form_of(forms, &[word]).is_some()
            }
            Some(Lines::Entries(_)) | None => false,
        }
    }

    fn without_last_comma(&mut self, line: Line) -> Line {
        if self.kind(line.last) != Some(PieceKind::Comma) || line.first == line.last {
            return line;
        }
        self.faults.push(Fault::CommaBeforeNothing(line.last));
        let before = (line.first..line.last)
            .rev()
            .find(|index| self.kind(*index).is_some_and(PieceKind::is_significant));
        Line { first: line.first, last: before.unwrap_or(line.first) }
    }

    fn next_significant(&self) -> Option<usize> {
        let rest = self.pieces.iter().enumerate().skip(self.at);
        rest.into_iter().find(|(_, piece)| piece.kind.is_significant()).map(|(index, _)| index)
    }

    fn word(&self, index: usize) -> &str {
        self.pieces.get(index).map_or("", |piece| piece.of(self.text))
    }

    /// Whether nothing stands before the piece on its line.
    fn is_at_margin(&self, index: usize) -> bool {
        index
            .checked_sub(1)
            .and_then(|before| self.kind(before))
            .is_none_or(|kind| kind == PieceKind::Newline)
    }

    fn is_first_on_line(&self, index: usize) -> bool {
        let before = self
            .pieces
            .get(..index)
            .unwrap_or(&[])
            .iter()
            .rev()
            .find(|piece| piece.kind != PieceKind::Space);
        before.is_none_or(|piece| piece.kind == PieceKind::Newline)
    }

    fn begins_item(&self, line: Line, end: End) -> bool {
        let word = self.word(line.first);
        if !is_item(word) {
            return self.begins_misspelt(line, end);
        }
        let with_block = matches!(end, End::Open(_))
            && line.first != line.last
            && self.is_first_on_line(line.first);
        with_block || (self.is_at_margin(line.first) && word != "domains")
    }

    /// `polcy NAME {` at the margin, where the block before it lacks its brace.
    fn begins_misspelt(&self, line: Line, end: End) -> bool {
        matches!(end, End::Open(_))
            && line.first != line.last
            && self.is_at_margin(line.first)
            && !self.begins_property(line.first)
            && closest(self.word(line.first), ITEMS.iter().map(|it| it.key)).is_some()
    }

    fn body(&mut self) -> &mut Vec<Node> {
        self.open.last_mut().map_or(&mut self.root, |block| &mut block.body)
    }

    fn push_line(&mut self, line: Option<Line>) {
        if let Some(line) = line
            && self.too_deep == 0
        {
            self.body().push(Node::Line(line));
        }
    }

    fn end_line(&mut self, line: Option<Line>) {
        let Some(head) = line else { return };
        let next = self.next_significant();
        if let Some(open) = next.filter(|next| self.kind(*next) == Some(PieceKind::Open)) {
            self.at = open.saturating_add(1);
            return self.open_block(Some(head), open);
        }
        let is_item = self.open.is_empty() && needs_block(self.word(head.first));
        if is_item || self.is_message(head) {
            self.faults.push(Fault::OpenMissing(head));
            return self.open.push(Block {
                head: Some(head),
                open: None,
                body: Vec::new(),
                close: None,
            });
        }
        self.push_line(Some(head));
    }

    /// Whether the line is `message` inside of a test, and its own lines follow.
    fn is_message(&self, line: Line) -> bool {
        let [test] = self.open.as_slice() else { return false };
        let is = |line: Line, word| self.word(line.first) == word;
        let Some(Lines::Properties(forms)) = block_form("message").map(|it| it.lines) else {
            return false;
        };
        let next = self.next_significant().map_or("", |it| self.word(it));
        is(line, "message")
            && line.first == line.last
            && test.head.is_some_and(|it| is(it, "test"))
            && form_of(forms, &[next]).is_some()
    }

    fn open_block(&mut self, head: Option<Line>, open: usize) {
        if self.open.len() >= DEPTH_MAX {
            if self.too_deep == 0 {
                self.faults.push(Fault::Deep(open));
            }
            self.too_deep = self.too_deep.saturating_add(1);
            return;
        }
        if head.is_none() {
            self.faults.push(Fault::OpenWithoutHead(open));
        }
        self.open.push(Block { head, open: Some(open), body: Vec::new(), close: None });
    }

    fn close_block(&mut self, close: usize) {
        if let Some(fewer) = self.too_deep.checked_sub(1) {
            self.too_deep = fewer;
            return;
        }
        match self.open.pop() {
            Some(block) => self.body().push(Node::Block(Block { close: Some(close), ..block })),
            None => self.faults.push(Fault::CloseWithoutOpen(close)),
        }
    }

    /// Whether the line is one of the block around the innermost, and none of the innermost.
    fn leaves_inner(&self, line: Line) -> bool {
        let [outer, inner] = self.open.as_slice() else { return false };
        let word = self.word(line.first);
        let knows = |block: &Block| {
            let form = block.head.and_then(|head| block_form(self.word(head.first)));
            form.and_then(|form| match form.lines {
                Lines::Properties(forms) => Some(form_of(forms, &[word]).is_some()),
                Lines::Entries(_) => None,
            })
        };
        self.too_deep == 0 && knows(outer) == Some(true) && knows(inner) == Some(false)
    }

    /// Whether lines of the innermost block follow before it is closed, so that the line only strayed into
    /// it. They are looked for once in each block.
    fn goes_on_inside(&mut self, line: Line) -> bool {
        let Some(inner) = self.open.last() else { return false };
        let opened = inner.open.or(inner.head.map(|it| it.last)).unwrap_or(0);
        if self.inside.is_none_or(|(block, _)| block != opened) {
            let form = inner.head.and_then(|it| block_form(self.word(it.first)));
            let Some(BlockForm { lines: Lines::Properties(forms), .. }) = form else {
                return false;
            };
            let rest = (0..).zip(self.pieces).skip(self.at);
            let block =
                rest.take_while(|it| !matches!(it.1.kind, PieceKind::Open | PieceKind::Close));
            let first_words =
                block.filter(|(at, it)| it.kind == PieceKind::Word && self.is_first_on_line(*at));
            let last =
                first_words.filter(|(at, _)| form_of(forms, &[self.word(*at)]).is_some()).last();
            self.inside = Some((opened, last.map_or(0, |it| it.0)));
        }
        self.inside.is_some_and(|(_, last)| line.first < last)
    }

    /// Closes the innermost block, because a line of the one around it begins.
    fn close_inner(&mut self, line: Line) {
        let Some(block) = self.open.pop() else { return };
        if let Some(open) = block.open {
            let head = block.head.unwrap_or(Line { first: open, last: open });
            self.faults.push(Fault::Unclosed { head, before: Some(line.first) });
        }
        self.body().push(Node::Block(block));
    }

    /// Closes what is open, because an item begins or the text ends.
    fn close_all(&mut self, before: Option<usize>) {
        self.too_deep = 0;
        while let Some(block) = self.open.pop() {
            // One forgotten brace is one fault: an inner block says nothing if the outer one will.
            if self.open.is_empty()
                && let Some(open) = block.open
            {
                let head = block.head.unwrap_or(Line { first: open, last: open });
                self.faults.push(Fault::Unclosed { head, before });
            }
            self.body().push(Node::Block(block));
        }
    }
}
