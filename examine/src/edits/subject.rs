//! Tags on the subject: taken off, put in front.

use engine::decision::Effect;
use wire::{edit::Edit, mime::unfold};

use super::{
    Copy,
    encode::{header_value, words},
    fields::line,
    insert, replace,
};
use crate::header;

/// The edits of every `strip tag` and `tag subject`.
pub(super) fn edits(copy: &Copy<'_>, effects: &[Effect]) -> Vec<Edit> {
    let (mut strips, mut tags) = (Vec::new(), Vec::new());
    for effect in effects {
        match effect {
            Effect::StripTag(tag) if !tag.trim().is_empty() => strips.push(tag.trim()),
            Effect::TagSubject(tag) if !tag.trim().is_empty() => tags.push(tag.trim()),
            Effect::StripTag(_)
            | Effect::TagSubject(_)
            | Effect::AddHeader { .. }
            | Effect::Banner { .. }
            | Effect::CopyTo(_)
            | Effect::Notify(_) => {}
        }
    }
    let mut edits = Vec::new();
    let mut fields = copy.root.header.named(copy.message, "subject").peekable();
    if fields.peek().is_none() && !tags.is_empty() {
        let value = header_value(&tags.join(" "));
        edits.push(insert(copy.top(), line("Subject", &value, copy.newline)));
    }
    for field in fields {
        let value = copy.message.get(field.value.clone()).unwrap_or_default();
        let mut changed = strips.iter().fold(value.to_vec(), |value, tag| strip(&value, tag, copy));
        for tag in tags.iter().rev() {
            changed = prefix(changed, tag, copy);
        }
        if changed != value {
            edits.push(replace(field.value.clone(), changed));
        }
    }
    edits
}

/// Takes every occurrence of the tag off a folded value, in any case of its letters. Only the
/// tag's own octets change where it stands as it is; inside encoded words the value is written
/// anew.
fn strip(value: &[u8], tag: &str, copy: &Copy<'_>) -> Vec<u8> {
    let stripped = strip_plain(value, tag.as_bytes());
    let text = header::decode(&stripped).text;
    let cleaned = without(&text, tag);
    if cleaned == text {
        return stripped;
    }
    let mut written = b" ".to_vec();
    written.extend_from_slice(header_value(&cleaned).replace("\r\n", copy.newline).as_bytes());
    written
}

fn strip_plain(value: &[u8], tag: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&octet, tail)) = rest.split_first() {
        let word = encoded_word(rest);
        if word > 0 {
            kept.extend_from_slice(rest.get(..word).unwrap_or_default());
            rest = rest.get(word..).unwrap_or_default();
        } else if starts_with_folded(rest, tag) {
            rest = rest.get(tag.len()..).unwrap_or_default();
            let spaced = kept.last().is_none_or(|octet| matches!(octet, b' ' | b'\t'));
            if let (true, [b' ' | b'\t', tail @ ..]) = (spaced, rest) {
                rest = tail;
            }
        } else {
            kept.push(octet);
            rest = tail;
        }
    }
    if unfold(&kept).trim_ascii().is_empty() {
        // Lines of spaces only are read in two ways.
        return b" ".to_vec();
    }
    kept
}

/// Octets of the encoded word that `text` begins with; 0 when it begins with none.
fn encoded_word(text: &[u8]) -> usize {
    let Some(rest) = text.strip_prefix(b"=?") else { return 0 };
    let mut marks = memchr::memchr_iter(b'?', rest).take(2);
    let (Some(_), Some(encoding)) = (marks.next(), marks.next()) else { return 0 };
    let text = rest.get(encoding + 1..).unwrap_or_default();
    memchr::memmem::find(text, b"?=").map_or(0, |length| 2 + encoding + 1 + length + 2)
}

fn starts_with_folded(text: &[u8], tag: &[u8]) -> bool {
    text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
}

/// Text without the tag, in any case; a double space that this leaves becomes one.
fn without(text: &str, tag: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match folded_prefix(rest, tag) {
            Some(octets) => {
                rest = rest.get(octets..).unwrap_or_default();
                if kept.is_empty() || kept.ends_with(' ') {
                    rest = rest.strip_prefix(' ').unwrap_or(rest);
                }
            }
            None => {
                kept.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    if kept.len() == text.len() { kept } else { kept.trim().to_owned() }
}

/// Octets of `text` that are the tag, letters compared in any case.
fn folded_prefix(text: &str, tag: &str) -> Option<usize> {
    let mut octets = 0;
    let mut characters = text.chars();
    for expected in tag.chars() {
        let found = characters.next()?;
        if !found.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
        octets += found.len_utf8();
    }
    Some(octets)
}

/// Puts the tag before a folded value, unless the subject has it already.
fn prefix(value: Vec<u8>, tag: &str, copy: &Copy<'_>) -> Vec<u8> {
    let text = header::decode(&value).text;
    if without(&text, tag) != text {
        return value;
    }
    let tag = if tag.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ') {
        format!("{tag} ")
    } else {
        // Space between two encoded words is not shown: it stands in the first then.
        let space = if value.trim_ascii_start().starts_with(b"=?") { " " } else { "" };
        format!("{} ", words(&format!("{tag}{space}")).join("\r\n ").replace("\r\n", copy.newline))
    };
    let mut tagged = format!(" {tag}").into_bytes();
    if value.len() > 400 {
        // The line must not become longer than a line may be.
        tagged.truncate(tagged.trim_ascii_end().len());
        tagged.extend_from_slice(copy.newline.as_bytes());
        tagged.push(b' ');
    }
    tagged.extend_from_slice(value.trim_ascii_start());
    tagged
}
