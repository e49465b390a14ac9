//! Address lists of header fields, read as mail readers do.

/// One mailbox of a list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mailbox {
    /// The display name, quotes taken off, encoded words as they stand.
    pub display: Vec<u8>,
    /// The address as it stands, without angle brackets, comments and route.
    pub address: Vec<u8>,
}

/// The mailboxes of an unfolded value; group names are left out.
#[must_use]
pub fn mailboxes(value: &[u8]) -> Vec<Mailbox> {
    let mut reader = Reader::default();
    let mut octets = value.iter().copied();
    while let Some(octet) = octets.next() {
        reader.take(octet, &mut octets);
    }
    reader.finish();
    reader.found
}

/// Where the reader is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Place {
    Angle,
    #[default]
    Phrase,
}

#[derive(Debug, Default)]
struct Reader {
    found: Vec<Mailbox>,
    place: Place,
    /// Outside of angle brackets: a display name, or the address where no brackets come.
    phrase: Vec<u8>,
    /// The same as it was written, quotes included: what an address without brackets is.
    written: Vec<u8>,
    angle: Option<Vec<u8>>,
    comment: Vec<u8>,
}

impl Reader {
    fn take(&mut self, octet: u8, octets: &mut impl Iterator<Item = u8>) {
        match (octet, self.place) {
            (b'"', _) => self.quoted(octets),
            (b'(', _) => self.skip_comment(octets),
            (b'<', Place::Phrase) => {
                // Readers differ in which of two they show.
                if self.angle.is_some() {
                    self.finish();
                }
                self.place = Place::Angle;
                self.angle = Some(Vec::new());
            }
            (b'>', Place::Angle) => {
                self.place = Place::Phrase;
                self.written.clear();
            }
            (b',' | b';', Place::Phrase) => self.finish(),
            (b':', Place::Phrase) => {
                self.phrase.clear();
                self.written.clear();
            }
            // A source route, RFC 5321 section 4.1.2: what stands before the colon goes.
            (b':', Place::Angle) if self.in_route() => self.angle = Some(Vec::new()),
            (octet, Place::Angle) => self.angle.get_or_insert_default().push(octet),
            (octet, Place::Phrase) => {
                self.phrase.push(octet);
                self.written.push(octet);
            }
        }
    }

    fn in_route(&self) -> bool {
        self.angle.as_ref().is_some_and(|angle| angle.starts_with(b"@"))
    }

    fn quoted(&mut self, octets: &mut impl Iterator<Item = u8>) {
        let written = match self.place {
            Place::Angle => self.angle.get_or_insert_default(),
            Place::Phrase => &mut self.written,
        };
        written.push(b'"');
        while let Some(octet) = octets.next() {
            written.push(octet);
            match octet {
                b'"' => break,
                b'\\' => {
                    let escaped = octets.next();
                    written.extend(escaped);
                    self.phrase.extend(escaped.filter(|_| self.place == Place::Phrase));
                }
                octet if self.place == Place::Phrase => self.phrase.push(octet),
                _ => {}
            }
        }
    }

    fn skip_comment(&mut self, octets: &mut impl Iterator<Item = u8>) {
        let mut depth = 1_usize;
        self.comment.clear();
        while let Some(octet) = octets.next() {
            match octet {
                b'\\' => {
                    self.comment.extend(octets.next());
                    continue;
                }
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
            self.comment.push(octet);
        }
    }

    fn finish(&mut self) {
        let phrase = std::mem::take(&mut self.phrase);
        let written = std::mem::take(&mut self.written);
        let comment = std::mem::take(&mut self.comment);
        self.place = Place::Phrase;
        match self.angle.take() {
            Some(angle) => {
                self.push(&angle, &phrase);
                // An address behind the brackets is shown by some readers.
                if written.contains(&b'@') {
                    self.push(&written, b"");
                }
            }
            None => self.push(&written, &comment),
        }
    }

    fn push(&mut self, address: &[u8], display: &[u8]) {
        let address: Vec<u8> = without_space(address.trim_ascii());
        if !address.is_empty() {
            self.found.push(Mailbox { display: display.trim_ascii().to_vec(), address });
        }
    }
}

/// Space inside an address has no meaning outside of quotes.
fn without_space(address: &[u8]) -> Vec<u8> {
    let mut quoted = false;
    let kept = address.iter().filter(|octet| {
        quoted ^= **octet == b'"';
        quoted || !octet.is_ascii_whitespace()
    });
    kept.copied().collect()
}
