//! The laws of the language on many generated cases, and whether they see a fault.

use std::process::Command;

use anyhow::{Context, ensure};

use crate::step;

/// A fault that is put in on purpose, and the tests that must each see it.
struct SeededBug {
    feature: &'static str,
    seen_by: &'static [&'static str],
}

const DIFFERENTIAL: &str = "tests::laws::differential::the_program_and_the_reference_agree";

/// Every one, with the comparison of the evaluators, a law of the language, and a test by hand.
const SEEDED_BUGS: &[SeededBug] = &[
    SeededBug {
        feature: "seeded-bug-hold",
        seen_by: &[
            DIFFERENTIAL,
            "tests::laws::properties::a_further_content_policy_only_raises_protection",
            "tests::vectors::the_most_protective_outcome_wins",
        ],
    },
    SeededBug {
        feature: "seeded-bug-until",
        seen_by: &[
            DIFFERENTIAL,
            "tests::laws::properties::a_narrowing_line_takes_a_clause_out_or_does_nothing",
            "tests::vectors::v12_a_validity_includes_its_last_day",
        ],
    },
    SeededBug {
        feature: "seeded-bug-except",
        seen_by: &[
            DIFFERENTIAL,
            "tests::laws::properties::a_narrowing_line_takes_a_clause_out_or_does_nothing",
            "tests::vectors::an_exception_leaves_out_its_recipients",
        ],
    },
];

/// The whole: the long run, and every seeded bug.
///
/// # Errors
///
/// A law does not hold, or a seeded bug is not seen.
pub(crate) fn check() -> anyhow::Result<()> {
    many()?;
    SEEDED_BUGS.iter().try_for_each(must_be_seen)
}

/// What the gate has time for: the long run, and one seeded bug.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn check_briefly() -> anyhow::Result<()> {
    many()?;
    SEEDED_BUGS.first().map_or(Ok(()), must_be_seen)
}

/// A million decisions by both evaluators, and the laws on many trees of rules.
fn many() -> anyhow::Result<()> {
    let test = ["test", "--quiet", "--profile", "laws", "--package", "engine", "--lib"];
    let laws = ["--features", "laws", "--", "tests::laws", "--nocapture"];
    step::cargo(&[test.as_slice(), &laws].concat())
}

/// Runs the tests with the fault in: those that it names must fail.
fn must_be_seen(bug: &SeededBug) -> anyhow::Result<()> {
    let features = format!("laws,{}", bug.feature);
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    // Unoptimised, which is soon built: the first case that fails ends each test.
    command.args(["test", "--package", "engine", "--lib"]);
    command.args(["--features", &features, "--", "--exact"]).args(bug.seen_by);
    step::say(&format!("▸ the laws with {}, which they must see", bug.feature));
    let output = command.output().context("cannot start cargo")?;
    let told = String::from_utf8_lossy(&output.stdout);
    for test in bug.seen_by {
        let failed = told.lines().any(|it| it == format!("test {test} ... FAILED"));
        ensure!(failed, "`{test}` does not see {}\n{told}", bug.feature);
    }
    step::say(&format!("  seen by {} tests", bug.seen_by.len()));
    Ok(())
}
