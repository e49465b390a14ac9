//! Routing rules that disagree: found when the rules are checked, with an example message.
//!
//! Two rules that compete, say different things, and of which neither outranks the other, are an
//! error when some message meets both. Only where it takes two different groups or attribute
//! values of one person is it left to run time.

mod cover;
mod known;
mod pairs;
mod witness;

use std::collections::{BTreeMap, BTreeSet};

use grammar::{
    diagnostic::{Diagnostic, Fix},
    tree::{Compare, Span},
};

use self::witness::{Example, Overlap, overlap};
pub(crate) use self::{
    cover::selector_covers,
    known::Known,
    witness::{meet, meets},
};
use crate::{
    code,
    model::{
        Model,
        clause::{BypassAct, Clause, Direction},
        definition::Definition,
        outcome::Outcome,
    },
};

/// A rule in the competition.
struct Entrant<'m> {
    clause: &'m Clause,
    says: Says<'m>,
}

/// What a rule says, for telling whether two agree.
#[derive(Clone, Copy)]
enum Says<'m> {
    Bypass(&'m BypassAct),
    Policy(&'m Outcome),
}

/// Every disagreement, every rule that never decides, every override that never happens.
pub(crate) fn find(model: &Model) -> Vec<Diagnostic> {
    find_again(model, &mut Known::default(), &BTreeSet::new())
}

/// The same, where clauses with these names have another meaning than when `known` was found.
pub(crate) fn find_again(
    model: &Model,
    known: &mut Known,
    changed: &BTreeSet<Span>,
) -> Vec<Diagnostic> {
    let policies: Vec<Entrant<'_>> = model
        .policies
        .iter()
        .filter(|it| !it.is_content())
        .map(|it| Entrant { clause: &it.clause, says: Says::Policy(&it.then) })
        .collect();
    let bypasses: Vec<Entrant<'_>> = model
        .bypasses
        .iter()
        .filter(|it| !matches!(it.does, BypassAct::Skips { .. }))
        .map(|it| Entrant { clause: &it.clause, says: Says::Bypass(&it.does) })
        .collect();
    let mut findings = known.policies.disagreements(model, &policies, changed);
    findings.extend(known.bypasses.disagreements(model, &bypasses, changed));
    unmet_overrides(model, &mut findings);
    cover::shadowed(model, &mut findings);
    findings
}

/// What two clauses say, when they disagree and some message meets both.
fn disagree(model: &Model, one: &Entrant<'_>, other: &Entrant<'_>) -> Option<Diagnostic> {
    if one.says.agrees(other.says) || is_settled(one.clause, other.clause) {
        return None;
    }
    let met = open_directions(one.clause, other.clause)
        .filter_map(|(mine, theirs)| overlap(model, (one.clause, mine), (other.clause, theirs)))
        .max_by_key(|it| it.certain)?;
    Some(disagreement(model, one, other, &met))
}

/// Whether a line of one of the two says which wins, or one of them never holds.
fn is_settled(one: &Clause, other: &Clause) -> bool {
    one.overrides_all != other.overrides_all
        || one.overrides.contains(&other.name)
        || other.overrides.contains(&one.name)
        || !one.validity.overlaps(&other.validity)
}

/// Pairs of directions of which neither is more specific.
fn open_directions<'m>(
    one: &'m Clause,
    other: &'m Clause,
) -> impl Iterator<Item = (&'m Direction, &'m Direction)> {
    let pairs =
        one.directions.iter().flat_map(|mine| other.directions.iter().map(move |it| (mine, it)));
    pairs
        .filter(|(mine, theirs)| !mine.ranks.beats(theirs.ranks) && !theirs.ranks.beats(mine.ranks))
}

impl Says<'_> {
    fn agrees(self, other: Self) -> bool {
        match (self, other) {
            (Self::Policy(one), Self::Policy(other)) => one.is_same(other),
            (Self::Bypass(one), Self::Bypass(other)) => one == other,
            (Self::Policy(_), Self::Bypass(_)) | (Self::Bypass(_), Self::Policy(_)) => false,
        }
    }

    fn words(self, model: &Model) -> String {
        match self {
            Self::Bypass(BypassAct::DisableSecureMessaging) => {
                "disable secure messaging".to_owned()
            }
            Self::Bypass(BypassAct::Skips { .. }) => "skips content".to_owned(),
            Self::Bypass(BypassAct::TakeNoAction) => "take no action".to_owned(),
            Self::Policy(outcome) => outcome.words(&model.definitions),
        }
    }
}

impl Outcome {
    /// As its author writes it.
    pub(crate) fn words(&self, definitions: &[Definition]) -> String {
        match self {
            Self::Deliver => "deliver".to_owned(),
            Self::TakeNoAction => "take no action".to_owned(),
            Self::VerifiedTls(otherwise) => {
                format!("deliver over verified tls otherwise {}", otherwise.words(definitions))
            }
            Self::Secure(number) => {
                let name = definitions.get(*number).map_or("", |it| it.name.as_str());
                format!("secure with {name}")
            }
            Self::Hold(None) => "hold".to_owned(),
            Self::Hold(Some(releasers)) => format!("hold for {releasers}"),
            Self::Bounce(text) => format!("bounce \"{text}\""),
            Self::Reject(text) => format!("reject \"{text}\""),
        }
    }
}

fn disagreement(
    model: &Model,
    one: &Entrant<'_>,
    other: &Entrant<'_>,
    found: &Overlap,
) -> Diagnostic {
    let (mine, theirs) = (&one.clause.name, &other.clause.name);
    let (code, message) = if found.certain {
        (code::CONFLICT, format!("`{mine}` and `{theirs}` disagree and neither outranks the other"))
    } else {
        let message = format!("`{mine}` and `{theirs}` disagree about whoever is meant by both");
        (code::GROUPS_DISAGREE, message)
    };
    let says = |it: &Entrant<'_>| format!("{}: {}", it.clause.name, it.says.words(model));
    Diagnostic::new(code, message)
        .primary(one.clause.span, one.says.words(model))
        .secondary(other.clause.span, other.says.words(model))
        .note(format!(
            "both apply to: {}\n{}        {}",
            example(&found.example),
            says(one),
            says(other)
        ))
        .fix(Fix::advice(format!(
            "add `override {theirs}` to {mine}, or `override {mine}` to {theirs}"
        )))
}

/// The message that meets both, on one line.
fn example(example: &Example) -> String {
    let from = example.from.as_ref().map_or_else(|| "<>".to_owned(), ToString::to_string);
    let mut words = from;
    if let Some(header) = &example.header_from {
        words.push_str(&format!(" (header From {header})"));
    }
    words.push_str(&format!(" -> {}", example.to));
    if let Some(peer) = example.peer {
        words.push_str(&format!(" from {peer}"));
    }
    if let Some(date) = example.on {
        words.push_str(&format!(" on {date}"));
    }
    if !example.supposing.is_empty() {
        words.push_str(&format!(", where {}", example.supposing.join(" and ")));
    }
    words
}

fn unmet_overrides(model: &Model, findings: &mut Vec<Diagnostic>) {
    if model.clauses().all(|it| it.overrides.is_empty()) {
        return;
    }
    let by_name: BTreeMap<&str, &Clause> =
        model.clauses().map(|it| (it.name.as_str(), it)).collect();
    for clause in model.clauses() {
        for name in &clause.overrides {
            let Some(target) = by_name.get(name.as_str()) else { continue };
            let mut pairs = clause
                .directions
                .iter()
                .flat_map(|mine| target.directions.iter().map(move |theirs| (mine, theirs)));
            let meets = pairs.any(|(mine, theirs)| {
                clause.validity.overlaps(&target.validity)
                    && overlap(model, (clause, mine), (target, theirs)).is_some()
            });
            if !meets {
                let message =
                    format!("`{}` overrides `{name}`, and no message meets both", clause.name);
                let finding =
                    Diagnostic::new(code::OVERRIDE_UNMET, message).primary(clause.span, "");
                findings.push(finding.secondary(target.span, "never meets it"));
            }
        }
    }
}

/// Whether two readings of the From can only be met by one address.
fn reads_one_address(one: Compare, other: Compare) -> bool {
    match (one, other) {
        (Compare::Envelope, Compare::Envelope) | (Compare::Header, Compare::Header) => true,
        (Compare::Either, _) | (_, Compare::Either) => false,
        (Compare::Envelope, Compare::Header) | (Compare::Header, Compare::Envelope) => false,
    }
}
