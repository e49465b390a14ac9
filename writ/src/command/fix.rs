//! `writ check --fix`: the fixes that are certain.

use std::{collections::BTreeMap, path::Path};

use grammar::{
    diagnostic::{Applicability, Diagnostic},
    tree::Span,
};

use crate::{done::Stopped, file, loaded::Loaded, plain::plain_line, report::changes};

/// Rounds of fixing and checking. A fix can uncover a finding that it hid; more than a few deep is
/// two fixes that undo each other.
const ROUNDS_MAX: usize = 10;

/// What was mended.
#[derive(Debug, Default)]
pub(super) struct Mended {
    /// How many fixes were made.
    pub(super) fixes: usize,
    /// A line for each fix, or the patch of a dry run.
    pub(super) told: String,
}

/// Applies every fix that a tool may apply unasked, until none is left; returns the tree as it is
/// then, and what was done. Each file is replaced whole or not at all.
pub(super) fn all(mut loaded: Loaded, path: &Path) -> Result<(Loaded, Mended), Stopped> {
    let mut mended = Mended::default();
    for _ in 0..ROUNDS_MAX {
        let round = round(&loaded);
        if round.is_empty() {
            break;
        }
        for file in round {
            let path = loaded.tree.on_disk(&file.path);
            file::replace(&path, &file.text).map_err(|source| Stopped::Write { path, source })?;
            mended.fixes = mended.fixes.saturating_add(file.fixes);
            mended.told.push_str(&file.told);
        }
        loaded = Loaded::read(path)?;
    }
    Ok((loaded, mended))
}

/// What the same would change, without changing it.
pub(super) fn rehearsed(loaded: &Loaded) -> Mended {
    let mut mended = Mended::default();
    let (mut tree, mut findings) = (loaded.tree.clone(), None);
    for _ in 0..ROUNDS_MAX {
        let now = findings.as_ref().unwrap_or(loaded);
        let round = round(now);
        if round.is_empty() {
            break;
        }
        for file in round {
            mended.fixes = mended.fixes.saturating_add(file.fixes);
            tree.replace(&file.path, file.text);
        }
        findings = Some(Loaded::check(tree.clone()));
    }
    for (old, new) in loaded.tree.files().iter().zip(tree.files()) {
        mended.told.push_str(&changes::patch(&loaded.tree.shown(&old.path), &old.text, &new.text));
    }
    mended
}

/// A file with one round of fixes made.
struct Fixed {
    path: String,
    text: String,
    fixes: usize,
    told: String,
}

/// One round over all files.
fn round(loaded: &Loaded) -> Vec<Fixed> {
    let mut findings: BTreeMap<u32, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in &loaded.findings {
        if let Some(place) = finding.place() {
            findings.entry(place.file.0).or_default().push(finding);
        }
    }
    let mut fixed = Vec::new();
    for (index, source) in (0_u32..).zip(loaded.tree.files()) {
        let (edits, made) = chosen(findings.remove(&index).unwrap_or_default());
        if made.is_empty() {
            continue;
        }
        let told = made.iter().map(|it| told(it, loaded)).collect();
        let text = edited(&source.text, &edits);
        fixed.push(Fixed { path: source.path.clone(), text, fixes: made.len(), told });
    }
    fixed
}

/// Such as: rules/a.writ:3:3: fixed E0004: write `from`.
fn told(finding: &Diagnostic, loaded: &Loaded) -> String {
    let title = finding.fix.as_ref().map_or("", |it| it.title.as_str());
    let Some(place) = finding.place() else { return String::new() };
    let (at, path) = (loaded.sources.start(place), loaded.sources.file(place.file));
    let path = path.map_or("", |it| it.path.as_str());
    let line = format!("{path}:{}:{}: fixed {}: {title}", at.line, at.column, finding.code);
    plain_line(&line) + "\n"
}

/// The edits of all fixes that do not touch those before them, by place, and what they fix.
fn chosen<'d>(
    findings: impl IntoIterator<Item = &'d Diagnostic>,
) -> (BTreeMap<u32, (u32, &'d str)>, Vec<&'d Diagnostic>) {
    let mut edits: BTreeMap<u32, (u32, &str)> = BTreeMap::new();
    let mut fixes = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let home = finding.place().map(|it| it.file);
        let stays = fix.edits.iter().all(|(span, _)| Some(span.file) == home);
        let free = |span: &Span| is_free(&edits, *span);
        let certain = fix.applicability == Applicability::Automatic && !fix.edits.is_empty();
        if certain && stays && fix.edits.iter().all(|(span, _)| free(span)) {
            edits.extend(
                fix.edits.iter().map(|(span, text)| (span.start, (span.end, text.as_str()))),
            );
            fixes.push(finding);
        }
    }
    (edits, fixes)
}

/// Whether a place neither overlaps nor touches an edit: two insertions at one place have no order. The
/// edits stand apart, so that only the nearest on each side can.
fn is_free(edits: &BTreeMap<u32, (u32, &str)>, span: Span) -> bool {
    let before = edits.range(..=span.start).next_back();
    let after = edits.range(span.start..).next();
    before.is_none_or(|(_, (end, _))| *end < span.start)
        && after.is_none_or(|(start, _)| span.end < *start)
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
        assert_eq!(fixes.len(), 2);
        assert_eq!(edited("0123456789", &edits), "NEW345NEW789");
    }
}
