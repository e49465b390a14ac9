//! `writ test`: what rules say of themselves, run; how much of them the tests reach; and whether the
//! tests notice when a rule changes.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use engine::{
    coverage::Coverage,
    testing::{Suite, TestReport},
};
use grammar::diagnostic::Colour;
use regex_automata::meta::Regex;

use super::number::{percent, whole};
use crate::{
    directory,
    done::{Done, Exit, Stopped},
    loaded::{Loaded, Usable},
    message::Scene,
    moment::{self, Given},
    mutants::{self, Mutants},
    report::{coverage, junit, mutation, tests, tests_json},
};

/// Run the tests of rules: `test` and `assert` blocks, `accepts` and `rejects` lines.
///
/// A test's message is written as bytes and read as the gateway reads mail. Files that it names are
/// found by their path from the folder of the rules. A message without `at` arrives now; without
/// `source` it comes from the organisation's own servers. Assertions hold over the messages of all
/// tests, and over messages that are made from the rules; one that does not shows the message that
/// breaks it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    /// The folder of the rules, or one file of it.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only tests whose title matches this regular expression.
    #[arg(long, value_name = "REGEX", value_parser = regex, conflicts_with_all = ["coverage", "mutate"])]
    run: Option<Regex>,
    /// How to write the results.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// When messages without `at` arrive: `2026-03-02` or `2026-03-02 09:30` in the rules' time zone,
    /// or `2026-03-02T09:30:00Z`; now when absent.
    #[arg(long, value_name = moment::VALUE_NAME, value_parser = moment::parse)]
    at: Option<Given>,
    /// Show of each test that failed the whole trace: of every policy, request and bypass why it did
    /// not decide, as `writ explain` does for a message in a file.
    #[arg(long)]
    explain: bool,
    /// Also show what the tests reach: of each policy whether it decides in some test, and of each
    /// of its lines whether it holds in one and is the only one that fails in another.
    #[arg(long)]
    coverage: bool,
    /// With --coverage: exit code 3 where fewer policies than this decide in a test, in percent.
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = percent)]
    min_policies: Option<u8>,
    /// With --coverage: exit code 3 where less of the lines than this is reached, in percent.
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = percent)]
    min_lines: Option<u8>,
    /// Also make one small mistake in the rules after another, and show those that no test notices.
    #[arg(long)]
    mutate: bool,
    /// With --mutate: exit code 3 where fewer mistakes than this are noticed, in percent.
    #[arg(long, value_name = "PERCENT", requires = "mutate", value_parser = percent)]
    min_killed: Option<u8>,
    /// With --mutate: stop after this many seconds; what was not tried by then is told.
    #[arg(long, value_name = "SECONDS", requires = "mutate", default_value_t = 120, value_parser = whole)]
    budget: u64,
}

const EXAMPLES: &str = "\
Examples:
  writ test                       run the tests of the rules in this folder
  writ test --run 'card' rules    only those that are about cards
  writ test --run 'card' --explain rules
                                  why did every rule do what it did?
  writ test --format junit rules  for the report of a CI system
  writ test --coverage --min-policies 100 --min-lines 95 rules
                                  for CI: every policy decides in some test
  writ test --mutate rules        which mistakes would no test notice?
  writ test --coverage --format lcov rules > rules.info

Exit codes: 0 all passed, 1 a test failed, 2 the command line or a file is not usable, 3 a minimum was
not met, 4 the budget ran out before --min-killed could be told.";

/// The forms of the results.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// A line each, what failed with its place and its trace, and the counts.
    Human,
    /// One object, with a version.
    Json,
    /// `JUnit` XML, which CI systems show.
    Junit,
    /// What --coverage finds, by line, for tools that show it beside the text.
    Lcov,
}

fn regex(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| match error.syntax_error() {
        Some(syntax) => syntax.to_string(),
        None => error.to_string(),
    })
}

impl Test {
    pub(super) fn run(self, colour: Colour) -> Result<Done, Stopped> {
        if self.format == Format::Lcov && !self.coverage {
            return Err(Stopped::Unknown("`--format lcov` needs `--coverage`".to_owned()));
        }
        let usable = Loaded::read(&self.path)?.usable(&self.path)?;
        let organisation = usable.program.organisation();
        let scene = Scene {
            tree: &usable.tree,
            organisation,
            at_ms: moment::or_now(self.at, organisation).as_millisecond(),
            directory: directory::of(None, &usable.tree)?.unwrap_or_default(),
        };
        let suite = Suite::new(&usable.rules, &|message| scene.facts(message));
        let mut reports = suite.run();
        if let Some(wanted) = &self.run {
            reports.retain(|it| wanted.is_match(it.title.as_str()));
            if reports.is_empty() {
                return Err(Stopped::Unknown("no test has a title like that".to_owned()));
            }
        }
        let coverage = self.coverage.then(|| suite.coverage());
        let budget = Duration::from_secs(self.budget);
        let mutants = self.mutate.then(|| mutants::run(&suite, budget));
        let exit = self.exit(&reports, coverage.as_ref(), mutants.as_ref());
        let found = Found { usable: &usable, reports: &reports, coverage, mutants };
        Ok(Done { text: self.write(&found, colour)?, exit })
    }

    /// A failed test comes before a gate: what fails cannot tell how good the tests are.
    fn exit(
        &self,
        reports: &[TestReport],
        coverage: Option<&Coverage>,
        mutants: Option<&Mutants>,
    ) -> Exit {
        if reports.iter().any(|it| !it.passed()) {
            return Exit::Findings;
        }
        let under = |wanted: Option<u8>, is: usize| wanted.is_some_and(|it| is < usize::from(it));
        let totals = coverage.map(Coverage::totals).unwrap_or_default();
        if coverage.is_some()
            && (under(self.min_policies, totals.clauses_percent())
                || under(self.min_lines, totals.lines_percent()))
        {
            return Exit::Gate;
        }
        let Some(mutants) = mutants else { return Exit::Fine };
        match self.min_killed {
            Some(_) if under(self.min_killed, mutants.killed_percent()) => Exit::Gate,
            Some(_) if mutants.untried > 0 => Exit::Undecided,
            Some(_) | None => Exit::Fine,
        }
    }

    fn write(&self, found: &Found<'_>, colour: Colour) -> Result<String, Stopped> {
        let usable = found.usable;
        Ok(match self.format {
            Format::Human => {
                let write = if self.explain { tests::explained } else { tests::write };
                let mut text = write(usable, found.reports, colour);
                if let Some(it) = &found.coverage {
                    text.push_str(&coverage::write(usable, it));
                }
                if let Some(it) = &found.mutants {
                    text.push_str(&mutation::write(usable, it));
                }
                text
            }
            Format::Json => tests_json::write(
                usable,
                found.reports,
                found.coverage.as_ref().map(|it| coverage::json(usable, it)),
                found.mutants.as_ref().map(|it| mutation::json(usable, it)),
            )?,
            Format::Junit => junit::write(usable, found.reports),
            Format::Lcov => {
                found.coverage.as_ref().map(|it| coverage::lcov(usable, it)).unwrap_or_default()
            }
        })
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
    let (organisation, at_ms) = (usable.program.organisation(), at.as_millisecond());
    let directory = directory::of(None, &usable.tree)?.unwrap_or_default();
    let scene = Scene { tree: &usable.tree, organisation, at_ms, directory };
    let mut reports = Suite::new(&usable.rules, &|message| scene.facts(message)).run();
    let all = reports.len();
    reports.retain(|it| !it.passed());
    if reports.is_empty() {
        return Ok(all);
    }
    let told = tests::uncounted(usable, &reports, colour);
    Err(Stopped::Tests { told, failed: reports.len(), all })
}

/// What a run came to.
struct Found<'f> {
    usable: &'f Usable,
    reports: &'f [TestReport],
    coverage: Option<Coverage>,
    mutants: Option<Mutants>,
}
