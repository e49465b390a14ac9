//! `writ test`: what rules say of themselves, run.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::{
    facts::Directory,
    testing::{self, TestReport},
};
use grammar::diagnostic::Colour;
use regex_automata::meta::Regex;

use crate::{
    directory,
    done::{Done, Stopped},
    loaded::{Loaded, Usable},
    message::{Scene, replay::Replay},
    report::{junit, tests, tests_json},
};

/// Run the tests of rules: `test` and `assert` blocks, `accepts` and `rejects` lines.
///
/// A test's message is written as bytes and read as the gateway reads mail. Files that it names are
/// found by their path from the folder of the rules. A message without `at` arrives now; without
/// `source` it comes from the organisation's own servers. Assertions hold over the messages of all
/// tests.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    /// The folder of the rules, or one file of it.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only tests whose title matches this regular expression.
    #[arg(long, value_name = "REGEX", value_parser = regex)]
    run: Option<Regex>,
    /// How to write the results.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// When messages without `at` arrive, such as 2026-03-02T09:30:00Z; now when absent.
    #[arg(long, value_name = "RFC3339")]
    at: Option<jiff::Timestamp>,
}

const EXAMPLES: &str = "\
Examples:
  writ test                       run the tests of the rules in this folder
  writ test --run 'card' rules    only those that are about cards
  writ test --format junit rules  for the report of a CI system";

/// The forms of the results.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// A line each, what failed with its place and its trace, and the counts.
    Human,
    /// One object, with a version.
    Json,
    /// `JUnit` XML, which CI systems show.
    Junit,
}

fn regex(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| match error.syntax_error() {
        Some(syntax) => syntax.to_string(),
        None => error.to_string(),
    })
}

impl Test {
    pub(super) fn run(self, colour: Colour) -> Result<Done, Stopped> {
        let usable = Loaded::read(&self.path)?.usable(&self.path)?;
        let at = self.at.unwrap_or_else(jiff::Timestamp::now);
        let directory = directory::of(None, &usable.tree)?.unwrap_or_default();
        let replay = Replay::new(&usable);
        let mut reports = run(&usable, &replay, at.as_millisecond(), directory);
        if let Some(wanted) = &self.run {
            reports.retain(|it| wanted.is_match(it.title.as_str()));
            if reports.is_empty() {
                return Err(Stopped::Unknown("no test has a title like that".to_owned()));
            }
        }
        let failed = reports.iter().any(|it| !it.passed());
        let text = match self.format {
            Format::Human => tests::write(&usable, &replay, &reports, colour),
            Format::Json => tests_json::write(&usable, &reports)?,
            Format::Junit => junit::write(&usable, &reports),
        };
        Ok(Done::found(text, failed))
    }
}

/// Runs everything; gives how many there are.
///
/// # Errors
///
/// [`Stopped::Tests`]: one of them failed.
pub(super) fn all_passed(
    usable: &Usable,
    at: jiff::Timestamp,
    colour: Colour,
) -> Result<usize, Stopped> {
    let replay = Replay::new(usable);
    let directory = directory::of(None, &usable.tree)?.unwrap_or_default();
    let mut reports = run(usable, &replay, at.as_millisecond(), directory);
    let all = reports.len();
    reports.retain(|it| !it.passed());
    if reports.is_empty() {
        return Ok(all);
    }
    let told = tests::write(usable, &replay, &reports, colour);
    Err(Stopped::Tests { told, failed: reports.len(), all })
}

fn run(
    usable: &Usable,
    replay: &Replay<'_>,
    at_ms: i64,
    directory: Directory,
) -> Vec<TestReport> {
    let organisation = usable.program.organisation();
    let scene = Scene { tree: &usable.tree, organisation, at_ms, directory };
    testing::run(&usable.rules, &|message| {
        let facts = scene.facts(message)?;
        replay.remember(message, &facts);
        Ok(facts)
    })
}
