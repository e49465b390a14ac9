//! What an opaque S/MIME signature is wrapped around.
//!
//! Only the wrapping is read: nothing is verified, because examination asks what a reader sees.
//!
//! # Standards
//!
//! RFC 5652 section 5.1 and 5.2; BER as mail programs write it, indefinite lengths included.

/// The octets inside a `SignedData`; none when it is something else or holds none.
pub(crate) fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let mut reader = Reader { bytes, at: 0 };
    reader.enter(SEQUENCE)?;
    let kind = reader.enter(OBJECT)?;
    if bytes.get(reader.at..reader.at.checked_add(kind?)?)? != SIGNED_DATA {
        return None;
    }
    reader.at += SIGNED_DATA.len();
    reader.enter(CONTEXT_0)?;
    reader.enter(SEQUENCE)?;
    reader.skip()?; // version
    reader.skip()?; // digest algorithms
    reader.enter(SEQUENCE)?;
    reader.skip()?; // type of the content
    reader.enter(CONTEXT_0)?;
    reader.octets()
}

const OBJECT: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const SEQUENCE: u8 = 0x30;
const CONTEXT_0: u8 = 0xa0;
const END: u8 = 0x00;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// Reads a tag and a length; none for a length means that an end mark follows the content.
    fn head(&mut self) -> Option<(u8, Option<usize>)> {
        let &[tag, first, ..] = self.bytes.get(self.at..)? else { return None };
        self.at += 2;
        if first < 0x80 {
            return Some((tag, Some(usize::from(first))));
        }
        let octets = usize::from(first & 0x7f);
        if octets == 0 {
            return Some((tag, None));
        }
        let length = self.bytes.get(self.at..self.at + octets).filter(|_| octets <= 4)?;
        self.at += octets;
        let length = length.iter().fold(0_u32, |sum, octet| sum << 8 | u32::from(*octet));
        Some((tag, usize::try_from(length).ok()))
    }

    /// Goes inside a value of the tag; the outer option is whether it is one.
    #[expect(clippy::option_option, reason = "not there, and there without a length, differ")]
    fn enter(&mut self, tag: u8) -> Option<Option<usize>> {
        let (found, length) = self.head()?;
        (found == tag).then_some(length)
    }

    /// Goes past a value.
    fn skip(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.head()? {
                (END, Some(0)) if open > 0 => open -= 1,
                (_, Some(length)) => self.at = self.at.checked_add(length)?,
                (_, None) => open += 1,
            }
            if open == 0 {
                return Some(());
            }
        }
    }

    /// The octets of a string, which may come in pieces. A cut one gives what is there.
    fn octets(&mut self) -> Option<Vec<u8>> {
        let (tag, length) = self.head()?;
        let mut content = Vec::new();
        let end = match (tag, length) {
            (OCTETS, Some(length)) => {
                content.extend_from_slice(self.piece(length));
                return Some(content);
            }
            (OCTETS_IN_PIECES, length) => length.and_then(|length| self.at.checked_add(length)),
            _ => return None,
        };
        let mut open = 0_usize;
        while end.is_none_or(|end| self.at < end) {
            match self.head() {
                Some((OCTETS, Some(length))) => content.extend_from_slice(self.piece(length)),
                // Pieces of pieces are read as one run; each of no told length has an end mark.
                Some((OCTETS_IN_PIECES, None)) => open = open.saturating_add(1),
                Some((OCTETS_IN_PIECES, Some(_))) => {}
                Some((END, Some(0))) if 0 < open => open = open.saturating_sub(1),
                Some(_) | None => break,
            }
        }
        Some(content)
    }

    fn piece(&mut self, length: usize) -> &[u8] {
        let from = self.at;
        self.at = from.saturating_add(length).min(self.bytes.len());
        self.bytes.get(from..self.at).unwrap_or_default()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn value(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    fn endless(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80][..], content, &[0, 0]].concat()
    }

    /// A `SignedData` around `content`, without signers.
    pub(crate) fn signed(content: &[u8]) -> Vec<u8> {
        wrap(&value(OCTETS, content), value)
    }

    /// A `SignedData` that holds no content, as `multipart/signed` has it.
    pub(crate) fn detached() -> Vec<u8> {
        let object = |last| [OBJECT, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last];
        let data = [&[2, 1, 1][..], &value(0x31, &[]), &value(SEQUENCE, &object(1))].concat();
        let content = value(CONTEXT_0, &value(SEQUENCE, &data));
        value(SEQUENCE, &[&object(2)[..], &content].concat())
    }

    fn wrap(octets: &[u8], wrap: fn(u8, &[u8]) -> Vec<u8>) -> Vec<u8> {
        let object = |last| [OBJECT, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last];
        let inner = wrap(SEQUENCE, &[&object(1)[..], &wrap(CONTEXT_0, octets)].concat());
        let data = [&[2, 1, 1][..], &wrap(0x31, &wrap(SEQUENCE, &[5, 0])), &inner].concat();
        let content = wrap(CONTEXT_0, &wrap(SEQUENCE, &data));
        wrap(SEQUENCE, &[&object(2)[..], &content].concat())
    }

    #[test]
    fn content_in_one_and_in_pieces() {
        assert_eq!(signed_content(&signed(b"text")), Some(b"text".to_vec()));
        let pieces =
            endless(OCTETS_IN_PIECES, &[value(OCTETS, b"te"), value(OCTETS, b"xt")].concat());
        assert_eq!(signed_content(&wrap(&pieces, endless)), Some(b"text".to_vec()));
        let within = endless(OCTETS_IN_PIECES, &value(OCTETS, b"te"));
        let pieces = endless(OCTETS_IN_PIECES, &[within, value(OCTETS, b"xt")].concat());
        assert_eq!(signed_content(&wrap(&pieces, endless)), Some(b"text".to_vec()));
    }

    #[test]
    fn anything_else_is_nothing() {
        let whole = signed(b"text");
        for end in 0..whole.len() - 4 {
            assert_eq!(signed_content(&whole[..end]), None, "{end}");
        }
        assert_eq!(signed_content(b"0\x80\x06\x09not an object"), None);
    }
}
