//! What the names in a content stand for: fonts, states, forms and pictures.

use std::rc::Rc;

use super::{
    super::{
        font::Font,
        form::{Drawn, Names},
        value::{Dictionary, Value},
    },
    Reader,
};
use crate::{limits::PDF_PARENTS_MAX, remark::ARCHIVE_OVER_LIMIT};

impl<'p> Reader<'p, '_> {
    /// The resources of a page, its own or those of what it stands in.
    pub(super) fn resources(&self, page: &'p Dictionary) -> Option<&'p Dictionary> {
        let pdf = self.pdf;
        let mut parent = page.get("Parent");
        let mut found = page.get("Resources");
        for _ in 0..PDF_PARENTS_MAX {
            if found.is_some() {
                break;
            }
            let node = pdf.resolve(parent?)?.dictionary()?;
            found = node.get("Resources");
            parent = node.get("Parent");
        }
        pdf.resolve(found?)?.dictionary()
    }

    /// What the names in a stream with these resources stand for.
    pub(super) fn names(&mut self, resources: &Dictionary) -> Rc<Names> {
        let pdf = self.pdf;
        let entries = |key: &str| {
            let found = pdf.get(resources, key).and_then(Value::dictionary);
            found.map(|it| it.0.as_slice()).unwrap_or_default()
        };
        let (fonts, states, drawn) = (entries("Font"), entries("ExtGState"), entries("XObject"));
        let count = fonts.len() + states.len() + drawn.len();
        let mut names = Names::default();
        if !self.afford_names(count) {
            return Rc::new(names);
        }
        for (name, value) in fonts {
            let font = self.font(value);
            names.fonts.extend(font.map(|it| (name.clone(), it)));
        }
        for (name, value) in states {
            let state = pdf.resolve(value).and_then(Value::dictionary);
            let set = state.and_then(|it| pdf.get(it, "Font")).map(Value::items);
            if let Some([font, size]) = set {
                let size = pdf.resolve(size).and_then(Value::number).unwrap_or(0.0);
                let font = self.font(font);
                names.states.extend(font.map(|it| (name.clone(), (it, size))));
            }
        }
        for (name, value) in drawn {
            let index = value.reference().and_then(|it| pdf.index_of(it));
            let object = index.and_then(|it| pdf.objects.get(it)).filter(|it| it.stream.is_some());
            let Some(dictionary) = object.and_then(|it| it.value.dictionary()) else { continue };
            let is_picture = dictionary.names("Subtype", "Image");
            let form = index.filter(|_| !is_picture).map(Drawn::Form);
            names.drawn.insert(name.clone(), form.unwrap_or(Drawn::Picture));
        }
        let names = Rc::new(names);
        self.more.push(names.clone());
        names
    }

    /// The names of all resources.
    pub(super) fn all(&mut self) -> Rc<Names> {
        let all = Rc::make_mut(&mut self.all);
        for names in self.more.drain(..) {
            all.fonts.extend(names.fonts.clone());
            all.states.extend(names.states.clone());
            all.drawn.extend(names.drawn.clone());
        }
        self.all.clone()
    }

    fn font(&mut self, value: &Value) -> Option<Rc<Font>> {
        let number = value.reference();
        if let Some(known) = number.and_then(|it| self.fonts.get(&it)) {
            return Some(known.clone());
        }
        let font = self.pdf.resolve(value)?.dictionary()?;
        if self.budget.drawing.font_entries == 0 {
            self.remarks.insert(ARCHIVE_OVER_LIMIT);
            return None;
        }
        self.font_count += 1;
        let mut font = Font::read(self.pdf, font, self.budget);
        font.number = self.font_count;
        let left = &mut self.budget.drawing.font_entries;
        *left = left.saturating_sub(font.entries());
        let font = Rc::new(font);
        self.fonts.extend(number.map(|it| (it, font.clone())));
        Some(font)
    }
}
