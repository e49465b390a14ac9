//! TNEF, which Outlook calls `winmail.dat`: a message's text and files in one.
//!
//! # Source
//!
//! MS-OXTNEF.

mod property;
mod rich;

use encoding_rs::UTF_16LE;

use self::property::{Property, Value, properties};
use super::{Member, Opened, octets::Octets, remark};
use crate::{
    budget::Budget,
    charset,
    remark::{ARCHIVE_DAMAGED, ARCHIVE_MEMBERS_OVER_LIMIT, CHARSET_UNKNOWN},
};

/// What a TNEF begins with.
pub(super) const START: &[u8] = b"\x78\x9f\x3e\x22";

/// Attributes: of the message, then of its files.
const SUBJECT: u32 = 0x0001_8004;
const BODY: u32 = 0x0002_800c;
const CHARSET: u32 = 0x0006_9007;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const RECIPIENTS: u32 = 0x0006_9004;
const FILE_BEGINS: u32 = 0x0006_9002;
const FILE_TITLE: u32 = 0x0001_8010;
const FILE_DATA: u32 = 0x0006_800f;
const FILE_PROPERTIES: u32 = 0x0006_9005;

/// Properties that are more than text: the body in rich text and HTML; content and names of a file.
const BODY_PLAIN: u16 = 0x1000;
const BODY_RICH: u16 = 0x1009;
const BODY_HTML: u16 = 0x1013;
/// The code page of the body in HTML.
const CODE_PAGE: u16 = 0x3fde;
const CONTENT: u16 = 0x3701;
const NAMES: [u16; 3] = [0x3707, 0x3704, 0x3001];

/// Opens a TNEF.
pub(super) fn open(octets: &[u8], budget: &mut Budget) -> Opened {
    let mut tnef =
        Tnef { opened: Opened::default(), file: None, charset: "windows-1252".to_owned() };
    let mut from = Octets::new(octets);
    from.take(START.len() + 2);
    while !from.rest().is_empty() {
        if budget.members_left() <= tnef.opened.members.len() {
            tnef.opened.remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
            break;
        }
        if tnef.attribute(&mut from, budget).is_none() {
            tnef.opened.remarks.push(ARCHIVE_DAMAGED);
            break;
        }
    }
    tnef.opened.members.extend(tnef.file);
    tnef.opened.remarks.sort_unstable();
    tnef.opened.remarks.dedup();
    tnef.opened
}

/// A TNEF that is being read.
struct Tnef {
    opened: Opened,
    /// The file whose attributes are being read.
    file: Option<Member>,
    charset: String,
}

impl Tnef {
    fn attribute(&mut self, from: &mut Octets<'_>, budget: &mut Budget) -> Option<()> {
        let level = from.u8()?;
        let id = from.u32()?;
        let length = usize::try_from(from.u32()?).ok()?;
        let value = from.take(length)?;
        let sum = value.iter().fold(0_u16, |sum, octet| sum.wrapping_add((*octet).into()));
        if from.u16()? != sum || !matches!(level, 1 | 2) {
            self.opened.remarks.push(ARCHIVE_DAMAGED);
        }
        match id {
            CHARSET => {
                let page = Octets::new(value).u32()?;
                self.charset = charset::of_code_page(page);
            }
            SUBJECT | BODY => {
                let text = self.text(value);
                self.opened.texts.push(text);
            }
            MESSAGE_PROPERTIES => {
                let properties = properties(&mut Octets::new(value))?;
                self.message(properties, budget);
            }
            RECIPIENTS => {
                let mut rows = Octets::new(value);
                let count = rows.u32()?;
                for _ in 0..count {
                    let properties = properties(&mut rows)?;
                    self.texts(properties);
                }
            }
            FILE_BEGINS => self.opened.members.extend(self.file.replace(Member::default())),
            FILE_TITLE => {
                let name = self.text(value);
                self.named(name);
            }
            FILE_DATA => self.content(value, budget),
            FILE_PROPERTIES => {
                let properties = properties(&mut Octets::new(value))?;
                self.file(properties, budget);
            }
            // The icon of a file, dates, identifiers.
            _ => {}
        }
        Some(())
    }

    /// Text in the charset of the message.
    fn text(&mut self, octets: &[u8]) -> String {
        let end = memchr::memchr(0, octets).unwrap_or(octets.len());
        let text = octets.get(..end).unwrap_or_default();
        let text = charset::decode(text, Some(&self.charset));
        self.opened.remarks.extend(text.remark.filter(|it| *it == CHARSET_UNKNOWN));
        text.text.into_owned()
    }

    fn message(&mut self, properties: Vec<Property<'_>>, budget: &mut Budget) {
        let mut texts = Vec::new();
        let code_page = properties.iter().find_map(|it| match it.value {
            Value::Octets(octets) if it.id == CODE_PAGE => Octets::new(octets).u32(),
            Value::Narrow(_) | Value::Octets(_) | Value::Wide(_) => None,
        });
        for property in properties {
            match (property.id, &property.value) {
                (BODY_RICH, Value::Octets(packed)) => {
                    let unpacked = rich::unpack(packed, budget);
                    let member = Member::unpacked("body.rtf".to_owned(), unpacked);
                    self.opened.members.push(member);
                }
                (BODY_HTML, Value::Octets(page) | Value::Narrow(page)) => {
                    let copy = budget.copy(page);
                    self.opened.members.push(Member::unpacked("body.html".to_owned(), copy));
                    // The page says nothing of its charset, where a property does.
                    if let Some(code_page) = code_page.filter(|_| !page.is_ascii()) {
                        let label = charset::of_code_page(code_page);
                        let text = format!("\u{feff}{}", charset::decode(page, Some(&label)).text);
                        let copy = budget.copy(text.as_bytes());
                        self.opened.members.push(Member::unpacked("body.html".to_owned(), copy));
                    }
                }
                _ => texts.push(property),
            }
        }
        self.texts(texts);
    }

    fn texts(&mut self, properties: Vec<Property<'_>>) {
        for property in properties {
            let text = match property.value {
                Value::Narrow(octets) => self.text(octets),
                Value::Wide(text) => text,
                // Text all the same, in one charset or the other.
                Value::Octets(octets) if property.id == BODY_PLAIN => {
                    let (wide, _) = UTF_16LE.decode_without_bom_handling(octets);
                    format!("{}\n{wide}", self.text(octets))
                }
                Value::Octets(_) => continue,
            };
            self.opened.texts.push(text);
        }
    }

    fn file(&mut self, properties: Vec<Property<'_>>, budget: &mut Budget) {
        for property in properties {
            match property.value {
                Value::Octets(octets) if property.id == CONTENT => {
                    // Objects begin with the identifier of their interface.
                    let rest = octets.get(16..).unwrap_or_default();
                    self.content(if property.is_object { rest } else { octets }, budget);
                }
                Value::Octets(_) => {}
                Value::Narrow(octets) => {
                    let text = self.text(octets);
                    self.said(property.id, text);
                }
                Value::Wide(text) => self.said(property.id, text),
            }
        }
    }

    /// A text that is said of a file.
    fn said(&mut self, id: u16, text: String) {
        match NAMES.contains(&id) {
            true => self.named(text),
            false => self.opened.texts.push(text),
        }
    }

    fn named(&mut self, name: String) {
        let file = self.file.get_or_insert_default();
        if file.name.is_empty() {
            file.name = name;
        } else if file.name != name {
            file.other_names.push(name);
        }
    }

    fn content(&mut self, octets: &[u8], budget: &mut Budget) {
        let copy = budget.copy(octets);
        let file = self.file.get_or_insert_default();
        if file.octets == copy.octets {
            return;
        }
        if !file.octets.is_empty() {
            // Two contents for one file: both are looked at.
            let other = Member { octets: Vec::new(), ..file.clone() };
            let first = std::mem::replace(file, other);
            self.opened.members.push(first);
        }
        let file = self.file.get_or_insert_default();
        file.remarks.extend(copy.stop.map(remark));
        file.octets = copy.octets;
    }
}
