//! A decision as one JSON object.
//!
//! `version` is raised when a key changes its meaning or goes; new keys do not raise it.

use engine::decision::{Decision, Effect, ExaminationResult, Hit, Options, Otherwise, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use super::decision_text::scope;

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
    #[serde(flatten)]
    outcome: Outcome<'d>,
    decided_by: &'d [String],
    effects: Vec<Value>,
    /// What happens where TLS cannot be verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    otherwise: Option<Outcome<'d>>,
}

#[derive(Serialize)]
struct Outcome<'d> {
    disposition: &'static str,
    /// The one definition; absent where none applies or several were merged.
    definition: Option<&'d str>,
    definitions: &'d [String],
    options: Option<Choices>,
    text: Option<&'d str>,
    /// Who must release a hold; empty for the postmaster.
    releasers: &'d [String],
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
    unreadable: bool,
    ambiguous: bool,
    over_limit: bool,
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

/// Writes a decision of the rules with the digest `bundle`.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write(decision: &Decision, bundle: &str) -> Result<String, serde_json::Error> {
    let report = Report {
        version: VERSION,
        bundle,
        recipients: decision.verdicts.iter().map(recipient).collect(),
        examinations: decision.examinations.iter().map(examination).collect(),
        advice: &decision.advice,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn recipient(verdict: &Verdict) -> Recipient<'_> {
    Recipient {
        recipient: verdict.recipient.to_string(),
        outcome: Outcome {
            disposition: verdict.disposition.as_str(),
            definition: only(&verdict.definitions),
            definitions: &verdict.definitions,
            options: verdict.options.as_ref().map(choices),
            text: verdict.text.as_deref(),
            releasers: &verdict.releasers,
        },
        decided_by: &verdict.decided_by,
        effects: verdict.effects.iter().map(effect).collect(),
        otherwise: verdict.otherwise.as_deref().map(otherwise),
    }
}

fn otherwise(otherwise: &Otherwise) -> Outcome<'_> {
    Outcome {
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

fn effect(effect: &Effect) -> Value {
    match effect {
        Effect::AddHeader { name, value } => json!({"effect": "add-header", "name": name, "value": value}),
        Effect::Banner { text, html } => json!({"effect": "banner", "text": text, "html": html}),
        Effect::CopyTo(address) => json!({"effect": "copy-to", "address": address.to_string()}),
        Effect::Notify(address) => json!({"effect": "notify", "address": address.to_string()}),
        Effect::StripTag(text) => json!({"effect": "strip-tag", "text": text}),
        Effect::TagSubject(text) => json!({"effect": "tag-subject", "text": text}),
    }
}

fn examination(result: &ExaminationResult) -> Examination<'_> {
    Examination {
        name: &result.name,
        score: result.score,
        activates_at: result.activates_at,
        activated: result.activated,
        unreadable: result.unreadable,
        ambiguous: result.ambiguous,
        over_limit: result.over_limit,
        hits: result.hits.iter().map(found).collect(),
    }
}

fn found(hit: &Hit) -> Found<'_> {
    Found { term: &hit.term, scope: scope(hit.scope), part: hit.part, start: hit.start, end: hit.end }
}
