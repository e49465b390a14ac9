//! Fields with parameters, encoded words, address lists.

use super::scanned;
use crate::mime::{Encoding, chunks, mailboxes};

/// The file name that readers show for a `Content-Disposition`.
fn name(disposition: &str) -> String {
    let scan = scanned(&format!("Content-Disposition: {disposition}\n\nx"));
    let part = &scan.parts[0];
    let parameter = part.names().next();
    parameter
        .map(|parameter| String::from_utf8_lossy(&parameter.value).into_owned())
        .unwrap_or_default()
}

#[test]
fn file_names_in_every_form() {
    for (disposition, expected) in [
        ("attachment; filename=a.txt", "a.txt"),
        ("attachment; filename=\"a b.txt\"", "a b.txt"),
        ("attachment; filename=\"a\\\"b.txt\"", "a\"b.txt"),
        ("attachment; filename=\"C:\\dir\\a.txt\"", "C:\\dir\\a.txt"),
        ("attachment; filename=not quoted.txt", "not quoted.txt"),
        ("attachment; filename = \"a.txt\" ; size=1", "a.txt"),
        ("attachment; FILENAME*=utf-8''%e2%82%ac.txt", "€.txt"),
        ("attachment; filename*0*=utf-8'en'%e2; filename*1*=%82%ac; filename*2=.txt", "€.txt"),
        ("attachment; filename*1=b; filename*0=a; filename*2=c", "abc"),
        ("attachment; filename=plain.txt; filename*=utf-8''better.txt", "better.txt"),
        ("attachment; filename*=nothing%20encoded", "nothing encoded"),
        ("attachment; filename=\"a;b.txt\"", "a;b.txt"),
        ("attachment; filename=\"unclosed.txt", "unclosed.txt"),
        ("attachment;;; ; filename=a", "a"),
        ("attachment; filename=100%.txt", "100%.txt"),
        ("attachment", ""),
    ] {
        assert_eq!(name(disposition), expected, "{disposition}");
    }
}

#[test]
fn encodings_as_lenient_readers_take_them() {
    for (written, encoding) in [
        ("base64", Encoding::Base64),
        (" BASE64 ", Encoding::Base64),
        ("\"base64\"", Encoding::Base64),
        ("base64 (comment)", Encoding::Base64),
        ("base64;", Encoding::Base64),
        ("Quoted-Printable", Encoding::QuotedPrintable),
        ("8bit", Encoding::EightBit),
        ("x-uuencode", Encoding::Uuencode),
        ("", Encoding::SevenBit),
        ("x-unheard-of", Encoding::Unknown),
    ] {
        let scan = scanned(&format!("Content-Transfer-Encoding: {written}\n\nx"));
        assert_eq!(scan.parts[0].encoding, encoding, "{written:?}");
    }
}

#[test]
fn encoded_words_split_and_joined() {
    let pieces = |value: &str| -> Vec<(Option<String>, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        chunks(value.as_bytes()).into_iter().map(|c| (c.charset, text(&c.bytes))).collect()
    };
    let utf_8 = || Some("utf-8".to_owned());
    assert_eq!(
        pieces("a =?UTF-8?Q?b_c?= d"),
        [(None, "a ".into()), (utf_8(), "b c".into()), (None, " d".into())]
    );
    assert_eq!(pieces("=?utf-8?B?4oI=?= =?utf-8?B?rA==?="), [(utf_8(), "€".into())]);
    assert_eq!(pieces("=?utf-8?Q?a b?="), [(utf_8(), "a b".into())]);
    assert_eq!(pieces("=?utf-8?X?a?= =?x"), [(None, "=?utf-8?X?a?= =?x".into())]);
}

#[test]
fn addresses_of_hostile_lists() {
    let addresses = |value: &str| -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        mailboxes(value.as_bytes()).iter().map(|mailbox| text(&mailbox.address)).collect()
    };
    for (value, expected) in [
        ("a@x.example, b@x.example", vec!["a@x.example", "b@x.example"]),
        ("\"a, <c@x.example>\" <b@x.example>", vec!["b@x.example"]),
        ("(<c@x.example>) b@x.example", vec!["b@x.example"]),
        ("<a@x.example>, <b@x.example>", vec!["a@x.example", "b@x.example"]),
        ("friends: a@x.example, b@x.example;", vec!["a@x.example", "b@x.example"]),
        ("undisclosed-recipients:;", vec![]),
        ("<@route.example:a@x.example>", vec!["a@x.example"]),
        ("\"quoted local\"@x.example", vec!["\"quoted local\"@x.example"]),
        ("a @ x . example", vec!["a@x.example"]),
        ("<a@[IPv6:::1]>", vec!["a@[IPv6:::1]"]),
        ("unclosed <a@x.example", vec!["a@x.example"]),
        ("CEO <a@x.example> <b@x.example>", vec!["a@x.example", "b@x.example"]),
        ("<a@x.example> b@x.example", vec!["a@x.example", "b@x.example"]),
        ("<a@x.example> (b@x.example)", vec!["a@x.example"]),
    ] {
        assert_eq!(addresses(value), expected, "{value}");
    }
}
