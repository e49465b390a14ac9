//! Encoded words of headers. The scanner gives octets and the name of their charset; whoever
//! shows them decodes those.
//!
//! # Standards
//!
//! RFC 2047; encoded words are decoded wherever they stand, as mail readers do.

use super::transfer::{Encoding, decode};

/// A run of a header value in one charset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chunk {
    /// The charset of an encoded word, lower case; none for what stands there as it is.
    pub charset: Option<String>,
    /// Its octets.
    pub bytes: Vec<u8>,
    /// Whether its encoding was damaged.
    pub damaged: bool,
}

/// Splits an unfolded value at its encoded words. Space between two of them vanishes, and
/// neighbours of one charset are joined, because senders split characters between words.
#[must_use]
pub fn chunks(value: &[u8]) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let (mut plain, mut at) = (0, 0);
    // Past this point no word can end, so looking again would only cost time.
    let last = memchr::memmem::rfind(value, b"?=").unwrap_or(0);
    while let Some(found) = find(value, at) {
        if found >= last {
            break;
        }
        let Some((chunk, end)) = word(value, found) else {
            at = found + 2;
            continue;
        };
        push_plain(&mut chunks, value.get(plain..found).unwrap_or_default(), true);
        match chunks.last_mut() {
            Some(last) if last.charset == chunk.charset => {
                last.bytes.extend(chunk.bytes);
                last.damaged |= chunk.damaged;
            }
            Some(_) | None => chunks.push(chunk),
        }
        (plain, at) = (end, end);
    }
    push_plain(&mut chunks, value.get(plain..).unwrap_or_default(), false);
    chunks
}

fn find(value: &[u8], at: usize) -> Option<usize> {
    Some(at + memchr::memmem::find(value.get(at..)?, b"=?")?)
}

/// Adds what stands between words, unless it is space between two of them.
fn push_plain(chunks: &mut Vec<Chunk>, bytes: &[u8], before_word: bool) {
    let between = before_word && chunks.last().is_some_and(|last| last.charset.is_some());
    if bytes.is_empty() || between && bytes.trim_ascii().is_empty() {
        return;
    }
    chunks.push(Chunk { charset: None, bytes: bytes.to_vec(), damaged: false });
}

/// The longest charset name with its language, octets.
const CHARSET_OCTETS_MAX: usize = 998;

/// Reads `=?charset?encoding?text?=` at `start`; returns where it ends.
fn word(value: &[u8], start: usize) -> Option<(Chunk, usize)> {
    let charset_at = start + 2;
    let window = value.get(charset_at..value.len().min(charset_at + CHARSET_OCTETS_MAX))?;
    let charset = window.get(..memchr::memchr(b'?', window)?)?;
    let encoding_at = charset_at + charset.len() + 1;
    let [encoding, b'?', ..] = value.get(encoding_at..)? else { return None };
    let text_at = encoding_at + 2;
    let length = text_length(value.get(text_at..)?)?;
    let text = value.get(text_at..text_at + length)?;
    let (bytes, damaged) = match encoding {
        b'B' | b'b' => {
            let decoded = decode(text, Encoding::Base64);
            (decoded.bytes.into_owned(), !decoded.flags.is_empty())
        }
        b'Q' | b'q' => {
            let spaced: Vec<u8> = text.iter().map(|&o| if o == b'_' { b' ' } else { o }).collect();
            let decoded = decode(&spaced, Encoding::QuotedPrintable);
            (decoded.bytes.into_owned(), !decoded.flags.is_empty())
        }
        _ => return None,
    };
    let charset = charset.split(|octet| *octet == b'*').next().unwrap_or_default();
    let charset = String::from_utf8_lossy(charset).to_ascii_lowercase();
    Some((Chunk { charset: Some(charset), bytes, damaged }, text_at + length + 2))
}

/// Octets up to the `?=` that ends the word. A `?=` of text such as `?=41` at its very start
/// cannot be one.
fn text_length(rest: &[u8]) -> Option<usize> {
    memchr::memmem::find(rest, b"?=")
}
