//! The walk over the events of one XML file.

use quick_xml::{
    NsReader,
    events::{BytesRef, BytesStart, Event},
    name::ResolveResult,
};
use wire::mime::{Encoding, decode};

use super::super::flow::{Flow, Standing, same_words};
use super::{
    ATTRIBUTES_MAX, HiddenStyles, attribute,
    effect::{Effect, effect, is_wordy},
    number::{Numbers, number},
    unescaped,
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

    fn text(&mut self, text: &str) {
        if 0 < self.skipped {
            return;
        }
        if self.frames.last().is_some_and(|it| it.effect == Effect::Field) {
            self.fields.push_str(text);
        } else if let Some(binary) = &mut self.binary {
            binary.push_str(text);
        } else if let Some(held) = &mut self.held {
            held.push_str(text);
        } else {
            self.loose(text);
        }
    }

    /// Characters outside the elements that hold characters: of an Office file nothing that is
    /// shown, of others the text itself.
    fn loose(&mut self, text: &str) {
        let parent = self.frames.last();
        let of_office = parent.is_some_and(|it| {
            let structural = matches!(
                it.effect,
                Effect::Cell
                    | Effect::Paragraph
                    | Effect::Properties
                    | Effect::Row
                    | Effect::Run
                    | Effect::Shared
                    | Effect::TableCell
            );
            structural && matches!(it.vocabulary, Vocabulary::Office | Vocabulary::Word)
        });
        let blank = text.trim().is_empty();
        if blank && (of_office || self.flows.len() == 1) {
            return;
        }
        if of_office {
            self.hidden += 1;
            self.push(text);
            self.hidden -= 1;
        } else {
            self.push(text);
        }
    }

    /// A character that an element stands for.
    fn sign(&mut self, text: &str) {
        match &mut self.held {
            Some(held) => held.push_str(text),
            None if self.skipped == 0 => self.push(text),
            None => {}
        }
    }

    fn push(&mut self, text: &str) {
        let standing = match (self.hidden, self.deleted, self.inserted) {
            (1.., _, _) => Standing::Hidden,
            (0, 1.., _) => Standing::Deleted,
            (0, 0, 1..) => Standing::Inserted,
            (0, 0, 0) => Standing::Shown,
        };
        if let Some(flow) = self.flows.last_mut() {
            flow.push(text, standing);
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) {
        let character = match reference.resolve_char_ref() {
            Ok(Some(character)) => Some(character),
            Ok(None) | Err(_) => match reference.as_ref() {
                "amp" => Some('&'),
                "apos" => Some('\''),
                "gt" => Some('>'),
                "lt" => Some('<'),
                "quot" => Some('"'),
                _ => None,
            },
        };
        match character {
            Some(character) => self.text(character.encode_utf8(&mut [0; 4])),
            None => self.out.remarks.push(DOCUMENT_ENTITIES),
        }
    }

    /// Words in attributes.
    fn words(&mut self, name: &str, start: &BytesStart<'_>) {
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false).take(ATTRIBUTES_MAX).flatten() {
            if is_wordy(name, attribute.key.local_name().as_ref()) {
                line(&mut self.out.hidden, &unescaped(&attribute.value));
            }
        }
    }

    /// Elements that stand for characters, and properties that hide.
    fn characters(&mut self, name: &str, start: &BytesStart<'_>, vocabulary: Vocabulary) {
        let in_properties = self.frames.last().is_some_and(|it| it.effect == Effect::Properties);
        match name {
            "br" | "cr" | "line-break" => self.sign("\n"),
            "tab" => self.sign("\t"),
            "noBreakHyphen" => self.sign("-"),
            "s" if vocabulary == Vocabulary::OpenDocument => {
                let count = attribute(start, "c").and_then(|it| it.parse().ok()).unwrap_or(1);
                const SPACES_MAX: usize = 16;
                self.sign(&" ".repeat(SPACES_MAX.min(count)));
            }
            "sym" => self.symbol(start),
            "vanish" | "webHidden" | "specVanish" if in_properties && is_on(start) => {
                self.hide(Effect::Run);
            }
            "rStyle" if self.has_style(start, "val") => self.hide(Effect::Run),
            "pStyle" if self.has_style(start, "val") => self.hide(Effect::Paragraph),
            "sz" if in_properties && is_tiny(start) => self.hide(Effect::Run),
            "color" if in_properties && is_white(start) => self.hide(Effect::Run),
            _ => {}
        }
    }

    /// Whether an attribute names a style that hides.
    fn has_style(&self, start: &BytesStart<'_>, name: &str) -> bool {
        let hidden = &self.shared.hidden_styles;
        !hidden.is_empty() && attribute(start, name).is_some_and(|it| hidden.contains(&it))
    }

    /// A character given by its number. Symbol fonts have theirs in a private area.
    fn symbol(&mut self, start: &BytesStart<'_>) {
        let code = attribute(start, "char").and_then(|it| u32::from_str_radix(&it, 16).ok());
        let code = code.map(|it| if it & 0xff00 == 0xf000 { it & 0xff } else { it });
        if let Some(character) = code.and_then(char::from_u32) {
            self.sign(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Hides the run or paragraph whose properties are open.
    fn hide(&mut self, effect: Effect) {
        // A run or paragraph, its properties: what stands farther out is another's.
        let near = self.frames.iter_mut().rev().take(2).find(|it| it.effect == effect);
        if let Some(near) = near.filter(|it| !it.hides) {
            near.hides = true;
            self.hidden += 1;
        }
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

fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(attribute(start, "val").as_deref(), Some("0" | "false" | "off"))
}

/// Whether the size, in half points, is one that nobody can read.
fn is_tiny(start: &BytesStart<'_>) -> bool {
    const HALF_POINTS: f64 = 4.0;
    let size = attribute(start, "val").and_then(|it| it.parse::<f64>().ok());
    size.is_some_and(|it| it <= HALF_POINTS)
}

fn is_white(start: &BytesStart<'_>) -> bool {
    attribute(start, "val").is_some_and(|it| it.eq_ignore_ascii_case("ffffff"))
}

/// Adds a line of text that is not blank.
fn line(target: &mut String, text: &str) {
    if !text.trim().is_empty() {
        target.push_str(text);
        target.push('\n');
    }
}
