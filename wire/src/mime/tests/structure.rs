//! Which parts a message has.

use super::{flags, outline, scanned};
use crate::mime::Flag;

#[test]
fn a_message_of_every_usual_kind() {
    let message = b"From: a@x.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"out er\"\r\n\r\n\
        This is a multi-part message in MIME format.\r\n\
        --out er\r\n\
        Content-Type: multipart/alternative; boundary=in\r\n\r\n\
        --in\r\n\r\nplain\r\n\
        --in\r\nContent-Type: text/html\r\n\r\n<p>html\r\n\r\n\
        --in--\r\n\
        --out er\r\n\
        Content-Type: message/rfc822\r\n\r\n\
        Subject: inner\r\nContent-Type: multipart/mixed; boundary=deep\r\n\r\n\
        --deep\r\n\r\none\r\n--deep--\r\n\r\n\
        --out er\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n\
        --d\r\n\r\nSubject: in digest\r\n\r\ntwo\r\n--d--\r\n\
        --out er--\r\n";
    assert_eq!(
        outline(message),
        [
            "0 multipart/mixed",
            "1 multipart/alternative",
            "1.1 text/plain \"plain\"",
            "1.2 text/html \"<p>html\\r\\n\"",
            "2 message/rfc822",
            "2.1 multipart/mixed",
            "2.1.1 text/plain \"one\"",
            "3 multipart/digest",
            "3.1 message/rfc822",
            "3.1.1 text/plain \"two\"",
        ]
    );
    let scan = crate::mime::scan(message, &crate::mime::Limits::default());
    let branches: Vec<_> = scan.parts.iter().map(|part| part.alternative).collect();
    assert_eq!(branches[1..4], [None, Some((1, 1)), Some((1, 2))]);
    assert!(branches[4..].iter().all(Option::is_none));
    assert!(flags(&scan).is_empty());
}

#[test]
fn line_ends_of_every_kind_give_the_same_parts() {
    let message = "Content-Type: multipart/mixed;\r\n boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n";
    for (newline, flag) in [("\r\n", None), ("\n", None), ("\r", Some(Flag::BareCarriageReturn))] {
        let message = message.replace("\r\n", newline);
        let scan = scanned(&message);
        assert_eq!(scan.parts.len(), 2, "{newline:?}");
        assert_eq!(message.get(scan.parts[1].body.clone()), Some("x"));
        assert_eq!(flags(&scan), Vec::from_iter(flag));
    }
    let mixed = message.replacen("\r\n", "\n", 3);
    assert_eq!(flags(&scanned(&mixed)), [Flag::MixedLineEnds]);
}

#[test]
fn nested_alternatives_belong_to_the_outermost() {
    let scan = scanned(
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n\
         --a\nContent-Type: multipart/related; boundary=r\n\n\
         --r\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--c\n\ntwo\n--c--\n\
         --r--\n--a--\n",
    );
    let branches: Vec<_> = scan.parts.iter().map(|part| part.alternative).collect();
    let inner = Some((1, 2));
    assert_eq!(branches, [None, Some((1, 1)), inner, inner, inner, inner]);
}

/// What the flags of a message must hold, and how many parts are found.
fn check(message: &str, parts: usize, expected: Flag) {
    let scan = scanned(message);
    assert!(flags(&scan).contains(&expected), "{message:?}: {:?}", flags(&scan));
    assert_eq!(scan.parts.len(), parts, "{message:?}");
}

#[test]
fn boundaries_that_readers_take_differently_are_flagged() {
    let multipart =
        |boundary: &str, body: &str| format!("Content-Type: multipart/mixed; {boundary}\n\n{body}");
    let body = "--b\n\nx\n--b--\n";
    for (message, parts, flag) in [
        // Two boundaries: the parts of both are found.
        (multipart("boundary=c; boundary=b", body), 2, Flag::DuplicateParameter),
        (multipart("boundary=b; boundary*=us-ascii''c", body), 2, Flag::ConflictingParameter),
        (multipart("boundary*0=a; boundary*1=b", "--ab\n\nx\n--ab--\n"), 2, Flag::BoundaryOdd),
        (multipart("boundary=(c)b", body), 2, Flag::ParameterMalformed),
        (multipart("boundary=\"b", body), 2, Flag::ParameterMalformed),
        (multipart("boundary=\"b\"junk", body), 2, Flag::ParameterMalformed),
        (multipart("boundary=\"b \"", body), 2, Flag::BoundaryOdd),
        (multipart("boundary=\"\"", "--\n\nx\n----\n"), 2, Flag::BoundaryOdd),
        (multipart("charset=x", body), 2, Flag::BoundaryMissing),
        (multipart("charset=x", "no parts"), 1, Flag::BoundaryMissing),
        (multipart("boundary=b", "--b\n\nx\n--bc\ny\n--b--\n"), 2, Flag::BoundaryPrefix),
        (multipart("boundary=b", "--b\n\nx\n--b--\n--b\n\ny\n"), 3, Flag::DelimiterAfterClose),
        (multipart("boundary=b", "--b\n\nx\n"), 2, Flag::Truncated),
        (multipart("boundary=b", "--b\nContent-Type: text/html\n--b--\n"), 2, Flag::HeaderCut),
        (multipart("boundary=b", "secret\n--b\n\nx\n--b--\n"), 2, Flag::PreambleText),
        (multipart("boundary=b", "--b\n\nx\n--b--\nsecret\n"), 2, Flag::EpilogueText),
        (multipart("boundary=b\nContent-Type: text/plain", body), 2, Flag::DuplicateField),
        (
            multipart("boundary=b\nContent-Transfer-Encoding: base64", body),
            2,
            Flag::EncodedMultipart,
        ),
    ] {
        check(&message, parts, flag);
    }
    let reused = "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--b--\n";
    check(&multipart("boundary=b", reused), 3, Flag::BoundaryReused);
    let crossed = "--b\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--b--\n";
    check(&multipart("boundary=b", crossed), 3, Flag::Truncated);
}

#[test]
fn headers_that_readers_take_differently_are_flagged() {
    for (message, flag) in [
        ("Subject: a\nno colon here\n\nx", Flag::HeaderStrayLine),
        ("Subject: a\n \t\nContent-Type: text/html\n\nx", Flag::BlankContinuation),
        ("\r\n\nSubject: a\n\nx", Flag::LeadingBlankLine),
        (" folded: nothing\nSubject: a\n\nx", Flag::LeadingContinuation),
        ("Content-Type : text/html\n\nx", Flag::HeaderSpaceBeforeColon),
        ("Content-Type: text/ht\0ml\n\nx", Flag::HeaderNul),
        ("Subj\u{e9}ct: a\n\nx", Flag::HeaderNameOdd),
        ("Content-Type: text\n\nx", Flag::TypeMalformed),
        ("Content-Type: text/html/x\n\nx", Flag::TypeMalformed),
        ("Content-Transfer-Encoding: base65\n\nx", Flag::EncodingUnknown),
        ("Content-Type: message/partial; id=x; number=1\n\nx", Flag::PartialMessage),
        ("Content-Type: message/external-body; access-type=URL\n\nx", Flag::ExternalBody),
    ] {
        check(message, 1, flag);
    }
}

#[test]
fn ordinary_messages_have_no_flags() {
    for message in [
        "",
        "\r\nonly a body",
        "Subject: x",
        "From mbox@x Mon Jan  1 00:00:00 2001\nSubject: x\n\nbody",
        "Subject: x\r\n\tfolded\r\n\r\nbody with -- dashes\r\n--not a boundary\r\n",
        "Content-Type: TEXT/Plain; charset=\"utf-8\"; format=flowed\r\n\r\nx",
        "Content-Type: text/plain; name=\"a.txt\"; charset=utf-8 (Unicode)\r\n\r\nx",
    ] {
        assert_eq!(flags(&scanned(message)), [], "{message:?}");
    }
}
