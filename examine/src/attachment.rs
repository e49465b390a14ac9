//! One file of a message, decoded for download.

use wire::mime::{Limits, Part, scan};

use crate::{header, kind::picture, leaf};

/// A decoded attachment or picture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodedAttachment {
    /// Its file name; never empty, and without path separators or control characters.
    pub name: String,
    /// The type for its download: what the octets of a picture are, else what it is declared as.
    pub kind: String,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// The part of that index ([`crate::AttachmentEntry::index`], [`crate::Picture::index`]), decoded;
/// none when the message has no such part or it holds others. Parts are counted within the default
/// [`Limits`].
#[must_use]
pub fn attachment(message: &[u8], index: usize) -> Option<DecodedAttachment> {
    let scan = scan(message, &Limits::default());
    let part = scan.parts.get(index)?;
    if part.content_type.kind == "multipart" && part.container {
        return None;
    }
    let bytes = leaf::octets(message, part).bytes.into_owned();
    let kind = picture(&bytes).map_or_else(|| part.content_type.essence(), str::to_owned);
    Some(DecodedAttachment { name: file_name(message, part, index), kind, bytes })
}

/// The name that a download gets.
pub(crate) fn file_name(message: &[u8], part: &Part, index: usize) -> String {
    let declared = harmless(&leaf::names(part).shown);
    if !declared.is_empty() {
        return declared;
    }
    if part.content_type.kind == "message" {
        let body = message.get(part.body.clone()).unwrap_or_default();
        let nested = scan(body, &Limits { parts: 1, ..Limits::default() });
        let subject =
            nested.parts.first().and_then(|root| root.header.values(body, "subject").next());
        let subject = subject.map(|subject| harmless(&header::decode(subject).text));
        if let Some(subject) = subject.filter(|subject| !subject.is_empty()) {
            return format!("{subject}.eml");
        }
        return format!("message-{index}.eml");
    }
    format!("attachment-{index}")
}

/// Longest file name, characters.
const NAME_CHARACTERS_MAX: usize = 150;

/// A name that means no place and no command on any system.
fn harmless(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = base.chars().filter(|c| !c.is_control() && !is_direction_mark(*c));
    let safe =
        shown.map(|c| if matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c });
    let safe: String = safe.take(NAME_CHARACTERS_MAX).collect();
    safe.trim_matches([' ', '.']).to_owned()
}

/// Marks that make `exe.txt` out of `txt.exe`.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_harmless() {
        for (name, harmless_name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.txt", "a.txt"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("what?.txt", "what_.txt"),
            ("..", ""),
        ] {
            assert_eq!(harmless(name), harmless_name, "{name}");
        }
    }
}
