//! Lints that depend on the day: what has ended, and what ends soon.

use grammar::{diagnostic::Diagnostic, literal::Date};

use crate::{
    code,
    model::{
        Model,
        clause::{Clause, Validity},
    },
};

/// Days before its end in which an item is said to end soon.
const SOON_DAYS: i32 = 30;

/// Every lapsed or lapsing validity, by place.
pub(crate) fn check_at(model: &Model, today: Date) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = model.clauses().filter_map(|it| lapse(it, today)).collect();
    findings.sort_by_key(|it| (it.place(), it.code));
    findings
}

fn lapse(clause: &Clause, today: Date) -> Option<Diagnostic> {
    let Validity::Range { until: Some(until), .. } = clause.validity else { return None };
    let (name, kind, day) = (&clause.name, clause.kind.as_str(), until.date);
    let left = today.civil().until(day.civil()).ok()?.get_days();
    if left < 0 {
        let message = format!("the {kind} `{name}` ended on {day}");
        return Some(Diagnostic::new(code::VALIDITY_PAST, message).primary(clause.span, ""));
    }
    let message = format!("the {kind} `{name}` ends on {day}");
    (left <= SOON_DAYS)
        .then(|| Diagnostic::new(code::VALIDITY_ENDING, message).primary(clause.span, ""))
}
