//! Where digits stand in a text, and where they stand close together.

use std::{collections::BTreeMap, ops::Range};

/// Neighbouring digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Run {
    start: usize,
    end: usize,
    digits: usize,
}

/// All digits of a text, from left to right; at least the decimal digits of every script.
#[derive(Clone, Debug, Default)]
pub(crate) struct DigitRuns {
    runs: Vec<Run>,
    /// Where the range starts that is looked at: no run reaches over it.
    floor: usize,
    /// By the gap that was asked for.
    crowds: BTreeMap<usize, Vec<Crowd>>,
}

/// Digits that stand close together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Crowd {
    /// Number of the range that it lies in.
    pub(crate) range: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) digits: usize,
}

/// Octets looked at together.
const BLOCK: usize = 32;

impl DigitRuns {
    /// Looks within each of these ranges, which ascend.
    pub(crate) fn new(text: &str, within: impl Iterator<Item = Range<usize>>) -> Self {
        let mut found = Self::default();
        for Range { start, end } in within {
            found.floor = start;
            let octets = text.as_bytes().get(start..end).unwrap_or_default();
            let (blocks, rest) = octets.as_chunks::<BLOCK>();
            let mut at = start;
            for block in blocks {
                // No early end, so that the whole block is one comparison of vectors.
                if block.iter().fold(false, |any, it| any | may_be_digit(*it)) {
                    found.look(text, at, block);
                }
                at = at.saturating_add(BLOCK);
            }
            found.look(text, at, rest);
        }
        found
    }

    fn look(&mut self, text: &str, from: usize, octets: &[u8]) {
        for (at, octet) in (from..).zip(octets) {
            if octet.is_ascii_digit() {
                self.push(at, 1);
            } else if may_be_digit(*octet) {
                let character = text.get(at..).and_then(|it| it.chars().next());
                if let Some(digit) = character.filter(|it| it.is_numeric()) {
                    self.push(at, digit.len_utf8());
                }
            }
        }
    }

    fn push(&mut self, start: usize, octets: usize) {
        let end = start.saturating_add(octets);
        match self.runs.last_mut() {
            Some(last) if last.end == start && self.floor <= last.start => {
                last.end = end;
                last.digits = last.digits.saturating_add(1);
            }
            _ => self.runs.push(Run { start, end, digits: 1 }),
        }
    }

    /// The crowds of digits with neighbours at most `gap` octets apart, each within one of the
    /// ranges; put together once for each `gap`.
    pub(crate) fn crowds(
        &mut self,
        gap: usize,
        within: impl Iterator<Item = Range<usize>>,
    ) -> &[Crowd] {
        let runs = &self.runs;
        self.crowds.entry(gap).or_insert_with(|| {
            let mut crowds: Vec<Crowd> = Vec::new();
            let mut rest = runs.as_slice();
            for (number, range) in within.enumerate() {
                let here = rest.partition_point(|it| it.start < range.end);
                let (these, after) = rest.split_at_checked(here).unwrap_or((rest, &[]));
                rest = after;
                these.iter().for_each(|it| join(&mut crowds, it, number, gap));
            }
            crowds
        })
    }
}

/// Puts a run into the last crowd, or begins one.
fn join(crowds: &mut Vec<Crowd>, run: &Run, range: usize, gap: usize) {
    let Run { start, end, digits } = *run;
    match crowds.last_mut() {
        Some(last) if last.range == range && start <= last.end.saturating_add(gap) => {
            last.end = end;
            last.digits = last.digits.saturating_add(digits);
        }
        _ => crowds.push(Crowd { range, start, end, digits }),
    }
}

/// An ASCII digit, or an octet that can start another: the first beyond ASCII is U+0660.
fn may_be_digit(octet: u8) -> bool {
    octet.is_ascii_digit() | (octet >= 0xd9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_close_together_are_a_crowd() {
        let text = "call 0123 456 or 7, ٣٤ and x99 and more to fill the block 12-34";
        let mut runs = DigitRuns::new(text, std::iter::once(0..text.len()));
        let mut crowds = |least: usize, gap: usize| {
            let found = runs.crowds(gap, std::iter::once(0..text.len())).iter();
            let found = found.filter(|it| least <= it.digits);
            found.map(|it| text.get(it.start..it.end).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(crowds(3, 0), ["0123", "456"]);
        assert_eq!(crowds(7, 1), ["0123 456"]);
        assert_eq!(crowds(2, 0), ["0123", "456", "٣٤", "99", "12", "34"]);
        assert_eq!(crowds(4, 1), ["0123 456", "12-34"]);
        let ranges = || [0..2, 2..4].into_iter();
        let mut halves = DigitRuns::new("1234", ranges());
        let places: Vec<_> =
            halves.crowds(5, ranges()).iter().map(|it| (it.range, it.start)).collect();
        assert_eq!(places, [(0, 0), (1, 2)]);
    }
}
