//! The full trace of a decision: for each recipient every policy, and what became of it.

use engine::{
    decision::{Decision, Fate, TraceLine, Verdict},
    facts::Content,
};

use super::decision_text::{columns, effect, examination, examined, options, outcome, strange};
use crate::{loaded::Usable, plain::plain_line};

/// The decision of a message with everything that led to it.
pub(crate) fn full(usable: &Usable, decision: &Decision, content: &Content) -> String {
    let mut out = strange(content) + &verdicts(usable, decision);
    for result in &decision.examinations {
        out.push_str(&format!("{}\n", examined(result, content)));
    }
    out.push_str(&advice(decision));
    out.push_str(&format!("rules {}\n", usable.digest()));
    out
}

/// The same of a message that is at hand no more: a test's.
pub(crate) fn of_test(usable: &Usable, decision: &Decision) -> String {
    let mut out = verdicts(usable, decision);
    for result in &decision.examinations {
        out.push_str(&format!("{}\n", examination(result)));
    }
    out + &advice(decision)
}

fn verdicts(usable: &Usable, decision: &Decision) -> String {
    decision.verdicts.iter().map(|it| recipient(usable, it) + "\n").collect()
}

fn advice(decision: &Decision) -> String {
    let line = |it: &String| format!("the sender is told: {}\n\n", plain_line(it));
    decision.advice.iter().map(line).collect()
}

fn recipient(usable: &Usable, verdict: &Verdict) -> String {
    let side = if verdict.internal { "internal" } else { "external" };
    let mut out = format!("{} ({side}): {}\n", verdict.recipient, plain_line(&outcome(verdict)));
    out.push_str(&format!("  because {}\n", verdict.decided_by.join(", ")));
    if let Some(merged) = &verdict.options {
        out.push_str(&format!("  options {}\n", options(merged)));
    }
    for it in &verdict.effects {
        out.push_str(&format!("  also {}\n", plain_line(&effect(it))));
    }
    out.push('\n');
    out.push_str(&lines(usable, verdict.trace.iter()));
    out
}

/// Lines of a trace in columns: those that decided first, those that are no candidates last.
pub(crate) fn lines<'t>(usable: &Usable, lines: impl Iterator<Item = &'t TraceLine>) -> String {
    let mut lines: Vec<&TraceLine> = lines.collect();
    lines.sort_by_key(|it| rank(&it.fate));
    let row = |it: &&TraceLine| {
        let mark = if it.fate == Fate::Decided { "  *" } else { "   " };
        let place = it.place.as_ref().map(|place| usable.place(place)).unwrap_or_default();
        let name = if it.kind == it.subject {
            it.kind.to_owned()
        } else {
            format!("{} {}", it.kind, it.subject)
        };
        [format!("{mark} {name}"), words(it), place]
    };
    let rows: Vec<[String; 3]> = lines.iter().map(row).collect();
    columns(&rows)
}

/// What became of a policy, in words.
pub(crate) fn words(line: &TraceLine) -> String {
    let fate = match &line.fate {
        Fate::Ambiguous { with } => {
            format!(
                "ambiguous: neither it nor `{with}` outranks the other; the more protective was taken"
            )
        }
        Fate::Bypassed { by } => format!("bypassed by `{by}`"),
        Fate::Decided => "decided".to_owned(),
        Fate::Failed { line } => line.clone(),
        Fate::LessProtective { than } => format!("applies, less protective than `{than}`"),
        Fate::Outranked { by } => format!("applies, outranked by `{by}`"),
    };
    match &line.note {
        Some(note) => format!("{fate}; {note}"),
        None => fate,
    }
}

/// Decided, contributed, lost, not a candidate.
fn rank(fate: &Fate) -> u8 {
    match fate {
        Fate::Decided => 0,
        Fate::Ambiguous { .. } | Fate::LessProtective { .. } => 1,
        Fate::Bypassed { .. } | Fate::Outranked { .. } => 2,
        Fate::Failed { .. } => 3,
    }
}
