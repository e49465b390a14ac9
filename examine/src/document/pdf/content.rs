//! Content streams: the operators that show text, and where.
//!
//! # Source
//!
//! ISO 32000-1 sections 7.8, 8.4 and 9.4.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    font::{Font, Glyph},
    layout::Chunk,
    lexer::{Lexer, Token, is_space},
    value::{Value, value},
};
use crate::limits::{
    PDF_CHUNKS_MAX, PDF_OPERAND_VALUES_MAX, PDF_OPERANDS_MAX, PDF_STATES_MAX, TEXT_OCTETS_MAX,
};

/// What names in a content stream stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// Fonts, by their place in the list of fonts.
    pub(super) fonts: BTreeMap<Vec<u8>, usize>,
    /// Graphics states that set a font and its size.
    pub(super) states: BTreeMap<Vec<u8>, (usize, f64)>,
    pub(super) pictures: BTreeSet<Vec<u8>>,
}

/// What a content stream shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) chunks: Vec<Chunk>,
    /// Texts beside the shown ones, such as what marked content is said to be.
    pub(super) aside: Vec<Vec<u8>>,
    /// Whether a picture is drawn.
    pub(super) picture: bool,
    /// Strokes of drawings.
    pub(super) strokes: usize,
    /// Whether a glyph is shown whose character is not known.
    pub(super) unknown: bool,
    /// Whether an inline picture has no end, so that what is behind it is not read.
    pub(super) endless: bool,
    pub(super) over: bool,
}

#[derive(Clone, Copy, Debug)]
struct Matrix {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
}

const UNIT: Matrix = Matrix { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

impl Matrix {
    fn of(operands: &[Value]) -> Option<Self> {
        let numbers: Vec<f64> = operands.iter().filter_map(Value::number).collect();
        let [.., a, b, c, d, e, f] = *numbers.as_slice() else { return None };
        Some(Self { a, b, c, d, e, f })
    }

    /// First this one, then the other.
    fn then(self, other: Self) -> Self {
        Self {
            a: self.a * other.a + self.b * other.c,
            b: self.a * other.b + self.b * other.d,
            c: self.c * other.a + self.d * other.c,
            d: self.c * other.b + self.d * other.d,
            e: self.e * other.a + self.f * other.c + other.e,
            f: self.e * other.b + self.f * other.d + other.f,
        }
    }

    fn moved(self, x: f64, y: f64) -> Self {
        Self { e: x, f: y, ..UNIT }.then(self)
    }
}

#[derive(Clone, Copy, Debug)]
struct State {
    page: Matrix,
    font: Option<usize>,
    size: f64,
    between_glyphs: f64,
    between_words: f64,
    /// Horizontal scaling.
    stretch: f64,
    leading: f64,
    rise: f64,
}

struct Content<'f> {
    names: &'f Names,
    fonts: &'f [Font],
    missing: Font,
    state: State,
    states: Vec<State>,
    text: Matrix,
    line: Matrix,
    operands: Vec<Value>,
    /// Octets of all chunks.
    octets: usize,
    shown: Shown,
}

/// Reads a content stream.
pub(super) fn read(octets: &[u8], names: &Names, fonts: &[Font]) -> Shown {
    let state = State {
        page: UNIT,
        font: None,
        size: 0.0,
        between_glyphs: 0.0,
        between_words: 0.0,
        stretch: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
    let mut content = Content {
        names,
        fonts,
        missing: Font::missing(),
        state,
        states: Vec::new(),
        text: UNIT,
        line: UNIT,
        operands: Vec::new(),
        octets: 0,
        shown: Shown::default(),
    };
    let mut lexer = Lexer::new(octets, 0);
    loop {
        let before = lexer;
        match lexer.next() {
            None => break,
            Some(Token::Keyword(b"BI")) => {
                content.shown.picture = true;
                content.shown.endless |= !skip_picture(octets, &mut lexer);
                content.operands.clear();
            }
            Some(Token::Keyword(word)) => content.operator(word),
            Some(Token::ArrayClose | Token::DictionaryClose) => {}
            Some(_) => {
                lexer = before;
                let mut room = PDF_OPERAND_VALUES_MAX;
                let operand = value(&mut lexer, &mut room);
                if room == 0 {
                    content.shown.over = true;
                    break;
                }
                if lexer.at() <= before.at() {
                    // What cannot be parsed is passed over, a token at a time.
                    let _passed = lexer.next();
                }
                content.push(operand);
            }
        }
        let shown = content.shown.chunks.len();
        if PDF_CHUNKS_MAX < shown || TEXT_OCTETS_MAX < content.octets {
            content.shown.over = true;
            break;
        }
    }
    content.shown
}

/// Passes over an inline picture; whether it has an end.
fn skip_picture(octets: &[u8], lexer: &mut Lexer<'_>) -> bool {
    while let Some(token) = lexer.next() {
        if token == Token::Keyword(b"ID") {
            break;
        }
    }
    let rest = octets.get(lexer.at()..).unwrap_or_default();
    let ends = |it: u8| is_space(it) || b"%/<([".contains(&it);
    let is_end = |it: &[u8]| matches!(it, [before, b'E', b'I', behind] if is_space(*before) && ends(*behind));
    let end = rest.windows(4).position(is_end).map(|it| it + 3);
    let at_end = || rest.ends_with(b"EI").then_some(rest.len());
    let end = end.or_else(at_end);
    lexer.set(lexer.at() + end.unwrap_or(rest.len()));
    end.is_some()
}

impl Content<'_> {
    fn push(&mut self, operand: Option<Value>) {
        if self.operands.len() < PDF_OPERANDS_MAX {
            self.operands.extend(operand);
        }
    }

    fn operator(&mut self, word: &[u8]) {
        let operands = std::mem::take(&mut self.operands);
        let numbers: Vec<f64> = operands.iter().filter_map(Value::number).collect();
        let last = numbers.last().copied();
        match word {
            b"q" if self.states.len() < PDF_STATES_MAX => self.states.push(self.state),
            b"Q" => self.state = self.states.pop().unwrap_or(self.state),
            b"cm" => {
                let page = Matrix::of(&operands).unwrap_or(UNIT);
                self.state.page = page.then(self.state.page);
            }
            b"BT" => (self.text, self.line) = (UNIT, UNIT),
            b"Tf" => self.set_font(&operands, last),
            b"gs" => self.set_state(&operands),
            b"Tc" => self.state.between_glyphs = last.unwrap_or(0.0),
            b"Tw" => self.state.between_words = last.unwrap_or(0.0),
            b"Tz" => self.state.stretch = last.unwrap_or(100.0) / 100.0,
            b"TL" => self.state.leading = last.unwrap_or(0.0),
            b"Ts" => self.state.rise = last.unwrap_or(0.0),
            b"Tm" => {
                let matrix = Matrix::of(&operands).unwrap_or(UNIT);
                (self.text, self.line) = (matrix, matrix);
            }
            b"Td" | b"TD" => {
                if let [.., x, y] = *numbers.as_slice() {
                    if word == b"TD" {
                        self.state.leading = -y;
                    }
                    self.next_line(x, y);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" | b"TJ" => self.show_all(&operands),
            b"'" | b"\"" => {
                if let (b"\"", [words, glyphs, ..]) = (word, numbers.as_slice()) {
                    self.state.between_words = *words;
                    self.state.between_glyphs = *glyphs;
                }
                self.next_line(0.0, -self.state.leading);
                self.show_all(&operands);
            }
            b"Do" => {
                let name = operands.last().and_then(Value::name).unwrap_or_default();
                self.shown.picture |= self.names.pictures.contains(name);
            }
            b"BDC" | b"DP" => self.aside(operands),
            b"c" | b"l" | b"re" | b"v" | b"y" => {
                self.shown.strokes = self.shown.strokes.saturating_add(1);
            }
            _ => {}
        }
    }

    fn set_font(&mut self, operands: &[Value], size: Option<f64>) {
        let name = operands.iter().find_map(Value::name).unwrap_or_default();
        self.state.font = self.names.fonts.get(name).copied();
        self.state.size = size.unwrap_or(0.0);
    }

    fn set_state(&mut self, operands: &[Value]) {
        let name = operands.last().and_then(Value::name).unwrap_or_default();
        if let Some((font, size)) = self.names.states.get(name) {
            self.state.font = Some(*font);
            self.state.size = *size;
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    /// The texts of marked content.
    fn aside(&mut self, operands: Vec<Value>) {
        let entries = operands.into_iter().filter_map(|it| match it {
            Value::Dictionary(it) => Some(it.0),
            Value::Array(_)
            | Value::Name(_)
            | Value::Number(_)
            | Value::Other
            | Value::Reference(_)
            | Value::Text(_) => None,
        });
        for (_, value) in entries.flatten() {
            if let Value::Text(text) = value {
                self.shown.aside.push(text);
            }
        }
    }

    fn show_all(&mut self, operands: &[Value]) {
        let Some(operand) = operands.last() else { return };
        let items = match operand.items() {
            [] => std::slice::from_ref(operand),
            items => items,
        };
        for item in items {
            match item {
                Value::Number(number) => {
                    let back = -number / 1000.0 * self.state.size * self.state.stretch;
                    self.text = self.text.moved(back, 0.0);
                }
                Value::Text(octets) => self.show(octets),
                Value::Array(_)
                | Value::Dictionary(_)
                | Value::Name(_)
                | Value::Other
                | Value::Reference(_) => {}
            }
        }
    }

    fn show(&mut self, octets: &[u8]) {
        let state = self.state;
        let font = state.font.and_then(|it| self.fonts.get(it)).unwrap_or(&self.missing);
        let glyphs = font.glyphs(octets);
        let size = if state.size == 0.0 { 1.0 } else { state.size };
        let place = |text: Matrix| {
            let at = text.moved(0.0, state.rise).then(state.page);
            (at.e, at.f)
        };
        let start = place(self.text);
        let mut chunk = Chunk { start, ..Chunk::default() };
        let scale = self.text.then(state.page);
        chunk.size = (scale.c * size).hypot(scale.d * size);
        let mut other = String::new();
        for glyph in &glyphs {
            let words = if glyph.space { state.between_words } else { 0.0 };
            let width = (glyph.width * size + state.between_glyphs + words) * state.stretch;
            self.text = self.text.moved(width, 0.0);
            chunk.text.push_str(&glyph.text);
            other.push_str(glyph.other.as_ref().unwrap_or(&glyph.text));
            self.shown.unknown |= is_unknown(glyph);
        }
        chunk.other = (other != chunk.text).then_some(other);
        chunk.end = place(self.text);
        if !chunk.text.is_empty() {
            self.octets = self.octets.saturating_add(chunk.text.len());
            self.shown.chunks.push(chunk);
        }
    }
}

/// Whether a glyph is shown of which nothing is known.
fn is_unknown(glyph: &Glyph) -> bool {
    !glyph.known && !glyph.space
}
