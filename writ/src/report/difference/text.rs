//! For a terminal.

use engine::diff::{Direction, Edit};
use grammar::diagnostic::Colour;

use super::{Report, because, is_same_outcome};
use crate::{
    compared::{Compared, Example, Group, Key},
    plain::{counted, plain, plain_line},
};

/// Groups of one direction that are shown.
const GROUPS_MAX: usize = 12;

/// Messages that could not be decided that are told.
const FAILURES_MAX: usize = 5;

/// Edits first, then decisions.
pub(crate) fn write(report: &Report<'_>, colour: Colour) -> String {
    let (old, new) = (plain_line(&report.old.label), plain_line(&report.new.label));
    let mut out = format!("old: {old}\nnew: {new}\n\n{}.\n", report.headline());
    let lowering = report.edits.iter().filter(|it| it.direction.is_lowering());
    lowering.for_each(|it| out.push_str(&lowers(report, it, colour)));
    let others: Vec<&Edit> = report.edits.iter().filter(|it| !it.direction.is_lowering()).collect();
    if !others.is_empty() {
        out.push_str("\nOther edits, which lower nothing:\n");
        others.into_iter().for_each(|it| out.push_str(&other(report, it, colour)));
    }
    if let Some(compared) = report.compared {
        out.push_str(&decisions(report, compared, colour));
    }
    out
}

fn lowers(report: &Report<'_>, edit: &Edit, colour: Colour) -> String {
    let word = paint(colour, edit.direction);
    let (old, new) = report.places(edit);
    let mut out = format!(
        "\n{word}  {}\n  what  {}\n  why   {}\n",
        plain_line(&edit.subject),
        plain_line(&edit.change),
        plain_line(&edit.reason)
    );
    let places = match (old, new) {
        (Some(old), Some(new)) if old == new => format!("  at    {new}\n"),
        (Some(old), Some(new)) => format!("  at    {new}, was {old}\n"),
        (Some(old), None) => format!("  was   {old}\n"),
        (None, Some(new)) => format!("  at    {new}\n"),
        (None, None) => String::new(),
    };
    out.push_str(&places);
    out
}

fn other(report: &Report<'_>, edit: &Edit, colour: Colour) -> String {
    let (old, new) = report.places(edit);
    let place = new.or(old).map(|it| format!("{it}: ")).unwrap_or_default();
    format!(
        "  {}  {place}{}: {}; {}\n",
        paint(colour, edit.direction),
        plain_line(&edit.subject),
        plain_line(&edit.change),
        plain_line(&edit.reason)
    )
}

fn decisions(report: &Report<'_>, compared: &Compared, colour: Colour) -> String {
    let mut out = format!("\n{}.\n", report.decided(compared));
    for (message, why) in compared.failures.iter().take(FAILURES_MAX) {
        out.push_str(&format!("  not decided: {}: {}\n", plain_line(message), plain_line(why)));
    }
    let unshown = compared.failures.len().saturating_sub(FAILURES_MAX);
    if unshown > 0 {
        out.push_str(&format!("  not decided: {unshown} more\n"));
    }
    if compared.changed == 0 {
        out.push_str("Every one is decided as before.\n");
        return out;
    }
    let (same, differ): (Vec<_>, Vec<_>) =
        compared.groups.iter().partition(|it| is_same_outcome(it.0));
    let mut differ = differ;
    differ.sort_by_key(|it| (it.0.direction, std::cmp::Reverse(it.1.count)));
    let outcomes: usize = differ.iter().map(|it| it.1.count).sum();
    out.push_str(&match outcomes {
        0 => "The same happens to every one.\n".to_owned(),
        1 => "For 1 recipient something else happens:\n".to_owned(),
        many => format!("For {many} recipients something else happens:\n"),
    });
    for (key, group) in differ.iter().take(GROUPS_MAX) {
        out.push_str(&one(key, group, colour));
    }
    let unshown = differ.len().saturating_sub(GROUPS_MAX);
    if unshown > 0 {
        out.push_str(&format!("\n{unshown} more kinds of change; `--format json` has all.\n"));
    }
    let others: usize = same.iter().map(|it| it.1.count).sum();
    if others > 0 {
        let recipients = counted(others, "recipient", "recipients");
        out.push_str(&format!("\nFor {recipients} the same happens by another rule.\n"));
    }
    out
}

fn one(key: &Key, group: &Group, colour: Colour) -> String {
    let count = counted(group.count, "recipient", "recipients");
    let mut out = format!(
        "\n{}  {count}\n  was  {}\n  now  {}\n",
        paint(colour, key.direction),
        because(&key.old, &key.old_by),
        because(&key.new, &key.new_by),
    );
    for example in &group.examples {
        out.push_str(&format!("  e.g. {}\n", told(example)));
    }
    // A made message is nowhere to be looked at but here.
    let first = group.examples.first().and_then(|it| it.block.as_ref());
    if let Some(block) = first.filter(|_| key.direction.is_lowering()) {
        plain(block).lines().for_each(|it| out.push_str(&format!("       | {it}\n")));
    }
    out
}

fn told(example: &Example) -> String {
    plain_line(&format!("{} -> {} ({})", example.from, example.to, example.message))
}

fn paint(colour: Colour, direction: Direction) -> String {
    let (word, number) = match direction {
        Direction::Lowers => ("LOWERS", "1;31"),
        Direction::MayLower => ("MAY LOWER", "1;33"),
        Direction::Raises => ("raises", "32"),
        Direction::Neutral => ("neutral", "2"),
    };
    match colour {
        Colour::Ansi => format!("\u{1B}[{number}m{word}\u{1B}[0m"),
        Colour::Plain => word.to_owned(),
    }
}
