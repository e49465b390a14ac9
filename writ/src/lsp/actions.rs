//! Code actions: the fix of each finding, and all certain ones at once.

use std::collections::BTreeMap;

use gen_lsp_types as lsp;
use grammar::{
    diagnostic::{Applicability, Diagnostic},
    tree::Span,
};
use serde_json::{Value, json};

use super::{
    forest::{Disk, Tree},
    position::Encoding,
    publish,
    server::{Answer, Server},
};

pub(super) fn answer<D: Disk>(server: &mut Server<D>, params: &lsp::CodeActionParams) -> Answer {
    let (encoding, today) = (server.encoding, server.today);
    let Some((tree, path)) = server.forest.find(&params.text_document.uri.0) else {
        return Ok(Value::Null);
    };
    let (Some(number), Some(file)) = (tree.number_of(&path), tree.file(&path)) else {
        return Ok(Value::Null);
    };
    let first = file.text.offset(params.range.start, encoding);
    let last = file.text.offset(params.range.end, encoding);
    let findings = tree.findings(today);
    let here: Vec<&Diagnostic> =
        findings.iter().filter(|it| it.place().is_some_and(|it| it.file == number)).collect();
    let wants = |kind: &lsp::CodeActionKind| {
        params.context.only.as_ref().is_none_or(|it| it.contains(kind))
    };
    let mut actions = Vec::new();
    if wants(&lsp::CodeActionKind::QuickFix) {
        let touched = |it: &&&Diagnostic| {
            it.place().is_some_and(|it| it.range().start <= last && first <= it.range().end)
        };
        let near = here.iter().filter(touched);
        actions.extend(near.filter_map(|it| quick_fix(tree, it, encoding)));
    }
    if wants(&lsp::CodeActionKind::SourceFixAll) {
        actions.extend(fix_all(tree, &here, encoding));
    }
    Ok(Value::Array(actions))
}

fn quick_fix(tree: &Tree, finding: &Diagnostic, encoding: Encoding) -> Option<Value> {
    let fix = finding.fix.as_ref().filter(|it| !it.edits.is_empty())?;
    let edits: Vec<(Span, &str)> = fix.edits.iter().map(|it| (it.0, it.1.as_str())).collect();
    Some(json!({
        "title": fix.title,
        "kind": "quickfix",
        "isPreferred": fix.applicability == Applicability::Automatic,
        "diagnostics": [publish::shown(tree, finding, encoding)?],
        "edit": workspace_edit(tree, &edits, encoding)?,
    }))
}

fn fix_all(tree: &Tree, findings: &[&Diagnostic], encoding: Encoding) -> Option<Value> {
    let mut taken: Vec<(Span, &str)> = Vec::new();
    let mut fixes = 0_usize;
    for finding in findings {
        let certain = |it: &&grammar::diagnostic::Fix| {
            it.applicability == Applicability::Automatic && !it.edits.is_empty()
        };
        let Some(fix) = finding.fix.as_ref().filter(certain) else { continue };
        let home = finding.place().map(|it| it.file);
        // Two changes that touch have no order; the second is for the next time.
        let free = fix.edits.iter().all(|(span, _)| {
            Some(span.file) == home
                && taken.iter().all(|it| span.end < it.0.start || it.0.end < span.start)
        });
        if free {
            taken.extend(fix.edits.iter().map(|it| (it.0, it.1.as_str())));
            fixes = fixes.saturating_add(1);
        }
    }
    if fixes == 0 {
        return None;
    }
    Some(json!({
        "title": "make every certain fix of this file",
        "kind": "source.fixAll",
        "edit": workspace_edit(tree, &taken, encoding)?,
    }))
}

/// Nothing when a change lies outside of the files of the tree.
fn workspace_edit(tree: &Tree, edits: &[(Span, &str)], encoding: Encoding) -> Option<Value> {
    let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (span, text) in edits {
        let (_, file) = tree.file_of(*span)?;
        let edit = json!({"range": file.text.range(*span, encoding), "newText": text});
        changes.entry(file.uri.as_str()).or_default().push(edit);
    }
    Some(json!({ "changes": changes }))
}
