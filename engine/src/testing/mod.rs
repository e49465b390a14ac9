//! What rules say of themselves: `test` blocks, assertions, and values of patterns, run.
//!
//! A test needs the facts of its message; how a message becomes facts is not the engine's
//! knowledge, so whoever runs tests hands in a function for it.

pub(crate) mod model;

mod assertion;
mod expectation;

use grammar::tree::TestMessage;

use self::model::{ResolvedTest, Supposed};
use crate::{Program, Rules, decision::Decision, facts::Facts, normal};

/// Makes facts of the message of a test.
///
/// The engine puts in what the block says itself: sender, recipients, peer, time, directory. What
/// the function must give is the content, and whatever of these the block leaves to a file.
///
/// # Errors
///
/// A sentence for the report, such as that a file is not there.
pub type Loader<'l> = &'l dyn Fn(&TestMessage) -> Result<Facts, String>;

/// What one test, assertion or value came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TestReport {
    /// What the author called it.
    pub title: String,
    /// What it is.
    pub kind: TestKind,
    /// Path of the file and 1-based line.
    pub place: Option<(String, u32)>,
    /// What did not hold, a sentence each; passed when empty.
    pub failures: Vec<Failure>,
}

/// What can be tested.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum TestKind {
    /// `accepts` or `rejects` of a pattern.
    Value,
    /// `test "…"`.
    Test,
    /// `assert …`.
    Assertion,
}

/// Something that did not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// What was expected and what is.
    pub message: String,
    /// Path of the file and 1-based line of the expectation.
    pub place: Option<(String, u32)>,
}

impl TestReport {
    /// Whether everything held.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// A message that a test decided, kept for the assertions.
struct Decided {
    title: String,
    facts: Facts,
    decision: Decision,
}

/// Runs everything, in the order of the files: values, tests, then assertions over all messages of
/// the tests.
#[must_use]
pub fn run(rules: &Rules, loader: Loader<'_>) -> Vec<TestReport> {
    let program = rules.compile();
    let mut reports = values(rules);
    let mut decided = Vec::new();
    for test in &rules.tests {
        let (report, message) = run_test(&program, test, loader);
        reports.push(report);
        decided.extend(message);
    }
    reports.extend(rules.asserts.iter().map(|it| assertion::check(&program, it, &decided)));
    reports
}

fn values(rules: &Rules) -> Vec<TestReport> {
    let report = |case: &model::PatternCase| {
        let found = !case.pattern.occurrences(&normal::normalise(&case.text)).ranges.is_empty();
        let (verb, name) = (if case.accepts { "accepts" } else { "rejects" }, &case.pattern.label);
        let failure = Failure {
            message: format!("`{name}` {}", if found { "finds it" } else { "does not find it" }),
            place: case.place.clone(),
        };
        TestReport {
            title: format!("{name} {verb} \"{}\"", case.text),
            kind: TestKind::Value,
            place: case.place.clone(),
            failures: if found == case.accepts { Vec::new() } else { vec![failure] },
        }
    };
    rules.values.iter().map(report).collect()
}

fn run_test(
    program: &Program,
    test: &ResolvedTest,
    loader: Loader<'_>,
) -> (TestReport, Option<Decided>) {
    let report = |failures| TestReport {
        title: test.title.clone(),
        kind: TestKind::Test,
        place: test.place.clone(),
        failures,
    };
    let fail =
        |message: String| (report(vec![Failure { message, place: test.place.clone() }]), None);
    let Some(message) = &test.message else { return fail("the test has no message".to_owned()) };
    let mut facts = match loader(message) {
        Ok(facts) => facts,
        Err(error) => return fail(error),
    };
    suppose(program, test, message, &mut facts);
    if facts.recipients.is_empty() {
        return fail("the message has no recipient".to_owned());
    }
    let decision = program.decide(&facts);
    let failures = expectation::check(program, &test.expects, &facts, &decision);
    (report(failures), Some(Decided { title: test.title.clone(), facts, decision }))
}

/// Puts what the block says over what the loader gave.
fn suppose(program: &Program, test: &ResolvedTest, message: &TestMessage, facts: &mut Facts) {
    let organisation = program.organisation();
    if let Some(from) = &message.from {
        facts.sender.clone_from(&from.value);
    }
    if let Some(header_from) = &message.header_from {
        facts.content.header_from = vec![header_from.value.clone()];
    }
    if !message.to.is_empty() {
        facts.recipients = message.to.iter().map(|it| it.value.clone()).collect();
    }
    if let Some(source) = &message.source {
        facts.peer = Some(source.value);
    }
    if let Some(at) = &message.at {
        let zoned = organisation.zone.to_ambiguous_zoned(at.value.civil()).compatible();
        facts.at_ms = zoned.map_or(facts.at_ms, |it| it.timestamp().as_millisecond());
    }
    // A test without `source` speaks of mail from our own servers.
    let in_relay = |peer: std::net::IpAddr| {
        organisation.relay_networks.iter().any(|it| it.contains(peer.to_canonical()))
    };
    facts.trusted = facts.peer.is_none_or(in_relay);
    for given in &test.given {
        match given {
            Supposed::InGroup { address, group } => facts.directory.add_group(address, group),
            Supposed::WithAttribute { address, attribute, value } => {
                facts.directory.set_attribute(address, attribute, value);
            }
        }
    }
}
