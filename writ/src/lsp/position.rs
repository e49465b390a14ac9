//! Places in a text: octets on our side, lines and units of the client's encoding on the other.

use gen_lsp_types::{Position, PositionEncodingKind, Range};
use grammar::tree::Span;

/// What the client counts columns in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Encoding {
    /// Code units of UTF-16, which every client speaks.
    Utf16,
    /// Octets.
    Utf8,
}

/// A text with the places of its lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    text: String,
    /// Offset of the first octet of each line.
    lines: Vec<usize>,
}

impl Encoding {
    /// The best that both sides know.
    pub(crate) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offered = offered.unwrap_or_default();
        if offered.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// As the protocol names it.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf8 => PositionEncodingKind::UTF8,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Self::Utf16 => character.len_utf16(),
            Self::Utf8 => character.len_utf8(),
        }
    }
}

impl Text {
    /// A text and its lines.
    pub(crate) fn new(text: String) -> Self {
        let breaks = text.match_indices('\n').map(|it| it.0.saturating_add(1));
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { text, lines }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text of a line, with its end.
    fn line(&self, line: usize) -> Option<(usize, &str)> {
        let start = *self.lines.get(line)?;
        let end = self.lines.get(line.saturating_add(1)).copied().unwrap_or(self.text.len());
        Some((start, self.text.get(start..end)?))
    }

    /// The offset of a place; beyond a line it is the end of the line, beyond the text its end.
    pub(crate) fn offset(&self, place: Position, encoding: Encoding) -> usize {
        let line = usize::try_from(place.line).unwrap_or(usize::MAX);
        let Some((start, text)) = self.line(line) else { return self.text.len() };
        let wanted = usize::try_from(place.character).unwrap_or(usize::MAX);
        let text = text.trim_end_matches(['\n', '\r']);
        let mut units = 0_usize;
        for (at, character) in text.char_indices() {
            let next = units.saturating_add(encoding.units(character));
            if wanted < next {
                return start.saturating_add(at);
            }
            units = next;
        }
        start.saturating_add(text.len())
    }

    /// The place of an offset.
    pub(crate) fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.lines.partition_point(|it| *it <= offset).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let units: usize = before.chars().map(|it| encoding.units(it)).sum();
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(units) }
    }

    /// The range of a span.
    pub(crate) fn range(&self, span: Span, encoding: Encoding) -> Range {
        let octets = span.range();
        Range {
            start: self.position(octets.start, encoding),
            end: self.position(octets.end, encoding),
        }
    }

    /// Puts `new` in the place of a range.
    pub(crate) fn replace(&mut self, range: Range, new: &str, encoding: Encoding) {
        let start = self.offset(range.start, encoding);
        let end = self.offset(range.end, encoding).max(start);
        let mut text = std::mem::take(&mut self.text);
        text.replace_range(start..end, new);
        *self = Self::new(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_are_counted_as_the_client_counts_them() {
        let text = Text::new("aä😀b\r\nx\n".to_owned());
        for (encoding, column) in [(Encoding::Utf16, 4), (Encoding::Utf8, 7)] {
            let b = text.as_str().find('b').unwrap();
            assert_eq!(text.position(b, encoding), at(0, column));
            assert_eq!(text.offset(at(0, column), encoding), b);
        }
        // Inside a pair of units there is no character: its start is taken.
        assert_eq!(text.offset(at(0, 3), Encoding::Utf16), "aä".len());
    }

    #[test]
    fn places_beyond_the_text_are_its_ends() {
        let text = Text::new("ab\r\nx".to_owned());
        assert_eq!(text.offset(at(0, 99), Encoding::Utf16), 2);
        assert_eq!(text.offset(at(9, 0), Encoding::Utf16), 5);
        assert_eq!(text.position(99, Encoding::Utf16), at(1, 1));
    }

    #[test]
    fn an_edit_changes_what_it_names() {
        let mut text = Text::new("one\ntwo\nthree\n".to_owned());
        text.replace(Range { start: at(0, 3), end: at(1, 3) }, "\n2", Encoding::Utf16);
        assert_eq!(text.as_str(), "one\n2\nthree\n");
        text.replace(Range { start: at(2, 0), end: at(1, 0) }, "x", Encoding::Utf16);
        assert_eq!(text.as_str(), "one\n2\nxthree\n");
    }
}
