//! The lines of a clause that can keep it from applying, and whether each holds for a message.

use grammar::tree::Span;

use crate::{
    condition,
    decision::ExaminationResult,
    facts::Facts,
    model::{
        Model, Numbered,
        clause::{Clause, Validity},
        outcome::{Condition, What},
        selector::{Selector, Side},
    },
    outline::Outline,
    program::{person::Person, sender::Sender},
    trace, wording,
};

/// A line that can fail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    /// Both sides at once.
    Between,
    /// Of `when`, by its number.
    Condition(usize),
    From,
    /// What a request looks for.
    Signs,
    Source,
    To,
    Validity,
}

/// A line, in words, and where it stands.
pub(super) struct Written {
    pub(super) line: Line,
    pub(super) words: String,
    pub(super) span: Span,
}

/// A message for one recipient, with what examinations say of it.
pub(super) struct Seen<'a> {
    pub(super) facts: &'a Facts,
    pub(super) sender: &'a Sender<'a>,
    pub(super) recipient: Person<'a>,
    pub(super) examined: &'a [Option<ExaminationResult>],
}

/// Every line of a clause that some message can fail: not `from everyone`, not `valid always`.
pub(super) fn lines(model: &Model, outline: &Outline, numbered: Numbered<'_>) -> Vec<Written> {
    let clause = numbered.clause();
    let places = Places::of(outline, numbered);
    let at = |it: Option<Span>| it.unwrap_or(clause.span);
    let mut lines = Vec::new();
    let mut add = |line, words: String, span| lines.push(Written { line, words, span });
    match clause.directions.as_slice() {
        [one] => {
            if places.from.is_some() && is_choosy(&one.from) {
                add(
                    Line::From,
                    format!("from {}", wording::side(model, &one.from)),
                    at(places.from),
                );
            }
            if places.to.is_some() && is_choosy(&one.to) {
                add(Line::To, format!("to {}", wording::side(model, &one.to)), at(places.to));
            }
        }
        [one, ..] => {
            let (from, to) = (wording::side(model, &one.from), wording::side(model, &one.to));
            add(Line::Between, format!("between {from} and {to}"), at(places.between));
        }
        [] => {}
    }
    if clause.source.is_some() {
        add(Line::Source, "source".to_owned(), at(places.source));
    }
    if let Validity::Range { .. } = clause.validity {
        add(Line::Validity, wording::validity(clause.validity), at(places.validity));
    }
    for (number, (condition, span)) in when(numbered).iter().zip(&places.when).enumerate() {
        let not = if condition.negated { "not " } else { "" };
        let words = format!("when {not}{}", condition.words);
        add(Line::Condition(number), words, *span);
    }
    if let Numbered::Request(request) = numbered {
        let span = places.signs.unwrap_or(clause.span);
        add(Line::Signs, wording::signs(&request.signs), span);
    }
    lines
}

/// The conditions of a policy; nothing of others.
pub(super) fn when<'m>(numbered: Numbered<'m>) -> &'m [Condition] {
    match numbered {
        Numbered::Policy(_, policy) => &policy.when,
        Numbered::Bypass(_) | Numbered::Request(_) => &[],
    }
}

fn is_choosy(side: &Side) -> bool {
    !side.any_of.contains(&Selector::Everyone) || !side.except.is_empty()
}

/// Where the lines of a clause stand.
#[derive(Default)]
struct Places {
    from: Option<Span>,
    to: Option<Span>,
    between: Option<Span>,
    source: Option<Span>,
    validity: Option<Span>,
    when: Vec<Span>,
    signs: Option<Span>,
}

impl Places {
    fn of(outline: &Outline, numbered: Numbered<'_>) -> Self {
        let name = &numbered.clause().name;
        let span = |it: &Option<grammar::tree::Side>| it.as_ref().map(|it| it.span);
        match numbered {
            Numbered::Policy(..) => outline.policy(name).map(|it| Self {
                from: span(&it.from),
                to: span(&it.to),
                between: it.between.as_ref().map(|it| it.0.span),
                source: it.source.first().map(wording::source_span),
                validity: it.validity.as_ref().map(|it| it.span),
                when: it.when.iter().map(|it| it.span).collect(),
                signs: None,
            }),
            Numbered::Request(_) => outline.request(name).map(|it| Self {
                from: span(&it.from),
                to: span(&it.to),
                validity: it.validity.as_ref().map(|it| it.span),
                signs: it.signs.first().map(wording::sign_span),
                ..Self::default()
            }),
            Numbered::Bypass(_) => outline.bypass(name).map(|it| Self {
                from: span(&it.from),
                to: span(&it.to),
                source: it.source.first().map(wording::source_span),
                validity: it.validity.as_ref().map(|it| it.span),
                ..Self::default()
            }),
        }
        .unwrap_or_default()
    }
}

impl Seen<'_> {
    /// Whether a line holds, by what it says: that a bypass does not believe a stranger is no line.
    pub(super) fn holds(&self, model: &Model, numbered: Numbered<'_>, line: Line) -> bool {
        let clause = numbered.clause();
        let from = |it| {
            self.sender.matches(model, clause, it).is_some()
                || self.sender.is_disbelieved(model, clause, it)
        };
        let mut directions = clause.directions.iter();
        match line {
            Line::Between => {
                directions.any(|it| from(it) && model.side_matches(&it.to, &self.recipient))
            }
            Line::From => directions.any(from),
            Line::To => directions.any(|it| model.side_matches(&it.to, &self.recipient)),
            Line::Source => self.is_from_source(clause),
            Line::Validity => clause.validity.holds_at(self.facts.at_ms),
            Line::Condition(number) => {
                when(numbered).get(number).is_some_and(|it| self.condition_holds(it))
            }
            Line::Signs => match numbered {
                Numbered::Request(request) => trace::asks(self.facts, &request.signs),
                Numbered::Bypass(_) | Numbered::Policy(..) => true,
            },
        }
    }

    fn is_from_source(&self, clause: &Clause) -> bool {
        let networks = clause.source.as_deref().unwrap_or_default();
        let peer = self.facts.peer.map(|it| it.to_canonical());
        peer.is_some_and(|peer| networks.iter().any(|it| it.contains(peer)))
    }

    fn condition_holds(&self, condition: &Condition) -> bool {
        let What::Activates(number) = &condition.what else {
            return condition::holds(&condition.what, self.facts) == Some(!condition.negated);
        };
        let Some(Some(result)) = self.examined.get(*number) else { return false };
        let uncertain = result.unreadable || result.ambiguous || result.over_limit;
        // Under `not`, what could not be told counts as not activated.
        if condition.negated { !result.activated || uncertain } else { result.activated }
    }
}
