//! Where the lines of a rule stand in its version.

use grammar::tree::{Override, Side, Span};

use super::{Place, Version, judge::Rule};
use crate::{model::clause::Kind, outline::Outline, wording};

/// A line of a policy, a request or a bypass.
#[derive(Clone, Copy)]
pub(super) enum Line {
    Also(usize),
    Compare,
    From,
    Name,
    Override,
    Signs,
    Skips,
    Source,
    Then,
    To,
    Validity,
    When(usize),
}

/// Spans of the lines that a rule has.
#[derive(Default)]
struct Spans {
    from: Option<Span>,
    to: Option<Span>,
    compare: Option<Span>,
    source: Option<Span>,
    validity: Option<Span>,
    then: Option<Span>,
    overrides: Option<Span>,
    skips: Option<Span>,
    signs: Option<Span>,
    when: Vec<Span>,
    also: Vec<Span>,
}

impl Version<'_> {
    /// The line of a rule of this version; its first line where it has none of the kind.
    pub(super) fn line(self, rule: Rule<'_>, line: Line) -> Option<Place> {
        let clause = rule.clause();
        let spans = spans(self.outline(), rule);
        let span = match line {
            Line::Also(number) => spans.also.get(number).copied(),
            Line::Compare => spans.compare,
            Line::From => spans.from,
            Line::Name => None,
            Line::Override => spans.overrides,
            Line::Signs => spans.signs,
            Line::Skips => spans.skips,
            Line::Source => spans.source,
            Line::Then => spans.then,
            Line::To => spans.to,
            Line::Validity => spans.validity,
            Line::When(number) => spans.when.get(number).copied(),
        };
        self.place(span.unwrap_or(clause.span))
    }

    /// Path and line of a span.
    pub(super) fn place(self, span: Span) -> Option<Place> {
        self.outline().place(span)
    }
}

fn spans(outline: &Outline, rule: Rule<'_>) -> Spans {
    let clause = rule.clause();
    let side = |it: &Option<Side>| it.as_ref().map(|it| it.span);
    match clause.kind {
        Kind::Policy => outline.policy(&clause.name).map(|it| Spans {
            from: side(&it.from).or(it.between.as_ref().map(|it| it.0.span)),
            to: side(&it.to).or(it.between.as_ref().map(|it| it.0.span)),
            compare: it.compare.as_ref().map(|it| it.span),
            source: it.source.first().map(wording::source_span),
            validity: it.validity.as_ref().map(|it| it.span),
            then: it.then.as_ref().map(|it| it.span),
            overrides: it.overrides.first().map(of_override),
            when: it.when.iter().map(|it| it.span).collect(),
            also: it.also.iter().map(|it| it.span).collect(),
            ..Spans::default()
        }),
        Kind::Request => outline.request(&clause.name).map(|it| Spans {
            from: side(&it.from),
            to: side(&it.to),
            validity: it.validity.as_ref().map(|it| it.span),
            then: it.then.as_ref().map(|it| it.span),
            signs: it.signs.first().map(wording::sign_span),
            also: it.also.iter().map(|it| it.span).collect(),
            ..Spans::default()
        }),
        Kind::Bypass => outline.bypass(&clause.name).map(|it| Spans {
            from: side(&it.from),
            to: side(&it.to),
            compare: it.compare.as_ref().map(|it| it.span),
            source: it.source.first().map(wording::source_span),
            validity: it.validity.as_ref().map(|it| it.span),
            then: it.then.as_ref().map(|it| it.span),
            overrides: it.overrides.first().map(of_override),
            skips: it.skips.first().map(|it| it.name.span),
            ..Spans::default()
        }),
    }
    .unwrap_or_default()
}

fn of_override(line: &Override) -> Span {
    match line {
        Override::All(span) => *span,
        Override::Named(reference) => reference.name.span,
    }
}
