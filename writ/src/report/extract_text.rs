//! What an examination sees, for people.

use examine::{Extract, PartReport};

use crate::plain::{counted, plain, plain_line};

/// Subject, parts with their texts, and every remark.
pub(crate) fn write(extract: &Extract) -> String {
    let content = &extract.content;
    let mut out = format!("subject  {}\n", plain_line(&content.subject));
    for from in &content.header_from {
        out.push_str(&format!("from     {}\n", plain_line(&from.to_string())));
    }
    for part in &extract.parts {
        out.push_str(&format!("\n{}", self::part(part)));
    }
    for (word, remarks) in [
        ("unreadable", &content.unreadable),
        ("ambiguous", &content.ambiguous),
        ("over limit", &content.over_limit),
    ] {
        for remark in remarks {
            out.push_str(&format!("\n{word}: {}", plain_line(remark)));
        }
    }
    let remarks = [&content.unreadable, &content.ambiguous, &content.over_limit];
    let word = if remarks.iter().all(|it| it.is_empty()) { "no remark\n" } else { "\n" };
    out.push('\n');
    out.push_str(word);
    out
}

fn part(part: &PartReport) -> String {
    let octets = counted(usize::try_from(part.octets).unwrap_or(usize::MAX), "octet", "octets");
    let mut out = format!("part {}  {}, {octets}", plain_line(&part.path), plain_line(&part.kind));
    if let Some(charset) = &part.charset {
        out.push_str(&format!(", {}", plain_line(charset)));
    }
    if !part.name.is_empty() {
        out.push_str(&format!(", \"{}\"", plain_line(&part.name)));
    }
    if !part.found.is_empty() && !part.found.contains(&part.kind) {
        out.push_str(&format!(", is {}", plain_line(&part.found.join(" and "))));
    }
    out.push('\n');
    for flag in &part.flags {
        out.push_str(&format!("  ! {}\n", plain_line(flag)));
    }
    for line in plain(&part.text.replace("\r\n", "\n")).trim_end().lines() {
        out.push_str(format!("  | {line}").trim_end());
        out.push('\n');
    }
    out
}
