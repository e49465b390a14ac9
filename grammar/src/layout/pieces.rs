//! The pieces of a text.

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
    /// A text in curly quotes.
    TextCurly,
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
            Self::Comment | Self::Doc | Self::Newline | Self::Space => false,
            Self::Close
            | Self::Comma
            | Self::Open
            | Self::Regex
            | Self::RegexUnclosed
            | Self::Text
            | Self::TextCurly
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
    let mut pieces: Vec<Piece> = Vec::new();
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let before = pieces.last().map(|piece| piece.kind);
        let (kind, length) = next(rest, before, start == 0 || is_line_start(&pieces));
        let end = start.saturating_add(length.max(1));
        pieces.push(Piece { kind, start, end });
        start = end;
    }
    pieces
}

/// Whether only white space stands before the next piece on its line.
fn is_line_start(pieces: &[Piece]) -> bool {
    let before = pieces.iter().rev().find(|piece| piece.kind != PieceKind::Space);
    before.is_none_or(|piece| piece.kind == PieceKind::Newline)
}

fn next(rest: &str, before: Option<PieceKind>, line_start: bool) -> (PieceKind, usize) {
    let Some(first) = rest.chars().next() else {
        return (PieceKind::Space, 0);
    };
    // Only what takes the rest of its line measures it, so that a long line costs once.
    match first {
        '\n' => (PieceKind::Newline, 1),
        '\r' if rest.starts_with("\r\n") => (PieceKind::Newline, 2),
        '\u{FEFF}' if before.is_none() => (PieceKind::Space, first.len_utf8()),
        '{' => (PieceKind::Open, 1),
        '}' => (PieceKind::Close, 1),
        ',' => (PieceKind::Comma, 1),
        '#' if line_start && is_doc(rest) => (PieceKind::Doc, line_of(rest).len()),
        '#' => (PieceKind::Comment, line_of(rest).len()),
        '"' => delimited(rest, '"').map_or_else(
            || (PieceKind::TextUnclosed, line_of(rest).trim_end().len()),
            |length| (PieceKind::Text, length),
        ),
        '\u{201C}' | '\u{201D}' | '\u{201E}' => curly(rest, first.len_utf8()),
        '/' if before != Some(PieceKind::Word) && before != Some(PieceKind::Text) => {
            delimited(rest, '/').map_or_else(
                || (PieceKind::RegexUnclosed, line_of(rest).trim_end().len()),
                |length| (PieceKind::Regex, length),
            )
        }
        space if space.is_whitespace() => (PieceKind::Space, space_length(rest)),
        _ => (PieceKind::Word, rest.find(ends_word).unwrap_or(rest.len())),
    }
}

/// The rest of the line, without its end.
fn line_of(rest: &str) -> &str {
    let line = rest.split('\n').next().unwrap_or(rest);
    if line.len() < rest.len() { line.strip_suffix('\r').unwrap_or(line) } else { line }
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
            (_, '\n') => return None,
            (true, _) => escaped = false,
            (false, '\\') => escaped = true,
            (false, other) if other == delimiter => return at.checked_add(other.len_utf8()),
            (false, _) => {}
        }
    }
    None
}

fn curly(rest: &str, quote: usize) -> (PieceKind, usize) {
    let inside = rest.get(quote..).unwrap_or("");
    let closing = inside
        .char_indices()
        .find(|(_, character)| matches!(character, '\u{201C}' | '\u{201D}' | '\n'));
    match closing.filter(|(_, character)| *character != '\n') {
        Some((at, character)) => {
            (PieceKind::TextCurly, quote.saturating_add(at).saturating_add(character.len_utf8()))
        }
        None => (PieceKind::TextUnclosed, line_of(rest).trim_end().len()),
    }
}

fn space_length(rest: &str) -> usize {
    let ends = |(at, character): &(usize, char)| {
        !character.is_whitespace()
            || *character == '\n'
            || rest.get(*at..).is_some_and(|after| after.starts_with("\r\n"))
    };
    rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at)
}

fn ends_word(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '{' | '}' | ',' | '#' | '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
}
