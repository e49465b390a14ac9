//! The whole decision with its trace, as it is sealed beside the message.

use engine::decision::{Decision, Fate, TraceLine};
use serde_json::{Value, json};

/// The decision as a JSON object; the same names as `writ decide --json` where both have them.
pub(super) fn record(decision: &Decision) -> String {
    let recipients: Vec<Value> = decision
        .verdicts
        .iter()
        .map(|it| {
            json!({
                "recipient": it.recipient.to_string(),
                "disposition": it.disposition.as_str(),
                "definitions": it.definitions,
                "decided_by": it.decided_by,
                "text": it.text,
                "trace": it.trace.iter().map(line).collect::<Vec<_>>(),
            })
        })
        .collect();
    let examinations: Vec<Value> = decision
        .examinations
        .iter()
        .map(|it| {
            json!({
                "name": &*it.name,
                "score": it.score,
                "activates_at": it.activates_at,
                "activated": it.activated,
                "unreadable": it.unreadable,
                "ambiguous": it.ambiguous,
                "over_limit": it.over_limit,
                "hits": it.hits.len(),
            })
        })
        .collect();
    json!({"version": 1, "recipients": recipients, "examinations": examinations}).to_string()
}

fn line(line: &TraceLine) -> Value {
    let (fate, detail) = match &line.fate {
        Fate::Ambiguous { with } => ("ambiguous", Some(with)),
        Fate::Decided => ("decided", None),
        Fate::Outranked { by } => ("outranked", Some(by)),
        Fate::LessProtective { than } => ("less protective", Some(than)),
        Fate::Bypassed { by } => ("bypassed", Some(by)),
        Fate::Failed { line } => ("failed", Some(line)),
    };
    let place = line.place.as_ref().map(|(path, number)| format!("{path}:{number}"));
    json!({"subject": line.subject, "kind": line.kind, "fate": fate, "detail": detail, "place": place})
}
