//! Documents of Word until 2003: all pieces of text, the hidden and deleted apart from the shown.
//!
//! # Source
//!
//! [MS-DOC] sections 2.4.1, 2.5 and 2.8.

use encoding_rs::{UTF_16LE, WINDOWS_1252};

use crate::{
    archive::{Octets, Opened},
    document::{
        field::{Made, made},
        flow::{Flow, Standing},
    },
    limits::{TEXT_OCTETS_MAX, WORD_RUNS_MAX},
    remark::{
        DOCUMENT_DAMAGED, DOCUMENT_FIELDS, ENCRYPTED_DOCUMENT, TEXT_OVER_LIMIT, UNREAD_DOCUMENT,
    },
};

/// The head of a file.
struct Head {
    version: u16,
    encrypted: bool,
    /// Which of the two streams of tables counts.
    table: usize,
}

/// Characters that stand together.
struct Piece<'w> {
    octets: &'w [u8],
    /// Where they stand.
    start: usize,
    wide: bool,
}

/// A stretch of octets whose text is not shown.
struct Unshown {
    start: usize,
    end: usize,
    standing: Standing,
}

/// Reads the stream of a document, with its two streams of tables.
pub(super) fn read(main: &[u8], tables: &[Vec<u8>], opened: &mut Opened) {
    let Some(head) = head(main) else {
        opened.remarks.push(DOCUMENT_DAMAGED);
        return;
    };
    const WORD_97: u16 = 0xc1;
    if head.encrypted {
        opened.remarks.push(ENCRYPTED_DOCUMENT);
        return;
    }
    if head.version < WORD_97 {
        opened.remarks.push(UNREAD_DOCUMENT);
        return;
    }
    let table = tables.get(head.table).map(Vec::as_slice).unwrap_or_default();
    let Some(pieces) = pieces(main, table) else {
        opened.remarks.push(DOCUMENT_DAMAGED);
        return;
    };
    let unshown = unshown(main, table);
    if unshown.is_none() {
        opened.remarks.push(DOCUMENT_DAMAGED);
    }
    let mut text = Text { unshown: unshown.unwrap_or_default(), ..Text::default() };
    for piece in pieces {
        text.piece(&piece);
        let octets = text.shown.len() + text.hidden.len();
        if TEXT_OCTETS_MAX < octets || WORD_RUNS_MAX * 4 < text.work {
            opened.remarks.push(TEXT_OVER_LIMIT);
            break;
        }
    }
    text.flush();
    opened.remarks.extend(text.draws.then_some(DOCUMENT_FIELDS));
    opened.texts.extend([text.shown, text.hidden]);
}

fn head(main: &[u8]) -> Option<Head> {
    let mut fields = Octets::new(main);
    const SIGN: u16 = 0xa5ec;
    if fields.u16()? != SIGN {
        return None;
    }
    let version = fields.u16()?;
    fields.take(6)?;
    let flags = fields.u16()?;
    let table = usize::from(flags >> 9 & 1);
    Some(Head { version, encrypted: flags >> 8 & 1 == 1, table })
}

fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A stretch of the table that the head gives the place and the length of.
fn of_table<'t>(main: &[u8], table: &'t [u8], at: usize) -> Option<&'t [u8]> {
    let mut fields = Octets::new(main.get(at..)?);
    let (start, length) = (wide(fields.u32()?), wide(fields.u32()?));
    table.get(start..)?.get(..length)
}

/// The pieces of text, in their order.
fn pieces<'w>(main: &'w [u8], table: &[u8]) -> Option<Vec<Piece<'w>>> {
    const PLACE: usize = 0x01a2;
    const PROPERTIES: u8 = 1;
    let mut fields = Octets::new(of_table(main, table, PLACE)?);
    while fields.rest().first() == Some(&PROPERTIES) {
        fields.u8()?;
        let length = usize::from(fields.u16()?);
        fields.take(length)?;
    }
    fields.u8()?;
    let length = wide(fields.u32()?);
    let count = length.checked_sub(4)? / 12;
    let (places, kinds) = fields.take(length)?.split_at_checked((count + 1) * 4)?;
    let (places, _) = places.as_chunks::<4>();
    let places: Vec<usize> = places.iter().map(|it| wide(u32::from_le_bytes(*it))).collect();
    let (kinds, _) = kinds.as_chunks::<8>();
    let pieces = places.windows(2).zip(kinds).map(|(places, kind)| {
        let [from, to] = *places else { return None };
        let mut fields = Octets::new(kind);
        fields.u16()?;
        let place = fields.u32()?;
        const NARROW: u32 = 0x4000_0000;
        let wide_characters = place & NARROW == 0;
        let place = wide(place & (NARROW - 1));
        let (start, size) = if wide_characters { (place, 2) } else { (place / 2, 1) };
        let octets = to.checked_sub(from)?.checked_mul(size)?;
        let octets = main.get(start..)?.get(..octets)?;
        Some(Piece { octets, start, wide: wide_characters })
    });
    pieces.collect()
}

/// The stretches of octets that are hidden, deleted or inserted.
fn unshown(main: &[u8], table: &[u8]) -> Option<Vec<Unshown>> {
    const PLACE: usize = 0x00fa;
    const PAGE_OCTETS: usize = 512;
    let bins = of_table(main, table, PLACE)?;
    let count = bins.len().checked_sub(4)? / 8;
    let (numbers, _) = bins.get((count + 1) * 4..)?.as_chunks::<4>();
    let mut unshown = Vec::new();
    for number in numbers.iter().take(count) {
        let number = wide(u32::from_le_bytes(*number) & 0x3f_ffff);
        let page = main.get(number.checked_mul(PAGE_OCTETS)?..)?.get(..PAGE_OCTETS)?;
        let runs = usize::from(*page.last()?);
        let (places, _) = page.get(..(runs + 1) * 4)?.as_chunks::<4>();
        let offsets = page.get((runs + 1) * 4..)?.get(..runs)?;
        for (places, offset) in places.windows(2).zip(offsets) {
            let [start, end] = *places else { return None };
            let properties = page.get(usize::from(*offset) * 2..).filter(|_| *offset != 0);
            let Some((length, properties)) = properties.and_then(<[u8]>::split_first) else {
                continue;
            };
            let length = usize::from(*length).min(properties.len());
            if let Some(standing) = standing(properties.get(..length)?) {
                let (start, end) = (wide(u32::from_le_bytes(start)), wide(u32::from_le_bytes(end)));
                unshown.push(Unshown { start, end, standing });
            }
        }
        if WORD_RUNS_MAX < unshown.len() {
            return None;
        }
    }
    unshown.sort_by_key(|it| it.start);
    Some(unshown)
}

/// How the text of a run stands, by its properties; none for shown text.
fn standing(properties: &[u8]) -> Option<Standing> {
    const DELETED: u16 = 0x0800;
    const INSERTED: u16 = 0x0801;
    const VANISHED: u16 = 0x083c;
    let mut fields = Octets::new(properties);
    let mut found = None;
    while let Some(property) = fields.u16() {
        let length = match property >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ => usize::from(fields.u8()?),
        };
        let on = fields.take(length)?.first().is_some_and(|it| it & 1 == 1);
        found = match property {
            VANISHED if on => return Some(Standing::Hidden),
            DELETED if on => Some(Standing::Deleted),
            INSERTED if on => Some(Standing::Inserted),
            _ => found,
        };
    }
    found
}

#[derive(Default)]
struct Text {
    unshown: Vec<Unshown>,
    flow: Flow,
    shown: String,
    hidden: String,
    /// Stretches that were looked at for all pieces.
    work: usize,
    fields: Vec<Field>,
    /// How many of the fields are in their code, and of how many the result is not what is shown.
    codes: usize,
    made: usize,
    /// Whether some field draws text.
    draws: bool,
}

/// A field that is open.
#[derive(Default)]
struct Field {
    /// Its code, until its result begins.
    code: Option<String>,
    is_made: bool,
}

impl Text {
    /// Adds a piece, cut where shown text becomes another.
    fn piece(&mut self, piece: &Piece<'_>) {
        let end = piece.start + piece.octets.len();
        let first = self.unshown.partition_point(|it| it.start < piece.start).saturating_sub(1);
        let near = self.unshown.iter().skip(first).take_while(|it| it.start < end);
        let near = near.inspect(|_| self.work = self.work.saturating_add(1));
        let mut at = piece.start;
        let mut cuts = Vec::new();
        for it in near.filter(|it| piece.start < it.end) {
            let (from, to) = (it.start.clamp(at, end), it.end.clamp(at, end));
            cuts.push((at, from, Standing::Shown));
            cuts.push((from, to, it.standing));
            at = to;
        }
        cuts.push((at, end, Standing::Shown));
        for (from, to, standing) in cuts {
            let range = from.saturating_sub(piece.start)..to.saturating_sub(piece.start);
            let octets = piece.octets.get(range).unwrap_or_default();
            let encoding = if piece.wide { UTF_16LE } else { WINDOWS_1252 };
            let (text, _) = encoding.decode_without_bom_handling(octets);
            text.chars().for_each(|it| self.character(it, standing));
        }
    }

    fn character(&mut self, character: char, standing: Standing) {
        let standing = match (self.codes, self.made) {
            (1.., _) => Standing::Hidden,
            (0, 1..) if standing == Standing::Shown => Standing::Fallback,
            (0, _) => standing,
        };
        /// Characters of a code that are looked at.
        const CODE_OCTETS_MAX: usize = 200;
        let field = self.fields.last_mut().and_then(|it| it.code.as_mut());
        if let Some(code) = field.filter(|it| it.len() < CODE_OCTETS_MAX && ' ' <= character) {
            code.push(character);
        }
        match character {
            '\r' | '\u{c}' => self.flush(),
            '\u{7}' => self.flow.push("\t", standing),
            '\u{b}' => self.flow.push("\n", standing),
            '\u{13}' => {
                self.fields.push(Field { code: Some(String::new()), is_made: false });
                self.codes += 1;
            }
            '\u{14}' => self.result(),
            '\u{15}' => {
                self.result();
                let field = self.fields.pop().unwrap_or_default();
                self.made -= usize::from(field.is_made);
            }
            '\u{1e}' => self.flow.push("-", standing),
            '\t' => self.flow.push("\t", standing),
            it if it.is_control() => {}
            it => self.flow.push(it.encode_utf8(&mut [0; 4]), standing),
        }
    }

    /// Ends the code of the field that is open.
    fn result(&mut self) {
        let Some(field) = self.fields.last_mut() else { return };
        let Some(code) = field.code.take() else { return };
        self.codes -= 1;
        match made(&code) {
            Some(Made::Text(text)) => {
                field.is_made = true;
                self.made += 1;
                self.flow.push(&text, Standing::Choice);
            }
            Some(Made::Unknown) => self.draws = true,
            None => {}
        }
    }

    fn flush(&mut self) {
        let (shown, others) = std::mem::take(&mut self.flow).readings();
        self.shown.push_str(&shown);
        self.shown.push('\n');
        for other in others {
            self.hidden.push_str(&other);
            self.hidden.push('\n');
        }
    }
}
