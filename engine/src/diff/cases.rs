//! Tests, assertions and the values of patterns: what watches over the rules.

use std::collections::{BTreeMap, BTreeSet};

use grammar::{
    literal::Address,
    tree::{AssertKind, AttachmentContent, TestMessage},
};

use super::{List, Place, Told, Version, sets::words};
use crate::{
    model::{Model, outcome::Condition},
    testing::{
        besides::{SpokenBesides, effect_words, option_words},
        model::{ExpectedKind, ResolvedAssert, ResolvedTest, Spoken, Supposed},
    },
    wording,
};

/// A test or an assertion, as lines.
struct Case {
    title: String,
    place: Option<Place>,
    /// What is tried.
    given: BTreeSet<String>,
    /// What must hold.
    expected: BTreeSet<String>,
}

impl List<'_> {
    /// Every test, assertion and value that went or says something else.
    pub(super) fn add_cases(&mut self) {
        let tests = |version: Version<'_>| {
            version.rules.tests.iter().map(|it| test(version.model(), it)).collect()
        };
        self.cases("test", tests(self.old), tests(self.new));
        let asserts = |version: Version<'_>| {
            version.rules.asserts.iter().map(|it| assertion(version.model(), it)).collect()
        };
        self.cases("assert", asserts(self.old), asserts(self.new));
        self.values();
    }

    fn cases(&mut self, kind: &str, old: Vec<Case>, mut new: Vec<Case>) {
        let mut gone = Vec::new();
        for before in old {
            match new.iter().position(|it| it.title == before.title) {
                Some(at) => {
                    let after = new.remove(at);
                    self.case(kind, &before, &after);
                }
                None => gone.push(before),
            }
        }
        // The same under another title.
        gone.retain(|before| {
            let twin = new.iter().position(|it| {
                it.given == before.given && it.expected.is_superset(&before.expected)
            });
            twin.map(|at| new.remove(at)).is_none()
        });
        for case in gone {
            let told = Told::lowers("nothing notices any more when what it tried goes wrong");
            let subject = format!("{kind} \"{}\"", case.title);
            self.add(&subject, "removed", told, (case.place, None));
        }
        for case in new {
            let told = Told::raises("more of the rules is watched");
            self.add(&format!("{kind} \"{}\"", case.title), "added", told, (None, case.place));
        }
    }

    fn case(&mut self, kind: &str, old: &Case, new: &Case) {
        let subject = format!("{kind} \"{}\"", new.title);
        let places = (old.place.clone(), new.place.clone());
        let minus = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            one.difference(other).cloned().collect::<Vec<_>>()
        };
        let (lost, gained) =
            (minus(&old.expected, &new.expected), minus(&new.expected, &old.expected));
        if !lost.is_empty() || !gained.is_empty() {
            let told = if lost.is_empty() {
                Told::raises("it asks for more")
            } else if gained.is_empty() {
                Told::lowers("it asks for less")
            } else {
                Told::may_lower("it asks for something else")
            };
            self.add(&subject, words(&gained, &lost), told, places.clone());
        }
        let (lost, gained) = (minus(&old.given, &new.given), minus(&new.given, &old.given));
        if !lost.is_empty() || !gained.is_empty() {
            let told = Told::may_lower(match kind {
                "test" => "it tries another message",
                _ => "it speaks of other messages",
            });
            self.add(&subject, words(&gained, &lost), told, places);
        }
    }

    /// `accepts` and `rejects` of patterns that both versions have.
    fn values(&mut self) {
        let of = |version: Version<'_>| {
            let mut all: BTreeMap<String, (Option<Place>, BTreeSet<String>)> = BTreeMap::new();
            for case in &version.rules.values {
                let verb = if case.accepts { "accepts" } else { "rejects" };
                let entry = all.entry(case.pattern.label.to_string()).or_default();
                entry.0 = entry.0.take().or(case.place.clone());
                entry.1.insert(format!("{verb} \"{}\"", case.text));
            }
            all
        };
        let mut after = of(self.new);
        for (label, (place, had)) in of(self.old) {
            let (now, has) = after.remove(&label).unwrap_or_default();
            let lost: Vec<String> = had.difference(&has).cloned().collect();
            if !lost.is_empty() {
                let told = Told::lowers("the pattern is tried on fewer values");
                self.add(&format!("pattern {label}"), words(&[], &lost), told, (place, now));
            }
        }
    }
}

fn test(model: &Model, test: &ResolvedTest) -> Case {
    let mut given: BTreeSet<String> = test.message.iter().flat_map(message).collect();
    for supposed in &test.given {
        given.insert(match supposed {
            Supposed::InGroup { address, group } => format!("given {address} in {group}"),
            Supposed::WithAttribute { address, attribute, value } => {
                format!("given {address} with {attribute} {value}")
            }
        });
    }
    let name = |number: usize| {
        model.examinations.get(number).map(|it| it.name.clone()).unwrap_or_default()
    };
    let of = |it: &Option<Address>| {
        it.as_ref().map_or_else(|| "every recipient".to_owned(), ToString::to_string)
    };
    let expected = test.expects.iter().map(|it| match &it.kind {
        ExpectedKind::Besides { recipient, besides: wanted } => {
            format!("expect {} also {}", of(recipient), besides(wanted))
        }
        ExpectedKind::Option { recipient, option } => {
            format!("expect {} {}", of(recipient), option_words(*option))
        }
        ExpectedKind::Outcome { recipient, outcome, with_banner, because } => {
            let who = of(recipient);
            let banner = if *with_banner { " with banner" } else { "" };
            let because = if because.is_empty() {
                String::new()
            } else {
                format!(" because {}", because.join(", "))
            };
            format!("expect {who} {}{banner}{because}", spoken(model, outcome))
        }
        ExpectedKind::Scores { examination, score } => {
            format!("expect {} scores {score}", name(*examination))
        }
        ExpectedKind::Activates { examination, activates } => {
            let verb = if *activates { "activates" } else { "does not activate" };
            format!("expect {} {verb}", name(*examination))
        }
    });
    Case {
        title: test.title.clone(),
        place: test.place.clone(),
        given,
        expected: expected.collect(),
    }
}

fn besides(besides: &SpokenBesides) -> String {
    match besides {
        SpokenBesides::Effects(effects) => {
            effects.iter().map(effect_words).collect::<Vec<_>>().join(", ")
        }
        SpokenBesides::NoBanner => "banner none".to_owned(),
        SpokenBesides::Nothing => "nothing".to_owned(),
        SpokenBesides::StripTag => "strip tag".to_owned(),
    }
}

fn spoken(model: &Model, spoken: &Spoken) -> String {
    match spoken {
        Spoken::Secure => "secure".to_owned(),
        Spoken::VerifiedTls => "deliver over verified tls".to_owned(),
        Spoken::Outcome(outcome) => outcome.words(&model.definitions),
    }
}

fn message(message: &TestMessage) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |keyword: &str, value: Option<String>| {
        lines.extend(value.map(|it| format!("{keyword} {it}")));
    };
    let quoted = |it: &grammar::tree::Text| format!("\"{}\"", it.value);
    add("message file", message.file.as_ref().map(quoted));
    let sender =
        |it: &Option<Address>| it.as_ref().map_or_else(|| "<>".to_owned(), ToString::to_string);
    add("from", message.from.as_ref().map(|it| sender(&it.value)));
    add("header from", message.header_from.as_ref().map(|it| it.value.to_string()));
    for to in &message.to {
        add("to", Some(to.value.to_string()));
    }
    add("source", message.source.as_ref().map(|it| it.value.to_string()));
    add("at", message.at.as_ref().map(|it| it.value.to_string()));
    add("subject", message.subject.as_ref().map(quoted));
    add("body", message.body.as_ref().map(quoted));
    for (name, value) in &message.headers {
        add("header", Some(format!("{} {}", quoted(name), quoted(value))));
    }
    for attachment in &message.attachments {
        let content = match &attachment.content {
            AttachmentContent::Text(text) => format!("with text {}", quoted(text)),
            AttachmentContent::File(path) => format!("from {}", quoted(path)),
            AttachmentContent::Size(size) => format!("of {}", size.value),
        };
        add("attach", Some(format!("{} {content}", quoted(&attachment.name))));
    }
    lines
}

fn assertion(model: &Model, assert: &ResolvedAssert) -> Case {
    let kind = match assert.kind {
        AssertKind::Always => "always",
        AssertKind::Never => "never",
        AssertKind::Reachable => "reachable",
    };
    let not = |it: &Condition| if it.negated { "not " } else { "" };
    let mut given: BTreeSet<String> = [
        kind.to_owned(),
        format!("from {}", wording::side(model, &assert.from)),
        format!("to {}", wording::side(model, &assert.to)),
    ]
    .into();
    given.extend(assert.source.iter().flatten().map(|it| format!("source {it}")));
    given.extend(assert.when.iter().map(|it| format!("when {}{}", not(it), it.words)));
    given.extend(assert.unless.iter().map(|it| format!("unless bypass {it}")));
    let outcome = assert.outcome.iter().map(|it| format!("outcome {}", spoken(model, it)));
    Case {
        title: assert.title.clone(),
        place: assert.place.clone(),
        given,
        expected: outcome.collect(),
    }
}
