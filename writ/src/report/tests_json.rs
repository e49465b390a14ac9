//! What tests came to, as one JSON object.
//!
//! `version` is raised when a key changes its meaning or goes; new keys do not raise it.

use engine::testing::{TestKind, TestReport};
use serde::Serialize;

use crate::loaded::Usable;

#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    passed: usize,
    failed: usize,
    tests: Vec<Test<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Test<'r> {
    /// `value`, `test` or `assert`.
    kind: &'static str,
    title: &'r str,
    /// `file:line`.
    place: Option<String>,
    passed: bool,
    failures: Vec<Failed<'r>>,
}

#[derive(Serialize)]
struct Failed<'r> {
    message: &'r str,
    place: Option<String>,
    /// Of an assertion: lines of a test that breaks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'r str>,
}

/// The version of the form.
const VERSION: u32 = 1;

/// Writes all results.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write(
    usable: &Usable,
    reports: &[TestReport],
    coverage: Option<serde_json::Value>,
    mutation: Option<serde_json::Value>,
) -> Result<String, serde_json::Error> {
    let passed = reports.iter().filter(|it| it.passed()).count();
    let report = Report {
        version: VERSION,
        passed,
        failed: reports.len().saturating_sub(passed),
        tests: reports.iter().map(|it| test(usable, it)).collect(),
        coverage,
        mutation,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn test<'r>(usable: &Usable, report: &'r TestReport) -> Test<'r> {
    let place = |it: &Option<(String, u32)>| it.as_ref().map(|it| usable.place(it));
    let failures = report.failures.iter();
    Test {
        kind: match report.kind {
            TestKind::Assertion => "assert",
            TestKind::Test => "test",
            TestKind::Value => "value",
        },
        title: &report.title,
        place: place(&report.place),
        passed: report.passed(),
        failures: failures
            .map(|it| Failed {
                message: &it.message,
                place: place(&it.place),
                example: it.example.as_deref(),
            })
            .collect(),
    }
}
