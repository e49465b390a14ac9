//! What stands on a page beside its content: notes and fields, as forms with their places.

use super::{
    super::{
        layout::Chunk,
        matrix::{Matrix, Rectangle, rectangle},
        survey::characters,
        value::{Dictionary, Value},
    },
    Reader,
};

/// What stands on a page beside its content.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Forms, with what puts them in their place.
    pub(super) forms: Vec<(usize, Matrix)>,
    /// What readers draw themselves, as it has no form.
    pub(super) words: Vec<Chunk>,
}

impl Notes {
    pub(super) fn is_empty(&self) -> bool {
        self.forms.is_empty() && self.words.is_empty()
    }
}

impl Reader<'_, '_> {
    pub(super) fn notes(&mut self, page: &Dictionary) -> Notes {
        let list = self.pdf.get(page, "Annots").map(Value::items).unwrap_or_default();
        let mut notes = Notes::default();
        for note in list {
            let Some(note) = self.pdf.resolve(note).and_then(Value::dictionary) else { continue };
            let looks = self.pdf.get(note, "AP").and_then(Value::dictionary);
            let normal = looks.and_then(|it| it.get("N"));
            let states = normal.and_then(|it| self.pdf.resolve(it)).and_then(Value::dictionary);
            let states = states.map(|it| it.0.as_slice()).unwrap_or_default();
            if !self.afford_names(1 + states.len()) {
                break;
            }
            match normal.and_then(|it| self.note(note, it)) {
                Some(form) => notes.forms.push(form),
                None if states.is_empty() => notes.words.extend(self.words_of(note)),
                None => notes.forms.extend(states.iter().filter_map(|it| self.note(note, &it.1))),
            }
        }
        notes
    }

    /// The words of a field or note as readers put them into its rectangle.
    fn words_of(&self, note: &Dictionary) -> Option<Chunk> {
        const OF_HEIGHT: f64 = 0.7;
        const KEYS: [&str; 2] = ["V", "Contents"];
        let words = |key: &&str| match self.pdf.get(note, key) {
            Some(Value::Text(octets) | Value::Name(octets)) => Some(characters(octets)),
            _ => None,
        };
        let text = KEYS.iter().find_map(words).filter(|it| !it.trim().is_empty())?;
        let [(left, low), (right, high)] = self.rectangle(note, "Rect")?;
        let (start, end) = ((left, low), (right, low));
        Some(Chunk { start, end, size: (high - low) * OF_HEIGHT, text, ..Chunk::default() })
    }

    fn note(&self, note: &Dictionary, form: &Value) -> Option<(usize, Matrix)> {
        let index = self.pdf.index_of(form.reference()?)?;
        let object = self.pdf.objects.get(index).filter(|it| it.stream.is_some())?;
        let dictionary = object.value.dictionary()?;
        let from = self.rectangle(dictionary, "BBox").unwrap_or_default();
        let to = self.rectangle(note, "Rect").unwrap_or_default();
        Some((index, Matrix::fitting(self.matrix(dictionary).around(from), to)))
    }

    fn numbers(&self, dictionary: &Dictionary, key: &str) -> Vec<Value> {
        let items = self.pdf.get(dictionary, key).map(Value::items).unwrap_or_default();
        let numbers = items.iter().filter_map(|it| self.pdf.resolve(it)?.number());
        numbers.map(Value::Number).collect()
    }

    fn rectangle(&self, dictionary: &Dictionary, key: &str) -> Option<Rectangle> {
        let numbers = self.numbers(dictionary, key);
        let numbers: Vec<f64> = numbers.iter().filter_map(Value::number).collect();
        let [left, low, right, high, ..] = *numbers.as_slice() else { return None };
        Some(rectangle(&[(left, low), (right, high)]))
    }

    pub(super) fn matrix(&self, dictionary: &Dictionary) -> Matrix {
        Matrix::of(&self.numbers(dictionary, "Matrix")).unwrap_or_default()
    }
}
