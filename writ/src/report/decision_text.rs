//! A decision for people.

use engine::{
    decision::{Cause, Decision, Disposition, Effect, ExaminationResult, Hit, Options, Verdict},
    facts::Content,
};
use grammar::tree::{Internal, Notice, OnExpiry, ReadReceipt, Scope};

use crate::plain::plain_line;

/// A small table: each recipient, what happens, and because of what.
pub(crate) fn table(decision: &Decision, content: &Content) -> String {
    let strange = strange(content);
    let mut rows = vec![["recipient".to_owned(), "outcome".to_owned(), "because".to_owned()]];
    for verdict in &decision.verdicts {
        let effects: Vec<String> = verdict.effects.iter().map(effect).collect();
        let mut outcome = outcome(verdict);
        if !effects.is_empty() {
            outcome = format!("{outcome}; {}", effects.join("; "));
        }
        rows.push([verdict.recipient.to_string(), outcome, verdict.decided_by.join(", ")]);
    }
    let mut out = strange + &columns(&rows);
    for result in &decision.examinations {
        out.push_str(&format!("\n{}", examined(result, content)));
    }
    for advice in &decision.advice {
        out.push_str(&format!("\nthe sender is told: {}\n", plain_line(advice)));
    }
    out
}

/// Fields of which every message has some.
const USUAL_FIELDS: [&str; 10] = [
    "cc",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "subject",
    "to",
];

/// A line for what is no message: another file, given by mistake.
pub(crate) fn strange(content: &Content) -> String {
    let usual = |name: &str| USUAL_FIELDS.iter().any(|it| it.eq_ignore_ascii_case(name));
    if content.headers.iter().any(|it| usual(&it.0)) {
        return String::new();
    }
    "note: this does not look like a message: it has no From, To, Subject or Date; all of it was read as text\n\n".to_owned()
}

/// Lines up the columns, two blanks between them.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] = std::array::from_fn(|column| {
        let widths = rows.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count());
        widths.max().unwrap_or(0)
    });
    let mut out = String::new();
    for row in rows {
        let cells =
            row.iter().zip(widths).map(|(cell, width)| format!("{:width$}", plain_line(cell)));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}

/// What happens, in the words of the language.
pub(crate) fn outcome(verdict: &Verdict) -> String {
    let said = said(
        verdict.disposition,
        &verdict.definitions,
        &verdict.releasers,
        verdict.text.as_deref(),
    );
    match verdict.otherwise.as_deref() {
        None => said,
        Some(it) => format!(
            "{said} otherwise {}",
            self::said(it.disposition, &it.definitions, &it.releasers, it.text.as_deref())
        ),
    }
}

fn said(
    disposition: Disposition,
    definitions: &[String],
    releasers: &[String],
    text: Option<&str>,
) -> String {
    let quoted = |word: &str| text.map_or_else(|| word.to_owned(), |it| format!("{word} \"{it}\""));
    match disposition {
        Disposition::Deliver => "deliver".to_owned(),
        Disposition::VerifiedTls => "deliver over verified tls".to_owned(),
        Disposition::Secure => format!("secure with {}", definitions.join(" + ")),
        Disposition::Hold if releasers.is_empty() => "hold".to_owned(),
        Disposition::Hold => format!("hold for {}", releasers.join(" and ")),
        Disposition::Bounce => quoted("bounce"),
        Disposition::Reject => quoted("reject"),
    }
}

/// An effect in the words of the language.
pub(crate) fn effect(effect: &Effect) -> String {
    match effect {
        Effect::AddHeader { name, value } => format!("add header \"{name}\" \"{value}\""),
        Effect::Banner { .. } => "banner".to_owned(),
        Effect::CopyTo(address) => format!("copy to {address}"),
        Effect::Notify(address) => format!("notify {address}"),
        Effect::StripTag(text) => format!("strip \"{text}\""),
        Effect::TagSubject(text) => format!("tag subject \"{text}\""),
    }
}

/// The merged options, on one line.
pub(crate) fn options(options: &Options) -> String {
    let may = |word: &str, allowed: bool| {
        format!("{word} {}", if allowed { "allowed" } else { "denied" })
    };
    let receipt = match options.read_receipt {
        ReadReceipt::Always => "always",
        ReadReceipt::Never => "never",
        ReadReceipt::OnRequest => "on request",
    };
    let internal = match options.internal {
        Internal::Inbox => "inbox",
        Internal::InboxWithBanner => "inbox with banner",
        Internal::Portal => "portal",
        Internal::Refuse => "refuse",
    };
    let expiry = match options.on_expiry {
        OnExpiry::Gone => "gone",
        OnExpiry::ReadOnly => "read only",
    };
    let notice = match options.notice {
        Notice::HideSubject => "hide subject",
        Notice::ShowSubject => "show subject",
    };
    let parts = [
        may("print", options.print),
        may("reply", options.reply),
        may("reply all", options.reply_all),
        may("forward", options.forward),
        format!("expires after {}, then {expiry}", days(options.expires_secs)),
        match options.extension_secs {
            0 => "extension never".to_owned(),
            secs => format!("extension up to {}", days(secs)),
        },
        format!("read receipt {receipt}"),
        format!("notice {notice}"),
        format!("internal {internal}"),
    ];
    parts.join(", ")
}

/// A duration in days, rounded up.
pub(crate) fn days(secs: u64) -> String {
    let days = secs.div_ceil(86_400);
    format!("{days} {}", if days == 1 { "day" } else { "days" })
}

/// An examination with its hits; what was matched is not shown.
pub(crate) fn examination(result: &ExaminationResult) -> String {
    let verb = if result.activated { "activates" } else { "does not activate" };
    let (name, score, at) = (&result.name, result.score, result.activates_at);
    let mut out = format!("{name} scores {score} and {verb} (at {at})");
    for (set, words, cause) in [
        (result.unreadable, "a part is unreadable", Cause::Unreadable),
        (result.ambiguous, "it can be read in two ways", Cause::Ambiguous),
        (result.over_limit, "it is over a limit", Cause::OverLimit),
    ] {
        if set {
            let counts = result.causes.contains(&cause);
            let means = if counts { ", which counts as activated" } else { "" };
            out.push_str(&format!("; {words}{means}"));
        }
    }
    for reason in &result.reasons {
        out.push_str(&format!("; {}", plain_line(reason)));
    }
    out.push('\n');
    let rows: Vec<[String; 3]> = result.hits.iter().map(hit).collect();
    out.push_str(&columns(&rows));
    out
}

/// Remarks of a kind that are shown of one message; more say nothing new.
const REMARKS_SHOWN_MAX: usize = 5;

/// An examination with its hits and what could not be read for certain, each place with its part.
pub(crate) fn examined(result: &ExaminationResult, content: &Content) -> String {
    let mut out = examination(result);
    for (word, remarks) in [
        ("unreadable", &content.unreadable),
        ("ambiguous", &content.ambiguous),
        ("over limit", &content.over_limit),
    ] {
        for remark in remarks.iter().take(REMARKS_SHOWN_MAX) {
            out.push_str(&format!("  {word}: {}\n", plain_line(remark)));
        }
        let more = remarks.len().saturating_sub(REMARKS_SHOWN_MAX);
        if more > 0 {
            out.push_str(&format!("  {word}: {more} more, which `writ extract` shows\n"));
        }
    }
    out
}

fn hit(hit: &Hit) -> [String; 3] {
    let part = if hit.part == 0 { String::new() } else { format!(" of part {}", hit.part) };
    [
        format!("  {}", hit.term),
        format!("{}{part}", scope(hit.scope)),
        format!("octets {}..{}", hit.start, hit.end),
    ]
}

/// A scope in the words of the language.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::AttachmentNames => "attachment names",
        Scope::AttachmentText => "attachment text",
        Scope::Body => "body",
        Scope::Headers => "headers",
        Scope::Subject => "subject",
    }
}
