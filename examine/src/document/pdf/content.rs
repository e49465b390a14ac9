//! Content streams: the operators that show text, and where.
//!
//! # Source
//!
//! ISO 32000-1 sections 7.8, 8.4 and 9.4.

use std::{collections::VecDeque, rc::Rc};

use super::{
    font::{Font, Glyph},
    form::{Drawn, Form, Forms, LINE, Names, PICTURE, Strokes},
    layout::Chunk,
    lexer::{Lexer, Token, is_space},
    matrix::{Matrix, UNIT},
    value::{Value, value},
};
use crate::limits::{
    PDF_CHUNKS_MAX, PDF_FORMS_DEPTH_MAX, PDF_OPERAND_VALUES_MAX, PDF_OPERANDS_MAX, PDF_STATES_MAX,
    TEXT_OCTETS_MAX,
};

/// What a content stream shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) chunks: Vec<Chunk>,
    /// Texts beside the shown ones, such as what marked content is said to be.
    pub(super) aside: Vec<Vec<u8>>,
    pub(super) strokes: Strokes,
    /// Whether a glyph is shown whose character is not known.
    pub(super) unknown: bool,
    /// Whether an inline picture has no end, so that what is behind it is not read.
    pub(super) endless: bool,
    pub(super) over: bool,
}

#[derive(Clone, Debug)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    between_glyphs: f64,
    between_words: f64,
    /// Horizontal scaling.
    stretch: f64,
    leading: f64,
    rise: f64,
    /// How text is painted, as the numbers of the last operators that say it.
    colour: u64,
    mode: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            page: UNIT,
            font: None,
            size: 0.0,
            between_glyphs: 0.0,
            between_words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            colour: sum_of(&[0.0]),
            mode: sum_of(&[0.0]),
        }
    }
}

/// A content that is being read, with what is as before when it ends.
struct Frame {
    form: Rc<Form>,
    at: usize,
    names: Rc<Names>,
    state: State,
    states: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// What was drawn and shown when it began.
    strokes: Strokes,
    texts: usize,
}

struct Content {
    names: Rc<Names>,
    missing: Rc<Font>,
    state: State,
    states: Vec<State>,
    text: Matrix,
    line: Matrix,
    operands: VecDeque<Value>,
    frames: Vec<Frame>,
    /// Texts that were shown, empty ones too.
    texts: usize,
    /// Octets of all chunks.
    octets: usize,
    shown: Shown,
}

/// Reads a content, with the font for names that stand for none, and then forms that stand on it at their places.
pub(super) fn read(
    page: Form,
    behind: &[(usize, Matrix)],
    names: &Rc<Names>,
    missing: &Rc<Font>,
    forms: &mut dyn Forms,
) -> Shown {
    let mut content = Content {
        names: names.clone(),
        missing: missing.clone(),
        state: State::default(),
        states: Vec::new(),
        text: UNIT,
        line: UNIT,
        operands: VecDeque::new(),
        frames: Vec::new(),
        texts: 0,
        octets: 0,
        shown: Shown::default(),
    };
    content.begin(Rc::new(page));
    content.run(forms);
    for (index, place) in behind {
        if content.shown.over {
            break;
        }
        content.state = State { page: *place, ..State::default() };
        content.draw(*index, forms);
        content.run(forms);
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

impl Content {
    /// Reads what was begun, and the forms in it, without recursion.
    fn run(&mut self, forms: &mut dyn Forms) {
        while let Some(frame) = self.frames.last_mut() {
            let form = frame.form.clone();
            let mut lexer = Lexer::new(&form.octets, frame.at);
            let drawn = self.stream(&form.octets, &mut lexer);
            if self.shown.over {
                return;
            }
            if let Some(frame) = self.frames.last_mut() {
                frame.at = lexer.at();
            }
            match drawn {
                Some(drawn) => self.draw(drawn, forms),
                None => self.end(),
            }
        }
    }

    /// Begins a content in the state that is.
    fn begin(&mut self, form: Rc<Form>) {
        let names = form.names.clone().unwrap_or_else(|| self.names.clone());
        let frame = Frame {
            at: 0,
            names: std::mem::replace(&mut self.names, names),
            state: self.state.clone(),
            states: std::mem::take(&mut self.states),
            text: self.text,
            line: self.line,
            strokes: self.shown.strokes,
            texts: self.texts,
            form,
        };
        self.state.page = frame.form.matrix.then(self.state.page);
        self.operands.clear();
        self.frames.push(frame);
    }

    /// Goes on behind the form that has come to its end.
    fn end(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.texts == self.texts && frame.form.names.is_some() {
            frame.form.mute.set(Some(self.shown.strokes.since(frame.strokes)));
        }
        self.names = frame.names;
        self.state = frame.state;
        self.states = frame.states;
        (self.text, self.line) = (frame.text, frame.line);
        self.operands.clear();
    }

    fn draw(&mut self, index: usize, forms: &mut dyn Forms) {
        // No reader draws what stands in itself; what did so may show a text elsewhere.
        if self.frames.iter().any(|it| it.form.index == Some(index)) {
            self.texts += 1;
            return;
        }
        if PDF_FORMS_DEPTH_MAX < self.frames.len() {
            self.shown.over = true;
            return;
        }
        let Some(form) = forms.form(index) else { return };
        match form.mute.get() {
            Some(strokes) => self.shown.strokes.add(strokes),
            None => self.begin(form),
        }
    }

    /// Reads on to the end, or to a form that is drawn.
    fn stream(&mut self, octets: &[u8], lexer: &mut Lexer<'_>) -> Option<usize> {
        loop {
            let before = *lexer;
            match lexer.next()? {
                Token::Keyword(b"BI") => {
                    self.shown.strokes.add(PICTURE);
                    self.shown.endless |= !skip_picture(octets, lexer);
                    self.operands.clear();
                }
                Token::Keyword(b"Do") => {
                    let name = self.operands.back().and_then(Value::name).unwrap_or_default();
                    let drawn = self.names.drawn.get(name).copied();
                    self.operands.clear();
                    match drawn {
                        Some(Drawn::Form(index)) => return Some(index),
                        Some(Drawn::Picture) => self.shown.strokes.add(PICTURE),
                        None => {}
                    }
                }
                Token::Keyword(word) => self.operator(word),
                Token::ArrayClose | Token::DictionaryClose => {}
                Token::ArrayOpen
                | Token::DictionaryOpen
                | Token::Name(_)
                | Token::Number(_)
                | Token::Text(_) => {
                    *lexer = before;
                    let mut room = PDF_OPERAND_VALUES_MAX;
                    let operand = value(lexer, &mut room);
                    self.shown.over |= room == 0;
                    if lexer.at() <= before.at() {
                        // What cannot be parsed is passed over, a token at a time.
                        let _passed = lexer.next();
                    }
                    self.push(operand);
                }
            }
            self.shown.over |= TEXT_OCTETS_MAX < self.octets;
            if self.shown.over {
                return None;
            }
        }
    }

    /// Keeps an operand: of too many, readers take the last.
    fn push(&mut self, operand: Option<Value>) {
        if self.operands.len() == PDF_OPERANDS_MAX {
            self.operands.pop_front();
        }
        self.operands.extend(operand);
    }

    fn operator(&mut self, word: &[u8]) {
        let operands = Vec::from(std::mem::take(&mut self.operands));
        let numbers: Vec<f64> = operands.iter().filter_map(Value::number).collect();
        let last = numbers.last().copied();
        match word {
            b"q" if self.states.len() < PDF_STATES_MAX => self.states.push(self.state.clone()),
            b"Q" => self.state = self.states.pop().unwrap_or_else(|| self.state.clone()),
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
            b"Tr" => self.state.mode = sum_of(&numbers),
            b"cs" | b"g" | b"k" | b"rg" | b"sc" | b"scn" => self.state.colour = sum_of(&numbers),
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
            b"BDC" | b"DP" => self.aside(operands),
            b"c" | b"l" | b"re" | b"v" | b"y" => self.shown.strokes.add(LINE),
            _ => {}
        }
    }

    fn set_font(&mut self, operands: &[Value], size: Option<f64>) {
        let name = operands.iter().find_map(Value::name).unwrap_or_default();
        self.state.font = self.names.fonts.get(name).cloned();
        self.state.size = size.unwrap_or(0.0);
    }

    fn set_state(&mut self, operands: &[Value]) {
        let name = operands.last().and_then(Value::name).unwrap_or_default();
        if let Some((font, size)) = self.names.states.get(name) {
            self.state.font = Some(font.clone());
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
        self.texts += 1;
        let state = self.state.clone();
        let font = state.font.as_ref().unwrap_or(&self.missing).clone();
        let size = if state.size == 0.0 { 1.0 } else { state.size };
        let place = |text: Matrix| text.moved(0.0, state.rise).then(state.page).origin();
        let scale = self.text.then(state.page).height(size);
        let begin = |text: Matrix, continues| Chunk {
            start: place(text),
            size: scale,
            paint: state.colour.rotate_left(1) ^ state.mode,
            continues,
            ..Chunk::default()
        };
        let mut chunk = begin(self.text, false);
        for glyph in font.glyphs(octets) {
            let words = if glyph.space { state.between_words } else { 0.0 };
            let drawn = glyph.width.clamp(0.0, GLYPH_WIDTH_MAX) * size * state.stretch;
            chunk.end = place(self.text.moved(drawn, 0.0));
            let apart = (state.between_glyphs + words) * state.stretch;
            self.text = self.text.moved(glyph.width * size * state.stretch + apart, 0.0);
            self.shown.unknown |= is_unknown(&glyph);
            chunk.push(&glyph);
            // Glyphs that are set apart or back may have others between them, or before.
            if !glyph.space && !SET_APART.contains(&(state.between_glyphs / size)) {
                self.keep(std::mem::replace(&mut chunk, begin(self.text, true)));
            }
        }
        self.keep(chunk);
    }

    fn keep(&mut self, chunk: Chunk) {
        self.shown.over |= PDF_CHUNKS_MAX <= self.shown.chunks.len();
        if !chunk.text.is_empty() && !self.shown.over {
            self.octets = self.octets.saturating_add(chunk.text.len());
            self.shown.chunks.push(chunk);
        }
    }
}

/// A sum that tells lists of numbers apart; greys are the same in each form.
fn sum_of(numbers: &[f64]) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    let is_grey = numbers.windows(2).all(|it| it.first() == it.last());
    let numbers = if is_grey { numbers.get(..1) } else { Some(numbers) }.unwrap_or_default();
    numbers.iter().fold(1, |sum, it| (sum ^ it.to_bits()).wrapping_mul(PRIME))
}

/// What a glyph takes of a line at most, in parts of the font's size: fonts lie.
const GLYPH_WIDTH_MAX: f64 = 1.1;

/// Space between glyphs, in parts of the font's size, by which a word stays one piece.
const SET_APART: std::ops::RangeInclusive<f64> = -0.2..=0.15;

/// Whether a glyph is shown of which nothing is known.
fn is_unknown(glyph: &Glyph) -> bool {
    !glyph.known && !glyph.space
}
