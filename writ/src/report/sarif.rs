//! Findings as SARIF, for code scanning.
//!
//! # Standards
//!
//! OASIS SARIF 2.1.0.

use engine::code::CODES;
use grammar::diagnostic::{Explained, LabelView, View, view};
use serde_json::{Value, json};

use crate::loaded::Loaded;

/// Writes all findings as one run.
///
/// # Errors
///
/// None that these values can cause.
pub(crate) fn write(loaded: &Loaded) -> Result<String, serde_json::Error> {
    let views: Vec<View> = loaded.findings.iter().map(|it| view(it, &loaded.sources)).collect();
    let known = grammar::diagnostic::CODES.iter().chain(CODES);
    let used = known.filter(|it| views.iter().any(|view| view.code == it.code.to_string()));
    let driver = json!({
        "name": "writ",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": used.map(rule).collect::<Vec<_>>(),
    });
    let results: Vec<Value> = views.iter().map(result).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn rule(explained: &Explained) -> Value {
    json!({
        "id": explained.code.to_string(),
        "shortDescription": {"text": explained.title},
        "fullDescription": {"text": explained.explanation},
    })
}

fn result(view: &View) -> Value {
    let mut message = view.message.clone();
    for note in view.notes.iter().chain(view.fix.as_ref().map(|it| &it.title)) {
        message.push_str(&format!("\n{note}"));
    }
    let (first, others) = view.labels.split_at(view.labels.len().min(1));
    json!({
        "ruleId": view.code,
        "level": view.severity,
        "message": {"text": message},
        "locations": first.iter().map(location).collect::<Vec<_>>(),
        "relatedLocations": others.iter().map(location).collect::<Vec<_>>(),
    })
}

fn location(label: &LabelView) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&label.path)},
            "region": {
                "startLine": label.start.line,
                "startColumn": label.start.column,
                "endLine": label.end.line,
                "endColumn": label.end.column,
            },
        },
        "message": {"text": label.text},
    })
}

/// A path as a relative reference (RFC 3986 §4.2).
fn uri(path: &str) -> String {
    let kept = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet);
    let encoded = path.bytes().map(|octet| match kept(octet) {
        true => char::from(octet).to_string(),
        false => format!("%{octet:02X}"),
    });
    encoded.collect()
}
