//! `writ check --fix`: the fixes that are certain.

use std::{collections::BTreeMap, path::Path};

use grammar::{
    diagnostic::{Applicability, Diagnostic},
    tree::Span,
};

use crate::{done::Stopped, file, loaded::Loaded};

/// Rounds of fixing and checking. A fix can uncover a finding that it hid; more than a few deep is
/// two fixes that undo each other.
const ROUNDS_MAX: usize = 10;

/// Applies every fix that a tool may apply unasked, until none is left; returns the tree as it is
/// then, and how many were applied.
pub(super) fn all(mut loaded: Loaded, path: &Path) -> Result<(Loaded, usize), Stopped> {
    let mut fixed: usize = 0;
    for _ in 0..ROUNDS_MAX {
        let applied = round(&loaded)?;
        if applied == 0 {
            break;
        }
        fixed = fixed.saturating_add(applied);
        loaded = Loaded::read(path)?;
    }
    Ok((loaded, fixed))
}

/// One round over all files.
fn round(loaded: &Loaded) -> Result<usize, Stopped> {
    let mut applied: usize = 0;
    for (index, source) in (0_u32..).zip(loaded.tree.files()) {
        let of_file = |it: &&Diagnostic| it.place().is_some_and(|span| span.file.0 == index);
        let (edits, fixes) = chosen(loaded.findings.iter().filter(of_file));
        if fixes == 0 {
            continue;
        }
        let path = loaded.tree.on_disk(&source.path);
        file::replace(&path, &edited(&source.text, &edits))
            .map_err(|source| Stopped::Write { path, source })?;
        applied = applied.saturating_add(fixes);
    }
    Ok(applied)
}

/// The edits of all fixes that do not touch those before them, by place, and how many fixes.
fn chosen<'d>(
    findings: impl Iterator<Item = &'d Diagnostic>,
) -> (BTreeMap<u32, (u32, &'d str)>, usize) {
    let mut edits: BTreeMap<u32, (u32, &str)> = BTreeMap::new();
    let mut fixes: usize = 0;
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let home = finding.place().map(|it| it.file);
        let stays = fix.edits.iter().all(|(span, _)| Some(span.file) == home);
        let free = |span: &Span| edits.iter().all(|(start, (end, _))| apart(*span, *start, *end));
        let certain = fix.applicability == Applicability::Automatic && !fix.edits.is_empty();
        if certain && stays && fix.edits.iter().all(|(span, _)| free(span)) {
            edits.extend(
                fix.edits.iter().map(|(span, text)| (span.start, (span.end, text.as_str()))),
            );
            fixes = fixes.saturating_add(1);
        }
    }
    (edits, fixes)
}

/// Whether a place neither overlaps nor touches another: two insertions at one place have no order.
fn apart(span: Span, start: u32, end: u32) -> bool {
    span.end < start || end < span.start
}

/// The text with the edits made.
fn edited(text: &str, edits: &BTreeMap<u32, (u32, &str)>) -> String {
    let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (start, (end, replacement)) in edits {
        out.push_str(text.get(done..offset(*start)).unwrap_or_default());
        out.push_str(replacement);
        done = offset(*end);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammar::{
        diagnostic::{Code, Fix},
        tree::FileId,
    };

    fn finding(start: u32, end: u32, fix: fn(&str, Span, &str) -> Fix) -> Diagnostic {
        let span = Span { file: FileId(0), start, end };
        Diagnostic::new(Code::error(1), "x").primary(span, "").fix(fix("change it", span, "NEW"))
    }

    fn automatic(title: &str, span: Span, text: &str) -> Fix {
        Fix::automatic(title, span, text)
    }

    fn choose(title: &str, span: Span, text: &str) -> Fix {
        Fix::choose(title, span, text)
    }

    #[test]
    fn certain_fixes_are_made_and_no_others() {
        let findings = [
            finding(0, 3, automatic),
            finding(2, 5, automatic),
            finding(3, 3, automatic),
            finding(6, 7, automatic),
            finding(8, 9, choose),
        ];
        let (edits, fixes) = chosen(findings.iter());
        assert_eq!(fixes, 2);
        assert_eq!(edited("0123456789", &edits), "NEW345NEW789");
    }
}
