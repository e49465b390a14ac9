//! Source text of macros, as it is packed in documents.
//!
//! # Source
//!
//! [MS-OVBA] section 2.4.1.

use memchr::memmem;

use crate::{archive::Octets, limits::TEXT_OCTETS_MAX};

/// The source text in a stream of a module, which stands behind what the compiler keeps; none where
/// there is none.
pub(super) fn source(octets: &[u8]) -> Option<String> {
    // Every module begins with attributes; before the first letters stand a flag octet and the
    // head of the packed text.
    const HEAD_OCTETS: usize = 3;
    let at = memmem::find(octets, b"\0Attribut")?.checked_sub(HEAD_OCTETS)?;
    let plain = unpacked(octets.get(at..)?)?;
    Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&plain).0.into_owned())
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut chunks = Octets::new(packed);
    const SIGN: u8 = 1;
    if chunks.u8()? != SIGN {
        return None;
    }
    let mut plain = Vec::new();
    while let Some(head) = chunks.u16() {
        let rest = chunks.rest();
        let length = usize::from(head & 0xfff) + 1;
        let chunk = chunks.take(length.min(rest.len()))?;
        if head >> 15 == 0 {
            plain.extend_from_slice(chunk);
        } else {
            unpack_chunk(chunk, &mut plain);
        }
        if TEXT_OCTETS_MAX < plain.len() {
            return None;
        }
    }
    Some(plain)
}

fn unpack_chunk(chunk: &[u8], plain: &mut Vec<u8>) {
    const CHUNK_OCTETS: usize = 4096;
    let start = plain.len();
    let mut tokens = Octets::new(chunk);
    while let Some(flags) = tokens.u8() {
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some(octet) = tokens.u8() else { return };
                plain.push(octet);
                continue;
            }
            let Some(token) = tokens.u16() else { return };
            let written = plain.len() - start;
            let bits = (4..12).find(|it| written <= 1 << it).unwrap_or(12);
            let length = usize::from(token & (0xffff >> bits)) + 3;
            let offset = usize::from(token >> (16 - bits)) + 1;
            for _ in 0..length {
                let from = plain.len().checked_sub(offset).filter(|it| start <= *it);
                let Some(octet) = from.and_then(|it| plain.get(it)).copied() else { return };
                plain.push(octet);
            }
            if CHUNK_OCTETS < plain.len() - start {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_source() {
        let packed = [
            0x01, 0x2f, 0xb0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66,
            0x00, 0x70, 0x61, 0x67, 0x68, 0x69, 0x6a, 0x01, 0x38, 0x08, 0x61, 0x6b, 0x6c, 0x00,
            0x30, 0x6d, 0x6e, 0x6f, 0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74,
            0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7a, 0x00, 0x3c,
        ];
        let plain = unpacked(&packed).unwrap();
        assert_eq!(plain, b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
        assert_eq!(source(b"none"), None);
    }
}
