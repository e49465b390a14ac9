//! Where digits stand in a text, and where they stand close together.

use std::ops::Range;

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

    /// The places within `within` where at least `least` digits stand, neighbours at most `gap`
    /// octets apart.
    pub(crate) fn crowds(
        &self,
        within: Range<usize>,
        least: usize,
        gap: usize,
    ) -> impl Iterator<Item = Range<usize>> {
        let first = self.runs.partition_point(|it| it.start < within.start);
        let mut runs = self.runs.get(first..).unwrap_or_default().iter().peekable();
        std::iter::from_fn(move || {
            loop {
                let mut crowd = *runs.next().filter(|it| it.end <= within.end)?;
                while let Some(next) = runs
                    .next_if(|it| it.end <= within.end && it.start <= crowd.end.saturating_add(gap))
                {
                    crowd.end = next.end;
                    crowd.digits = crowd.digits.saturating_add(next.digits);
                }
                if least <= crowd.digits {
                    return Some(crowd.start..crowd.end);
                }
            }
        })
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
        let runs = DigitRuns::new(text, std::iter::once(0..text.len()));
        let crowds = |least, gap| {
            let found = runs.crowds(0..text.len(), least, gap);
            found.map(|it| text.get(it).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(crowds(3, 0), ["0123", "456"]);
        assert_eq!(crowds(7, 1), ["0123 456"]);
        assert_eq!(crowds(2, 0), ["0123", "456", "٣٤", "99", "12", "34"]);
        assert_eq!(crowds(4, 1), ["0123 456", "12-34"]);
        let halves = DigitRuns::new("1234", [0..2, 2..4].into_iter());
        assert_eq!(halves.crowds(0..2, 1, 5).collect::<Vec<_>>(), [0..2]);
        assert_eq!(halves.crowds(2..4, 1, 5).collect::<Vec<_>>(), [2..4]);
    }
}
