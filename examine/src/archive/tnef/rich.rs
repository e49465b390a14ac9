//! The rich text of a message, packed.
//!
//! # Source
//!
//! MS-OXRTFCP.

use super::super::octets::Octets;
use crate::budget::{Budget, Stop, Unpacked};

/// What the window begins with.
const WINDOW_START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \
\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\
\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The window, which goes round.
const WINDOW: usize = 4096;

/// Unpacks it.
pub(in crate::archive) fn unpack(packed: &[u8], budget: &mut Budget) -> Unpacked {
    let mut from = Octets::new(packed);
    let (Some(_), Some(size), Some(kind), Some(_)) =
        (from.u32(), from.u32(), from.u32(), from.u32())
    else {
        return Unpacked::stopped(Stop::Damaged);
    };
    match kind {
        // `MELA`: as it is.
        0x414c_454d => budget.copy(from.rest()),
        // `LZFu`.
        0x7546_5a4c => {
            // No octet of a reference gives more than nine.
            let most = packed.len().saturating_mul(9);
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if !budget.octets(most.min(size)) {
                return Unpacked::stopped(Stop::OverLimit);
            }
            references(&mut from, size)
        }
        _ => Unpacked::stopped(Stop::Damaged),
    }
}

fn references(from: &mut Octets<'_>, size: usize) -> Unpacked {
    let mut octets = WINDOW_START.to_vec();
    let start = octets.len();
    let all = size.saturating_add(start);
    let damaged = |octets: &[u8]| {
        let octets = octets.get(start..).unwrap_or_default().to_vec();
        Unpacked { octets, stop: Some(Stop::Damaged) }
    };
    'all: while octets.len() < all {
        let Some(flags) = from.u8() else { return damaged(&octets) };
        for bit in 0..8 {
            if flags & (1 << bit) == 0 {
                let Some(octet) = from.u8() else { return damaged(&octets) };
                octets.push(octet);
            } else {
                let Some(reference) = from.array().copied().map(u16::from_be_bytes) else {
                    return damaged(&octets);
                };
                let at = usize::from(reference >> 4);
                if at == octets.len() % WINDOW {
                    break 'all;
                }
                let back = (octets.len() % WINDOW).wrapping_sub(at).wrapping_add(WINDOW) % WINDOW;
                for _ in 0..usize::from(reference & 0x0f) + 2 {
                    // The window is of spaces where nothing was written yet.
                    let at = octets.len().checked_sub(back);
                    octets.push(at.and_then(|at| octets.get(at)).copied().unwrap_or(b' '));
                }
            }
            if all <= octets.len() {
                break 'all;
            }
        }
    }
    octets.truncate(all);
    let whole = octets.len() == all;
    let octets = octets.split_off(start);
    Unpacked { octets, stop: (!whole).then_some(Stop::Damaged) }
}

#[cfg(test)]
mod tests {
    use wire::mime::Limits;

    use super::*;

    /// The example of section 3.1 of the specification.
    #[test]
    fn the_example_of_the_specification() {
        let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\n\0rcpg125\x42\x32\n\xf3 hel\t\0 bw\x05\xb0ld}\n\x80\x0f\xa0";
        let unpacked = unpack(packed, &mut Budget::new(&Limits::default()));
        assert_eq!(
            String::from_utf8(unpacked.octets).unwrap(),
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        assert_eq!(unpacked.stop, None);
        for length in 0..packed.len() - 3 {
            let cut = unpack(&packed[..length], &mut Budget::new(&Limits::default()));
            assert_eq!(cut.stop, Some(Stop::Damaged), "{length}");
        }
    }
}
