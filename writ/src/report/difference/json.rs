//! For programs.

use engine::diff::Edit;
use serde_json::{Value, json};

use super::Report;
use crate::{
    compared::{Compared, Group, Key},
    version::Version,
};

/// The version of the form.
const VERSION: u32 = 1;

/// One object.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write(report: &Report<'_>) -> Result<String, serde_json::Error> {
    let lowers = report.edits.iter().any(|it| it.direction.is_lowering())
        || report.compared.is_some_and(Compared::lowers);
    let edits: Vec<Value> = report.edits.iter().map(|it| edit(report, it)).collect();
    let object = json!({
        "version": VERSION,
        "old": { "name": report.old.label, "rules": report.old.usable.digest() },
        "new": { "name": report.new.label, "rules": report.new.usable.digest() },
        "lowers": lowers,
        "edits": edits,
        "decisions": report.compared.map(decisions),
    });
    Ok(serde_json::to_string_pretty(&object)? + "\n")
}

fn edit(report: &Report<'_>, edit: &Edit) -> Value {
    let place = |version: &Version, it: &Option<(String, u32)>| {
        it.as_ref().map(|it| json!({ "path": version.path(&it.0), "line": it.1 }))
    };
    json!({
        "direction": edit.direction.as_str(),
        "subject": edit.subject,
        "change": edit.change,
        "reason": edit.reason,
        "old": place(report.old, &edit.old),
        "new": place(report.new, &edit.new),
    })
}

fn decisions(compared: &Compared) -> Value {
    let failures: Vec<Value> =
        compared.failures.iter().map(|it| json!({ "message": it.0, "error": it.1 })).collect();
    json!({
        "messages": compared.total(),
        "messages_by_source": compared.messages,
        "recipients": compared.recipients,
        "changed": compared.changed,
        "failures": failures,
        "groups": compared.groups.iter().map(group).collect::<Vec<Value>>(),
    })
}

fn group((key, group): (&Key, &Group)) -> Value {
    let examples: Vec<Value> = group
        .examples
        .iter()
        .map(|it| json!({ "message": it.message, "from": it.from, "to": it.to, "lines": it.block }))
        .collect();
    json!({
        "direction": key.direction.as_str(),
        "old": key.old,
        "new": key.new,
        "old_because": key.old_by,
        "new_because": key.new_by,
        "recipients": group.count,
        "examples": examples,
    })
}
