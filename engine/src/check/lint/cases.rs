//! Tests and assertions that cannot fail, or speak of nobody in the message.

use std::{collections::BTreeMap, mem::discriminant};

use grammar::{
    diagnostic::{Diagnostic, Fix},
    literal::Address,
    tree::{
        Banner, Besides, EffectKind, Expect, ExpectKind, Given, OutcomeKind, Span, Test,
        TestMessage,
    },
};

use super::super::{Checker, memory::Task, organisation::missing_line};
use crate::{code, decision::Disposition, model::Model};

impl Checker<'_> {
    pub(super) fn lint_cases(&self, model: &Model) {
        let mut titles: BTreeMap<&str, Span> = BTreeMap::new();
        for test in &self.items.tests {
            match titles.get(test.title.value.as_str()) {
                Some(first) => self.report(self.note_both(
                    code::TEST_TITLE_TWICE,
                    (test.title.span, "again here"),
                    (*first, "first here"),
                    "two tests have this title",
                )),
                None => drop(titles.insert(&test.title.value, test.title.span)),
            }
            self.lint_default(test, model);
            self.once(Task::Lints, test.title.span, || self.lint_test(test));
        }
        for assert in &self.items.asserts {
            if assert.outcome.is_none() {
                self.report(missing_line("assertion", &assert.title, "outcome"));
            } else if assert.from.is_none()
                && assert.to.is_none()
                && assert.source.is_empty()
                && assert.when.is_empty()
            {
                let message = "this assertion speaks of every message";
                self.note_at(code::ASSERT_WIDE, assert.title.span, message);
            }
        }
    }

    fn lint_test(&self, test: &Test) {
        self.refuse_contradictions(&test.expects);
        // The people of a file are in the file.
        let Some(message) = test.message.as_ref().filter(|it| it.file.is_none()) else { return };
        let to: Vec<&Address> = message.to.iter().map(|it| &it.value).collect();
        for expect in test.expects.iter().filter(|_| !to.is_empty()) {
            let Some(recipient) = expect.kind.recipient() else { continue };
            if to.contains(&&recipient.value) {
                continue;
            }
            let text = format!("the message does not go to `{}`", recipient.value);
            let finding = Diagnostic::new(code::EXPECT_STRANGER, text).primary(recipient.span, "");
            let known: Vec<String> = to.iter().map(ToString::to_string).collect();
            let written = recipient.value.to_string();
            let close = grammar::suggest::closest(&written, known.iter().map(String::as_str));
            self.report(match close {
                Some(close) => {
                    finding.fix(Fix::choose(format!("write `{close}`"), recipient.span, close))
                }
                None => finding,
            });
        }
        self.lint_given(test, message);
    }

    fn lint_given(&self, test: &Test, message: &TestMessage) {
        let from = message.from.iter().filter_map(|it| it.value.as_ref());
        let header = message.header_from.iter().map(|it| &it.value);
        let people: Vec<&Address> =
            from.chain(header).chain(message.to.iter().map(|it| &it.value)).collect();
        for given in &test.given {
            let who = match given {
                Given::InGroup { address, .. } | Given::WithAttribute { address, .. } => address,
            };
            if !people.contains(&&who.value) {
                let text = format!("`{}` neither sends nor receives the message", who.value);
                self.note_at(code::GIVEN_IDLE, who.span, text);
            }
        }
    }

    /// A test that would pass with all policies removed.
    fn lint_default(&self, test: &Test, model: &Model) {
        let is_default = |expect: &Expect| match &expect.kind {
            ExpectKind::Outcome { outcome, with_banner, because, .. } => {
                let delivers =
                    matches!(outcome.kind, OutcomeKind::Deliver | OutcomeKind::TakeNoAction);
                delivers && !with_banner && because.is_empty()
            }
            ExpectKind::Besides { besides, .. } => match besides {
                Besides::Nothing => true,
                Besides::StripTag => false,
                Besides::Effects(effects) => {
                    effects.iter().all(|it| it.kind == EffectKind::Banner(Banner::None))
                }
            },
            ExpectKind::Activates { .. }
            | ExpectKind::Option { .. }
            | ExpectKind::Scores { .. } => false,
        };
        let delivers = model.default.protection() == Disposition::Deliver;
        if delivers && !test.expects.is_empty() && test.expects.iter().all(is_default) {
            let end = test.expects.last().map_or(test.title.span, |it| it.span);
            let end = Span { start: end.end, ..end };
            let finding = Diagnostic::new(
                code::TEST_DEFAULT,
                "this test passes without any policy, bypass or request",
            )
            .primary(test.title.span, "");
            let title = "write `because default`, if that is what it shows";
            self.report(finding.fix(Fix::choose(title, end, " because default")));
        }
    }

    fn refuse_contradictions(&self, expects: &[Expect]) {
        for (at, expect) in expects.iter().enumerate() {
            let before = expects.iter().take(at).find(|it| contradict(&it.kind, &expect.kind));
            if let Some(before) = before {
                self.report(self.note_both(
                    code::EXPECT_CONTRADICTS,
                    (expect.span, ""),
                    (before.span, "this line expects something else"),
                    "no rules can meet both of these lines",
                ));
            }
        }
    }
}

/// Whether no decision meets both of two lines.
fn contradict(one: &ExpectKind, other: &ExpectKind) -> bool {
    let who = |it: &ExpectKind| it.recipient().map(|it| it.value.clone());
    if who(one) != who(other) {
        return false;
    }
    match (one, other) {
        (ExpectKind::Outcome { outcome: one, .. }, ExpectKind::Outcome { outcome: other, .. }) => {
            discriminant(&one.kind) != discriminant(&other.kind)
        }
        (ExpectKind::Option { option: one, .. }, ExpectKind::Option { option: other, .. }) => {
            discriminant(one) == discriminant(other) && one != other
        }
        (ExpectKind::Besides { besides: one, .. }, ExpectKind::Besides { besides: other, .. }) => {
            let does = |it: &Besides| match it {
                Besides::Nothing => false,
                Besides::StripTag => true,
                Besides::Effects(_) => banners(it) != Some(&Banner::None),
            };
            *one == Besides::Nothing && does(other)
                || *other == Besides::Nothing && does(one)
                || banners(one).zip(banners(other)).is_some_and(|(one, other)| one != other)
        }
        _ => false,
    }
}

/// The banner that an `also` line speaks of: none of it, or its text.
fn banners(besides: &Besides) -> Option<&Banner> {
    let Besides::Effects(effects) = besides else { return None };
    effects.iter().find_map(|it| match &it.kind {
        EffectKind::Banner(banner) => Some(banner),
        EffectKind::AddHeader { .. }
        | EffectKind::CopyTo(_)
        | EffectKind::Notify(_)
        | EffectKind::TagSubject(_) => None,
    })
}
