//! One statement in a block of each kind: it is read whatever it says, each finding points at text,
//! and a fix that a tool may apply unasked leaves a text that can be read.

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

/// Runs the target on one input: its first octet chooses the block.
pub(crate) fn run(input: &[u8]) {
    let Some((choice, octets)) = input.split_first() else { return };
    let Ok(statement) = std::str::from_utf8(octets) else { return };
    let Some(block) = BLOCKS.get(usize::from(*choice).checked_rem(BLOCKS.len()).unwrap_or(0))
    else {
        return;
    };
    let text = format!("{block} {{\n  {statement}\n}}\n");
    let (_, findings) = grammar::parse(FileId(0), &text);
    for finding in &findings {
        points_at_text(finding, &text);
        let fix = finding.fix.as_ref().filter(|it| it.applicability == Applicability::Automatic);
        if let Some(fixed) = fix.and_then(|it| applied(&text, it)) {
            let (_, after) = grammar::parse(FileId(0), &fixed);
            let same = |it: &&Diagnostic| it.code == finding.code && it.message == finding.message;
            let count = |all: &[Diagnostic]| all.iter().filter(same).count();
            assert!(count(&after) < count(&findings), "{:?}\n{text}\n{fixed}", finding.message);
        }
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
