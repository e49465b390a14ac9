//! Which octets of a text are digits, word characters, the first of characters beyond ASCII: one
//! bit each, 64 at a time; the first octet is the lowest bit.

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
    let digits = marked(octets, |it| it.wrapping_sub(b'0') < 10);
    // Most blocks of a text have none.
    if digits.iter().fold(0, |any, it| any | it) == 0 { 0 } else { gathered(&digits) }
}

/// ASCII letters, digits and the underscore.
#[inline]
pub(super) fn words(octets: &Block) -> u64 {
    gathered(&marked(octets, |it| {
        let is_letter = (it | 0x20).wrapping_sub(b'a') < 26;
        is_letter | (it.wrapping_sub(b'0') < 10) | (it == b'_')
    }))
}

/// First octets of characters beyond ASCII.
#[inline]
pub(super) fn firsts(octets: &Block) -> u64 {
    if octets.is_ascii() { 0 } else { gathered(&marked(octets, |it| it >= 0xc0)) }
}

/// One for each octet that is one of these, zero for each other: without a branch, so that it is a
/// few instructions on vectors.
#[inline]
fn marked(octets: &Block, is_one: impl Fn(u8) -> bool) -> Block {
    let mut marks = [0; BLOCK];
    for (mark, octet) in marks.iter_mut().zip(octets) {
        *mark = u8::from(is_one(*octet));
    }
    marks
}

/// Brings the lowest bits of eight octets together in the highest octet of the product.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// The lowest bits of all octets, which have no other.
#[inline]
fn gathered(octets: &Block) -> u64 {
    let (words, _) = octets.as_chunks::<8>();
    let mut bits = 0;
    for word in words.iter().rev() {
        bits = bits << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56;
    }
    bits
}

/// The bits from a place of `here` on, which `next` follows.
#[inline]
pub(super) fn ahead(here: u64, next: u64, place: u32) -> u64 {
    match u64::BITS.checked_sub(place) {
        Some(0) => next,
        Some(left) => here.wrapping_shr(place) | next.checked_shl(left).unwrap_or(0),
        None => next.wrapping_shr(place.wrapping_sub(u64::BITS)),
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
                let word = octet.is_ascii_alphanumeric() || octet == b'_';
                assert_eq!(words(&block), bit(word), "{octet} at {place}");
                assert_eq!(firsts(&block), bit(octet >= 0xc0), "{octet} at {place}");
            }
        }
    }

    #[test]
    fn bits_ahead_come_from_both() {
        let (here, next) = (0x8000_0000_0000_0001, 0x0123_4567_89ab_cdef);
        let both = u128::from(here) | u128::from(next) << 64;
        for place in 0..128 {
            assert_eq!(u128::from(ahead(here, next, place)), both >> place & u128::from(u64::MAX));
        }
    }
}
