//! Workbooks of Excel until 2003: cells, shared strings, notes, names, headers and text boxes.
//!
//! # Source
//!
//! [MS-XLS] sections 2.4 and 2.5.

mod strings;

use std::collections::BTreeMap;

use encoding_rs::WINDOWS_1252;

use self::strings::{Pieces, string};
use crate::{
    archive::{Octets, Opened},
    document::{loose, margin::without_codes, markup::Numbers},
    limits::TEXT_OCTETS_MAX,
    remark::{
        DOCUMENT_DAMAGED, ENCRYPTED_DOCUMENT, SHEET_FORMATS, SHEET_UNCOMPUTED, TEXT_OVER_LIMIT,
        UNREAD_DOCUMENT,
    },
};

#[derive(Default)]
struct Workbook {
    shown: String,
    hidden: String,
    /// Each shared string with whether some cell showed it.
    shared: Vec<(String, bool)>,
    row: Option<u16>,
    /// The style of the cell.
    style: usize,
    /// How many styles there are, the codes of formats, and the formats of the styles.
    styles: usize,
    codes: BTreeMap<String, String>,
    numbers: Numbers,
    /// Whether strings have a length of two octets and a flag.
    is_new: bool,
    /// Whether a formula that gives a text has a number as its result.
    is_uncomputed: bool,
}

/// A record, the ones that continue it behind it.
struct Record<'x> {
    kind: u16,
    pieces: Vec<&'x [u8]>,
}

const CONTINUE: u16 = 0x003c;

/// Reads the stream of a workbook.
pub(super) fn read(octets: &[u8], opened: &mut Opened) {
    let mut workbook = Workbook::default();
    let mut records = Octets::new(octets);
    while let Some(record) = record(&mut records) {
        const FILE_PASS: u16 = 0x002f;
        const BEGIN: u16 = 0x0809;
        const VERSION_8: u16 = 0x0600;
        match record.kind {
            FILE_PASS => {
                opened.remarks.push(ENCRYPTED_DOCUMENT);
                return;
            }
            BEGIN => {
                let version = record.pieces.first().and_then(|it| Octets::new(it).u16());
                workbook.is_new = version == Some(VERSION_8);
            }
            0x0009 | 0x0209 | 0x0409 => opened.remarks.push(UNREAD_DOCUMENT),
            _ => workbook.record(&record),
        }
        let is_over = workbook.numbers.is_over_limit();
        if is_over || TEXT_OCTETS_MAX < workbook.shown.len() + workbook.hidden.len() {
            opened.remarks.push(TEXT_OVER_LIMIT);
            break;
        }
    }
    opened.remarks.extend(workbook.is_uncomputed.then_some(SHEET_UNCOMPUTED));
    opened.remarks.extend(workbook.numbers.is_worded().then_some(SHEET_FORMATS));
    let is_padded = records.rest().iter().all(|it| *it == 0);
    if !is_padded && !opened.remarks.contains(&TEXT_OVER_LIMIT) {
        opened.remarks.push(DOCUMENT_DAMAGED);
    }
    let unused = workbook.shared.iter().filter(|it| !it.1).map(|it| it.0.as_str());
    workbook.hidden.push_str(&unused.collect::<Vec<_>>().join("\n"));
    opened.texts.extend([workbook.shown, workbook.hidden]);
}

fn record<'x>(records: &mut Octets<'x>) -> Option<Record<'x>> {
    let take = |records: &mut Octets<'x>| {
        let before = *records;
        let (kind, length) = (records.u16()?, usize::from(records.u16()?));
        let body = records.take(length);
        if body.is_none() {
            *records = before;
        }
        Some((kind, body?))
    };
    let (kind, body) = take(records)?;
    let mut pieces = vec![body];
    while records.rest().starts_with(&CONTINUE.to_le_bytes()) {
        let Some((_, more)) = take(records) else { break };
        pieces.push(more);
    }
    Some(Record { kind, pieces })
}

impl Workbook {
    fn record(&mut self, record: &Record<'_>) {
        let first = record.pieces.first().copied().unwrap_or_default();
        match record.kind {
            0x00fc => self.shared_strings(&record.pieces),
            0x00fd => self.shared_cell(first),
            0x0204 | 0x00d6 => self.label(first),
            0x0203 => self.number(first),
            0x027e => self.packed_number(first),
            0x00bd => self.packed_numbers(first),
            0x0006 | 0x0206 | 0x0406 => self.formula(first),
            0x0207 => {
                let text = self.text(&record.pieces, Width::Two);
                self.shown.push_str(&text);
                self.shown.push('\t');
            }
            0x0085 => self.line(first.get(6..), Width::One),
            0x0014 | 0x0015 | 0x0415 => {
                let text = self.text(&[first], Width::Two);
                for text in [without_codes(&text), text] {
                    self.hidden.push_str(&text);
                    self.hidden.push('\n');
                }
            }
            0x041e => self.format(first),
            0x00e0 => {
                let format = first.get(2..).and_then(|it| Octets::new(it).u16()).unwrap_or(0);
                self.numbers.add(self.styles, &format.to_string(), &self.codes);
                self.styles += 1;
            }
            0x01b6 => self.text_box(&record.pieces),
            // Names, notes, validity, links: their words, whatever their form.
            0x0018 | 0x001c | 0x01b8 | 0x01be | 0x01ae | 0x0023 | 0x0868 | 0x00ec | 0x005b => {
                for piece in &record.pieces {
                    self.hidden.push_str(&loose::words(piece));
                }
            }
            _ => {}
        }
    }

    fn text(&self, pieces: &[&[u8]], width: Width) -> String {
        let mut fields = Pieces::new(pieces);
        let count = match width {
            Width::One => fields.u8().map(usize::from),
            Width::Two => fields.u16().map(usize::from),
        };
        let count = count.unwrap_or(0);
        match self.is_new {
            true => string(&mut fields, count),
            false => WINDOWS_1252.decode_without_bom_handling(&fields.take(count)).0.into_owned(),
        }
    }

    fn line(&mut self, octets: Option<&[u8]>, width: Width) {
        let text = self.text(&[octets.unwrap_or_default()], width);
        self.hidden.push_str(&text);
        self.hidden.push('\n');
    }

    fn shared_strings(&mut self, pieces: &[&[u8]]) {
        let mut pieces = Pieces::new(pieces);
        let (_total, count) = (pieces.u32(), pieces.u32().unwrap_or(0));
        for _ in 0..count {
            let Some(length) = pieces.u16() else { break };
            let text = string(&mut pieces, usize::from(length));
            self.shared.push((text, false));
        }
    }

    /// Begins a cell: the next line for another row.
    fn cell<'x>(&mut self, octets: &'x [u8]) -> Option<Octets<'x>> {
        let mut fields = Octets::new(octets);
        let (row, _column, style) = (fields.u16()?, fields.u16()?, fields.u16()?);
        self.style = style.into();
        if self.row.is_some_and(|it| it != row) {
            self.shown.push('\n');
        }
        self.row = Some(row);
        Some(fields)
    }

    fn shared_cell(&mut self, octets: &[u8]) {
        let index = self.cell(octets).and_then(|mut it| it.u32());
        let index = index.and_then(|it| usize::try_from(it).ok());
        if let Some((text, used)) = index.and_then(|it| self.shared.get_mut(it)) {
            *used = true;
            self.shown.push_str(text);
            self.shown.push('\t');
        }
    }

    fn label(&mut self, octets: &[u8]) {
        if let Some(fields) = self.cell(octets) {
            let text = self.text(&[fields.rest()], Width::Two);
            self.shown.push_str(&text);
            self.shown.push('\t');
        }
    }

    fn number(&mut self, octets: &[u8]) {
        let number = self.cell(octets).and_then(|mut it| it.array::<8>().copied());
        self.push(number.map(f64::from_le_bytes));
    }

    fn packed_number(&mut self, octets: &[u8]) {
        let number = self.cell(octets).and_then(|mut it| it.u32());
        self.push(number.map(unpacked));
    }

    fn packed_numbers(&mut self, octets: &[u8]) {
        let mut fields = Octets::new(octets);
        let row = fields.u16();
        if self.row.is_some_and(|it| Some(it) != row) {
            self.shown.push('\n');
        }
        self.row = row;
        fields.u16();
        while let (Some(style), Some(number)) = (fields.u16(), fields.u32()) {
            self.style = style.into();
            self.push(Some(unpacked(number)));
        }
    }

    /// A formula with the number that it gave; a text that it gave follows.
    fn formula(&mut self, octets: &[u8]) {
        const NO_NUMBER: [u8; 2] = [0xff, 0xff];
        if let Some(mut fields) = self.cell(octets) {
            let result = fields.array::<8>().copied();
            let number = result.filter(|it| !it.ends_with(&NO_NUMBER)).map(f64::from_le_bytes);
            // Flags, and a field that says nothing, stand before the formula and its length.
            let behind = fields.rest().get(6..).map(Octets::new);
            let tokens = behind.and_then(|mut it| it.u16().and_then(|count| it.take(count.into())));
            // No text either is what programs write that compute nothing.
            let is_empty =
                result.is_some_and(|it| it.starts_with(&[3]) && it.ends_with(&NO_NUMBER));
            let has_none = number.is_some() || is_empty;
            self.is_uncomputed |= has_none && tokens.is_some_and(gives_text);
            self.push(number);
            self.hidden.push_str(&loose::words(fields.rest()));
        }
    }

    fn push(&mut self, number: Option<f64>) {
        let Some(number) = number else { return };
        let mut shown = self.numbers.shown(&number.to_string(), Some(self.style)).into_iter();
        self.shown.push_str(&shown.next().unwrap_or_default());
        self.shown.push('\t');
        for other in shown {
            self.hidden.push_str(&other);
            self.hidden.push('\n');
        }
    }

    /// The code of a format, with its number.
    fn format(&mut self, octets: &[u8]) {
        let Some((id, rest)) = octets.split_first_chunk::<2>() else { return };
        let width = if self.is_new { Width::Two } else { Width::One };
        let code = self.text(&[rest], width);
        self.hidden.push_str(&code);
        self.hidden.push('\n');
        self.codes.insert(u16::from_le_bytes(*id).to_string(), code);
    }

    /// The text of a box or a note stands in the records that continue it, its looks behind it.
    fn text_box(&mut self, pieces: &[&[u8]]) {
        const COUNT_PLACE: usize = 10;
        let Some((head, rest)) = pieces.split_first() else { return };
        let count = head.get(COUNT_PLACE..).and_then(|it| Octets::new(it).u16()).unwrap_or(0);
        let mut pieces = Pieces::new(rest);
        let text = string(&mut pieces, usize::from(count));
        self.hidden.push_str(&text);
        self.hidden.push('\n');
        // Whatever the count says, no words are left out.
        self.hidden.push_str(&loose::words(&pieces.take(usize::MAX)));
    }
}

/// How many octets give the length of a string.
#[derive(Clone, Copy)]
enum Width {
    One,
    Two,
}

/// A number in four octets: thirty bits of it, and how to read them.
fn unpacked(number: u32) -> f64 {
    let whole = number >> 1 & 1 == 1;
    let value = match whole {
        true => f64::from(number.cast_signed() >> 2),
        false => f64::from_bits(u64::from(number & !3) << 32),
    };
    if number & 1 == 1 { value / 100.0 } else { value }
}

/// Whether the last token of a formula, which stands behind what it is for, gives a text.
fn gives_text(tokens: &[u8]) -> bool {
    const BRACKET: u8 = 0x15;
    const JOIN: u8 = 0x08;
    const JOINING: u16 = 336;
    let end = tokens.iter().rposition(|it| *it != BRACKET).map_or(0, |it| it + 1);
    match tokens.get(..end).unwrap_or_default() {
        [_, .., JOIN] => true,
        [.., 0x22 | 0x42 | 0x62, _, low, high] if u16::from_le_bytes([*low, *high]) == JOINING => {
            true
        }
        // Parts of texts, texts repeated, changed, or made of numbers.
        [.., 0x21 | 0x41 | 0x61, 30 | 31 | 111..=114 | 118..=120 | 162, 0] => true,
        [.., 0x22 | 0x42 | 0x62, _, 115 | 116 | 120, 0] => true,
        _ => false,
    }
}
