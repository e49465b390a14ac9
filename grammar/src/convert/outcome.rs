//! Dispositions, effects and banners.

use crate::{
    scribe::Scribe,
    statement::{Part, Parts, Rule},
    tree::{Banner, Effect, EffectKind, Outcome, OutcomeKind, Reference, Span, Spanned},
};

/// The first outcome among the parts, whether it must have its details or may leave them out.
pub(crate) fn outcome_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<Outcome> {
    let part = parts
        .first(Rule::outcome)
        .or_else(|| parts.first(Rule::spoken))
        .or_else(|| parts.first(Rule::otherwise))?;
    let way = Parts::of(part).head()?;
    let span = scribe.span(way);
    Some(Outcome { kind: kind(scribe, way, span)?, span })
}

fn kind(scribe: &mut Scribe<'_>, way: Part<'_>, span: Span) -> Option<OutcomeKind> {
    let inside = Parts::of(way);
    let end = Span { start: span.end, ..span };
    Some(match way.rule() {
        Rule::k_deliver => OutcomeKind::Deliver,
        Rule::deliver => match inside.inside(Rule::verified_tls) {
            None => OutcomeKind::Deliver,
            Some(inside) => {
                OutcomeKind::VerifiedTls { otherwise: Box::new(outcome_in(scribe, &inside)?) }
            }
        },
        Rule::spoken_deliver if inside.has(Rule::otherwise) => {
            OutcomeKind::VerifiedTls { otherwise: Box::new(outcome_in(scribe, &inside)?) }
        }
        Rule::spoken_deliver if inside.has(Rule::k_tls) => OutcomeKind::VerifiedTls {
            otherwise: Box::new(Outcome { kind: OutcomeKind::Deliver, span: end }),
        },
        Rule::spoken_deliver => OutcomeKind::Deliver,
        Rule::secure => OutcomeKind::Secure(scribe.reference_in(&inside)?),
        Rule::spoken_secure if inside.has(Rule::reference) => {
            OutcomeKind::Secure(scribe.reference_in(&inside)?)
        }
        Rule::spoken_secure => OutcomeKind::Secure(Reference {
            qualifier: None,
            name: Spanned { value: String::new(), span: end },
        }),
        Rule::hold if inside.has(Rule::reference) => {
            OutcomeKind::Hold { releasers: Some(scribe.reference_in(&inside)?) }
        }
        Rule::hold => OutcomeKind::Hold { releasers: None },
        Rule::bounce => OutcomeKind::Bounce(scribe.text_in(&inside)?),
        Rule::reject => OutcomeKind::Reject(scribe.text_in(&inside)?),
        Rule::spoken_bounce if inside.has(Rule::text) => {
            OutcomeKind::Bounce(scribe.text_in(&inside)?)
        }
        Rule::spoken_bounce => OutcomeKind::Bounce(Spanned { value: String::new(), span: end }),
        Rule::spoken_reject if inside.has(Rule::text) => {
            OutcomeKind::Reject(scribe.text_in(&inside)?)
        }
        Rule::spoken_reject => OutcomeKind::Reject(Spanned { value: String::new(), span: end }),
        Rule::take_no_action => OutcomeKind::TakeNoAction,
        Rule::disable => OutcomeKind::DisableSecureMessaging,
        _ => return None,
    })
}

/// The effects of an `also` line; one for each address where it has several.
pub(super) fn effects_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Vec<Effect> {
    let Some(way) = parts.inside(Rule::effect).and_then(|effect| effect.head()) else {
        return Vec::new();
    };
    let inside = Parts::of(way);
    let span = scribe.span(way);
    let one =
        |kind: Option<EffectKind>| kind.map(|kind| Effect { kind, span }).into_iter().collect();
    match way.rule() {
        Rule::notify => each_address(scribe, &inside, EffectKind::Notify),
        Rule::copy_to => each_address(scribe, &inside, EffectKind::CopyTo),
        Rule::effect_banner => {
            one(banner_in(scribe, &inside).map(|banner| EffectKind::Banner(banner.value)))
        }
        Rule::add_header => one(header(scribe, &inside)),
        Rule::tag_subject => one(scribe.text_in(&inside).map(EffectKind::TagSubject)),
        _ => Vec::new(),
    }
}

fn each_address(
    scribe: &mut Scribe<'_>,
    inside: &Parts<'_>,
    kind: fn(crate::literal::Address) -> EffectKind,
) -> Vec<Effect> {
    scribe
        .addresses(inside)
        .into_iter()
        .map(|address| Effect { kind: kind(address.value), span: address.span })
        .collect()
}

fn header(scribe: &mut Scribe<'_>, inside: &Parts<'_>) -> Option<EffectKind> {
    let mut texts = inside.all(Rule::text);
    let name = scribe.header_name(texts.next()?)?;
    Some(EffectKind::AddHeader { name, value: scribe.text(texts.next()?)? })
}

/// The first banner among the parts.
pub(super) fn banner_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<Banner>> {
    let part = parts.first(Rule::banner)?;
    let inside = Parts::of(part);
    if inside.has(Rule::k_none) {
        return Some(scribe.at(part, Banner::None));
    }
    let text = scribe.text_in(&inside)?.value;
    Some(
        scribe.at(
            part,
            if inside.has(Rule::k_html) { Banner::Html(text) } else { Banner::Text(text) },
        ),
    )
}
