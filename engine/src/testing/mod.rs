//! What rules say of themselves: `test` blocks, assertions, and values of patterns, run.
//!
//! Assertions are also held against messages that are made from the rules. A test needs the facts of its message; how a message becomes facts is not the engine's
//! knowledge, so whoever runs tests hands in a function for it.

pub(crate) mod model;

pub(crate) mod assertion;
pub(crate) mod besides;
pub(crate) mod expectation;

pub(crate) use self::expectation::words as outcome_words;

use grammar::{
    literal::Address,
    tree::{AttachmentContent, TestMessage, Text},
};

use self::model::{ResolvedTest, Supposed};
use crate::{
    Program, Rules,
    decision::{Decision, ExaminationResult},
    facts::Facts,
    generation::{self, Generated, MESSAGES_MAX},
    normal,
    outline::Outline,
};

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
    /// Of a test that failed: what was decided, with the full trace.
    pub decision: Option<Decision>,
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
    /// What it is about.
    pub about: About,
    /// The message that breaks an assertion, as the lines of a test that a tree could take up.
    pub example: Option<String>,
}

/// What a failure is about, for whoever shows more of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum About {
    /// An examination found something else.
    Examination(Box<ExaminationResult>),
    /// Nothing of a decision.
    Nothing,
    /// Something else happened for a recipient of [`TestReport::decision`].
    Recipient {
        /// For whom.
        recipient: Address,
        /// Who was expected to have decided.
        because: Vec<String>,
        /// Policies and requests that lead to what was expected, by name.
        able: Vec<String>,
    },
}

impl TestReport {
    /// Whether everything held.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// A message that a test decided, kept for the assertions.
pub(crate) struct Decided {
    pub(crate) title: String,
    pub(crate) facts: Facts,
    pub(crate) decision: Decision,
}

/// Rules with the messages of their tests, read once: what runs many times works on it.
#[derive(Debug)]
pub struct Suite<'r> {
    pub(crate) rules: &'r Rules,
    /// Of each test of the rules, in their order.
    pub(crate) messages: Vec<Result<Facts, String>>,
    pub(crate) generated: Vec<Generated>,
}

impl<'r> Suite<'r> {
    /// Reads the message of every test, and makes those that assertions are held against.
    #[must_use]
    pub fn new(rules: &'r Rules, loader: Loader<'_>) -> Self {
        let program = rules.compile();
        let messages = rules.tests.iter().map(|it| message_of(&program, it, loader)).collect();
        let generated = if rules.asserts.is_empty() {
            Vec::new()
        } else {
            generation::messages(&rules.model, &rules.outline, &rules.asserts, MESSAGES_MAX)
        };
        Self { rules, messages, generated }
    }

    /// Runs everything, in the order of the files: values, tests, then assertions over all messages
    /// of the tests and over generated ones.
    #[must_use]
    pub fn run(&self) -> Vec<TestReport> {
        let program = self.rules.compile();
        let mut reports = values(self.rules);
        let mut decided = Vec::new();
        for (test, facts) in self.rules.tests.iter().zip(&self.messages) {
            let (report, message) = run_test((&program, &self.rules.outline), test, facts);
            reports.push(report);
            decided.extend(message);
        }
        let asserts = self.rules.asserts.iter();
        reports.extend(asserts.map(|it| assertion::check(&program, it, &decided, &self.generated)));
        reports
    }

    /// How many messages were made.
    #[must_use]
    pub fn generated(&self) -> usize {
        self.generated.len()
    }
}

/// Runs everything once: see [`Suite`].
#[must_use]
pub fn run(rules: &Rules, loader: Loader<'_>) -> Vec<TestReport> {
    Suite::new(rules, loader).run()
}

fn values(rules: &Rules) -> Vec<TestReport> {
    let report = |case: &model::PatternCase| {
        let found = !case.pattern.occurrences(&normal::normalise(&case.text)).ranges.is_empty();
        let (verb, name) = (if case.accepts { "accepts" } else { "rejects" }, &case.pattern.label);
        let failure = Failure {
            message: format!("`{name}` {}", if found { "finds it" } else { "does not find it" }),
            place: case.place.clone(),
            about: About::Nothing,
            example: None,
        };
        TestReport {
            title: format!("{name} {verb} \"{}\"", case.text),
            kind: TestKind::Value,
            place: case.place.clone(),
            failures: if found == case.accepts { Vec::new() } else { vec![failure] },
            decision: None,
        }
    };
    rules.values.iter().map(report).collect()
}

/// What is known of the message of a test.
fn message_of(program: &Program, test: &ResolvedTest, loader: Loader<'_>) -> Result<Facts, String> {
    let Some(message) = &test.message else { return Err("the test has no message".to_owned()) };
    let mut facts = loader(message)?;
    suppose(program, test, message, &mut facts);
    if facts.recipients.is_empty() {
        return Err("the message has no recipient".to_owned());
    }
    Ok(facts)
}

/// The files that a message names.
pub(crate) fn files(message: &TestMessage) -> impl Iterator<Item = &Text> {
    let attached = message.attachments.iter().filter_map(|it| match &it.content {
        AttachmentContent::File(path) => Some(path),
        AttachmentContent::Size(_) | AttachmentContent::Text(_) => None,
    });
    message.file.iter().chain(attached)
}

fn run_test(
    (program, outline): (&Program, &Outline),
    test: &ResolvedTest,
    facts: &Result<Facts, String>,
) -> (TestReport, Option<Decided>) {
    let mut report = TestReport {
        title: test.title.clone(),
        kind: TestKind::Test,
        place: test.place.clone(),
        failures: Vec::new(),
        decision: None,
    };
    let facts = match facts {
        Ok(facts) => facts,
        Err(message) => {
            let mut files = test.message.iter().flat_map(files);
            let file = files.find(|it| message.contains(&format!("`{}`", it.value)));
            let place = file.and_then(|it| outline.place(it.span)).or_else(|| test.place.clone());
            let (message, about) = (message.clone(), About::Nothing);
            report.failures.push(Failure { message, place, about, example: None });
            return (report, None);
        }
    };
    let decision = program.decide(facts);
    report.failures = expectation::check(program, &test.expects, facts, &decision);
    if !report.passed() {
        report.decision = Some(program.explain(facts));
    }
    (report, Some(Decided { title: test.title.clone(), facts: facts.clone(), decision }))
}

/// Puts what the block says over what the loader gave.
fn suppose(program: &Program, test: &ResolvedTest, message: &TestMessage, facts: &mut Facts) {
    let organisation = program.organisation();
    if let Some(from) = &message.from {
        facts.sender.clone_from(&from.value);
    }
    if let Some(header_from) = &message.header_from {
        facts.content.header_from = vec![header_from.value.clone()];
        facts.content.from_unreadable = false;
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
