//! Paragraphs that go on in the next one: where the sign at the end is hidden or deleted, or where
//! the first letter of the next one stands for itself.

use super::{super::effect::Effect, Level, Walker};
use crate::document::flow::Standing;

/// A paragraph that goes on.
#[derive(Debug)]
pub(super) struct Carried {
    /// How many elements it stood in.
    depth: usize,
    level: Level,
}

impl Walker<'_> {
    /// Notes that the paragraph whose properties are open goes on in the next one.
    pub(super) fn join(&mut self) {
        // The paragraph, its properties, those of its sign.
        let mut near = self.frames.iter_mut().rev().take(3);
        let paragraph = near.find(|it| matches!(it.effect, Effect::Paragraph | Effect::Run));
        if let Some(paragraph) = paragraph.filter(|it| it.effect == Effect::Paragraph) {
            paragraph.joins = true;
        }
    }

    /// Begins a paragraph, or goes on with the one before.
    pub(super) fn begin_paragraph(&mut self) {
        let depth = self.frames.len().saturating_sub(1);
        match self.carried.take_if(|it| it.depth == depth) {
            Some(carried) => self.levels.push(carried.level),
            None => self.begin(),
        }
    }

    /// Keeps the paragraph that ends; not all programs go on with it.
    pub(super) fn carry(&mut self) {
        self.release_carried();
        if self.levels.len() < 2 {
            return;
        }
        let Some(mut level) = self.levels.pop() else { return };
        level.flow.push("\n", Standing::Fallback);
        self.carried = Some(Carried { depth: self.frames.len(), level });
    }

    /// Ends the paragraph that was kept, where what it stood in has ended.
    pub(super) fn close_carried(&mut self) {
        if self.carried.as_ref().is_some_and(|it| self.frames.len() < it.depth) {
            self.release_carried();
        }
    }

    pub(super) fn release_carried(&mut self) {
        if let Some(carried) = self.carried.take() {
            self.levels.push(carried.level);
            self.close_flow(Effect::Paragraph);
        }
    }
}
