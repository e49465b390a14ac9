//! What rules ask of a directory that has it of nobody.

use std::collections::{BTreeMap, BTreeSet};

use grammar::diagnostic::Diagnostic;

use crate::{
    code,
    model::{Model, clause::Clause, selector::Selector},
    trace::selector_words,
};

/// Values of one attribute that a finding lists.
const VALUES_LISTED_MAX: usize = 10;

/// Groups without members; `has_members` is asked by the directory's name of a group.
pub(crate) fn groups(model: &Model, has_members: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let dead = model.sets.groups.iter().filter(|it| !has_members(&it.directory)).map(|it| {
        let message = format!("the group `{}` has no members", it.name);
        Diagnostic::new(code::GROUP_DEAD, message).primary(it.span, "")
    });
    dead.collect()
}

/// Values of attributes that a clause asks for and nobody has. `known` are the values of each
/// attribute that somebody has.
pub(crate) fn values(model: &Model, known: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for clause in model.clauses() {
        for selector in asked(clause) {
            let Selector::Attribute { attribute, at_least, value } = selector else { continue };
            let Some(declared) = model.sets.attributes.get(attribute.0) else { continue };
            let had = known.get(declared.directory.as_str());
            let meets = |it: &&str| match at_least {
                true => declared.is_at_least(it, value),
                false => it == value,
            };
            if had.into_iter().flatten().any(meets) {
                continue;
            }
            let words = selector_words(model, selector);
            let message = format!("`{}` names {words}, and the directory has nobody", clause.name);
            let finding = Diagnostic::new(code::VALUE_DEAD, message).primary(clause.span, "");
            findings.push(finding.note(had_words(&declared.directory, had)));
        }
    }
    findings
}

/// The selectors of a clause, each once.
fn asked(clause: &Clause) -> BTreeSet<&Selector> {
    let sides = clause.directions.iter().flat_map(|it| [&it.from, &it.to]);
    sides.flat_map(|it| it.any_of.iter().chain(&it.except)).collect()
}

fn had_words(attribute: &str, had: Option<&BTreeSet<&str>>) -> String {
    let Some(had) = had else {
        return format!("nobody in the directory has a `{attribute}`");
    };
    let listed: Vec<String> =
        had.iter().take(VALUES_LISTED_MAX).map(|it| format!("`{it}`")).collect();
    let more = if VALUES_LISTED_MAX < had.len() { ", and more" } else { "" };
    format!("the values of `{attribute}` in the directory are {}{more}", listed.join(", "))
}
