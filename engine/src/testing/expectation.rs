//! `expect` lines: what must hold of a decided message.

use grammar::literal::Address;

use super::{
    About, Failure,
    besides::{why_not_besides, why_not_option},
    model::{Expected, ExpectedKind, Spoken},
};
use crate::{
    Program,
    decision::{Decision, Disposition, Effect, ExaminationResult, Otherwise, Verdict},
    facts::Facts,
    model::{definition::Definition, outcome::Outcome},
};

/// What does not hold.
pub(crate) fn check(
    program: &Program,
    expects: &[Expected],
    facts: &Facts,
    decision: &Decision,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    for expected in expects {
        let found = match &expected.kind {
            ExpectedKind::Outcome { recipient, outcome, with_banner, because } => {
                let able = able(program, outcome);
                of_recipients(decision, recipient.as_ref(), (because, &able), |it| {
                    why_not(program, it, outcome, *with_banner, because)
                })
            }
            ExpectedKind::Besides { recipient, besides } => {
                of_recipients(decision, recipient.as_ref(), (&[], &[]), |it| {
                    why_not_besides(it, besides)
                })
            }
            ExpectedKind::Option { recipient, option } => {
                of_recipients(decision, recipient.as_ref(), (&[], &[]), |it| {
                    why_not_option(it, *option)
                })
            }
            ExpectedKind::Scores { examination, score } => {
                let other = examined(program, *examination, facts).filter(|it| it.score != *score);
                let told = other.map(|it| {
                    let message = format!("`{}` scores {}, not {score}", it.name, it.score);
                    (message, About::Examination(Box::new(it)))
                });
                told.into_iter().collect()
            }
            ExpectedKind::Activates { examination, activates } => {
                let found = examined(program, *examination, facts);
                let verb = if *activates { "does not activate" } else { "activates" };
                let told = found.filter(|it| it.activated != *activates).map(|it| {
                    let message = format!("`{}` {verb} (score {})", it.name, it.score);
                    (message, About::Examination(Box::new(it)))
                });
                told.into_iter().collect()
            }
        };
        failures.extend(found.into_iter().map(|(message, about)| Failure {
            message,
            place: expected.place.clone(),
            about,
            example: None,
        }));
    }
    failures
}

/// What does not hold for one recipient, or for each.
fn of_recipients(
    decision: &Decision,
    recipient: Option<&Address>,
    (because, able): (&[String], &[String]),
    why_not: impl Fn(&Verdict) -> Option<String>,
) -> Vec<(String, About)> {
    let mut meant = decision
        .verdicts
        .iter()
        .filter(|it| recipient.is_none_or(|who| *who == it.recipient))
        .peekable();
    if let (Some(who), None) = (recipient, meant.peek()) {
        return vec![(format!("`{who}` is no recipient of the message"), About::Nothing)];
    }
    let wrong = meant.filter_map(|it| {
        let (because, able) = (because.to_vec(), able.to_vec());
        let recipient = it.recipient.clone();
        Some((why_not(it)?, About::Recipient { recipient, because, able }))
    });
    wrong.collect()
}

/// Who leads to an outcome, by name.
fn able(program: &Program, spoken: &Spoken) -> Vec<String> {
    let model = program.model();
    let wanted = match spoken {
        Spoken::Outcome(outcome) => outcome.protection(),
        Spoken::Secure => Disposition::Secure,
        Spoken::VerifiedTls => Disposition::VerifiedTls,
    };
    let policies = model.policies.iter().map(|it| (&it.clause.name, &it.then));
    let requests = model.requests.iter().map(|it| (&it.clause.name, &it.then));
    let able = policies.chain(requests).filter(|it| it.1.protection() == wanted);
    able.map(|it| it.0.clone()).collect()
}

/// What an examination finds, whether or not a policy asks for it.
fn examined(program: &Program, number: usize, facts: &Facts) -> Option<ExaminationResult> {
    program.examine_one(number, &facts.content)
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
        Spoken::VerifiedTls => return verdict.disposition == Disposition::VerifiedTls,
        Spoken::Outcome(outcome) => outcome,
    };
    let disposition = verdict.disposition == outcome.protection();
    let details = match outcome {
        Outcome::Deliver | Outcome::TakeNoAction | Outcome::Hold(None) => true,
        Outcome::VerifiedTls(spoken) => {
            verdict.otherwise.as_ref().is_some_and(|it| is_otherwise(it, spoken, definitions))
        }
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

/// The same of what happens where verified TLS cannot be had.
fn is_otherwise(otherwise: &Otherwise, outcome: &Outcome, definitions: &[Definition]) -> bool {
    let has = |name: &str, names: &[String]| names.iter().any(|it| it == name);
    let details = match outcome {
        Outcome::Deliver | Outcome::TakeNoAction | Outcome::Hold(None) => true,
        // The grammar has no verified TLS as its own alternative.
        Outcome::VerifiedTls(_) => false,
        Outcome::Secure(number) => {
            definitions.get(*number).is_some_and(|it| has(&it.name, &otherwise.definitions))
        }
        Outcome::Hold(Some(releasers)) => has(releasers, &otherwise.releasers),
        Outcome::Bounce(text) | Outcome::Reject(text) => otherwise.text.as_ref() == Some(text),
    };
    otherwise.disposition == outcome.protection() && details
}

/// What was expected, in the words of the line.
fn spoken(spoken: &Spoken, definitions: &[Definition]) -> String {
    match spoken {
        Spoken::Secure => "secure".to_owned(),
        Spoken::VerifiedTls => "deliver over verified tls".to_owned(),
        Spoken::Outcome(Outcome::Bounce(text)) if text.is_empty() => "bounce".to_owned(),
        Spoken::Outcome(Outcome::Reject(text)) if text.is_empty() => "reject".to_owned(),
        Spoken::Outcome(outcome) => outcome.words(definitions),
    }
}

/// What happens, in short.
pub(crate) fn words(verdict: &Verdict) -> String {
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
