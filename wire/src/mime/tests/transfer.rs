//! Transfer encodings as lenient readers undo them.

use crate::mime::{Encoding, Flag, decode, uuencoded};

fn check(encoding: Encoding, body: &str, decoded: &str, flags: &[Flag]) {
    let found = decode(body.as_bytes(), encoding);
    assert_eq!(String::from_utf8_lossy(&found.bytes), decoded, "{body:?}");
    assert_eq!(found.flags, flags, "{body:?}");
}

#[test]
fn base64_in_every_state() {
    let damaged = &[Flag::EncodingDamaged][..];
    for (body, decoded, flags) in [
        ("aGVsbG8=", "hello", &[][..]),
        ("aGVs\r\nbG8=\r\n", "hello", &[]),
        ("aGVsbG8", "hello", &[]),
        ("aGV!sbG8=", "hello", damaged),
        ("aGVsbG8=IHlvdQ==", "hello you", &[Flag::EncodingPaddingInside]),
        (
            "aGVsbG8=\n-- \nfooter",
            "hello~\u{fffd}-z",
            &[Flag::EncodingDamaged, Flag::EncodingPaddingInside],
        ),
        ("a", "", damaged),
        ("", "", &[]),
        ("====", "", &[]),
    ] {
        check(Encoding::Base64, body, decoded, flags);
    }
}

#[test]
fn quoted_printable_in_every_state() {
    let damaged = &[Flag::EncodingDamaged][..];
    for (body, decoded, flags) in [
        ("caf=C3=A9", "café", &[][..]),
        ("caf=c3=a9", "café", &[]),
        ("soft=\r\nbreak", "softbreak", &[]),
        ("soft= \t\nbreak", "softbreak", &[]),
        ("space \r\nkept=20\r\n", "space\r\nkept \r\n", &[]),
        ("odd =XY =4", "odd =XY =4", damaged),
        ("at the end=", "at the end", &[]),
    ] {
        check(Encoding::QuotedPrintable, body, decoded, flags);
    }
}

#[test]
fn uuencoded_files_in_a_text() {
    let text = "Hi,\nbegin 644 cat.txt\n#0V%T\n`\nend\nbegin the day\nbegin 644 x\nnot coded at all, this line\n";
    let files: Vec<_> = uuencoded(text.as_bytes()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(
        (files[0].name.as_slice(), files[0].bytes.as_slice()),
        (&b"cat.txt"[..], &b"Cat"[..])
    );
}
