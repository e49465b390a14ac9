//! Tests, assertions and open findings: why the rules may be believed. And the index.

use engine::testing::TestKind;
use grammar::{
    diagnostic::Severity,
    tree::{Assert, AssertKind, Item, ItemKind, Test},
};
use maud::{Markup, html};

use super::{
    book::{Book, Terms, anchor},
    sentence::joined,
};
use crate::plain::{counted, plain};

impl Book<'_> {
    pub(super) fn evidence(&self) -> Markup {
        let tests: Vec<(&Item, &Test)> = self
            .items
            .iter()
            .filter_map(
                |item| if let ItemKind::Test(it) = &item.kind { Some((*item, it)) } else { None },
            )
            .collect();
        let asserts: Vec<(&Item, &Assert)> = self
            .items
            .iter()
            .filter_map(|item| {
                if let ItemKind::Assert(it) = &item.kind { Some((*item, it)) } else { None }
            })
            .collect();
        let values = self.tests.iter().filter(|it| it.0.0 == TestKind::Value).count();
        let values_passed =
            self.tests.iter().filter(|it| it.0.0 == TestKind::Value && *it.1).count();
        html! {
            section #evidence {
                h2 { "Evidence" }
                p {
                    "The authors wrote down what must happen to certain messages. All of it was run when this handbook was made."
                    @if values > 0 { " Of " (counted(values, "value", "values")) " that patterns must accept or reject, " (values_passed) " came out as written." }
                }
                h3 { "Assertions" }
                @if asserts.is_empty() { p.empty { "There are none." } } @else { ul.evidence { @for (item, it) in asserts { (self.assertion(item, it)) } } }
                h3 { "Tests" }
                @if tests.is_empty() { p.empty { "There are none." } } @else { ul.evidence { @for (item, it) in tests { (self.test(item, it)) } } }
                (self.open_findings())
            }
        }
    }

    fn outcome_of(&self, kind: TestKind, title: &str) -> Markup {
        match self.tests.get(&(kind, title.to_owned())) {
            Some(true) => html! { span.passed { "holds" } },
            Some(false) => html! { span.flag { "fails" } },
            None => html! { span.flag { "not run" } },
        }
    }

    fn assertion(&self, item: &Item, it: &Assert) -> Markup {
        let word = match it.kind {
            AssertKind::Never => "Never",
            AssertKind::Always => "Always",
            AssertKind::Reachable => "Reachable",
        };
        html! {
            li {
                (self.outcome_of(TestKind::Assertion, &it.title.value)) " "
                b { (word) ": " (plain(&it.title.value)) }
                p {
                    "When " (self.side(it.from.as_ref())) " writes to " (self.side(it.to.as_ref())) (self.sources(&it.source)) (self.conditions(&it.when))
                    @if let Some(outcome) = &it.outcome { ": " (self.outcome(outcome)) }
                    @if !it.unless.is_empty() { ", unless by a bypass: " @for name in &it.unless { (self.name(name, &["bypass"])) " " } }
                }
                p.sub { code { (self.place(item.span)) } }
            }
        }
    }

    fn test(&self, item: &Item, it: &Test) -> Markup {
        html! {
            li {
                (self.outcome_of(TestKind::Test, &it.title.value)) " " b { (plain(&it.title.value)) }
                (self.message(it))
                ul { @for expect in &it.expects { li { code { (self.written(expect.span)) } } } }
                p.sub { code { (self.place(item.span)) } }
            }
        }
    }

    /// Who writes to whom; subject and text only where what is searched for is shown, too.
    fn message(&self, it: &Test) -> Markup {
        let Some(message) = &it.message else { return html! {} };
        let to = message.to.iter().map(|it| html! { code { (plain(&it.value.to_string())) } });
        let to: Vec<Markup> = to.collect();
        let is_shown = self.terms == Terms::Shown;
        html! {
            p.sub {
                "A message"
                @if let Some(file) = &message.file { " in " code { (plain(&file.value)) } }
                @match message.from.as_ref().map(|it| &it.value) {
                    Some(Some(from)) => { " from " code { (plain(&from.to_string())) } }
                    Some(None) => " from a mail system (no sender address)",
                    None => "",
                }
                @if !to.is_empty() { " to " (joined(to, "and")) }
                @if let Some(source) = &message.source { ", handed over by " code { (source.value) } }
                @if let Some(at) = &message.at { ", on " (at.value) }
                @if !message.attachments.is_empty() { ", with " (counted(message.attachments.len(), "attachment", "attachments")) }
                @if is_shown {
                    @if let Some(subject) = &message.subject { ", subject " q { (plain(&subject.value)) } }
                    @if let Some(body) = &message.body { ", text " q { (plain(&body.value)) } }
                }
                ":"
            }
        }
    }

    fn open_findings(&self) -> Markup {
        let lints: Vec<_> =
            self.findings.iter().filter(|it| it.severity() == Severity::Warning).collect();
        html! {
            h3 { "Open remarks of the check" }
            @if lints.is_empty() { p { "The check of these rules has nothing to remark." } } @else {
                ul { @for lint in lints {
                    li { (plain(&lint.message)) " " span.sub { (lint.code) @if let Some(place) = lint.place() { ", " code { (self.place(place)) } } } }
                } }
            }
        }
    }

    pub(super) fn index(&self) -> Markup {
        let mut names: Vec<(String, String)> = self
            .items
            .iter()
            .filter_map(|it| {
                let anchor = anchor(&it.kind)?;
                let (kind, name) = anchor.split_once('-')?;
                Some((format!("{name} ({kind})"), anchor.clone()))
            })
            .collect();
        names.sort();
        html! {
            section #index {
                h2 { "Index" }
                ul.index { @for (name, anchor) in names { li { a href={ "#" (anchor) } { (name) } } } }
            }
        }
    }
}
