//! What all objects of a PDF say beside its pages: texts, and what streams are for.

use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::{html::page, kind::holds_tags};

use super::{
    file::Pdf,
    value::{Dictionary, Value},
};

/// What the objects say.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    /// Texts of forms, notes, bookmarks, links, properties and scripts.
    pub(super) texts: String,
    /// Embedded files, by the number of their stream, with their names.
    pub(super) files: BTreeMap<u32, String>,
    /// Streams of fonts, of maps and of colours, which hold no text.
    pub(super) passive: BTreeSet<u32>,
    /// Streams that are drawn, whatever they say of themselves.
    pub(super) drawn: BTreeSet<u32>,
    /// Streams that are texts, scripts or forms to fill in, whatever they say of themselves.
    pub(super) worded: BTreeSet<u32>,
    /// Objects that were looked through for those, with how deep.
    seen: BTreeSet<(u32, usize, bool)>,
}

/// Keys whose strings are no words: hashes, colours, signatures, times.
const WORDLESS: [&[u8]; 12] = [
    b"Cert",
    b"CheckSum",
    b"CreationDate",
    b"ID",
    b"Lookup",
    b"ModDate",
    b"O",
    b"OE",
    b"Ordering",
    b"Panose",
    b"Perms",
    b"UE",
];

/// Keys whose streams hold no text.
const PASSIVE: [&[u8]; 6] =
    [b"CIDToGIDMap", b"Encoding", b"FontFile", b"FontFile2", b"FontFile3", b"ToUnicode"];

/// Keys whose streams are drawn, with how deep those stand in lists under them.
const DRAWN: [(&[u8], usize); 4] =
    [(b"AP", 2), (b"CharProcs", 1), (b"Contents", 1), (b"Pattern", 1)];

/// Keys whose streams are texts, likewise.
const WORDED: [(&[u8], usize); 6] =
    [(b"DV", 0), (b"JS", 0), (b"RC", 0), (b"RV", 0), (b"V", 0), (b"XFA", 1)];

/// Keys whose names are shown as texts are.
const SHOWN: [&[u8]; 2] = [b"DV", b"V"];

/// Looks through all objects.
pub(super) fn survey(pdf: &Pdf<'_>) -> Survey {
    let mut survey = Survey::default();
    let values = pdf.objects.iter().map(|it| &it.value).chain(&pdf.trailers);
    let mut left: Vec<&Value> = Vec::new();
    for value in values {
        left.push(value);
        while let Some(value) = left.pop() {
            match value {
                Value::Array(items) => {
                    if items.first().is_some_and(|it| it.is_name("ICCBased")) {
                        survey.passive.extend(items.iter().filter_map(Value::reference));
                    }
                    left.extend(items.iter().rev());
                }
                Value::Dictionary(entries) => {
                    survey.dictionary(pdf, entries);
                    let worded = entries.0.iter().rev().filter(|it| !is_wordless(entries, it));
                    left.extend(worded.map(|it| &it.1));
                }
                Value::Text(octets) => survey.text(octets),
                Value::Name(_) | Value::Number(_) | Value::Other | Value::Reference(_) => {}
            }
        }
    }
    survey
}

fn is_wordless(entries: &Dictionary, (key, value): &(Vec<u8>, Value)) -> bool {
    let is_note = || entries.get("Subtype").is_some() || entries.names("Type", "Annot");
    let is_signature = || key == b"Contents" && entries.get("ByteRange").is_some() && !is_note();
    // A dictionary under such a key is something else, such as what happens when a page is opened.
    let known = WORDLESS.contains(&key.as_slice()) && value.dictionary().is_none();
    known || is_signature()
}

impl Survey {
    fn dictionary(&mut self, pdf: &Pdf<'_>, entries: &Dictionary) {
        let passive = entries.0.iter().filter(|it| PASSIVE.contains(&it.0.as_slice()));
        self.passive.extend(passive.filter_map(|it| it.1.reference()));
        for (key, value) in &entries.0 {
            for (keys, is_worded) in [(DRAWN.as_slice(), false), (WORDED.as_slice(), true)] {
                if let Some((_, depth)) = keys.iter().find(|it| it.0 == key.as_slice()) {
                    self.used(pdf, value, *depth, is_worded);
                }
            }
            if let Value::Name(name) = value
                && SHOWN.contains(&key.as_slice())
            {
                self.text(name);
            }
        }
        // What readers call a page: a prefix, then its number.
        if let (Some(Value::Text(prefix)), Some(Value::Number(first))) =
            (entries.get("P"), entries.get("St"))
        {
            let label = format!("{}{first}\n", characters(prefix));
            self.texts.push_str(&label);
        }
        let Some(Value::Dictionary(files)) = pdf.get(entries, "EF") else { return };
        let name =
            ["UF", "F", "Unix", "DOS", "Mac"].iter().find_map(|key| match pdf.get(entries, key) {
                Some(Value::Text(name)) => Some(characters(name)),
                _ => None,
            });
        for number in files.0.iter().filter_map(|it| it.1.reference()) {
            self.files.insert(number, name.clone().unwrap_or_default());
        }
    }

    /// Notes the streams under a key that says what they are used for.
    fn used(&mut self, pdf: &Pdf<'_>, value: &Value, depth: usize, is_worded: bool) {
        let mut left = vec![(value, depth)];
        while let Some((value, depth)) = left.pop() {
            let number = value.reference();
            if number.is_some_and(|it| !self.seen.insert((it, depth, is_worded))) {
                continue;
            }
            if number.and_then(|it| pdf.object(it)).is_some_and(|it| it.stream.is_some()) {
                let streams = if is_worded { &mut self.worded } else { &mut self.drawn };
                streams.extend(number);
            } else if let (Some(value), Some(depth)) = (pdf.resolve(value), depth.checked_sub(1)) {
                let entries = value.dictionary().map(|it| it.0.as_slice()).unwrap_or_default();
                let inside = value.items().iter().chain(entries.iter().map(|it| &it.1));
                left.extend(inside.map(|it| (it, depth)));
            }
        }
    }

    fn text(&mut self, octets: &[u8]) {
        let text = characters(octets);
        let controls = text.chars().filter(|it| it.is_control() && !it.is_whitespace()).count();
        if controls * 10 <= text.chars().count() && !text.trim().is_empty() {
            self.texts.push_str(&text);
            self.texts.push('\n');
            // The value of a field in rich text is a page.
            if holds_tags(&text) {
                let page = page(&text);
                for words in [page.shown, page.hidden] {
                    self.texts.push_str(&words);
                    self.texts.push('\n');
                }
            }
        }
    }
}

/// The characters of a text string.
///
/// # Source
///
/// ISO 32000-2 section 7.9.2.2; its own encoding is nearly that of Windows.
pub(super) fn characters(octets: &[u8]) -> String {
    let (encoding, octets) = match octets {
        [0xfe, 0xff, rest @ ..] => (UTF_16BE, rest),
        [0xff, 0xfe, rest @ ..] => (UTF_16LE, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => (UTF_8, rest),
        _ => (WINDOWS_1252, octets),
    };
    encoding.decode_without_bom_handling(octets).0.into_owned()
}
