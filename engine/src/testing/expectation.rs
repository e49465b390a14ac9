//! `expect` lines: what must hold of a decided message.

use super::{
    Failure,
    model::{Expected, ExpectedKind, Spoken},
};
use crate::{
    Program,
    decision::{Decision, Disposition, Effect, Verdict},
    facts::Facts,
    model::{definition::Definition, outcome::Outcome},
};

/// What does not hold.
pub(super) fn check(
    program: &Program,
    expects: &[Expected],
    facts: &Facts,
    decision: &Decision,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    for expected in expects {
        let messages = match &expected.kind {
            ExpectedKind::Outcome { recipient, outcome, with_banner, because } => {
                let meant = decision
                    .verdicts
                    .iter()
                    .filter(|it| recipient.as_ref().is_none_or(|who| *who == it.recipient));
                let meant: Vec<&Verdict> = meant.collect();
                match (meant.is_empty(), recipient) {
                    (true, Some(who)) => vec![format!("`{who}` is no recipient of the message")],
                    (true, None) | (false, _) => meant
                        .into_iter()
                        .filter_map(|it| why_not(program, it, outcome, *with_banner, because))
                        .collect(),
                }
            }
            ExpectedKind::Scores { examination, score } => {
                let found = examined(program, *examination, facts);
                let other = found.filter(|it| it.1 != *score);
                other
                    .map(|it| format!("`{}` scores {}, not {score}", it.0, it.1))
                    .into_iter()
                    .collect()
            }
            ExpectedKind::Activates { examination, activates } => {
                let found = examined(program, *examination, facts);
                let other = found.filter(|it| it.2 != *activates);
                let verb = if *activates { "does not activate" } else { "activates" };
                other.map(|it| format!("`{}` {verb} (score {})", it.0, it.1)).into_iter().collect()
            }
        };
        let place = || expected.place.clone();
        failures.extend(messages.into_iter().map(|message| Failure { message, place: place() }));
    }
    failures
}

/// Name, score and whether it activates.
fn examined(program: &Program, number: usize, facts: &Facts) -> Option<(String, u32, bool)> {
    let name = &program.model().examinations.get(number)?.name;
    let all = program.examine(&facts.content);
    all.get(name).map(|it| (name.clone(), it.score, it.activated))
}

fn why_not(
    program: &Program,
    verdict: &Verdict,
    outcome: &Spoken,
    with_banner: bool,
    because: &[String],
) -> Option<String> {
    let definitions = &program.model().definitions;
    let who = &verdict.recipient;
    let by = verdict.decided_by.join(", ");
    if !is_outcome(verdict, outcome, definitions) {
        let (wanted, is) = (spoken(outcome, definitions), words(verdict));
        return Some(format!("`{who}`: expected {wanted}, got {is} because {by}"));
    }
    let has_banner = verdict.effects.iter().any(|it| matches!(it, Effect::Banner { .. }));
    if with_banner && !has_banner {
        return Some(format!("`{who}`: expected a banner, and the copy has none"));
    }
    let mut wanted = because.to_vec();
    wanted.sort();
    let mut is = verdict.decided_by.clone();
    is.sort();
    if !wanted.is_empty() && wanted != is {
        return Some(format!("`{who}`: expected because {}, got because {by}", because.join(", ")));
    }
    None
}

/// Whether a verdict is what an outcome says; what the outcome leaves out may be anything.
pub(super) fn is_outcome(verdict: &Verdict, spoken: &Spoken, definitions: &[Definition]) -> bool {
    let outcome = match spoken {
        Spoken::Secure => return verdict.disposition == Disposition::Secure,
        Spoken::Outcome(outcome) => outcome,
    };
    let disposition = verdict.disposition == outcome.protection();
    let details = match outcome {
        Outcome::Deliver | Outcome::TakeNoAction | Outcome::Hold(None) => true,
        Outcome::VerifiedTls(_) => true,
        Outcome::Secure(number) => {
            definitions.get(*number).is_some_and(|it| verdict.definitions.contains(&it.name))
        }
        Outcome::Hold(Some(releasers)) => verdict.releasers.contains(releasers),
        Outcome::Bounce(text) | Outcome::Reject(text) => {
            text.is_empty() || verdict.text.as_ref() == Some(text)
        }
    };
    disposition && details
}

/// What was expected, in the words of the line.
fn spoken(spoken: &Spoken, definitions: &[Definition]) -> String {
    match spoken {
        Spoken::Secure => "secure".to_owned(),
        Spoken::Outcome(Outcome::Bounce(text)) if text.is_empty() => "bounce".to_owned(),
        Spoken::Outcome(Outcome::Reject(text)) if text.is_empty() => "reject".to_owned(),
        Spoken::Outcome(outcome) => outcome.words(definitions),
    }
}

fn words(verdict: &Verdict) -> String {
    let disposition = verdict.disposition.as_str();
    match verdict.disposition {
        Disposition::Secure => format!("{disposition} with {}", verdict.definitions.join(" and ")),
        Disposition::Hold if !verdict.releasers.is_empty() => {
            format!("{disposition} for {}", verdict.releasers.join(" and "))
        }
        Disposition::Bounce
        | Disposition::Deliver
        | Disposition::Hold
        | Disposition::Reject
        | Disposition::VerifiedTls => disposition.to_owned(),
    }
}
