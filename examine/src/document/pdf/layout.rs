//! Text as it stands on a page: in the order in which it was drawn, and line by line where that
//! order is another one.

use super::{doubt::in_doubt, font::Glyph};

/// A piece of text with its place on the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    /// Where it begins.
    pub(super) start: (f64, f64),
    /// Where it ends.
    pub(super) end: (f64, f64),
    /// The size of its font, on the page.
    pub(super) size: f64,
    pub(super) text: String,
    /// Its text by another reading of the font.
    pub(super) other: Option<String>,
    /// Whether the other reading has other letters or figures.
    pub(super) contradicts: bool,
    /// What tells how it is painted: in which colour, or not at all.
    pub(super) paint: u64,
    /// Whether it goes on with the text of the one before, whatever its place is.
    pub(super) continues: bool,
}

/// How a chunk stands to the one before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Gap {
    Line,
    None,
    Space,
    Wide,
}

impl Chunk {
    /// Adds a glyph.
    pub(super) fn push(&mut self, glyph: &Glyph) {
        match (&mut self.other, &glyph.other) {
            (None, None) => {}
            (None, Some(other)) => self.other = Some(format!("{}{other}", self.text)),
            (Some(all), other) => all.push_str(other.as_ref().unwrap_or(&glyph.text)),
        }
        self.text.push_str(&glyph.text);
        self.contradicts |= glyph.contradicts;
    }

    /// The direction in which it runs, of length one.
    fn direction(&self) -> (f64, f64) {
        let (x, y) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        let length = x.hypot(y);
        if length.is_finite() && 0.0 < length { (x / length, y / length) } else { (1.0, 0.0) }
    }

    /// A place as seen from its direction: along it, and across.
    fn seen(&self, place: (f64, f64)) -> (f64, f64) {
        let (x, y) = self.direction();
        (place.0 * x + place.1 * y, place.1 * x - place.0 * y)
    }

    /// How far the next one is away along the line and across, in parts of the size.
    pub(super) fn way_to(&self, next: &Self) -> (f64, f64) {
        let size = self.size.max(next.size).max(f64::MIN_POSITIVE);
        let (from, to) = (self.seen(self.end), self.seen(next.start));
        ((to.0 - from.0) / size, (to.1 - from.1) / size)
    }

    pub(super) fn gap_to(&self, next: &Self) -> Gap {
        // In parts of the size: what is less is one word, one line, one column.
        const WORD: f64 = 0.18;
        const COLUMN: f64 = 2.0;
        const BACK: f64 = -0.8;
        const LINE: f64 = 0.5;
        let (along, across) = self.way_to(next);
        if LINE < across.abs() || along < BACK || !along.is_finite() {
            Gap::Line
        } else if COLUMN < along {
            Gap::Wide
        } else if WORD < along {
            Gap::Space
        } else {
            Gap::None
        }
    }
}

/// A chunk with its place in the order of drawing.
pub(super) type Numbered<'c> = (usize, &'c Chunk);

/// Chunks as text, in their order.
pub(super) fn joined<'c>(
    chunks: impl Iterator<Item = Numbered<'c>>,
    text: impl Fn(&'c Chunk) -> &'c str,
) -> String {
    let mut joined = String::new();
    let mut before: Option<Numbered<'c>> = None;
    for (index, chunk) in chunks {
        let follows = |it: Numbered<'c>| chunk.continues && it.0.checked_add(1) == Some(index);
        let gap = before.filter(|it| !follows(*it)).map(|it| it.1.gap_to(chunk));
        let spaced = joined.ends_with(char::is_whitespace) || text(chunk).starts_with(' ');
        match gap {
            Some(Gap::Line) => joined.push('\n'),
            Some(Gap::Wide) => joined.push('\t'),
            Some(Gap::Space) if !spaced => joined.push(' '),
            Some(Gap::None | Gap::Space) | None => {}
        }
        joined.push_str(text(chunk));
        before = Some((index, chunk));
    }
    if !joined.is_empty() {
        joined.push('\n');
    }
    joined
}

/// The text in the order in which it was drawn.
pub(super) fn drawn(chunks: &[Chunk]) -> String {
    joined(chunks.iter().enumerate(), |it| &it.text)
}

/// The same, by the other reading of fonts; none where there is none.
pub(super) fn other(chunks: &[Chunk]) -> Option<String> {
    let any = chunks.iter().any(|it| it.contradicts);
    any.then(|| joined(chunks.iter().enumerate(), other_text))
}

fn other_text(chunk: &Chunk) -> &str {
    chunk.other.as_deref().unwrap_or(&chunk.text)
}

/// The pieces of lines that were drawn in another order than they stand in.
pub(super) fn lines(chunks: &[Chunk]) -> String {
    let mut places: Vec<(usize, &Chunk, (f64, f64), i8)> = chunks
        .iter()
        .enumerate()
        .filter(|(_, it)| !it.text.trim().is_empty())
        .map(|(index, it)| (index, it, it.seen(it.start), quarter(it)))
        .collect();
    places.sort_by(|one, other| {
        one.3.cmp(&other.3).then(other.2.1.total_cmp(&one.2.1)).then(one.0.cmp(&other.0))
    });
    let mut text = String::new();
    let mut rest = places.as_slice();
    while let [first, ..] = rest {
        const LINE: f64 = 0.4;
        let near = |it: &&(usize, &Chunk, (f64, f64), i8)| {
            it.3 == first.3 && first.2.1 - it.2.1 <= first.1.size * LINE
        };
        let count = rest.iter().take_while(near).count().max(1);
        let (line, behind) = rest.split_at(count);
        rest = behind;
        let mut line = line.to_vec();
        line.sort_by(|one, other| one.2.0.total_cmp(&other.2.0).then(one.0.cmp(&other.0)));
        segments(&line, &mut text);
    }
    text
}

/// Adds each stretch without a wide gap whose chunks were not drawn one after the other.
fn segments(line: &[(usize, &Chunk, (f64, f64), i8)], text: &mut String) {
    let wide = |one: &(usize, &Chunk, (f64, f64), i8), other: &(usize, &Chunk, (f64, f64), i8)| {
        !matches!(one.1.gap_to(other.1), Gap::Line | Gap::Wide)
    };
    for segment in line.chunk_by(wide) {
        if segment.is_sorted_by(|one, other| other.0 <= one.0.saturating_add(2) && one.0 < other.0)
        {
            continue;
        }
        text.push_str(&joined(segment.iter().map(|it| (it.0, it.1)), |it| &it.text));
        text.push_str(&in_doubt(segment.iter().map(|it| it.1)));
    }
}

/// The quarter of the circle that a chunk runs in.
fn quarter(chunk: &Chunk) -> i8 {
    let (x, y) = chunk.direction();
    match (y.abs() <= x.abs(), 0.0 <= x, 0.0 <= y) {
        (true, true, _) => 0,
        (true, false, _) => 2,
        (false, _, true) => 1,
        (false, _, false) => 3,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn chunk(x: f64, y: f64, text: &str) -> Chunk {
        let width = 5.0 * f64::from(u32::try_from(text.len()).unwrap());
        let (start, end) = ((x, y), (x + width, y));
        Chunk { start, end, size: 10.0, text: text.to_owned(), ..Chunk::default() }
    }

    #[test]
    fn gaps_are_spaces_tabs_and_lines() {
        let chunks = [
            chunk(0.0, 50.0, "40"),
            chunk(10.5, 50.0, "12"),
            chunk(23.0, 50.0, "x"),
            chunk(90.0, 50.0, "y"),
            chunk(0.0, 38.0, "z"),
        ];
        assert_eq!(drawn(&chunks), "4012 x\ty\nz\n");
        assert_eq!(lines(&chunks), "");
    }

    #[test]
    fn what_was_drawn_out_of_order_is_read_in_its_place() {
        let chunks = [
            chunk(10.0, 50.0, "12"),
            chunk(0.0, 20.0, "other line"),
            chunk(5.0, 50.0, "0"),
            chunk(0.0, 50.0, "4"),
        ];
        assert_eq!(lines(&chunks), "4012\n");
    }

    #[test]
    fn places_beyond_numbers_do_no_harm() {
        let mut odd = chunk(f64::NAN, f64::INFINITY, "a");
        odd.size = 0.0;
        assert_eq!(drawn(&[odd.clone(), odd.clone()]), "a\na\n");
        assert!(lines(&[odd.clone(), odd]).len() < 10);
    }
}
