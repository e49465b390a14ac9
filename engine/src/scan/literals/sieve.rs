//! The filter for many literals: a table of bits asked at every second or third place.
//!
//! With a stride of `s` only each `s`-th place of the text is asked, so a literal is entered under
//! `s` keys, one for each way that it can lie under those places: of each class of offsets that
//! leave one remainder, the rarest. Each occurrence is met by exactly one of them.
//!
//! A first table is asked with a few octets; where it lets a place through, a second is asked with
//! all eight that were loaded; where that does, the index compares.

use super::{
    bits::{LOAD, Table, mixer, sweep},
    index::{Entry, Index, mix},
    needles::Needles,
    rarity::Rarities,
};

/// What a filter asks for; a literal must have at least `octets_min` octets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tier {
    pub(super) octets_min: usize,
    /// Octets that the first table is asked with.
    pub(super) gram_octets: usize,
    pub(super) stride: usize,
}

/// Which of the loaded octets are a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Shape {
    /// Octets before the key, which may be any.
    skipped: usize,
    octets: usize,
    /// The bits of a load before the key, and those of the key.
    skipped_bits: u32,
    mask: u64,
}

/// A key of a literal, and where it lies.
struct Keyed {
    shape: Shape,
    /// Octets of the literal before the key.
    offset: usize,
}

/// Literals of one tier, compiled.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    tier: Tier,
    mixer: u64,
    table: Table,
    /// In the order of their number in the index.
    shapes: Vec<Shape>,
    index: Index,
}

impl Sieve {
    /// Compiles the literals with these numbers; also gives those that it has no room for.
    pub(super) fn new(numbers: &[u32], needles: &Needles, tier: Tier) -> (Self, Vec<u32>) {
        let (mut shapes, mut rarities) = (Vec::new(), Rarities::default());
        let mut entries = Vec::with_capacity(numbers.len().saturating_mul(tier.stride));
        let mut first_keys = Vec::new();
        for number in numbers {
            let needle = needles.get(*number);
            rarities.measure(needle);
            for remainder in 0..tier.stride {
                let Some(keyed) = tier.key(needle, &rarities, remainder) else { continue };
                let key = keyed.key(needle);
                tier.first_keys(keyed.shape, key, &mut first_keys);
                let shape = number_of(keyed.shape, &mut shapes);
                let offset = u32::try_from(keyed.offset).unwrap_or(u32::MAX);
                entries.push(Entry { key, shape, offset, needle: *number });
            }
        }
        let (index, crowded) = Index::new(entries, needles);
        let mixer = mixer(tier.gram_octets);
        let table = Table::new(&first_keys, mixer);
        (Self { tier, mixer, table, shapes, index }, crowded)
    }

    /// Tells `found` of every occurrence, as (literal, offset of its first byte).
    pub(super) fn scan(&self, needles: &Needles, text: &[u8], found: &mut impl FnMut(u32, usize)) {
        let mut hit = |load: u64, at: usize| self.look_up(needles, text, load, at, found);
        sweep(&self.table, self.mixer, self.tier.stride, text, &mut hit);
    }

    /// What to do where the first table lets a place through; apart, so that the loop stays small.
    #[cold]
    #[inline(never)]
    fn look_up(
        &self,
        needles: &Needles,
        text: &[u8],
        load: u64,
        at: usize,
        found: &mut impl FnMut(u32, usize),
    ) {
        for (number, shape) in (0_u32..).zip(&self.shapes) {
            let key = shape.of(load);
            let mixed = mix(number, key);
            if self.index.may_hold(mixed) {
                let at = at.saturating_add(shape.skipped);
                self.index.look_up(needles, text, (number, key, mixed), at, found);
            }
        }
    }
}

impl Tier {
    /// The rarest key of a literal among the offsets that leave this remainder.
    fn key(self, needle: &[u8], rarities: &Rarities, remainder: usize) -> Option<Keyed> {
        let last = needle.len().checked_sub(self.gram_octets);
        let worth = |offset: usize| {
            let of = |octets: usize| rarities.of(offset..offset.saturating_add(octets));
            of(self.gram_octets).saturating_add(of(LOAD))
        };
        let offsets = last.into_iter().flat_map(|it| (remainder..=it).step_by(self.stride));
        // The first of equals.
        let mut rarest: Option<(usize, u32)> = None;
        for (offset, worth) in offsets.map(|it| (it, worth(it))) {
            rarest = rarest.filter(|it| worth <= it.1).or(Some((offset, worth)));
        }
        if let Some((offset, _)) = rarest {
            let whole = offset.saturating_add(LOAD) <= needle.len();
            let octets = if whole { LOAD } else { self.gram_octets };
            return Some(Keyed { shape: Shape::new(0, octets), offset });
        }
        // Too short for a whole gram there: one octet after it, or before it, may be any.
        let octets = self.gram_octets.checked_sub(1)?;
        if remainder.saturating_add(octets) <= needle.len() {
            return Some(Keyed { shape: Shape::new(0, octets), offset: remainder });
        }
        let shape = Shape::new(1, octets);
        let before = remainder.saturating_add(1) == self.stride && octets <= needle.len();
        before.then_some(Keyed { shape, offset: 0 })
    }

    /// What the first table must let through for a key.
    fn first_keys(self, shape: Shape, key: u64, to: &mut Vec<u64>) {
        let octets = shape.skipped.saturating_add(shape.octets);
        if shape.skipped == 0 && self.gram_octets <= octets {
            to.push(key);
            return;
        }
        let spare = shape.octets.saturating_mul(8);
        to.extend((0..=255_u64).map(|any| match shape.skipped {
            0 => key | any << spare,
            _ => key << 8 | any,
        }));
    }
}

impl Keyed {
    fn key(&self, needle: &[u8]) -> u64 {
        let octets = needle.get(self.offset..).unwrap_or_default().iter().take(self.shape.octets);
        octets.rev().fold(0, |packed, byte| (packed << 8) | u64::from(*byte))
    }
}

impl Shape {
    fn new(skipped: usize, octets: usize) -> Self {
        let bits =
            |octets: usize| u32::try_from(octets.min(LOAD).saturating_mul(8)).unwrap_or(u64::BITS);
        let spare = bits(LOAD.saturating_sub(octets));
        let mask = u64::MAX.checked_shr(spare).unwrap_or(0);
        Self { skipped, octets, skipped_bits: bits(skipped), mask }
    }

    /// The key in what was loaded.
    #[inline]
    fn of(self, load: u64) -> u64 {
        load.wrapping_shr(self.skipped_bits) & self.mask
    }
}

fn number_of(shape: Shape, shapes: &mut Vec<Shape>) -> u32 {
    let at = shapes.iter().position(|it| *it == shape).unwrap_or_else(|| {
        shapes.push(shape);
        shapes.len().saturating_sub(1)
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}
