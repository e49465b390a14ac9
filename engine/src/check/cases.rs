//! `test` and `assert` blocks, resolved.

use grammar::tree::{
    self, Banner, Besides, EffectKind, ExpectKind, Given, ItemKind, OutcomeKind, Span,
};

use super::{Checker, memory::Task, names::NameKind};
use crate::{
    merge::effects_of,
    model::{
        Model,
        outcome::{Also, Outcome},
        set::SetId,
    },
    testing::{
        besides::SpokenBesides,
        model::{Expected, ExpectedKind, ResolvedAssert, ResolvedTest, Spoken, Supposed},
    },
};

/// Items that can decide.
const DECIDERS: [NameKind; 3] = [NameKind::Policy, NameKind::Request, NameKind::Bypass];

impl Checker<'_> {
    /// Every test of the tree, by file and place.
    pub(super) fn tests(&self, model: &Model) -> Vec<ResolvedTest> {
        let mut tests: Vec<ResolvedTest> = Vec::new();
        for written in &self.items.tests {
            let test = || self.test(written, model);
            let (mut test, places) = self.once(Task::Meaning, written.title.span, test);
            test.place = self.sources.place(written.title.span);
            for (expected, place) in test.expects.iter_mut().zip(places) {
                expected.place = self.sources.place(place);
            }
            tests.push(test);
        }
        tests.sort_by(|one, other| one.place.cmp(&other.place));
        tests
    }

    /// A test, and where its expectations stand.
    fn test(&self, written: &tree::Test, model: &Model) -> (ResolvedTest, Vec<Span>) {
        self.require_expectation(written);
        let expects = written.expects.iter();
        let expects = expects.filter_map(|it| Some((self.expected(it)?, it.span)));
        let (expects, places) = expects.unzip();
        let test = ResolvedTest {
            title: written.title.value.clone(),
            place: None,
            message: written.message.clone(),
            given: written.given.iter().filter_map(|it| self.given(it, model)).collect(),
            expects,
        };
        (test, places)
    }

    fn given(&self, given: &Given, model: &Model) -> Option<Supposed> {
        match given {
            Given::InGroup { address, group } => {
                let id = SetId(self.resolve(group, &[NameKind::Group])?.id);
                let group = model.sets.groups.get(id.0)?.directory.clone();
                Some(Supposed::InGroup { address: address.value.clone(), group })
            }
            Given::WithAttribute { address, attribute, value } => {
                let entry = self.declared_attribute(attribute)?;
                let ItemKind::Attribute(declared) = entry.item else { return None };
                self.attribute_value(declared, value)?;
                Some(Supposed::WithAttribute {
                    address: address.value.clone(),
                    attribute: declared.directory.value.clone(),
                    value: value.value.clone(),
                })
            }
        }
    }

    fn expected(&self, expect: &tree::Expect) -> Option<Expected> {
        let kind = match &expect.kind {
            ExpectKind::Outcome { recipient, outcome, with_banner, because } => {
                let because = because.iter().filter_map(|it| self.decider(it)).collect();
                ExpectedKind::Outcome {
                    recipient: recipient.as_ref().map(|it| it.value.clone()),
                    outcome: self.any_outcome(outcome)?,
                    with_banner: *with_banner,
                    because,
                }
            }
            ExpectKind::Besides { recipient, besides } => ExpectedKind::Besides {
                recipient: recipient.as_ref().map(|it| it.value.clone()),
                besides: spoken_besides(besides),
            },
            ExpectKind::Option { recipient, option } => ExpectedKind::Option {
                recipient: recipient.as_ref().map(|it| it.value.clone()),
                option: *option,
            },
            ExpectKind::Scores { examination, score } => ExpectedKind::Scores {
                examination: self.resolve(examination, &[NameKind::Examination])?.id,
                score: score.value,
            },
            ExpectKind::Activates { examination, activates } => ExpectedKind::Activates {
                examination: self.resolve(examination, &[NameKind::Examination])?.id,
                activates: *activates,
            },
        };
        Some(Expected { place: None, kind })
    }

    fn decider(&self, reference: &tree::Reference) -> Option<String> {
        if reference.qualifier.is_none() && reference.name.value == "default" {
            return Some("default".to_owned());
        }
        self.resolve(reference, &DECIDERS).map(|it| it.label.to_string())
    }

    /// An outcome as a test speaks of it: also what only a bypass may say.
    fn any_outcome(&self, outcome: &tree::Outcome) -> Option<Spoken> {
        match &outcome.kind {
            OutcomeKind::DisableSecureMessaging => Some(Spoken::Outcome(Outcome::Deliver)),
            OutcomeKind::Secure(definition) if definition.name.value.is_empty() => {
                Some(Spoken::Secure)
            }
            OutcomeKind::VerifiedTls { otherwise } if otherwise.is_left_out() => {
                Some(Spoken::VerifiedTls)
            }
            OutcomeKind::Bounce(_)
            | OutcomeKind::Deliver
            | OutcomeKind::Hold { .. }
            | OutcomeKind::Reject(_)
            | OutcomeKind::Secure(_)
            | OutcomeKind::TakeNoAction
            | OutcomeKind::VerifiedTls { .. } => self.policy_outcome(outcome).map(Spoken::Outcome),
        }
    }

    /// Every assertion of the tree, by file and place.
    pub(super) fn asserts(&self) -> Vec<ResolvedAssert> {
        let mut asserts: Vec<ResolvedAssert> = Vec::new();
        for written in &self.items.asserts {
            let unless =
                written.unless.iter().filter_map(|it| self.resolve(it, &[NameKind::Bypass]));
            asserts.push(ResolvedAssert {
                kind: written.kind,
                title: written.title.value.clone(),
                place: self.sources.place(written.title.span),
                from: self.side(written.from.as_ref()),
                to: self.side(written.to.as_ref()),
                source: (!written.source.is_empty()).then(|| self.networks(&written.source)),
                when: written.when.iter().filter_map(|it| self.condition(it)).collect(),
                outcome: written.outcome.as_ref().and_then(|it| self.any_outcome(it)),
                unless: unless.map(|it| it.label.to_string()).collect(),
            });
        }
        asserts.sort_by(|one, other| one.place.cmp(&other.place));
        asserts
    }
}

fn spoken_besides(besides: &Besides) -> SpokenBesides {
    match besides {
        Besides::Nothing => SpokenBesides::Nothing,
        Besides::StripTag => SpokenBesides::StripTag,
        Besides::Effects(effects)
            if effects.iter().any(|it| it.kind == EffectKind::Banner(Banner::None)) =>
        {
            SpokenBesides::NoBanner
        }
        Besides::Effects(effects) => {
            let also: Vec<Also> = effects.iter().map(|it| Also(it.kind.clone())).collect();
            SpokenBesides::Effects(effects_of(&also))
        }
    }
}
