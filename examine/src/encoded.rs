//! Text that is nothing but a file written in letters.

use wire::mime::{Encoding, decode};

use crate::kind::{is_texty, told};

/// The octets that a text of base64 stands for, with or without the lines of PEM around it; none
/// where they are of no kind that is known: keys and certificates are no files to read.
pub(crate) fn inside(octets: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(octets).ok()?.trim();
    let letters = match text.strip_prefix("-----BEGIN ") {
        Some(rest) => {
            let (_label, rest) = rest.split_once("-----")?;
            rest.split_once("-----").map_or(rest, |halves| halves.0)
        }
        None => text,
    };
    let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '/' | '=');
    let is_short = letters.len() < LETTERS_MIN;
    if is_short || letters.chars().any(|it| !is_letter(it) && !matches!(it, '\r' | '\n')) {
        return None;
    }
    let decoded = decode(letters.as_bytes(), Encoding::Base64).bytes.into_owned();
    let kind = told(&decoded);
    let is_file =
        !matches!(kind, "application/octet-stream" | "text/plain") || is_message(&decoded);
    let is_text = TEXT_LETTERS_MIN <= letters.len() && is_texty(&decoded);
    (is_file || is_text).then_some(decoded)
}

/// Letters of what is taken for a file at all; shorter ones are words.
const LETTERS_MIN: usize = 20;

/// Letters of what is taken for a text: shorter ones may look like one by chance.
const TEXT_LETTERS_MIN: usize = 40;

/// Whether the octets are a signed or encrypted message of CMS.
pub(crate) fn is_message(octets: &[u8]) -> bool {
    const KINDS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
    let start = octets.get(..octets.len().min(64)).unwrap_or_default();
    octets.first() == Some(&0x30) && memchr::memmem::find(start, KINDS).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_words() {
        let text = b"a text that is long enough to be one".to_vec();
        let letters = crate::edits::base64_of(&text);
        assert_eq!(inside(letters.as_bytes()), Some(text.clone()));
        let armoured = format!("-----BEGIN CMS-----\n{letters}\r\n-----END CMS-----\n");
        assert_eq!(inside(armoured.as_bytes()), Some(text));
        assert_eq!(
            inside(b"UEsDBAAAAAAAAAAAAAAAAA=="),
            Some(b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0".to_vec())
        );
        for text in
            [&b"Supercalifragilisticexpialidocious"[..], b"emVicmE=", b"two words of text, so", b""]
        {
            assert_eq!(inside(text), None, "{text:?}");
        }
        assert!(is_message(b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"));
    }
}
