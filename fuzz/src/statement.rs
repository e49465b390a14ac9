//! One statement in a block of each kind: it is read whatever it says, each finding points at text,
//! and mending all that a tool may mend unasked comes to an end.

use grammar::{
    diagnostic::{Applicability, Diagnostic, Fix},
    tree::FileId,
};

/// The beginnings of blocks that have statements of their own.
const BLOCKS: &[&str] = &[
    "organisation",
    "sensitivity",
    "domains d",
    "people p",
    "networks n",
    "terms t",
    "pattern p",
    "examination e",
    "secure s",
    "policy p",
    "request r",
    "bypass b",
    "test \"t\"",
    "message",
    "default",
    "fingerprints f",
    "group g",
];

/// Rounds in which all that a tool may mend unasked is mended.
const ROUNDS_MAX: usize = 64;

/// Runs the target on one input: its first octet chooses the block.
pub(crate) fn run(input: &[u8]) {
    let Some((choice, octets)) = input.split_first() else { return };
    let Ok(statement) = std::str::from_utf8(octets) else { return };
    let Some(block) = BLOCKS.get(usize::from(*choice).checked_rem(BLOCKS.len()).unwrap_or(0))
    else {
        return;
    };
    let mut text = format!("{block} {{\n  {statement}\n}}\n");
    let mut rounds = 0;
    loop {
        let (_, findings) = grammar::parse(FileId(0), &text);
        findings.iter().for_each(|it| points_at_text(it, &text));
        let is_certain = |it: &&Fix| it.applicability == Applicability::Automatic;
        let fix = findings.iter().filter_map(|it| it.fix.as_ref()).find(is_certain);
        match fix.and_then(|it| applied(&text, it)) {
            Some(mended) => text = mended,
            None => return,
        }
        rounds += 1;
        assert!(rounds < ROUNDS_MAX, "what is mended is never whole: {text}");
    }
}

fn points_at_text(finding: &Diagnostic, text: &str) {
    for label in &finding.labels {
        assert!(text.get(label.span.range()).is_some(), "{label:?}");
    }
}

/// `None` where the author must write the change.
fn applied(text: &str, fix: &Fix) -> Option<String> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut fixed = text.to_owned();
    for (span, new) in &edits {
        assert!(text.get(span.range()).is_some(), "{span:?}");
        fixed.replace_range(span.range(), new);
    }
    (!edits.is_empty()).then_some(fixed)
}
