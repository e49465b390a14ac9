//! Words of the trace: why a clause is no candidate, by the first line that failed.

use grammar::tree::RequestSign;

use crate::{
    facts::Facts,
    model::{
        Model, Numbered,
        clause::{Clause, Direction, Validity},
        selector::{Selector, Side},
    },
    normal,
    program::{person::Person, sender::Sender},
};

/// The first line that failed; nothing when the clause is a candidate.
pub(crate) fn failing_line(
    model: &Model,
    facts: &Facts,
    sender: &Sender<'_>,
    recipient: &Person<'_>,
    numbered: Numbered<'_>,
) -> Option<String> {
    let clause = numbered.clause();
    validity_line(clause.validity, facts.at_ms)
        .or_else(|| source_line(clause, facts))
        .or_else(|| sides_line(model, clause, sender, recipient))
        .or_else(|| match numbered {
            Numbered::Request(request) => request_line(model, facts, &request.signs),
            Numbered::Bypass(_) | Numbered::Policy(..) => None,
        })
}

fn validity_line(validity: Validity, at_ms: i64) -> Option<String> {
    match validity {
        Validity::Always => None,
        Validity::Disabled => Some("disabled".to_owned()),
        Validity::Range { from, until } => {
            if let Some(from) = from.filter(|it| at_ms < it.at_ms) {
                return Some(format!("valid: not before {}", from.date));
            }
            until
                .filter(|it| it.at_ms <= at_ms)
                .map(|it| format!("valid: expired after {}", it.date))
        }
    }
}

fn source_line(clause: &Clause, facts: &Facts) -> Option<String> {
    let networks = clause.source.as_deref()?;
    let Some(peer) = facts.peer else {
        return Some("source: the peer is not known".to_owned());
    };
    let inside = networks.iter().any(|it| it.contains(peer.to_canonical()));
    (!inside).then(|| format!("source: {peer} is outside"))
}

fn sides_line(
    model: &Model,
    clause: &Clause,
    sender: &Sender<'_>,
    recipient: &Person<'_>,
) -> Option<String> {
    let both = |it: &&Direction| {
        sender.matches(model, clause, it).is_some() && model.side_matches(&it.to, recipient)
    };
    if clause.directions.iter().any(|it| both(&it)) {
        return None;
    }
    let disbelieved = |it: &Direction| sender.is_disbelieved(model, clause, it);
    if clause.directions.iter().any(|it| disbelieved(it) && model.side_matches(&it.to, recipient)) {
        let why = "the peer is outside the relay networks, so its sender counts for no bypass";
        return Some(format!("from: {why}"));
    }
    let means = |it: &Direction| sender.matches(model, clause, it).is_some() || disbelieved(it);
    let from = clause.directions.iter().find(|it| means(it));
    if let Some(direction) = from {
        return Some(format!("to: {}", side_line(model, &direction.to, recipient)));
    }
    let direction = clause.directions.first()?;
    let read =
        sender.headers.first().filter(|_| clause.compare != grammar::tree::Compare::Envelope);
    Some(format!("from: {}", side_line(model, &direction.from, read.unwrap_or(&sender.envelope))))
}

fn side_line(model: &Model, side: &Side, person: &Person<'_>) -> String {
    let who = person.address.map_or_else(|| "the null sender".to_owned(), |it| format!("`{it}`"));
    if model.any_matches(&side.any_of, person) {
        let words = words_of(model, &side.except, person);
        return format!("{who} is excepted ({words})");
    }
    match side.any_of.as_slice() {
        [one] => format!("{who} is not {}", selector_words(model, one)),
        many => {
            let words: Vec<String> = many.iter().map(|it| selector_words(model, it)).collect();
            format!("{who} is none of {}", words.join(", "))
        }
    }
}

/// The selectors that mean the person, in words.
fn words_of(model: &Model, selectors: &[Selector], person: &Person<'_>) -> String {
    let hits = selectors.iter().filter(|it| model.any_matches(std::slice::from_ref(*it), person));
    hits.map(|it| selector_words(model, it)).collect::<Vec<_>>().join(", ")
}

/// A selector as its author writes it.
pub(crate) fn selector_words(model: &Model, selector: &Selector) -> String {
    let sets = &model.sets;
    let name = |it: Option<&str>| format!("in `{}`", it.unwrap_or_default());
    match selector {
        Selector::Everyone => "everyone".to_owned(),
        Selector::Internal => "internal".to_owned(),
        Selector::External => "external".to_owned(),
        Selector::Null => "the null sender".to_owned(),
        Selector::Domain(pattern) => format!("at `{pattern}`"),
        Selector::Address(address) => format!("`{address}`"),
        Selector::AddressSet(set) => name(sets.addresses.get(set.0).map(|it| it.name.as_str())),
        Selector::DomainSet(set) => name(sets.domains.get(set.0).map(|it| it.name.as_str())),
        Selector::Group(set) => name(sets.groups.get(set.0).map(|it| it.name.as_str())),
        Selector::Attribute { attribute, at_least, value } => {
            let attribute = sets.attributes.get(attribute.0).map_or("", |it| it.name.as_str());
            let relation = if *at_least { "at least " } else { "" };
            format!("one whose {attribute} is {relation}{value}")
        }
    }
}

fn request_line(model: &Model, facts: &Facts, signs: &[RequestSign]) -> Option<String> {
    if !asks(facts, signs) {
        return Some("the message does not ask for it".to_owned());
    }
    facts
        .recipients
        .iter()
        .all(|it| model.is_internal(it))
        .then(|| "to: the message has no external recipient, so a request has no effect".to_owned())
}

/// Whether any one of the signs is there.
pub(crate) fn asks(facts: &Facts, signs: &[RequestSign]) -> bool {
    signs.iter().any(|it| shows(facts, it))
}

/// Whether a sign is there. Compared as text is: case and invisible characters do not count.
pub(crate) fn shows(facts: &Facts, sign: &RequestSign) -> bool {
    let content = &facts.content;
    let fields = |name: &str| {
        let name = name.to_owned();
        content.headers.iter().filter(move |it| it.0.eq_ignore_ascii_case(&name))
    };
    match sign {
        RequestSign::SubjectContains(text) => {
            normal::normalise(&content.subject).contains(&normal::normalise(&text.value))
        }
        RequestSign::HeaderIs { name, value } => {
            let wanted = normal::normalise(value.value.trim());
            fields(&name.value).any(|it| normal::normalise(it.1.trim()) == wanted)
        }
        RequestSign::HeaderPresent { name } => fields(&name.value).next().is_some(),
    }
}
