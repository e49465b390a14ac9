//! Plain ASCII, which most text is: looked at and copied in blocks.

/// Octets looked at together.
const BLOCK: usize = 16;

/// Octets of the ASCII that `text` starts with and that nothing after it joins.
pub(super) fn octets(text: &str) -> usize {
    let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
    let is_plain_block =
        |block: &&[u8; BLOCK]| block.iter().fold(true, |all, it| all & is_plain(*it));
    let plain = blocks.iter().take_while(is_plain_block).count();
    let next = blocks.get(plain).map_or(rest, |it| it.as_slice());
    let more = next.iter().take_while(|it| is_plain(**it)).count();
    let octets = plain.saturating_mul(BLOCK).saturating_add(more);
    // A mark may follow the last.
    if octets == text.len() { octets } else { octets.saturating_sub(1) }
}

/// Whether an octet is ASCII that is kept: no control character but white space.
pub(super) fn is_plain(octet: u8) -> bool {
    matches!(octet, b'\t'..=b'\r' | b' '..=b'~')
}

/// Appends plain ASCII, each run of white space as one space.
pub(super) fn push(text: &mut String, plain: &str) {
    let mut rest = plain;
    while !rest.is_empty() {
        let blank = rest.bytes().take_while(|it| is_white(*it)).count();
        if blank > 0 && !text.ends_with(' ') {
            text.push(' ');
        }
        rest = rest.get(blank..).unwrap_or_default();
        let (kept, tail) = rest.split_at_checked(kept(rest.as_bytes())).unwrap_or((rest, ""));
        text.push_str(kept);
        rest = tail;
    }
}

/// Octets before the first white space that is not one space by itself.
fn kept(octets: &[u8]) -> usize {
    let mut at = 0_usize;
    while let Some(block) = octets.get(at..).and_then(|it| it.first_chunk::<{ BLOCK + 1 }>()) {
        if collapses(block) {
            break;
        }
        at = at.saturating_add(BLOCK);
    }
    let rest = octets.get(at..).unwrap_or_default();
    let next = rest.iter().skip(1).map(Some).chain([None]);
    let stops = |(it, next): (&u8, Option<&u8>)| {
        is_break(*it) || (*it == b' ' && next.is_some_and(|it| is_white(*it)))
    };
    let more = rest.iter().zip(next).position(stops).unwrap_or(rest.len());
    at.saturating_add(more)
}

/// Whether white space in a block, all but its last octet, is not one space by itself.
fn collapses(block: &[u8; BLOCK + 1]) -> bool {
    let after = block.iter().skip(1);
    block
        .iter()
        .zip(after)
        .fold(false, |any, (it, next)| any | is_break(*it) | ((*it == b' ') & is_white(*next)))
}

fn is_white(octet: u8) -> bool {
    is_break(octet) | (octet == b' ')
}

/// White space other than a space.
fn is_break(octet: u8) -> bool {
    octet.wrapping_sub(b'\t') <= b'\r' - b'\t'
}
