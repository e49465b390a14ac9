//! Examinations, resolved.

use std::collections::BTreeSet;

use grammar::{
    diagnostic::Diagnostic,
    tree::{self, ConditionKind, CountsAs, ExpectKind, Findable as Written, ItemKind, Scope, Span},
};

use super::{Checker, memory::Task, names::NameKind, organisation::missing_line};
use crate::{
    code, normal,
    scan::{
        examination::{Count, Examination},
        hit::compact,
    },
};

/// Where an examination without `look in` looks: everywhere.
const SCOPES: [Scope; 5] =
    [Scope::Subject, Scope::Body, Scope::Headers, Scope::AttachmentNames, Scope::AttachmentText];

impl Checker<'_> {
    /// Every examination, in the order of their numbers.
    pub(super) fn examinations(&self) -> Vec<Examination> {
        self.check_terms_and_patterns();
        let asked = self.asked();
        let mut examinations = Vec::new();
        for entry in self.names.of_kind(NameKind::Examination) {
            let ItemKind::Examination(written) = entry.item else { continue };
            let wanted = !entry.in_library || asked.contains(&written.name.span);
            let task = if wanted { Task::Meaning } else { Task::MeaningUnasked };
            let examination = || self.examination(written, &entry.label, wanted);
            let examination = self.once(task, written.name.span, examination);
            if wanted {
                self.refuse_unreachable(written, &examination);
            }
            examinations.push(examination);
        }
        examinations
    }

    /// Places of the names of all examinations that something of the tree asks.
    fn asked(&self) -> BTreeSet<Span> {
        let items = &self.items;
        let when = items.policies.iter().flat_map(|it| &it.when);
        let conditions = when.chain(items.asserts.iter().flat_map(|it| &it.when));
        let conditions = conditions.filter_map(|it| match &it.kind {
            ConditionKind::Activates(examination) => Some(examination),
            ConditionKind::AttachmentLarger(_)
            | ConditionKind::AttachmentName(_)
            | ConditionKind::AttachmentType(_)
            | ConditionKind::Authentication { .. }
            | ConditionKind::Fingerprint(_)
            | ConditionKind::LanguageIs(_)
            | ConditionKind::MessageLarger(_)
            | ConditionKind::RecipientsMoreThan(_)
            | ConditionKind::SenderUsesTls => None,
        });
        let expects =
            items.tests.iter().flat_map(|it| &it.expects).filter_map(|it| match &it.kind {
                ExpectKind::Activates { examination, .. }
                | ExpectKind::Scores { examination, .. } => Some(examination),
                ExpectKind::Besides { .. }
                | ExpectKind::Option { .. }
                | ExpectKind::Outcome { .. } => None,
            });
        let named = conditions.chain(expects);
        let entries = named.filter_map(|it| self.names.find(it, &[NameKind::Examination]).ok());
        entries.map(|it| it.name.span).collect()
    }

    fn examination(&self, written: &tree::Examination, label: &str, wanted: bool) -> Examination {
        self.require_lines(written);
        let needles = |list: &[Written]| list.iter().filter_map(|it| self.findable(it)).collect();
        // What a library holds and nobody asks keeps its number, and looks for nothing.
        let counts = written.counts.iter().filter(|_| wanted).filter_map(|it| {
            Some(Count {
                what: self.findable(&it.what)?,
                distinct: it.distinct,
                cap: it.cap.as_ref().map(|it| it.value),
            })
        });
        let counts: Vec<Count> = counts.collect();
        let less = written
            .less
            .iter()
            .filter_map(|(points, what)| Some((points.value, self.findable(what)?)));
        let ignores = written.ignores.iter().map(|it| compact(normal::normalise(&it.value).trim()));
        Examination {
            name: label.to_owned(),
            look_in: scopes(written),
            counts,
            requires: needles(&written.requires),
            vetoes: needles(&written.vetoes),
            less: less.collect(),
            ignores: ignores.collect(),
            activates_at: written.activates_at.as_ref().map_or(u32::MAX, |it| it.value),
            unreadable: written.unreadable.as_ref().map_or(CountsAs::Activated, |it| it.value),
            ambiguous: written.ambiguous.as_ref().map_or(CountsAs::Activated, |it| it.value),
            over_limit: written.over_limit.as_ref().map(|it| it.value),
        }
    }

    fn require_lines(&self, written: &tree::Examination) {
        if written.activates_at.is_none() {
            self.report(missing_line("examination", &written.name, "activates at"));
        }
        if written.unreadable.is_none() {
            self.report(missing_line("examination", &written.name, "unreadable counts as"));
        }
    }

    fn refuse_unreachable(&self, written: &tree::Examination, examination: &Examination) {
        // A line that could not be resolved is an error by itself; the sum would mislead.
        let complete = written.counts.len() == examination.counts.len()
            && !self.has_reported(code::TERM_EMPTY);
        let Some(threshold) = written.activates_at.as_ref().filter(|_| complete) else { return };
        let reachable = examination.score_max();
        if reachable < threshold.value {
            let name = &written.name.value;
            let message =
                format!("`{name}` activates at {}, and no message can score that", threshold.value);
            let finding = Diagnostic::new(code::THRESHOLD_UNREACHABLE, message)
                .primary(threshold.span, format!("at most {reachable} can be reached"));
            self.report(finding);
        }
    }
}

fn scopes(written: &tree::Examination) -> BTreeSet<Scope> {
    if written.look_in.is_empty() {
        return SCOPES.into_iter().collect();
    }
    written.look_in.iter().map(|it| it.value).collect()
}
