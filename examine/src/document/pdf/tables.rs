//! The tables of places: which object of a number readers take that go by them.
//!
//! # Source
//!
//! ISO 32000-1 sections 7.5.4 to 7.5.8.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::{
    file::{Object, Pdf},
    lexer::{Lexer, Token},
    value::{Dictionary, Value, value, whole},
};
use crate::{
    budget::Budget,
    limits::{PDF_TABLES_MAX, PDF_VALUES_MAX, PDF_WORK_PER_OCTET, SNIFFED_OCTETS},
};

/// Where a table says that an object is.
#[derive(Clone, Copy, Debug)]
enum Place {
    At(usize),
    Free,
    /// In the object of that number, packed.
    In(u32),
}

struct Tables<'p> {
    pdf: &'p Pdf<'p>,
    /// Octets before the file proper, by which places can be off.
    base: usize,
    places: BTreeMap<u32, Place>,
    /// Objects that stand in the open, by their place.
    open: BTreeMap<usize, usize>,
    /// Octets that may still be looked at for whether an object begins there.
    work: usize,
    over: bool,
}

/// What the tables say.
pub(super) struct Told {
    /// The object of each number, in the list of objects.
    pub(super) objects: BTreeMap<u32, usize>,
    /// Whether there is more of them than is read.
    pub(super) over: bool,
}

/// Reads the tables; none where there are none, as readers then look for the objects themselves.
pub(super) fn tables(pdf: &Pdf<'_>, budget: &mut Budget) -> Option<Told> {
    let octets = pdf.octets();
    let start = memmem::rfind(octets, b"startxref")? + b"startxref".len();
    let Some(Token::Number(first)) = Lexer::new(octets, start).next() else { return None };
    let head = octets.get(..octets.len().min(SNIFFED_OCTETS)).unwrap_or_default();
    let in_the_open = pdf.objects.iter().enumerate().filter(|(_, it)| !it.packed);
    let mut tables = Tables {
        pdf,
        base: memmem::find(head, b"%PDF-").unwrap_or(0),
        places: BTreeMap::new(),
        open: in_the_open.map(|(index, it)| (it.at, index)).collect(),
        work: octets.len().saturating_mul(PDF_WORK_PER_OCTET),
        over: false,
    };
    let mut left = vec![place(first)?];
    let mut seen = BTreeSet::new();
    while let Some(at) = left.pop() {
        tables.over |= seen.len() == PDF_TABLES_MAX;
        if !tables.over && seen.insert(at) {
            let more = tables.read(at, budget).unwrap_or_default();
            left.extend(more);
        }
    }
    (!tables.places.is_empty()).then(|| tables.told())
}

fn place(number: f64) -> Option<usize> {
    whole(number).and_then(|it| usize::try_from(it).ok())
}

impl Tables<'_> {
    /// Reads the table at a place; those that it leads on to, the next one last.
    fn read(&mut self, at: usize, budget: &mut Budget) -> Option<Vec<usize>> {
        let says = |at: usize| {
            let mut lexer = Lexer::new(self.pdf.octets(), at);
            (lexer.next() == Some(Token::Keyword(b"xref"))).then_some(lexer)
        };
        let plain = says(at).or_else(|| says(at.checked_add(self.base)?));
        let last = match plain {
            Some(mut lexer) => self.plain(&mut lexer)?,
            None => {
                let index = self.object_at(at, None)?;
                let object = self.pdf.objects.get(index)?;
                let dictionary = object.value.dictionary()?.clone();
                self.packed(object, &dictionary, budget);
                dictionary
            }
        };
        let number = |key| last.get(key).and_then(Value::number).and_then(place);
        Some([number("Prev"), number("XRefStm")].into_iter().flatten().collect())
    }

    /// Reads a table in the open, to the dictionary behind it.
    fn plain(&mut self, lexer: &mut Lexer<'_>) -> Option<Dictionary> {
        loop {
            let (first, count) = match (lexer.next()?, lexer.next()) {
                (Token::Number(first), Some(Token::Number(count))) => {
                    (whole(first)?, whole(count)?)
                }
                (Token::Keyword(b"trailer"), Some(Token::DictionaryOpen)) => break,
                _ => return None,
            };
            for number in (first..=u32::MAX).take(usize::try_from(count).ok()?) {
                let (at, _, kind) = (lexer.next()?, lexer.next()?, lexer.next()?);
                let place = match (at, kind) {
                    (Token::Number(at), Token::Keyword(b"n")) => Place::At(place(at)?),
                    (Token::Number(_), Token::Keyword(b"f")) => Place::Free,
                    _ => return None,
                };
                self.places.entry(number).or_insert(place);
            }
        }
        lexer.set(lexer.at().saturating_sub(b"<<".len()));
        let mut room = PDF_VALUES_MAX;
        value(lexer, &mut room)?.dictionary().cloned()
    }

    /// Reads a table that is a stream.
    fn packed(&mut self, object: &Object, dictionary: &Dictionary, budget: &mut Budget) {
        let numbers = |key: &str| -> Vec<usize> {
            let items = self.pdf.get(dictionary, key).map(Value::items).unwrap_or_default();
            items.iter().filter_map(|it| self.pdf.number(Some(it))).collect()
        };
        let widths = numbers("W");
        let [kind, one, two] = *widths.as_slice() else { return };
        const WIDTH_MAX: usize = 8;
        if [kind, one, two].iter().any(|it| WIDTH_MAX < *it) || kind + one + two == 0 {
            return;
        }
        let mut index = numbers("Index");
        if index.is_empty() {
            index = vec![0, usize::MAX];
        }
        let octets = self.pdf.decode(object, budget).octets;
        let mut rows = octets.chunks_exact(kind + one + two);
        for range in index.chunks_exact(2) {
            let [first, count] = *range else { return };
            for number in (first..usize::MAX).take(count) {
                let Some(row) = rows.next() else { return };
                let Ok(number) = u32::try_from(number) else { return };
                let (kind, rest) = row.split_at(kind);
                let value = sum(rest.get(..one).unwrap_or_default());
                let place = match if kind.is_empty() { 1 } else { sum(kind) } {
                    1 => Place::At(value),
                    2 => Place::In(u32::try_from(value).unwrap_or(u32::MAX)),
                    _ => Place::Free,
                };
                self.places.entry(number).or_insert(place);
            }
        }
    }

    /// The object at a place, with the number that it has to have.
    fn object_at(&mut self, at: usize, wanted: Option<u32>) -> Option<usize> {
        for at in [at, at.saturating_add(self.base)] {
            if self.over {
                return None;
            }
            let mut lexer = Lexer::new(self.pdf.octets(), at);
            let begins = begins(&mut lexer);
            match self.work.checked_sub(lexer.at().saturating_sub(at)) {
                Some(left) => self.work = left,
                None => self.over = true,
            }
            let found = lexer.at().checked_sub(b"obj".len()).and_then(|it| self.open.get(&it));
            if begins.is_some_and(|it| wanted.is_none_or(|wanted| wanted == it)) && found.is_some()
            {
                return found.copied();
            }
        }
        None
    }

    /// The object of each number. Where a table leads to nothing, readers look for it themselves.
    fn told(mut self) -> Told {
        let packed = self.pdf.objects.iter().enumerate().filter(|(_, it)| it.packed);
        let packed: BTreeMap<(usize, u32), usize> =
            packed.map(|(index, it)| ((it.at, it.number), index)).collect();
        let places = std::mem::take(&mut self.places);
        let mut objects = BTreeMap::new();
        for (number, place) in &places {
            if let Place::At(at) = place {
                let index = self.object_at(*at, Some(*number));
                objects.extend(index.or(self.pdf.index_of(*number)).map(|it| (*number, it)));
            }
        }
        for (number, place) in &places {
            if let Place::In(pack) = place {
                let at = objects.get(pack).and_then(|it| self.pdf.objects.get(*it)).map(|it| it.at);
                let index = at.and_then(|it| packed.get(&(it, *number)).copied());
                objects.extend(index.or(self.pdf.index_of(*number)).map(|it| (*number, it)));
            }
        }
        Told { objects, over: self.over }
    }
}

/// The number of the object that begins there.
fn begins(lexer: &mut Lexer<'_>) -> Option<u32> {
    let number = lexer.figures()?;
    lexer.figures()?;
    lexer.word(b"obj").then(|| whole(number)).flatten()
}

fn sum(octets: &[u8]) -> usize {
    octets.iter().fold(0, |sum, it| sum << 8 | usize::from(*it))
}
