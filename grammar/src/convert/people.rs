//! Sides, selectors and peers.

use crate::{
    diagnostic::DOMAIN,
    literal::DomainPattern,
    scribe::Scribe,
    statement::{Part, Parts, Rule},
    tree::{Relation, Selector, SelectorKind, SetKind, Side, Source, Spanned},
};

/// The first side among the parts.
pub(super) fn side_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<Side> {
    parts.first(Rule::side).map(|part| side(scribe, part))
}

/// A list of people, perhaps with exceptions.
pub(super) fn side(scribe: &mut Scribe<'_>, part: Part<'_>) -> Side {
    let parts = Parts::of(part);
    let any_of = selectors_in(scribe, &parts);
    let except =
        parts.inside(Rule::exceptions).map_or_else(Vec::new, |parts| selectors_in(scribe, &parts));
    Side { any_of, except, span: scribe.span(part) }
}

/// The selectors of the first list among the parts.
pub(super) fn selectors_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Vec<Selector> {
    let Some(list) = parts.inside(Rule::selector_list) else { return Vec::new() };
    list.all(Rule::selector).filter_map(|part| selector(scribe, part)).collect()
}

fn selector(scribe: &mut Scribe<'_>, part: Part<'_>) -> Option<Selector> {
    let span = scribe.span(part);
    let way = Parts::of(part).head()?;
    let inside = Parts::of(way);
    let kind = match way.rule() {
        Rule::k_everyone => SelectorKind::Everyone,
        Rule::k_internal => SelectorKind::Internal,
        Rule::k_external => SelectorKind::External,
        Rule::k_nobody | Rule::null_sender => SelectorKind::NullSender,
        Rule::one_domain => SelectorKind::Domain(scribe.domains(&inside).pop()?.value),
        Rule::wildcard => {
            SelectorKind::Domain(scribe.literal(way, DOMAIN, DomainPattern::parse)?.value)
        }
        Rule::domains_named => SelectorKind::Named {
            kind: Some(SetKind::Domains),
            name: scribe.reference_in(&inside)?,
        },
        Rule::group_named => {
            SelectorKind::Named { kind: Some(SetKind::Group), name: scribe.reference_in(&inside)? }
        }
        Rule::addresses_named => SelectorKind::Named {
            kind: Some(SetKind::Addresses),
            name: scribe.reference_in(&inside)?,
        },
        Rule::with_attribute => SelectorKind::Attribute {
            attribute: scribe.reference_in(&inside)?,
            relation: if inside.has(Rule::at_least) { Relation::AtLeast } else { Relation::Is },
            value: inside.first(Rule::rank).and_then(|rank| scribe.value(rank))?,
        },
        Rule::address => SelectorKind::Address(scribe.address(way)?.value),
        Rule::reference => SelectorKind::Named { kind: None, name: scribe.reference(way)? },
        _ => return None,
    };
    Some(Selector { kind, span })
}

/// The peers of the first list among the parts.
pub(super) fn sources_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Vec<Source> {
    let Some(list) = parts.inside(Rule::source_list) else { return Vec::new() };
    let entries: Vec<Parts<'_>> = list.all(Rule::source_entry).map(Parts::of).collect();
    entries.iter().filter_map(|entry| source(scribe, entry)).collect()
}

fn source(scribe: &mut Scribe<'_>, entry: &Parts<'_>) -> Option<Source> {
    if let Some(network) = entry.first(Rule::network) {
        let Spanned { value, span } = scribe.network(network)?;
        return Some(Source::Network(Spanned { value, span }));
    }
    scribe.reference_in(entry).map(Source::Named)
}
