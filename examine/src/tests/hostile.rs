//! Bombs and noise through every function.
#![expect(clippy::disallowed_methods, reason = "the tests of time read a clock")]

use std::time::{Duration, Instant};

use engine::decision::Effect;
use proptest::prelude::*;

use crate::{Limits, attachment, edits::for_delivery, extract, reading};

/// Time without optimisation for a megabyte; what is quadratic takes far longer.
const TIME_MAX: Duration = Duration::from_secs(30);

fn effects() -> Vec<Effect> {
    vec![
        Effect::Banner { text: "BANNER – x".to_owned(), html: false },
        Effect::StripTag("[secure]".to_owned()),
        Effect::TagSubject("[T]".to_owned()),
        Effect::AddHeader { name: "X-A".to_owned(), value: "b".to_owned() },
    ]
}

/// Runs everything; returns whether all segments lie in the text.
fn run_all(message: &[u8]) -> bool {
    let extract = extract(message, &Limits::default());
    let _ = reading(message, &Limits::default());
    let _ = attachment(message, 1);
    if let Ok(edits) = for_delivery(message, &effects(), Some("mx.acme.example")) {
        wire::edit::apply(message, &edits).unwrap();
    }
    let content = extract.content;
    content.segments.iter().all(|segment| content.text.get(segment.start..segment.end).is_some())
}

#[test]
fn pathological_messages_are_quick() {
    let html = |body: String| format!("Content-Type: text/html\n\n{body}");
    let attributes: String = (0..100_000).map(|index| format!(" a{index}")).collect();
    for (name, message) in [
        ("attributes", html(format!("<a{attributes}>"))),
        ("fonts", html("<font size=1>".repeat(20_000) + &"<p>".repeat(40_000))),
        ("deep", html("<div>".repeat(150_000))),
        ("hidden", html("<p hidden>".repeat(80_000))),
        ("entities", html("&amp;".repeat(150_000))),
        ("foster", html(format!("<table>{}", "<br>".repeat(39_000)))),
        ("open comments", html("<!--".repeat(200_000))),
        ("open raw", html("<script>".repeat(100_000))),
        ("angle brackets", html("<".repeat(500_000))),
        ("conditional", html("<!--[if mso]>".repeat(50_000))),
        ("words", format!("Subject: {}\n\nx", "=?utf-8?Q?a?= ".repeat(30_000))),
        ("combining", format!("Subject: x\n\na{}", "\u{301}".repeat(200_000))),
        ("ligatures", format!("Subject: x\n\n{}", "\u{fdfa}".repeat(50_000))),
        ("tags", format!("Subject: {}\n\nx", "[secure]".repeat(50_000))),
        ("addresses", format!("From: {}\n\nx", "a@x.example,".repeat(30_000))),
        ("messages", "Content-Type: message/rfc822\n\n".repeat(10_000)),
        (
            "parts",
            format!(
                "Content-Type: multipart/mixed; boundary=b\n\n{}",
                "--b\n\nx\n".repeat(100_000)
            ),
        ),
        (
            "no boundary",
            "Content-Type: multipart/mixed\nContent-Transfer-Encoding: base64\n\n".repeat(3_000),
        ),
    ] {
        let start = Instant::now();
        assert!(run_all(message.as_bytes()), "{name}");
        let took = start.elapsed();
        assert!(took < TIME_MAX, "{name}: {took:?}");
    }
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "Content-Type: ",
        "multipart/mixed",
        "multipart/alternative",
        "multipart/signed",
        "message/rfc822",
        "text/plain",
        "text/html",
        "; boundary=b",
        "; charset=utf-8",
        "; charset=iso-2022-jp",
        "; name=a",
        "\n--b\n",
        "\n--b--\n",
        "\n",
        "\r\n",
        "\n\n",
        "\r",
        " ",
        "Subject: ",
        "From: a@x.example",
        "[secure]",
        "=?utf-8?Q?[secure]?=",
        "=?utf-8?B?4oKs?=",
        "Content-Transfer-Encoding: base64",
        "\u{20ac}",
        "Content-Transfer-Encoding: quoted-printable",
        "<p>",
        "<body>",
        "<!--",
        "-->",
        "<style>",
        "&amp;",
        "text",
        "=",
    ];
    prop_oneof![
        9 => prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_panics_on_pieces(pieces in prop::collection::vec(piece(), 0..40)) {
        prop_assert!(run_all(&pieces.concat()));
    }

    #[test]
    fn nothing_panics_on_octets(message in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(run_all(&message));
    }

    #[test]
    fn edited_messages_show_the_banner(pieces in prop::collection::vec(piece(), 0..30)) {
        let message = [b"Subject: s\n".to_vec(), pieces.concat()].concat();
        if let Ok(edits) = for_delivery(&message, &effects(), Some("mx.acme.example")) {
            let edited = wire::edit::apply(&message, &edits).unwrap();
            let read = reading(&edited, &Limits::default());
            prop_assert!(read.subject.contains("[T]"), "{:?}", String::from_utf8_lossy(&edited));
            prop_assert!(read.text.contains("BANNER"), "{:?}", String::from_utf8_lossy(&edited));
        }
    }
}
