//! Characters: those that stand as text, those that elements and references stand for, and how they
//! are shown.

use quick_xml::events::{BytesRef, BytesStart};

use super::{
    super::{
        super::flow::Standing,
        ATTRIBUTES_MAX, attribute,
        effect::{Effect, is_wordy},
        unescaped,
    },
    Vocabulary, Walker, line,
};
use crate::remark::DOCUMENT_ENTITIES;

impl Walker<'_> {
    pub(super) fn text(&mut self, text: &str) {
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

    pub(super) fn push(&mut self, text: &str) {
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

    pub(super) fn reference(&mut self, reference: &BytesRef<'_>) {
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
    pub(super) fn words(&mut self, name: &str, start: &BytesStart<'_>) {
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false).take(ATTRIBUTES_MAX).flatten() {
            if is_wordy(name, attribute.key.local_name().as_ref()) {
                line(&mut self.out.hidden, &unescaped(&attribute.value));
            }
        }
    }

    /// Elements that stand for characters, and properties that hide.
    pub(super) fn characters(
        &mut self,
        name: &str,
        start: &BytesStart<'_>,
        vocabulary: Vocabulary,
    ) {
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
    pub(super) fn has_style(&self, start: &BytesStart<'_>, name: &str) -> bool {
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
