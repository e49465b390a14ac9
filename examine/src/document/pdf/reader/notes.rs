//! What stands on a page beside its content: notes and fields, as forms with their places.

use super::{
    super::{
        matrix::{Matrix, Rectangle, rectangle},
        value::{Dictionary, Value},
    },
    Reader,
};
use crate::remark::ARCHIVE_OVER_LIMIT;

impl Reader<'_, '_> {
    /// The forms that stand on a page as notes and fields, with what puts them in their place.
    pub(super) fn notes(&mut self, page: &Dictionary) -> Vec<(usize, Matrix)> {
        let notes = self.pdf.get(page, "Annots").map(Value::items).unwrap_or_default();
        let mut forms = Vec::new();
        for note in notes {
            let Some(note) = self.pdf.resolve(note).and_then(Value::dictionary) else { continue };
            let looks = self.pdf.get(note, "AP").and_then(Value::dictionary);
            let Some(normal) = looks.and_then(|it| it.get("N")) else { continue };
            let states = self.pdf.resolve(normal).and_then(Value::dictionary);
            let states = states.map(|it| it.0.as_slice()).unwrap_or_default();
            match self.names_left.checked_sub(1 + states.len()) {
                Some(left) => self.names_left = left,
                None => {
                    self.remarks.insert(ARCHIVE_OVER_LIMIT);
                    break;
                }
            }
            match self.note(note, normal) {
                Some(form) => forms.push(form),
                None => forms.extend(states.iter().filter_map(|it| self.note(note, &it.1))),
            }
        }
        forms
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
