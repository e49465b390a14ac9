//! Policies and requests, resolved, and what they share with bypasses.

use std::sync::Arc;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    literal::Date,
    tree::{
        self, Compare, ItemKind, Name, OutcomeKind, Override, Source, Spanned, Validity as Written,
    },
};

use super::{
    Checker,
    memory::Task,
    names::{NameKind, span_of},
    organisation::missing_line,
};
use crate::{
    Organisation, code,
    model::{
        clause::{Clause, Direction, Edge, Kind, Policy, Request, Validity},
        outcome::{Also, Condition},
        rank::Ranks,
        selector::{Selector, Side},
        set::Sets,
    },
};

/// What a clause of any kind is made from.
pub(super) struct Raw<'a> {
    pub(super) name: &'a Name,
    pub(super) kind: Kind,
    pub(super) directions: Vec<(Side, Side)>,
    pub(super) compare: Option<&'a Spanned<Compare>>,
    pub(super) source: &'a [Source],
    pub(super) validity: Option<&'a Spanned<Written>>,
    pub(super) overrides: &'a [Override],
}

impl Checker<'_> {
    /// Every policy of the tree, in the order of their numbers.
    pub(super) fn policies(&self, sets: &Sets, organisation: &Organisation) -> Vec<Policy> {
        let mut policies = Vec::new();
        for entry in self.names.of_kind(NameKind::Policy) {
            if let ItemKind::Policy(written) = entry.item {
                let policy = || self.policy(written, sets, organisation);
                let mut policy = self.once(Task::Meaning, written.name.span, policy);
                policy.iter_mut().for_each(|it| self.put_place(&mut it.clause));
                policies.extend(policy);
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
        let sides = [&written.from, &written.to].into_iter().flatten();
        if let (Some((one, other)), Some(beside)) =
            (&written.between, sides.min_by_key(|it| it.span.start))
        {
            let name = &written.name.value;
            let message = format!("`{name}` has `between` and, beside it, `from` or `to`");
            let finding = Diagnostic::new(code::BETWEEN_BESIDE, message)
                .primary(beside.span, "says who, as well")
                .secondary(one.span.to(other.span), "says who it is between");
            let advice = "take `between` away, or the other line; two policies say both";
            self.report(finding.fix(Fix::advice(advice)));
        }
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
                                .secondary(target.name.span, "declared here")
                                .note(
                                    "content and routing policies are decided apart; leave people out with \
                                     `except`, or write a bypass",
                                ),
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
                let request = || self.request(written, sets, organisation);
                let mut request = self.once(Task::Meaning, written.name.span, request);
                request.iter_mut().for_each(|it| self.put_place(&mut it.clause));
                requests.extend(request);
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

    /// What policies, requests and bypasses share.
    pub(super) fn clause(&self, raw: Raw<'_>, sets: &Sets, organisation: &Organisation) -> Clause {
        let directions = raw.directions.into_iter().map(|(from, to)| {
            let ranks = Ranks { from: from.rank(sets), to: to.rank(sets) };
            Direction { from, to, ranks }
        });
        let named = raw.overrides.iter().filter_map(|it| match it {
            Override::Named(reference) => self
                .names
                .find(reference, &[NameKind::Policy, NameKind::Bypass])
                .ok()
                .map(|it| it.label.to_string()),
            Override::All(_) => None,
        });
        Clause {
            name: raw.name.value.clone(),
            kind: raw.kind,
            span: raw.name.span,
            place: None,
            directions: Arc::new(directions.collect()),
            compare: raw.compare.map_or(Compare::Envelope, |it| it.value),
            source: (!raw.source.is_empty()).then(|| self.networks(raw.source)),
            validity: self.validity(raw.validity, organisation),
            overrides_all: raw.overrides.iter().any(|it| matches!(it, Override::All(_))),
            overrides: named.collect(),
        }
    }

    /// Lines above may have come and gone since the clause was resolved.
    pub(super) fn put_place(&self, clause: &mut Clause) {
        clause.place = self.sources.line(clause.span);
    }

    fn validity(
        &self,
        written: Option<&Spanned<Written>>,
        organisation: &Organisation,
    ) -> Validity {
        let Some(written) = written else { return Validity::Always };
        match &written.value {
            Written::Always | Written::Forever => Validity::Always,
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
