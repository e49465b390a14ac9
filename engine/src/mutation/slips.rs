//! What somebody might write by mistake instead of a side, a condition or an outcome.

use crate::model::{
    Model,
    outcome::{Outcome, What},
    selector::{Selector, Side},
};

/// Sides that somebody might write by mistake; with the one entry that is gone, where that is all.
pub(super) fn others(side: &Side) -> Vec<(Side, Option<Selector>)> {
    let mut found = Vec::new();
    let everyone = Selector::Everyone;
    for at in 0..side.except.len() {
        let mut other = side.clone();
        let gone = other.except.remove(at);
        found.push((other, Some(gone)));
    }
    if side.any_of.len() > 1 {
        for at in 0..side.any_of.len() {
            let mut other = side.clone();
            let gone = other.any_of.remove(at);
            found.push((other, Some(gone)));
        }
    }
    let wider = Side { any_of: vec![everyone.clone()], except: side.except.clone() };
    if side.any_of.contains(&everyone) {
        for narrow in [Selector::Internal, Selector::External] {
            found.push((Side { any_of: vec![narrow], except: side.except.clone() }, None));
        }
    } else {
        found.push((wider, None));
    }
    for (at, selector) in side.any_of.iter().enumerate() {
        let Selector::Domain(pattern) = selector else { continue };
        let mut turned = pattern.clone();
        turned.wildcard = !turned.wildcard;
        let mut other = side.clone();
        if let Some(it) = other.any_of.get_mut(at) {
            *it = Selector::Domain(turned);
        }
        other.any_of.sort();
        found.push((other, None));
    }
    for (at, selector) in side.any_of.iter().enumerate() {
        let Selector::Attribute { attribute, at_least, value } = selector else { continue };
        let (attribute, at_least) = (*attribute, !at_least);
        let mut other = side.clone();
        if let Some(it) = other.any_of.get_mut(at) {
            *it = Selector::Attribute { attribute, at_least, value: value.clone() };
        }
        other.any_of.sort();
        found.push((other, None));
    }
    found
}

/// Other things that a condition might ask by mistake, in words.
pub(super) fn asked_otherwise(what: &What) -> Vec<(String, What)> {
    let without = |list: &[String], make: fn(Vec<String>) -> What| {
        let mut found = Vec::new();
        for (at, gone) in list.iter().enumerate().filter(|_| list.len() > 1) {
            let mut left = list.to_vec();
            left.remove(at);
            found.push((format!("`{gone}` is taken out"), make(left)));
        }
        found
    };
    let sizes = |octets: u64, make: fn(u64) -> What| {
        let (double, half) = (octets.saturating_mul(2), octets / 2);
        vec![
            ("the size is doubled".to_owned(), make(double)),
            ("the size is halved".to_owned(), make(half)),
        ]
    };
    match what {
        What::Activates(_) | What::Fingerprint(_) | What::SenderUsesTls => Vec::new(),
        What::LanguageIs(list) => without(list, What::LanguageIs),
        What::AttachmentType(list) => without(list, What::AttachmentType),
        What::AttachmentName(list) => without(list, What::AttachmentName),
        What::AttachmentLarger(octets) => sizes(*octets, What::AttachmentLarger),
        What::MessageLarger(octets) => sizes(*octets, What::MessageLarger),
        What::RecipientsMoreThan(number) => {
            let more = number.saturating_add(1);
            let mut found =
                vec![(format!("{number} becomes {more}"), What::RecipientsMoreThan(more))];
            if let Some(fewer) = number.checked_sub(1) {
                found.push((format!("{number} becomes {fewer}"), What::RecipientsMoreThan(fewer)));
            }
            found
        }
        What::Authentication { method, passes } => {
            let words = "`passes` and `fails` change places".to_owned();
            vec![(words, What::Authentication { method: *method, passes: !passes })]
        }
    }
}

/// Outcomes that protect less, or by another definition or other people.
pub(super) fn weaker(model: &Model, outcome: &Outcome) -> Vec<Outcome> {
    let mut found = Vec::new();
    match outcome {
        Outcome::Deliver | Outcome::TakeNoAction => found.push(Outcome::Hold(None)),
        Outcome::VerifiedTls(otherwise) => {
            found.push(Outcome::Deliver);
            if **otherwise != Outcome::Deliver {
                found.push(Outcome::VerifiedTls(Box::new(Outcome::Deliver)));
            }
        }
        Outcome::Secure(number) => {
            found.push(Outcome::Deliver);
            let others = (0..model.definitions.len()).filter(|it| it != number);
            found.extend(others.take(1).map(Outcome::Secure));
        }
        Outcome::Hold(releasers) => {
            found.push(Outcome::Deliver);
            found.extend(releasers.as_ref().map(|_| Outcome::Hold(None)));
        }
        Outcome::Bounce(_) | Outcome::Reject(_) => found.push(Outcome::Deliver),
    }
    if let Outcome::Reject(text) = outcome {
        found.push(Outcome::Bounce(text.clone()));
    }
    found
}
