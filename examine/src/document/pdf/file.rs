//! A PDF file as objects: all that stand in it, of every revision, wherever its tables point.
//!
//! Which object of a number counts is told twice: by where they stand, as readers have it that
//! find the tables of places wrong, and by those tables ([`super::tables`]).
//!
//! # Source
//!
//! ISO 32000-1 section 7.5.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::{
    filter::{Decoded, Filter, decode},
    lexer::{Lexer, Token, is_space},
    value::{Dictionary, Value, value, whole},
};
use crate::{
    archive,
    budget::{Budget, Stop},
    limits::{PDF_REFERENCES_MAX, PDF_VALUES_MAX, PDF_WORK_PER_OCTET},
    remark::{ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, DOCUMENT_SEVERAL, Remark},
};

/// An object with its place.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) number: u32,
    pub(super) value: Value,
    /// Where the octets of its stream begin, for one that has a stream.
    pub(super) stream: Option<usize>,
    /// Where it stands, or the object that holds it.
    pub(super) at: usize,
    pub(super) generation: u32,
    /// Whether another object holds it.
    pub(super) packed: bool,
}

/// The objects of a file.
#[derive(Debug, Default)]
pub(super) struct Pdf<'p> {
    octets: &'p [u8],
    pub(super) objects: Vec<Object>,
    /// The object of each number: the last one, or the one that the tables of places say.
    by_number: BTreeMap<u32, usize>,
    pub(super) trailers: Vec<Value>,
    /// Where each `endstream` stands.
    ends: Vec<usize>,
    /// Where each `obj` and `endobj` stands.
    borders: Vec<usize>,
    pub(super) remarks: BTreeSet<Remark>,
}

impl<'p> Pdf<'p> {
    /// Reads all objects.
    pub(super) fn read(octets: &'p [u8], budget: &mut Budget) -> Self {
        let ends = memmem::find_iter(octets, b"endstream").collect();
        let borders = memmem::find_iter(octets, b"obj").collect();
        let mut pdf = Self { octets, ends, borders, ..Self::default() };
        let mut room = PDF_VALUES_MAX;
        pdf.scan(&mut room);
        pdf.index();
        if !pdf.is_encrypted() {
            pdf.unpack(&mut room, budget);
            pdf.index();
        }
        if room == 0 {
            pdf.remarks.insert(ARCHIVE_OVER_LIMIT);
        }
        if pdf.is_repeated() {
            pdf.remarks.insert(DOCUMENT_SEVERAL);
        }
        pdf
    }

    /// All octets of the file.
    pub(super) fn octets(&self) -> &'p [u8] {
        self.octets
    }

    /// Goes by these objects of each number; whether those that matter are others than before.
    pub(super) fn go_by(&mut self, by_number: BTreeMap<u32, usize>) -> bool {
        let before = std::mem::replace(&mut self.by_number, by_number);
        // Tables need not name themselves, and nothing refers to what has no number.
        let matters = |(number, index): &(&u32, &usize)| {
            let object = self.objects.get(**index).and_then(|it| it.value.dictionary());
            **number != 0 && !object.is_some_and(|it| it.names("Type", "XRef"))
        };
        let mut all = before.iter().filter(matters);
        all.any(|(number, index)| self.by_number.get(number) != Some(index))
    }

    /// Whether one number has two objects, of which readers go by the first as well as by the last:
    /// where the later is of an earlier generation, or both are packed in one stream.
    fn is_repeated(&self) -> bool {
        let mut known: BTreeMap<u32, &Object> = BTreeMap::new();
        let mut found = false;
        for object in self.objects.iter().filter(|it| it.number != 0) {
            if let Some(before) = known.insert(object.number, object) {
                let first = before.at == object.at || object.generation < before.generation;
                found |= first && (before.value != object.value || before.stream.is_some());
            }
        }
        found
    }

    fn scan(&mut self, room: &mut usize) {
        // Objects can stand in strings of others, each to the end of the file.
        let mut work = self.octets.len().saturating_mul(PDF_WORK_PER_OCTET);
        for at in self.borders.clone() {
            let before = self.octets.get(..at).unwrap_or_default();
            if before.ends_with(b"end") {
                continue;
            }
            // One without a number stays without: no reader finds it, but what it says counts.
            let (number, generation) = numbers_before(before).unwrap_or_default();
            let mut lexer = Lexer::new(self.octets, at + b"obj".len());
            let value = value(&mut lexer, room);
            match work.checked_sub(lexer.at().saturating_sub(at)) {
                Some(left) if 0 < *room => work = left,
                Some(_) | None => {
                    self.remarks.insert(ARCHIVE_OVER_LIMIT);
                    return;
                }
            }
            let stream = start_of_stream(self.octets, lexer);
            let packed = false;
            let object = |value| Object { number, value, stream, at, generation, packed };
            self.objects.extend(value.map(object));
        }
        for at in memmem::find_iter(self.octets, b"trailer") {
            let mut lexer = Lexer::new(self.octets, at + b"trailer".len());
            self.trailers.extend(value(&mut lexer, room));
            match work.checked_sub(lexer.at().saturating_sub(at)) {
                Some(left) => work = left,
                None => {
                    self.remarks.insert(ARCHIVE_OVER_LIMIT);
                    return;
                }
            }
        }
    }

    fn index(&mut self) {
        self.by_number.clear();
        for (index, object) in self.objects.iter().enumerate() {
            let known = self.by_number.get(&object.number).and_then(|it| self.objects.get(*it));
            if known.is_none_or(|it| it.at <= object.at) {
                self.by_number.insert(object.number, index);
            }
        }
    }

    /// Whether its strings and streams are encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        let tables = self.objects.iter().map(|it| &it.value).filter_map(Value::dictionary);
        let tables = tables.filter(|it| it.names("Type", "XRef"));
        let trailers = self.trailers.iter().filter_map(Value::dictionary);
        let mut all = tables.chain(trailers);
        all.any(|it| it.get("Encrypt").is_some_and(|it| *it != Value::Other))
    }

    /// Adds the objects that stand packed in streams.
    fn unpack(&mut self, room: &mut usize, budget: &mut Budget) {
        for index in 0..self.objects.len() {
            let packs = self.objects.get(index).filter(|it| is_pack(it));
            let Some((decoded, at)) = packs.map(|it| (self.decode(it, budget), it.at)) else {
                continue;
            };
            self.stopped(decoded.stop);
            let Some(dictionary) = self.objects.get(index).and_then(|it| it.value.dictionary())
            else {
                continue;
            };
            let number = |key| self.number(dictionary.get(key)).unwrap_or(0);
            let (count, first) = (number("N"), number("First"));
            let found = members(&decoded.octets, count, first, room);
            let (stream, generation, packed) = (None, 0, true);
            let of = |(number, value)| Object { number, value, stream, at, generation, packed };
            self.objects.extend(found.into_iter().map(of));
        }
    }

    pub(super) fn stopped(&mut self, stop: Option<Stop>) {
        self.remarks.extend(stop.map(|stop| match stop {
            Stop::Damaged => DOCUMENT_DAMAGED,
            Stop::OverLimit => archive::remark(stop),
        }));
    }

    /// The value that a value refers to, or itself.
    pub(super) fn resolve<'s>(&'s self, value: &'s Value) -> Option<&'s Value> {
        let mut value = value;
        for _ in 0..PDF_REFERENCES_MAX {
            let Value::Reference(number) = value else { return Some(value) };
            value = &self.object(*number)?.value;
        }
        None
    }

    pub(super) fn object(&self, number: u32) -> Option<&Object> {
        self.index_of(number).and_then(|it| self.objects.get(it))
    }

    /// The place of a number's object in the list of objects.
    pub(super) fn index_of(&self, number: u32) -> Option<usize> {
        self.by_number.get(&number).copied()
    }

    /// The value of a key, its reference resolved.
    pub(super) fn get<'s>(&'s self, dictionary: &'s Dictionary, key: &str) -> Option<&'s Value> {
        dictionary.get(key).and_then(|it| self.resolve(it))
    }

    pub(super) fn number(&self, value: Option<&Value>) -> Option<usize> {
        let number = value.and_then(|it| self.resolve(it)).and_then(Value::number);
        number.and_then(whole).and_then(|it| usize::try_from(it).ok())
    }

    /// The octets of a stream as they stand in the file; where its length is wrong, as many as any
    /// reader takes, as what is too much does no harm to what stands before it.
    fn raw(&self, dictionary: &Dictionary, start: usize) -> &'p [u8] {
        let rest = self.octets.get(start..).unwrap_or_default();
        let length = self.number(dictionary.get("Length"));
        if let Some((raw, behind)) = length.and_then(|it| rest.split_at_checked(it)) {
            let spaces = behind.iter().take_while(|it| is_space(**it)).count();
            if behind.get(spaces..).is_some_and(|it| it.starts_with(b"endstream")) {
                return raw;
            }
        }
        let end = self.end_of_stream(start).unwrap_or(self.octets.len()).saturating_sub(start);
        let end = length.filter(|it| *it <= rest.len()).unwrap_or(0).max(end);
        rest.get(..end).unwrap_or_default()
    }

    /// Where a stream ends of which the length does not say it: at the last `endstream` before the
    /// object ends, as one may stand in a comment.
    fn end_of_stream(&self, start: usize) -> Option<usize> {
        let from = self.ends.partition_point(|it| *it < start);
        let first = *self.ends.get(from)?;
        let border = self.borders.get(self.borders.partition_point(|it| *it < first));
        let until =
            border.map_or(self.ends.len(), |border| self.ends.partition_point(|it| it < border));
        self.ends.get(until.saturating_sub(1)).copied().or(Some(first))
    }

    /// The octets of an object's stream, its filters undone.
    pub(super) fn decode(&self, object: &Object, budget: &mut Budget) -> Decoded {
        let (Some(start), Some(dictionary)) = (object.stream, object.value.dictionary()) else {
            return Decoded::default();
        };
        decode(self.raw(dictionary, start), &self.filters(dictionary), budget)
    }

    fn filters(&self, dictionary: &Dictionary) -> Vec<Filter> {
        let list = |long: &str, short: &str| {
            let value = self.get(dictionary, long).or_else(|| self.get(dictionary, short));
            match value {
                Some(Value::Array(items)) => items.as_slice(),
                Some(Value::Other) | None => &[],
                Some(one) => std::slice::from_ref(one),
            }
        };
        let parameters = list("DecodeParms", "DP");
        let of = |(index, name): (usize, &Value)| {
            // A filter that is none is one that nobody knows.
            let name = self.resolve(name).and_then(Value::name).unwrap_or_default().to_vec();
            let of_filter = parameters.get(index).and_then(|it| self.resolve(it)?.dictionary());
            Filter { name, numbers: of_filter.map(|it| self.numbers(it)).unwrap_or_default() }
        };
        list("Filter", "F").iter().enumerate().map(of).collect()
    }

    /// The numbers in a dictionary, those that it refers to too.
    fn numbers(&self, dictionary: &Dictionary) -> BTreeMap<Vec<u8>, f64> {
        let number = |value| self.resolve(value).and_then(Value::number);
        let entries = dictionary.0.iter();
        entries.filter_map(|(key, value)| Some((key.clone(), number(value)?))).collect()
    }
}

/// Whether a stream holds objects: some readers go by the table of places, and ask for no type.
fn is_pack(object: &Object) -> bool {
    let says = |it: &Dictionary| {
        it.names("Type", "ObjStm") || (it.get("N").is_some() && it.get("First").is_some())
    };
    object.stream.is_some() && object.value.dictionary().is_some_and(says)
}

/// The number and the generation of the object whose `obj` follows.
fn numbers_before(before: &[u8]) -> Option<(u32, u32)> {
    let (before, generation) = word_before(before)?;
    let (_, number) = word_before(before)?;
    let parse = |it: &[u8]| std::str::from_utf8(it).ok()?.parse().ok();
    Some((parse(number)?, parse(generation)?))
}

/// The figures at the end, and what stands before them.
fn word_before(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    const FIGURES_MAX: usize = 10;
    const SPACES_MAX: usize = 64;
    let spaces = octets.iter().rev().take(SPACES_MAX).take_while(|it| is_space(**it)).count();
    let octets = octets.get(..octets.len().checked_sub(spaces)?)?;
    let is_figure = |it: &&u8| it.is_ascii_digit();
    let figures = octets.iter().rev().take(FIGURES_MAX).take_while(is_figure).count();
    octets.split_at_checked(octets.len().checked_sub(figures)?)
}

/// Where the octets of a stream begin, if one follows the dictionary.
fn start_of_stream(octets: &[u8], mut lexer: Lexer<'_>) -> Option<usize> {
    if lexer.next() != Some(Token::Keyword(b"stream")) {
        return None;
    }
    let at = lexer.at();
    let rest = octets.get(at..).unwrap_or_default();
    let line_end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Some(at + line_end)
}

/// The objects of a stream of objects.
fn members(octets: &[u8], count: usize, first: usize, room: &mut usize) -> Vec<(u32, Value)> {
    let mut lexer = Lexer::new(octets, 0);
    let mut found = Vec::new();
    let mut work = octets.len().saturating_mul(PDF_WORK_PER_OCTET);
    for _ in 0..count.min(octets.len()) {
        let (Some(Token::Number(number)), Some(Token::Number(offset))) =
            (lexer.next(), lexer.next())
        else {
            break;
        };
        let offset = whole(offset).and_then(|it| usize::try_from(it).ok());
        let (Some(number), Some(offset)) = (whole(number), offset) else { break };
        let start = first.saturating_add(offset);
        let mut inner = Lexer::new(octets, start);
        found.extend(value(&mut inner, room).map(|value| (number, value)));
        match work.checked_sub(inner.at().saturating_sub(start)) {
            Some(left) if 0 < *room => work = left,
            Some(_) | None => {
                *room = 0;
                break;
            }
        }
    }
    found
}
