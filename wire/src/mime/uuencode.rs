//! Files that stand uuencoded in a text.

use super::line;

/// A uuencoded file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uuencoded {
    /// The name on its first line.
    pub name: Vec<u8>,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// The uuencoded files in `text`, in order.
pub fn uuencoded(text: &[u8]) -> impl Iterator<Item = Uuencoded> {
    let finder = memchr::memmem::Finder::new(b"begin ");
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let found = at + finder.find(text.get(at..)?)?;
            let first = line::at(text, found);
            at = first.next.max(found + 1);
            // Some readers take one that begins within a line, too.
            if let Some(name) = text.get(found..first.end).and_then(name_of)
                && let Some((bytes, next)) = body(text, first.next)
            {
                at = next;
                return Some(Uuencoded { name, bytes });
            }
        }
    })
}

/// The name on `begin 644 name`.
fn name_of(first: &[u8]) -> Option<Vec<u8>> {
    let rest = first.strip_prefix(b"begin ")?;
    let space = memchr::memchr(b' ', rest)?;
    let (mode, name) = (rest.get(..space)?, rest.get(space + 1..)?.trim_ascii());
    let octal = (3..=4).contains(&mode.len()) && mode.iter().all(|o| (b'0'..=b'7').contains(o));
    (octal && !name.is_empty()).then(|| name.to_vec())
}

/// Lines up to `end` or one that cannot be part of it; none when the first already is not.
fn body(text: &[u8], start: usize) -> Option<(Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    let mut at = start;
    while at < text.len() {
        let line = line::at(text, at);
        let octets = text.get(line.start..line.end).unwrap_or_default();
        if octets == b"end" {
            return Some((bytes, line.next));
        }
        if !decode_line(octets, &mut bytes) {
            break;
        }
        at = line.next;
    }
    (at > start && !bytes.is_empty()).then_some((bytes, at))
}

fn decode_line(octets: &[u8], bytes: &mut Vec<u8>) -> bool {
    let Some((&length, coded)) = octets.split_first() else { return false };
    if !(b' '..=b'`').contains(&length) || coded.iter().any(|o| !(b' '..=b'`').contains(o)) {
        return false;
    }
    let length = usize::from(length.wrapping_sub(b' ') & 63);
    // Trailing spaces may have been cut; a line far too short is text.
    if coded.len() > length.div_ceil(3) * 4 + 2 || coded.len() + 4 < length.div_ceil(3) * 4 {
        return false;
    }
    let end = bytes.len() + length;
    for group in coded.chunks(4) {
        let value = (0..4).fold(0_u32, |value, index| {
            let octet = group.get(index).copied().unwrap_or(b' ');
            value << 6 | u32::from(octet.wrapping_sub(b' ') & 63)
        });
        let [_, first, second, third] = value.to_be_bytes();
        bytes.extend_from_slice(&[first, second, third]);
    }
    bytes.resize(end, 0);
    true
}
