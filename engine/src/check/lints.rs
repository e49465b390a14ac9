//! What is allowed and probably not meant, and circles of `override`.

use std::collections::{BTreeMap, BTreeSet};

use grammar::{
    diagnostic::Diagnostic,
    tree::{self, ConditionKind, ItemKind, Limit, Name, OutcomeKind, Reference, SelectorKind},
};

use super::{
    Checker,
    names::{NameKind, span_of},
    people::SELECTABLE,
};
use crate::{
    code,
    decision::Disposition,
    model::{Model, clause::Clause},
};

/// Definitions of which each is based on the next, as far as they are followed.
const BASES_MAX: usize = 32;

impl Checker<'_> {
    /// Reports everything that is allowed and probably not meant.
    pub(super) fn lint(&self, model: &Model) {
        self.lint_empty_sets();
        self.lint_unused(model);
        self.lint_retention(model);
        self.lint_negations(model);
    }

    fn lint_empty_sets(&self) {
        let items = &self.items;
        let addresses = items.addresses.iter().map(|it| (&it.name, it.entries.is_empty()));
        let domains = items.domains.iter().map(|it| (&it.name, it.entries.is_empty()));
        let networks = items.networks.iter().map(|it| (&it.name, it.entries.is_empty()));
        let terms = items.terms.iter().map(|it| (&it.name, it.entries.is_empty()));
        for (name, empty) in addresses.chain(domains).chain(networks).chain(terms) {
            if empty && !self.holds_for(name) {
                let message = format!("`{}` is empty", name.value);
                self.report(Diagnostic::new(code::SET_EMPTY, message).primary(name.span, ""));
            }
        }
    }

    /// Whether something is held for a set: an empty one is an error there.
    fn holds_for(&self, set: &Name) -> bool {
        let policies = self.items.policies.iter().filter_map(|it| it.then.as_ref());
        policies
            .filter_map(|it| match &it.kind {
                OutcomeKind::Hold { releasers } => releasers.as_ref(),
                OutcomeKind::Bounce(_)
                | OutcomeKind::Deliver
                | OutcomeKind::DisableSecureMessaging
                | OutcomeKind::Reject(_)
                | OutcomeKind::Secure(_)
                | OutcomeKind::TakeNoAction
                | OutcomeKind::VerifiedTls { .. } => None,
            })
            .any(|it| it.name.value == set.value)
    }

    fn lint_unused(&self, model: &Model) {
        let used = self.used();
        let is_unused =
            |name: &Name| self.names.own(name).is_some_and(|it| !used.contains(&it.name.span));
        let examinations = self.items.examinations.iter();
        let told = !self.names.is_missed(NameKind::Examination);
        for written in examinations.filter(|it| told && is_unused(&it.name)) {
            let message = format!("no policy asks the examination `{}`", written.name.value);
            self.report(
                Diagnostic::new(code::EXAMINATION_UNUSED, message).primary(written.name.span, ""),
            );
        }
        // Whoever may choose a definition uses it, also somebody whose name is not known.
        let told = !self.names.is_missed(NameKind::Definition);
        let may_choose: BTreeSet<&str> = model
            .definitions
            .iter()
            .filter(|it| !it.available_to.is_empty())
            .map(|it| it.name.as_str())
            .collect();
        let chosen = |it: &&&tree::Definition| {
            !told || may_choose.contains(it.name.value.as_str()) || self.is_for_somebody_unknown(it)
        };
        for written in self.items.definitions.iter().filter(|it| !chosen(it) && is_unused(&it.name))
        {
            let message = format!("nothing secures with the definition `{}`", written.name.value);
            self.report(
                Diagnostic::new(code::DEFINITION_UNUSED, message).primary(written.name.span, ""),
            );
        }
    }

    /// Whether a definition, or what it is based on, is for somebody whose name nothing has.
    fn is_for_somebody_unknown(&self, definition: &tree::Definition) -> bool {
        let is_unknown = |it: &tree::Selector| match &it.kind {
            SelectorKind::Named { name, .. } => self.names.find(name, &SELECTABLE).is_err(),
            SelectorKind::Address(_)
            | SelectorKind::Attribute { .. }
            | SelectorKind::Domain(_)
            | SelectorKind::Everyone
            | SelectorKind::External
            | SelectorKind::Internal
            | SelectorKind::NullSender => false,
        };
        let mut current = Some(definition);
        for _ in 0..BASES_MAX {
            let Some(written) = current else { return false };
            if !written.available_to.is_empty() {
                return written.available_to.iter().any(is_unknown);
            }
            let base = written.based_on.as_ref();
            let base = base.and_then(|it| self.names.find(it, &[NameKind::Definition]).ok());
            current = match base.map(|it| it.item) {
                Some(ItemKind::Definition(base)) => Some(base),
                Some(_) | None => None,
            };
        }
        false
    }

    /// Places of the names of every examination and definition that something names.
    fn used(&self) -> BTreeSet<tree::Span> {
        let items = &self.items;
        let asked = items.policies.iter().flat_map(|it| &it.when).filter_map(asked);
        let examinations =
            asked.filter_map(|it| self.names.find(it, &[NameKind::Examination]).ok());
        let outcomes = items.policies.iter().filter_map(|it| it.then.as_ref());
        let outcomes = outcomes.chain(items.requests.iter().filter_map(|it| it.then.as_ref()));
        let secured = outcomes.chain(items.defaults.iter().copied()).filter_map(secured);
        let bases = items.definitions.iter().filter_map(|it| it.based_on.as_ref());
        let definitions =
            secured.chain(bases).filter_map(|it| self.names.find(it, &[NameKind::Definition]).ok());
        examinations.chain(definitions).map(|it| it.name.span).collect()
    }

    fn lint_retention(&self, model: &Model) {
        let retention = model.organisation.retention_secs;
        for definition in &self.items.definitions {
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
        let levels: BTreeMap<&str, Disposition> = model
            .policies
            .iter()
            .map(|it| (it.clause.name.as_str(), it.then.protection()))
            .collect();
        let level = |name: &Name| levels.get(name.value.as_str()).copied();
        let least = model.policies.iter().map(|it| it.then.protection()).min();
        for policy in &self.items.policies {
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
                        .primary(self.override_span(clause), "")
                        .note("of those that override each other, one must not"),
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
        let policies = self.items.policies.iter().map(|it| (it.name.span, &it.overrides));
        let bypasses = self.items.bypasses.iter().map(|it| (it.name.span, &it.overrides));
        let mine = policies.chain(bypasses).find(|it| it.0 == clause.span);
        let span = mine.and_then(|it| named(it.1));
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
