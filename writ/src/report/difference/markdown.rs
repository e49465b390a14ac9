//! For a comment of a merge request: what must be looked at is open, the rest is folded.
//!
//! # Trust
//!
//! The texts are the authors' of the change: nothing in them makes a link, a tag or a mention.

use engine::diff::{Direction, Edit};

use super::{Report, because, is_same_outcome};
use crate::{
    compared::{Compared, Group, Key},
    plain::{counted, plain_line},
};

/// Rows of a table; a comment has a limit too.
const ROWS_MAX: usize = 60;

/// Edits first, then decisions.
pub(crate) fn write(report: &Report<'_>) -> String {
    let (old, new) = (escaped(&report.old.label), escaped(&report.new.label));
    let mark =
        if report.edits.iter().any(|it| it.direction.is_lowering()) { "⚠️ " } else { "" };
    let mut out = format!("### {mark}Rules: {}\n\n", lower_first(&report.headline()));
    out.push_str(&format!("From {old} to {new}.\n"));
    let (lowering, others): (Vec<&Edit>, Vec<&Edit>) =
        report.edits.iter().partition(|it| it.direction.is_lowering());
    if !lowering.is_empty() {
        out.push_str("\n| | What | Change | Why | Where |\n|---|---|---|---|---|\n");
        out.push_str(&rows(report, &lowering));
    }
    if !others.is_empty() {
        let edits = counted(others.len(), "other edit lowers", "other edits lower");
        let head = "| | What | Change | Effect | Where |\n|---|---|---|---|---|\n";
        let rows = rows(report, &others);
        out.push_str(&folded(&format!("{edits} nothing"), &format!("{head}{rows}")));
    }
    if let Some(compared) = report.compared {
        out.push_str(&decisions(report, compared));
    }
    out
}

fn rows(report: &Report<'_>, edits: &[&Edit]) -> String {
    let mut out = String::new();
    for edit in edits.iter().take(ROWS_MAX) {
        let (old, new) = report.places(edit);
        let places = match (old, new) {
            (Some(old), Some(new)) if old != new => format!("`{new}`, was `{old}`"),
            (_, Some(new)) => format!("`{new}`"),
            (Some(old), None) => format!("was `{old}`"),
            (None, None) => String::new(),
        };
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            word(edit.direction),
            escaped(&edit.subject),
            escaped(&edit.change),
            escaped(&edit.reason),
            escaped(&places)
        ));
    }
    let unshown = edits.len().saturating_sub(ROWS_MAX);
    if unshown > 0 {
        out.push_str(&format!("| | {unshown} more | `writ diff` shows all | | |\n"));
    }
    out
}

fn decisions(report: &Report<'_>, compared: &Compared) -> String {
    let mut out = format!("\n#### Decisions\n\n{}", report.decided(compared));
    if !compared.failures.is_empty() {
        out.push_str(&format!("; {} could not be decided", compared.failures.len()));
    }
    let mut groups: Vec<(&Key, &Group)> =
        compared.groups.iter().filter(|it| !is_same_outcome(it.0)).collect();
    groups.sort_by_key(|it| (it.0.direction, std::cmp::Reverse(it.1.count)));
    if groups.is_empty() {
        out.push_str(". The same happens to every one.\n");
        return out;
    }
    let count: usize = groups.iter().map(|it| it.1.count).sum();
    let recipients = counted(count, "recipient", "recipients");
    out.push_str(&format!(". For {recipients} something else happens.\n\n"));
    out.push_str("| | Recipients | Was | Now | For example |\n|---|---:|---|---|---|\n");
    for (key, group) in groups.iter().take(ROWS_MAX) {
        let example = group.examples.first();
        let example = example.map(|it| format!("`{}` to `{}`, {}", it.from, it.to, it.message));
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            word(key.direction),
            group.count,
            escaped(&because(&key.old, &key.old_by)),
            escaped(&because(&key.new, &key.new_by)),
            escaped(&example.unwrap_or_default())
        ));
    }
    let worst = groups.iter().find_map(|(key, group)| {
        let block = group.examples.first()?.block.as_ref();
        block.filter(|_| key.direction.is_lowering())
    });
    if let Some(block) = worst {
        let lines: String =
            crate::plain::plain(block).lines().map(|it| format!("    {it}\n")).collect();
        out.push_str(&folded("A message that is protected less", &lines));
    }
    out
}

fn folded(title: &str, body: &str) -> String {
    format!("\n<details><summary>{title}</summary>\n\n{body}\n</details>\n")
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Lowers => "**lowers**",
        Direction::MayLower => "**may lower**",
        Direction::Raises => "raises",
        Direction::Neutral => "neutral",
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|it| it.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

/// Text in a cell. What stands between two backticks is code, where only a bar must be escaped; runs of
/// backticks are made one, so that they pair as they are counted here.
fn escaped(text: &str) -> String {
    let mut text = plain_line(text);
    while text.contains("``") {
        text = text.replace("``", "`");
    }
    if text.matches('`').count() % 2 == 1 {
        text = text.replace('`', "'");
    }
    let mut out = String::new();
    for (number, part) in text.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        let is_code = number % 2 == 1;
        for character in part.chars() {
            match character {
                '|' => out.push_str("\\|"),
                '<' if !is_code => out.push_str("&lt;"),
                '&' if !is_code => out.push_str("&amp;"),
                // Not a mention of somebody.
                '@' if !is_code => out.push_str("&#64;"),
                '\\' | '[' | ']' | '*' | '_' | '!' | '~' if !is_code => {
                    out.push('\\');
                    out.push(character);
                }
                other => out.push(other),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn authors_write_no_markup() {
        assert_eq!(escaped("`a|b` is <b>"), "`a\\|b` is &lt;b>");
        assert_eq!(escaped("[x](http://y) @all"), "\\[x\\](http://y) &#64;all");
        assert_eq!(escaped("a ``<b>`` c"), "a `<b>` c");
        assert_eq!(escaped("a ` <b>"), "a ' &lt;b>");
        assert_eq!(escaped("a\n| b"), "a \\| b");
    }
}
