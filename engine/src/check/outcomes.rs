//! Outcomes and conditions of clauses, resolved.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    suggest::closest,
    tree::{self, ConditionKind, OutcomeKind},
};

use super::{
    Checker,
    names::{NameKind, written},
};
use crate::{
    code, language,
    model::outcome::{Condition, Outcome, What},
    normal,
};

/// Who can release what is held.
const RELEASERS: [NameKind; 2] = [NameKind::Addresses, NameKind::Group];

impl Checker<'_> {
    /// An outcome of a policy, a request, or the default.
    pub(super) fn policy_outcome(&self, outcome: &tree::Outcome) -> Option<Outcome> {
        Some(match &outcome.kind {
            OutcomeKind::Deliver => Outcome::Deliver,
            OutcomeKind::TakeNoAction => Outcome::TakeNoAction,
            OutcomeKind::Bounce(text) => Outcome::Bounce(text.value.clone()),
            OutcomeKind::Reject(text) => Outcome::Reject(text.value.clone()),
            OutcomeKind::Secure(definition) => {
                Outcome::Secure(self.resolve(definition, &[NameKind::Definition])?.id)
            }
            OutcomeKind::Hold { releasers } => Outcome::Hold(match releasers {
                Some(releasers) => Some(self.releasers(releasers)?),
                None => None,
            }),
            OutcomeKind::VerifiedTls { otherwise } => {
                // The grammar has no verified TLS as its own alternative.
                Outcome::VerifiedTls(Box::new(self.policy_outcome(otherwise)?))
            }
            OutcomeKind::DisableSecureMessaging => {
                let message = "`disable secure messaging` belongs in a bypass";
                let finding =
                    Diagnostic::new(code::OUTCOME_MISPLACED, message).primary(outcome.span, "");
                self.report(
                    finding.fix(Fix::advice("write `take no action`, or make this a bypass")),
                );
                return None;
            }
        })
    }

    fn releasers(&self, reference: &tree::Reference) -> Option<String> {
        if reference.is_sender() {
            return Some(tree::SENDER.to_owned());
        }
        match self.names.find(reference, &RELEASERS) {
            Ok(entry) => Some(entry.label.to_string()),
            Err(_) if self.names.is_broken(reference, &RELEASERS) => None,
            Err(mut finding) => {
                if finding.code == code::NAME_UNKNOWN {
                    finding.code = code::HOLD_UNKNOWN;
                    finding.message =
                        format!("there is no set or group `{}` to hold for", written(reference));
                }
                self.report(*finding);
                None
            }
        }
    }

    /// A condition of `when`.
    pub(super) fn condition(&self, condition: &tree::Condition) -> Option<Condition> {
        let lower =
            |list: &[tree::Text]| list.iter().map(|it| it.value.to_lowercase()).collect::<Vec<_>>();
        let (what, words) = match &condition.kind {
            ConditionKind::Activates(examination) => {
                let entry = self.resolve(examination, &[NameKind::Examination])?;
                (What::Activates(entry.id), format!("{} activates", entry.label))
            }
            ConditionKind::AttachmentType(types) => {
                types.iter().for_each(|it| self.attachment_type(it));
                (
                    What::AttachmentType(lower(types)),
                    format!("attachment type is {}", listed(types)),
                )
            }
            ConditionKind::AttachmentName(globs) => {
                let normalised = globs.iter().map(|it| normal::normalise(&it.value)).collect();
                (
                    What::AttachmentName(normalised),
                    format!("attachment name matches {}", listed(globs)),
                )
            }
            ConditionKind::AttachmentLarger(size) => (
                What::AttachmentLarger(size.value.octets()),
                format!("attachment larger than {}", size.value),
            ),
            ConditionKind::MessageLarger(size) => (
                What::MessageLarger(size.value.octets()),
                format!("message larger than {}", size.value),
            ),
            ConditionKind::RecipientsMoreThan(number) => (
                What::RecipientsMoreThan(number.value),
                format!("more than {} recipients", number.value),
            ),
            ConditionKind::Authentication { method, passes } => {
                let method_word = format!("{method:?}").to_lowercase();
                let verb = if *passes { "passes" } else { "fails" };
                (
                    What::Authentication { method: *method, passes: *passes },
                    format!("{method_word} {verb}"),
                )
            }
            ConditionKind::SenderUsesTls => (What::SenderUsesTls, "sender uses tls".to_owned()),
            ConditionKind::LanguageIs(names) => {
                let codes: Vec<Option<String>> =
                    names.iter().map(|it| self.language(it).map(str::to_owned)).collect();
                let words: Vec<&str> = names.iter().map(|it| it.value.as_str()).collect();
                let words = format!("language is {}", words.join(", "));
                (What::LanguageIs(codes.into_iter().collect::<Option<_>>()?), words)
            }
            ConditionKind::Fingerprint(reference) => {
                let entry = self.resolve(reference, &[NameKind::Fingerprints])?;
                (What::Fingerprint(entry.id), format!("fingerprint {}", entry.label))
            }
        };
        Some(Condition { negated: condition.negated, what, words })
    }

    fn language(&self, name: &tree::Name) -> Option<&'static str> {
        let code = language::named(&name.value);
        if code.is_none() {
            let message = format!("there is no language `{}`", name.value);
            let mut finding =
                Diagnostic::new(code::LANGUAGE_UNKNOWN, message).primary(name.span, "");
            let names = language::names();
            let near = || closest(&name.value, names.iter().map(String::as_str)).map(str::to_owned);
            if let Some(close) = language::meant(&name.value).or_else(near) {
                finding = finding.fix(Fix::choose(format!("write `{close}`"), name.span, close));
            }
            self.report(finding.note("languages are named in English, such as `german`"));
        }
        code
    }
}

fn listed(texts: &[tree::Text]) -> String {
    let texts: Vec<&str> = texts.iter().map(|it| it.value.as_str()).collect();
    texts.join(", ")
}
