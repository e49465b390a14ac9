//! Strings that run on over records.

use crate::archive::Octets;

/// Octets in pieces, of which each string piece begins with its own flag.
pub(super) struct Pieces<'x> {
    now: Octets<'x>,
    later: Vec<&'x [u8]>,
}

impl<'x> Pieces<'x> {
    pub(super) fn new(pieces: &[&'x [u8]]) -> Self {
        let mut later: Vec<&[u8]> = pieces.iter().rev().copied().collect();
        Self { now: Octets::new(later.pop().unwrap_or_default()), later }
    }

    /// Goes on to the next piece; whether there is one.
    fn advance(&mut self) -> bool {
        let next = self.later.pop();
        self.now = Octets::new(next.unwrap_or_default());
        next.is_some()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        while self.now.rest().is_empty() {
            if !self.advance() {
                return None;
            }
        }
        self.now.u8()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.u8()?, self.u8()?, self.u8()?, self.u8()?]))
    }

    /// The next octets, as many as there are.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        (0..count).map_while(|_| self.u8()).collect()
    }

    fn skip(&mut self, count: u64) {
        let mut left = usize::try_from(count).unwrap_or(usize::MAX);
        loop {
            let here = left.min(self.now.rest().len());
            self.now.take(here);
            left -= here;
            if left == 0 || !self.advance() {
                return;
            }
        }
    }
}

/// A string of `count` characters, with what stands behind it taken too.
pub(super) fn string(pieces: &mut Pieces<'_>, count: usize) -> String {
    const WIDE: u8 = 1;
    const PHONETIC: u8 = 4;
    const RICH: u8 = 8;
    let Some(flags) = pieces.u8() else { return String::new() };
    let runs = if flags & RICH != 0 { pieces.u16().unwrap_or(0) } else { 0 };
    let phonetic = if flags & PHONETIC != 0 { pieces.u32().unwrap_or(0) } else { 0 };
    let mut wide = flags & WIDE != 0;
    let mut units: Vec<u16> = Vec::new();
    while units.len() < count {
        if pieces.now.rest().is_empty() {
            if !pieces.advance() {
                break;
            }
            wide = pieces.now.u8().is_some_and(|it| it & WIDE != 0);
            continue;
        }
        let unit = match wide {
            true => pieces.now.u16(),
            false => pieces.now.u8().map(u16::from),
        };
        match unit {
            Some(unit) => units.push(unit),
            // Half of a character: the record is damaged.
            None => {
                pieces.now.u8();
            }
        }
    }
    pieces.skip(u64::from(runs) * 4 + u64::from(phonetic));
    String::from_utf16_lossy(&units)
}
