//! A finding as plain data, with places for people: what a tool writes as JSON, SARIF or a code action.

use super::{Applicability, Diagnostic, Position, Sources};
use crate::tree::Span;

/// A finding with its places resolved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct View {
    /// `E0430`.
    pub code: String,
    /// `error` or `warning`.
    pub severity: String,
    /// One sentence.
    pub message: String,
    /// Where it is reported, then every other place.
    pub labels: Vec<LabelView>,
    /// Further sentences.
    pub notes: Vec<String>,
    /// What to change.
    pub fix: Option<FixView>,
}

/// A place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LabelView {
    /// The file as it was named.
    pub path: String,
    /// Offsets in octets.
    pub span: Span,
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// What is there.
    pub text: String,
    /// Whether the finding is about this place.
    pub primary: bool,
}

/// A fix.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FixView {
    /// What it does.
    pub title: String,
    /// Whether a tool may do it unasked.
    pub automatic: bool,
    /// The places, and what to put there.
    pub edits: Vec<(LabelView, String)>,
}

/// Resolves the places of a finding.
#[must_use]
pub fn view(diagnostic: &Diagnostic, sources: &Sources) -> View {
    let place = diagnostic.place();
    let mut labels: Vec<LabelView> = diagnostic
        .labels
        .iter()
        .map(|label| label_view(sources, label.span, &label.text, label.primary))
        .collect();
    labels.sort_by_key(|label| Some(label.span) != place);
    let fix = diagnostic.fix.as_ref().map(|fix| FixView {
        title: fix.title.clone(),
        automatic: fix.applicability == Applicability::Automatic,
        edits: fix
            .edits
            .iter()
            .map(|(span, text)| (label_view(sources, *span, "", false), text.clone()))
            .collect(),
    });
    View {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity().to_string(),
        message: diagnostic.message.clone(),
        labels,
        notes: diagnostic.notes.clone(),
        fix,
    }
}

fn label_view(sources: &Sources, span: Span, text: &str, primary: bool) -> LabelView {
    let path = sources.file(span.file).map_or_else(String::new, |file| file.path.clone());
    LabelView {
        path,
        span,
        start: sources.start(span),
        end: sources.end(span),
        text: text.to_owned(),
        primary,
    }
}
