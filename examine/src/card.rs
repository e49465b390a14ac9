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
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let kind = start.split_once(':').filter(|it| it.0.eq_ignore_ascii_case("begin"))?.1;
    if !kind.trim_start().get(..1).is_some_and(|it| it.eq_ignore_ascii_case("v")) {
        return None;
    }
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
            return;
        };
        self.text.push_str(head);
        self.text.push(':');
        if is_texty(&decoded) {
            self.text.push_str(&charset::decode(&decoded, None).text);
        } else if !decoded.is_empty() && !is_made_so(&decoded) {
            self.remark = Some(UNREAD_FILE);
        }
        self.text.push('\n');
    }
}

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
            ("NOTE;ENCODING=b;ALTREP=\"x:y\":emVicmE=", "zebra\n"),
        ] {
            let card = read(&format!("BEGIN:VCARD\r\n{lines}\r\nEND:VCARD\r\n")).unwrap();
            assert!(card.text.contains(found), "{lines}: {}", card.text);
            assert_eq!(card.remark, None);
        }
        let file = read("BEGIN:VCARD\nNOTE;ENCODING=B:AAECAwQFBgc=\nEND:VCARD").unwrap();
        assert_eq!(file.remark, Some(UNREAD_FILE));
        assert_eq!(read("begin 644 x"), None);
        assert_eq!(read("Begin: now"), None);
    }
}
