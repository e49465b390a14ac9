//! Which octets of a text are digits, word characters, the first of characters beyond ASCII: one
//! bit each, 64 at a time; the first octet is the lowest bit.

use wide::u8x16;

/// Octets of a block.
pub(super) const BLOCK: usize = 64;

/// 64 octets of a text, with zeroes behind its end.
pub(super) type Block = [u8; BLOCK];

/// The octets from here on, as far as they go.
#[inline]
pub(super) fn block(octets: &[u8]) -> Block {
    if let Some(whole) = octets.first_chunk() {
        return *whole;
    }
    let mut padded = [0; BLOCK];
    padded.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
    padded
}

/// ASCII digits.
#[inline]
pub(super) fn digits(octets: &Block) -> u64 {
    bits(octets, |it| between(it, b'0', b'9'))
}

/// ASCII letters and the underscore.
#[inline]
pub(super) fn letters(octets: &Block) -> u64 {
    let case = u8x16::splat(b'a' ^ b'A');
    bits(octets, |it| between(it | case, b'a', b'z') | it.simd_eq(u8x16::splat(b'_')))
}

/// First octets of characters beyond ASCII.
#[inline]
pub(super) fn firsts(octets: &Block) -> u64 {
    if octets.is_ascii() { 0 } else { bits(octets, |it| between(it, 0xc0, u8::MAX)) }
}

/// A bit for each octet of which the highest bit is set afterwards.
#[inline]
fn bits(octets: &Block, marked: impl Fn(u8x16) -> u8x16) -> u64 {
    let (vectors, _) = octets.as_chunks::<VECTOR>();
    let of_each = vectors.iter().rev().map(|it| marked(u8x16::new(*it)).to_bitmask());
    of_each.fold(0, |bits, it| bits << VECTOR | u64::from(it))
}

/// Octets of a vector.
const VECTOR: usize = 16;

/// All bits of each octet that is within the two.
#[inline]
fn between(octets: u8x16, first: u8, last: u8) -> u8x16 {
    octets.max(u8x16::splat(first)).min(u8x16::splat(last)).simd_eq(octets)
}

/// The bits of two blocks that follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) here: u64,
    pub(super) next: u64,
}

impl Pair {
    /// The 64 bits from a place of the first block on.
    #[inline]
    pub(super) fn from(self, place: u32) -> u64 {
        // In two steps: a shift by 64 is none.
        self.here.wrapping_shr(place) | (self.next << 1).wrapping_shl(!place & (u64::BITS - 1))
    }

    /// Each place gets what stands `PLACES` after it; zeroes come from behind.
    #[inline]
    fn later<const PLACES: u32>(self) -> Self {
        Self {
            here: self.here >> PLACES | self.next << (u64::BITS - PLACES),
            next: self.next >> PLACES,
        }
    }

    #[inline]
    fn or(self, other: Self) -> Self {
        Self { here: self.here | other.here, next: self.next | other.next }
    }

    #[inline]
    fn and(self, other: Self) -> Self {
        Self { here: self.here & other.here, next: self.next & other.next }
    }

    /// The places of the first block with a bit among the eight from there on, and those with one
    /// among the sixteen.
    #[inline]
    pub(super) fn any_of_eight_and_sixteen(self) -> [u64; 2] {
        let two = self.or(self.later::<1>());
        let four = two.or(two.later::<2>());
        let eight = four.or(four.later::<4>());
        [eight.here, eight.or(eight.later::<8>()).here]
    }

    /// The places of the first block where this many bits from there on are all set; up to 16,
    /// rounded down to a power of two.
    #[inline]
    pub(super) fn all_of(self, octets: u32) -> u64 {
        let two = self.and(self.later::<1>());
        let four = two.and(two.later::<2>());
        let eight = four.and(four.later::<4>());
        match octets {
            0 => u64::MAX,
            1 => self.here,
            2..4 => two.here,
            4..8 => four.here,
            8..16 => eight.here,
            _ => eight.and(eight.later::<8>()).here,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_at_every_place() {
        for octet in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut octets = vec![b'-'; BLOCK];
                octets[place] = octet;
                octets.truncate(place.max(11) + 1);
                let block = block(&octets);
                let bit = |it: bool| u64::from(it) << place;
                assert_eq!(digits(&block), bit(octet.is_ascii_digit()), "{octet} at {place}");
                let letter = octet.is_ascii_alphabetic() || octet == b'_';
                assert_eq!(letters(&block), bit(letter), "{octet} at {place}");
                assert_eq!(firsts(&block), bit(octet >= 0xc0), "{octet} at {place}");
            }
        }
    }

    #[test]
    fn places_look_into_the_next_block() {
        let (here, next) = (0xffff_00ff_0007_0001, 0x0123_4567_89ab_cdff);
        let pair = Pair { here, next };
        let both = u128::from(here) | u128::from(next) << 64;
        for place in 0..64 {
            let from = both >> place;
            assert_eq!(u128::from(pair.from(place)), from & u128::from(u64::MAX));
            let any = pair.any_of_eight_and_sixteen().map(|it| it >> place & 1 != 0);
            assert_eq!(any, [from & 0xff != 0, from & 0xffff != 0], "{place}");
            for (octets, taken) in [(0, 0), (1, 1), (3, 2), (4, 4), (15, 8), (16, 16)] {
                let all = pair.all_of(octets) >> place & 1 != 0;
                assert_eq!(all, from.trailing_ones() >= taken, "{octets} at {place}");
            }
        }
    }
}
