//! Parts that stand in a text which says that it has none: some readers decode them all the same.

use memchr::memmem;

/// Whether a line such as `--b` has the header of an encoded part behind it.
pub(crate) fn holds_part(text: &[u8]) -> bool {
    if memmem::find(text, b"--").is_none() {
        return false;
    }
    let mut in_header = false;
    // An empty line does not end a header: of CRLF, the second octet gives one as well.
    for line in text.split(|it| matches!(it, b'\n' | b'\r')) {
        if line.starts_with(b"--") {
            in_header = line.trim_ascii_end().len() > b"--".len();
        } else if in_header && !line.is_empty() {
            if is_encoding(line) {
                return true;
            }
            let continues = line.starts_with(b" ") || line.starts_with(b"\t");
            in_header = continues || memchr::memchr(b':', line).is_some();
        }
    }
    false
}

/// Whether a field says that octets are written as others.
fn is_encoding(line: &[u8]) -> bool {
    let starts_with = |octets: &[u8], word: &[u8]| {
        octets.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word))
    };
    if !starts_with(line, b"content-transfer-encoding:") {
        return false;
    }
    let value = line.splitn(2, |it| *it == b':').nth(1).unwrap_or_default().trim_ascii_start();
    [&b"base64"[..], b"quoted-printable", b"x-uue", b"uue"].iter().any(|it| starts_with(value, it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_behind_a_delimiter_is_seen() {
        for (text, expected) in [
            (
                "--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--",
                true,
            ),
            (
                "x\r\n--b\r\nContent-type: text/plain;\r\n charset=x\r\ncontent-transfer-encoding:BASE64\r\n",
                true,
            ),
            ("--b\rContent-Transfer-Encoding: quoted-printable\r", true),
            ("--b\nContent-Transfer-Encoding: 8bit\n\ntext\n--b--", false),
            ("-- \nContent-Transfer-Encoding: base64\n", false),
            ("--b\nHello\nContent-Transfer-Encoding: base64\n", false),
            ("Content-Transfer-Encoding: base64\n", false),
            ("--\nAnna\n", false),
            ("", false),
        ] {
            assert_eq!(holds_part(text.as_bytes()), expected, "{text:?}");
        }
    }
}
