//! What tests came to, for people.

use engine::{
    decision::{Fate, TraceLine},
    testing::{About, Failure, TestKind, TestReport},
};
use grammar::diagnostic::Colour;

use super::{decision_text, trace};
use crate::{
    loaded::Usable,
    plain::{plain, plain_line},
};

/// One line a test, what failed with its place and its trace, and the counts alone on the last line.
pub(crate) fn write(usable: &Usable, reports: &[TestReport], colour: Colour) -> String {
    told(usable, reports, colour, |_| String::new()) + &totals(reports)
}

/// The same without the counts, for who tells them in other words.
pub(crate) fn uncounted(usable: &Usable, reports: &[TestReport], colour: Colour) -> String {
    told(usable, reports, colour, |_| String::new())
}

fn totals(reports: &[TestReport]) -> String {
    let failed = reports.iter().filter(|it| !it.passed()).count();
    let passed = reports.len().saturating_sub(failed);
    format!("\n{passed} passed, {failed} failed\n")
}

/// The same, with the whole trace of each test that failed.
pub(crate) fn explained(usable: &Usable, reports: &[TestReport], colour: Colour) -> String {
    let whole = |report: &TestReport| {
        let decision = report.decision.as_ref();
        let text = decision.map(|it| trace::of_test(usable, it)).unwrap_or_default();
        text.lines().map(|it| format!("  {it}").trim_end().to_owned() + "\n").collect()
    };
    told(usable, reports, colour, whole) + &totals(reports)
}

fn told(
    usable: &Usable,
    reports: &[TestReport],
    colour: Colour,
    more: impl Fn(&TestReport) -> String,
) -> String {
    let mut out = String::new();
    for report in reports {
        let mark = if report.passed() {
            paint(colour, "32", "ok    ")
        } else {
            paint(colour, "1;31", "FAILED")
        };
        let place = report.place.as_ref().filter(|_| !report.passed());
        let place = place.map(|it| format!("  {}", usable.place(it))).unwrap_or_default();
        out.push_str(&format!("{mark} {}{place}\n", plain_line(&title(report))));
        for failure in &report.failures {
            out.push_str(&self::failure(usable, report, failure));
        }
        out.push_str(&more(report));
    }
    out
}

/// What a report is about.
pub(crate) fn title(report: &TestReport) -> String {
    match report.kind {
        TestKind::Assertion => format!("assert \"{}\"", report.title),
        TestKind::Test => format!("test \"{}\"", report.title),
        TestKind::Value => report.title.clone(),
    }
}

fn failure(usable: &Usable, report: &TestReport, failure: &Failure) -> String {
    let mut out = format!("  {}\n", plain_line(&failure.message));
    if let Some(example) = &failure.example {
        out.extend(plain(example).lines().map(|it| format!("    {it}\n")));
    }
    if let Some(place) = failure.place.as_ref() {
        out.push_str(&snippet(usable, place));
    }
    out.push_str(&decisive(usable, report, failure).unwrap_or_default());
    out.push('\n');
    out
}

/// The line of the expectation.
fn snippet(usable: &Usable, place: &(String, u32)) -> String {
    let shown = usable.tree.shown(&place.0);
    let source = usable.sources.files().iter().find(|it| it.path == shown);
    let index = usize::try_from(place.1.saturating_sub(1)).unwrap_or(usize::MAX);
    let line = source.and_then(|it| it.text.lines().nth(index)).unwrap_or_default().trim_end();
    let written = line.trim_start();
    let indent = line.chars().count().saturating_sub(written.chars().count());
    let (number, carets) = (place.1.to_string(), "^".repeat(written.chars().count()));
    let width = number.len();
    format!(
        "  {blank:width$}--> {shown}:{number}:{column}\n  {blank:width$} |\n  {number} | {}\n  {blank:width$} | {blank:indent$}{carets}\n",
        plain_line(line),
        blank = "",
        column = indent.saturating_add(1),
    )
}

/// The lines of the trace that led elsewhere: what decided, what took part, and what was expected to.
fn decisive(usable: &Usable, report: &TestReport, failure: &Failure) -> Option<String> {
    match &failure.about {
        About::Nothing => None,
        About::Recipient { recipient, because, able } => {
            let decision = report.decision.as_ref()?;
            let verdict = decision.verdicts.iter().find(|it| it.recipient == *recipient)?;
            let (named, others): (Vec<&TraceLine>, Vec<&TraceLine>) =
                verdict.trace.iter().partition(|it| matters(it, because));
            // Who else could have led there: a bypass takes protection away, whatever was expected.
            let others =
                others.into_iter().filter(|it| it.kind == "bypass" || able.contains(&it.subject));
            let mut others: Vec<&TraceLine> = others.collect();
            let more = others.len().saturating_sub(OTHERS_SHOWN_MAX);
            others.truncate(OTHERS_SHOWN_MAX);
            let mut out = trace::lines(usable, named.into_iter().chain(others));
            if more > 0 {
                out.push_str(&format!("    and {more} more, which `--explain` shows\n"));
            }
            Some(out)
        }
        About::Examination(result) => {
            let lines = decision_text::examination(result);
            Some(lines.lines().map(|it| format!("  {it}\n")).collect())
        }
    }
}

/// Rules that could have led to what was expected and did not, as far as they are shown.
const OTHERS_SHOWN_MAX: usize = 8;

/// Whether a line took part, or was expected to.
fn matters(line: &TraceLine, because: &[String]) -> bool {
    because.contains(&line.subject) || !matches!(line.fate, Fate::Failed { .. })
}

fn paint(colour: Colour, number: &str, text: &str) -> String {
    match colour {
        Colour::Ansi => format!("\u{1B}[{number}m{text}\u{1B}[0m"),
        Colour::Plain => text.to_owned(),
    }
}
