//! What octets really are, told from the octets.

use memchr::memmem;

use crate::{
    limits::SNIFFED_OCTETS,
    remark::{ENCRYPTED_DOCUMENT, ENCRYPTED_SMIME, OPAQUE_SIGNED, Remark},
    wide,
};

/// The type of a picture that a browser may show.
pub(crate) fn picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// The type of a file that nobody declared one of.
pub(crate) fn told(bytes: &[u8]) -> &'static str {
    if let Some(picture) = picture(bytes) {
        return picture;
    }
    let known = TYPES.iter().find(|known| bytes.starts_with(known.0));
    known.map_or_else(
        || if is_texty(bytes) { "text/plain" } else { "application/octet-stream" },
        |known| known.1,
    )
}

/// First octets, and the types that they tell.
const TYPES: [(&[u8], &str); 14] = [
    (b"%PDF", "application/pdf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"BZh", "application/x-bzip2"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"{\\rtf", "application/rtf"),
];

/// Whether the octets are a document that only its password opens.
pub(crate) fn encrypted(bytes: &[u8]) -> Option<Remark> {
    if bytes.starts_with(b"%PDF") {
        return memmem::find(bytes, b"/Encrypt").map(|_| ENCRYPTED_DOCUMENT);
    }
    // An Office document with a password is a compound file around this stream.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return memmem::find(bytes, &name).map(|_| ENCRYPTED_DOCUMENT);
    }
    None
}

/// What an S/MIME body is: `declared` is its `smime-type`, if it says one.
pub(crate) fn smime(bytes: &[u8], declared: Option<&str>) -> Option<Remark> {
    const ENVELOPED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
    if memmem::find(cms_start(bytes), ENVELOPED).is_some() {
        return Some(ENCRYPTED_SMIME);
    }
    if is_signature(bytes) {
        return (declared != Some("certs-only")).then_some(OPAQUE_SIGNED);
    }
    match declared {
        Some("certs-only") => None,
        Some("signed-data") => Some(OPAQUE_SIGNED),
        Some(_) | None => Some(ENCRYPTED_SMIME),
    }
}

/// Whether the octets are a CMS signature.
pub(crate) fn is_signature(bytes: &[u8]) -> bool {
    const SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    memmem::find(cms_start(bytes), SIGNED).is_some()
}

fn cms_start(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len().min(64)).unwrap_or_default()
}

/// Control octets that no text needs.
pub(crate) fn controls(bytes: &[u8]) -> usize {
    let odd = |it: u8| {
        let control = (it < b' ') | (it == 0x7f);
        control & (it != b'\t') & (it != b'\n') & (it != b'\r') & (it != 0x0c) & (it != 0x1b)
    };
    // The zeros of a wide text are part of its characters.
    if starts_with_mark(bytes) || wide::told(bytes).is_some() {
        return 0;
    }
    // A sum that fits an octet is one that vectors take.
    let of_run = |run: &[u8]| run.iter().fold(0_u8, |sum, it| sum.wrapping_add(odd(*it).into()));
    bytes.chunks(usize::from(u8::MAX)).map(|run| usize::from(of_run(run))).sum()
}

fn starts_with_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// Whether octets of any declared type are text that someone could read. A few control octets do
/// not change what an editor shows.
pub(crate) fn is_texty(bytes: &[u8]) -> bool {
    if bytes.is_empty() || controls(bytes) * 10 > bytes.len() {
        return false;
    }
    let beyond = bytes.iter().filter(|octet| !octet.is_ascii()).count();
    starts_with_mark(bytes)
        || beyond * 4 < bytes.len()
        || std::str::from_utf8(bytes).is_ok()
        || wide::told(bytes).is_some()
}

/// Whether text begins as a page of HTML, whatever its label.
pub(crate) fn is_html(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start();
        let behind = |end: &str| rest.split_once(end).map(|halves| halves.1);
        let next = match rest {
            _ if rest.starts_with("<!--") => behind("-->"),
            _ if rest.starts_with("<?") => behind(">"),
            _ if starts_with_word(rest, "<!doctype") => {
                let name = rest.get("<!doctype".len()..).unwrap_or_default().trim_start();
                return starts_with_word(name, "html");
            }
            _ => return starts_with_word(rest, "<html"),
        };
        let Some(next) = next else { return false };
        rest = next;
    }
}

/// Whether text starts with the letters, of either case, as a word.
fn starts_with_word(text: &str, word: &str) -> bool {
    let (start, behind) = text.as_bytes().split_at_checked(word.len()).unwrap_or_default();
    start.eq_ignore_ascii_case(word.as_bytes())
        && !behind.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether text is XML by its declaration or by its name spaces.
pub(crate) fn is_xml(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("<?xml") || (start.starts_with('<') && start.contains("xmlns"))
}

/// Whether text holds a tag that programs tell a page by, somewhere.
pub(crate) fn holds_tags(text: &str) -> bool {
    let octets = text.as_bytes();
    memchr::memchr_iter(b'<', octets).any(|at| {
        let tag = octets.get(at + 1..).unwrap_or_default();
        let tag = tag.strip_prefix(b"/").unwrap_or(tag);
        let end = |it: &u8| !it.is_ascii_alphanumeric() && *it != b'!';
        let length = tag.iter().take(TAG_OCTETS_MAX).position(end);
        let name = length.and_then(|it| tag.get(..it)).unwrap_or_default();
        TAGS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    })
}

/// Octets of the longest name below, and one behind.
const TAG_OCTETS_MAX: usize = 11;

/// Elements that pages are told by.
const TAGS: [&str; 56] = [
    "!doctype",
    "a",
    "b",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "col",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "li",
    "link",
    "meta",
    "object",
    "ol",
    "option",
    "p",
    "pre",
    "s",
    "script",
    "select",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "td",
    "textarea",
    "title",
    "tr",
    "u",
    "ul",
];

/// Whether octets begin with the header of a message in MIME, that of a mailbox file included.
pub(crate) fn begins_message(octets: &[u8]) -> bool {
    let start = without_count(without_lead(octets));
    let start = start.get(..start.len().min(SNIFFED_OCTETS)).unwrap_or_default();
    let mut lines = start.split(|it| *it == b'\n').map(<[u8]>::trim_ascii_end).peekable();
    let is_mailbox = lines.next_if(|it| it.starts_with(b"From ")).is_some();
    let fields =
        if is_mailbox { [&MIME_FIELDS[..], &MAIL_FIELDS].concat() } else { MIME_FIELDS.to_vec() };
    let mut is_mime = false;
    for line in lines {
        let is_folded = line.first().is_some_and(u8::is_ascii_whitespace);
        let name = memchr::memchr(b':', line).and_then(|it| line.get(..it));
        let is_name = |it: &&[u8]| it.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'-');
        match name.filter(is_name) {
            Some(name) => is_mime |= fields.iter().any(|it| it.eq_ignore_ascii_case(name)),
            None if is_folded && !line.is_empty() => {}
            None => break,
        }
    }
    is_mime
}

/// Fields that nothing but a message in MIME has.
const MIME_FIELDS: [&[u8]; 2] = [b"mime-version", b"content-transfer-encoding"];

/// Fields of any message.
const MAIL_FIELDS: [&[u8]; 5] = [b"date", b"from", b"received", b"return-path", b"subject"];

/// The octets without a mark of UTF-8 and blank lines before the first.
pub(crate) fn without_lead(octets: &[u8]) -> &[u8] {
    octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets).trim_ascii_start()
}

/// The octets of a message without the line before it that counts them, as Mail on Macintoshes keeps
/// them.
pub(crate) fn without_count(octets: &[u8]) -> &[u8] {
    const FIGURES_MAX: usize = 20;
    let start = octets.get(..octets.len().min(FIGURES_MAX)).unwrap_or_default();
    let Some(end) = memchr::memchr(b'\n', start) else { return octets };
    let (count, rest) = octets.split_at(end + 1);
    let count = count.trim_ascii();
    let is_count = !count.is_empty() && count.iter().all(u8::is_ascii_digit);
    if is_count { rest } else { octets }
}

/// Text with the letters that symbol fonts have in the private area as those they are drawn for;
/// none where it has none of them.
pub(crate) fn without_private_use(text: &str) -> Option<String> {
    // Every such letter begins with this octet, which hardly any other does.
    memchr::memchr(0xef, text.as_bytes())?;
    let letter = |it: char| {
        let code = u32::from(it).checked_sub(0xf000).filter(|it| (0x20..0x7f).contains(it))?;
        char::from_u32(code)
    };
    let is_meant = |it: char| letter(it).is_some_and(|it| it.is_ascii_alphanumeric());
    text.chars().any(is_meant).then(|| text.chars().map(|it| letter(it).unwrap_or(it)).collect())
}

/// Whether text holds a PGP message, whatever its armour says that it is: programs look at the
/// packets alone.
pub(crate) fn holds_pgp(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), PGP_BEGINS).any(|at| {
        let armour = text.get(at.saturating_add(PGP_BEGINS.len())..).unwrap_or_default();
        let is = |words: &str, firsts: &[char]| {
            armour
                .strip_prefix(words)
                .is_some_and(|it| first_of_armour(it).is_some_and(|it| firsts.contains(&it)))
        };
        !armour.starts_with("SIGNED MESSAGE-----")
            && !is("SIGNATURE-----", &['i', 'w'])
            && !is("PUBLIC KEY BLOCK-----", &['m', 'x'])
            && !is("PRIVATE KEY BLOCK-----", &['l', 'x'])
    })
}

const PGP_BEGINS: &[u8] = b"-----BEGIN PGP ";

/// Lines of an armour's header that are passed over.
const PGP_HEADERS_MAX: usize = 16;

/// The first letter of what an armour holds: tells the kind of its first packet (RFC 9580 section 4.2).
fn first_of_armour(armour: &str) -> Option<char> {
    let mut lines = armour.lines().skip(1).take(PGP_HEADERS_MAX).map(str::trim);
    // Quoted in an answer, lines have a sign before them.
    let line = lines.find(|it| !it.is_empty() && !it.contains(':') && *it != ">")?;
    line.trim_start_matches(['>', ' ']).chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        assert_eq!(picture(b"GIF89a..."), Some("image/gif"));
        assert_eq!(picture(b"<svg xmlns"), None);
        assert_eq!(encrypted(b"%PDF-1.4 trailer <</Encrypt 5 0 R>>"), Some(ENCRYPTED_DOCUMENT));
        assert!(is_texty("naïve, text".as_bytes()));
        assert!(is_texty(b"caf\xe9 cr\xe8me and more of it"));
        assert!(is_texty(b"name\0\n4012 8888 8888 1881"));
        assert!(is_texty(b"\x01\n4012 8888 8888 1881"));
        assert!(is_texty(b"4\x000\x001\x002\x00"));
        assert!(!is_texty(b"\x00\x01binary"));
    }

    #[test]
    fn messages_are_told_by_their_header() {
        for octets in [
            &b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\nx"[..],
            b"\xef\xbb\xbf\nSubject: x\n y\nmime-version: 1.0\n\n",
            b"From a@b Mon\nSubject: x\nContent-Transfer-Encoding: base64\n\n",
            b"163    \nSubject: x\nMIME-Version: 1.0\n\n",
        ] {
            assert!(begins_message(octets), "{octets:?}");
        }
        for octets in [
            &b"Subject: x\n\nMIME-Version: 1.0\n"[..],
            b"From here on\nMIME-Version is what\n",
            b"",
        ] {
            assert!(!begins_message(octets), "{octets:?}");
        }
    }

    #[test]
    fn letters_of_symbol_fonts() {
        assert_eq!(without_private_use("4\u{f030}\u{f0b7}").as_deref(), Some("40\u{f0b7}"));
        assert_eq!(without_private_use("40\u{f0b7}"), None);
    }

    #[test]
    fn pages_are_told_by_their_tags() {
        for text in ["<html>", " <!-- x --><!DOCTYPE HTML>", "<?xml version='1.0'?>\n<HTML a>"] {
            assert!(is_html(text), "{text}");
        }
        for text in ["<!-- <html>", "<htmlx>", "<?xml?><svg><html>", "html", ""] {
            assert!(!is_html(text), "{text}");
        }
        for text in ["a<b>c", "x</TABLE >", "<!DOCTYPE html>", "1<br/>2"] {
            assert!(holds_tags(text), "{text}");
        }
        for text in ["a < b", "<x>", "a<", "<me@x.example>", "<bb>"] {
            assert!(!holds_tags(text), "{text}");
        }
    }
}
