//! Calendars and address cards: the values of their lines, which stand folded and encoded.
//!
//! # Source
//!
//! RFC 5545 section 3.1, RFC 6350 section 3.2, vCard 2.1 section 2.1.

use wire::mime::{Encoding, decode};

use crate::{
    charset,
    kind::is_texty,
    media::is_made_so,
    remark::{Remark, UNREAD_FILE},
};

/// What a calendar or a card says, line by line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Card {
    pub(crate) text: String,
    /// Set where a value is a file of a kind that is not read.
    pub(crate) remark: Option<Remark>,
}

/// Reads a calendar or a card; none for other text.
pub(crate) fn read(text: &str) -> Option<Card> {
    let start = begun(text)?;
    let mut card = Card::default();
    let mut lines = unfolded(start).into_iter();
    while let Some(mut line) = lines.next() {
        // In the old way, a line that ends in `=` goes on in the next one.
        if is_quoted_printable(&line) {
            while line.ends_with('=')
                && let Some(more) = lines.next()
            {
                line.push_str("\r\n");
                line.push_str(&more);
            }
        }
        card.line(&line);
    }
    Some(card)
}

/// The text from the line on that begins a calendar or a card; what stands before is passed over.
fn begun(text: &str) -> Option<&str> {
    const WORD: &str = "begin";
    memchr::memchr_iter(b':', text.as_bytes()).find_map(|colon| {
        let at = colon.checked_sub(WORD.len())?;
        text.get(at..colon).filter(|it| it.eq_ignore_ascii_case(WORD))?;
        let before = text.get(..at)?.trim_end_matches([' ', '\t', '\u{feff}']);
        let begins_line = before.is_empty() || before.ends_with(['\n', '\r']);
        let kind = text.get(colon + 1..)?.trim_start_matches([' ', '\t']).get(..1)?;
        text.get(at..).filter(|_| begins_line && kind.eq_ignore_ascii_case("v"))
    })
}

/// The lines, each with those that go on with it.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for physical in text.lines().filter(|it| !it.is_empty()) {
        match (physical.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(line)) => line.push_str(more),
            (_, _) => lines.push(physical.to_owned()),
        }
    }
    lines
}

impl Card {
    fn line(&mut self, line: &str) {
        let (head, value) = halves(line);
        let lower = head.to_ascii_lowercase();
        let has = |words: &[&str]| {
            lower.split(';').any(|it| words.iter().any(|word| it == *word || ends(it, word)))
        };
        let decoded = if is_quoted_printable(line) {
            decode(value.as_bytes(), Encoding::QuotedPrintable).bytes.into_owned()
        } else if has(&["base64", "b"]) {
            decode(value.as_bytes(), Encoding::Base64).bytes.into_owned()
        } else {
            // What a backslash stands before is meant itself.
            let plain = line.replace("\\n", "\n").replace("\\N", "\n").replace('\\', "");
            self.text.push_str(&plain);
            self.text.push('\n');
            return self.addresses(line);
        };
        self.text.push_str(head);
        self.text.push(':');
        let charset = lower.split(';').find_map(|it| it.strip_prefix("charset="));
        self.file(&decoded, charset.map(|it| it.trim_matches('"')));
    }

    /// Files that stand in addresses themselves.
    ///
    /// # Source
    ///
    /// RFC 2397.
    fn addresses(&mut self, line: &str) {
        const START: &str = "data:";
        let lower = line.to_ascii_lowercase();
        for (at, _) in lower.match_indices(START).take(ADDRESSES_MAX) {
            let address = line.get(at + START.len()..).unwrap_or_default();
            let address = address.split(['"', '\'', ' ', '>']).next().unwrap_or_default();
            let Some((kind, data)) = address.split_once([',']) else { continue };
            let octets = match kind.to_ascii_lowercase().ends_with(";base64") {
                true => decode(data.as_bytes(), Encoding::Base64).bytes.into_owned(),
                // Both write an octet as a sign and two figures.
                false => {
                    let quoted = data.replace('=', "=3D").replace('%', "=");
                    decode(quoted.as_bytes(), Encoding::QuotedPrintable).bytes.into_owned()
                }
            };
            self.file(&octets, None);
        }
    }

    /// A value that was decoded.
    fn file(&mut self, decoded: &[u8], charset: Option<&str>) {
        if charset.is_some() || is_texty(decoded) {
            let text = charset::decode(decoded, None).text;
            let other = charset.map(|it| charset::decode(decoded, Some(it)).text);
            self.text.push_str(&text);
            if let Some(other) = other.filter(|it| *it != text) {
                self.text.push('\n');
                self.text.push_str(&other);
            }
        } else if !decoded.is_empty() && !is_made_so(decoded) {
            self.remark = Some(UNREAD_FILE);
        }
        self.text.push('\n');
    }
}

/// Addresses of one line that are looked at.
const ADDRESSES_MAX: usize = 16;

/// Whether it is a parameter of that value.
fn ends(parameter: &str, value: &str) -> bool {
    parameter
        .split_once('=')
        .is_some_and(|it| it.0 == "encoding" && it.1.trim_matches('"') == value)
}

fn is_quoted_printable(line: &str) -> bool {
    halves(line).0.to_ascii_lowercase().contains("quoted-printable")
}

/// What stands before and behind the colon that begins the value: none in quotes does.
fn halves(line: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let at = line.bytes().position(|octet| {
        is_quoted ^= octet == b'"';
        octet == b':' && !is_quoted
    });
    let at = at.or_else(|| line.find(':'));
    at.and_then(|at| line.get(..at).zip(line.get(at + 1..))).unwrap_or((line, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_whole() {
        for (lines, found) in [
            ("DESCRIPTION:zebra-mar\r\n ker\\, x", "DESCRIPTION:zebra-marker, x\n"),
            ("NOTE;ENCODING=QUOTED-PRINTABLE:=7A=65bra=\r\n-mar", "zebra-mar\n"),
            ("NOTE;ENCODING=b:emVi\r\n cmE=", "zebra\n"),
            ("NOTE;BASE64:emVicmE=", "zebra\n"),
            ("NOTE;CHARSET=Shift_JIS;ENCODING=b:k/qWew==", "日本\n"),
            ("ATTACH:data:text/plain;base64,emVicmE=", "zebra\n"),
            ("NOTE;ALTREP=\"data:text/html,zeb%3Cb%3Era\":x", "zeb<b>ra\n"),
            ("NOTE;ENCODING=b;ALTREP=\"x:y\":emVicmE=", "zebra\n"),
        ] {
            let card = read(&format!("BEGIN:VCARD\r\n{lines}\r\nEND:VCARD\r\n")).unwrap();
            assert!(card.text.contains(found), "{lines}: {}", card.text);
            assert_eq!(card.remark, None);
        }
        let file = read("BEGIN:VCARD\nNOTE;ENCODING=B:AAECAwQFBgc=\nEND:VCARD").unwrap();
        assert_eq!(file.remark, Some(UNREAD_FILE));
        let late = read("junk\nBEGIN:VEVENT\nNOTE:zeb\n ra\nEND:VEVENT").unwrap();
        assert!(late.text.contains("NOTE:zebra\n"), "{}", late.text);
        assert_eq!(read("begin 644 x"), None);
        assert_eq!(read("Begin: now"), None);
    }
}
