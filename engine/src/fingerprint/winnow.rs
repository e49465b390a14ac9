//! Winnowing: few runs of a text, chosen so that equal passages choose equal runs.

use std::collections::{BTreeSet, VecDeque};

/// Letters and digits of a run. Shorter ones are shared by texts that have nothing to do with each
/// other: a greeting, a disclaimer's first words.
pub(crate) const GRAM_CHARS: usize = 32;

/// Neighbouring runs of which one is kept.
pub(crate) const WINDOW: usize = 16;

/// An odd number without pattern: the base of the rolling hash.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// The kept runs of letters and digits, by their hash.
///
/// The hash rolls: each step drops one character and takes one, so the cost is that of the text alone.
pub(crate) fn kept(letters: impl Iterator<Item = char>) -> BTreeSet<u64> {
    let mut kept = BTreeSet::new();
    let leaving = power(GRAM_CHARS);
    let mut run: VecDeque<u64> = VecDeque::with_capacity(GRAM_CHARS);
    // Candidates of the window: number and hash, the hashes rising.
    let mut window: VecDeque<(usize, u64)> = VecDeque::new();
    let (mut hash, mut number) = (0_u64, 0_usize);
    for letter in letters {
        let value = u64::from(u32::from(letter));
        hash = hash.wrapping_mul(BASE).wrapping_add(value);
        run.push_back(value);
        if run.len() > GRAM_CHARS {
            let gone = run.pop_front().unwrap_or(0);
            hash = hash.wrapping_sub(gone.wrapping_mul(leaving));
        }
        if run.len() < GRAM_CHARS {
            continue;
        }
        let mixed = mix(hash);
        while window.back().is_some_and(|it| mixed <= it.1) {
            window.pop_back();
        }
        window.push_back((number, mixed));
        number = number.saturating_add(1);
        while window.front().is_some_and(|it| it.0.saturating_add(WINDOW) < number) {
            window.pop_front();
        }
        if number >= WINDOW {
            kept.extend(window.front().map(|it| it.1));
        }
    }
    // A text with fewer runs than a window is one window.
    if number < WINDOW {
        kept.extend(window.front().map(|it| it.1));
    }
    kept
}

fn power(times: usize) -> u64 {
    (0..times).fold(1, |power, _| power.wrapping_mul(BASE))
}

/// Spreads the bits: a rolling hash is weak in its low ones, and the smallest is chosen.
///
/// # Source
///
/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
pub(crate) fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

/// The same, slowly: every run hashed from its first character, every window looked at whole.
pub(crate) fn kept_slowly(letters: &[char]) -> BTreeSet<u64> {
    let grams: Vec<u64> = letters
        .windows(GRAM_CHARS)
        .map(|run| {
            mix(run.iter().fold(0_u64, |hash, letter| {
                hash.wrapping_mul(BASE).wrapping_add(u64::from(u32::from(*letter)))
            }))
        })
        .collect();
    if grams.len() < WINDOW {
        return grams.iter().min().copied().into_iter().collect();
    }
    grams.windows(WINDOW).filter_map(|window| window.iter().min().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rolling_chooses_what_the_definition_chooses(text in "[a-c]{0,200}") {
            let letters: Vec<char> = text.chars().collect();
            prop_assert_eq!(kept(text.chars()), kept_slowly(&letters));
        }

        #[test]
        fn a_shared_passage_shares_a_run(
            before in "[a-z]{0,80}", shared in "[a-z]{47,120}", after in "[a-z]{0,80}", alone in "[a-z]{0,80}",
        ) {
            let one = kept(format!("{before}{shared}{after}").chars());
            let other = kept(format!("{alone}{shared}").chars());
            prop_assert!(one.intersection(&other).next().is_some());
        }
    }

    #[test]
    fn too_short_a_text_has_no_run() {
        assert!(kept("a".repeat(GRAM_CHARS - 1).chars()).is_empty());
        assert_eq!(kept("a".repeat(GRAM_CHARS).chars()).len(), 1);
    }
}
