//! What octets really are, told from the octets.

use memchr::memmem;

use crate::{
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

/// Whether text is a page of HTML, whatever its label.
pub(crate) fn is_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Whether text holds a PGP message.
pub(crate) fn holds_pgp(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"-----BEGIN PGP MESSAGE-----").is_some()
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
}
