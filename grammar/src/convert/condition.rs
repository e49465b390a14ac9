//! The conditions of a `when` line.

use crate::{
    scribe::Scribe,
    statement::{Part, Parts, Rule},
    tree::{AuthenticationMethod, Condition, ConditionKind, Spanned, Text},
};

/// Every condition among the parts.
pub(super) fn conditions_in(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Vec<Condition> {
    parts.all(Rule::condition).filter_map(|part| condition(scribe, part)).collect()
}

fn condition(scribe: &mut Scribe<'_>, part: Part<'_>) -> Option<Condition> {
    let inside = Parts::of(part);
    let question = inside.inside(Rule::question)?.head()?;
    let kind = kind(scribe, question)?;
    Some(Condition { negated: inside.has(Rule::k_not), kind, span: scribe.span(part) })
}

fn kind(scribe: &mut Scribe<'_>, question: Part<'_>) -> Option<ConditionKind> {
    let inside = Parts::of(question);
    Some(match question.rule() {
        Rule::about_attachment => {
            attachment(scribe, inside.iter().find(|part| part.rule() != Rule::k_attachment)?)?
        }
        Rule::about_message => ConditionKind::MessageLarger(scribe.size_in(&inside)?),
        Rule::about_recipients => ConditionKind::RecipientsMoreThan(scribe.number_in(&inside)?),
        Rule::about_language => ConditionKind::LanguageIs(
            inside.all(Rule::loose).filter_map(|part| scribe.name(part)).collect(),
        ),
        Rule::about_fingerprint => ConditionKind::Fingerprint(scribe.reference_in(&inside)?),
        Rule::about_authentication => ConditionKind::Authentication {
            method: if inside.has(Rule::k_spf) {
                AuthenticationMethod::Spf
            } else if inside.has(Rule::k_dkim) {
                AuthenticationMethod::Dkim
            } else {
                AuthenticationMethod::Dmarc
            },
            passes: inside.has(Rule::k_passes),
        },
        Rule::about_sender => ConditionKind::SenderUsesTls,
        Rule::about_examination => ConditionKind::Activates(scribe.reference_in(&inside)?),
        _ => return None,
    })
}

fn attachment(scribe: &mut Scribe<'_>, part: Part<'_>) -> Option<ConditionKind> {
    let inside = Parts::of(part);
    Some(match part.rule() {
        Rule::attachment_type => {
            let entries: Vec<Parts<'_>> = inside.all(Rule::type_entry).map(Parts::of).collect();
            ConditionKind::AttachmentType(
                entries.iter().filter_map(|entry| type_entry(scribe, entry)).collect(),
            )
        }
        Rule::attachment_name => ConditionKind::AttachmentName(scribe.texts(&inside)),
        Rule::attachment_larger => ConditionKind::AttachmentLarger(scribe.size_in(&inside)?),
        _ => return None,
    })
}

fn type_entry(scribe: &mut Scribe<'_>, entry: &Parts<'_>) -> Option<Text> {
    if let Some(word) = entry.first(Rule::loose) {
        return Some(Spanned { value: extension(word.text()), span: scribe.span(word) });
    }
    scribe.text_in(entry).map(|text| Spanned { value: extension(&text.value), ..text })
}

/// A type by its extension is written with its dot or without.
fn extension(written: &str) -> String {
    written.strip_prefix('.').unwrap_or(written).to_owned()
}
