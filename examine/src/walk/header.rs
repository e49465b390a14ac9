//! The header of a part: subject, authors, fields.

use engine::normal::normalise_keeping_case;
use grammar::tree::Scope;
use wire::{
    Address,
    mime::{Flag, Header},
};

use super::Walk;
use crate::{
    header,
    place::Place,
    remark::{FROM_ODD, FROM_UNQUALIFIED, FROM_UNREADABLE, Remark, TEXT_REVERSED},
    turned::is_turned,
};

/// What quotes names, and escapes what stands in quotes.
const ESCAPES: [char; 2] = ['"', '\\'];

impl Walk<'_> {
    pub(super) fn header(&mut self, place: &Place<'_>, remarks: &mut Vec<Remark>) {
        let header = &place.part.header;
        let whole = place.whole;
        let mut lines = String::new();
        let mut subjects = Vec::new();
        for field in &header.fields {
            let name = place.message.get(field.name.clone()).unwrap_or_default();
            let value = header::decode(place.message.get(field.value.clone()).unwrap_or_default());
            let name = String::from_utf8_lossy(name).into_owned();
            if name.eq_ignore_ascii_case("subject") {
                remarks.extend(value.remarks);
                subjects.push(value.text.clone());
            } else {
                [&name, ": ", &value.text, "\n"].into_iter().for_each(|it| lines.push_str(it));
                if value.text.contains('\\') || value.text.contains("\"\"") {
                    // As people and files are shown.
                    let plain: String =
                        value.text.chars().filter(|it| !ESCAPES.contains(it)).collect();
                    [&name, ": ", &plain, "\n"].into_iter().for_each(|it| lines.push_str(it));
                }
            }
            remarks.extend(is_turned(&value.text).then_some(TEXT_REVERSED));
            if whole {
                self.content.headers.push((name, value.text));
            }
        }
        let scope = if place.spot.nested { Scope::AttachmentText } else { Scope::Subject };
        for subject in &subjects {
            self.segment(&place.spot, scope, subject);
        }
        self.segment(&place.spot, Scope::Headers, &lines);
        if whole {
            self.content.subject = subjects.into_iter().next().unwrap_or_default();
            for name in ["subject", "from"] {
                remarks.extend(contradiction(header, place.message, name));
            }
            self.from(header, place.message, remarks);
        }
    }

    fn from(&mut self, header: &Header, message: &[u8], remarks: &mut Vec<Remark>) {
        let mut named = false;
        for person in header.values(message, "from").flat_map(header::people) {
            named = true;
            let shown = as_shown(&person.address);
            let parsed = Address::parse(&person.address).or_else(|_| {
                remarks.extend((shown != person.address).then_some(FROM_ODD));
                Address::parse(shown.strip_suffix('.').unwrap_or(&shown))
            });
            match parsed {
                Ok(address) => self.content.header_from.push(address),
                // Mail systems sign their bounces so; nobody can be mistaken for them.
                Err(_) if !shown.contains('@') => remarks.push(FROM_UNQUALIFIED),
                Err(_) => {
                    remarks.push(FROM_UNREADABLE);
                    self.content.from_unreadable = true;
                }
            }
        }
        self.content.from_unreadable |= !named;
    }
}

/// An address without the characters that no reader shows in it.
fn as_shown(address: &str) -> String {
    let kept = normalise_keeping_case(address);
    kept.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect()
}

/// A field that comes twice and says two things.
fn contradiction(header: &Header, message: &[u8], name: &str) -> Option<Remark> {
    let mut values = header.values(message, name);
    let first = values.next()?;
    values.any(|value| value != first).then(|| Flag::DuplicateField.into())
}
