//! Files that stand in a text in yEnc, as newsgroups have them.
//!
//! # Source
//!
//! yEncode, version 1.3.

use memchr::memmem;

/// A file of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct File {
    pub(crate) name: Vec<u8>,
    pub(crate) octets: Vec<u8>,
}

const BEGIN: &[u8] = b"=ybegin ";

/// The files of a text, each from its first line to the one that ends it.
pub(crate) fn files(text: &[u8]) -> impl Iterator<Item = File> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let found = memmem::find(rest, BEGIN)?;
            let is_first =
                found == 0 || rest.get(found - 1).is_some_and(|it| matches!(it, b'\n' | b'\r'));
            let (line, behind) = line(rest.get(found..)?);
            at = text.len() - behind.len();
            let has = |word: &[u8]| memmem::find(line, word).is_some();
            if is_first && has(b" line=") && has(b" size=") {
                let name = memmem::find(line, b" name=").and_then(|it| line.get(it + 6..));
                let name = name.unwrap_or_default().trim_ascii().to_vec();
                let (octets, behind) = decoded(behind);
                at = text.len() - behind.len();
                return Some(File { name, octets });
            }
        }
    })
}

/// The first line, without what ends it, and what follows.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr2(b'\r', b'\n', text).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    (line, rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default())
}

/// The octets up to the line that ends them, and what follows it.
fn decoded(text: &[u8]) -> (Vec<u8>, &[u8]) {
    const SHIFT: u8 = 42;
    const ESCAPED_SHIFT: u8 = 64;
    let (mut octets, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (coded, behind) = line(rest);
        rest = behind;
        if coded.starts_with(b"=yend") {
            break;
        }
        if coded.starts_with(b"=ypart ") {
            continue;
        }
        // A line of mail that begins with a dot may have a second one.
        let coded =
            if coded.starts_with(b"..") { coded.get(1..).unwrap_or_default() } else { coded };
        let mut is_escaped = false;
        for octet in coded {
            match (is_escaped, octet) {
                (false, b'=') => is_escaped = true,
                (_, octet) => {
                    let shift = if is_escaped { SHIFT + ESCAPED_SHIFT } else { SHIFT };
                    octets.push(octet.wrapping_sub(shift));
                    is_escaped = false;
                }
            }
        }
    }
    (octets, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_decoded() {
        let coded = |text: &[u8]| text.iter().map(|it| it.wrapping_add(42)).collect::<Vec<_>>();
        let file = |octets: &[u8]| File { name: b"a b.txt".to_vec(), octets: octets.to_vec() };
        let whole = |data: &[u8]| {
            let begin =
                b"Hi\r\n=ybegin part=1 line=128 size=5 name=a b.txt\r\n=ypart begin=1 end=5\r\n";
            [&begin[..], data, b"\r\n=yend size=5\r\nbye"].concat()
        };
        let found = |text: &[u8]| files(text).collect::<Vec<_>>();
        assert_eq!(found(&whole(&coded(b"zebra"))), [file(b"zebra")]);
        assert_eq!(found(&whole(b"=\x40=j")), [file(b"\xd6\0")]);
        let twice = [whole(&coded(b"one")), b"\n".to_vec(), whole(&coded(b"two"))].concat();
        assert_eq!(found(&twice), [file(b"one"), file(b"two")]);
        for text in [&b"x =ybegin line=1 size=1 name=x\ny"[..], b"=ybegin here\n", b""] {
            assert_eq!(found(text), []);
        }
    }
}
