//! Lines of rules in the words of their authors, from what they mean.

use grammar::tree::{Compare, RequestSign, Source, Span};

use crate::model::{
    Model,
    clause::Validity,
    selector::{Selector, Side},
};

/// Who a side means: `external except partners`.
pub(crate) fn side(model: &Model, side: &Side) -> String {
    let words = |list: &[Selector]| {
        list.iter().map(|it| selector(model, it)).collect::<Vec<_>>().join(", ")
    };
    if side.except.is_empty() {
        return words(&side.any_of);
    }
    format!("{} except {}", words(&side.any_of), words(&side.except))
}

/// One way to name people.
pub(crate) fn selector(model: &Model, selector: &Selector) -> String {
    let sets = &model.sets;
    match selector {
        Selector::Everyone => "everyone".to_owned(),
        Selector::Internal => "internal".to_owned(),
        Selector::External => "external".to_owned(),
        Selector::Null => "nobody".to_owned(),
        Selector::Domain(pattern) => format!("domain {pattern}"),
        Selector::Address(address) => address.to_string(),
        Selector::AddressSet(set) => {
            sets.addresses.get(set.0).map(|it| it.name.clone()).unwrap_or_default()
        }
        Selector::DomainSet(set) => {
            sets.domains.get(set.0).map(|it| it.name.clone()).unwrap_or_default()
        }
        Selector::Group(set) => {
            sets.groups.get(set.0).map(|it| format!("group {}", it.name)).unwrap_or_default()
        }
        Selector::Attribute { attribute, at_least, value } => {
            let attribute = sets.attributes.get(attribute.0).map_or("", |it| it.name.as_str());
            let relation = if *at_least { "is at least" } else { "is" };
            format!("anyone with {attribute} {relation} {value}")
        }
    }
}

/// `valid from D until D`.
pub(crate) fn validity(validity: Validity) -> String {
    match validity {
        Validity::Always => "valid always".to_owned(),
        Validity::Disabled => "disabled".to_owned(),
        Validity::Range { from, until } => {
            let from = from.map(|it| format!(" from {}", it.date)).unwrap_or_default();
            let until = until.map(|it| format!(" until {}", it.date)).unwrap_or_default();
            format!("valid{from}{until}")
        }
    }
}

/// What a request looks for.
pub(crate) fn signs(signs: &[RequestSign]) -> String {
    signs.iter().map(sign).collect::<Vec<_>>().join(" or ")
}

/// One sign of a request.
pub(crate) fn sign(sign: &RequestSign) -> String {
    match sign {
        RequestSign::SubjectContains(text) => format!("subject contains \"{}\"", text.value),
        RequestSign::HeaderIs { name, value } => {
            format!("header \"{}\" is \"{}\"", name.value, value.value)
        }
        RequestSign::HeaderPresent { name } => format!("header \"{}\"", name.value),
    }
}

/// Where a sign stands.
pub(crate) fn sign_span(sign: &RequestSign) -> Span {
    match sign {
        RequestSign::SubjectContains(text) => text.span,
        RequestSign::HeaderIs { name, .. } | RequestSign::HeaderPresent { name } => name.span,
    }
}

/// Where a network, or the name of some, stands.
pub(crate) fn source_span(source: &Source) -> Span {
    match source {
        Source::Named(reference) => reference.name.span,
        Source::Network(network) => network.span,
    }
}

/// Which From is read.
pub(crate) fn compare(compare: Compare) -> &'static str {
    match compare {
        Compare::Envelope => "envelope",
        Compare::Header => "header",
        Compare::Either => "either",
    }
}
