//! Contents and the forms that they draw, with what the names in them stand for.
//!
//! # Source
//!
//! ISO 32000-1 sections 7.8.3 and 8.10.

use std::{cell::Cell, collections::BTreeMap, rc::Rc};

use super::{font::Font, matrix::Matrix};

/// What names in a content stream stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) fonts: BTreeMap<Vec<u8>, Rc<Font>>,
    /// Graphics states that set a font and its size.
    pub(super) states: BTreeMap<Vec<u8>, (Rc<Font>, f64)>,
    pub(super) drawn: BTreeMap<Vec<u8>, Drawn>,
}

/// What a name draws.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drawn {
    /// A content of its own: its place in the list of objects.
    Form(usize),
    Picture,
}

/// A content: of a page, or of a form that it draws.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Its place in the list of objects; none for that of a page.
    pub(super) index: Option<usize>,
    pub(super) octets: Vec<u8>,
    /// None where it goes by the names of what draws it.
    pub(super) names: Option<Rc<Names>>,
    pub(super) matrix: Matrix,
    /// What it draws beside text, once it is known that it shows none: it need not be read again.
    pub(super) mute: Cell<Option<Strokes>>,
}

/// What is drawn beside text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strokes {
    pub(super) pictures: usize,
    /// Lines and curves.
    pub(super) lines: usize,
}

impl Strokes {
    pub(super) fn add(&mut self, other: Self) {
        self.pictures = self.pictures.saturating_add(other.pictures);
        self.lines = self.lines.saturating_add(other.lines);
    }

    pub(super) fn since(self, before: Self) -> Self {
        Self {
            pictures: self.pictures.saturating_sub(before.pictures),
            lines: self.lines.saturating_sub(before.lines),
        }
    }
}

pub(super) const PICTURE: Strokes = Strokes { pictures: 1, lines: 0 };
pub(super) const LINE: Strokes = Strokes { pictures: 0, lines: 1 };

/// Where the forms are that a content draws.
pub(super) trait Forms {
    /// The form of that place in the list of objects; none for what is none, or over the limit.
    fn form(&mut self, index: usize) -> Option<Rc<Form>>;
}
