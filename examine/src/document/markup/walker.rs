//! The walk over the events of one XML file.

mod cell;
mod characters;
mod controls;
mod joins;
mod lists;
mod words;

use std::collections::BTreeMap;

use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
};
use wire::mime::{Encoding, decode};

use self::{cell::Cell, controls::Controls, joins::Carried, lists::Lists};
use super::super::flow::{Flow, same_words};
use super::{
    HiddenStyles, attribute,
    bound::Bound,
    effect::{Effect, effect},
    entities::{EXPANSION_MAX, declared},
    number::Numbers,
    vocabulary::{Vocabulary, vocabulary},
};
use crate::{
    encoded,
    limits::{MARKUP_DEPTH_MAX, TEXT_OCTETS_MAX},
    remark::{
        DOCUMENT_ALTERNATIVES, DOCUMENT_DAMAGED, DOCUMENT_DEEP, DOCUMENT_ENTITIES, DOCUMENT_FIELDS,
        PAGE_SCRIPTED, Remark, TEXT_OVER_LIMIT, UNREAD_DOCUMENT,
    },
};

/// The text of one XML file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Markup {
    /// What is shown.
    pub(crate) shown: String,
    /// What is there and not shown so: hidden text, other readings of a paragraph, formulas,
    /// words of attributes, comments.
    pub(crate) hidden: String,
    /// The shared strings that the file gives.
    pub(crate) strings: Vec<String>,
    /// Files that stand in it in base64.
    pub(crate) files: Vec<Vec<u8>>,
    pub(crate) remarks: Vec<Remark>,
}

/// What other members of a document tell about this one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    pub(crate) hidden_styles: HiddenStyles,
    pub(crate) numbers: Numbers,
    pub(crate) bound: Bound,
    /// Each shared string with whether some cell showed it.
    pub(crate) strings: Vec<(String, bool)>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    effect: Effect,
    vocabulary: Vocabulary,
    /// Where the shown text stood at its start.
    mark: usize,
    /// Whether everything in it is hidden.
    hides: bool,
    /// Whether spaces at its ends count.
    preserves: bool,
    /// Choices that came in it.
    choices: usize,
    /// Whether it is a paragraph that another one goes on with.
    joins: bool,
}

/// A text that stands for itself, such as a paragraph.
#[derive(Debug, Default)]
struct Level {
    flow: Flow,
    /// How many choices and fallbacks it stands in: their own texts are whole in there.
    choices: usize,
    fallbacks: usize,
}

/// A field of a word processor that is open.
#[derive(Clone, Copy, Debug)]
struct Field {
    /// Where its code begins.
    start: usize,
    /// Whether its result is not what is shown.
    is_made: bool,
}

#[derive(Debug)]
struct Walker<'s> {
    shared: &'s mut Shared,
    out: Markup,
    frames: Vec<Frame>,
    levels: Vec<Level>,
    fallback: String,
    choices: usize,
    fallbacks: usize,
    hidden: usize,
    deleted: usize,
    inserted: usize,
    /// Field codes of the open paragraph, and the fields that are open.
    codes: String,
    fields: Vec<Field>,
    binary: Option<String>,
    /// Characters of the element that holds some, until its end.
    held: Option<String>,
    cell: Cell,
    lists: Lists,
    carried: Option<Carried>,
    controls: Controls,
    /// Fields that the file gives the values of.
    declared: BTreeMap<String, String>,
    entities: BTreeMap<String, String>,
    /// Octets that entities may still stand for.
    expansion: usize,
    /// Letters and figures that a format of numbers writes.
    labels: usize,
    /// Whether the file is of no vocabulary of office programs.
    foreign: bool,
    /// All characters of such a file: of its elements nothing is known.
    joined: String,
}

impl<'s> Walker<'s> {
    fn new(shared: &'s mut Shared, octets: usize) -> Self {
        Self {
            shared,
            out: Markup::default(),
            frames: Vec::new(),
            levels: vec![Level::default()],
            fallback: String::new(),
            choices: 0,
            fallbacks: 0,
            hidden: 0,
            deleted: 0,
            inserted: 0,
            codes: String::new(),
            fields: Vec::new(),
            binary: None,
            held: None,
            cell: Cell::default(),
            lists: Lists::default(),
            carried: None,
            controls: Controls::default(),
            declared: BTreeMap::new(),
            entities: BTreeMap::new(),
            expansion: octets.saturating_mul(EXPANSION_MAX),
            labels: 0,
            foreign: false,
            joined: String::new(),
        }
    }
}

/// Reads one XML file.
pub(crate) fn read(xml: &str, shared: &mut Shared) -> Markup {
    let mut reader = NsReader::from_str(xml);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut walker = Walker::new(shared, xml.len());
    loop {
        match reader.read_resolved_event() {
            Ok((_, Event::Eof)) => {
                if !walker.frames.is_empty() {
                    walker.out.remarks.push(DOCUMENT_DAMAGED);
                }
                break;
            }
            Ok((namespace, event)) => {
                let vocabulary = vocabulary(&namespace);
                if let Err(remark) = walker.event(vocabulary, event) {
                    walker.out.remarks.push(remark);
                    break;
                }
            }
            Err(_) => {
                walker.out.remarks.push(DOCUMENT_DAMAGED);
                break;
            }
        }
    }
    walker.finish()
}

impl Walker<'_> {
    fn event(&mut self, vocabulary: Vocabulary, event: Event<'_>) -> Result<(), Remark> {
        match event {
            Event::Start(start) | Event::Empty(start) => self.start(vocabulary, &start)?,
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::Comment(text) => line(&mut self.out.hidden, &text.xml10_content()),
            Event::DocType(text) if text.contains("ENTITY") => match declared(&text) {
                Some(entities) => self.entities = entities,
                None => self.out.remarks.push(DOCUMENT_ENTITIES),
            },
            // A sheet in the file itself may write anything.
            Event::PI(text) if text.contains("href=\"#") || text.contains("data:") => {
                self.out.remarks.push(PAGE_SCRIPTED);
            }
            Event::Decl(_) | Event::DocType(_) | Event::Eof | Event::PI(_) => {}
        }
        match self.octets() > TEXT_OCTETS_MAX {
            true => Err(TEXT_OVER_LIMIT),
            false => Ok(()),
        }
    }

    fn octets(&self) -> usize {
        self.out.shown.len() + self.out.hidden.len() + self.fallback.len() + self.joined.len()
    }

    fn start(&mut self, vocabulary: Vocabulary, start: &BytesStart<'_>) -> Result<(), Remark> {
        if self.frames.len() >= MARKUP_DEPTH_MAX {
            return Err(DOCUMENT_DEEP);
        }
        let local = start.local_name();
        let name = local.as_ref();
        if self.frames.is_empty() {
            self.foreign = vocabulary == Vocabulary::Other;
        }
        if vocabulary == Vocabulary::FixedPage {
            self.out.remarks.push(UNREAD_DOCUMENT);
        }
        if self.foreign && name == "script" {
            self.out.remarks.push(PAGE_SCRIPTED);
        }
        let effect = self.effect(name, vocabulary);
        let preserves = effect != Effect::Text
            || vocabulary != Vocabulary::Word
            || attribute(start, "space").as_deref() == Some("preserve");
        let mark = self.out.shown.len();
        self.words(name, start, vocabulary);
        if effect != Effect::Hidden || vocabulary != Vocabulary::Other {
            self.characters(name, start, vocabulary);
        }
        if vocabulary == Vocabulary::Word {
            self.control(name, start);
        }
        let hides = vocabulary == Vocabulary::OpenDocument && self.has_style(start, "style-name");
        self.hidden += usize::from(hides);
        self.frames.push(Frame {
            effect,
            vocabulary,
            mark,
            hides,
            preserves,
            choices: 0,
            joins: false,
        });
        self.open(effect, start);
        Ok(())
    }

    fn effect(&mut self, name: &str, vocabulary: Vocabulary) -> Effect {
        if vocabulary == Vocabulary::Other {
            return if self.foreign { Effect::Inline } else { Effect::Hidden };
        }
        let effect = effect(name);
        let parent = self.frames.last_mut();
        let within = parent.as_ref().map(|it| it.effect);
        if effect == Effect::Choice {
            let Some(parent) = parent.filter(|it| it.effect == Effect::Alternatives) else {
                return Effect::Inline;
            };
            parent.choices += 1;
            // The other choices are for other programs, too.
            return if parent.choices == 1 { Effect::Choice } else { Effect::Fallback };
        }
        let misplaced = (effect == Effect::Fallback && within != Some(Effect::Alternatives))
            || (effect == Effect::Value && within != Some(Effect::Cell))
            || (effect == Effect::Text && self.held.is_some());
        if misplaced { Effect::Inline } else { effect }
    }

    /// Begins a text of its own.
    fn begin(&mut self) {
        let (choices, fallbacks) = (self.choices, self.fallbacks);
        self.levels.push(Level { flow: Flow::default(), choices, fallbacks });
    }

    /// What begins with an element.
    fn open(&mut self, effect: Effect, start: &BytesStart<'_>) {
        match effect {
            Effect::Paragraph => self.begin_paragraph(),
            Effect::Replaced => self.replace(start),
            Effect::Aside | Effect::Header | Effect::Shared => self.begin(),
            Effect::Formula | Effect::Skipped => {
                self.hidden += 1;
                self.begin();
            }
            Effect::Cell => {
                self.cell = Cell::new(start);
                self.begin();
            }
            Effect::Choice => self.choices += 1,
            Effect::Fallback => {
                let choices = self.frames.iter().rev().nth(1).map_or(0, |it| it.choices);
                if 1 < choices {
                    self.out.remarks.push(DOCUMENT_ALTERNATIVES);
                }
                self.fallbacks += 1;
            }
            Effect::Binary => self.binary = Some(String::new()),
            Effect::Deleted => self.deleted += 1,
            Effect::Hidden => {
                self.release();
                self.hidden += 1;
            }
            Effect::Inserted => self.inserted += 1,
            Effect::Format | Effect::Text | Effect::Value => self.held = Some(String::new()),
            Effect::Alternatives
            | Effect::Field
            | Effect::Inline
            | Effect::Properties
            | Effect::Row
            | Effect::Run => {}
            Effect::TableCell => self.open_table_cell(start),
        }
    }

    /// Puts the characters that are held where they stand.
    fn release(&mut self) {
        if let Some(held) = self.held.as_mut().map(std::mem::take) {
            self.push(&held);
        }
    }

    fn end(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.hides {
            self.hidden = self.hidden.saturating_sub(1);
        }
        self.close_carried();
        self.close_control();
        match frame.effect {
            Effect::Format => self.close_format(),
            Effect::Replaced => self.fallbacks = self.fallbacks.saturating_sub(1),
            Effect::Paragraph if frame.joins => self.carry(),
            Effect::Text => self.held_text(frame),
            Effect::Value => self.value(),
            Effect::Aside | Effect::Paragraph => self.close_flow(frame.effect),
            Effect::Cell => self.close_cell(),
            Effect::Formula => self.close_formula(),
            Effect::Header => self.close_header(),
            Effect::Shared => {
                let (shown, others) = self.readings();
                self.out.strings.push(shown);
                others.iter().for_each(|other| line(&mut self.out.hidden, other));
            }
            Effect::Choice => self.choices = self.choices.saturating_sub(1),
            Effect::Fallback => self.fallbacks = self.fallbacks.saturating_sub(1),
            Effect::Alternatives => self.close_alternatives(frame.mark),
            Effect::Binary => self.close_binary(),
            Effect::Deleted => self.deleted = self.deleted.saturating_sub(1),
            Effect::Hidden => {
                self.release();
                self.hidden = self.hidden.saturating_sub(1);
            }
            Effect::Inserted => self.inserted = self.inserted.saturating_sub(1),
            Effect::Skipped => self.close_skipped(),
            Effect::Row => self.target().push('\n'),
            Effect::Field | Effect::Inline | Effect::Properties | Effect::Run => {}
            Effect::TableCell => self.close_table_cell(frame.mark),
        }
        if self.levels.len() == 1 {
            // Beside paragraphs, each element stands for itself.
            self.flush_base();
        }
    }

    fn target(&mut self) -> &mut String {
        if 0 < self.fallbacks { &mut self.fallback } else { &mut self.out.shown }
    }

    fn close_flow(&mut self, effect: Effect) {
        let (shown, others) = self.readings();
        let in_cell = self.frames.last().is_some_and(|it| it.effect == Effect::TableCell);
        let target = self.target();
        if !shown.is_empty() || effect == Effect::Cell {
            target.push_str(&shown);
            target.push(if in_cell || effect == Effect::Cell { '\t' } else { '\n' });
        }
        others.iter().for_each(|other| line(&mut self.out.hidden, other));
        line(&mut self.out.hidden, &std::mem::take(&mut self.codes));
        self.fields.clear();
    }

    /// Ends the innermost text; the outermost one stays.
    fn readings(&mut self) -> (String, Vec<String>) {
        let level = if 1 < self.levels.len() { self.levels.pop() } else { None };
        level.unwrap_or_default().flow.readings()
    }

    fn flush_base(&mut self) {
        let Some(level) = self.levels.first_mut() else { return };
        let (shown, others) = std::mem::take(&mut level.flow).readings();
        if self.foreign
            && let Some(file) = encoded::inside(shown.as_bytes())
        {
            self.out.files.push(file);
        }
        if !shown.is_empty() {
            line(self.target(), &shown);
        }
        others.iter().for_each(|other| line(&mut self.out.hidden, other));
    }

    /// The reading for other programs counts where it says something else.
    fn close_alternatives(&mut self, mark: usize) {
        if 0 < self.fallbacks || self.fallback.is_empty() {
            return;
        }
        let fallback = std::mem::take(&mut self.fallback);
        let shown = self.out.shown.get(mark..).unwrap_or_default();
        if !same_words(shown, &fallback) {
            line(&mut self.out.hidden, &fallback);
        }
    }

    fn close_binary(&mut self) {
        let Some(base64) = self.binary.take() else { return };
        let decoded = decode(base64.as_bytes(), Encoding::Base64);
        if !decoded.bytes.is_empty() {
            self.out.files.push(decoded.bytes.into_owned());
        }
    }

    /// Content of measures is left out; what is longer than they are was put there for readers.
    fn close_skipped(&mut self) {
        const MEASURE_OCTETS_MAX: usize = 12;
        let (_, others) = self.readings();
        self.hidden = self.hidden.saturating_sub(1);
        for other in others.iter().filter(|it| MEASURE_OCTETS_MAX < it.trim().len()) {
            line(&mut self.out.hidden, other);
        }
    }

    fn held_text(&mut self, frame: Frame) {
        let Some(text) = self.held.take() else { return };
        let is_sheet = frame.vocabulary == Vocabulary::Sheet;
        let text = if is_sheet { cell::unescaped(&text) } else { text.into() };
        self.push(if frame.preserves { &text } else { text.trim() });
    }

    fn finish(mut self) -> Markup {
        while !self.frames.is_empty() {
            self.end();
        }
        self.release_carried();
        self.flush_base();
        self.out.remarks.extend(self.lists.is_joined().then_some(DOCUMENT_FIELDS));
        let fallback = std::mem::take(&mut self.fallback);
        line(&mut self.out.hidden, &fallback);
        for label in self.lists.labels() {
            line(&mut self.out.hidden, &label);
        }
        if self.foreign && self.joined.trim() != self.out.shown.trim() {
            line(&mut self.out.hidden, &self.joined);
        }
        self.out
    }
}

/// Adds a line of text that is not blank.
fn line(target: &mut String, text: &str) {
    if !text.trim().is_empty() {
        target.push_str(text);
        target.push('\n');
    }
}
