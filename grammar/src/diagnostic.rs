//! What is said about a rule file: a code, one sentence, the places, and a fix where one exists.
//!
//! `engine` has diagnostics of its own: it builds the same [`Diagnostic`] with its own table of codes.

mod code;
mod codes;
mod excerpt;
mod human;
mod sources;
mod view;

pub use self::{
    code::{Code, Explained, Severity},
    codes::*,
    human::{Colour, human, short, without_code},
    sources::{Position, SourceFile, Sources},
    view::{FixView, LabelView, View, view},
};

use crate::tree::Span;

/// One finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// Which; it also says whether it is an error.
    pub code: Code,
    /// One sentence in the author's words: lower-case, no full stop.
    pub message: String,
    /// Every place involved; the first primary one is where it is reported.
    pub labels: Vec<Label>,
    /// Further sentences; a line break begins an indented line.
    pub notes: Vec<String>,
    /// What to change.
    pub fix: Option<Fix>,
}

/// A place and what is to be said there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
    /// Whether the finding is about this place; the others explain it.
    pub primary: bool,
}

/// A change of the text that resolves a finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fix {
    /// What the change does: `write from`.
    pub title: String,
    /// What to put in the place of what; spans do not overlap. Empty when the author must write it.
    pub edits: Vec<(Span, String)>,
    /// Whether a tool may do it unasked.
    pub applicability: Applicability,
}

/// Who decides about a fix.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Applicability {
    /// The meaning is certain; a tool may apply it.
    Automatic,
    /// The author must choose.
    Choose,
}

impl Diagnostic {
    /// A finding without places yet.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), notes: Vec::new(), fix: None }
    }

    /// Adds a place that the finding is about.
    #[must_use]
    pub fn primary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds a place that explains it.
    #[must_use]
    pub fn secondary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a sentence.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Sets the fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Whether it stops the rules from being used.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Where it is reported: the first primary place, else the first.
    #[must_use]
    pub fn place(&self) -> Option<Span> {
        self.labels
            .iter()
            .find(|label| label.primary)
            .or_else(|| self.labels.first())
            .map(|label| label.span)
    }
}

impl Fix {
    /// A fix that a tool may apply.
    #[must_use]
    pub fn automatic(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![(span, text.into())],
            applicability: Applicability::Automatic,
        }
    }

    /// A fix that the author must choose.
    #[must_use]
    pub fn choose(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![(span, text.into())],
            applicability: Applicability::Choose,
        }
    }

    /// Advice without an edit.
    #[must_use]
    pub fn advice(title: impl Into<String>) -> Self {
        Self { title: title.into(), edits: Vec::new(), applicability: Applicability::Choose }
    }
}
