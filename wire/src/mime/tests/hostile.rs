//! Bombs and noise: no panic, no more than linear time, limits named.
#![expect(clippy::disallowed_methods, reason = "the tests of time read a clock")]

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::flags;
use crate::mime::{Encoding, Flag, Limits, Scan, chunks, decode, mailboxes, scan, uuencoded};

/// Time for a megabyte without optimisation. What is linear takes a tenth of it on a slow
/// machine; what is quadratic takes hours.
const TIME_MAX: Duration = Duration::from_secs(20);

fn timed(name: &str, message: &[u8]) -> Scan {
    let start = Instant::now();
    let scan = scan(message, &Limits::default());
    for part in &scan.parts {
        let body = &message[part.body.clone()];
        if !part.container {
            let _ = decode(body, part.encoding);
        }
    }
    let took = start.elapsed();
    assert!(took < TIME_MAX, "{name}: {took:?}");
    scan
}

#[test]
fn deep_nesting_ends_at_the_limit() {
    let messages = "Content-Type: message/rfc822\n\n".repeat(10_000);
    let scan = timed("messages", messages.as_bytes());
    assert_eq!(scan.parts.len(), Limits::default().depth + 1);
    assert!(flags(&scan).contains(&Flag::DepthOverLimit));

    let multiparts: String = (0..10_000)
        .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"))
        .collect();
    let scan = timed("multiparts", multiparts.as_bytes());
    assert_eq!(scan.parts.len(), Limits::default().depth + 1);
    assert!(flags(&scan).contains(&Flag::DepthOverLimit));
}

#[test]
fn many_parts_end_at_the_limit() {
    let message =
        format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
    let scan = timed("parts", message.as_bytes());
    assert_eq!(scan.parts.len(), Limits::default().parts);
    assert_eq!(scan.flags, [Flag::PartsOverLimit]);
}

#[test]
fn large_headers_end_at_the_limit() {
    let fields = timed("fields", "a: b\n".repeat(200_000).as_bytes());
    assert!(
        flags(&fields).contains(&Flag::FieldsOverLimit)
            || flags(&fields).contains(&Flag::HeaderOctetsOverLimit)
    );
    assert!(fields.parts[0].header.fields.len() <= Limits::default().header_fields);
    let long = timed("long", format!("Subject: {}\nX: y\n\nz", "a".repeat(1 << 20)).as_bytes());
    assert!(flags(&long).contains(&Flag::HeaderOctetsOverLimit));
    let parameters = format!("Content-Type: text/plain{}\n\nx", ";a=b".repeat(100_000));
    assert!(
        flags(&timed("parameters", parameters.as_bytes())).contains(&Flag::ParametersOverLimit)
    );
}

#[test]
fn pathological_megabytes_are_quick() {
    let nested: String = (0..40)
        .map(|level| {
            format!(
                "Content-Type: multipart/mixed; boundary={}{level}\n\n--{0}{level}\n",
                "x".repeat(60)
            )
        })
        .collect();
    let alike = format!("--{}\n", "x".repeat(61)).repeat(16_000);
    for (name, message) in [
        ("dashes", format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "-".repeat(1 << 20))),
        (
            "dash lines",
            format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--\n".repeat(350_000)),
        ),
        ("alike boundaries", format!("{nested}\n{alike}")),
        ("folds", format!("Subject: a{}\n\nx", "\n ".repeat(500_000))),
        ("comments", format!("Content-Type: {}\n\nx", "(".repeat(500_000))),
        ("no boundary", "Content-Type: multipart/mixed\n\n-".repeat(30_000)),
        ("returns", "\r".repeat(1 << 20)),
        ("uuencode", format!("\n\n{}", "begin 644 x\n".repeat(80_000))),
    ] {
        timed(name, message.as_bytes());
    }
    let start = Instant::now();
    let _ = chunks("=?a?q?".repeat(160_000).as_bytes());
    let _ = chunks(format!("{}?=", "=?a?b".repeat(160_000)).as_bytes());
    let _ = mailboxes("<(\"".repeat(300_000).as_bytes());
    let _ = uuencoded("begin 644 x\n`\n".repeat(80_000).as_bytes()).count();
    assert!(start.elapsed() < TIME_MAX);
}

/// Pieces that scanners disagree about.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "Content-Type: ",
        "multipart/mixed",
        "multipart/alternative",
        "message/rfc822",
        "text/plain",
        "; boundary=",
        "; boundary*0=",
        "; name=",
        "\"",
        "b",
        "c",
        "--",
        "--b",
        "--b--",
        "--c",
        "--c--",
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        " ",
        "\t",
        ":",
        ";",
        "=",
        "(",
        ")",
        "\\",
        "=?utf-8?Q?",
        "?=",
        "Content-Transfer-Encoding: base64",
        "begin 644 x",
        "\0",
        "%41",
        "'",
        "\r\n ",
    ];
    prop_oneof![
        8 => prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..8),
    ]
}

fn invariants(message: &[u8]) -> Result<(), TestCaseError> {
    let limits = Limits { parts: 20, depth: 5, header_fields: 30, ..Limits::default() };
    let scan = scan(message, &limits);
    prop_assert!(!scan.parts.is_empty() && scan.parts.len() <= 20);
    for (index, part) in scan.parts.iter().enumerate() {
        prop_assert!(message.get(part.body.clone()).is_some());
        prop_assert!(part.depth <= 5 && part.parent.is_none_or(|parent| parent < index));
        prop_assert_eq!(part.parent.is_none(), index == 0);
        if let Some(parent) = part.parent.and_then(|parent| scan.parts.get(parent)) {
            prop_assert!(parent.container);
            prop_assert!(
                parent.body.start <= part.header.range.start && part.body.end <= parent.body.end
            );
        }
        for field in &part.header.fields {
            prop_assert!(message.get(field.lines.clone()).is_some());
            prop_assert!(message.get(field.value.clone()).is_some());
            prop_assert!(!message[field.name.clone()].is_empty());
        }
        for encoding in [Encoding::Base64, Encoding::QuotedPrintable, Encoding::Uuencode] {
            let body = &message[part.body.clone()];
            prop_assert!(decode(body, encoding).bytes.len() <= body.len() + 64);
        }
    }
    let _ = (chunks(message), mailboxes(message));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_mixture_of_pieces_keeps_the_invariants(pieces in prop::collection::vec(piece(), 0..60)) {
        invariants(&pieces.concat())?;
    }

    #[test]
    fn any_octets_keep_the_invariants(message in prop::collection::vec(any::<u8>(), 0..400)) {
        invariants(&message)?;
    }
}
