//! The pieces of a text.

use super::foreign;
use crate::literal::parse_ip;

/// A piece of a text: octets from `start` up to `end`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Offset of its first octet.
    pub start: usize,
    /// Offset after its last octet.
    pub end: usize,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PieceKind {
    /// `}`.
    Close,
    /// `,`.
    Comma,
    /// `#` up to the end of the line.
    Comment,
    /// A comment as other languages write it: `// …` or `-- …` up to the end of the line, `/* … */`.
    CommentForeign,
    /// `##` at the start of a line, up to its end.
    Doc,
    /// The end of a line.
    Newline,
    /// `{`.
    Open,
    /// `/…/`.
    Regex,
    /// `/` without another on its line.
    RegexUnclosed,
    /// White space inside a line, or the mark at the start of a file that names its encoding.
    Space,
    /// `"…"`.
    Text,
    /// A text in other quotes, or in straight ones that stand on different lines.
    TextForeign,
    /// A quote without another on its line.
    TextUnclosed,
    /// Anything else.
    Word,
}

impl PieceKind {
    /// Whether it means something to a statement.
    #[must_use]
    pub fn is_significant(self) -> bool {
        match self {
            Self::Comment | Self::CommentForeign | Self::Doc | Self::Newline | Self::Space => false,
            Self::Close
            | Self::Comma
            | Self::Open
            | Self::Regex
            | Self::RegexUnclosed
            | Self::Text
            | Self::TextForeign
            | Self::TextUnclosed
            | Self::Word => true,
        }
    }
}

impl Piece {
    /// Its part of the text.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// Cuts a text; the pieces, one after the other, are the text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut cutter = Cutter { text, pieces: Vec::new(), first: None, comments_end: true };
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = cutter.next(rest);
        let end = start.saturating_add(length.max(1));
        cutter.push(Piece { kind, start, end });
        start = end;
    }
    cutter.pieces
}

/// What was cut off so far.
struct Cutter<'t> {
    text: &'t str,
    pieces: Vec<Piece>,
    /// The first piece of this line that means something.
    first: Option<Piece>,
    /// Whether a `*/` may still follow.
    comments_end: bool,
}

impl Cutter<'_> {
    /// Whether only white space stands before the next piece on its line.
    fn is_line_start(&self) -> bool {
        let before = self.pieces.iter().rev().find(|piece| piece.kind != PieceKind::Space);
        before.is_none_or(|piece| piece.kind == PieceKind::Newline)
    }

    fn next(&mut self, rest: &str) -> (PieceKind, usize) {
        let Some(first) = rest.chars().next() else {
            return (PieceKind::Space, 0);
        };
        let before = self.pieces.last().map(|piece| piece.kind);
        let begins_word = before != Some(PieceKind::Word) && before != Some(PieceKind::Text);
        // Only what takes the rest of its line measures it, so that a long line costs once.
        match first {
            '\r' if rest.starts_with("\r\n") => (PieceKind::Newline, 2),
            '\n' | '\r' => (PieceKind::Newline, 1),
            '\u{FEFF}' if before.is_none() => (PieceKind::Space, first.len_utf8()),
            '{' => (PieceKind::Open, 1),
            '}' => (PieceKind::Close, 1),
            ',' => (PieceKind::Comma, 1),
            '#' if is_doc(rest) && self.is_line_start() => (PieceKind::Doc, line_of(rest).len()),
            '#' => (PieceKind::Comment, line_of(rest).len()),
            '"' => straight(rest),
            '/' if begins_word => self.slash(rest),
            ';' | '-' if is_foreign_comment(rest) && self.is_line_start() => {
                (PieceKind::CommentForeign, line_of(rest).len())
            }
            quote if begins_word && foreign::opens(quote) => foreign::text(rest, quote)
                .map_or_else(|| unquoted(rest, quote), |length| (PieceKind::TextForeign, length)),
            space if space.is_whitespace() => (PieceKind::Space, space_length(rest)),
            _ => (PieceKind::Word, word_length(rest)),
        }
    }

    fn push(&mut self, piece: Piece) {
        if piece.kind == PieceKind::Newline {
            self.first = None;
        } else if piece.kind.is_significant() {
            self.first.get_or_insert(piece);
        }
        self.pieces.push(piece);
    }

    /// The word before the next piece, with or without white space between them.
    fn word_before(&self) -> &str {
        let last = match self.pieces.as_slice() {
            [.., word, space] if space.kind == PieceKind::Space => Some(word),
            [.., word] => Some(word),
            [] => None,
        };
        last.filter(|it| it.kind == PieceKind::Word).map_or("", |it| it.of(self.text))
    }

    /// A regular expression, or a comment as other languages write it: no expression is empty or begins
    /// with a star. An expression may have its slashes twice; behind an address, a slash belongs to it.
    fn slash(&mut self, rest: &str) -> (PieceKind, usize) {
        let before = self.word_before();
        if before.trim_end_matches([':', '=']).eq_ignore_ascii_case("match")
            && !rest.starts_with("/*")
        {
            return expression(rest);
        }
        let is_match = self.first.is_some_and(|it| it.of(self.text) == "match");
        if is_match && is_closed_twice(rest) {
            return expression(rest);
        }
        if is_prefix(rest) && parse_ip(before).is_ok() {
            return (PieceKind::Word, word_length(rest));
        }
        if rest.starts_with("//") {
            return (PieceKind::CommentForeign, line_of(rest).len());
        }
        if rest.starts_with("/*") {
            let end = if self.comments_end { rest.find("*/") } else { None };
            self.comments_end = end.is_some();
            let length = end.map_or_else(|| line_of(rest).len(), |end| end.saturating_add(2));
            return (PieceKind::CommentForeign, length);
        }
        expression(rest)
    }
}

/// A regular expression with all the slashes before and behind it.
fn expression(rest: &str) -> (PieceKind, usize) {
    let slashes = |it: &str| it.len().saturating_sub(it.trim_start_matches('/').len());
    let doubled = slashes(rest).saturating_sub(1);
    // Nothing else stands on the line.
    let after = rest.get(slashes(rest)..).unwrap_or("").trim_start_matches([' ', '\t']);
    if doubled > 0 && (after.is_empty() || after.starts_with(['\n', '\r'])) {
        return (PieceKind::Regex, slashes(rest));
    }
    let length = rest.get(doubled..).and_then(|it| delimited(it, '/')).map(|it| {
        let end = it.saturating_add(doubled);
        end.saturating_add(slashes(rest.get(end..).unwrap_or("")))
    });
    length.map_or_else(
        || (PieceKind::RegexUnclosed, line_of(rest).trim_end().len()),
        |length| (PieceKind::Regex, length),
    )
}

/// Whether an expression begins here that has its slashes twice on both sides: `//…//`.
fn is_closed_twice(rest: &str) -> bool {
    let (kind, length) = expression(rest);
    let whole = rest.get(..length).unwrap_or("");
    let ends =
        rest.get(length..).is_none_or(|it| it.is_empty() || it.starts_with(char::is_whitespace));
    kind == PieceKind::Regex && ends && whole.starts_with("//") && whole.ends_with("//")
}

/// Whether a slash stands before how many bits of a network are fixed, and not before an expression.
fn is_prefix(rest: &str) -> bool {
    let after = rest.strip_prefix('/').unwrap_or("").trim_start_matches([' ', '\t']);
    after.starts_with(|it: char| it.is_ascii_digit())
}

fn straight(rest: &str) -> (PieceKind, usize) {
    if let Some(length) = delimited(rest, '"') {
        return (PieceKind::Text, length);
    }
    let other = foreign::closed_otherwise(rest).or_else(|| foreign::over_lines(rest));
    other.map_or_else(
        || (PieceKind::TextUnclosed, line_of(rest).trim_end().len()),
        |length| (PieceKind::TextForeign, length),
    )
}

/// A quote without its other half: a text that is not closed, or a letter of a word.
fn unquoted(rest: &str, quote: char) -> (PieceKind, usize) {
    if matches!(quote, '\u{201C}' | '\u{201D}' | '\u{201E}') {
        return (PieceKind::TextUnclosed, line_of(rest).trim_end().len());
    }
    (PieceKind::Word, word_length(rest))
}

/// The length of a word whose first character, whatever it is, belongs to it.
fn word_length(rest: &str) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let after = rest.get(first..).unwrap_or("");
    after.find(ends_word).map_or(rest.len(), |length| length.saturating_add(first))
}

fn is_foreign_comment(rest: &str) -> bool {
    rest.starts_with("-- ") || rest.starts_with(';')
}

/// The rest of the line, without its end.
fn line_of(rest: &str) -> &str {
    rest.split(['\n', '\r']).next().unwrap_or(rest)
}

fn is_doc(rest: &str) -> bool {
    rest.strip_prefix("##")
        .is_some_and(|after| after.is_empty() || after.starts_with(char::is_whitespace))
}

/// The length of a text or regular expression that begins here, if it ends on the line.
fn delimited(rest: &str, delimiter: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match (escaped, character) {
            (_, '\n' | '\r') => return None,
            (true, _) => escaped = false,
            (false, '\\') => escaped = true,
            (false, other) if other == delimiter => return at.checked_add(other.len_utf8()),
            (false, _) => {}
        }
    }
    None
}

fn space_length(rest: &str) -> usize {
    rest.find(|character: char| !character.is_whitespace() || matches!(character, '\n' | '\r'))
        .unwrap_or(rest.len())
}

fn ends_word(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '{' | '}' | ',' | '#' | '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
}
