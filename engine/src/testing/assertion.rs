//! `assert` blocks, held against every message of the tests.

use grammar::tree::AssertKind;

use super::{
    Decided, Failure, TestKind, TestReport, expectation::is_outcome, model::ResolvedAssert,
};
use crate::{
    Program, condition,
    decision::{Decision, Fate, Verdict},
    facts::Facts,
    language,
    model::outcome::What,
    program::person::Person,
};

/// What an assertion comes to over all decided messages.
pub(super) fn check(program: &Program, assert: &ResolvedAssert, decided: &[Decided]) -> TestReport {
    let mut failures = Vec::new();
    let (mut concerned, mut reached) = (0_usize, false);
    for message in decided {
        for verdict in &message.decision.verdicts {
            if !concerns(program, assert, &message.facts, &message.decision, verdict) {
                continue;
            }
            concerned = concerned.saturating_add(1);
            let definitions = &program.model().definitions;
            let is = assert.outcome.as_ref().is_none_or(|it| is_outcome(verdict, it, definitions));
            reached |= is;
            let broken = match assert.kind {
                AssertKind::Always => !is,
                AssertKind::Never => is,
                AssertKind::Reachable => false,
            };
            if broken {
                let (test, who) = (&message.title, &verdict.recipient);
                let message = format!("broken for `{who}` by the message of test \"{test}\"");
                failures.push(Failure { message, place: assert.place.clone() });
            }
        }
    }
    let unmet = match assert.kind {
        AssertKind::Reachable => (!reached).then_some("no message of any test gets there"),
        // What nothing was held against could not have failed.
        AssertKind::Always | AssertKind::Never => (concerned == 0)
            .then_some("held for 0 messages: no message of any test is of the kind it speaks of"),
    };
    failures
        .extend(unmet.map(|it| Failure { message: it.to_owned(), place: assert.place.clone() }));
    TestReport {
        title: assert.title.clone(),
        kind: TestKind::Assertion,
        place: assert.place.clone(),
        failures,
    }
}

/// Whether the assertion speaks of this message and recipient.
fn concerns(
    program: &Program,
    assert: &ResolvedAssert,
    facts: &Facts,
    decision: &Decision,
    verdict: &Verdict,
) -> bool {
    let model = program.model();
    let sender = Person::new(model, facts.sender.as_ref(), facts);
    let recipient = Person::new(model, Some(&verdict.recipient), facts);
    let peer = assert.source.as_ref().is_none_or(|networks| {
        facts.peer.is_some_and(|it| networks.iter().any(|net| net.contains(it.to_canonical())))
    });
    let excused = verdict.trace.iter().any(|it| {
        it.kind == "bypass"
            && assert.unless.contains(&it.subject)
            && !matches!(it.fate, Fate::Failed { .. })
    });
    peer && !excused
        && model.side_matches(&assert.from, &sender)
        && model.side_matches(&assert.to, &recipient)
        && assert.when.iter().all(|it| {
            let holds = match &it.what {
                What::Activates(number) => activates(program, *number, facts, decision),
                What::Fingerprint(number) => program.fingerprint(*number, &facts.content),
                What::LanguageIs(wanted) => {
                    let told = language::of(&facts.content);
                    told.is_some_and(|told| wanted.iter().any(|it| it == told))
                }
                other @ (What::AttachmentLarger(_)
                | What::AttachmentName(_)
                | What::AttachmentType(_)
                | What::Authentication { .. }
                | What::MessageLarger(_)
                | What::RecipientsMoreThan(_)
                | What::SenderUsesTls) => condition::holds(other, facts) == Some(true),
            };
            holds != it.negated
        })
}

fn activates(program: &Program, number: usize, facts: &Facts, decision: &Decision) -> bool {
    let Some(examination) = program.model().examinations.get(number) else { return false };
    let known = decision.examinations.iter().find(|it| it.name == examination.name);
    match known {
        Some(result) => result.activated,
        None => {
            program.examine(&facts.content).get(&examination.name).is_some_and(|it| it.activated)
        }
    }
}
