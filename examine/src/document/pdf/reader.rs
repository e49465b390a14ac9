//! A PDF's pages, forms and other streams to text and files.

mod notes;
mod resources;
mod streams;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use self::notes::Notes;
use super::{
    content::{self, Shown},
    doubt::in_doubt,
    file::{Object, Pdf},
    font::Font,
    form::{Form, Forms, Names},
    layout::{drawn, lines, other},
    survey::{characters, survey},
    tables::tables,
    value::{Dictionary, Value},
};
use crate::{
    archive::{Member, Opened},
    budget::Budget,
    limits::{PDF_FORM_COST, TEXT_OCTETS_MAX},
    remark::{
        ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, DOCUMENT_OF_PICTURES, DOCUMENT_SEVERAL,
        DOCUMENT_UNMAPPED, ENCRYPTED_DOCUMENT, Remark, TEXT_OVER_LIMIT,
    },
};

/// Names with the numbers of the fonts that they stand for.
type FontNames = Vec<(Vec<u8>, usize)>;

struct Reader<'p, 'b> {
    pdf: &'p Pdf<'p>,
    budget: &'b mut Budget,
    /// Fonts by the number of their object.
    fonts: BTreeMap<u32, Rc<Font>>,
    /// That for names which stand for none.
    missing: Rc<Font>,
    /// How many fonts were read.
    font_count: usize,
    /// Forms by their place in the list of objects.
    forms: BTreeMap<usize, Rc<Form>>,
    /// The names of all resources together, for streams that have none of their own.
    all: Rc<Names>,
    /// Those that are still to come to them.
    more: Vec<Rc<Names>>,
    /// The names of the page that refers to a stream.
    of_stream: BTreeMap<u32, Rc<Names>>,
    /// Contents that are read already, with the fonts that they were read in.
    done: BTreeSet<(Vec<u32>, FontNames)>,
    shown: String,
    hidden: String,
    members: Vec<Member>,
    remarks: BTreeSet<Remark>,
}

/// Reads a PDF, by where its objects stand and by what its tables say of that.
pub(in crate::document) fn read(octets: &[u8], budget: &mut Budget) -> Opened {
    let mut pdf = Pdf::read(octets, budget);
    if pdf.is_encrypted() {
        pdf.remarks.insert(ENCRYPTED_DOCUMENT);
        return Opened { remarks: pdf.remarks.into_iter().collect(), ..Opened::default() };
    }
    if pdf.objects.is_empty() {
        pdf.remarks.insert(DOCUMENT_DAMAGED);
    }
    let mut opened = read_once(&pdf, budget);
    if let Some(told) = tables(&pdf, budget) {
        opened.remarks.extend(told.over.then_some(ARCHIVE_OVER_LIMIT));
        if pdf.go_by(told.objects) {
            add(&mut opened, read_once(&pdf, budget));
        }
    }
    opened
}

/// Adds what another reading found beyond the first one.
fn add(opened: &mut Opened, other: Opened) {
    let known: BTreeSet<&str> = opened.texts.iter().flat_map(|it| it.lines()).collect();
    let is_new = |it: &String| it.lines().any(|line| !known.contains(line));
    let mut texts: Vec<String> = other.texts.into_iter().filter(is_new).collect();
    let known: BTreeSet<&[u8]> = opened.members.iter().map(|it| it.octets.as_slice()).collect();
    let is_new = |it: &Member| !known.contains(it.octets.as_slice());
    let mut members: Vec<Member> = other.members.into_iter().filter(is_new).collect();
    let differs = !texts.is_empty() || !members.is_empty();
    opened.texts.append(&mut texts);
    opened.members.append(&mut members);
    opened.remarks.extend(differs.then_some(DOCUMENT_SEVERAL));
    opened.remarks.extend(other.remarks);
}

fn read_once(pdf: &Pdf<'_>, budget: &mut Budget) -> Opened {
    let survey = survey(pdf);
    let mut reader = Reader {
        pdf,
        budget,
        fonts: BTreeMap::new(),
        missing: Rc::new(Font::missing()),
        font_count: 0,
        forms: BTreeMap::new(),
        all: Rc::default(),
        more: Vec::new(),
        of_stream: BTreeMap::new(),
        done: BTreeSet::new(),
        shown: String::new(),
        hidden: String::new(),
        members: Vec::new(),
        remarks: pdf.remarks.clone(),
    };
    reader.pages();
    reader.streams(&survey);
    let mut texts = vec![reader.shown, reader.hidden, survey.texts];
    texts.retain(|it| !it.trim().is_empty());
    Opened { members: reader.members, texts, remarks: reader.remarks.into_iter().collect() }
}

impl Reader<'_, '_> {
    fn pages(&mut self) {
        let pdf = self.pdf;
        for object in &pdf.objects {
            let Some(page) = object.value.dictionary() else { continue };
            let streams = self.contents(page);
            let notes = self.notes(page);
            if streams.is_empty() && notes.is_empty() || self.over() {
                continue;
            }
            let names = self.resources(page).map(|it| self.names(it)).unwrap_or_default();
            for number in &streams {
                self.of_stream.insert(*number, names.clone());
            }
            let fonts = names.fonts.iter().map(|it| (it.0.clone(), it.1.number)).collect();
            if !self.done.insert((streams.clone(), fonts)) && notes.is_empty() {
                continue;
            }
            let mut octets = Vec::new();
            for number in &streams {
                if let Some(object) = self.pdf.object(*number) {
                    octets.extend(self.decode(object));
                    octets.push(b'\n');
                }
            }
            let shown = self.content(Form { octets, ..Form::default() }, notes, &names);
            const DRAWING_LINES: usize = 100;
            let blank = shown.chunks.iter().all(|it| it.text.trim().is_empty());
            let strokes = shown.strokes;
            if blank && (0 < strokes.pictures || DRAWING_LINES < strokes.lines) {
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

    /// Takes the cost of reading a content off; whether it fits.
    fn afford(&mut self, octets: usize) -> bool {
        let left = &mut self.budget.drawing.octets;
        let fits = take(left, octets.saturating_add(PDF_FORM_COST));
        self.remarks.extend((!fits).then_some(ARCHIVE_OVER_LIMIT));
        fits
    }

    /// Takes names off, likewise.
    fn afford_names(&mut self, names: usize) -> bool {
        let fits = take(&mut self.budget.drawing.names, names);
        self.remarks.extend((!fits).then_some(ARCHIVE_OVER_LIMIT));
        fits
    }

    fn content(&mut self, page: Form, notes: Notes, names: &Rc<Names>) -> Shown {
        if !self.afford(page.octets.len()) {
            return Shown::default();
        }
        let missing = self.missing.clone();
        let mut shown = content::read(page, &notes.forms, names, &missing, self);
        shown.chunks.extend(notes.words);
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
        self.hidden.push_str(&in_doubt(shown.chunks.iter()));
        for text in &shown.aside {
            self.hidden.push_str(&characters(text));
            self.hidden.push('\n');
        }
        shown
    }
}

/// Takes that much off, if it is there.
fn take(left: &mut usize, count: usize) -> bool {
    let rest = left.checked_sub(count);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

impl Forms for Reader<'_, '_> {
    fn form(&mut self, index: usize) -> Option<Rc<Form>> {
        let form = match self.forms.get(&index) {
            Some(form) => form.clone(),
            None => {
                let pdf = self.pdf;
                let object = pdf.objects.get(index)?;
                let dictionary = object.value.dictionary()?;
                let octets = self.decode(object);
                let own = pdf.get(dictionary, "Resources").and_then(Value::dictionary);
                let names = own.map(|it| self.names(it));
                let (place, matrix) = (Some(index), self.matrix(dictionary));
                let form = Form { index: place, octets, names, matrix, ..Form::default() };
                let form = Rc::new(form);
                self.forms.insert(index, form.clone());
                form
            }
        };
        let is_cheap = form.mute.get().is_some();
        self.afford(if is_cheap { 0 } else { form.octets.len() }).then_some(form)
    }
}
