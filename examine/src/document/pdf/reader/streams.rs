//! All streams but those that pages draw: forms, scripts, embedded files.

use std::collections::BTreeSet;

use memchr::memmem;

use super::{
    super::{
        self as pdf,
        file::Object,
        form::Form,
        survey::{Survey, characters},
        value::{Dictionary, Value},
    },
    Reader,
    notes::Notes,
};
use crate::{
    archive::Member,
    document::markup::{self, Shared, is_markup},
    kind::is_texty,
    remark::{ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, Remark},
};

impl<'p> Reader<'p, '_> {
    /// All streams but those of pages, which are read.
    pub(super) fn streams(&mut self, survey: &Survey) {
        let read: BTreeSet<u32> = self.done.iter().flat_map(|it| it.0.clone()).collect();
        let pdf = self.pdf;
        for (index, object) in pdf.objects.iter().enumerate() {
            let Some(dictionary) = object.value.dictionary().filter(|_| object.stream.is_some())
            else {
                continue;
            };
            let counts = self.pdf.index_of(object.number) == Some(index);
            let is_drawn =
                self.forms.contains_key(&index) || counts && read.contains(&object.number);
            let is_only_drawn = is_drawn && !survey.worded.contains(&object.number);
            if self.over() || is_only_drawn && !is_file(object.number, dictionary, survey) {
                continue;
            }
            self.stream(object, dictionary, survey);
        }
    }

    fn stream(&mut self, object: &Object, dictionary: &'p Dictionary, survey: &Survey) {
        let is_form = dictionary.names("Subtype", "Form");
        if is_file(object.number, dictionary, survey) {
            let file = survey.files.get(&object.number).cloned();
            let decoded = self.pdf.decode(object, self.budget);
            let mut remarks: Vec<Remark> = decoded.stop.map(pdf::remark).into_iter().collect();
            remarks.extend(decoded.picture.then_some(DOCUMENT_DAMAGED));
            let (name, octets) = (file.unwrap_or_default(), decoded.octets);
            self.members.push(Member { name, octets, remarks, ..Member::default() });
        }
        let is_worded = survey.worded.contains(&object.number);
        let is_active = is_form || is_worded || survey.drawn.contains(&object.number);
        if !is_active && is_passive(object.number, dictionary, survey) {
            return;
        }
        let octets = self.pdf.decode(object, self.budget);
        if octets.picture {
            if is_active {
                self.remarks.insert(DOCUMENT_DAMAGED);
            }
            return;
        }
        let is_content = is_form || memmem::find(&octets.octets, b"BT").is_some();
        let matters = is_active || is_content || is_texty(&octets.octets);
        let stop = octets.stop.map(pdf::remark);
        self.remarks.extend(stop.filter(|it| matters || *it == ARCHIVE_OVER_LIMIT));
        let octets = octets.octets;
        if is_markup(&octets) {
            self.markup(&octets);
        } else if is_content {
            let own = self.pdf.get(dictionary, "Resources").and_then(Value::dictionary);
            let of_page = self.of_stream.get(&object.number).cloned();
            let own = own.map(|it| self.names(it)).or(of_page);
            let names = own.unwrap_or_else(|| self.all());
            if is_worded && is_texty(&octets) {
                self.words(&octets);
            }
            let _shown = self.content(Form { octets, ..Form::default() }, Notes::default(), &names);
        } else if is_texty(&octets) {
            self.words(&octets);
        }
    }

    fn words(&mut self, octets: &[u8]) {
        self.hidden.push_str(&characters(octets));
        self.hidden.push('\n');
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

/// Whether a stream is an embedded file.
fn is_file(number: u32, dictionary: &Dictionary, survey: &Survey) -> bool {
    survey.files.contains_key(&number) || dictionary.names("Type", "EmbeddedFile")
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
