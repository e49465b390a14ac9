//! Ways to write a message that readers take differently, each with a marker behind an encoding.
//!
//! The kinds are those of "Inbox Invasion" (CCS 2024) and of what parsers of mail are known to
//! forgive: headers, parameters, boundaries, encodings, line ends, charsets, names.

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};

use crate::forms;

/// What some reader may show, and ours must find or flag. No kind has it in the clear.
pub(crate) const MARKER: &str = "zebra-marker-7731";

/// A message of one kind, or of several together.
pub(crate) struct Case {
    /// The kinds, for whoever reads of a failure.
    pub(crate) kind: String,
    pub(crate) message: Vec<u8>,
}

/// Octets as base64, in one line.
pub(crate) fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// The payload as base64.
pub(crate) fn payload() -> String {
    base64(format!("the {MARKER} is here").as_bytes())
}

/// Every kind alone.
pub(crate) fn alone() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |kind: String, text: String| {
        cases.push(Case { kind, message: octets(&text) });
    };
    for line in forms::ENCODINGS {
        add(format!("encoding {line:?}"), one_part(line, &payload()));
        add(format!("encoding {line:?} in a part"), multipart("boundary=b", &delimited(line)));
    }
    for boundary in forms::BOUNDARIES {
        add(format!("boundary {boundary:?}"), multipart(boundary, &delimited(forms::ENCODINGS[0])));
    }
    for kind in forms::TYPES {
        add(format!("type {kind:?}"), format!("{kind}\n\n{}", delimited(forms::ENCODINGS[0])));
    }
    for body in forms::BODIES {
        add(format!("body {body:?}"), multipart("boundary=b", &filled(body)));
    }
    for (name, end) in forms::LINE_ENDS {
        let message = multipart("boundary=b", &delimited(forms::ENCODINGS[0]));
        add(format!("line ends {name}"), message.replace('\n', end));
    }
    for (name, line, body) in forms::payloads() {
        add(format!("payload {name}"), one_part(line, &body));
        let part = format!("--b\nContent-Type: text/plain\n{line}\n\n{body}\n--b--\n");
        add(format!("payload {name} in a part"), multipart("boundary=b", &part));
    }
    for (name, kind, body) in forms::charsets() {
        add(
            format!("charset {name}"),
            one_part(&format!("{kind}\n{}", forms::ENCODINGS[0]), &body),
        );
    }
    for (name, message) in forms::headers() {
        add(format!("header {name}"), message);
    }
    for (name, message) in forms::wrappings() {
        add(format!("wrapping {name}"), message);
    }
    for lines in forms::names() {
        let body = format!("--b\n{lines}\n\nnothing\n--b--\n");
        add(format!("name {lines:?}"), multipart("boundary=b", &body));
    }
    cases
}

/// Ends of lines that stand together with other kinds: those that readers know.
const ENDS_TOGETHER: usize = 3;

/// Kinds in pairs and threes: of what two readers disagree about, a third may disagree again.
pub(crate) fn together() -> Vec<Case> {
    let mut cases = Vec::new();
    for (end_name, end) in forms::LINE_ENDS.into_iter().take(ENDS_TOGETHER) {
        for boundary in forms::BOUNDARIES {
            for line in forms::ENCODINGS {
                let kind =
                    format!("line ends {end_name}, boundary {boundary:?}, encoding {line:?}");
                let message = multipart(boundary, &delimited(line)).replace('\n', end);
                cases.push(Case { kind, message: octets(&message) });
            }
        }
        for body in forms::BODIES {
            for boundary in forms::BOUNDARIES {
                let kind = format!("line ends {end_name}, body {body:?}, boundary {boundary:?}");
                let message = multipart(boundary, &filled(body)).replace('\n', end);
                cases.push(Case { kind, message: octets(&message) });
            }
        }
        for kind in forms::TYPES {
            for body in forms::BODIES {
                let message = format!("{kind}\n\n{}", filled(body)).replace('\n', end);
                let kind = format!("line ends {end_name}, type {kind:?}, body {body:?}");
                cases.push(Case { kind, message: octets(&message) });
            }
        }
    }
    for line in forms::ENCODINGS {
        for (name, own, body) in forms::payloads() {
            let kind = format!("encoding {line:?} before payload {name}");
            cases.push(Case { kind, message: octets(&one_part(&format!("{line}\n{own}"), &body)) });
        }
    }
    cases
}

/// One part as a message of its own.
fn one_part(lines: &str, body: &str) -> String {
    format!("From: a@x.example\nSubject: s\nMIME-Version: 1.0\n{lines}\n\n{body}\n")
}

/// A message of several parts with these parameters.
pub(crate) fn multipart(parameters: &str, body: &str) -> String {
    format!(
        "From: a@x.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; {parameters}\n\n{body}"
    )
}

/// One part between delimiters.
fn delimited(line: &str) -> String {
    format!("--b\nContent-Type: text/plain\n{line}\n\n{}\n--b--\n", payload())
}

/// A layout with its words replaced.
fn filled(body: &str) -> String {
    let part =
        format!("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{}\n", payload());
    let quoted = MARKER.replace('-', "=2D");
    body.replace("PART", &part).replace("PAYLOAD", &payload()).replace("QUOTED", &quoted)
}

/// Characters below 256 are octets, so that kinds can be written as text.
fn octets(text: &str) -> Vec<u8> {
    text.chars().filter_map(|it| u8::try_from(u32::from(it)).ok()).collect()
}
