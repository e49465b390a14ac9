//! Words in attributes, and text that fields make by themselves.

use quick_xml::events::BytesStart;

use super::{
    super::{
        super::field::{Made, made},
        attribute,
        effect::is_wordy,
        format::Format,
        unescaped,
        vocabulary::Vocabulary,
    },
    Field, Walker, cell, line,
};
use crate::{
    document::flow::Standing,
    remark::{DOCUMENT_ALTERNATIVES, DOCUMENT_FIELDS, PAGE_SCRIPTED, SHEET_FORMATS},
};

/// Letters and figures that a format of numbers may write: units and months have no more.
const LABEL_CHARACTERS_MAX: usize = 6;

/// Figures of the number of a first slide.
const SLIDE_FIGURES_MAX: usize = 3;

impl Walker<'_> {
    /// Words in attributes: all, where nothing is known of them.
    pub(super) fn words(&mut self, name: &str, start: &BytesStart<'_>, vocabulary: Vocabulary) {
        let takes_all = match vocabulary {
            Vocabulary::OldSheet => true,
            Vocabulary::Other => self.foreign,
            Vocabulary::FixedPage
            | Vocabulary::Format
            | Vocabulary::Office
            | Vocabulary::OpenDocument
            | Vocabulary::Sheet
            | Vocabulary::Word => false,
        };
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let key = attribute.key.local_name();
            let is_value = key.as_ref() == "value" && vocabulary == Vocabulary::OpenDocument;
            let declares = attribute.key.as_ref().starts_with("xmlns");
            if !declares && (takes_all || is_value || is_wordy(name, key.as_ref())) {
                let value = unescaped(&attribute.value);
                line(&mut self.out.hidden, &value);
                self.written(key.as_ref(), &value, vocabulary);
            }
            let value = || unescaped(&attribute.value);
            let is_drawn = match (name, key.as_ref()) {
                // Signs of mathematics are no letters.
                ("begChr" | "chr" | "endChr" | "sepChr", "val") => {
                    vocabulary == Vocabulary::Office && value().contains(char::is_alphanumeric)
                }
                ("presentation", "firstSlideNum") => SLIDE_FIGURES_MAX < value().trim().len(),
                _ => false,
            };
            self.out.remarks.extend(is_drawn.then_some(DOCUMENT_FIELDS));
            let runs = matches!(key.as_ref(), "onbegin" | "onend" | "onerror" | "onload");
            self.out.remarks.extend((runs && self.foreign).then_some(PAGE_SCRIPTED));
            if key.as_ref() == "ProcessContent" && vocabulary != Vocabulary::Other {
                // Elements that the program passes over show their text all the same.
                self.out.remarks.push(DOCUMENT_ALTERNATIVES);
            }
        }
        self.lists.element(name, start);
        if vocabulary == Vocabulary::Format {
            self.format(name);
        }
    }

    /// A value as a sheet shows it where that is not how it is written.
    fn written(&mut self, key: &str, value: &str, vocabulary: Vocabulary) {
        let is_sheet = matches!(vocabulary, Vocabulary::OldSheet | Vocabulary::Sheet);
        if is_sheet && value.contains("_x") {
            line(&mut self.out.hidden, &cell::unescaped(value));
        }
        if matches!(key, "Format" | "formatCode") && value.contains(['"', '\\']) {
            line(&mut self.out.hidden, &value.replace(['"', '\\'], ""));
            // Those of newer sheets are put to the numbers of their cells.
            self.draws(value, vocabulary != Vocabulary::Sheet);
        }
    }

    /// A format of numbers that is a text of its own.
    pub(super) fn close_format(&mut self) {
        let Some(code) = self.held.take() else { return };
        self.push(&code);
        self.draws(&code, true);
    }

    /// A format of numbers: whether it may write a word into one.
    fn draws(&mut self, code: &str, counts: bool) {
        let is_worded = counts && LABEL_CHARACTERS_MAX < Format::new(code).letters(false);
        self.out.remarks.extend(is_worded.then_some(SHEET_FORMATS));
    }

    /// A format of numbers in Open Document that writes words into a number.
    fn format(&mut self, name: &str) {
        if name.ends_with("-style") {
            self.labels = 0;
        }
        if name == "embedded-text" {
            self.out.remarks.push(SHEET_FORMATS);
        }
    }

    /// Counts what a format of numbers writes.
    pub(super) fn label(&mut self, text: &str) {
        if self.frames.last().is_some_and(|it| it.vocabulary == Vocabulary::Format) {
            self.labels += text.chars().filter(|it| it.is_alphanumeric()).count();
            if LABEL_CHARACTERS_MAX < self.labels {
                self.out.remarks.push(SHEET_FORMATS);
            }
        }
    }

    /// The sign that parts a field: where it begins, where its result does, where it ends.
    pub(super) fn field_sign(&mut self, start: &BytesStart<'_>) {
        match attribute(start, "fldCharType").as_deref() {
            Some("begin") => {
                self.fields.push(Field { start: self.codes.len(), is_made: false });
            }
            Some("separate") => {
                let Some(field) = self.fields.pop() else { return };
                let is_made = self.made(field.start);
                self.fallbacks += usize::from(is_made);
                self.fields.push(Field { start: self.codes.len(), is_made });
            }
            Some("end") => {
                let Some(field) = self.fields.pop() else { return };
                if field.is_made {
                    self.fallbacks = self.fallbacks.saturating_sub(1);
                } else {
                    self.made(field.start);
                }
                self.codes.push('\n');
            }
            Some(_) | None => {}
        }
    }

    /// What a field code from that place on shows by itself; whether it does.
    fn made(&mut self, start: usize) -> bool {
        /// Longer ones show no more than what their code says, which is read for itself.
        const CODE_CHARACTERS_MAX: usize = 200;
        let code = self.codes.get(start..).unwrap_or_default();
        let code: String = code.chars().take(CODE_CHARACTERS_MAX).collect();
        self.field_result(made(&code))
    }

    /// A field that gives its code as an attribute.
    pub(super) fn simple_field(&mut self, start: &BytesStart<'_>) {
        let made = attribute(start, "instr").as_deref().and_then(made);
        self.field_result(made);
    }

    fn field_result(&mut self, made: Option<Made>) -> bool {
        match made {
            Some(Made::Text(text)) => {
                if let Some(level) = self.levels.last_mut() {
                    level.flow.push(&text, Standing::Choice);
                }
                true
            }
            Some(Made::Unknown) => {
                self.out.remarks.push(DOCUMENT_FIELDS);
                false
            }
            None => false,
        }
    }
}
