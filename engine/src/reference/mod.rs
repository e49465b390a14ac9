//! The reference evaluator: slow, obvious, straight from the meaning of the language.
//!
//! It shares the resolved model with [`crate::Program`] and nothing of how that decides: no index,
//! no compiled scan, its own matching, competition, conditions, scores and merge. It says what is
//! decided, not why: the trace is empty.

mod condition;
mod merge;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

use grammar::{
    literal::Address,
    tree::{Compare, RequestSign},
};

use crate::{
    Rules,
    decision::{Decision, Effect, ExaminationResult},
    facts::{Directory, Facts},
    fingerprint::{self, Traces, values},
    language,
    model::{
        Model,
        clause::{BypassAct, Clause, Direction, Kind, Policy, Validity},
        outcome::{Also, Outcome, What},
        selector::{Selector, Side},
    },
    normal::normalise,
};

/// Decides for every recipient, without a trace.
#[must_use]
pub fn decide(rules: &Rules, facts: &Facts) -> Decision {
    let mut evaluator = Evaluator { model: &rules.model, facts, asked: BTreeMap::new() };
    let verdicts = facts.recipients.iter().map(|it| evaluator.verdict(it)).collect();
    let advice = evaluator.advice();
    let examinations = evaluator.asked.into_values().map(|it| it.result).collect();
    Decision { verdicts, examinations, advice }
}

struct Evaluator<'m> {
    model: &'m Model,
    facts: &'m Facts,
    /// Examinations that a candidate asked, by number.
    asked: BTreeMap<usize, Answer>,
}

#[derive(Clone)]
struct Answer {
    result: ExaminationResult,
    by_score: bool,
    /// A limit was passed and the rules do not say what that means.
    error: bool,
}

/// What one clause adds for one recipient.
#[derive(Clone)]
struct Added<'m> {
    name: String,
    /// `None` for no protection.
    outcome: Option<Say<'m>>,
    from_internal: bool,
    effects: Vec<Effect>,
    decides: bool,
}

#[derive(Clone, Copy)]
enum Say<'m> {
    OnError,
    Outcome(&'m Outcome),
}

impl<'m> Evaluator<'m> {
    // 1. Candidates

    fn is_internal(&self, address: Option<&Address>) -> bool {
        let domains = &self.model.organisation.domains;
        address.is_some_and(|it| domains.iter().any(|domain| domain.matches(it.domain())))
    }

    fn means(&self, selector: &Selector, address: Option<&Address>) -> bool {
        let sets = &self.model.sets;
        let Some(known) = address else {
            return *selector == Selector::Everyone || *selector == Selector::Null;
        };
        let key = Directory::key(known);
        match selector {
            Selector::Everyone => true,
            Selector::Internal => self.is_internal(address),
            Selector::External => !self.is_internal(address),
            Selector::Null => false,
            Selector::Domain(pattern) => pattern.matches(known.domain()),
            Selector::Address(wanted) => wanted == known,
            Selector::AddressSet(set) => {
                sets.addresses.get(set.0).is_some_and(|it| it.members.iter().any(|it| it == known))
            }
            Selector::DomainSet(set) => sets
                .domains
                .get(set.0)
                .is_some_and(|it| it.members.iter().any(|it| it.matches(known.domain()))),
            Selector::Group(group) => {
                let groups = self.facts.directory.groups.get(&key);
                let wanted = sets.groups.get(group.0).map(|it| &it.directory);
                wanted.is_some_and(|wanted| groups.is_some_and(|it| it.contains(wanted)))
            }
            Selector::Attribute { attribute, at_least, value } => {
                let Some(declared) = sets.attributes.get(attribute.0) else { return false };
                let had = self
                    .facts
                    .directory
                    .attributes
                    .get(&key)
                    .and_then(|it| it.get(&declared.directory));
                let rank = |value: &str| declared.order.iter().position(|it| it == value);
                let is_enough = |had: &String| match (at_least, rank(had), rank(value)) {
                    (true, Some(had), Some(wanted)) => wanted <= had,
                    (true, _, _) => false,
                    (false, _, _) => had == value,
                };
                had.is_some_and(|had| had.iter().any(is_enough))
            }
        }
    }

    fn side(&self, side: &Side, address: Option<&Address>) -> bool {
        side.any_of.iter().any(|it| self.means(it, address))
            && !side.except.iter().any(|it| self.means(it, address))
    }

    /// Whether the From matches; then, whether what matched is internal.
    fn from(&self, clause: &Clause, direction: &Direction) -> Option<bool> {
        let mut internal = None;
        if clause.compare != Compare::Envelope {
            for address in &self.facts.content.header_from {
                let is_internal = self.is_internal(Some(address));
                let forged = clause.kind == Kind::Bypass && is_internal && !self.facts.trusted;
                if !forged && self.side(&direction.from, Some(address)) {
                    internal = Some(internal.unwrap_or(false) || is_internal);
                }
            }
            let unread = self.facts.content.from_unreadable && clause.kind == Kind::Policy;
            internal = internal.or(unread.then_some(true));
        }
        if internal.is_none() && clause.compare != Compare::Header {
            let sender = self.facts.sender.as_ref();
            let is_internal = self.is_internal(sender);
            let forged = clause.kind == Kind::Bypass && is_internal && !self.facts.trusted;
            internal = (!forged && self.side(&direction.from, sender)).then_some(is_internal);
        }
        internal
    }

    /// Whether today, in the organisation's time zone, is one of the days; both ends are.
    fn is_valid(&self, validity: &Validity) -> bool {
        match validity {
            Validity::Always => true,
            Validity::Disabled => false,
            Validity::Range { from, until } => {
                let zone = &self.model.organisation.zone;
                let now = jiff::Timestamp::from_millisecond(self.facts.at_ms);
                let Ok(now) = now else { return false };
                let today = now.to_zoned(zone.clone()).date();
                from.is_none_or(|it| it.date.civil() <= today)
                    && until.is_none_or(|it| today <= it.date.civil())
            }
        }
    }

    fn candidate(&self, clause: &'m Clause, to: &Address) -> Option<(&'m Direction, bool)> {
        if !self.is_valid(&clause.validity) {
            return None;
        }
        if let Some(networks) = &clause.source {
            let peer = self.facts.peer?.to_canonical();
            networks.iter().find(|it| it.contains(peer))?;
        }
        clause.directions.iter().find_map(|direction| {
            let internal = self.from(clause, direction)?;
            self.side(&direction.to, Some(to)).then_some((direction, internal))
        })
    }

    /// How specific both sides are: a mixed list counts by its least specific entry, a set of
    /// domains by its shortest, and `except` adds nothing.
    fn ranks(&self, direction: &Direction) -> ((u8, usize), (u8, usize)) {
        let sets = &self.model.sets.domains;
        let rank = |it: &Selector| match it {
            Selector::Everyone => (0, 0),
            Selector::Internal | Selector::External => (1, 0),
            Selector::Domain(it) => (2, it.domain.labels()),
            Selector::DomainSet(set) => {
                let members = sets.get(set.0).into_iter().flat_map(|it| it.members.iter());
                (2, members.map(|it| it.domain.labels()).min().unwrap_or(0))
            }
            Selector::AddressSet(_) | Selector::Group(_) => (3, 0),
            Selector::Attribute { .. } => (4, 0),
            Selector::Address(_) | Selector::Null => (5, 0),
        };
        let least = |it: &Side| it.any_of.iter().map(rank).min().unwrap_or((0, 0));
        (least(&direction.from), least(&direction.to))
    }

    // 2. and 3. Routing policies and routing bypasses compete

    /// Those that nobody beats.
    fn compete<'c, T>(
        &self,
        all: Vec<(T, &'c Clause, &'c Direction)>,
    ) -> Vec<(T, &'c Clause, &'c Direction)> {
        let named: BTreeSet<&String> = all.iter().flat_map(|it| &it.1.overrides).collect();
        let mut left: Vec<_> = all.into_iter().filter(|it| !named.contains(&it.1.name)).collect();
        if left.iter().any(|it| it.1.overrides_all) {
            left.retain(|it| it.1.overrides_all);
        }
        let ranks: Vec<_> = left.iter().map(|it| self.ranks(it.2)).collect();
        let is_beaten = |mine: (_, _)| {
            ranks.iter().any(|other| {
                mine.0 <= other.0 && mine.1 <= other.1 && (mine.0 < other.0 || mine.1 < other.1)
            })
        };
        left.retain(|it| !is_beaten(self.ranks(it.2)));
        left
    }

    fn routing(&self, to: &Address) -> Vec<Added<'m>> {
        let candidates =
            self.model.policies.iter().filter(|it| !it.is_content()).filter_map(|it| {
                let (direction, internal) = self.candidate(&it.clause, to)?;
                Some(((it, internal), &it.clause, direction))
            });
        let unbeaten = self.compete(candidates.collect());
        let most = unbeaten.iter().map(|it| it.0.0.then.protection()).max();
        let mut added: Vec<Added<'m>> = unbeaten
            .iter()
            .filter(|it| Some(it.0.0.then.protection()) == most)
            .map(|it| self.added(&it.1.name, &it.0.0.then, it.0.1, &it.0.0.also))
            .collect();
        if added.is_empty() {
            let internal = self.is_internal(self.facts.sender.as_ref());
            added.push(self.added("default", &self.model.default, internal, &[]));
        }
        self.disable(&mut added, to);
        added
    }

    fn disable(&self, added: &mut Vec<Added<'m>>, to: &Address) {
        let candidates = self.model.bypasses.iter().filter_map(|it| {
            let (direction, internal) = self.candidate(&it.clause, to)?;
            let routing = !matches!(it.does, BypassAct::Skips { .. });
            routing.then_some(((it, internal), &it.clause, direction))
        });
        let unbeaten = self.compete(candidates.collect());
        let shielded = unbeaten.iter().any(|it| it.0.0.does == BypassAct::TakeNoAction);
        let Some(winner) = unbeaten.first().filter(|_| !shielded) else { return };
        let secured =
            |it: &&mut Added<'m>| matches!(it.outcome, Some(Say::Outcome(Outcome::Secure(_))));
        let mut taken = false;
        for one in added.iter_mut().filter(secured) {
            one.outcome = None;
            one.decides = false;
            taken = true;
        }
        if taken {
            let name = winner.1.name.clone();
            added.push(Added {
                name,
                outcome: None,
                from_internal: false,
                effects: Vec::new(),
                decides: true,
            });
        }
    }

    fn added(
        &self,
        name: &str,
        outcome: &'m Outcome,
        from_internal: bool,
        also: &[Also],
    ) -> Added<'m> {
        Added {
            name: name.to_owned(),
            outcome: Some(Say::Outcome(outcome)),
            from_internal,
            effects: also.iter().filter_map(merge::effect).collect(),
            decides: name != "default",
        }
    }

    // 4. Content policies accumulate

    fn content(&mut self, to: &Address) -> Vec<Added<'m>> {
        let (mut examinations, mut policies) = (BTreeSet::new(), BTreeSet::new());
        for bypass in &self.model.bypasses {
            if let BypassAct::Skips { examinations: named, policies: also } = &bypass.does
                && self.candidate(&bypass.clause, to).is_some()
            {
                examinations.extend(named.iter().copied());
                policies.extend(also.iter().copied());
            }
        }
        let mut standing: Vec<(&'m Policy, Added<'m>)> = Vec::new();
        for (number, policy) in
            self.model.policies.iter().enumerate().filter(|it| it.1.is_content())
        {
            let Some((_, internal)) = self.candidate(&policy.clause, to) else { continue };
            let holds = self.condition(policy, &examinations);
            let skipped = policies.contains(&number) || policy.when.iter().any(|it| {
                !it.negated
                    && matches!(it.what, What::Activates(asked) if examinations.contains(&asked))
            });
            if holds == Some(false) || skipped {
                continue;
            }
            let mut added = self.added(&policy.clause.name, &policy.then, internal, &policy.also);
            if holds.is_none() {
                added.outcome = Some(Say::OnError);
            }
            standing.push((policy, added));
        }
        let named: BTreeSet<&String> =
            standing.iter().flat_map(|it| &it.0.clause.overrides).collect();
        standing
            .iter()
            .filter(|it| !named.contains(&it.0.clause.name))
            .map(|it| it.1.clone())
            .collect()
    }

    /// Whether all conditions hold; `None` where that is `on error`.
    fn condition(&mut self, policy: &Policy, skipped: &BTreeSet<usize>) -> Option<bool> {
        let mut answers = Vec::new();
        for condition in &policy.when {
            if let What::Fingerprint(number) = condition.what {
                let declared = self.model.fingerprints.get(number)?;
                let content = &self.facts.content;
                let traces = Traces::slowly(content);
                let told = fingerprint::answer(declared, content, &traces, values::add_slowly);
                answers.push(match condition.negated {
                    true => Some(!told.found || told.uncertain),
                    false if told.activated => Some(true),
                    false => (!told.error).then_some(false),
                });
                continue;
            }
            if let What::LanguageIs(wanted) = &condition.what {
                let told = language::of(&self.facts.content);
                answers.push(Some(
                    told.is_some_and(|it| wanted.iter().any(|wanted| wanted == it))
                        != condition.negated,
                ));
                continue;
            }
            let What::Activates(number) = condition.what else {
                answers
                    .push(Some(condition::holds(&condition.what, self.facts) != condition.negated));
                continue;
            };
            let answer = self.examine(number)?;
            let told = &answer.result;
            let uncertain = told.unreadable || told.ambiguous || told.over_limit;
            answers.push(if condition.negated {
                Some(!answer.by_score || uncertain || skipped.contains(&number))
            } else if answer.error && !told.activated {
                None
            } else {
                Some(told.activated)
            });
        }
        if answers.contains(&Some(false)) {
            Some(false)
        } else {
            (!answers.contains(&None)).then_some(true)
        }
    }

    // 5. Requests

    fn requests(&self, to: &Address) -> Vec<Added<'m>> {
        let mut all = Vec::new();
        if self.facts.recipients.iter().all(|it| self.is_internal(Some(it))) {
            return all;
        }
        for request in &self.model.requests {
            let shown: Vec<_> = request.signs.iter().filter(|it| self.shows(it)).collect();
            let candidate = self.candidate(&request.clause, to);
            let Some((_, internal)) = candidate.filter(|_| !shown.is_empty()) else {
                continue;
            };
            let mut added =
                self.added(&request.clause.name, &request.then, internal, &request.also);
            for sign in shown {
                if let RequestSign::SubjectContains(text) = sign
                    && request.strip_tag
                {
                    added.effects.push(Effect::StripTag(text.value.clone()));
                }
            }
            all.push(added);
        }
        all
    }

    fn shows(&self, sign: &RequestSign) -> bool {
        let content = &self.facts.content;
        match sign {
            RequestSign::SubjectContains(text) => {
                normalise(&content.subject).contains(&normalise(&text.value))
            }
            RequestSign::HeaderIs { name, value } => content.headers.iter().any(|it| {
                it.0.eq_ignore_ascii_case(&name.value)
                    && normalise(it.1.trim()) == normalise(value.value.trim())
            }),
            RequestSign::HeaderPresent { name } => {
                content.headers.iter().any(|it| it.0.eq_ignore_ascii_case(&name.value))
            }
        }
    }

    fn advice(&self) -> Vec<String> {
        let none_external = self.facts.recipients.iter().all(|it| self.is_internal(Some(it)));
        let mut advice = Vec::new();
        for request in self.model.requests.iter().filter(|_| none_external) {
            let clause = &request.clause;
            let asked = request.signs.iter().any(|it| self.shows(it));
            let from = clause.directions.iter().any(|it| self.from(clause, it).is_some());
            if asked && from && self.is_valid(&clause.validity) {
                advice.push(format!(
                    "`{}` had no effect: the message has no external recipient",
                    clause.name
                ));
            }
        }
        advice
    }

    fn examine(&mut self, number: usize) -> Option<Answer> {
        let examination = self.model.examinations.get(number)?;
        let content = &self.facts.content;
        Some(self.asked.entry(number).or_insert_with(|| scan::naive(examination, content)).clone())
    }
}
