//! Transfer encodings, undone as lenient readers undo them.

use std::borrow::Cow;

use super::{
    flag::{Flag, note},
    header::Header,
    line::unfold,
    parameter::hex,
    part::single,
};

/// `Content-Transfer-Encoding`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of RFC 2045")]
pub enum Encoding {
    Base64,
    Binary,
    EightBit,
    QuotedPrintable,
    SevenBit,
    /// A word of its own; the body is taken as it stands.
    Unknown,
    Uuencode,
}

/// A decoded body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decoded<'m> {
    /// Its octets.
    pub bytes: Cow<'m, [u8]>,
    /// What was odd.
    pub flags: Vec<Flag>,
}

impl Encoding {
    pub(super) fn read(header: &Header, message: &[u8], flags: &mut Vec<Flag>) -> Self {
        let name = "content-transfer-encoding";
        let Some(value) = single(header, message, name, flags) else {
            return Self::SevenBit;
        };
        let value = without_comments(&unfold(value));
        match value.as_str() {
            "base64" => Self::Base64,
            "binary" => Self::Binary,
            "8bit" => Self::EightBit,
            "quoted-printable" => Self::QuotedPrintable,
            "7bit" => Self::SevenBit,
            "uuencode" | "x-uuencode" | "x-uue" | "uue" => Self::Uuencode,
            odd => {
                note(flags, Flag::EncodingUnknown);
                Self::guess(odd)
            }
        }
    }

    /// What lenient readers make of a malformed word, such as `"base64"` or `base64,`.
    fn guess(odd: &str) -> Self {
        let word: String = odd.chars().filter(char::is_ascii_alphanumeric).collect();
        match word.as_str() {
            "" => Self::SevenBit,
            word if word.starts_with("base64") => Self::Base64,
            word if word.starts_with("quotedprintable") => Self::QuotedPrintable,
            word if word.starts_with("8bit") => Self::EightBit,
            word if word.starts_with("7bit") => Self::SevenBit,
            word if word.starts_with("binary") => Self::Binary,
            _ => Self::Unknown,
        }
    }

    /// Whether the body stands for other octets than its own.
    #[must_use]
    pub fn transforms(self) -> bool {
        match self {
            Self::Base64 | Self::QuotedPrintable | Self::Uuencode => true,
            Self::Binary | Self::EightBit | Self::SevenBit | Self::Unknown => false,
        }
    }
}

/// Lower case, trimmed, `(comments)` taken out.
fn without_comments(value: &[u8]) -> String {
    let mut depth = 0_usize;
    let mut word = Vec::new();
    for octet in value {
        match octet {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            octet if depth == 0 => word.push(octet.to_ascii_lowercase()),
            _ => {}
        }
    }
    String::from_utf8_lossy(word.trim_ascii()).into_owned()
}

/// Undoes `encoding`.
#[must_use]
pub fn decode(body: &[u8], encoding: Encoding) -> Decoded<'_> {
    match encoding {
        Encoding::Base64 => base64(body),
        Encoding::QuotedPrintable => quoted_printable(body),
        Encoding::Uuencode => match super::uuencode::uuencoded(body).next() {
            Some(file) => Decoded { bytes: Cow::Owned(file.bytes), flags: Vec::new() },
            None => Decoded { bytes: Cow::Borrowed(body), flags: vec![Flag::EncodingDamaged] },
        },
        Encoding::Binary | Encoding::EightBit | Encoding::SevenBit | Encoding::Unknown => {
            Decoded { bytes: Cow::Borrowed(body), flags: Vec::new() }
        }
    }
}

/// Marks in [`ALPHABET`] beside the 64 values.
const SPACE: u8 = 64;
const PADDING: u8 = 65;
const JUNK: u8 = 66;

/// What each octet is in base64.
static ALPHABET: [u8; 256] = alphabet();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "const evaluation, checked when it compiles"
)]
const fn alphabet() -> [u8; 256] {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [JUNK; 256];
    let mut value: u8 = 0;
    while value < 64 {
        table[letters[value as usize] as usize] = value;
        value += 1;
    }
    table[b' ' as usize] = SPACE;
    table[b'\t' as usize] = SPACE;
    table[b'\r' as usize] = SPACE;
    table[b'\n' as usize] = SPACE;
    table[b'=' as usize] = PADDING;
    table
}

/// Base64: what is not of the alphabet is skipped, padding ends a group and not the body.
fn base64(body: &[u8]) -> Decoded<'_> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let mut flags = Vec::new();
    let (mut group, mut held, mut padded) = (0_u32, 0_u8, false);
    for &octet in body {
        let value = ALPHABET.get(usize::from(octet)).copied().unwrap_or(JUNK);
        if value < SPACE {
            if padded {
                note(&mut flags, Flag::EncodingPaddingInside);
                padded = false;
            }
            group = group << 6 | u32::from(value);
            held += 1;
            if held == 4 {
                let [_, first, second, third] = group.to_be_bytes();
                bytes.extend_from_slice(&[first, second, third]);
                (group, held) = (0, 0);
            }
        } else if value == PADDING {
            padded = true;
            flush(&mut bytes, &mut group, &mut held, &mut flags);
        } else if value == JUNK {
            note(&mut flags, Flag::EncodingDamaged);
        }
    }
    if held > 0 {
        // Missing padding: nearly every reader takes what is there.
        flush(&mut bytes, &mut group, &mut held, &mut flags);
    }
    Decoded { bytes: Cow::Owned(bytes), flags }
}

/// Writes out a group that is not full.
fn flush(bytes: &mut Vec<u8>, group: &mut u32, held: &mut u8, flags: &mut Vec<Flag>) {
    match *held {
        0 => {}
        1 => note(flags, Flag::EncodingDamaged),
        held => {
            let shift = if held == 2 { 12 } else { 6 };
            let [_, first, second, _] = (*group << shift).to_be_bytes();
            bytes.push(first);
            if held == 3 {
                bytes.push(second);
            }
        }
    }
    (*group, *held) = (0, 0);
}

/// Quoted-printable: an `=` that begins no pair stays as it is.
fn quoted_printable(body: &[u8]) -> Decoded<'_> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut flags = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let plain = memchr::memchr3(b'=', b'\n', b'\r', rest).unwrap_or(rest.len());
        let run = rest.get(..plain).unwrap_or_default();
        at += plain;
        match rest.get(plain..).unwrap_or_default() {
            [] => bytes.extend_from_slice(run),
            [b'=', tail @ ..] => {
                bytes.extend_from_slice(run);
                at += 1 + escape(tail, &mut bytes, &mut flags);
            }
            [end, ..] => {
                // Space at the end of a line was added on the way (RFC 2045 section 6.7, rule 3).
                let kept = run.iter().rposition(|octet| !matches!(octet, b' ' | b'\t'));
                bytes.extend_from_slice(
                    run.get(..kept.map_or(0, |last| last + 1)).unwrap_or_default(),
                );
                bytes.push(*end);
                at += 1;
            }
        }
    }
    Decoded { bytes: Cow::Owned(bytes), flags }
}

/// What follows an `=`; returns the octets used up.
fn escape(tail: &[u8], bytes: &mut Vec<u8>, flags: &mut Vec<Flag>) -> usize {
    if let [high, low, ..] = tail
        && let (Some(high), Some(low)) = (hex(*high), hex(*low))
    {
        bytes.push(high << 4 | low);
        return 2;
    }
    let space = tail.iter().take_while(|octet| matches!(octet, b' ' | b'\t')).count();
    match tail.get(space..).unwrap_or_default() {
        [] => tail.len(),
        [b'\r', b'\n', ..] => space + 2,
        [b'\n' | b'\r', ..] => space + 1,
        _ => {
            note(flags, Flag::EncodingDamaged);
            bytes.push(b'=');
            0
        }
    }
}
