//! Characters: those that stand as text, those that elements and references stand for, and how they
//! are shown.

use quick_xml::events::{BytesRef, BytesStart};

use super::{
    super::{super::flow::Standing, attribute, effect::Effect, vocabulary::Vocabulary},
    Walker,
};
use crate::{html::decode_entities, remark::DOCUMENT_ENTITIES};

impl Walker<'_> {
    pub(super) fn text(&mut self, text: &str) {
        self.label(text);
        if self.frames.last().is_some_and(|it| it.effect == Effect::Field) {
            self.codes.push_str(text);
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
            let of_office = matches!(
                it.vocabulary,
                Vocabulary::Office | Vocabulary::OldSheet | Vocabulary::Sheet | Vocabulary::Word
            );
            structural && of_office
        });
        let blank = text.trim().is_empty();
        if self.foreign && self.hidden == 0 {
            self.joined.push_str(text);
        }
        if blank && (of_office || self.levels.len() == 1) {
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
            None => self.push(text),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        let (choices, fallbacks) = (self.choices, self.fallbacks);
        let Some(level) = self.levels.last_mut() else { return };
        let is_choice = level.choices < choices;
        let standing = match (self.hidden, self.deleted, self.inserted) {
            (0, 0, _) if level.fallbacks < fallbacks => Standing::Fallback,
            (0, 1.., _) if level.fallbacks == fallbacks => Standing::Deleted,
            (0, 0, 0) if is_choice => Standing::Choice,
            (0, 0, 1..) if is_choice => Standing::InsertedChoice,
            (0, 0, 0) => Standing::Shown,
            (0, 0, 1..) => Standing::Inserted,
            (_, _, _) => Standing::Hidden,
        };
        level.flow.push(text, standing);
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
            None => self.entity(reference.as_ref()),
        }
    }

    /// An entity that the file declares, or that pages have.
    fn entity(&mut self, name: &str) {
        let known = self.entities.get(name).cloned().or_else(|| {
            let written = format!("&{name};");
            let decoded = decode_entities(&written);
            (decoded != written).then(|| decoded.into_owned())
        });
        let left = known.as_ref().and_then(|it| self.expansion.checked_sub(it.len()));
        match known.zip(left) {
            Some((text, left)) => {
                self.expansion = left;
                self.text(&text);
            }
            None => self.out.remarks.push(DOCUMENT_ENTITIES),
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
            "bdo" if attribute(start, "val").as_deref() == Some("rtl") => self.sign("\u{202e}"),
            "fldChar" => self.field_sign(start),
            "fldSimple" => self.simple_field(start),
            "s" if vocabulary == Vocabulary::OpenDocument => {
                let count = attribute(start, "c").and_then(|it| it.parse().ok()).unwrap_or(1);
                const SPACES_MAX: usize = 16;
                self.sign(&" ".repeat(SPACES_MAX.min(count)));
            }
            "sym" => self.symbol(start),
            "vanish" | "webHidden" | "specVanish" if in_properties && is_on(start) => {
                self.hide(Effect::Run);
                self.join();
            }
            "del" if in_properties => self.join(),
            "framePr" if attribute(start, "dropCap").is_some_and(|it| it != "none") => self.join(),
            "user-field-decl" => self.declare(start),
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

/// Whether the size, in half points, is one that hardly anybody can read.
fn is_tiny(start: &BytesStart<'_>) -> bool {
    const HALF_POINTS: f64 = 8.0;
    let size = attribute(start, "val").and_then(|it| it.parse::<f64>().ok());
    size.is_some_and(|it| it <= HALF_POINTS)
}

/// Whether the colour is that of paper, or nearly.
fn is_white(start: &BytesStart<'_>) -> bool {
    let is_light = |it: &str| {
        let figures = it.as_bytes();
        let highs = figures.iter().step_by(2).all(|it| matches!(it, b'e' | b'E' | b'f' | b'F'));
        figures.len() == 6 && highs
    };
    attribute(start, "val").is_some_and(|it| is_light(&it))
        || attribute(start, "themeColor")
            .is_some_and(|it| matches!(it.as_str(), "background1" | "light1"))
}
