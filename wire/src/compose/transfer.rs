//! Transfer encodings: any content to short lines of ASCII.
//!
//! # Standards
//!
//! RFC 2045 §6.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Octets of a line of encoded content (RFC 2045 §6.7, §6.8).
const LINE_OCTETS_MAX: usize = 76;

/// Octets of a line that needs no encoding, without CRLF (RFC 5322 §2.1.1).
const PLAIN_LINE_OCTETS_MAX: usize = 998;

/// What a boundary starts with. Neither base64 nor quoted-printable can hold it, and text that does
/// is not written as it is, so no content holds a boundary.
pub(super) const BOUNDARY_MARK: &str = "=_";

/// Encoded content.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Encoded {
    /// The name of the encoding.
    pub(super) name: &'static str,
    /// The content, ended by CRLF.
    pub(super) octets: Vec<u8>,
}

/// Encodes text so that as much as can be stays readable.
pub(super) fn text(text: &str) -> Encoded {
    let lines = lines(text);
    if lines.iter().all(|line| is_plain(line)) {
        let octets = lines.iter().flat_map(|line| line.bytes().chain(*b"\r\n")).collect();
        return Encoded { name: "7bit", octets };
    }
    let escaped = text.bytes().filter(|octet| !is_literal(*octet)).count();
    // Quoted-printable costs two octets for each one escaped, base64 one for any three.
    if escaped <= text.len() / 6 {
        return Encoded { name: "quoted-printable", octets: quoted_printable(&lines) };
    }
    let canonical: String = lines.iter().flat_map(|line| [*line, "\r\n"]).collect();
    Encoded { name: "base64", octets: base64(canonical.as_bytes()) }
}

/// Encodes octets as base64 in lines.
pub(super) fn base64(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() / 57 * (LINE_OCTETS_MAX + 2) + LINE_OCTETS_MAX);
    for line in content.chunks(LINE_OCTETS_MAX / 4 * 3) {
        out.extend_from_slice(STANDARD.encode(line).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Splits at CRLF, CR or LF; a line end at the end opens no further line.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        lines.push(line);
        rest = tail
            .strip_prefix("\r\n")
            .or_else(|| tail.strip_prefix(['\r', '\n']))
            .unwrap_or_default();
    }
    lines
}

/// Blanks at the end of a line do not survive every server, so such a line is not plain.
fn is_plain(line: &str) -> bool {
    line.len() <= PLAIN_LINE_OCTETS_MAX
        && line.bytes().all(|octet| matches!(octet, b'\t' | b' '..=b'~'))
        && !line.ends_with([' ', '\t'])
        && !line.contains(BOUNDARY_MARK)
}

const fn is_literal(octet: u8) -> bool {
    matches!(octet, b'\t' | b'\r' | b'\n' | b' '..=b'<' | b'>'..=b'~')
}

fn quoted_printable(lines: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in lines {
        let mut column = 0;
        let last = line.len().saturating_sub(1);
        for (at, octet) in line.bytes().enumerate() {
            let is_blank_at_end = at == last && matches!(octet, b' ' | b'\t');
            let width = if is_literal(octet) && !is_blank_at_end { 1 } else { 3 };
            // The last octet of a line leaves room for the `=` of a soft line end.
            if LINE_OCTETS_MAX - 1 < column + width {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            match width {
                1 => out.push(octet),
                _ => out.extend_from_slice(format!("={octet:02X}").as_bytes()),
            }
            column += width;
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}
