//! Tables that tell which of 64 patterns can look like the octets at a place.

use super::super::{
    kinds::Pair,
    shape::{ENTRIES, Octets, TABLE_OCTETS, Tables},
};

/// Patterns in one word.
pub(super) const PATTERNS_MAX: usize = 64;

/// A pattern with what may stand at its first places, and the tables of its digits and words.
pub(super) type Tabled = (usize, [Octets; TABLE_OCTETS], [Tables; 2]);

/// Up to 64 patterns: each table has one bit for each of them.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) patterns: Vec<usize>,
    digits: Box<[[u64; ENTRIES]; 2]>,
    words: Box<[[u64; ENTRIES]; 2]>,
    places: Box<[[u64; 256]; TABLE_OCTETS]>,
}

/// Eight octets: which are digits, which are word characters.
#[derive(Clone, Copy)]
pub(super) struct Ahead {
    pub(super) digits: usize,
    pub(super) words: usize,
}

impl Ahead {
    /// The first eight octets from this place of two blocks on, and the next eight.
    #[inline]
    pub(super) fn of_both(digits: Pair, words: Pair, place: u32) -> [Self; 2] {
        let [near_digits, far_digits, ..] = digits.from(place).to_le_bytes().map(usize::from);
        let [near_words, far_words, ..] = words.from(place).to_le_bytes().map(usize::from);
        [
            Self { digits: near_digits, words: near_words },
            Self { digits: far_digits, words: far_words },
        ]
    }

    fn of(self, digits: &[u64; ENTRIES], words: &[u64; ENTRIES]) -> u64 {
        let of = |table: &[u64; ENTRIES], at: usize| table.get(at).copied().unwrap_or(0);
        of(digits, self.digits) & of(words, self.words)
    }
}

impl Group {
    pub(super) fn new(entrants: &[Tabled]) -> Self {
        let mut group = Self {
            patterns: Vec::new(),
            digits: Box::new([[0; ENTRIES]; 2]),
            words: Box::new([[0; ENTRIES]; 2]),
            places: Box::new([[0; 256]; TABLE_OCTETS]),
        };
        for (bit, (pattern, places, [digits, words])) in (0_u32..).zip(entrants) {
            let bit = 1_u64.wrapping_shl(bit);
            group.patterns.push(*pattern);
            for (to, from) in group.digits.iter_mut().zip([&digits.near, &digits.far]) {
                enter(bit, to, from.iter().copied());
            }
            for (to, from) in group.words.iter_mut().zip([&words.near, &words.far]) {
                enter(bit, to, from.iter().copied());
            }
            for (to, from) in group.places.iter_mut().zip(places) {
                let bits = |of: u128| (0..128).map(move |it| of >> it & 1 != 0);
                enter(bit, to, bits(from.ascii).chain(bits(from.others)));
            }
        }
        group
    }

    /// The patterns whose digits among the second eight octets can be such.
    pub(super) fn with_far_digits(&self, digits: impl Fn(usize) -> bool) -> u64 {
        let [_, far] = self.digits.as_ref();
        far.iter().enumerate().filter(|it| digits(it.0)).fold(0, |all, it| all | it.1)
    }

    /// By the word characters among the second eight octets: whether one of these patterns can
    /// look so.
    pub(super) fn going_on(&self, patterns: u64) -> impl Iterator<Item = bool> {
        let [_, words] = self.words.as_ref();
        words.iter().map(move |it| it & patterns != 0)
    }

    /// The patterns that can begin with an octet of these.
    pub(super) fn first(&self, octets: impl Fn(u8) -> bool) -> u64 {
        let [place, ..] = self.places.as_ref();
        let these = (0..=u8::MAX).zip(place).filter(|it| octets(it.0));
        these.fold(0, |all, it| all | it.1)
    }

    /// The patterns that can look like the first eight octets.
    pub(super) fn near(&self, ahead: Ahead) -> u64 {
        let ([digits, _], [words, _]) = (self.digits.as_ref(), self.words.as_ref());
        ahead.of(digits, words)
    }

    /// Those of them that can look like the next eight, and begin with the text.
    pub(super) fn look(&self, near: u64, far: Ahead, rest: &[u8]) -> u64 {
        let ([_, digits], [_, words]) = (self.digits.as_ref(), self.words.as_ref());
        let mut left = near & far.of(digits, words);
        for (place, octet) in self.places.iter().zip(rest) {
            if left == 0 {
                break;
            }
            left &= place.get(usize::from(*octet)).copied().unwrap_or(0);
        }
        left
    }
}

fn enter(bit: u64, table: &mut [u64; 256], entries: impl Iterator<Item = bool>) {
    for (to, enters) in table.iter_mut().zip(entries) {
        *to |= if enters { bit } else { 0 };
    }
}
