//! Filters of streams, undone under the budget.
//!
//! # Source
//!
//! ISO 32000-1 section 7.4.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Read, Result},
};

use super::{
    lexer::{figure, is_space},
    value::whole,
};
use crate::{
    archive::Inflate,
    budget::{Budget, Stop, Unpacked},
    limits::PDF_FILTERS_MAX,
};

/// What a stream became.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoded {
    pub(super) octets: Vec<u8>,
    pub(super) stop: Option<Stop>,
    /// Whether a filter is left that only pictures have.
    pub(super) picture: bool,
}

/// A filter with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    pub(super) name: Vec<u8>,
    /// Its parameters.
    pub(super) numbers: BTreeMap<Vec<u8>, f64>,
}

impl Filter {
    fn number(&self, key: &str, usual: usize) -> usize {
        let value = self.numbers.get(key.as_bytes()).copied().and_then(whole);
        value.and_then(|it| usize::try_from(it).ok()).unwrap_or(usual)
    }
}

/// Undoes the filters, one after the other.
pub(super) fn decode(raw: &[u8], filters: &[Filter], budget: &mut Budget) -> Decoded {
    let mut decoded = Decoded::default();
    if PDF_FILTERS_MAX < filters.len() {
        return Decoded { stop: Some(Stop::OverLimit), ..decoded };
    }
    // Streams can stand in each other, so that octets as they are count too.
    if !budget.octets(raw.len()) {
        return Decoded { stop: Some(Stop::OverLimit), ..decoded };
    }
    let mut input = Cow::Borrowed(raw);
    for filter in filters {
        let Some(unpacked) = undo(&input, filter, budget) else {
            decoded.picture = true;
            break;
        };
        let (plain, is_known) = predicted(unpacked.octets, filter);
        let unknown = (!is_known).then_some(Stop::Damaged);
        decoded.stop = decoded.stop.or(unpacked.stop).or(unknown);
        input = Cow::Owned(plain);
    }
    decoded.octets = input.into_owned();
    decoded
}

/// Undoes one filter; none for those of pictures.
fn undo(octets: &[u8], filter: &Filter, budget: &mut Budget) -> Option<Unpacked> {
    let early = filter.number("EarlyChange", 1) != 0;
    Some(match filter.name.as_slice() {
        b"FlateDecode" | b"Fl" => inflate(octets, budget),
        b"LZWDecode" | b"LZW" => budget.read(octets.len(), Lzw::new(octets, early)),
        b"RunLengthDecode" | b"RL" => {
            budget.read(octets.len(), RunLength { rest: octets, run: (0, 0) })
        }
        b"ASCII85Decode" | b"A85" => counted(ascii_85(octets), budget),
        b"ASCIIHexDecode" | b"AHx" => counted(hexadecimal(octets), budget),
        b"Crypt" => counted(octets.to_vec(), budget),
        _ => return None,
    })
}

fn counted(octets: Vec<u8>, budget: &mut Budget) -> Unpacked {
    match budget.octets(octets.len()) {
        true => Unpacked { octets, stop: None },
        false => Unpacked::stopped(Stop::OverLimit),
    }
}

/// Inflates, passing over the two octets of zlib where they stand there.
fn inflate(octets: &[u8], budget: &mut Budget) -> Unpacked {
    let octets = octets.trim_ascii_start();
    let packed = match octets {
        [one, two, rest @ ..]
            if one & 0x0f == 8 && (u16::from(*one) * 256 + u16::from(*two)) % 31 == 0 =>
        {
            rest
        }
        _ => octets,
    };
    budget.read(packed.len(), Inflate::new(packed))
}

fn ascii_85(octets: &[u8]) -> Vec<u8> {
    let octets = octets.trim_ascii_start();
    let octets = octets.strip_prefix(b"<~").unwrap_or(octets);
    let mut plain = Vec::new();
    let mut group: Vec<u8> = Vec::new();
    for octet in octets.iter().take_while(|it| **it != b'~').filter(|it| !is_space(**it)) {
        match octet {
            b'z' if group.is_empty() => plain.extend([0; 4]),
            b'!'..=b'u' => group.push(octet - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            plain.extend(word(&group));
            group.clear();
        }
    }
    if 1 < group.len() {
        let count = group.len() - 1;
        group.resize(5, 84);
        plain.extend(word(&group).into_iter().take(count));
    }
    plain
}

fn word(group: &[u8]) -> [u8; 4] {
    let add = |sum: u32, it: &u8| sum.wrapping_mul(85).wrapping_add(u32::from(*it));
    group.iter().fold(0, add).to_be_bytes()
}

fn hexadecimal(octets: &[u8]) -> Vec<u8> {
    let figures: Vec<u8> =
        octets.iter().take_while(|it| **it != b'>').copied().filter_map(figure).collect();
    let pair = |it: &[u8]| it.iter().fold(0, |sum, it| sum << 4 | it) << (4 * (2 - it.len()));
    figures.chunks(2).map(pair).collect()
}

/// Runs of octets.
struct RunLength<'p> {
    rest: &'p [u8],
    /// An octet, and how often it is still to come.
    run: (u8, usize),
}

impl Read for RunLength<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        const END: u8 = 128;
        if self.run.1 == 0 {
            match self.rest {
                [] | [END, ..] => return Ok(0),
                [count @ 0..END, rest @ ..] => {
                    let count = (usize::from(*count) + 1).min(rest.len()).min(buffer.len());
                    let (plain, rest) = rest.split_at(count);
                    buffer.iter_mut().zip(plain).for_each(|(to, from)| *to = *from);
                    self.rest = rest;
                    return Ok(count);
                }
                [count, octet, rest @ ..] => {
                    self.run = (*octet, 257 - usize::from(*count));
                    self.rest = rest;
                }
                [_] => return Ok(0),
            }
        }
        let count = self.run.1.min(buffer.len());
        buffer.iter_mut().take(count).for_each(|it| *it = self.run.0);
        self.run.1 -= count;
        Ok(count)
    }
}

/// Undoes what a predictor did to rows of octets; whether it is one that is known here.
fn predicted(octets: Vec<u8>, filter: &Filter) -> (Vec<u8>, bool) {
    const NONE: usize = 1;
    const TIFF: usize = 2;
    const PNG: usize = 10;
    let is_packed =
        matches!(filter.name.as_slice(), b"FlateDecode" | b"Fl" | b"LZWDecode" | b"LZW");
    let predictor = if is_packed { filter.number("Predictor", NONE) } else { NONE };
    let depth = filter.number("BitsPerComponent", 8);
    let bits = filter.number("Colors", 1).saturating_mul(depth);
    let step = bits.div_ceil(8).max(1);
    let row = bits.saturating_mul(filter.number("Columns", 1)).div_ceil(8).max(1);
    match predictor {
        ..=NONE => (octets, true),
        TIFF if depth == 8 => (predicted_as_tiff(octets, row, step), true),
        PNG.. => (predicted_as_png(&octets, row, step), true),
        _ => (octets, false),
    }
}

/// Each octet as the difference to the one before.
fn predicted_as_tiff(mut octets: Vec<u8>, row: usize, step: usize) -> Vec<u8> {
    for line in octets.chunks_mut(row) {
        for index in step..line.len() {
            let left = line.get(index.saturating_sub(step)).copied().unwrap_or(0);
            if let Some(octet) = line.get_mut(index) {
                *octet = octet.wrapping_add(left);
            }
        }
    }
    octets
}

/// Each octet as the difference to those around, as the first of its line says.
fn predicted_as_png(octets: &[u8], row: usize, step: usize) -> Vec<u8> {
    let mut plain: Vec<u8> = Vec::new();
    let mut above: Vec<u8> = Vec::new();
    for line in octets.chunks(row.saturating_add(1)) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut current: Vec<u8> = Vec::new();
        for (index, octet) in line.iter().enumerate() {
            let at = |row: &[u8], index: Option<usize>| {
                index.and_then(|it| row.get(it)).copied().unwrap_or(0)
            };
            let (left, up) = (at(&current, index.checked_sub(step)), at(&above, Some(index)));
            let corner = at(&above, index.checked_sub(step));
            let guess = match kind {
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            current.push(octet.wrapping_add(guess));
        }
        plain.extend_from_slice(&current);
        above = current;
    }
    plain
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let distance = |it: i16| (a + b - c - it).abs();
    if distance(a) <= distance(b) && distance(a) <= distance(c) {
        left
    } else if distance(b) <= distance(c) {
        up
    } else {
        corner
    }
}

/// Lempel, Ziv and Welch as TIFF and PDF have it.
struct Lzw<'p> {
    rest: &'p [u8],
    bits: u32,
    held: u32,
    early: bool,
    /// Each word as the one that it continues, and its last octet.
    words: Vec<(u16, u8)>,
    previous: Option<u16>,
    /// Octets to come, the last first.
    ready: Vec<u8>,
}

/// Words before the first of the input's own: octets, clear, end.
const LZW_FIRST: u16 = 258;
const LZW_WORDS_MAX: usize = 4096;

impl<'p> Lzw<'p> {
    fn new(rest: &'p [u8], early: bool) -> Self {
        Self { rest, bits: 0, held: 0, early, words: Vec::new(), previous: None, ready: Vec::new() }
    }

    fn code(&mut self) -> Option<u16> {
        let known = self.words.len() + usize::from(LZW_FIRST) + usize::from(self.early);
        // The word of the code before is still to come.
        let known = known + usize::from(self.previous.is_some());
        let width = match known {
            ..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
        while self.bits < width {
            let (octet, rest) = self.rest.split_first()?;
            self.held = (self.held << 8 | u32::from(*octet)) & 0xff_ffff;
            self.bits += 8;
            self.rest = rest;
        }
        self.bits -= width;
        u16::try_from(self.held >> self.bits & ((1 << width) - 1)).ok()
    }

    /// The octets of a word, the last first; none for one that is not known.
    fn spell(&self, code: u16) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        let mut at = code;
        while let Some(index) = at.checked_sub(LZW_FIRST) {
            let (before, last) = self.words.get(usize::from(index))?;
            octets.push(*last);
            at = *before;
        }
        octets.push(u8::try_from(at).ok()?);
        Some(octets)
    }

    fn step(&mut self) -> Option<()> {
        const CLEAR: u16 = 256;
        const END: u16 = 257;
        match self.code()? {
            CLEAR => {
                self.words.clear();
                self.previous = None;
            }
            END => return None,
            code => {
                let known = self.spell(code);
                let first = known.as_ref().and_then(|it| it.last().copied());
                let first = match (first, self.previous) {
                    (Some(first), _) => first,
                    (None, Some(previous)) => self.spell(previous)?.last().copied()?,
                    (None, None) => return None,
                };
                if let Some(previous) = self.previous
                    && self.words.len() + usize::from(LZW_FIRST) < LZW_WORDS_MAX
                {
                    self.words.push((previous, first));
                }
                self.ready = match known {
                    Some(known) => known,
                    None => self.spell(code)?,
                };
                self.previous = Some(code);
            }
        }
        Some(())
    }
}

impl Read for Lzw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.ready.is_empty() {
            if self.step().is_none() {
                return Ok(0);
            }
        }
        let mut count = 0;
        for place in buffer {
            let Some(octet) = self.ready.pop() else { break };
            *place = octet;
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use wire::mime::Limits;

    use super::*;

    fn filter(name: &str, numbers: &[(&str, f64)]) -> Filter {
        let numbers = numbers.iter().map(|(key, value)| (key.as_bytes().to_vec(), *value));
        Filter { name: name.as_bytes().to_vec(), numbers: numbers.collect() }
    }

    fn undone(name: &str, octets: &[u8]) -> Vec<u8> {
        let filter = filter(name, &[]);
        decode(octets, &[filter], &mut Budget::new(&Limits::default())).octets
    }

    #[test]
    fn each_filter() {
        assert_eq!(undone("ASCIIHexDecode", b"34 30 3>x"), b"400");
        assert_eq!(undone("ASCII85Decode", b"<~87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(undone("RunLengthDecode", b"\x02abc\xfed\x80"), b"abcddd");
        // The example of ISO 32000-1 section 7.4.4.2.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(undone("LZWDecode", &packed), [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
        let stored = [0x78, 0x01, 1, 2, 0, 0xfd, 0xff, b'h', b'i', 0, 0, 0, 0];
        assert_eq!(undone("FlateDecode", &stored), b"hi");
        assert_eq!(undone("FlateDecode", stored.get(2..).unwrap()), b"hi");
    }

    #[test]
    fn hostile_streams_end() {
        let bomb = b"\x81x".repeat(1_000_000);
        let limits = Limits { unpacked_octets: 10_000_000, ..Limits::default() };
        let filter = filter("RL", &[]);
        let decoded = decode(&bomb, std::slice::from_ref(&filter), &mut Budget::new(&limits));
        assert_eq!(decoded.stop, Some(Stop::OverLimit));
        let many = vec![filter; 1_000];
        assert_eq!(decode(b"", &many, &mut Budget::new(&limits)).stop, Some(Stop::OverLimit));
    }

    #[test]
    fn rows_are_predicted() {
        let of = |kind: f64, rows: &[u8]| {
            let filter = filter("Fl", &[("Predictor", kind), ("Columns", 3.0)]);
            predicted(rows.to_vec(), &filter)
        };
        assert_eq!(of(12.0, &[2, 1, 2, 3, 2, 1, 1, 1]), (vec![1, 2, 3, 2, 3, 4], true));
        assert_eq!(of(2.0, &[1, 1, 1, 5, 1, 255]), (vec![1, 2, 3, 5, 6, 5], true));
        assert_eq!(of(3.0, &[1]), (vec![1], false));
    }
}
