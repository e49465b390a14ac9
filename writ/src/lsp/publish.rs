//! Findings as the client shows them.

use std::collections::BTreeMap;

use gen_lsp_types as lsp;
use grammar::{
    diagnostic::{Diagnostic, Severity},
    literal::Date,
};
use serde_json::{Value, json};

use super::{forest::Tree, position::Encoding, rpc};

/// What the client does not know of the findings of a tree.
pub(crate) fn news(tree: &mut Tree, today: Option<Date>, encoding: Encoding) -> Vec<Value> {
    let findings = tree.findings(today);
    let mut all: BTreeMap<String, Vec<lsp::Diagnostic>> = BTreeMap::new();
    for finding in &findings {
        let file = finding.place().and_then(|it| tree.file_of(it)).map(|it| it.0.to_owned());
        if let (Some(path), Some(shown)) = (file, shown(tree, finding, encoding)) {
            all.entry(path).or_default().push(shown);
        }
    }
    let news = tree.news(all);
    let told = news.into_iter().filter_map(|(path, diagnostics)| {
        let file = tree.file(&path)?;
        let params = json!({"uri": file.uri, "diagnostics": diagnostics});
        Some(with_version(params, file.version))
    });
    told.map(|it| rpc::notification("textDocument/publishDiagnostics", &it)).collect()
}

/// That a file has no findings any more, because it is gone.
pub(crate) fn nothing(uri: &str) -> Value {
    let params = json!({"uri": uri, "diagnostics": []});
    rpc::notification("textDocument/publishDiagnostics", &params)
}

fn with_version(mut params: Value, version: Option<i32>) -> Value {
    if let (Some(version), Some(object)) = (version, params.as_object_mut()) {
        object.insert("version".to_owned(), version.into());
    }
    params
}

/// One finding; nothing when its place is in no file of the tree.
pub(crate) fn shown(
    tree: &Tree,
    finding: &Diagnostic,
    encoding: Encoding,
) -> Option<lsp::Diagnostic> {
    let place = finding.place()?;
    let (_, file) = tree.file_of(place)?;
    let primary = finding.labels.iter().find(|it| it.span == place);
    let mut message = finding.message.clone();
    if let Some(text) = primary.map(|it| it.text.as_str()).filter(|it| !it.is_empty()) {
        message.push_str(&format!(": {text}"));
    }
    for note in &finding.notes {
        message.push_str(&format!("\n{note}"));
    }
    if let Some(fix) = &finding.fix {
        message.push_str(&format!("\nfix: {}", fix.title));
    }
    let others = finding.labels.iter().filter(|it| it.span != place);
    let related = others.filter_map(|it| {
        let (_, file) = tree.file_of(it.span)?;
        let range = file.text.range(it.span, encoding);
        let text = if it.text.is_empty() { "see here" } else { &it.text };
        Some(lsp::DiagnosticRelatedInformation {
            location: lsp::Location { uri: file.uri.as_str().into(), range },
            message: text.to_owned(),
        })
    });
    let related: Vec<_> = related.collect();
    Some(lsp::Diagnostic {
        range: file.text.range(place, encoding),
        severity: Some(match finding.severity() {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
        }),
        code: Some(lsp::Code::String(finding.code.to_string())),
        code_description: None,
        source: Some("writ".to_owned()),
        message: message.into(),
        tags: None,
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    })
}
