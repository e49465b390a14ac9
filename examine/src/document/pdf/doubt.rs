//! Readings of text whose gaps or whose paint leave it in doubt what a person sees.

use std::collections::BTreeMap;

use super::layout::{Chunk, Gap, joined};

/// Other readings of the stretches in which gaps need be no spaces, as fonts can give wrong widths
/// and letters can be set apart one by one, and of those in which the paint changes within words, as
/// some of it may not be seen.
pub(super) fn in_doubt<'c>(chunks: impl Iterator<Item = &'c Chunk> + Clone) -> String {
    let mut text = String::new();
    stretches(chunks.clone(), is_apart, |it| unspaced(it, &mut text));
    stretches(chunks, is_elsewhere, |it| painted(it, &mut text));
    text
}

/// Goes through the stretches that chunks stand in.
fn stretches<'c>(
    chunks: impl Iterator<Item = &'c Chunk>,
    is_apart: fn(&Chunk, &Chunk) -> bool,
    mut take: impl FnMut(&[&'c Chunk]),
) {
    let mut stretch: Vec<&Chunk> = Vec::new();
    for chunk in chunks {
        if stretch.last().is_some_and(|it| is_apart(it, chunk)) {
            take(&std::mem::take(&mut stretch));
        }
        stretch.push(chunk);
    }
    take(&stretch);
}

/// Whether one chunk stands on another line than the next, or far before it.
fn is_elsewhere(one: &Chunk, next: &Chunk) -> bool {
    const LINE: f64 = 0.5;
    const WORD: f64 = 1.0;
    let (along, across) = one.way_to(next);
    WORD < along || LINE < across.abs() || !along.is_finite()
}

/// Whether one chunk is no part of a word with the next.
fn is_apart(one: &Chunk, next: &Chunk) -> bool {
    const BETWEEN_WORDS: f64 = 1.0;
    let is_letter = |it: &Chunk| it.text.chars().nth(1).is_none();
    let is_wide = BETWEEN_WORDS < one.way_to(next).0 && !(is_letter(one) && is_letter(next));
    is_wide || matches!(one.gap_to(next), Gap::Line | Gap::Wide)
}

/// Adds a stretch without the spaces that gaps make, where those are in doubt: where its pieces are
/// shorter than words are, or where it has spaces of its own and smaller gaps in words.
fn unspaced(stretch: &[&Chunk], text: &mut String) {
    const SHORT: usize = 3;
    const SMALL: f64 = 0.5;
    let pairs = || stretch.iter().zip(stretch.iter().skip(1)).map(|(one, next)| (*one, *next));
    let gaps = pairs().filter(|(one, next)| one.gap_to(next) == Gap::Space).count();
    let is_small = |(one, next): (&Chunk, &Chunk)| {
        let in_word = one.text.ends_with(char::is_alphanumeric)
            && next.text.starts_with(char::is_alphanumeric);
        in_word && one.gap_to(next) == Gap::Space && one.way_to(next).0 < SMALL
    };
    let letters: usize = stretch.iter().map(|it| it.text.trim().chars().count()).sum();
    let is_shattered = 1 < gaps && letters <= SHORT * (gaps + 1);
    let is_spaced = stretch.iter().any(|it| it.text.contains(' '));
    if is_shattered || is_spaced && pairs().any(is_small) {
        stretch.iter().for_each(|it| text.push_str(&it.text));
        text.push('\n');
    }
}

/// Adds what each paint shows of a stretch, where it changes within a word.
fn painted(stretch: &[&Chunk], text: &mut String) {
    const TINY: f64 = 0.3;
    const SPACE: f64 = 0.15;
    let size = stretch.iter().map(|it| it.size).fold(0.0, f64::max);
    let paint = |it: &Chunk| (it.paint, it.size < size * TINY);
    let mut pairs = stretch.iter().zip(stretch.iter().skip(1));
    let changes = pairs.any(|(one, next)| {
        let in_word = one.text.ends_with(char::is_alphanumeric)
            && next.text.starts_with(char::is_alphanumeric);
        in_word && paint(one) != paint(next) && one.way_to(next).0 < SPACE
    });
    if !changes {
        return;
    }
    let mut paints: BTreeMap<(u64, bool), Vec<(usize, &Chunk)>> = BTreeMap::new();
    for (index, chunk) in stretch.iter().enumerate() {
        paints.entry(paint(chunk)).or_default().push((index, chunk));
    }
    for chunks in paints.into_values() {
        text.push_str(&joined(chunks.into_iter(), |it| &it.text));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::layout::tests::chunk, *};

    #[test]
    fn gaps_in_words_are_left_out_where_they_are_in_doubt() {
        let of = |chunks: &[Chunk]| in_doubt(chunks.iter());
        assert_eq!(
            of(&[chunk(0.0, 0.0, "4"), chunk(7.5, 0.0, "0"), chunk(15.0, 0.0, "12")]),
            "4012\n"
        );
        assert_eq!(of(&[chunk(0.0, 0.0, "the 40"), chunk(33.0, 0.0, "12")]), "the 4012\n");
        assert_eq!(
            of(&[chunk(0.0, 0.0, "wide"), chunk(23.0, 0.0, "words"), chunk(51.0, 0.0, "x")]),
            ""
        );
    }

    #[test]
    fn what_a_paint_may_hide_is_left_out() {
        let painted = |x: f64, text: &str, paint: u64| Chunk { paint, ..chunk(x, 0.0, text) };
        let of = |chunks: &[Chunk]| in_doubt(chunks.iter());
        let white = [painted(0.0, "40", 1), painted(10.0, "9", 2), painted(10.0, "12", 1)];
        assert!(of(&white).contains("4012\n"));
        let tiny = Chunk { size: 0.5, end: (10.2, 0.0), ..chunk(10.0, 0.0, "999") };
        assert!(of(&[chunk(0.0, 0.0, "40"), tiny, chunk(10.2, 0.0, "12")]).contains("4012\n"));
        let words = [painted(0.0, "red", 1), painted(18.0, "black", 2)];
        assert_eq!(of(&words), "");
    }
}
