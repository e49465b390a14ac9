//! Conditions that are said twice, exclude each other, or have one answer for every message.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    literal::QuotedText,
    tree::{self, ConditionKind, ItemKind},
};

use super::super::{Checker, attachments::endings_alone, names::NameKind};
use crate::{
    code,
    model::{Model, outcome::Condition, outcome::What},
};

impl Checker<'_> {
    pub(super) fn lint_conditions(&self, model: &Model) {
        for policy in &model.policies {
            let written = self.names.of_kind_named(NameKind::Policy, policy.clause.span);
            let Some(ItemKind::Policy(written)) = written.map(|it| it.item) else { continue };
            if written.when.len() != policy.when.len() {
                continue;
            }
            for (at, (condition, place)) in policy.when.iter().zip(&written.when).enumerate() {
                let before = policy.when.iter().zip(&written.when).take(at);
                self.lint_pair(condition, place, before);
            }
        }
        let limit = model.organisation.message_size_octets;
        for condition in self.items.policies.iter().flat_map(|it| &it.when) {
            if let Some(message) = certain(&condition.kind, limit) {
                self.note_at(code::CONDITION_CERTAIN, condition.span, message);
            }
            if let ConditionKind::AttachmentName(globs) = &condition.kind {
                globs.iter().for_each(|it| self.lint_ending(it));
            }
        }
    }

    /// A name without a star that is an ending, and several names in one text.
    fn lint_ending(&self, glob: &tree::Text) {
        let Some(meant) = endings_alone(&glob.value) else { return };
        let message = match meant.len() {
            1 => format!("only a file called `{}` and nothing else matches this", glob.value),
            _ => "these are several names in one text, and no file has them all".to_owned(),
        };
        let finding = Diagnostic::new(code::NAME_WITHOUT_STAR, message).primary(glob.span, "");
        let meant: Vec<String> = meant.iter().map(|it| QuotedText::quote(it)).collect();
        let meant = meant.join(", ");
        self.report(finding.fix(Fix::choose(format!("write `{meant}`"), glob.span, meant)));
    }

    fn lint_pair<'c>(
        &self,
        condition: &Condition,
        place: &tree::Condition,
        before: impl Iterator<Item = (&'c Condition, &'c tree::Condition)>,
    ) {
        for (other, there) in before {
            let opposed = opposes(&condition.what, &other.what);
            if condition.what != other.what && !opposed {
                continue;
            }
            let same = condition.negated == other.negated;
            let (code, message) = if same != opposed {
                (code::CONDITION_TWICE, "this condition stands twice")
            } else if opposed && condition.negated {
                continue;
            } else {
                (code::CONDITION_CONTRADICTS, "these two conditions exclude each other")
            };
            let other = (there.span, "the other one");
            self.report(self.note_both(code, (place.span, ""), other, message));
            return;
        }
    }
}

/// `spf passes` and `spf fails`.
fn opposes(one: &What, other: &What) -> bool {
    match (one, other) {
        (
            What::Authentication { method, passes },
            What::Authentication { method: other_method, passes: other_passes },
        ) => method == other_method && passes != other_passes,
        _ => false,
    }
}

/// Why a condition has one answer for every message.
fn certain(kind: &ConditionKind, limit: u64) -> Option<String> {
    let over = |octets: u64| {
        let message = "the gateway takes no message that large, so this never holds";
        (limit <= octets).then(|| message.to_owned())
    };
    match kind {
        ConditionKind::AttachmentLarger(size) | ConditionKind::MessageLarger(size) => {
            over(size.value.octets())
        }
        ConditionKind::RecipientsMoreThan(number) if number.value == 0 => {
            Some("every message has more than 0 recipients".to_owned())
        }
        ConditionKind::AttachmentName(globs) => {
            let any =
                globs.iter().any(|it| !it.value.is_empty() && it.value.chars().all(|it| it == '*'));
            any.then(|| {
                "every name matches this; `attachment larger than 0 KB` asks for any attachment"
                    .to_owned()
            })
        }
        ConditionKind::Activates(_)
        | ConditionKind::AttachmentType(_)
        | ConditionKind::Authentication { .. }
        | ConditionKind::Fingerprint(_)
        | ConditionKind::LanguageIs(_)
        | ConditionKind::RecipientsMoreThan(_)
        | ConditionKind::SenderUsesTls => None,
    }
}
