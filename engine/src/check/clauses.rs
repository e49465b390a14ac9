//! Policies, requests and bypasses, resolved.

use std::collections::BTreeSet;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    literal::Date,
    tree::{
        self, Compare, ConditionKind, ItemKind, Name, OutcomeKind, Override, Source, Spanned,
        Validity as Written,
    },
};

use super::{
    Checker,
    names::{Entry, NameKind, span_of, written},
    organisation::missing_line,
};
use crate::{
    Organisation, code,
    model::{
        clause::{Bypass, BypassAct, Clause, Direction, Edge, Kind, Policy, Request, Validity},
        outcome::{Also, Condition, Outcome, What},
        rank::Ranks,
        selector::{Selector, Side},
        set::Sets,
    },
    normal,
};

/// What a clause of any kind is made from.
struct Raw<'a> {
    name: &'a Name,
    kind: Kind,
    directions: Vec<(Side, Side)>,
    compare: Option<&'a Spanned<Compare>>,
    source: &'a [Source],
    validity: Option<&'a Spanned<Written>>,
    overrides: &'a [Override],
}

impl Checker<'_> {
    /// Every policy of the tree, in the order of their numbers.
    pub(super) fn policies(&self, sets: &Sets, organisation: &Organisation) -> Vec<Policy> {
        let mut policies = Vec::new();
        for entry in self.names.of_kind(NameKind::Policy) {
            if let ItemKind::Policy(written) = entry.item {
                policies.extend(self.policy(written, sets, organisation));
            }
        }
        policies
    }

    fn policy(
        &self,
        written: &tree::Policy,
        sets: &Sets,
        organisation: &Organisation,
    ) -> Option<Policy> {
        let directions = match &written.between {
            Some((one, other)) => {
                self.refuse_between(written);
                let (one, other) = (self.side(Some(one)), self.side(Some(other)));
                vec![(one.clone(), other.clone()), (other, one)]
            }
            None => vec![(self.side(written.from.as_ref()), self.side(written.to.as_ref()))],
        };
        let clause = self.clause(
            Raw {
                name: &written.name,
                kind: Kind::Policy,
                directions,
                compare: written.compare.as_ref(),
                source: &written.source,
                validity: written.validity.as_ref(),
                overrides: &written.overrides,
            },
            sets,
            organisation,
        );
        self.check_overrides(written);
        let when: Vec<Condition> =
            written.when.iter().filter_map(|it| self.condition(it)).collect();
        let Some(then) = &written.then else {
            self.report(missing_line("policy", &written.name, "then"));
            return None;
        };
        let then = self.policy_outcome(then)?;
        let also = written.also.iter().map(|it| Also(it.kind.clone())).collect();
        // A condition that could not be resolved must not turn a content policy into a routing one.
        (when.len() == written.when.len()).then_some(Policy { clause, when, then, also })
    }

    fn refuse_between(&self, written: &tree::Policy) {
        let Some(then) = &written.then else { return };
        if secures(&then.kind) {
            let message = format!("`{}` uses `between` and secures", written.name.value);
            let mut finding =
                Diagnostic::new(code::BETWEEN_SECURES, message).primary(then.span, "secures");
            if let Some((one, other)) = &written.between {
                finding = finding.secondary(one.span.to(other.span), "in both directions");
            }
            self.report(finding.fix(Fix::advice("write `from` and `to`")));
        }
    }

    /// `override` of a policy: of its own kind, and on a content policy by name.
    fn check_overrides(&self, written: &tree::Policy) {
        let is_content = !written.when.is_empty();
        for line in &written.overrides {
            match line {
                Override::All(span) if is_content => {
                    let message = format!(
                        "`{}` is a content policy and overrides everything",
                        written.name.value
                    );
                    let finding = Diagnostic::new(code::OVERRIDE_BARE, message).primary(*span, "");
                    self.report(finding.fix(Fix::advice("name the one policy: `override NAME`")));
                }
                Override::All(_) => {}
                Override::Named(reference) => {
                    let Some(entry) = self.resolve(reference, &[NameKind::Policy]) else {
                        continue;
                    };
                    let ItemKind::Policy(target) = entry.item else { continue };
                    if target.when.is_empty() == is_content {
                        let (mine, theirs) = if is_content {
                            ("content", "routing")
                        } else {
                            ("routing", "content")
                        };
                        let message = format!(
                            "a {mine} policy cannot override the {theirs} policy `{}`",
                            target.name.value
                        );
                        let finding = Diagnostic::new(code::OVERRIDE_KIND, message);
                        self.report(
                            finding
                                .primary(span_of(reference), "")
                                .secondary(target.name.span, "declared here"),
                        );
                    }
                }
            }
        }
    }

    /// Every request of the tree.
    pub(super) fn requests(&self, sets: &Sets, organisation: &Organisation) -> Vec<Request> {
        let mut requests = Vec::new();
        for entry in self.names.of_kind(NameKind::Request) {
            if let ItemKind::Request(written) = entry.item {
                requests.extend(self.request(written, sets, organisation));
            }
        }
        requests
    }

    fn request(
        &self,
        written: &tree::Request,
        sets: &Sets,
        organisation: &Organisation,
    ) -> Option<Request> {
        let internal = Side { any_of: vec![Selector::Internal], except: Vec::new() };
        let from = written.from.as_ref().map_or(internal, |it| self.side(Some(it)));
        let clause = self.clause(
            Raw {
                name: &written.name,
                kind: Kind::Request,
                directions: vec![(from, self.side(written.to.as_ref()))],
                compare: None,
                source: &[],
                validity: written.validity.as_ref(),
                overrides: &[],
            },
            sets,
            organisation,
        );
        if written.signs.is_empty() {
            self.report(missing_line("request", &written.name, "subject contains"));
        }
        let Some(then) = &written.then else {
            self.report(missing_line("request", &written.name, "then"));
            return None;
        };
        Some(Request {
            clause,
            signs: written.signs.clone(),
            then: self.policy_outcome(then)?,
            also: written.also.iter().map(|it| Also(it.kind.clone())).collect(),
            strip_tag: written.strip_tag,
        })
    }

    /// Every bypass of the tree.
    pub(super) fn bypasses(&self, sets: &Sets, organisation: &Organisation) -> Vec<Bypass> {
        let mut bypasses = Vec::new();
        for entry in self.names.of_kind(NameKind::Bypass) {
            if let ItemKind::Bypass(written) = entry.item {
                bypasses.extend(self.bypass(written, sets, organisation));
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
            Some((
                Written::Always | Written::Disabled | Written::Range { until: Some(_), .. },
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
                self.report(Diagnostic::new(code::BYPASS_BOTH, message).primary(then.span, ""));
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
            self.report(finding.secondary(policy.name.span, "it has no `when`"));
        }
    }

    fn clause(&self, raw: Raw<'_>, sets: &Sets, organisation: &Organisation) -> Clause {
        let directions = raw.directions.into_iter().map(|(from, to)| {
            let ranks = Ranks { from: from.rank(sets), to: to.rank(sets) };
            Direction { from, to, ranks }
        });
        let named = raw.overrides.iter().filter_map(|it| match it {
            Override::Named(reference) => {
                let kinds = [NameKind::Policy, NameKind::Bypass];
                self.names.find(reference, &kinds).ok().map(|it| it.label.clone())
            }
            Override::All(_) => None,
        });
        Clause {
            name: raw.name.value.clone(),
            kind: raw.kind,
            span: raw.name.span,
            place: self.sources.place(raw.name.span),
            directions: directions.collect(),
            compare: raw.compare.map_or(Compare::Envelope, |it| it.value),
            source: (!raw.source.is_empty()).then(|| self.networks(raw.source)),
            validity: self.validity(raw.validity, organisation),
            overrides_all: raw.overrides.iter().any(|it| matches!(it, Override::All(_))),
            overrides: named.collect(),
        }
    }

    fn validity(
        &self,
        written: Option<&Spanned<Written>>,
        organisation: &Organisation,
    ) -> Validity {
        let Some(written) = written else { return Validity::Always };
        match &written.value {
            Written::Always => Validity::Always,
            Written::Disabled => Validity::Disabled,
            Written::Range { from, until } => {
                if let Some((from, until)) = from
                    .as_ref()
                    .zip(until.as_ref())
                    .filter(|(from, until)| until.value < from.value)
                {
                    let message = format!("this is valid until {}, before it begins", until.value);
                    let finding =
                        Diagnostic::new(code::VALIDITY_REVERSED, message).primary(until.span, "");
                    self.report(finding.secondary(from.span, "it begins here"));
                }
                let edge = |date: Date, day: Option<jiff::civil::Date>| {
                    let start = day.and_then(|it| {
                        organisation.zone.to_ambiguous_zoned(it.at(0, 0, 0, 0)).compatible().ok()
                    });
                    Edge {
                        date,
                        at_ms: start.map_or(i64::MAX, |it| it.timestamp().as_millisecond()),
                    }
                };
                Validity::Range {
                    from: from.as_ref().map(|it| edge(it.value, Some(it.value.civil()))),
                    until: until
                        .as_ref()
                        .map(|it| edge(it.value, it.value.civil().tomorrow().ok())),
                }
            }
        }
    }

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
        match self.names.find(reference, &[NameKind::Addresses, NameKind::Group]) {
            Ok(entry) => Some(entry.label.clone()),
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
            ConditionKind::AttachmentType(types) => (
                What::AttachmentType(lower(types)),
                format!("attachment type is {}", listed(types)),
            ),
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
            ConditionKind::LanguageIs(_) => {
                return self.unanswered(condition, "the language of a text is not told apart");
            }
            ConditionKind::Fingerprint(_) => {
                return self.unanswered(condition, "there are no fingerprint sets");
            }
        };
        Some(Condition { negated: condition.negated, what, words })
    }

    fn unanswered(&self, condition: &tree::Condition, why: &str) -> Option<Condition> {
        let message = format!("this condition cannot be answered: {why}");
        self.report(
            Diagnostic::new(code::CONDITION_UNANSWERED, message).primary(condition.span, ""),
        );
        None
    }
}

fn listed(texts: &[tree::Text]) -> String {
    let texts: Vec<&str> = texts.iter().map(|it| it.value.as_str()).collect();
    texts.join(", ")
}

/// Whether an outcome, or its alternative, secures.
fn secures(kind: &OutcomeKind) -> bool {
    match kind {
        OutcomeKind::Secure(_) => true,
        OutcomeKind::VerifiedTls { otherwise } => secures(&otherwise.kind),
        OutcomeKind::Bounce(_)
        | OutcomeKind::Deliver
        | OutcomeKind::DisableSecureMessaging
        | OutcomeKind::Hold { .. }
        | OutcomeKind::Reject(_)
        | OutcomeKind::TakeNoAction => false,
    }
}
