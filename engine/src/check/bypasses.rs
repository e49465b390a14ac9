//! Bypasses, resolved.

use std::collections::BTreeSet;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    tree::{self, ItemKind, OutcomeKind, Override, Validity as Written},
};

use super::{
    Checker,
    clauses::Raw,
    memory::Task,
    names::{Entry, NameKind, span_of},
    organisation::missing_line,
};
use crate::{
    Organisation, code,
    model::{
        clause::{Bypass, BypassAct, Kind},
        set::Sets,
    },
};

impl Checker<'_> {
    /// Every bypass of the tree.
    pub(super) fn bypasses(&self, sets: &Sets, organisation: &Organisation) -> Vec<Bypass> {
        let mut bypasses = Vec::new();
        for entry in self.names.of_kind(NameKind::Bypass) {
            if let ItemKind::Bypass(written) = entry.item {
                let bypass = || self.bypass(written, sets, organisation);
                let mut bypass = self.once(Task::Meaning, written.name.span, bypass);
                bypass.iter_mut().for_each(|it| self.put_place(&mut it.clause));
                bypasses.extend(bypass);
            }
        }
        bypasses
    }

    fn bypass(
        &self,
        written: &tree::Bypass,
        sets: &Sets,
        organisation: &Organisation,
    ) -> Option<Bypass> {
        self.require_end(written);
        if written.owner.is_none() {
            let message = format!("nobody answers for the bypass `{}`", written.name.value);
            let finding =
                Diagnostic::new(code::BYPASS_OWNER, message).primary(written.name.span, "");
            self.report(finding.fix(Fix::advice("add the line `owner ADDRESS`")));
        }
        let directions = vec![(self.side(written.from.as_ref()), self.side(written.to.as_ref()))];
        let clause = self.clause(
            Raw {
                name: &written.name,
                kind: Kind::Bypass,
                directions,
                compare: written.compare.as_ref(),
                source: &written.source,
                validity: written.validity.as_ref(),
                overrides: &written.overrides,
            },
            sets,
            organisation,
        );
        for line in &written.overrides {
            if let Override::Named(reference) = line {
                self.resolve(reference, &[NameKind::Bypass]);
            }
        }
        Some(Bypass { clause, does: self.bypass_act(written)? })
    }

    fn require_end(&self, written: &tree::Bypass) {
        let name = &written.name;
        match written.validity.as_ref().map(|it| (&it.value, it.span)) {
            None => {
                let line = missing_line("bypass", name, "valid");
                self.report(line.note("a bypass must end, or say `valid forever`"));
            }
            Some((Written::Range { until: None, .. }, span)) => {
                let message = format!("the bypass `{}` never ends", name.value);
                let finding =
                    Diagnostic::new(code::BYPASS_ENDLESS, message).primary(span, "no `until`");
                self.report(finding.fix(Fix::advice("add `until DATE`, or write `valid forever`")));
            }
            Some((Written::Always, span)) => {
                let message = format!("the bypass `{}` never ends", name.value);
                let finding = Diagnostic::new(code::BYPASS_ENDLESS, message).primary(span, "");
                self.report(finding.fix(Fix::choose(
                    "write `valid forever` where that is meant, or `valid until DATE`",
                    span,
                    "valid forever",
                )));
            }
            Some((
                Written::Disabled | Written::Forever | Written::Range { until: Some(_), .. },
                _,
            )) => {}
        }
    }

    fn bypass_act(&self, written: &tree::Bypass) -> Option<BypassAct> {
        match (&written.then, written.skips.is_empty()) {
            (None, true) => {
                self.report(missing_line("bypass", &written.name, "then` or `skips"));
                None
            }
            (Some(then), false) => {
                let message =
                    format!("the bypass `{}` has both `skips` and `then`", written.name.value);
                let finding = Diagnostic::new(code::BYPASS_BOTH, message).primary(then.span, "");
                self.report(finding.note(
                    "`skips` leaves examinations and content policies out, `then` says what happens instead of \
                     routing; where both are meant, write two bypasses",
                ));
                None
            }
            (None, false) => Some(self.skips(written)),
            (Some(then), true) => match &then.kind {
                OutcomeKind::DisableSecureMessaging => Some(BypassAct::DisableSecureMessaging),
                OutcomeKind::TakeNoAction => Some(BypassAct::TakeNoAction),
                OutcomeKind::Bounce(_)
                | OutcomeKind::Deliver
                | OutcomeKind::Hold { .. }
                | OutcomeKind::Reject(_)
                | OutcomeKind::Secure(_)
                | OutcomeKind::VerifiedTls { .. } => {
                    let message = "a bypass can only disable secure messaging or take no action";
                    self.report(
                        Diagnostic::new(code::OUTCOME_MISPLACED, message).primary(then.span, ""),
                    );
                    None
                }
            },
        }
    }

    fn skips(&self, written: &tree::Bypass) -> BypassAct {
        let (mut examinations, mut policies) = (BTreeSet::new(), BTreeSet::new());
        for reference in &written.skips {
            // An examination and a policy may have one name; then both are meant.
            if let Ok(entry) = self.names.find(reference, &[NameKind::Examination]) {
                examinations.insert(entry.id);
            }
            if let Ok(entry) = self.names.find(reference, &[NameKind::Policy]) {
                self.refuse_skipped_routing(entry, reference);
                policies.insert(entry.id);
            }
            self.resolve(reference, &[NameKind::Examination, NameKind::Policy]);
        }
        BypassAct::Skips { examinations, policies }
    }

    fn refuse_skipped_routing(&self, entry: &Entry<'_>, reference: &tree::Reference) {
        if let ItemKind::Policy(policy) = entry.item
            && policy.when.is_empty()
        {
            let message = format!("`{}` is a routing policy", policy.name.value);
            let finding =
                Diagnostic::new(code::SKIPS_ROUTING, message).primary(span_of(reference), "");
            let advice = match policy.then.as_ref().map(|it| &it.kind) {
                Some(OutcomeKind::Secure(_)) => {
                    "write `then disable secure messaging` instead of `skips`".to_owned()
                }
                Some(_) | None => format!(
                    "only `secure` can be taken away: leave people out of `{}` with `except`",
                    policy.name.value
                ),
            };
            let finding = finding.secondary(policy.name.span, "it has no `when`");
            self.report(finding.fix(Fix::advice(advice)));
        }
    }
}
