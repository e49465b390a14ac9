//! A header block as byte ranges.

use std::ops::Range;

use super::{
    flag::{Flag, note},
    limits::Limits,
    line::{self, Ends, Line},
};

/// One field; every range is of the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    /// The whole field with its folded lines and the last line end.
    pub lines: Range<usize>,
    /// The name, without colon and spaces around.
    pub name: Range<usize>,
    /// The value as it stands, folded, without the last line end.
    pub value: Range<usize>,
}

/// A header block.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Header {
    /// Its fields in order.
    pub fields: Vec<Field>,
    /// Lines that are no field; a lenient reader may take them for text.
    pub stray: Vec<Range<usize>>,
    /// From its first octet to the blank line, which is not in it.
    pub range: Range<usize>,
}

impl Header {
    /// Values of the fields called `name`, in order, folded as they stand.
    pub fn values<'m>(&self, message: &'m [u8], name: &str) -> impl Iterator<Item = &'m [u8]> {
        self.named(message, name).filter_map(|field| message.get(field.value.clone()))
    }

    /// The fields called `name`, in order.
    pub fn named(&self, message: &[u8], name: &str) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| {
            message.get(field.name.clone()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
        })
    }
}

/// What ended a header block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stop {
    /// A blank line; the body begins behind it.
    Blank,
    /// A delimiter of an open multipart, or the end of the message.
    Cut,
}

/// A header block being read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) limits: &'a Limits,
    /// Fields that all blocks together may still take.
    pub(super) fields_left: usize,
    pub(super) header: Header,
    pub(super) flags: Vec<Flag>,
    pub(super) ends: Ends,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &'a Limits, fields_left: usize) -> Self {
        let header = Header::default();
        Self { bytes, limits, fields_left, header, flags: Vec::new(), ends: Ends::default() }
    }

    /// Reads from `start`; `cut` says whether a line is a delimiter of an open multipart.
    /// Returns where the body begins and what ended the block.
    pub(super) fn read(&mut self, start: usize, cut: impl Fn(Line) -> bool) -> (usize, Stop) {
        let mut at = start;
        self.header.range = start..start;
        while at < self.bytes.len() {
            let line = line::at(self.bytes, at);
            if line.end == line.start {
                self.ends.see(line.ended);
                if at == 0 && begins_with_field(self.bytes) {
                    note(&mut self.flags, Flag::LeadingBlankLine);
                }
                return (line.next, Stop::Blank);
            }
            if cut(line) {
                if at > start {
                    note(&mut self.flags, Flag::HeaderCut);
                }
                return (at, Stop::Cut);
            }
            self.ends.see(line.ended);
            self.header.range.end = line.next;
            self.take(line, at == 0);
            at = line.next;
        }
        (at, Stop::Cut)
    }

    fn take(&mut self, line: Line, first_of_message: bool) {
        let octets = self.bytes.get(line.start..line.end).unwrap_or_default();
        if self.header.range.len() > self.limits.header_octets {
            return note(&mut self.flags, Flag::HeaderOctetsOverLimit);
        }
        if memchr::memchr(0, octets).is_some() {
            note(&mut self.flags, Flag::HeaderNul);
        }
        match octets.first() {
            Some(b' ' | b'\t') => self.continuation(line, octets),
            Some(_) if first_of_message && octets.starts_with(b"From ") => {}
            Some(_) | None => self.field(line, octets),
        }
    }

    fn continuation(&mut self, line: Line, octets: &[u8]) {
        if octets.iter().all(|o| matches!(o, b' ' | b'\t')) {
            note(&mut self.flags, Flag::BlankContinuation);
        }
        let adjoins = |field: &&mut Field| field.lines.end == line.start;
        if let Some(field) = self.header.fields.last_mut().filter(adjoins) {
            field.lines.end = line.next;
            field.value.end = line.end;
            return;
        }
        match self.header.stray.last_mut() {
            Some(stray) if stray.end == line.start => stray.end = line.next,
            Some(_) | None if self.flags.contains(&Flag::FieldsOverLimit) => {}
            Some(_) | None => {
                note(&mut self.flags, Flag::LeadingContinuation);
                self.header.stray.push(line.start..line.next);
            }
        }
    }

    fn field(&mut self, line: Line, octets: &[u8]) {
        if self.fields_left == 0 {
            return note(&mut self.flags, Flag::FieldsOverLimit);
        }
        self.fields_left -= 1;
        let colon = memchr::memchr(b':', octets);
        let name = colon.and_then(|colon| octets.get(..colon)).map(<[u8]>::trim_ascii_end);
        let (Some(colon), Some(name)) = (colon, name.filter(|name| is_name(name))) else {
            note(&mut self.flags, Flag::HeaderStrayLine);
            return self.header.stray.push(line.start..line.next);
        };
        if name.len() < colon {
            note(&mut self.flags, Flag::HeaderSpaceBeforeColon);
        }
        if !name.iter().all(u8::is_ascii_graphic) {
            note(&mut self.flags, Flag::HeaderNameOdd);
        }
        self.header.fields.push(Field {
            lines: line.start..line.next,
            name: line.start..line.start + name.len(),
            value: line.start + colon + 1..line.end,
        });
    }
}

/// Whether the first line that is not empty would be a field, for a reader that skips empty ones.
fn begins_with_field(bytes: &[u8]) -> bool {
    let start = bytes.iter().take_while(|it| matches!(it, b'\r' | b'\n')).count();
    let line = line::at(bytes, start);
    let name = bytes.get(line.start..line.end).and_then(|it| it.split(|it| *it == b':').next());
    let name = name.unwrap_or_default();
    name.len() < line.end - line.start && is_name(name) && name.iter().all(u8::is_ascii_graphic)
}

/// Whether a reader would take it for a name: no space inside.
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.iter().any(|octet| matches!(octet, b' ' | b'\t'))
}
