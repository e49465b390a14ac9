//! What is allowed and probably not meant, and circles of `override`.

use std::collections::{BTreeMap, BTreeSet};

use grammar::{
    diagnostic::Diagnostic,
    tree::{self, ConditionKind, ItemKind, Limit, Name, OutcomeKind, Reference},
};

use super::{
    Checker,
    names::{NameKind, span_of},
};
use crate::{
    code,
    model::{Model, clause::Clause},
};

impl Checker<'_> {
    /// Reports everything that is allowed and probably not meant.
    pub(super) fn lint(&self, model: &Model) {
        self.lint_empty_sets();
        self.lint_unused();
        self.lint_retention(model);
        self.lint_negations(model);
    }

    fn lint_empty_sets(&self) {
        for item in self.items() {
            let empty = match &item.kind {
                ItemKind::Addresses(it) if it.entries.is_empty() => &it.name,
                ItemKind::Domains(it) if it.entries.is_empty() => &it.name,
                ItemKind::Networks(it) if it.entries.is_empty() => &it.name,
                ItemKind::Terms(it) if it.entries.is_empty() => &it.name,
                _ => continue,
            };
            let message = format!("`{}` is empty", empty.value);
            self.report(Diagnostic::new(code::SET_EMPTY, message).primary(empty.span, ""));
        }
    }

    fn lint_unused(&self) {
        let used = self.used();
        for item in self.items() {
            let (name, lint, what) = match &item.kind {
                ItemKind::Examination(it) => {
                    (&it.name, code::EXAMINATION_UNUSED, "no policy asks the examination")
                }
                // Whoever may choose a definition uses it.
                ItemKind::Definition(it) if it.available_to.is_empty() => {
                    (&it.name, code::DEFINITION_UNUSED, "nothing secures with the definition")
                }
                _ => continue,
            };
            let label = self.names.own(name).map(|it| it.label.as_str());
            if label.is_some_and(|it| !used.contains(it)) {
                let message = format!("{what} `{}`", name.value);
                self.report(Diagnostic::new(lint, message).primary(name.span, ""));
            }
        }
    }

    /// Labels of every examination and definition that something names.
    fn used(&self) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        let mut note = |reference: &Reference| {
            let kinds = [NameKind::Definition, NameKind::Examination];
            used.extend(self.names.find(reference, &kinds).ok().map(|it| it.label.clone()));
        };
        for item in self.items() {
            match &item.kind {
                ItemKind::Policy(it) => {
                    it.when.iter().filter_map(asked).for_each(&mut note);
                    it.then.iter().filter_map(secured).for_each(&mut note);
                }
                ItemKind::Request(it) => it.then.iter().filter_map(secured).for_each(&mut note),
                ItemKind::Default(it) => secured(it).into_iter().for_each(&mut note),
                ItemKind::Definition(it) => it.based_on.iter().for_each(&mut note),
                _ => {}
            }
        }
        used
    }

    fn lint_retention(&self, model: &Model) {
        let retention = model.organisation.retention_secs;
        for item in self.items() {
            let ItemKind::Definition(definition) = &item.kind else { continue };
            let Some(expires) = &definition.expires else { continue };
            let Limit::After(after) = expires.value else { continue };
            if retention < after.secs() {
                let days = retention.div_ceil(86_400);
                let message = format!(
                    "`{}` expires after the retention of {days} days",
                    definition.name.value
                );
                let finding = Diagnostic::new(code::RETENTION_SHORTER, message);
                self.report(
                    finding.primary(expires.span, format!("a copy expires after {days} days")),
                );
            }
        }
    }

    /// `not … activates` in a policy that protects more than another content policy.
    fn lint_negations(&self, model: &Model) {
        let level = |name: &Name| {
            let policy = model.policies.iter().find(|it| it.clause.name == name.value)?;
            Some(policy.then.protection())
        };
        let least = model.policies.iter().map(|it| it.then.protection()).min();
        for item in self.items() {
            let ItemKind::Policy(policy) = &item.kind else { continue };
            let negated = policy.when.iter().find(|it| it.negated && asked(it).is_some());
            let Some(negated) = negated.filter(|_| least < level(&policy.name)) else { continue };
            let message = format!("`{}` protects where something is not found", policy.name.value);
            self.report(Diagnostic::new(code::NOT_PROTECTS, message).primary(negated.span, ""));
        }
    }

    /// Reports clauses that name each other in a circle.
    pub(super) fn refuse_override_cycles(&self, model: &Model) {
        let by_name: BTreeMap<&str, &Clause> =
            model.clauses().map(|it| (it.name.as_str(), it)).collect();
        for clause in model.clauses() {
            let mut reached: BTreeSet<&str> = BTreeSet::new();
            let mut next: Vec<&str> = clause.overrides.iter().map(String::as_str).collect();
            while let Some(name) = next.pop() {
                if reached.insert(name) {
                    let further = by_name.get(name).into_iter().flat_map(|it| &it.overrides);
                    next.extend(further.map(String::as_str));
                }
            }
            if reached.contains(clause.name.as_str()) {
                let message = format!("`{}` overrides itself in a circle", clause.name);
                self.report(
                    Diagnostic::new(code::OVERRIDE_CYCLE, message)
                        .primary(self.override_span(clause), ""),
                );
            }
        }
    }

    /// The `override` line of a clause, else its name.
    fn override_span(&self, clause: &Clause) -> tree::Span {
        let named = |list: &[tree::Override]| {
            list.iter().find_map(|it| match it {
                tree::Override::Named(reference) => Some(span_of(reference)),
                tree::Override::All(_) => None,
            })
        };
        let span = self.items().find_map(|it| match &it.kind {
            ItemKind::Policy(it) if it.name.span == clause.span => named(&it.overrides),
            ItemKind::Bypass(it) if it.name.span == clause.span => named(&it.overrides),
            _ => None,
        });
        span.unwrap_or(clause.span)
    }
}

fn asked(condition: &tree::Condition) -> Option<&Reference> {
    match &condition.kind {
        ConditionKind::Activates(reference) => Some(reference),
        ConditionKind::AttachmentLarger(_)
        | ConditionKind::AttachmentName(_)
        | ConditionKind::AttachmentType(_)
        | ConditionKind::Authentication { .. }
        | ConditionKind::Fingerprint(_)
        | ConditionKind::LanguageIs(_)
        | ConditionKind::MessageLarger(_)
        | ConditionKind::RecipientsMoreThan(_)
        | ConditionKind::SenderUsesTls => None,
    }
}

fn secured(outcome: &tree::Outcome) -> Option<&Reference> {
    match &outcome.kind {
        OutcomeKind::Secure(definition) => Some(definition),
        OutcomeKind::VerifiedTls { otherwise } => secured(otherwise),
        OutcomeKind::Bounce(_)
        | OutcomeKind::Deliver
        | OutcomeKind::DisableSecureMessaging
        | OutcomeKind::Hold { .. }
        | OutcomeKind::Reject(_)
        | OutcomeKind::TakeNoAction => None,
    }
}
