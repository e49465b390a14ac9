//! Tables of bits, and the loop that asks one along a text.

/// Octets of a load.
pub(super) const LOAD: usize = 8;

/// A multiplier whose products are well mixed: 2^64 divided by the golden ratio, made odd.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Places asked in one step of the inner loop.
const PLACES: usize = 8;

/// Bits of the tables: 32 KiB stay within the first-level cache, 512 KiB within the second-level.
const SMALL_LOG2: u32 = 18;
const MEDIUM_LOG2: u32 = 20;
const LARGE_LOG2: u32 = 22;

/// Bits of a table for each key: with few of them set, what no literal has is seldom let through.
const BITS_PER_KEY: usize = 128;

/// A table of bits; its size is known where it is asked, so that no bound is checked there.
#[derive(Clone, Debug)]
pub(super) enum Table {
    Large(Box<[u64; 1 << (LARGE_LOG2 - 6)]>),
    Medium(Box<[u64; 1 << (MEDIUM_LOG2 - 6)]>),
    Small(Box<[u64; 1 << (SMALL_LOG2 - 6)]>),
}

/// The multiplier with which only the first `octets` of a load take part in the product.
pub(super) fn mixer(octets: usize) -> u64 {
    let spare = LOAD.saturating_sub(octets).saturating_mul(8);
    u32::try_from(spare).ok().and_then(|it| MIX.checked_shl(it)).unwrap_or(MIX)
}

impl Table {
    /// A table that lets these keys through.
    pub(super) fn new(keys: &[u64], mixer: u64) -> Self {
        let wanted = keys.len().saturating_mul(BITS_PER_KEY);
        if wanted <= 1 << SMALL_LOG2 {
            Self::Small(filled::<_, SMALL_LOG2>(keys, mixer))
        } else if wanted <= 1 << MEDIUM_LOG2 {
            Self::Medium(filled::<_, MEDIUM_LOG2>(keys, mixer))
        } else {
            Self::Large(filled::<_, LARGE_LOG2>(keys, mixer))
        }
    }
}

/// Tells `hit` of each place, by the octets there and its offset, that the table lets through, of
/// the places 0, `stride`, 2 × `stride` and so on. Behind the end there are zeroes.
pub(super) fn sweep(
    table: &Table,
    mixer: u64,
    stride: usize,
    text: &[u8],
    hit: &mut impl FnMut(u64, usize),
) {
    match table {
        Table::Large(table) => by_stride::<_, LARGE_LOG2>(table, mixer, stride, text, hit),
        Table::Medium(table) => by_stride::<_, MEDIUM_LOG2>(table, mixer, stride, text, hit),
        Table::Small(table) => by_stride::<_, SMALL_LOG2>(table, mixer, stride, text, hit),
    }
}

fn by_stride<const WORDS: usize, const LOG2: u32>(
    table: &[u64; WORDS],
    mixer: u64,
    stride: usize,
    text: &[u8],
    hit: &mut impl FnMut(u64, usize),
) {
    let asked = match stride {
        3 => steps::<WORDS, LOG2, 3, 29>(table, mixer, text, hit),
        2 => steps::<WORDS, LOG2, 2, 22>(table, mixer, text, hit),
        _ => steps::<WORDS, LOG2, 1, 15>(table, mixer, text, hit),
    };
    // The rest is shorter than a step.
    for at in (asked..text.len()).step_by(stride.max(1)) {
        let mut padded = [0; LOAD];
        let rest = text.get(at..).unwrap_or_default();
        padded.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let load = u64::from_le_bytes(padded);
        if is_set::<WORDS, LOG2>(table, load.wrapping_mul(mixer)) {
            hit(load, at);
        }
    }
}

/// Asks at every `STRIDE`-th place as far as whole steps of `SPAN` octets go; gives the first
/// place that was not asked.
#[inline]
fn steps<const WORDS: usize, const LOG2: u32, const STRIDE: usize, const SPAN: usize>(
    table: &[u64; WORDS],
    mixer: u64,
    text: &[u8],
    hit: &mut impl FnMut(u64, usize),
) -> usize {
    const { assert!(SPAN == (PLACES - 1) * STRIDE + LOAD, "the last load ends the span") };
    let mut at = 0_usize;
    while let Some(step) = text.get(at..).and_then(|it| it.first_chunk::<SPAN>()) {
        for place in 0..PLACES {
            let octets = step.get(place * STRIDE..).and_then(|it| it.first_chunk::<LOAD>());
            let load = octets.map_or(0, |it| u64::from_le_bytes(*it));
            if is_set::<WORDS, LOG2>(table, load.wrapping_mul(mixer)) {
                hit(load, at.saturating_add(place * STRIDE));
            }
        }
        at = at.saturating_add(PLACES * STRIDE);
    }
    at
}

#[inline]
fn is_set<const WORDS: usize, const LOG2: u32>(table: &[u64; WORDS], mixed: u64) -> bool {
    let hash = mixed >> (64 - LOG2);
    let word = usize::try_from(hash >> 6).ok().and_then(|it| table.get(it));
    word.is_some_and(|it| it & (1 << (hash & 63)) != 0)
}

fn filled<const WORDS: usize, const LOG2: u32>(keys: &[u64], mixer: u64) -> Box<[u64; WORDS]> {
    let zeroes = vec![0; WORDS].into_boxed_slice();
    let mut table = zeroes.try_into().unwrap_or_else(|_| Box::new([0; WORDS]));
    for key in keys {
        let hash = key.wrapping_mul(mixer) >> (64 - LOG2);
        if let Some(word) = usize::try_from(hash >> 6).ok().and_then(|it| table.get_mut(it)) {
            *word |= 1 << (hash & 63);
        }
    }
    table
}
