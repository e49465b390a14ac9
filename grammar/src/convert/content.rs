//! Terms, patterns and examinations.

use crate::{
    diagnostic::{Diagnostic, LINE_TWICE},
    layout::Node,
    scribe::{Scribe, Statement},
    statement::{Part, Parts, Rule},
    tree::{
        AtLeast, Cap, Count, CountsAs, Examination, Findable, Fingerprints, Name, Pattern, Scope,
        Span, Spanned, Term, Terms, Text,
    },
};

/// The block of a set of terms.
pub(crate) fn terms(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Terms {
    let mut entries = Vec::new();
    scribe.block("terms", body, &mut |scribe, line| entries.extend(term(scribe, line)));
    Terms { name, entries }
}

fn term(scribe: &mut Scribe<'_>, line: &Statement<'_>) -> Option<Term> {
    let parts = &line.parts;
    let near = parts.inside(Rule::near_text).and_then(|near| scribe.text_in(&near));
    let text = scribe.text_in(parts)?;
    let mut term =
        Term { text, near, within_words: None, weight: None, whole_word: false, exact_case: false };
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for option in parts.all(Rule::term_option) {
        let inside = Parts::of(option);
        let what = option_kind(&inside);
        let span = scribe.span(option);
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == what) {
            let message = format!("{what} is said twice");
            scribe.say(
                Diagnostic::new(LINE_TWICE, message)
                    .primary(span, "said again here")
                    .secondary(*first, "said first here"),
            );
            continue;
        }
        seen.push((what, span));
        if let Some(inside) = inside.inside(Rule::weight_option) {
            term.weight = scribe.number_in(&inside);
        } else if let Some(inside) = inside.inside(Rule::within_option) {
            term.within_words = scribe.number_in(&inside);
        } else if inside.has(Rule::k_whole) {
            term.whole_word = true;
        } else {
            term.exact_case = inside.has(Rule::k_exact);
        }
    }
    Some(term)
}

fn option_kind(option: &Parts<'_>) -> &'static str {
    match option.head().map(Part::rule) {
        Some(Rule::weight_option) => "`weight`",
        Some(Rule::within_option) => "`within`",
        Some(Rule::k_whole) => "`whole word`",
        _ => "the case",
    }
}

/// The block of a pattern.
pub(crate) fn pattern(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Pattern {
    let mut pattern = Pattern {
        name,
        regex: None,
        checks: Vec::new(),
        weight: None,
        near: Vec::new(),
        within_words: None,
        near_whole_word: false,
        accepts: Vec::new(),
        rejects: Vec::new(),
    };
    scribe.block("pattern", body, &mut |scribe, line| {
        let parts = &line.parts;
        match line.rule {
            Rule::match_line => pattern.regex = scribe.regex_in(parts),
            Rule::check_line => {
                pattern.checks.extend(parts.all(Rule::name).filter_map(|part| scribe.name(part)));
            }
            Rule::weight_line => pattern.weight = scribe.number_in(parts),
            Rule::near_line => near(scribe, &mut pattern, parts),
            Rule::accepts_line => pattern.accepts.extend(scribe.texts(parts)),
            Rule::rejects_line => pattern.rejects.extend(scribe.texts(parts)),
            _ => {}
        }
    });
    pattern
}

fn near(scribe: &mut Scribe<'_>, pattern: &mut Pattern, parts: &Parts<'_>) {
    pattern.near = scribe.texts(parts);
    for option in parts.all(Rule::near_option) {
        match Parts::of(option).inside(Rule::within_option) {
            Some(inside) => pattern.within_words = scribe.number_in(&inside),
            None => pattern.near_whole_word = true,
        }
    }
}

/// The block of an examination.
pub(crate) fn examination(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Examination {
    let mut examination = Examination {
        name,
        look_in: Vec::new(),
        counts: Vec::new(),
        requires: Vec::new(),
        vetoes: Vec::new(),
        less: Vec::new(),
        ignores: Vec::new(),
        activates_at: None,
        unreadable: None,
        ambiguous: None,
        over_limit: None,
    };
    scribe.block("examination", body, &mut |scribe, line| {
        examination_line(scribe, &mut examination, line);
    });
    examination
}

fn examination_line(scribe: &mut Scribe<'_>, examination: &mut Examination, line: &Statement<'_>) {
    let parts = &line.parts;
    match line.rule {
        Rule::look_in_line => {
            examination.look_in = parts.all(Rule::scope).map(|part| scope(scribe, part)).collect();
        }
        Rule::count_line => examination.counts.extend(count(scribe, line)),
        Rule::require_line => examination.requires.extend(findable_in(scribe, parts)),
        Rule::veto_line => examination.vetoes.extend(findable_in(scribe, parts)),
        Rule::less_line => {
            examination.less.extend(scribe.number_in(parts).zip(findable_in(scribe, parts)));
        }
        Rule::ignore_line => examination.ignores.extend(scribe.texts(parts)),
        Rule::activates_line => examination.activates_at = scribe.number_in(parts),
        Rule::unreadable_line => examination.unreadable = counts_as(scribe, parts),
        Rule::ambiguous_line => examination.ambiguous = counts_as(scribe, parts),
        Rule::over_limit_line => examination.over_limit = counts_as(scribe, parts),
        _ => {}
    }
}

fn scope(scribe: &Scribe<'_>, part: Part<'_>) -> Spanned<Scope> {
    let inside = Parts::of(part);
    let value = match inside.inside(Rule::attachment_scope) {
        Some(attachment) if attachment.has(Rule::k_names) => Scope::AttachmentNames,
        Some(_) => Scope::AttachmentText,
        None if inside.has(Rule::k_subject) => Scope::Subject,
        None if inside.has(Rule::k_body) => Scope::Body,
        None => Scope::Headers,
    };
    scribe.at(part, value)
}

fn count(scribe: &mut Scribe<'_>, line: &Statement<'_>) -> Option<Count> {
    let mut count = Count {
        what: findable_in(scribe, &line.parts)?,
        distinct: false,
        cap: None,
        span: line.span,
    };
    let mut first: Option<Span> = None;
    for option in line.parts.all(Rule::count_option) {
        let Some(cap) = Parts::of(option).inside(Rule::cap) else {
            count.distinct = true;
            continue;
        };
        let span = scribe.span(option);
        if let Some(first) = first {
            scribe.say(
                Diagnostic::new(LINE_TWICE, "`up to` is said twice")
                    .primary(span, "said again here")
                    .secondary(first, "said first here"),
            );
            continue;
        }
        first = Some(span);
        let number = scribe.number_in(&cap)?.value;
        let value = if cap.has(Rule::k_times) { Cap::Times(number) } else { Cap::Points(number) };
        count.cap = Some(Spanned { value, span });
    }
    Some(count)
}

fn findable_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<Findable> {
    let inside = parts.inside(Rule::findable)?;
    match inside.first(Rule::text) {
        Some(text) => scribe.text(text).map(Findable::Text),
        None => scribe.reference_in(&inside).map(Findable::Named),
    }
}

fn counts_as(scribe: &Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<CountsAs>> {
    let activated = parts.first(Rule::k_activated).map(|part| scribe.at(part, CountsAs::Activated));
    activated.or_else(|| parts.first(Rule::k_clear).map(|part| scribe.at(part, CountsAs::Clear)))
}

/// The block of fingerprints.
pub(crate) fn fingerprints(
    scribe: &mut Scribe<'_>,
    name: Name,
    file: Text,
    body: &[Node],
) -> Fingerprints {
    let mut fingerprints = Fingerprints {
        name,
        file,
        at_least: None,
        unreadable: None,
        ambiguous: None,
        over_limit: None,
    };
    scribe.block("fingerprints", body, &mut |scribe, line| {
        let parts = &line.parts;
        match line.rule {
            Rule::at_least_line => {
                fingerprints.at_least = scribe.number_in(parts).map(|number| Spanned {
                    span: number.span,
                    value: if parts.has(Rule::k_percent) {
                        AtLeast::Percent(number.value)
                    } else {
                        AtLeast::Values(number.value)
                    },
                });
            }
            Rule::unreadable_line => fingerprints.unreadable = counts_as(scribe, parts),
            Rule::ambiguous_line => fingerprints.ambiguous = counts_as(scribe, parts),
            Rule::over_limit_line => fingerprints.over_limit = counts_as(scribe, parts),
            _ => {}
        }
    });
    fingerprints
}
