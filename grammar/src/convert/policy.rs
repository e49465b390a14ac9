//! Policies, requests and bypasses.

use super::{
    condition::conditions_in,
    outcome::{effects_in, outcome_in},
    people::{side, side_in, sources_in},
};
use crate::{
    layout::Node,
    scribe::{Scribe, Statement},
    statement::{Parts, Rule},
    tree::{Bypass, Compare, Name, Override, Policy, Request, RequestSign, Spanned, Validity},
};

/// The block of a policy.
pub(crate) fn policy(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Policy {
    let mut policy = Policy {
        name,
        why: None,
        owner: None,
        from: None,
        to: None,
        between: None,
        compare: None,
        source: Vec::new(),
        validity: None,
        when: Vec::new(),
        then: None,
        also: Vec::new(),
        overrides: Vec::new(),
    };
    scribe.block("policy", body, &mut |scribe, line| policy_line(scribe, &mut policy, line));
    policy
}

fn policy_line(scribe: &mut Scribe<'_>, policy: &mut Policy, line: &Statement<'_>) {
    let parts = &line.parts;
    match line.rule {
        Rule::why_line => policy.why = scribe.text_in(parts),
        Rule::owner_line => policy.owner = scribe.address_in(parts),
        Rule::from_line => policy.from = side_in(scribe, parts),
        Rule::to_line => policy.to = side_in(scribe, parts),
        Rule::between_line => {
            let mut sides = parts.all(Rule::side).map(|part| side(scribe, part));
            policy.between = sides.next().zip(sides.next());
        }
        Rule::compare_line => policy.compare = compare(scribe, parts),
        Rule::source_line => policy.source = sources_in(scribe, parts),
        Rule::valid_line | Rule::disabled_line => set_validity(scribe, &mut policy.validity, line),
        Rule::when_line => policy.when = conditions_in(scribe, parts),
        Rule::then_line => policy.then = outcome_in(scribe, parts),
        Rule::also_line => policy.also.extend(effects_in(scribe, parts)),
        Rule::override_line => policy.overrides.extend(overrides(scribe, line)),
        _ => {}
    }
}

/// The block of a request.
pub(crate) fn request(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Request {
    let mut request = Request {
        name,
        why: None,
        from: None,
        to: None,
        signs: Vec::new(),
        validity: None,
        then: None,
        also: Vec::new(),
        strip_tag: false,
    };
    scribe.block("request", body, &mut |scribe, line| request_line(scribe, &mut request, line));
    request
}

fn request_line(scribe: &mut Scribe<'_>, request: &mut Request, line: &Statement<'_>) {
    let parts = &line.parts;
    match line.rule {
        Rule::why_line => request.why = scribe.text_in(parts),
        Rule::from_line => request.from = side_in(scribe, parts),
        Rule::to_line => request.to = side_in(scribe, parts),
        Rule::subject_contains_line => {
            request.signs.extend(scribe.text_in(parts).map(RequestSign::SubjectContains));
        }
        Rule::header_sign_line => request.signs.extend(header_sign(scribe, parts)),
        Rule::valid_line | Rule::disabled_line => set_validity(scribe, &mut request.validity, line),
        Rule::then_line => request.then = outcome_in(scribe, parts),
        Rule::also_line => request.also.extend(effects_in(scribe, parts)),
        Rule::strip_line => request.strip_tag = true,
        _ => {}
    }
}

/// The block of a bypass.
pub(crate) fn bypass(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Bypass {
    let mut bypass = Bypass {
        name,
        why: None,
        owner: None,
        from: None,
        to: None,
        compare: None,
        source: Vec::new(),
        validity: None,
        skips: Vec::new(),
        then: None,
        overrides: Vec::new(),
    };
    scribe.block("bypass", body, &mut |scribe, line| bypass_line(scribe, &mut bypass, line));
    bypass
}

fn bypass_line(scribe: &mut Scribe<'_>, bypass: &mut Bypass, line: &Statement<'_>) {
    let parts = &line.parts;
    match line.rule {
        Rule::why_line => bypass.why = scribe.text_in(parts),
        Rule::owner_line => bypass.owner = scribe.address_in(parts),
        Rule::from_line => bypass.from = side_in(scribe, parts),
        Rule::to_line => bypass.to = side_in(scribe, parts),
        Rule::compare_line => bypass.compare = compare(scribe, parts),
        Rule::source_line => bypass.source = sources_in(scribe, parts),
        Rule::valid_line | Rule::disabled_line => set_validity(scribe, &mut bypass.validity, line),
        Rule::skips_line => {
            if let Some(list) = parts.inside(Rule::reference_list) {
                bypass.skips.extend(scribe.references(&list));
            }
        }
        Rule::then_line => bypass.then = outcome_in(scribe, parts),
        Rule::override_line => bypass.overrides.extend(overrides(scribe, line)),
        _ => {}
    }
}

fn compare(scribe: &Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<Compare>> {
    let ways = [
        (Rule::k_envelope, Compare::Envelope),
        (Rule::k_header, Compare::Header),
        (Rule::k_either, Compare::Either),
    ];
    ways.into_iter().find_map(|(rule, way)| parts.first(rule).map(|part| scribe.at(part, way)))
}

/// `disabled` wins over `valid`, whichever stands first.
fn set_validity(
    scribe: &mut Scribe<'_>,
    slot: &mut Option<Spanned<Validity>>,
    line: &Statement<'_>,
) {
    let is_disabled = slot.as_ref().is_some_and(|validity| validity.value == Validity::Disabled);
    if !is_disabled {
        *slot = Some(Spanned { value: validity(scribe, line), span: line.span });
    }
}

fn validity(scribe: &mut Scribe<'_>, line: &Statement<'_>) -> Validity {
    if line.rule == Rule::disabled_line {
        return Validity::Disabled;
    }
    let Some(range) = line.parts.inside(Rule::range) else {
        let is_forever = line.parts.has(Rule::k_forever);
        return if is_forever { Validity::Forever } else { Validity::Always };
    };
    Validity::Range {
        from: range.inside(Rule::first_day).and_then(|day| scribe.date_in(&day)),
        until: range.inside(Rule::last_day).and_then(|day| scribe.date_in(&day)),
    }
}

fn overrides(scribe: &mut Scribe<'_>, line: &Statement<'_>) -> Vec<Override> {
    match line.parts.inside(Rule::reference_list) {
        Some(list) => scribe.references(&list).into_iter().map(Override::Named).collect(),
        None => vec![Override::All(line.span)],
    }
}

fn header_sign(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<RequestSign> {
    let mut texts = parts.all(Rule::text);
    let name = scribe.header_name(texts.next()?)?;
    match texts.next() {
        Some(value) => Some(RequestSign::HeaderIs { name, value: scribe.text(value)? }),
        None => Some(RequestSign::HeaderPresent { name }),
    }
}
