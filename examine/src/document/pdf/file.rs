//! A PDF file as objects: all that stand in it, of every revision, wherever its tables point.
//!
//! The tables of places are not used: they lie easily, and readers that find them wrong look for
//! the objects themselves, as is done here.
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
    remark::{ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, Remark},
};

/// An object with its place.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) number: u32,
    pub(super) value: Value,
    /// Where the octets of its stream begin, for one that has a stream.
    pub(super) stream: Option<usize>,
    /// Where it stands, or the object that holds it.
    at: usize,
}

/// The objects of a file.
#[derive(Debug, Default)]
pub(super) struct Pdf<'p> {
    octets: &'p [u8],
    pub(super) objects: Vec<Object>,
    /// The last object of each number.
    latest: BTreeMap<u32, usize>,
    pub(super) trailers: Vec<Value>,
    /// Where each `endstream` stands.
    ends: Vec<usize>,
    pub(super) remarks: BTreeSet<Remark>,
}

impl<'p> Pdf<'p> {
    /// Reads all objects.
    pub(super) fn read(octets: &'p [u8], budget: &mut Budget) -> Self {
        let ends = memmem::find_iter(octets, b"endstream").collect();
        let mut pdf = Self { octets, ends, ..Self::default() };
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
        pdf
    }

    fn scan(&mut self, room: &mut usize) {
        // Objects can stand in strings of others, each to the end of the file.
        let mut work = self.octets.len().saturating_mul(PDF_WORK_PER_OCTET);
        for at in memmem::find_iter(self.octets, b"obj") {
            let before = self.octets.get(..at).unwrap_or_default();
            if before.ends_with(b"end") {
                continue;
            }
            // One without a number stays without: no reader finds it, but what it says counts.
            let number = number_before(before).unwrap_or(0);
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
            self.objects.extend(value.map(|value| Object { number, value, stream, at }));
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
        self.latest.clear();
        for (index, object) in self.objects.iter().enumerate() {
            let known = self.latest.get(&object.number).and_then(|it| self.objects.get(*it));
            if known.is_none_or(|it| it.at <= object.at) {
                self.latest.insert(object.number, index);
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
            let of = |(number, value)| Object { number, value, stream: None, at };
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
        self.latest.get(&number).and_then(|it| self.objects.get(*it))
    }

    /// The value of a key, its reference resolved.
    pub(super) fn get<'s>(&'s self, dictionary: &'s Dictionary, key: &str) -> Option<&'s Value> {
        dictionary.get(key).and_then(|it| self.resolve(it))
    }

    pub(super) fn number(&self, value: Option<&Value>) -> Option<usize> {
        let number = value.and_then(|it| self.resolve(it)).and_then(Value::number);
        number.and_then(whole).and_then(|it| usize::try_from(it).ok())
    }

    /// The octets of a stream as they stand in the file.
    fn raw(&self, dictionary: &Dictionary, start: usize) -> &'p [u8] {
        let rest = self.octets.get(start..).unwrap_or_default();
        if let Some(length) = self.number(dictionary.get("Length"))
            && let Some((raw, behind)) = rest.split_at_checked(length)
        {
            let spaces = behind.iter().take_while(|it| is_space(**it)).count();
            if behind.get(spaces..).is_some_and(|it| it.starts_with(b"endstream")) {
                return raw;
            }
        }
        let next = self.ends.get(self.ends.partition_point(|it| *it < start));
        let end = next.map_or(rest.len(), |it| it.saturating_sub(start));
        rest.get(..end).unwrap_or_default()
    }

    /// The octets of an object's stream, its filters undone.
    pub(super) fn decode(&self, object: &Object, budget: &mut Budget) -> Decoded {
        let (Some(start), Some(dictionary)) = (object.stream, object.value.dictionary()) else {
            return Decoded::default();
        };
        decode(self.raw(dictionary, start), &self.filters(dictionary), budget)
    }

    fn filters(&self, dictionary: &Dictionary) -> Vec<Filter> {
        let either = |long: &str, short: &str| {
            self.get(dictionary, long).or_else(|| self.get(dictionary, short))
        };
        let list = |value: Option<&Value>| match value {
            Some(Value::Array(items)) => items.clone(),
            Some(one) => vec![one.clone()],
            None => Vec::new(),
        };
        let names = list(either("Filter", "F"));
        let parameters = list(either("DecodeParms", "DP"));
        let of = |(index, name): (usize, &Value)| {
            let name = self.resolve(name)?.name()?.to_vec();
            let parameters = parameters.get(index).and_then(|it| self.resolve(it)?.dictionary());
            Some(Filter { name, parameters: parameters.cloned().unwrap_or_default() })
        };
        names.iter().enumerate().filter_map(of).collect()
    }
}

/// Whether a stream holds objects: some readers go by the table of places, and ask for no type.
fn is_pack(object: &Object) -> bool {
    let says = |it: &Dictionary| {
        it.names("Type", "ObjStm") || (it.get("N").is_some() && it.get("First").is_some())
    };
    object.stream.is_some() && object.value.dictionary().is_some_and(says)
}

/// The number of the object whose `obj` follows.
fn number_before(before: &[u8]) -> Option<u32> {
    let (before, generation) = word_before(before)?;
    let (_, number) = word_before(before)?;
    let is_number = |it: &[u8]| !it.is_empty() && it.iter().all(u8::is_ascii_digit);
    if !is_number(generation) || !is_number(number) {
        return None;
    }
    std::str::from_utf8(number).ok()?.parse().ok()
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
