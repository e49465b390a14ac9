//! `file:` URIs and paths.

use std::path::{Path, PathBuf};

/// The path of a `file:` URI; nothing for other schemes, such as that of a buffer that has no file yet.
pub(crate) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let slash = rest.find('/')?;
    let (host, path) = rest.split_at_checked(slash)?;
    if !host.is_empty() && host != "localhost" {
        return None;
    }
    let path = decoded(path)?;
    // `/c:/rules` is a path of Windows with a drive.
    let bare = path.strip_prefix('/').unwrap_or(&path);
    let has_drive = cfg!(windows) && bare.as_bytes().get(1) == Some(&b':');
    Some(PathBuf::from(if has_drive { bare } else { &path }))
}

/// The URI of a path, every octet that could mean something escaped.
pub(crate) fn of(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let mut uri = "file://".to_owned();
    if !text.starts_with('/') {
        uri.push('/');
    }
    for octet in text.bytes() {
        let plain =
            octet.is_ascii_alphanumeric() || matches!(octet, b'/' | b'-' | b'.' | b'_' | b'~');
        if plain {
            uri.push(char::from(octet));
        } else {
            uri.push_str(&format!("%{octet:02X}"));
        }
    }
    uri
}

fn decoded(text: &str) -> Option<String> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let digit = |it: Option<u8>| it.and_then(|it| char::from(it).to_digit(16));
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        octets.push(u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?);
    }
    String::from_utf8(octets).ok().filter(|it| !it.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_back() {
        for text in ["/a/b.writ", "/with space/ä#?%.writ"] {
            assert_eq!(path(&of(Path::new(text))), Some(PathBuf::from(text)));
        }
        assert_eq!(of(Path::new("/a b")), "file:///a%20b");
        assert_eq!(path("file://localhost/a"), Some(PathBuf::from("/a")));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in [
            "untitled:Untitled-1",
            "file://server/share",
            "file:///%zz",
            "file:///%00",
            "file:",
            "",
        ] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }
}
