//! A message as a person reads it in the portal.

use std::collections::{BTreeMap, BTreeSet};

use wire::mime::{Header, Limits, Part, Scan, scan, unfold};

use crate::{
    attachment::file_name,
    header,
    html::{clean, escape},
    kind::picture,
    leaf::{self, Label, LeafText},
};

/// A message for reading.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reading {
    /// The subject, decoded.
    pub subject: String,
    /// Who it says it is from.
    pub from: Vec<Person>,
    /// Who it says it is for.
    pub to: Vec<Person>,
    /// Who else it says it is for.
    pub cc: Vec<Person>,
    /// Where answers go, if it says so.
    pub reply_to: Vec<Person>,
    /// The date header as it stands; empty without one.
    pub date: String,
    /// The message id without angle brackets; empty without one.
    pub message_id: String,
    /// Message ids of the conversation, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// The text, its lines ended by LF; made from the HTML where the message has only that.
    pub text: String,
    /// The cleaned HTML, if the message has any that can be shown. Pictures of the message stand
    /// as `cid:PART`; [`crate::with_picture_urls`] gives them their URLs.
    pub html: Option<String>,
    /// Pictures that were left out because they would be fetched from elsewhere.
    pub remote_pictures_dropped: u32,
    /// Pictures of the message that the HTML may show.
    pub pictures: Vec<Picture>,
    /// Its files, in the order of the message.
    pub attachments: Vec<AttachmentEntry>,
}

/// Somebody in a header.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Person {
    /// The display name; may be empty.
    pub display: String,
    /// The address as written.
    pub address: String,
}

/// A picture that stands in the HTML.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Picture {
    /// Its part, for [`crate::attachment()`].
    pub index: usize,
    /// Its type by content: PNG, JPEG, GIF or WebP.
    pub kind: &'static str,
}

/// A file of the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttachmentEntry {
    /// Its part, for [`crate::attachment()`].
    pub index: usize,
    /// Its name; never empty.
    pub name: String,
    /// Its declared type, such as `application/pdf`.
    pub kind: String,
    /// Octets, decoded.
    pub octets: u64,
    /// Whether the HTML shows it as a picture; a list may leave it out then.
    pub inline: bool,
}

/// Reads a message for showing.
#[must_use]
pub fn reading(message: &[u8], limits: &Limits) -> Reading {
    let scan = scan(message, limits);
    let Some(root) = scan.parts.first() else { return Reading::default() };
    let mut reading = envelope(&root.header, message);
    let mut view = View::new(message, &scan, limits);
    view.collect();
    view.finish(&mut reading);
    reading
}

fn envelope(header: &Header, message: &[u8]) -> Reading {
    let text = |name: &str| {
        header
            .values(message, name)
            .next()
            .map(|value| header::decode(value).text)
            .unwrap_or_default()
    };
    let people = |name: &str| {
        let named = header.values(message, name).flat_map(header::people);
        named.map(|named| Person { display: named.display, address: named.address }).collect()
    };
    let ids = |name: &str| {
        let values = header.values(message, name).next().map(unfold).unwrap_or_default();
        message_ids(&String::from_utf8_lossy(&values))
    };
    let mut references = ids("references");
    if references.is_empty() {
        references = ids("in-reply-to");
    }
    Reading {
        subject: text("subject"),
        from: people("from"),
        to: people("to"),
        cc: people("cc"),
        reply_to: people("reply-to"),
        date: text("date"),
        message_id: ids("message-id").into_iter().next().unwrap_or_default(),
        references,
        ..Reading::default()
    }
}

fn message_ids(value: &str) -> Vec<String> {
    let ids = value.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    ids.map(|(id, _)| id.trim().to_owned()).filter(|id| !id.is_empty()).collect()
}

/// A shown text: which alternative it belongs to, and what it says.
struct Shown {
    group: Option<usize>,
    text: LeafText<'static>,
}

struct View<'m> {
    message: &'m [u8],
    scan: &'m Scan,
    decoded_left: u64,
    shown: Vec<Shown>,
    /// Content ids of pictures in the message.
    cids: BTreeMap<String, usize>,
    pictures: BTreeMap<usize, &'static str>,
    files: Vec<(usize, u64)>,
}

impl<'m> View<'m> {
    fn new(message: &'m [u8], scan: &'m Scan, limits: &Limits) -> Self {
        Self {
            message,
            scan,
            decoded_left: limits.decoded_octets,
            shown: Vec::new(),
            cids: BTreeMap::new(),
            pictures: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    fn collect(&mut self) {
        for (index, part) in self.scan.parts.iter().enumerate() {
            let in_message = |part: &Part| part.content_type.kind == "message";
            if self.scan.ancestors(index).any(in_message) {
                continue;
            }
            if part.content_type.kind == "message" {
                let octets = leaf::octets(self.message, part).bytes.len();
                self.files.push((index, u64::try_from(octets).unwrap_or(u64::MAX)));
            } else if !part.container {
                self.leaf(index, part);
            }
        }
    }

    fn leaf(&mut self, index: usize, part: &Part) {
        let size = u64::try_from(part.body.len()).unwrap_or(u64::MAX);
        let Some(left) = self.decoded_left.checked_sub(size) else { return };
        self.decoded_left = left;
        let octets = leaf::octets(self.message, part).bytes;
        if part.is_shown_text()
            && let Some(text) = leaf::text(&Label::of(part), &octets)
        {
            let group = part.alternative.map(|(group, _)| group);
            self.shown.push(Shown { group, text: text.into_owned() });
            if part.names().next().is_none() {
                return;
            }
        }
        if let Some(kind) = picture(&octets).filter(|_| !part.content_id.is_empty()) {
            self.cids.insert(String::from_utf8_lossy(&part.content_id).into_owned(), index);
            self.pictures.insert(index, kind);
        }
        // An alternative that no browser shows, such as a calendar, is a file.
        self.files.push((index, u64::try_from(octets.len()).unwrap_or(u64::MAX)));
    }

    fn finish(self, reading: &mut Reading) {
        let text = self.text();
        reading.text = text;
        let html = self.html(&mut reading.remote_pictures_dropped);
        let used = html.as_deref().map(used_pictures).unwrap_or_default();
        let pictures = self.pictures.iter().filter(|(index, _)| used.contains(index));
        reading.pictures = pictures.map(|(&index, &kind)| Picture { index, kind }).collect();
        for (index, octets) in self.files {
            let Some(part) = self.scan.parts.get(index) else { continue };
            let name = file_name(self.message, part, index);
            let kind = part.content_type.essence();
            let inline = used.contains(&index);
            reading.attachments.push(AttachmentEntry { index, name, kind, octets, inline });
        }
        reading.html = html;
    }

    /// Whether another text of its alternative is preferred, plain ones if `plain`.
    fn outdone(&self, shown: &Shown, html: bool) -> bool {
        let preferred = |other: &Shown| other.group == shown.group && other.text.html == html;
        shown.group.is_some() && shown.text.html != html && self.shown.iter().any(preferred)
    }

    fn text(&self) -> String {
        let kept = self.shown.iter().filter(|shown| !self.outdone(shown, false));
        let texts: Vec<&str> = kept.map(|shown| shown.text.shown().trim_end()).collect();
        texts.join("\n\n").replace("\r\n", "\n").replace('\r', "\n")
    }

    /// The cleaned HTML; none without any, or when one piece cannot be shown.
    fn html(&self, remote: &mut u32) -> Option<String> {
        let kept: Vec<_> = self.shown.iter().filter(|shown| !self.outdone(shown, true)).collect();
        if !kept.iter().any(|shown| shown.text.html) {
            return None;
        }
        let mut joined = String::new();
        for shown in kept {
            if shown.text.html {
                let cleaned = clean(&shown.text.source, &self.cids)?;
                *remote = remote.saturating_add(cleaned.remote_pictures);
                joined.push_str(&cleaned.html);
            } else {
                joined.push_str(&format!("<pre>{}</pre>", escape(&shown.text.source)));
            }
        }
        Some(joined)
    }
}

/// The parts that a cleaned page shows as pictures.
fn used_pictures(html: &str) -> BTreeSet<usize> {
    let used = std::cell::RefCell::new(BTreeSet::new());
    let _ = crate::html::with_picture_urls(html, |part| {
        used.borrow_mut().insert(part);
        String::new()
    });
    used.into_inner()
}
