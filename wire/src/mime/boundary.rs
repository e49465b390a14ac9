//! Boundaries: which ones a header names, and which one a body betrays.

use super::{
    flag::{Flag, note},
    limits::BOUNDARIES_MAX,
    line,
    part::Part,
};

/// Whether a line of the boundary, or one that closes it, is also one of `boundaries`.
pub(super) fn clashes(boundaries: &[Vec<u8>], boundary: &[u8]) -> bool {
    let stem = boundary.strip_suffix(b"--").unwrap_or(boundary);
    boundaries.iter().any(|known| known == boundary || known == stem)
}

/// Every boundary that some reader could take from the header.
pub(super) fn declared(part: &Part, flags: &mut Vec<Flag>) -> Vec<Vec<u8>> {
    let mut boundaries: Vec<Vec<u8>> = Vec::new();
    let readings = part.content_type.field.all("boundary").flat_map(|parameter| {
        std::iter::once(&parameter.value).chain(&parameter.strict).map(move |it| (parameter, it))
    });
    for (parameter, value) in readings.take(BOUNDARIES_MAX) {
        let boundary = value.trim_ascii_end();
        let is_cut = boundary.len() < value.len() || parameter.strict.is_some();
        if parameter.extended || is_cut || is_odd(boundary) {
            note(flags, Flag::BoundaryOdd);
        }
        if !boundaries.iter().any(|known| known == boundary) {
            boundaries.push(boundary.to_vec());
        }
    }
    boundaries
}

/// The longest boundary, octets (RFC 2046 section 5.1.1).
const BOUNDARY_OCTETS_MAX: usize = 70;

fn is_odd(boundary: &[u8]) -> bool {
    let usual = |o: &u8| o.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(o);
    // Some large senders use these without harm: no reader takes them for anything else.
    let tolerated = |o: &u8| b"#$%&*@^{}|~!".contains(o);
    boundary.is_empty()
        || boundary.len() > BOUNDARY_OCTETS_MAX
        || boundary.ends_with(b"--")
        || !boundary.iter().all(|octet| usual(octet) || tolerated(octet))
}

/// The boundary of the first line of a body that looks like a delimiter.
pub(super) fn guessed(bytes: &[u8], body: usize) -> Option<Vec<u8>> {
    let mut at = body;
    loop {
        let found = at + memchr::memmem::find(bytes.get(at..)?, b"--")?;
        let line = line::at(bytes, found);
        let first = found == body || matches!(bytes.get(found - 1), Some(b'\r' | b'\n'));
        let boundary = bytes.get(found + 2..line.end).unwrap_or_default().trim_ascii_end();
        if first && !boundary.is_empty() && boundary.len() <= BOUNDARY_OCTETS_MAX {
            return Some(boundary.to_vec());
        }
        at = if first { line.next.max(found + 1) } else { found + 1 };
    }
}
