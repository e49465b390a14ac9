//! All literals of all rules found in one pass over the text.
//!
//! Literals are parted by length into tiers, each with a filter of its own: the longer the
//! literals, the fewer the places that are asked. A few literals are left to vector instructions
//! (`few`), many to tables of bits (`sieve`); where a table lets a place through, `index` compares.
//! What no filter takes (very long literals, crowds under one key) is left to an automaton. So the
//! time is linear, whatever the text.

mod bits;
mod few;
mod index;
mod needles;
mod rarity;
mod sieve;
#[cfg(test)]
mod tests;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

pub(super) use self::rarity::rarity;

use self::{
    few::{Few, LITERALS_MAX},
    needles::Needles,
    sieve::{Sieve, Tier},
};

/// Longer literals are left to the automaton: a comparison is never longer.
const COMPARED_OCTETS_MAX: usize = 256;

/// Below it a literal is short.
const LONG_OCTETS_MIN: usize = 8;

/// From long to short. `octets_min` is at least what the stride needs: `gram_octets + stride - 1`,
/// one less where an octet may be any (see `Tier::key`), two less for a stride of two.
const TIERS: &[Tier] = &[
    Tier { octets_min: LONG_OCTETS_MIN, gram_octets: 6, stride: 3 },
    Tier { octets_min: 5, gram_octets: 4, stride: 3 },
    Tier { octets_min: 3, gram_octets: 4, stride: 2 },
    Tier { octets_min: 1, gram_octets: 2, stride: 1 },
];

/// Searches for a few literals that are worth one filter for many.
const FEW_SEARCHES_MAX: usize = 2;

/// A compiled set of literals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Literals {
    needles: Needles,
    few: Vec<Few>,
    sieves: Vec<Sieve>,
    /// The literals that no sieve takes, and the automaton that finds them.
    rest: Vec<u32>,
    automaton: Option<AhoCorasick>,
}

impl Literals {
    /// Compiles; the place in `needles` is the number that a hit is told by. Empty ones never hit.
    pub(crate) fn new(needles: &[String]) -> Self {
        let mut built = Self { needles: Needles::new(needles), ..Self::default() };
        let mut rows: Vec<Vec<u32>> = TIERS.iter().map(|_| Vec::new()).collect();
        for (number, needle) in built.needles.all() {
            let tier = TIERS.iter().position(|it| it.octets_min <= needle.len());
            match tier.and_then(|it| rows.get_mut(it)) {
                Some(row) if needle.len() <= COMPARED_OCTETS_MAX => row.push(number),
                Some(_) => built.rest.push(number),
                None => {}
            }
        }
        let all: Vec<u32> = rows.iter().flatten().copied().collect();
        if all.len() <= LITERALS_MAX && built.take_few(&all) {
            rows.clear();
        }
        let short = |it: &(&Tier, Vec<u32>)| it.0.octets_min < LONG_OCTETS_MIN;
        let (short, long): (Vec<_>, Vec<_>) = TIERS.iter().zip(rows).partition(short);
        let all_short: Vec<u32> = short.iter().flat_map(|it| it.1.iter().copied()).collect();
        if !built.take_few(&all_short) {
            short.iter().for_each(|(tier, row)| built.take(row, **tier));
        }
        long.iter().for_each(|(tier, row)| built.take(row, **tier));
        built.automaton = automaton(&built.rest, &built.needles);
        built
    }

    /// Takes the literals of one tier.
    fn take(&mut self, row: &[u32], tier: Tier) {
        if !self.take_few(row) {
            let (sieve, crowded) = Sieve::new(row, &self.needles, tier);
            self.sieves.push(sieve);
            self.rest.extend(crowded);
        }
    }

    /// Takes literals if they are few.
    fn take_few(&mut self, row: &[u32]) -> bool {
        if row.len() > LITERALS_MAX.saturating_mul(FEW_SEARCHES_MAX) {
            return false;
        }
        let searches = row.chunks(LITERALS_MAX).map(|it| Few::new(it, &self.needles));
        let Some(searches) = searches.collect::<Option<Vec<Few>>>() else { return false };
        self.few.extend(searches);
        true
    }

    /// Tells `found` of every occurrence, overlapping ones too, as (literal, offset of its first
    /// byte), in no order.
    pub(crate) fn scan(&self, text: &[u8], mut found: impl FnMut(u32, usize)) {
        for few in &self.few {
            few.scan(&self.needles, text, &mut found);
        }
        for sieve in &self.sieves {
            sieve.scan(&self.needles, text, &mut found);
        }
        for hit in self.automaton.iter().flat_map(|it| it.find_overlapping_iter(text)) {
            if let Some(number) = self.rest.get(hit.pattern().as_usize()) {
                found(*number, hit.start());
            }
        }
    }

    /// Octets of a literal.
    pub(crate) fn length(&self, number: u32) -> usize {
        self.needles.get(number).len()
    }
}

/// Nothing for nothing.
fn automaton(numbers: &[u32], needles: &Needles) -> Option<AhoCorasick> {
    let texts = numbers.iter().map(|it| needles.get(*it));
    // It can only fail with more than 2^31 states, for which no tree of rules has room.
    let built = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(texts);
    built.ok().filter(|_| !numbers.is_empty())
}
