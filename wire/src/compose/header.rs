//! Header lines: words, folded.
//!
//! # Invariants
//!
//! A word that comes here holds no CR and no LF; [`super::word::cleaned`] has seen every text, and
//! the other kinds of word are made by types that have none.

use super::{mailbox::Mailbox, word};

/// Octets of a line before it folds (RFC 5322 §2.1.1 says 78; encoded words need 76).
const LINE_OCTETS_MAX: usize = 76;

/// Writes a header of words with a blank between them, folded where a line gets too long.
pub(super) fn words(out: &mut Vec<u8>, name: &str, words: impl IntoIterator<Item = String>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let mut column = name.len().saturating_add(1);
    for (index, word) in words.into_iter().enumerate() {
        // Never after the colon: a line of nothing but blanks is no header to some readers.
        if 0 < index && LINE_OCTETS_MAX < column.saturating_add(1).saturating_add(word.len()) {
            out.extend_from_slice(b"\r\n");
            column = 0;
        }
        out.push(b' ');
        out.extend(
            word.bytes().map(|octet| if matches!(octet, b'\r' | b'\n') { b' ' } else { octet }),
        );
        column = column.saturating_add(1).saturating_add(word.len());
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a header of text (RFC 5322 §2.2.1).
pub(super) fn text(out: &mut Vec<u8>, name: &str, value: &str) {
    let value = word::cleaned(value);
    if word::needs_encoding(&value) {
        words(out, name, word::encoded(&value, name.len().saturating_add(2)));
    } else {
        words(out, name, value.split(' ').map(str::to_owned));
    }
}

/// Writes a header of mailboxes.
pub(super) fn mailboxes(out: &mut Vec<u8>, name: &str, mailboxes: &[Mailbox]) {
    let mut list = Vec::new();
    for mailbox in mailboxes {
        if let Some(before) = list.last_mut() {
            let before: &mut String = before;
            before.push(',');
        }
        list.extend(mailbox.words());
    }
    words(out, name, list);
}
