//! RTF as Outlook packs it.
//!
//! # Source
//!
//! [MS-OXRTFCP].

use crate::{archive::Octets, budget::Budget};

/// What every packed text may refer to before its own start.
const KNOWN: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// The RTF; none where it is damaged or over the budget.
pub(in crate::document) fn decompressed(octets: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    const PACKED: u32 = 0x75_46_5a_4c;
    const WINDOW: usize = 4096;
    let mut fields = Octets::new(octets);
    let (_packed, size) = (fields.u32()?, usize::try_from(fields.u32()?).ok()?);
    let (kind, _sum) = (fields.u32()?, fields.u32()?);
    if kind != PACKED {
        let plain = fields.rest();
        let plain = plain.get(..size.min(plain.len()))?;
        return budget.octets(plain.len()).then(|| plain.to_vec());
    }
    // A reference is two octets for seventeen at most.
    const GROWTH_MAX: usize = 9;
    if !budget.octets(octets.len().checked_mul(GROWTH_MAX)?) {
        return None;
    }
    let mut window = [0_u8; WINDOW];
    window.iter_mut().zip(KNOWN).for_each(|(to, from)| *to = *from);
    let mut at = KNOWN.len();
    let mut plain = Vec::new();
    let mut put = |octet: u8, window: &mut [u8; WINDOW], plain: &mut Vec<u8>| {
        if let Some(place) = window.get_mut(at) {
            *place = octet;
        }
        at = (at + 1) % WINDOW;
        plain.push(octet);
        at
    };
    let mut place = KNOWN.len();
    while plain.len() < size {
        let control = fields.u8()?;
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(octet) = fields.u8() else { return Some(plain) };
                place = put(octet, &mut window, &mut plain);
                continue;
            }
            let Some(reference) = fields.array().copied().map(u16::from_be_bytes) else {
                return Some(plain);
            };
            let offset = usize::from(reference >> 4);
            if offset == place {
                return Some(plain);
            }
            for step in 0..usize::from(reference & 0xf) + 2 {
                let octet = window.get((offset + step) % WINDOW).copied().unwrap_or(0);
                place = put(octet, &mut window, &mut plain);
            }
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use wire::mime::Limits;

    use super::*;

    #[test]
    fn the_examples_of_the_source() {
        let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x422\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        let mut budget = Budget::new(&Limits::default());
        let plain = decompressed(packed, &mut budget).unwrap();
        assert_eq!(plain, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        let circle =
            b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04\x20WXYZ\x0dn}\x01\x0e\xb0";
        assert_eq!(decompressed(circle, &mut budget).unwrap(), b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
    }
}
