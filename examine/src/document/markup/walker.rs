//! The walk over the events of one XML file.

mod characters;

use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::ResolveResult,
};
use wire::mime::{Encoding, decode};

use super::super::flow::{Flow, same_words};
use super::{
    HiddenStyles, attribute,
    effect::{Effect, effect},
    number::{Numbers, number},
};
use crate::{
    limits::{MARKUP_DEPTH_MAX, TEXT_OCTETS_MAX},
    remark::{DOCUMENT_DAMAGED, DOCUMENT_DEEP, DOCUMENT_ENTITIES, Remark, TEXT_OVER_LIMIT},
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
    /// Each shared string with whether some cell showed it.
    pub(crate) strings: Vec<(String, bool)>,
}

/// Whose vocabulary an element belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Vocabulary {
    Office,
    OpenDocument,
    Other,
    Word,
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
}

struct Walker<'s> {
    shared: &'s mut Shared,
    out: Markup,
    frames: Vec<Frame>,
    flows: Vec<Flow>,
    fallback: String,
    fallbacks: usize,
    hidden: usize,
    deleted: usize,
    inserted: usize,
    skipped: usize,
    /// Field codes of the open paragraph.
    fields: String,
    binary: Option<String>,
    /// Characters of the element that holds some, until its end.
    held: Option<String>,
    /// The declared type and the style of the cell.
    cell: (String, Option<usize>),
    /// Whether the file is of no vocabulary of office programs.
    foreign: bool,
}

/// Reads one XML file.
pub(crate) fn read(xml: &str, shared: &mut Shared) -> Markup {
    let mut reader = NsReader::from_str(xml);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut walker = Walker {
        shared,
        out: Markup::default(),
        frames: Vec::new(),
        flows: vec![Flow::default()],
        fallback: String::new(),
        fallbacks: 0,
        hidden: 0,
        deleted: 0,
        inserted: 0,
        skipped: 0,
        fields: String::new(),
        binary: None,
        held: None,
        cell: (String::new(), None),
        foreign: false,
    };
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

fn vocabulary(namespace: &ResolveResult<'_>) -> Vocabulary {
    const WORD: [&str; 3] = [
        "http://schemas.openxmlformats.org/wordprocessingml/",
        "http://purl.oclc.org/ooxml/wordprocessingml/",
        "http://schemas.microsoft.com/office/word/",
    ];
    const OFFICE: [&str; 8] = [
        "http://schemas.openxmlformats.org/",
        "http://purl.oclc.org/",
        "http://purl.org/dc/",
        "http://schemas.microsoft.com/",
        "urn:schemas-microsoft-com:",
        "http://schemas.apple.com/",
        "http://www.w3.org/1998/Math/",
        "http://www.w3.org/2000/svg",
    ];
    let ResolveResult::Bound(name) = namespace else { return Vocabulary::Other };
    let name = name.as_ref();
    if WORD.iter().any(|start| name.starts_with(start)) {
        Vocabulary::Word
    } else if name.starts_with("urn:oasis:names:tc:opendocument:") || name.contains("libreoffice") {
        Vocabulary::OpenDocument
    } else if OFFICE.iter().any(|start| name.starts_with(start)) {
        Vocabulary::Office
    } else {
        Vocabulary::Other
    }
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
            Event::DocType(text) if text.contains("ENTITY") => return Err(DOCUMENT_ENTITIES),
            Event::Decl(_) | Event::DocType(_) | Event::Eof | Event::PI(_) => {}
        }
        match self.octets() > TEXT_OCTETS_MAX {
            true => Err(TEXT_OVER_LIMIT),
            false => Ok(()),
        }
    }

    fn octets(&self) -> usize {
        self.out.shown.len() + self.out.hidden.len() + self.fallback.len()
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
        let known = self.foreign || vocabulary != Vocabulary::Other;
        let effect = if known { self.effect(name) } else { Effect::Hidden };
        let preserves = effect != Effect::Text
            || vocabulary != Vocabulary::Word
            || attribute(start, "space").as_deref() == Some("preserve");
        let mark = self.out.shown.len();
        self.words(name, start);
        if known {
            self.characters(name, start, vocabulary);
        }
        let hides = vocabulary == Vocabulary::OpenDocument && self.has_style(start, "style-name");
        self.hidden += usize::from(hides);
        self.frames.push(Frame { effect, vocabulary, mark, hides, preserves });
        self.open(effect, start);
        Ok(())
    }

    fn effect(&self, name: &str) -> Effect {
        let effect = effect(name);
        let in_cell = self.frames.last().is_some_and(|it| it.effect == Effect::Cell);
        let misplaced = (effect == Effect::Value && !in_cell)
            || (effect == Effect::Text && self.held.is_some());
        if misplaced { Effect::Inline } else { effect }
    }

    /// What begins with an element.
    fn open(&mut self, effect: Effect, start: &BytesStart<'_>) {
        match effect {
            Effect::Aside | Effect::Paragraph | Effect::Shared => self.flows.push(Flow::default()),
            Effect::Formula => {
                self.hidden += 1;
                self.flows.push(Flow::default());
            }
            Effect::Cell => {
                let style = attribute(start, "s").and_then(|it| it.parse().ok());
                self.cell = (attribute(start, "t").unwrap_or_default(), style);
                self.flows.push(Flow::default());
            }
            Effect::Fallback => {
                self.fallbacks += 1;
                self.flows.push(Flow::default());
            }
            Effect::Binary => self.binary = Some(String::new()),
            Effect::Deleted => self.deleted += 1,
            Effect::Hidden => self.hidden += 1,
            Effect::Inserted => self.inserted += 1,
            Effect::Skipped => self.skipped += 1,
            Effect::Text | Effect::Value => self.held = Some(String::new()),
            Effect::Alternatives
            | Effect::Field
            | Effect::Inline
            | Effect::Properties
            | Effect::Row
            | Effect::Run
            | Effect::TableCell => {}
        }
    }

    fn end(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.hides {
            self.hidden = self.hidden.saturating_sub(1);
        }
        match frame.effect {
            Effect::Text => self.held_text(frame.preserves),
            Effect::Value => self.value(),
            Effect::Aside | Effect::Cell | Effect::Paragraph => self.close_flow(frame.effect),
            Effect::Formula => {
                self.close_flow(frame.effect);
                self.hidden = self.hidden.saturating_sub(1);
            }
            Effect::Shared => {
                let (shown, others) = self.flows.pop().unwrap_or_default().readings();
                self.out.strings.push(shown);
                others.iter().for_each(|other| line(&mut self.out.hidden, other));
            }
            Effect::Fallback => {
                self.close_flow(frame.effect);
                self.fallbacks = self.fallbacks.saturating_sub(1);
            }
            Effect::Alternatives => self.close_alternatives(frame.mark),
            Effect::Binary => self.close_binary(),
            Effect::Deleted => self.deleted = self.deleted.saturating_sub(1),
            Effect::Hidden => self.hidden = self.hidden.saturating_sub(1),
            Effect::Inserted => self.inserted = self.inserted.saturating_sub(1),
            Effect::Skipped => self.skipped = self.skipped.saturating_sub(1),
            Effect::Row => self.target().push('\n'),
            Effect::Field
            | Effect::Inline
            | Effect::Properties
            | Effect::Run
            | Effect::TableCell => {}
        }
        if self.flows.len() == 1 {
            // Beside paragraphs, each element stands for itself.
            self.flush_base();
        }
    }

    fn target(&mut self) -> &mut String {
        if 0 < self.fallbacks { &mut self.fallback } else { &mut self.out.shown }
    }

    fn close_flow(&mut self, effect: Effect) {
        let flow = if 1 < self.flows.len() { self.flows.pop() } else { None };
        let (shown, others) = flow.unwrap_or_default().readings();
        let in_cell = self.frames.last().is_some_and(|it| it.effect == Effect::TableCell);
        let target = self.target();
        if !shown.is_empty() || effect == Effect::Cell {
            target.push_str(&shown);
            target.push(if in_cell || effect == Effect::Cell { '\t' } else { '\n' });
        }
        others.iter().for_each(|other| line(&mut self.out.hidden, other));
        line(&mut self.out.hidden, &std::mem::take(&mut self.fields));
    }

    fn flush_base(&mut self) {
        let Some(flow) = self.flows.first_mut() else { return };
        let (shown, others) = std::mem::take(flow).readings();
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

    fn held_text(&mut self, preserves: bool) {
        let Some(text) = self.held.take() else { return };
        self.push(if preserves { &text } else { text.trim() });
    }

    /// A value of a cell: the place of a shared string, a number, or what it shows.
    fn value(&mut self) {
        let Some(text) = self.held.take() else { return };
        let (kind, style) = &self.cell;
        if kind == "s" {
            let index: Option<usize> = text.trim().parse().ok();
            let Some((string, used)) = index.and_then(|it| self.shared.strings.get_mut(it)) else {
                return;
            };
            *used = true;
            let string = string.clone();
            return self.push(&string);
        }
        if matches!(kind.as_str(), "" | "n") {
            let shown = number(text.trim(), *style, &self.shared.numbers);
            if shown != text.trim() {
                line(&mut self.out.hidden, &text);
            }
            return self.push(&shown);
        }
        self.push(&text);
    }

    fn finish(mut self) -> Markup {
        while !self.frames.is_empty() {
            self.end();
        }
        self.flush_base();
        let fallback = std::mem::take(&mut self.fallback);
        line(&mut self.out.hidden, &fallback);
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
