//! A decision as one JSON object.
//!
//! `version` is raised when a key changes its meaning or goes; new keys do not raise it.

use engine::decision::{
    Cause, Decision, Effect, ExaminationResult, Fate, Hit, Options, Otherwise, TraceLine, Verdict,
};
use serde::Serialize;

use super::{decision_text::scope, trace::words};
use crate::loaded::Usable;

#[derive(Serialize)]
struct Report<'d> {
    version: u32,
    bundle: &'d str,
    recipients: Vec<Recipient<'d>>,
    examinations: Vec<Examination<'d>>,
    /// What the sender is told besides.
    advice: &'d [String],
}

#[derive(Serialize)]
struct Recipient<'d> {
    recipient: String,
    disposition: &'static str,
    /// The one definition; absent where none applies or several were merged.
    definition: Option<&'d str>,
    definitions: &'d [String],
    options: Option<Choices>,
    decided_by: &'d [String],
    text: Option<&'d str>,
    /// Who must release a hold; empty for the postmaster.
    releasers: &'d [String],
    effects: Vec<Besides<'d>>,
    /// What happens where TLS cannot be verified.
    otherwise: Option<Instead<'d>>,
    /// Why, policy by policy; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Vec<Reason<'d>>>,
}

/// What became of a policy, request or bypass.
#[derive(Serialize)]
struct Reason<'d> {
    kind: &'d str,
    name: &'d str,
    /// Whether it is one of those that decided.
    decided: bool,
    words: String,
    /// `file:line`.
    place: Option<String>,
}

#[derive(Serialize)]
struct Instead<'d> {
    disposition: &'static str,
    definition: Option<&'d str>,
    definitions: &'d [String],
    options: Option<Choices>,
    text: Option<&'d str>,
    releasers: &'d [String],
}

#[derive(Serialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
enum Besides<'d> {
    AddHeader { name: &'d str, value: &'d str },
    Banner { text: &'d str, html: bool },
    CopyTo { address: String },
    Notify { address: String },
    StripTag { text: &'d str },
    TagSubject { text: &'d str },
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent options of the language")]
struct Choices {
    print: bool,
    reply: bool,
    reply_all: bool,
    forward: bool,
    expires_days: u32,
}

#[derive(Serialize)]
struct Examination<'d> {
    name: &'d str,
    score: u32,
    activates_at: u32,
    activated: bool,
    /// Why: `score`, `unreadable`, `ambiguous`, `over_limit`.
    causes: Vec<&'static str>,
    unreadable: bool,
    ambiguous: bool,
    over_limit: bool,
    /// A `require` that is not met, a `veto`, a `less`.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    reasons: &'d [String],
    hits: Vec<Found<'d>>,
}

/// A hit; its offsets are octets of the normalised text of its segment.
#[derive(Serialize)]
struct Found<'d> {
    term: &'d str,
    scope: &'static str,
    part: u32,
    start: usize,
    end: usize,
}

/// The version of the form.
const VERSION: u32 = 1;

/// Writes a decision.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write(usable: &Usable, decision: &Decision) -> Result<String, serde_json::Error> {
    object(usable, decision, decision.verdicts.iter().map(recipient).collect())
}

/// Writes a decision with its trace.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write_traced(
    usable: &Usable,
    decision: &Decision,
) -> Result<String, serde_json::Error> {
    let traced =
        |verdict| Recipient { trace: Some(reasons(usable, verdict)), ..recipient(verdict) };
    object(usable, decision, decision.verdicts.iter().map(traced).collect())
}

fn object(
    usable: &Usable,
    decision: &Decision,
    recipients: Vec<Recipient<'_>>,
) -> Result<String, serde_json::Error> {
    let report = Report {
        version: VERSION,
        bundle: &usable.digest(),
        recipients,
        examinations: decision.examinations.iter().map(examination).collect(),
        advice: &decision.advice,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn reasons<'d>(usable: &Usable, verdict: &'d Verdict) -> Vec<Reason<'d>> {
    let reason = |line: &'d TraceLine| Reason {
        kind: line.kind,
        name: &line.subject,
        decided: line.fate == Fate::Decided,
        words: words(line),
        place: line.place.as_ref().map(|it| usable.place(it)),
    };
    verdict.trace.iter().map(reason).collect()
}

fn recipient(verdict: &Verdict) -> Recipient<'_> {
    Recipient {
        recipient: verdict.recipient.to_string(),
        disposition: verdict.disposition.as_str(),
        definition: only(&verdict.definitions),
        definitions: &verdict.definitions,
        options: verdict.options.as_ref().map(choices),
        decided_by: &verdict.decided_by,
        text: verdict.text.as_deref(),
        releasers: &verdict.releasers,
        effects: verdict.effects.iter().map(besides).collect(),
        otherwise: verdict.otherwise.as_deref().map(instead),
        trace: None,
    }
}

fn instead(otherwise: &Otherwise) -> Instead<'_> {
    Instead {
        disposition: otherwise.disposition.as_str(),
        definition: only(&otherwise.definitions),
        definitions: &otherwise.definitions,
        options: otherwise.options.as_ref().map(choices),
        text: otherwise.text.as_deref(),
        releasers: &otherwise.releasers,
    }
}

fn only(definitions: &[String]) -> Option<&str> {
    match definitions {
        [one] => Some(one),
        _ => None,
    }
}

fn choices(options: &Options) -> Choices {
    Choices {
        print: options.print,
        reply: options.reply,
        reply_all: options.reply_all,
        forward: options.forward,
        expires_days: options.expires_days,
    }
}

fn besides(effect: &Effect) -> Besides<'_> {
    match effect {
        Effect::AddHeader { name, value } => Besides::AddHeader { name, value },
        Effect::Banner { text, html } => Besides::Banner { text, html: *html },
        Effect::CopyTo(address) => Besides::CopyTo { address: address.to_string() },
        Effect::Notify(address) => Besides::Notify { address: address.to_string() },
        Effect::StripTag(text) => Besides::StripTag { text },
        Effect::TagSubject(text) => Besides::TagSubject { text },
    }
}

fn examination(result: &ExaminationResult) -> Examination<'_> {
    Examination {
        name: &result.name,
        score: result.score,
        activates_at: result.activates_at,
        activated: result.activated,
        causes: result.causes.iter().map(|it| cause(*it)).collect(),
        unreadable: result.unreadable,
        ambiguous: result.ambiguous,
        over_limit: result.over_limit,
        reasons: &result.reasons,
        hits: result.hits.iter().map(found).collect(),
    }
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Ambiguous => "ambiguous",
        Cause::OverLimit => "over_limit",
        Cause::Score => "score",
        Cause::Unreadable => "unreadable",
    }
}

fn found(hit: &Hit) -> Found<'_> {
    Found {
        term: &hit.term,
        scope: scope(hit.scope),
        part: hit.part,
        start: hit.start,
        end: hit.end,
    }
}
