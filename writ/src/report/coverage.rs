//! What the tests reach, for people, for programs, and for tools that read lcov.

use std::collections::BTreeMap;

use engine::coverage::{ClauseCoverage, Coverage, LineCoverage, Place};
use serde_json::{Value, json};

use super::decision_text::columns;
use crate::{
    loaded::Usable,
    plain::{plain, plain_line},
};

/// Hints that are shown; one is enough to begin with.
const HINTS_SHOWN_MAX: usize = 5;

/// What the columns mean.
const LEGEND: &str = "
candidate: a test has a message of this sender, recipient and time, whatever it holds
decides:   it decided in a test, alone or with others
lines:     how many hold in one test, and are the only one that fails in another
";

/// A row for each policy, then each line that the tests do not reach with a test that would.
pub(crate) fn write(usable: &Usable, coverage: &Coverage) -> String {
    let mut out = String::from("\n");
    let mut rows = vec![["", "candidate", "decides", "lines"].map(str::to_owned)];
    for it in &coverage.clauses {
        let whole = it.lines.iter().filter(|it| is_whole(it)).count();
        rows.push([
            format!("{} {}", it.kind, it.name),
            yes(it.candidate.is_some()),
            yes(it.decided.is_some()),
            format!("{whole} of {}", it.lines.len()),
        ]);
    }
    out.push_str(&columns(&rows));
    out.push_str(LEGEND);
    out.push_str(&missing(usable, coverage));
    let totals = coverage.totals();
    out.push_str(&format!(
        "\npolicies, requests and bypasses that decide in a test: {} of {} ({} %)\n\
         lines, half for holding in a test and half for failing alone: {} of {} halves ({} %)\n",
        totals.clauses_reached,
        totals.clauses,
        totals.clauses_percent(),
        totals.halves_reached,
        totals.halves,
        totals.lines_percent()
    ));
    out
}

fn yes(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}

fn is_whole(line: &LineCoverage) -> bool {
    line.held.is_some() && line.alone_false.is_some()
}

fn shown(usable: &Usable, place: Option<&Place>) -> String {
    place.map(|it| usable.place(it)).unwrap_or_default()
}

fn missing(usable: &Usable, coverage: &Coverage) -> String {
    let mut out = String::new();
    let mut hints = HINTS_SHOWN_MAX;
    for clause in &coverage.clauses {
        if clause.decided.is_none() {
            let place = shown(usable, clause.place.as_ref());
            let (kind, name) = (clause.kind, &clause.name);
            out.push_str(&format!("\n{place}: {kind} {name}\n  it decides in no test\n"));
        }
        for line in clause.lines.iter().filter(|it| !is_whole(it)) {
            out.push_str(&uncovered(usable, clause, line));
            if let Some(hint) = line.hint.as_ref().filter(|_| hints > 0) {
                hints = hints.saturating_sub(1);
                out.push_str("  this test would reach it:\n");
                out.extend(plain(hint).lines().map(|it| format!("    {it}\n")));
            }
        }
    }
    for it in &coverage.examinations {
        for (half, words) in [
            (&it.below, "no test has a message below its threshold"),
            (&it.reached, "no test has a message at or above its threshold"),
        ] {
            if half.is_none() {
                let place = shown(usable, it.place.as_ref());
                out.push_str(&format!("\n{place}: examination {}\n  {words}\n", it.name));
            }
        }
    }
    out
}

fn uncovered(usable: &Usable, clause: &ClauseCoverage, line: &LineCoverage) -> String {
    let place = shown(usable, line.place.as_ref());
    let mut out =
        format!("\n{place}: {} {}, `{}`\n", clause.kind, clause.name, plain_line(&line.words));
    if line.held.is_none() {
        out.push_str("  it holds in no test\n");
    }
    if line.alone_false.is_none() {
        out.push_str(
            "  in no test is it the only line that fails: nobody would notice if it were gone\n",
        );
    }
    out
}

/// The same as an object; each half is the title of the first test that reaches it.
pub(crate) fn json(usable: &Usable, coverage: &Coverage) -> Value {
    let place = |it: &Option<Place>| it.as_ref().map(|it| usable.place(it));
    let line = |it: &LineCoverage| {
        json!({
            "line": it.words,
            "place": place(&it.place),
            "held": it.held,
            "alone_false": it.alone_false,
            "hint": it.hint,
        })
    };
    let clause = |it: &ClauseCoverage| {
        json!({
            "kind": it.kind,
            "name": it.name,
            "place": place(&it.place),
            "candidate": it.candidate,
            "decided": it.decided,
            "lines": it.lines.iter().map(line).collect::<Vec<_>>(),
        })
    };
    let examinations = coverage.examinations.iter().map(|it| {
        json!({
            "name": it.name,
            "place": place(&it.place),
            "below": it.below,
            "reached": it.reached,
        })
    });
    let totals = coverage.totals();
    json!({
        "policies_percent": totals.clauses_percent(),
        "lines_percent": totals.lines_percent(),
        "policies": coverage.clauses.iter().map(clause).collect::<Vec<_>>(),
        "examinations": examinations.collect::<Vec<_>>(),
    })
}

/// Lines with the number of their halves that the tests reach.
pub(crate) fn lcov(usable: &Usable, coverage: &Coverage) -> String {
    let mut files: BTreeMap<String, BTreeMap<u32, usize>> = BTreeMap::new();
    let mut add = |place: &Option<Place>, halves: [bool; 2]| {
        let Some((path, line)) = place else { return };
        let hits = if halves.iter().all(|it| *it) { 1 } else { 0 };
        let lines = files.entry(usable.tree.shown(path)).or_default();
        // Of several things on one line the worst counts.
        let slot = lines.entry(*line).or_insert(hits);
        *slot = hits.min(*slot);
    };
    for clause in &coverage.clauses {
        let decided = clause.decided.is_some();
        add(&clause.place, [decided, decided]);
        for it in &clause.lines {
            add(&it.place, [it.held.is_some(), it.alone_false.is_some()]);
        }
    }
    for it in &coverage.examinations {
        add(&it.place, [it.below.is_some(), it.reached.is_some()]);
    }
    let mut out = String::new();
    for (path, lines) in files {
        out.push_str(&format!("SF:{}\n", plain_line(&path)));
        for (line, hits) in &lines {
            out.push_str(&format!("DA:{line},{hits}\n"));
        }
        let hit = lines.values().filter(|it| **it > 0).count();
        out.push_str(&format!("LF:{}\nLH:{hit}\nend_of_record\n", lines.len()));
    }
    out
}
