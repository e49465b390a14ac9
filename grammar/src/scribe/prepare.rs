//! Makes a line ready to be read: refuses what is over a limit, and mends what is wrong with single words
//! and marks before any rule sees them.

use super::{Scribe, Source, slip::skeleton};
use crate::{
    diagnostic::{DASH, Diagnostic, Fix, LIMIT, LIST_LONG, SEMICOLON, WORD_INVISIBLE},
    forms::{self, Lines},
    layout::{Line, Piece, PieceKind, foreign},
    limits::{LIST_ENTRIES_MAX, STATEMENT_OCTETS_MAX},
    literal::QuotedText,
    suggest::closest,
    tree::Span,
};

/// Words of a line in which the mark after a property is looked for.
const KEY_PIECES_MAX: usize = 3;

/// Where in its line a word stands.
#[derive(Clone, Copy)]
struct Standing {
    is_last: bool,
    /// It may belong to the property that the line begins with.
    is_key: bool,
}

impl<'t> Scribe<'t> {
    /// The text of a line, ready to be read.
    pub(crate) fn prepare(&mut self, line: Line, lines: Lines) -> Source<'t> {
        let pieces = self.pieces.get(line.first..=line.last).unwrap_or(&[]);
        let (start, end) = (self.byte(line.first), self.end_byte(line.last));
        let mut source = Source::new(start, self.text.get(start..end).unwrap_or(""));
        source.readable = self.is_readable(pieces, line);
        if !source.readable {
            return source;
        }
        let mut key_pieces = 0_usize;
        let mut edits = Vec::new();
        for (index, piece) in (line.first..).zip(pieces) {
            let written = piece.of(self.text);
            match piece.kind {
                PieceKind::TextForeign => {
                    let inside = foreign::inside(written);
                    // The backslashes of an expression are its own: quoted once more it would be another.
                    let quoted = if self.written(line.first) == "match" {
                        format!("\"{inside}\"")
                    } else {
                        QuotedText::quote(&inside)
                    };
                    edits.push((piece.start..piece.end, quoted));
                }
                PieceKind::CommentForeign => edits.push((piece.start..piece.end, String::new())),
                PieceKind::Word => {
                    key_pieces = key_pieces.saturating_add(1);
                    let is_key =
                        key_pieces <= KEY_PIECES_MAX && matches!(lines, Lines::Properties(_));
                    let standing = Standing { is_last: index == line.last, is_key };
                    if let Some(mended) = self.word(piece, standing, lines) {
                        edits.push(mended);
                    }
                }
                PieceKind::Close
                | PieceKind::Comma
                | PieceKind::Comment
                | PieceKind::Doc
                | PieceKind::Newline
                | PieceKind::Open
                | PieceKind::Regex
                | PieceKind::RegexUnclosed
                | PieceKind::Space
                | PieceKind::Text
                | PieceKind::TextUnclosed => {}
            }
        }
        let here = |it: usize| it.saturating_sub(start);
        let edits = edits.into_iter().map(|(at, text)| (here(at.start)..here(at.end), text));
        source.mend_all(edits.collect());
        source
    }

    pub(super) fn byte(&self, piece: usize) -> usize {
        self.pieces.get(piece).map_or(self.text.len(), |piece| piece.start)
    }

    pub(super) fn end_byte(&self, piece: usize) -> usize {
        self.pieces.get(piece).map_or(self.text.len(), |piece| piece.end)
    }

    fn is_readable(&mut self, pieces: &[Piece], line: Line) -> bool {
        let unclosed = |piece: &Piece| {
            matches!(piece.kind, PieceKind::TextUnclosed | PieceKind::RegexUnclosed)
        };
        if pieces.iter().any(unclosed) {
            self.damaged = true;
            return false;
        }
        let span = self.line_span(line);
        let octets = usize::try_from(span.end.saturating_sub(span.start)).unwrap_or(usize::MAX);
        let commas = pieces.iter().filter(|piece| piece.kind == PieceKind::Comma).count();
        if commas >= LIST_ENTRIES_MAX {
            let entries = commas.saturating_add(1);
            let message = format!(
                "this list has {entries} entries; {LIST_ENTRIES_MAX} are allowed on one line"
            );
            self.say(
                Diagnostic::new(LIST_LONG, message)
                    .primary(self.piece_span(line.first), "it begins here")
                    .note(
                        "put them into a set of its own, one on each line, and name the set here",
                    ),
            );
            return false;
        }
        if octets > STATEMENT_OCTETS_MAX {
            let message =
                format!("this line has {octets} octets; {STATEMENT_OCTETS_MAX} are allowed");
            self.say(
                Diagnostic::new(LIMIT, message)
                    .primary(self.piece_span(line.first), "it begins here"),
            );
            return false;
        }
        true
    }

    /// Mends one word; the place and what stands there instead.
    fn word(
        &mut self,
        piece: &Piece,
        standing: Standing,
        lines: Lines,
    ) -> Option<(std::ops::Range<usize>, String)> {
        let Standing { is_last, is_key } = standing;
        let written = piece.of(self.text);
        let span = self.offsets(piece.start, piece.end);
        let last = *written.as_bytes().last()?;
        if last == b';' {
            return self.semicolon(written, span, is_last, lines);
        }
        // An address of IPv6 may begin with two of these marks.
        let is_key = is_key && !written.starts_with("::");
        if is_key && written.bytes().any(|octet| matches!(octet, b':' | b'=')) {
            let (kept, marked) = key_and_mark(written, lines)?;
            let start = piece.start.saturating_add(kept);
            let end = start.saturating_add(marked);
            let before = self.text.get(..start).unwrap_or("").lines().next_back().unwrap_or("");
            let key = before.trim().to_owned();
            // In a condition it compares.
            if key.starts_with("when ") {
                return None;
            }
            let mark = self.text.get(start..end).unwrap_or("").trim().to_owned();
            let is_inside = end < piece.end;
            self.say_punctuation(&key, &mark, start, end);
            return Some((start..end, if is_inside { " ".to_owned() } else { String::new() }));
        }
        if written.is_ascii() && !written.bytes().any(|octet| octet.is_ascii_control()) {
            return None;
        }
        self.odd_letters(written, span).map(|mended| (piece.start..piece.end, mended))
    }

    fn semicolon(
        &mut self,
        written: &str,
        span: Span,
        is_last: bool,
        lines: Lines,
    ) -> Option<(std::ops::Range<usize>, String)> {
        let bare = written.trim_end_matches(';');
        let at = usize::try_from(span.start).ok()?.checked_add(bare.len())?;
        let end = usize::try_from(span.end).ok()?;
        let mark = self.offsets(at, end);
        let rest = self.text.get(end..).unwrap_or("").trim_start_matches([' ', '\t']);
        let next = rest.split(char::is_whitespace).next().unwrap_or("");
        if let Lines::Properties(forms) = lines
            && forms::form_of(forms, &[next]).is_some()
        {
            // The next property on the same line is what is wrong.
            return Some((at..end, String::new()));
        }
        let finding = if is_last {
            Diagnostic::new(SEMICOLON, "a line needs no `;` at its end")
                .primary(mark, "")
                .fix(Fix::automatic("take it away", mark, ""))
        } else {
            Diagnostic::new(SEMICOLON, "`;` separates nothing")
                .primary(mark, "")
                .note("entries of a list have commas between them; each property stands on a line of its own")
                .fix(Fix::choose("write `,`", mark, ","))
        };
        self.say(finding);
        Some((at..end, if is_last { String::new() } else { ",".to_owned() }))
    }

    /// A word without the characters that nobody sees, and with hyphens for other dashes.
    fn odd_letters(&mut self, written: &str, span: Span) -> Option<String> {
        let kept: String = written.chars().filter(|it| !is_invisible(*it)).collect();
        if kept != written {
            let hidden: Vec<char> = written.chars().filter(|it| is_invisible(*it)).collect();
            let message = format!("this word has characters that nobody sees: {}", named(&hidden));
            let fix = Fix::automatic("take them away", span, kept.clone());
            self.say(Diagnostic::new(WORD_INVISIBLE, message).primary(span, "").fix(fix));
            return Some(kept);
        }
        let with_hyphens: String =
            written.chars().map(|it| if is_dash(it) { '-' } else { it }).collect();
        let joins = written.chars().count() > 1 && with_hyphens != written;
        if joins && !written.starts_with(is_dash) && !written.ends_with(is_dash) {
            let message = format!("`{written}` has a dash where a hyphen belongs");
            let fix = Fix::automatic(format!("write `{with_hyphens}`"), span, with_hyphens.clone());
            self.say(Diagnostic::new(DASH, message).primary(span, "").fix(fix));
            return Some(with_hyphens);
        }
        None
    }
}

/// Whether a character shows nothing where it stands, or changes the order of what does: controls,
/// marks of direction, spaces without width, and tags.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// The numbers of characters, each once, not too many.
pub(crate) fn named(hidden: &[char]) -> String {
    let mut numbers: Vec<String> =
        hidden.iter().map(|it| format!("U+{:04X}", u32::from(*it))).collect();
    numbers.dedup();
    numbers.get(..8).unwrap_or(&numbers).join(", ")
}

fn is_dash(character: char) -> bool {
    matches!(character, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// Where the mark after a property begins in a word, and its octets: `from:`, `from=internal`, `=`.
fn key_and_mark(written: &str, lines: Lines) -> Option<(usize, usize)> {
    let Lines::Properties(forms) = lines else { return None };
    let at = written.find([':', '='])?;
    let (key, after) = written.split_at_checked(at)?;
    let marks = after.len().saturating_sub(after.trim_start_matches([':', '=']).len());
    let is_word = |word: &str| {
        forms.iter().any(|form| form.key.split(' ').any(|it| it == word))
            || !forms::blocks_with(word).is_empty()
            || closest(word, forms.iter().filter_map(|form| form.key.split(' ').next())).is_some()
    };
    let lower = skeleton(key).to_ascii_lowercase();
    // A mark that stands alone follows the property; inside a word, only a property can stand before it.
    (key.is_empty() || is_word(&lower)).then_some((at, marks))
}
