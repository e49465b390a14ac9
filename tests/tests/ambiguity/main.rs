//! Messages that readers take differently, with a marker as the payload: whatever one reader would
//! show, ours finds, or it says that the message can be read in two ways.
//!
//! What "a reader would show" is asked of others: Python's mail package, the crate `mail-parser`,
//! and munpack.

mod forms;
mod kinds;
mod oracles;

use std::collections::BTreeSet;

use anyhow::ensure;
use kinds::{Case, MARKER};

/// Kinds at least.
const KINDS_MIN: usize = 200;

/// What ours makes of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ours {
    Found,
    /// Told as read in two ways, or as not readable at all.
    Flagged,
    Missed,
}

fn ours(message: &[u8]) -> Ours {
    let content = examine::extract(message, &examine::Limits::default()).content;
    if content.text.contains(MARKER) {
        Ours::Found
    } else if content.ambiguous.is_empty()
        && content.unreadable.is_empty()
        && content.over_limit.is_empty()
    {
        Ours::Missed
    } else {
        Ours::Flagged
    }
}

/// What whoever runs the tests should see.
#[expect(clippy::print_stdout, reason = "the figures of a run")]
fn say(words: std::fmt::Arguments<'_>) {
    println!("{words}");
}

/// Holds ours against those who would show the marker.
fn compare(cases: &[Case], seen: &[bool]) -> anyhow::Result<()> {
    ensure!(cases.len() == seen.len(), "an answer for each");
    let (mut found, mut flagged) = (0_usize, 0_usize);
    let mut slipped = Vec::new();
    for (case, seen) in cases.iter().zip(seen) {
        let ours = ours(&case.message);
        found += usize::from(ours == Ours::Found);
        flagged += usize::from(ours == Ours::Flagged);
        if *seen && ours == Ours::Missed {
            slipped.push(case);
        }
    }
    let shown = seen.iter().filter(|it| **it).count();
    say(format_args!(
        "{} messages, {shown} shown by somebody; ours: {found} found, {flagged} flagged",
        cases.len(),
    ));
    let told: Vec<_> = slipped.iter().take(20).map(|it| it.kind.as_str()).collect();
    ensure!(slipped.is_empty(), "{} slipped by, such as:\n{}", slipped.len(), told.join("\n"));
    Ok(())
}

#[test]
fn no_kind_slips_by() -> anyhow::Result<()> {
    let cases = kinds::alone();
    let kinds: BTreeSet<&str> = cases.iter().map(|it| it.kind.as_str()).collect();
    ensure!(kinds.len() == cases.len() && KINDS_MIN <= kinds.len(), "{} kinds", kinds.len());
    for case in &cases {
        let in_clear = case.message.windows(MARKER.len()).any(|it| it == MARKER.as_bytes());
        ensure!(!in_clear, "nothing is shown by not decoding: {}", case.kind);
    }
    let python = oracles::python(&cases)?;
    let parser = oracles::mail_parser(&cases);
    let munpack = oracles::munpack(&cases)?;
    for (name, seen) in [("Python", &python), ("mail-parser", &parser), ("munpack", &munpack)] {
        let shown = seen.iter().filter(|it| **it).count();
        say(format_args!("{name} shows {shown} of {}", cases.len()));
        ensure!(shown * 5 > cases.len(), "{name} hardly shows anything: is it asked rightly?");
    }
    let seen = python.iter().zip(&parser).zip(&munpack);
    let any: Vec<bool> = seen.map(|((one, other), third)| *one || *other || *third).collect();
    compare(&cases, &any)
}

#[test]
fn no_kinds_together_slip_by() -> anyhow::Result<()> {
    let cases = kinds::together();
    let python = oracles::python(&cases)?;
    let parser = oracles::mail_parser(&cases);
    let seen: Vec<bool> = python.iter().zip(&parser).map(|(one, other)| *one || *other).collect();
    compare(&cases, &seen)
}

/// A message as everybody writes it has nothing to flag.
#[test]
fn what_is_written_rightly_is_read_in_one_way() {
    let part = format!(
        "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        kinds::payload()
    );
    let message = kinds::multipart("boundary=b", "").replace('\n', "\r\n") + &part;
    let content = examine::extract(message.as_bytes(), &examine::Limits::default()).content;
    assert!(content.text.contains(MARKER));
    assert!(content.ambiguous.is_empty(), "{:?}", content.ambiguous);
    assert!(content.unreadable.is_empty() && content.over_limit.is_empty());
}
