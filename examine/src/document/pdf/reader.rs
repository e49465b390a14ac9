//! A PDF's pages, forms and other streams to text and files.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use memchr::memmem;

use super::{
    content::{self, Names, Shown},
    file::{Object, Pdf},
    font::Font,
    layout::{drawn, lines, other},
    survey::{Survey, characters, survey},
    value::{Dictionary, Value},
};
use crate::{
    archive::{Member, Opened},
    budget::Budget,
    document::markup::{self, Shared, is_markup},
    kind::is_texty,
    limits::{
        PDF_CONTENT_OCTETS_MAX, PDF_FONT_ENTRIES_MAX, PDF_NAMES_MAX, PDF_PARENTS_MAX,
        TEXT_OCTETS_MAX,
    },
    remark::{
        ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, DOCUMENT_OF_PICTURES, DOCUMENT_UNMAPPED,
        ENCRYPTED_DOCUMENT, Remark, TEXT_OVER_LIMIT,
    },
};

/// Names with the fonts that they stand for.
type FontNames = Vec<(Vec<u8>, usize)>;

struct Reader<'p, 'b> {
    pdf: &'p Pdf<'p>,
    budget: &'b mut Budget,
    fonts: Vec<Font>,
    /// Fonts by the number of their object.
    known: BTreeMap<u32, usize>,
    /// The names of all resources together, for streams that have none of their own.
    all: Names,
    /// The names of the page that refers to a stream.
    of_stream: BTreeMap<u32, Rc<Names>>,
    /// Contents that are read already, with the fonts that they were read in.
    done: BTreeSet<(Vec<u32>, FontNames)>,
    content_left: usize,
    names_left: usize,
    font_entries_left: usize,
    shown: String,
    hidden: String,
    members: Vec<Member>,
    remarks: BTreeSet<Remark>,
}

/// Reads a PDF.
pub(in crate::document) fn read(octets: &[u8], budget: &mut Budget) -> Opened {
    let pdf = Pdf::read(octets, budget);
    let mut remarks = pdf.remarks.clone();
    if pdf.is_encrypted() {
        remarks.insert(ENCRYPTED_DOCUMENT);
        return Opened { remarks: remarks.into_iter().collect(), ..Opened::default() };
    }
    if pdf.objects.is_empty() {
        remarks.insert(DOCUMENT_DAMAGED);
    }
    let survey = survey(&pdf);
    let mut reader = Reader {
        pdf: &pdf,
        budget,
        fonts: Vec::new(),
        known: BTreeMap::new(),
        all: Names::default(),
        of_stream: BTreeMap::new(),
        done: BTreeSet::new(),
        content_left: PDF_CONTENT_OCTETS_MAX,
        names_left: PDF_NAMES_MAX,
        font_entries_left: PDF_FONT_ENTRIES_MAX,
        shown: String::new(),
        hidden: String::new(),
        members: Vec::new(),
        remarks,
    };
    reader.pages();
    reader.streams(&survey);
    let mut texts = vec![reader.shown, reader.hidden, survey.texts];
    texts.retain(|it| !it.trim().is_empty());
    Opened { members: reader.members, texts, remarks: reader.remarks.into_iter().collect() }
}

impl<'p> Reader<'p, '_> {
    fn pages(&mut self) {
        let pdf = self.pdf;
        for object in &pdf.objects {
            let Some(page) = object.value.dictionary() else { continue };
            let streams = self.contents(page);
            if streams.is_empty() || self.over() {
                continue;
            }
            let names = self.resources(page).map(|it| self.names(it)).unwrap_or_default();
            let names = Rc::new(names);
            for number in &streams {
                self.of_stream.insert(*number, names.clone());
            }
            let fonts = names.fonts.iter().map(|it| (it.0.clone(), *it.1)).collect();
            if !self.done.insert((streams.clone(), fonts)) {
                continue;
            }
            let mut octets = Vec::new();
            for number in &streams {
                if let Some(object) = self.pdf.object(*number) {
                    octets.extend(self.decode(object));
                    octets.push(b'\n');
                }
            }
            let shown = self.content(&octets, &names);
            const DRAWING_STROKES: usize = 100;
            let blank = shown.chunks.iter().all(|it| it.text.trim().is_empty());
            if blank && (shown.picture || DRAWING_STROKES < shown.strokes) {
                self.remarks.insert(DOCUMENT_OF_PICTURES);
            }
        }
    }

    /// The numbers of the streams of a page's content; none for what is no page.
    fn contents(&self, page: &Dictionary) -> Vec<u32> {
        let is_stream =
            |number: &u32| self.pdf.object(*number).is_some_and(|it| it.stream.is_some());
        let Some(value) = page.get("Contents") else { return Vec::new() };
        let items = match self.pdf.resolve(value) {
            Some(Value::Array(items)) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        items.iter().filter_map(Value::reference).filter(is_stream).collect()
    }

    /// The resources of a page, its own or those of what it stands in.
    fn resources(&self, page: &'p Dictionary) -> Option<&'p Dictionary> {
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
    fn names(&mut self, resources: &Dictionary) -> Names {
        let pdf = self.pdf;
        let entries = |key: &str| {
            let found = pdf.get(resources, key).and_then(Value::dictionary);
            found.map(|it| it.0.as_slice()).unwrap_or_default()
        };
        let (fonts, states, pictures) = (entries("Font"), entries("ExtGState"), entries("XObject"));
        let count = fonts.len() + states.len() + pictures.len();
        let mut names = Names::default();
        match self.names_left.checked_sub(count) {
            Some(left) => self.names_left = left,
            None => {
                self.remarks.insert(ARCHIVE_OVER_LIMIT);
                return names;
            }
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
        for (name, value) in pictures {
            let object = pdf.resolve(value).and_then(Value::dictionary);
            if object.is_some_and(|it| it.names("Subtype", "Image")) {
                names.pictures.insert(name.clone());
            }
        }
        self.all.fonts.extend(names.fonts.clone());
        self.all.states.extend(names.states.clone());
        names
    }

    fn font(&mut self, value: &Value) -> Option<usize> {
        let number = value.reference();
        if let Some(known) = number.and_then(|it| self.known.get(&it)) {
            return Some(*known);
        }
        let font = self.pdf.resolve(value)?.dictionary()?;
        if self.font_entries_left == 0 {
            self.remarks.insert(ARCHIVE_OVER_LIMIT);
            return None;
        }
        let font = Font::read(self.pdf, font, self.budget);
        self.font_entries_left = self.font_entries_left.saturating_sub(font.entries());
        let place = self.fonts.len();
        self.fonts.push(font);
        self.known.extend(number.map(|it| (it, place)));
        Some(place)
    }

    /// A stream's octets; what could not be decoded is remarked.
    fn decode(&mut self, object: &Object) -> Vec<u8> {
        let decoded = self.pdf.decode(object, self.budget);
        if decoded.picture {
            self.remarks.insert(DOCUMENT_DAMAGED);
        }
        self.remarks.extend(decoded.stop.map(super::remark));
        decoded.octets
    }

    fn over(&mut self) -> bool {
        if TEXT_OCTETS_MAX < self.shown.len() + self.hidden.len() {
            self.remarks.insert(TEXT_OVER_LIMIT);
        }
        self.remarks.contains(&ARCHIVE_OVER_LIMIT) || self.remarks.contains(&TEXT_OVER_LIMIT)
    }

    fn content(&mut self, octets: &[u8], names: &Names) -> Shown {
        match self.content_left.checked_sub(octets.len()) {
            Some(left) => self.content_left = left,
            None => {
                self.remarks.insert(ARCHIVE_OVER_LIMIT);
                return Shown::default();
            }
        }
        let shown = content::read(octets, names, &self.fonts);
        if shown.over {
            self.remarks.insert(ARCHIVE_OVER_LIMIT);
        }
        if shown.endless {
            self.remarks.insert(DOCUMENT_DAMAGED);
        }
        if shown.unknown {
            self.remarks.insert(DOCUMENT_UNMAPPED);
        }
        self.shown.push_str(&drawn(&shown.chunks));
        self.hidden.push_str(&other(&shown.chunks).unwrap_or_default());
        self.hidden.push_str(&lines(&shown.chunks));
        for text in &shown.aside {
            self.hidden.push_str(&characters(text));
            self.hidden.push('\n');
        }
        shown
    }

    /// All streams but those of pages, which are read.
    fn streams(&mut self, survey: &Survey) {
        let read: BTreeSet<u32> = self.done.iter().flat_map(|it| it.0.clone()).collect();
        let pdf = self.pdf;
        for object in &pdf.objects {
            let Some(dictionary) = object.value.dictionary().filter(|_| object.stream.is_some())
            else {
                continue;
            };
            let latest = self.pdf.object(object.number).is_some_and(|it| std::ptr::eq(it, object));
            if self.over() || (latest && read.contains(&object.number)) {
                continue;
            }
            self.stream(object, dictionary, survey);
        }
    }

    fn stream(&mut self, object: &Object, dictionary: &'p Dictionary, survey: &Survey) {
        let is_form = dictionary.names("Subtype", "Form");
        let file = survey.files.get(&object.number).cloned();
        if file.is_some() || dictionary.names("Type", "EmbeddedFile") {
            let decoded = self.pdf.decode(object, self.budget);
            let mut remarks: Vec<Remark> = decoded.stop.map(super::remark).into_iter().collect();
            remarks.extend(decoded.picture.then_some(DOCUMENT_DAMAGED));
            let (name, octets) = (file.unwrap_or_default(), decoded.octets);
            self.members.push(Member { name, octets, remarks, ..Member::default() });
        }
        if !is_form && is_passive(object.number, dictionary, survey) {
            return;
        }
        let octets = self.pdf.decode(object, self.budget);
        if octets.picture {
            if is_form {
                self.remarks.insert(DOCUMENT_DAMAGED);
            }
            return;
        }
        let is_content = is_form || memmem::find(&octets.octets, b"BT").is_some();
        if is_content || is_texty(&octets.octets) {
            self.remarks.extend(octets.stop.map(super::remark));
        } else {
            self.remarks
                .extend(octets.stop.map(super::remark).filter(|it| *it == ARCHIVE_OVER_LIMIT));
        }
        let octets = octets.octets;
        if is_markup(&octets) {
            self.markup(&octets);
        } else if is_content {
            let own = self.pdf.get(dictionary, "Resources").and_then(Value::dictionary);
            let of_page = self.of_stream.get(&object.number).cloned();
            let names = own.map(|it| Rc::new(self.names(it))).or(of_page);
            let all = std::mem::take(&mut self.all);
            let _shown = self.content(&octets, names.as_deref().unwrap_or(&all));
            self.all = all;
        } else if is_texty(&octets) {
            self.hidden.push_str(&characters(&octets));
            self.hidden.push('\n');
        }
    }

    fn markup(&mut self, octets: &[u8]) {
        let Some(xml) = markup::characters(octets) else {
            self.remarks.insert(DOCUMENT_DAMAGED);
            return;
        };
        let read = markup::read(&xml, &mut Shared::default());
        self.hidden.push_str(&read.shown);
        self.hidden.push_str(&read.hidden);
        self.remarks.extend(read.remarks);
    }
}

/// Whether a stream holds no text by what it is for.
fn is_passive(number: u32, dictionary: &Dictionary, survey: &Survey) -> bool {
    let is = |key: &str, names: &[&str]| names.iter().any(|it| dictionary.names(key, it));
    survey.passive.contains(&number)
        || is("Type", &["XRef", "ObjStm", "EmbeddedFile"])
        || is("Subtype", &["Image", "Type1C", "CIDFontType0C", "OpenType"])
        || ["FunctionType", "ShadingType", "HalftoneType", "CMapName"]
            .iter()
            .any(|key| dictionary.get(key).is_some())
}
