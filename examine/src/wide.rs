//! UTF-16 and UTF-32 that no label declares, told by what they read as.
//!
//! Editors and spreadsheets open such files; their zeros would make them look like no text at all.

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::limits::SNIFFED_OCTETS;

/// A form with several octets a character, and the order of the octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wide {
    Utf16Be,
    Utf16Le,
    Utf32Be,
    Utf32Le,
}

impl Wide {
    /// Longer characters first: read as the shorter ones, half of their text would be zeros.
    const ALL: [Self; 4] = [Self::Utf32Le, Self::Utf32Be, Self::Utf16Le, Self::Utf16Be];

    /// Its name, as labels have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf16Be => "UTF-16BE",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf32Be => "UTF-32BE",
            Self::Utf32Le => "UTF-32LE",
        }
    }

    /// The text, a byte-order mark included. A cut character at the end is left out.
    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        let pairs = bytes.get(..bytes.len() / 2 * 2).unwrap_or_default();
        match self {
            Self::Utf16Be => UTF_16BE.decode_without_bom_handling(pairs).0.into_owned(),
            Self::Utf16Le => UTF_16LE.decode_without_bom_handling(pairs).0.into_owned(),
            Self::Utf32Be => scalars(bytes, u32::from_be_bytes),
            Self::Utf32Le => scalars(bytes, u32::from_le_bytes),
        }
    }
}

fn scalars(bytes: &[u8], number: fn([u8; 4]) -> u32) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    let scalar = |unit: &[u8; 4]| char::from_u32(number(*unit));
    units.iter().map(|unit| scalar(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Which form the octets are in; none where they are in none, or hold no zero.
pub(crate) fn told(bytes: &[u8]) -> Option<Wide> {
    let sample = bytes.get(..bytes.len().min(SNIFFED_OCTETS)).unwrap_or_default();
    memchr::memchr(0, sample)?;
    if is_ascii_with_few_zeros(sample) {
        return None;
    }
    Wide::ALL.into_iter().find(|wide| reads(&wide.decode(sample)))
}

/// Whether it is plain text into which some zeros came: ASCII in a wide form is zeros for a half.
fn is_ascii_with_few_zeros(sample: &[u8]) -> bool {
    let plain = |o: &u8| matches!(o, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let zeros = memchr::memchr_iter(0, sample).count();
    zeros * 5 < sample.len() * 2 && sample.iter().all(plain)
}

/// Whether nearly all of it is text, and some of it is ASCII: digits, spaces and line ends are in
/// texts of every script.
fn reads(text: &str) -> bool {
    let (mut all, mut odd, mut ascii) = (0_usize, 0_usize, 0_usize);
    for character in text.chars() {
        let control = character.is_control() && !character.is_whitespace();
        let private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}');
        all += 1;
        odd += usize::from(control || private);
        ascii += usize::from(character.is_ascii() && !control);
    }
    all > 0 && odd * 10 <= all && ascii * 10 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, octets: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(octets).collect()
    }

    fn utf_32(text: &str, octets: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|it| octets(u32::from(it))).collect()
    }

    #[test]
    fn each_form_is_told_and_read() {
        for text in ["card 4012\r\n", "Привет, 4012 8888\n", "東京 12, 大阪 34", "a\0 bcdefghijkl"]
        {
            for (bytes, wide) in [
                (utf_16(text, u16::to_le_bytes), Wide::Utf16Le),
                (utf_16(text, u16::to_be_bytes), Wide::Utf16Be),
                (utf_32(text, u32::to_le_bytes), Wide::Utf32Le),
                (utf_32(text, u32::to_be_bytes), Wide::Utf32Be),
            ] {
                assert_eq!(told(&bytes), Some(wide), "{text:?}");
                assert_eq!(wide.decode(&bytes), text);
            }
        }
    }

    #[test]
    fn other_octets_are_in_none() {
        let noise: Vec<u8> =
            (0..4096_u32).map(|it| ((it * it * 193) >> 7).to_le_bytes()[0]).collect();
        for bytes in [&b"plain text"[..], b"name\0\n4012 8888", &[0; 64], &noise, b"", b"\0"] {
            assert_eq!(told(bytes), None, "{bytes:?}");
        }
    }
}
