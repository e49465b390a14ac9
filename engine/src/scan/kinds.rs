//! Which octets of a text are digits, word characters, the first of characters beyond ASCII: one
//! bit each, 64 at a time.

/// Octets of a block.
pub(super) const BLOCK: usize = 64;

/// The bits of a block: the first octet is the lowest.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Kinds {
    /// ASCII digits.
    pub(super) digits: u64,
    /// ASCII letters, digits and the underscore.
    pub(super) words: u64,
    /// First octets of characters beyond ASCII.
    pub(super) firsts: u64,
}

/// Brings the lowest bits of eight octets together in the highest octet of the product.
const GATHER: u64 = 0x0102_0408_1020_4080;

impl Kinds {
    /// The bits of up to 64 octets; those that are not there are zero.
    pub(super) fn of(octets: &[u8]) -> Self {
        if let Ok(whole) = octets.try_into() {
            return Self::of_block(whole);
        }
        let mut padded = [0; BLOCK];
        padded.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
        Self::of_block(&padded)
    }

    fn of_block(octets: &[u8; BLOCK]) -> Self {
        // Comparisons without a branch, so that each line is a few instructions on vectors.
        let digits = octets.map(|it| u8::from(it.wrapping_sub(b'0') < 10));
        let words = octets.map(|it| {
            let is_letter = (it | 0x20).wrapping_sub(b'a') < 26;
            u8::from(is_letter) | u8::from(it.wrapping_sub(b'0') < 10) | u8::from(it == b'_')
        });
        let firsts =
            if octets.is_ascii() { 0 } else { gathered(&octets.map(|it| it >> 7 & it >> 6)) };
        Self { digits: gathered(&digits), words: gathered(&words), firsts }
    }
}

/// The lowest bits of all octets, which have no other.
fn gathered(octets: &[u8; BLOCK]) -> u64 {
    let (words, _) = octets.as_chunks::<8>();
    let of = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56;
    words.iter().rev().fold(0, |bits, it| bits << 8 | of(it))
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
                let bit = |it: bool| u64::from(it) << place;
                let word = octet.is_ascii_alphanumeric() || octet == b'_';
                let wanted = Kinds {
                    digits: bit(octet.is_ascii_digit()),
                    words: bit(word),
                    firsts: bit(octet >= 0xc0),
                };
                assert_eq!(Kinds::of(&octets), wanted, "{octet} at {place}");
            }
        }
    }
}
