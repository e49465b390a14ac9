//! `assert` blocks, held against every message of the tests and against generated ones.

use grammar::tree::AssertKind;

use super::{
    About, Decided, Failure, TestKind, TestReport, expectation::is_outcome, model::ResolvedAssert,
};
use crate::{
    Program, condition,
    decision::{Decision, Fate, Verdict},
    facts::Facts,
    generation::Generated,
    language,
    model::outcome::What,
    program::person::Person,
};

/// Generated messages that are shown as breaking one assertion; the first says enough.
const GENERATED_SHOWN_MAX: usize = 1;

/// What an assertion came to, message by message.
struct Holding<'a> {
    program: &'a Program,
    assert: &'a ResolvedAssert,
    concerned: usize,
    reached: bool,
    failures: Vec<Failure>,
}

/// What an assertion comes to over all decided messages, and over generated ones.
pub(crate) fn check(
    program: &Program,
    assert: &ResolvedAssert,
    decided: &[Decided],
    generated: &[Generated],
) -> TestReport {
    let mut holding =
        Holding { program, assert, concerned: 0, reached: false, failures: Vec::new() };
    for message in decided {
        for verdict in &message.decision.verdicts {
            if holding.is_broken(&message.facts, &message.decision, verdict) {
                let (test, who) = (&message.title, &verdict.recipient);
                let words = format!("broken for `{who}` by the message of test \"{test}\"");
                holding.fail(words, None);
            }
        }
    }
    holding.try_generated(generated);
    holding.report()
}

impl Holding<'_> {
    fn try_generated(&mut self, generated: &[Generated]) {
        // What a test shows already needs no second message.
        let mut left = if self.failures.is_empty() { GENERATED_SHOWN_MAX } else { 0 };
        for message in generated {
            let reachable = self.assert.kind == AssertKind::Reachable;
            if left == 0
                || reachable && self.reached
                || !may_concern(self.program, self.assert, &message.facts)
            {
                continue;
            }
            let decision = self.program.decide(&message.facts);
            for verdict in &decision.verdicts {
                if left > 0 && self.is_broken(&message.facts, &decision, verdict) {
                    left = left.saturating_sub(1);
                    let (who, by) = (&verdict.recipient, verdict.decided_by.join(", "));
                    let what = super::expectation::words(verdict);
                    let words = format!("broken for `{who}`, who gets {what} because {by}, by:");
                    self.fail(words, Some(message.block(self.program.model())));
                }
            }
        }
    }

    /// Whether this verdict is one that must not be.
    fn is_broken(&mut self, facts: &Facts, decision: &Decision, verdict: &Verdict) -> bool {
        if !concerns(self.program, self.assert, facts, decision, verdict) {
            return false;
        }
        self.concerned = self.concerned.saturating_add(1);
        let definitions = &self.program.model().definitions;
        let outcome = self.assert.outcome.as_ref();
        let is = outcome.is_none_or(|it| is_outcome(verdict, it, definitions));
        self.reached |= is;
        match self.assert.kind {
            AssertKind::Always => !is,
            AssertKind::Never => is,
            AssertKind::Reachable => false,
        }
    }

    fn fail(&mut self, message: String, example: Option<String>) {
        let place = self.assert.place.clone();
        self.failures.push(Failure { message, place, about: About::Nothing, example });
    }

    fn report(mut self) -> TestReport {
        let unmet = match self.assert.kind {
            AssertKind::Reachable => {
                (!self.reached).then_some("no message of any test gets there, and no generated one")
            }
            // What nothing was held against could not have failed.
            AssertKind::Always | AssertKind::Never => (self.concerned == 0).then_some(
                "held for 0 messages: no message of any test, and no generated one, is of the kind it speaks of",
            ),
        };
        if let Some(words) = unmet {
            self.fail(words.to_owned(), None);
        }
        TestReport {
            title: self.assert.title.clone(),
            kind: TestKind::Assertion,
            place: self.assert.place.clone(),
            failures: self.failures,
            decision: None,
        }
    }
}

/// Whether the sides of the assertion fit some recipient: asked before anything is decided.
pub(crate) fn may_concern(program: &Program, assert: &ResolvedAssert, facts: &Facts) -> bool {
    let model = program.model();
    let sender = Person::new(model, facts.sender.as_ref(), facts);
    model.side_matches(&assert.from, &sender)
        && facts
            .recipients
            .iter()
            .any(|it| model.side_matches(&assert.to, &Person::new(model, Some(it), facts)))
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
        it.kind == "bypass" && assert.unless.contains(&it.subject) && it.fate == Fate::Decided
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
    let known = decision.examinations.iter().find(|it| *it.name == *examination.name);
    match known {
        Some(result) => result.activated,
        None => program.examine_one(number, &facts.content).is_some_and(|it| it.activated),
    }
}
