//! Fixes: each resolves what it fixes, and what a tool may do unasked changes nothing else.

use super::cases;
use crate::{
    diagnostic::{Applicability, Diagnostic, Fix},
    parse,
    tree::{FileId, Item},
};

fn applied(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut fixed = text.to_owned();
    for (span, new) in edits {
        fixed.replace_range(span.range(), &new);
    }
    fixed
}

fn same(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.message == other.message && one.code == other.code
}

#[test]
fn every_fix_resolves_its_finding_and_brings_no_other() {
    let mut fixes = 0;
    for (name, text) in cases() {
        let (_, before) = parse(FileId(0), &text);
        for finding in &before {
            let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty()) else {
                continue;
            };
            fixes += 1;
            let fixed = applied(&text, fix);
            let (_, after) = parse(FileId(0), &fixed);
            let count =
                |all: &[Diagnostic]| all.iter().filter(|other| same(finding, other)).count();
            assert!(
                count(&after) < count(&before),
                "{name}: `{}` leaves {:?}\n{fixed}",
                fix.title,
                finding.message
            );
            let new: Vec<&Diagnostic> =
                after.iter().filter(|it| !before.iter().any(|other| same(it, other))).collect();
            let may_uncover = fix.applicability == Applicability::Choose || before.len() > 1;
            assert!(
                new.is_empty() || may_uncover,
                "{name}: `{}` brings {new:?}\n{fixed}",
                fix.title
            );
        }
    }
    assert!(fixes > 150, "{fixes}");
}

/// Items without their places, by name.
fn items(text: &str) -> Vec<(bool, String)> {
    let shown = |item: &Item| {
        let debug = format!("{:?}", item.kind);
        let mut parts = debug.split("Span {");
        let mut kept = parts.next().unwrap_or("").to_owned();
        for part in parts {
            kept.push_str(part.split_once('}').map_or("", |(_, after)| after));
        }
        kept
    };
    let (tree, _) = parse(FileId(0), text);
    tree.items.iter().map(|item| (item.damaged, shown(item))).collect()
}

#[test]
fn an_automatic_fix_changes_no_item_that_was_whole() {
    for (name, text) in cases() {
        let whole: Vec<_> = items(&text).into_iter().filter(|it| !it.0).collect();
        for finding in parse(FileId(0), &text).1 {
            let fix = finding.fix.filter(|it| it.applicability == Applicability::Automatic);
            let Some(fix) = fix else { continue };
            let after = items(&applied(&text, &fix));
            for item in &whole {
                assert!(after.contains(item), "{name}: `{}` changes {}", fix.title, item.1);
            }
        }
    }
}
