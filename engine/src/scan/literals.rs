//! All literals of all rules found in one pass over the text.
//!
//! A filter on four-byte grams: each literal is entered under its rarest gram, every position of
//! the text asks a bit table, and only where a bit is set are the literals under that gram
//! compared. Compiling is linear in the literals, nothing is built that could outgrow the cache.
//! Literals shorter than a gram stand in a table by their first byte.

/// Octets of a gram.
const GRAM_OCTETS: usize = 4;

/// Bits of the table for few literals and for many: 1 KiB to 128 KiB, within the second-level cache.
const TABLE_BITS_LOG2_MIN: u32 = 13;
const TABLE_BITS_LOG2_MAX: u32 = 20;

/// Bits of the table for each gram: one in sixteen set keeps false candidates rare.
const TABLE_BITS_PER_GRAM: usize = 16;

/// Letters of English text from common to rare; what is not listed is rarer than all of them.
const COMMON: &[u8] = b" etaoinshrdlucmfwypvbgkjqxz";

/// A compiled set of literals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Literals {
    needles: Vec<Box<[u8]>>,
    /// Bit `hash(gram)` is set for every gram in `grams`.
    table: Vec<u64>,
    table_bits_log2: u32,
    /// Sorted by gram.
    grams: Vec<Entry>,
    /// Literals shorter than a gram, by first byte; empty when there are none.
    short: Vec<Vec<u32>>,
}

/// One literal under its gram.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Entry {
    gram: u32,
    needle: u32,
    /// Octets from the start of the literal to the end of the gram.
    gram_end: usize,
}

impl Literals {
    /// Compiles; the place in `needles` is the number that a hit is told by. Empty ones never hit.
    pub(crate) fn new(needles: &[String]) -> Self {
        let mut built = Self::default();
        for (number, needle) in (0_u32..).zip(needles) {
            built.needles.push(needle.as_bytes().into());
            built.enter(number, needle.as_bytes());
        }
        built.grams.sort_unstable();
        built.fill_table();
        built
    }

    fn enter(&mut self, number: u32, needle: &[u8]) {
        let Some(first) = needle.first() else { return };
        let rarest = needle
            .windows(GRAM_OCTETS)
            .enumerate()
            .max_by_key(|(at, gram)| (rarity(gram), usize::MAX.saturating_sub(*at)));
        if let Some((at, gram)) = rarest {
            let gram_end = at.saturating_add(GRAM_OCTETS);
            self.grams.push(Entry { gram: pack(gram), needle: number, gram_end });
            return;
        }
        if self.short.is_empty() {
            self.short = vec![Vec::new(); 256];
        }
        if let Some(row) = self.short.get_mut(usize::from(*first)) {
            row.push(number);
        }
    }

    fn fill_table(&mut self) {
        let wanted = self.grams.len().saturating_mul(TABLE_BITS_PER_GRAM).max(1);
        let log2 = wanted.next_power_of_two().trailing_zeros();
        self.table_bits_log2 = log2.clamp(TABLE_BITS_LOG2_MIN, TABLE_BITS_LOG2_MAX);
        self.table = vec![0; 1_usize << self.table_bits_log2.saturating_sub(6)];
        for at in 0..self.grams.len() {
            let Some(entry) = self.grams.get(at) else { continue };
            let (word, bit) = self.slot(entry.gram);
            if let Some(word) = self.table.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Tells `found` of every occurrence, overlapping ones too, as (literal, offset of its first
    /// byte). The offsets of one literal ascend.
    pub(crate) fn scan(&self, text: &[u8], mut found: impl FnMut(u32, usize)) {
        if !self.short.is_empty() {
            self.scan_short(text, &mut found);
        }
        if self.grams.is_empty() {
            return;
        }
        let mut gram = 0_u32;
        for (at, byte) in text.iter().enumerate() {
            gram = (gram >> 8) | (u32::from(*byte) << 24);
            let (word, bit) = self.slot(gram);
            if self.table.get(word).is_some_and(|it| it & bit != 0) {
                self.compare(text, gram, at.saturating_add(1), &mut found);
            }
        }
    }

    fn scan_short(&self, text: &[u8], found: &mut impl FnMut(u32, usize)) {
        for (at, byte) in text.iter().enumerate() {
            for number in self.short.get(usize::from(*byte)).into_iter().flatten() {
                if self.stands_at(*number, text, at) {
                    found(*number, at);
                }
            }
        }
    }

    /// Compares the literals under `gram`, which ends before `end`.
    fn compare(&self, text: &[u8], gram: u32, end: usize, found: &mut impl FnMut(u32, usize)) {
        let first = self.grams.partition_point(|it| it.gram < gram);
        for entry in self.grams.iter().skip(first).take_while(|it| it.gram == gram) {
            let start = end.checked_sub(entry.gram_end);
            if let Some(start) = start.filter(|it| self.stands_at(entry.needle, text, *it)) {
                found(entry.needle, start);
            }
        }
    }

    /// Octets of a literal.
    pub(crate) fn length(&self, number: u32) -> usize {
        usize::try_from(number).ok().and_then(|it| self.needles.get(it)).map_or(0, |it| it.len())
    }

    fn stands_at(&self, number: u32, text: &[u8], start: usize) -> bool {
        let needle = usize::try_from(number).ok().and_then(|it| self.needles.get(it));
        let rest = text.get(start..);
        needle.zip(rest).is_some_and(|(needle, rest)| rest.starts_with(needle))
    }

    /// The word of the table and the bit in it.
    fn slot(&self, gram: u32) -> (usize, u64) {
        let hash = gram.wrapping_mul(0x9e37_79b1) >> 32_u32.saturating_sub(self.table_bits_log2);
        (usize::try_from(hash >> 6).unwrap_or(usize::MAX), 1 << (hash & 63))
    }
}

fn pack(gram: &[u8]) -> u32 {
    gram.iter().rev().fold(0, |packed, byte| (packed << 8) | u32::from(*byte))
}

fn rarity(gram: &[u8]) -> usize {
    let rank = |byte: &u8| COMMON.iter().position(|it| it == byte).unwrap_or(COMMON.len());
    gram.iter().map(rank).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fast(needles: &[String], text: &str) -> Vec<(u32, usize)> {
        let mut hits = Vec::new();
        Literals::new(needles).scan(text.as_bytes(), |needle, at| hits.push((needle, at)));
        hits.sort_unstable();
        hits
    }

    /// Every position of every literal, the obvious way.
    fn slow(needles: &[String], text: &str) -> Vec<(u32, usize)> {
        let mut hits = Vec::new();
        for (number, needle) in (0..).zip(needles) {
            let starts =
                (0..text.len()).filter(|at| text.as_bytes()[*at..].starts_with(needle.as_bytes()));
            hits.extend(starts.filter(|_| !needle.is_empty()).map(|at| (number, at)));
        }
        hits
    }

    #[test]
    fn overlapping_literals_all_hit() {
        let needles =
            ["project nightjar", "nightjar", "jar", "a", "nightjars", ""].map(str::to_owned);
        let text = "the project nightjar";
        assert_eq!(fast(&needles, text), vec![(0, 4), (1, 12), (2, 17), (3, 18)]);
    }

    proptest! {
        #[test]
        fn finds_what_the_naive_search_finds(
            needles in prop::collection::vec("[ab é]{0,7}", 0..12),
            text in "[ab é]{0,80}",
        ) {
            prop_assert_eq!(fast(&needles, &text), slow(&needles, &text));
        }

        #[test]
        fn one_literal_ascends(text in "[ab]{0,60}") {
            let mut last = None;
            Literals::new(&["abab".to_owned()]).scan(text.as_bytes(), |_, at| {
                assert!(last < Some(at));
                last = Some(at);
            });
        }
    }
}
