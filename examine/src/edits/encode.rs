//! Text into the forms that stand in mail.
//!
//! # Standards
//!
//! RFC 2047 (encoded words), RFC 2045 section 6.7 (quoted-printable) and 6.8 (base64).

/// Text as a header value: as it is where it is plain, else in encoded words.
pub(super) fn header_value(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = text.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
    let short = text.split(' ').all(|word| word.len() < PLAIN_WORD_OCTETS_MAX);
    if plain && short && !text.contains("=?") {
        return folded(text.trim());
    }
    words(text.trim()).join("\r\n ")
}

/// The longest word that stands unencoded in a line of at most 998 octets.
const PLAIN_WORD_OCTETS_MAX: usize = 900;

/// Octets after which a line of a header is folded.
const FOLD_OCTETS: usize = 76;

/// Folds at spaces so that lines stay short; the first one leaves room for the name.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut column = 20;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            // An empty word would leave a line of spaces only.
            if column + word.len() >= FOLD_OCTETS && !word.is_empty() {
                folded.push_str("\r\n");
                column = 0;
            }
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += word.len();
    }
    folded
}

/// Octets of text in one encoded word: 45 make 60 of base64, under the 75 that a word may have.
const WORD_OCTETS: usize = 45;

/// Text as encoded words of UTF-8, each with whole characters.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut piece = String::new();
    for character in text.chars() {
        if piece.len() + character.len_utf8() > WORD_OCTETS {
            words.push(word(&piece));
            piece.clear();
        }
        piece.push(character);
    }
    if !piece.is_empty() {
        words.push(word(&piece));
    }
    words
}

fn word(piece: &str) -> String {
    format!("=?utf-8?B?{}?=", base64(piece.as_bytes()))
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 without line ends.
pub(crate) fn base64(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for group in octets.chunks(3) {
        let octet = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for index in 0..4 {
            let value = usize::try_from(bits >> (18 - 6 * index) & 63).unwrap_or(0);
            let letter = LETTERS.get(value).copied().unwrap_or(b'A');
            let padding = usize::try_from(index).unwrap_or(0) > group.len();
            text.push(if padding { '=' } else { char::from(letter) });
        }
    }
    text
}

/// Base64 in lines of 76, each ended.
pub(super) fn base64_lines(octets: &[u8], newline: &str) -> String {
    let mut lines = String::new();
    for line in octets.chunks(57) {
        lines.push_str(&base64(line));
        lines.push_str(newline);
    }
    lines
}

/// The longest line of quoted-printable, its soft line end included.
const LINE_OCTETS_MAX: usize = 76;

/// Quoted-printable. CRLF and LF are line ends; a CR alone is encoded.
pub(super) fn quoted_printable(octets: &[u8], newline: &str) -> String {
    let mut encoded = String::with_capacity(octets.len() + octets.len() / 8);
    let mut column = 0;
    let mut rest = octets;
    while let Some((&octet, tail)) = rest.split_first() {
        let line_end = match (octet, tail) {
            (b'\n', _) => 1,
            (b'\r', [b'\n', ..]) => 2,
            _ => 0,
        };
        if line_end > 0 {
            encoded.push_str(newline);
            column = 0;
            rest = rest.get(line_end..).unwrap_or_default();
            continue;
        }
        rest = tail;
        let at_end = matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..]);
        let plain = match octet {
            b'=' => false,
            b' ' | b'\t' => !at_end,
            octet => octet.is_ascii_graphic(),
        };
        let piece = if plain { char::from(octet).to_string() } else { format!("={octet:02X}") };
        if column + piece.len() >= LINE_OCTETS_MAX {
            encoded.push('=');
            encoded.push_str(newline);
            column = 0;
        }
        column += piece.len();
        encoded.push_str(&piece);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::mime::{Encoding, decode};

    #[test]
    fn what_is_encoded_decodes() {
        for octets in [&b"a=b \r\n\xff\0 end "[..], b"", b"f", b"fo", b"foo", &[0x80; 300]] {
            let base64 = base64_lines(octets, "\r\n");
            assert_eq!(&*decode(base64.as_bytes(), Encoding::Base64).bytes, octets);
            let quoted = quoted_printable(octets, "\r\n");
            let decoded = decode(quoted.as_bytes(), Encoding::QuotedPrintable);
            assert_eq!((&*decoded.bytes, decoded.flags.len()), (octets, 0));
            assert!(base64.lines().chain(quoted.lines()).all(|line| line.len() <= 76));
        }
    }

    #[test]
    fn header_values_decode_to_their_text() {
        let long = "wörter ".repeat(30);
        for text in ["plain", "ünï", "=?x?q?y?=", long.trim_end(), "a\r\nX-Evil: b"] {
            let value = header_value(text);
            let expected = text.replace("\r\n", "  ");
            assert_eq!(crate::header::decode(value.as_bytes()).text, expected, "{value}");
        }
        assert_eq!(header_value("a\r\nX-Evil: b"), "a  X-Evil: b");
    }
}
