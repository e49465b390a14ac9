//! Messages that readers take differently, with a marker that one of them would see: either the
//! marker is found or the message is flagged.
//!
//! The kinds are those of "Inbox Invasion" (CCS 2024): what two parsers disagree about in
//! headers, boundaries, encodings, line ends and names.

use grammar::tree::Scope;

use super::{extracted, texts};
use crate::edits::base64_of;

const MARKER: &str = "zebra-marker-7731";

/// Ways to write the header of a base64 attachment, and ways to stand it into a message.
fn messages() -> Vec<String> {
    let payload = base64_of(format!("the {MARKER} is here").as_bytes());
    let quoted = MARKER.replace('-', "=2D");
    let mut messages = Vec::new();
    for line in ENCODINGS {
        messages.push(format!("{line}\n\n{payload}\n"));
        messages.push(envelope(
            "boundary=b",
            &format!("--b\nContent-Type: text/plain\n{line}\n\n{payload}\n--b--\n"),
        ));
    }
    let part =
        format!("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{payload}\n");
    for boundary in BOUNDARIES {
        messages.push(envelope(boundary, &format!("--b\n{part}--b--\n")));
    }
    for body in BODIES {
        let body =
            body.replace("PART", &part).replace("PAYLOAD", &payload).replace("QUOTED", &quoted);
        messages.push(envelope("boundary=b", &body));
        messages.push(envelope("boundary=b", &body.replace('\n', "\r\n")));
        messages.push(envelope("boundary=b", &body.replace('\n', "\r")));
    }
    for kind in TYPES {
        messages.push(format!("{kind}\n\n--b\n{part}--b--\n"));
    }
    for body in WAYS_OF_BASE64 {
        let payload = body(&payload);
        messages.push(format!("Content-Transfer-Encoding: base64\n\n{payload}\n"));
    }
    messages
}

fn envelope(boundary: &str, body: &str) -> String {
    format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; {boundary}\n\n{body}")
}

const ENCODINGS: [&str; 20] = [
    "Content-Transfer-Encoding: base64",
    "content-transfer-encoding:BASE64",
    "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit",
    "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: \"base64\"",
    "Content-Transfer-Encoding: base64;",
    "Content-Transfer-Encoding: base64, 7bit",
    "Content-Transfer-Encoding: 7bit, base64",
    "Content-Transfer-Encoding: (x) base64",
    "Content-Transfer-Encoding: base64 (x)",
    "Content-Transfer-Encoding: base 64",
    "Content-Transfer-Encoding: x-base64",
    "Content-Transfer-Encoding : base64",
    "Content-Transfer-Encoding\t: base64",
    "Content-Transfer-Encoding:\n base64",
    "Content-Transfer-Encoding: \n\tbase64",
    " Content-Transfer-Encoding: base64",
    "X-A: b\n \nContent-Transfer-Encoding: base64",
    "stray\nContent-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: base64\0",
];

const BOUNDARIES: [&str; 24] = [
    "boundary=b",
    "boundary=\"b\"",
    "boundary=b ",
    "boundary=\"b \"",
    "boundary=' b'; boundary=b",
    "boundary=x; boundary=b",
    "boundary=b; boundary=x",
    "boundary=\"x\"; boundary*=us-ascii''b",
    "boundary*=us-ascii''b; boundary=x",
    "boundary*0=b",
    "boundary*0*=us-ascii''b",
    "boundary=b\nContent-Type: text/plain",
    "boundary=(comment)b",
    "boundary=b(comment)",
    "boundary=b (comment)",
    "boundary=b junk",
    "boundary=\"b\" junk",
    "boundary=\"b",
    "boundary=b\"",
    "boundary =b",
    "boundary= b",
    "\n boundary=b",
    "charset=x",
    "boundary=",
];

const BODIES: [&str; 16] = [
    "--b\nPART--b--\n",
    "--b \nPART--b-- \n",
    "--b\nPART",
    "PART--b\n\nx\n--b--\n",
    "--b\n\nx\n--b--\nPART",
    "--b\n\nx\n--b--\n--b\nPART--b--\n",
    "--b\n\nx\n--bb\nPART--b--\n",
    "--b--\nPART\n--b\nPART",
    "--b\nContent-Type: text/plain\n--b\nPART--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nPART--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\n\n--b\nPART--c--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: base64\n\n--c\nPART--c--\n--b--\n",
    "--b\nContent-Type: message/rfc822\n\nPART--b--\n",
    "--b\nContent-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable\n\nQUOTED\n--b--\n",
    "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nPAYLOAD\n--b--\n",
    "\n\n--b\n\n\nx\n--b\nPART\n\n\n--b--\n\n",
];

const TYPES: [&str; 10] = [
    "Content-Type: multipart/mixed; boundary=b",
    "Content-Type: MULTIPART/Mixed; Boundary=b",
    "Content-Type: multipart / mixed; boundary=b",
    "Content-Type: multipart/mixed boundary=b",
    "Content-Type: multipart/x-unheard-of; boundary=b",
    "Content-Type: multipart; boundary=b",
    "Content-Type: (x) multipart/mixed; boundary=b",
    "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b",
    "Content-Type: \"multipart/mixed\"; boundary=b",
    "Content-Type : multipart/mixed; boundary=b",
];

/// Changes to base64 that some reader forgives.
const WAYS_OF_BASE64: [fn(&str) -> String; 8] = [
    |payload| payload.to_owned(),
    |payload| payload.chars().map(|c| format!("{c}\n")).collect(),
    |payload| payload.chars().map(|c| format!("{c}!")).collect(),
    |payload| format!("aGk={payload}"),
    |payload| format!("====\n{payload}"),
    |payload| payload.trim_end_matches('=').to_owned(),
    |payload| format!("{payload}===="),
    |payload| format!("{payload}\n--\nfooter"),
];

#[test]
fn no_marker_slips_by() {
    let messages = messages();
    assert!(messages.len() > 120);
    for message in messages {
        let extract = extracted(&message);
        let scopes = [Scope::Body, Scope::AttachmentText];
        let found = scopes
            .iter()
            .any(|scope| texts(&extract, *scope).iter().any(|text| text.contains(MARKER)));
        assert!(found || !extract.content.ambiguous.is_empty(), "{message}");
    }
}

#[test]
fn contradicting_headers_are_flagged() {
    for (message, remark) in [
        ("Subject: a\nSubject: b\n\nx", "duplicate header (part 0)"),
        ("From: a@x.example\nFrom: b@x.example\n\nx", "duplicate header (part 0)"),
        ("From: a@b@c\n\nx", "unreadable From address (part 0)"),
        (
            "Content-Type: text/csv; name=a.txt\nContent-Disposition: attachment; filename=b.exe\n\nx",
            "two different file names (part 0)",
        ),
        (
            "Content-Type: text/plain; charset=us-ascii\n\ncaf\u{e9}",
            "text is not in its charset (part 0)",
        ),
        ("Content-Type: text/plain; charset=x-none\n\nabc", "unknown charset (part 0)"),
        ("Content-Type: text/html\n\nx<a href=\"y", "HTML tag or comment without end (part 0)"),
    ] {
        assert_eq!(extracted(message).content.ambiguous, [remark], "{message}");
    }
    let both = extracted("Subject: first\nSubject: second\n\nx");
    assert_eq!(texts(&both, Scope::Subject), ["first", "second"]);
}
