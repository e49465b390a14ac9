//! Octets to characters: the declared charset where it holds, else what the octets tell.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};

use crate::{
    remark::{CHARSET_GUESSED, CHARSET_LIES, CHARSET_UNKNOWN, CHARSET_UNMARKED, Remark},
    wide,
};

/// Decoded text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Text<'b> {
    pub(crate) text: Cow<'b, str>,
    /// The charset that it was read in.
    pub(crate) charset: &'static str,
    pub(crate) remark: Option<Remark>,
    /// What it is to programs that read it in another charset.
    pub(crate) other: Option<String>,
}

impl<'b> Text<'b> {
    fn of(text: impl Into<Cow<'b, str>>, charset: &'static str, remark: Option<Remark>) -> Self {
        Self { text: text.into(), charset, remark, other: None }
    }
}

/// Decodes `bytes`. Text that is not in its declared charset is read as UTF-8 where it is UTF-8,
/// else as windows-1252, and remarked.
pub(crate) fn decode<'b>(bytes: &'b [u8], declared: Option<&str>) -> Text<'b> {
    let label = declared.map(|label| label.trim_matches([' ', '"', '\'']));
    if let Some(text) = unmarked(bytes, label) {
        return text;
    }
    match label {
        None | Some("") => sniffed(bytes, CHARSET_GUESSED),
        Some(label) if is_ascii(label) => sniffed(bytes, CHARSET_LIES),
        Some(label) if is_utf_7(label) => utf_7(bytes),
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding != REPLACEMENT => in_encoding(bytes, label, encoding),
            Some(_) | None => {
                let text = sniffed(bytes, CHARSET_UNKNOWN);
                Text { remark: Some(CHARSET_UNKNOWN), ..text }
            }
        },
    }
}

/// Decodes octets of a header that stand there as they are. No mark counts there, and programs show
/// it as the letters that it would be.
pub(crate) fn decode_raw(bytes: &[u8]) -> Text<'_> {
    unmarked(bytes, None).unwrap_or_else(|| guessed(bytes, CHARSET_GUESSED))
}

/// The label of a code page of Windows.
pub(crate) fn of_code_page(page: u32) -> String {
    let known = match page {
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        866 => "ibm866",
        10_000 => "macintosh",
        20_127 => "us-ascii",
        20_866 => "koi8-r",
        21_866 => "koi8-u",
        50_220..=50_222 => "iso-2022-jp",
        51_932 => "euc-jp",
        51_949 => "euc-kr",
        54_936 => "gb18030",
        65_000 => "utf-7",
        65_001 => "utf-8",
        28_591..=28_605 => return format!("iso-8859-{}", page - 28_590),
        _ => return format!("windows-{page}"),
    };
    known.to_owned()
}

/// Text of several octets a character that neither label nor mark declares.
fn unmarked<'b>(bytes: &'b [u8], label: Option<&str>) -> Option<Text<'b>> {
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    if declared.is_some_and(is_utf_16) {
        return None;
    }
    let told = wide::told(bytes)?;
    // The mark of UTF-32 begins as that of UTF-16 does.
    let marked = Encoding::for_bom(bytes).is_some();
    if marked && matches!(told, wide::Wide::Utf16Be | wide::Wide::Utf16Le) {
        return None;
    }
    let text = told.decode(bytes);
    Some(Text::of(text, told.name(), Some(CHARSET_UNMARKED)))
}

fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16BE || encoding == UTF_16LE
}

fn is_ascii(label: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit"]
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
}

fn is_utf_7(label: &str) -> bool {
    ["utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7"]
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
}

/// What octets beyond ASCII are: UTF-8, else windows-1252. `remark` applies where there are any.
fn sniffed(bytes: &[u8], remark: Remark) -> Text<'_> {
    let Some((encoding, octets)) = Encoding::for_bom(bytes) else { return guessed(bytes, remark) };
    let (text, _) = encoding.decode_without_bom_handling(bytes.get(octets..).unwrap_or_default());
    // Mail programs hardly heed the mark of UTF-16. To those the octets are letters.
    let is_wide = is_utf_16(encoding) && text.chars().any(|it| '\u{ff}' < it);
    let other = is_wide.then(|| guessed(bytes, remark).text.into_owned());
    Text { text, charset: encoding.name(), remark: Some(remark), other }
}

/// The same for octets without a mark, or where no mark counts.
fn guessed(bytes: &[u8], remark: Remark) -> Text<'_> {
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        return Text::of(lossless(bytes), "us-ascii", None);
    }
    if bytes.is_ascii() {
        let (text, broken) = encoding_rs::ISO_2022_JP.decode_without_bom_handling(bytes);
        if !broken && !text.is_ascii() {
            return Text::of(text, "ISO-2022-JP", Some(remark));
        }
        return Text::of(lossless(bytes), "us-ascii", None);
    }
    if std::str::from_utf8(bytes).is_ok() {
        let (text, _) = UTF_8.decode_without_bom_handling(bytes);
        return Text::of(text, UTF_8.name(), Some(remark));
    }
    let is_unknown = remark == CHARSET_GUESSED && is_mostly_beyond_ascii(bytes);
    let remark = if is_unknown { CHARSET_UNKNOWN } else { remark };
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let other = in_full_width(bytes);
    Text { other, ..Text::of(text, WINDOWS_1252.name(), Some(remark)) }
}

/// Whether there are more octets beyond ASCII than half its letters: text in Latin letters has some
/// tenth, and of other text nobody can tell what a program makes of it.
fn is_mostly_beyond_ascii(bytes: &[u8]) -> bool {
    let beyond = bytes.iter().filter(|octet| !octet.is_ascii()).count();
    let letters = bytes.iter().filter(|octet| octet.is_ascii_alphabetic()).count();
    letters < beyond.saturating_mul(2)
}

/// What octets are in the charsets of East Asia that programs guess, where that gives Latin letters
/// or digits in full width.
fn in_full_width(bytes: &[u8]) -> Option<String> {
    let read = |encoding: &'static Encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        let is_wide = |it: char| ('\u{ff01}'..='\u{ff5e}').contains(&it);
        text.contains(is_wide).then(|| text.into_owned())
    };
    let texts: Vec<String> =
        [SHIFT_JIS, EUC_JP, EUC_KR, GB18030, BIG5].into_iter().filter_map(read).collect();
    Some(texts.join("\n")).filter(|it| !it.is_empty())
}

fn lossless(ascii: &[u8]) -> &str {
    std::str::from_utf8(ascii).unwrap_or_default()
}

fn in_encoding<'b>(bytes: &'b [u8], label: &str, encoding: &'static Encoding) -> Text<'b> {
    let encoding = match label.eq_ignore_ascii_case("utf-16") {
        true => utf_16_order(bytes),
        false => encoding,
    };
    if is_utf_16(encoding) && bytes.is_ascii() && !bytes.contains(&0) {
        // No text of UTF-16 is without a zero or an octet beyond ASCII.
        return Text { remark: Some(CHARSET_LIES), ..sniffed(bytes, CHARSET_LIES) };
    }
    let (text, used, broken) = encoding.decode(bytes);
    if (encoding.is_single_byte() || broken) && is_multibyte_utf_8(bytes) {
        let (text, _) = UTF_8.decode_without_bom_handling(bytes);
        return Text::of(text, UTF_8.name(), Some(CHARSET_LIES));
    }
    if broken && used == UTF_8 && !is_nearly_utf_8(bytes) {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
        return Text::of(text, WINDOWS_1252.name(), Some(CHARSET_LIES));
    }
    let lies = broken || used != encoding;
    Text::of(text, used.name(), lies.then_some(CHARSET_LIES))
}

/// Whether the octets hold several-octet characters and are UTF-8 throughout: text of a
/// one-octet charset hardly ever is.
fn is_multibyte_utf_8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// Whether more is right than wrong: the text was cut or has a stray octet.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().bytes().filter(|octet| !octet.is_ascii()).count();
        wrong += chunk.invalid().len();
    }
    wrong < right
}

/// The byte order of UTF-16 without a mark: the side on which the zeros stand.
fn utf_16_order(bytes: &[u8]) -> &'static Encoding {
    let zeros = |parity: usize| {
        bytes.iter().take(512).skip(parity).step_by(2).filter(|octet| **octet == 0).count()
    };
    if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE }
}

/// UTF-7, which some readers still know and no browser does.
///
/// # Source
///
/// RFC 2152.
fn utf_7(bytes: &[u8]) -> Text<'static> {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(plus) = memchr::memchr(b'+', rest) {
        text.push_str(&String::from_utf8_lossy(rest.get(..plus).unwrap_or_default()));
        rest = rest.get(plus + 1..).unwrap_or_default();
        let in_run = |o: &u8| o.is_ascii_alphanumeric() || matches!(o, b'+' | b'/');
        let length = rest.iter().take_while(|octet| in_run(octet)).count();
        let run = rest.get(..length).unwrap_or_default();
        rest = rest.get(length..).unwrap_or_default();
        let closed = rest.first() == Some(&b'-');
        if run.is_empty() {
            text.push('+');
        } else {
            let octets = wire::mime::decode(run, wire::mime::Encoding::Base64).bytes;
            let (piece, _) = UTF_16BE.decode_without_bom_handling(
                octets.get(..octets.len() / 2 * 2).unwrap_or_default(),
            );
            text.push_str(&piece);
        }
        if closed {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    text.push_str(&String::from_utf8_lossy(rest));
    Text::of(text, "UTF-7", Some(CHARSET_UNKNOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&str>, text: &str, remark: Option<Remark>) {
        let decoded = decode(bytes, declared);
        assert_eq!((&*decoded.text, decoded.remark), (text, remark), "{declared:?}");
    }

    #[test]
    fn the_declared_charset_is_taken_where_it_holds() {
        check(b"caf\xe9", Some("ISO-8859-1"), "café", None);
        check(b"caf\xc3\xa9", Some("utf-8"), "café", None);
        check(b"\x93x\x94", Some("windows-1252"), "\u{201c}x\u{201d}", None);
        check(b"\x1b$B$\"\x1b(B", Some("iso-2022-jp"), "あ", None);
        check(b"\xb9\xe3\xbf\xcd", Some("euc-kr"), "밤와", None);
        check(b"a\0b\0", Some("utf-16le"), "ab", None);
        check(b"\0a\0b", Some("utf-16"), "ab", None);
    }

    #[test]
    fn a_lying_charset_is_remarked() {
        check(b"caf\xc3\xa9", Some("us-ascii"), "café", Some(CHARSET_LIES));
        check(b"caf\xc3\xa9", Some("iso-8859-1"), "café", Some(CHARSET_LIES));
        check(b"\xe3\x81\x82", Some("iso-2022-jp"), "あ", Some(CHARSET_LIES));
        check(b"caf\xe9 cr\xe8me", Some("utf-8"), "café crème", Some(CHARSET_LIES));
        check(b"caf\xe9", None, "café", Some(CHARSET_GUESSED));
        check(b"\xd3\xc5\xcb", None, "ÓÅË", Some(CHARSET_UNKNOWN));
        check(b"plain", Some("x-none"), "plain", Some(CHARSET_UNKNOWN));
        check(b"+AGM-ard", Some("utf-7"), "card", Some(CHARSET_UNKNOWN));
        check(b"card 4012", Some("utf-16le"), "card 4012", Some(CHARSET_LIES));
        check(b"c\0a\0r\0d\0", Some("utf-8"), "card", Some(CHARSET_UNMARKED));
        check(b"\0\0\0c\0\0\0a", None, "ca", Some(CHARSET_UNMARKED));
    }

    #[test]
    fn letters_in_full_width_are_found_in_what_is_guessed() {
        let text = decode(b"the word is \x82\x83\x82\x81\x82\x92\x82\x84", None);
        assert!(text.other.unwrap().contains("\u{ff43}\u{ff41}\u{ff52}\u{ff44}"));
    }

    #[test]
    fn a_mark_hides_no_letters() {
        assert_eq!(decode(b"\xfe\xffcard", None).other.as_deref(), Some("\u{fe}\u{ff}card"));
        assert_eq!(decode(b"\xfe\xff\0c\0a", None).other, None);
        assert_eq!(decode_raw(b"\xfe\xffcard").text, "\u{fe}\u{ff}card");
    }
}
