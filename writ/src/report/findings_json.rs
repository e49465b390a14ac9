//! Findings as one JSON object.
//!
//! `version` is raised when a key changes its meaning or goes; new keys do not raise it. Lines and
//! columns count from 1, columns in characters; offsets count octets from 0.

use grammar::diagnostic::{FixView, LabelView, Position, Severity, View, view};
use serde::Serialize;

use crate::loaded::Loaded;

#[derive(Serialize)]
struct Report {
    version: u32,
    files: usize,
    errors: usize,
    lints: usize,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Finding {
    code: String,
    /// `error` or `warning`.
    severity: String,
    message: String,
    /// Where it is reported first, then every other place.
    labels: Vec<Place>,
    notes: Vec<String>,
    fix: Option<Repair>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    start: Point,
    end: Point,
    text: String,
    primary: bool,
}

#[derive(Serialize)]
struct Point {
    offset: u32,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Repair {
    title: String,
    automatic: bool,
    edits: Vec<Edit>,
}

#[derive(Serialize)]
struct Edit {
    file: String,
    start: Point,
    end: Point,
    replacement: String,
}

/// The version of the form.
const VERSION: u32 = 1;

/// Writes all findings.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write(loaded: &Loaded) -> Result<String, serde_json::Error> {
    let errors = loaded.findings.iter().filter(|it| it.severity() == Severity::Error).count();
    let report = Report {
        version: VERSION,
        files: loaded.tree.files().len(),
        errors,
        lints: loaded.findings.len().saturating_sub(errors),
        findings: loaded.findings.iter().map(|it| finding(view(it, &loaded.sources))).collect(),
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn finding(view: View) -> Finding {
    Finding {
        code: view.code,
        severity: view.severity,
        message: view.message,
        labels: view.labels.into_iter().map(place).collect(),
        notes: view.notes,
        fix: view.fix.map(repair),
    }
}

fn place(label: LabelView) -> Place {
    let (start, end) = points(&label);
    Place { file: label.path, start, end, text: label.text, primary: label.primary }
}

fn repair(fix: FixView) -> Repair {
    let edit = |(label, replacement): (LabelView, String)| {
        let (start, end) = points(&label);
        Edit { file: label.path, start, end, replacement }
    };
    Repair {
        title: fix.title,
        automatic: fix.automatic,
        edits: fix.edits.into_iter().map(edit).collect(),
    }
}

fn points(label: &LabelView) -> (Point, Point) {
    let point = |offset: u32, at: Position| Point { offset, line: at.line, column: at.column };
    (point(label.span.start, label.start), point(label.span.end, label.end))
}
