//! Mistakes in policies, requests and bypasses.

use std::{slice, sync::Arc};

use grammar::tree::{Compare, RequestSign, Span};

use super::{
    List,
    skipped::{End, matters},
    slips::{asked_otherwise, others, weaker},
};
use crate::{
    coverage::Place,
    merge::effects_of,
    model::{
        Model, Numbered,
        clause::{BypassAct, Clause, Edge, Validity},
        outcome::{Also, Outcome},
        rank::Ranks,
        selector::Side,
        source::Line,
    },
    testing::besides::effect_words,
    wording,
};

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Where the lines of a clause stand; that of the name where a line is not written.
#[derive(Default)]
struct Spans {
    from: Option<Span>,
    to: Option<Span>,
    compare: Option<Span>,
    source: Option<Span>,
    validity: Option<Span>,
    then: Option<Span>,
    when: Vec<Span>,
    also: Vec<Span>,
    signs: Vec<Span>,
    skips: Vec<Span>,
}

impl List<'_> {
    pub(super) fn add_clauses(&mut self) {
        let model = self.model;
        for number in 0_u32.. {
            let Some(numbered) = model.numbered(number) else { break };
            if numbered.clause().validity == Validity::Disabled {
                continue;
            }
            self.add_clause(number, numbered);
        }
        self.add_default();
        self.add_definitions();
    }

    fn add_clause(&mut self, number: u32, numbered: Numbered<'_>) {
        let clause = numbered.clause();
        let subject = format!("{} {}", clause.kind.as_str(), clause.name);
        let spans = self.spans(numbered);
        let name = clause.name.clone();
        let words = format!("`{name}` is taken out");
        self.add(&subject, words, clause.place.as_ref().map(Line::to_place), move |model| {
            change(model, number, |it| it.validity = Validity::Disabled);
        });
        self.add_sides(number, numbered, &subject, &spans);
        self.add_place_and_time(number, clause, &subject, &spans);
        self.add_overrides(number, clause, &subject);
        match numbered {
            Numbered::Policy(at, policy) => {
                self.add_conditions(at, &subject, &spans);
                self.add_outcome(&subject, &spans, &policy.then, move |model, to| {
                    if let Some(it) = model.policies.get_mut(at) {
                        it.then = to;
                    }
                });
                self.add_effects(&policy.also, clause, &subject, &spans, move |model| {
                    model.policies.get_mut(at).map(|it| &mut it.also)
                });
            }
            Numbered::Request(_) => self.add_request(number, numbered, &subject, &spans),
            Numbered::Bypass(_) => self.add_bypass(number, numbered, &subject, &spans),
        }
    }

    /// The place of a line, or of the name.
    fn at(&self, span: Option<Span>, clause: &Clause) -> Option<Place> {
        span.and_then(|it| self.suite.rules.outline.place(it))
            .or_else(|| clause.place.as_ref().map(Line::to_place))
    }

    fn add_sides(&mut self, number: u32, numbered: Numbered<'_>, subject: &str, spans: &Spans) {
        let clause = numbered.clause();
        let bypass = match numbered {
            Numbered::Bypass(bypass) => Some(bypass),
            Numbered::Policy(..) | Numbered::Request(_) => None,
        };
        let [direction] = clause.directions.as_slice() else {
            return self.add_between(number, clause, subject);
        };
        for (end, side) in [(End::From, &direction.from), (End::To, &direction.to)] {
            let span = match end {
                End::From => spans.from,
                End::To => spans.to,
            };
            let place = self.at(span, clause);
            for (other, only) in others(side) {
                if bypass.is_some_and(|it| !matters(self.model, it, end, side, &other)) {
                    continue;
                }
                let (was, is) =
                    (wording::side(self.model, side), wording::side(self.model, &other));
                let word = end.word();
                let words = match only {
                    Some(gone) => {
                        let gone = wording::selector(self.model, &gone);
                        format!("`{gone}` is taken out of `{word} {was}`")
                    }
                    None => format!("`{word} {was}` becomes `{word} {is}`"),
                };
                self.add(subject, words, place.clone(), move |model| {
                    set_side(model, number, end, other.clone());
                });
            }
        }
    }

    fn add_between(&mut self, number: u32, clause: &Clause, subject: &str) {
        for kept in 0..clause.directions.len() {
            let words = "`between` holds in one direction only".to_owned();
            self.add(subject, words, clause.place.as_ref().map(Line::to_place), move |model| {
                change(model, number, |it| {
                    let mut at = 0_usize;
                    Arc::make_mut(&mut it.directions).retain(|_| {
                        at = at.saturating_add(1);
                        at.saturating_sub(1) == kept
                    });
                });
            });
        }
    }

    fn add_place_and_time(&mut self, number: u32, clause: &Clause, subject: &str, spans: &Spans) {
        if let Some(networks) = &clause.source {
            let place = self.at(spans.source, clause);
            let words = "the line `source` is taken out".to_owned();
            self.add(subject, words, place.clone(), move |model| {
                change(model, number, |it| it.source = None);
            });
            for at in
                super::spread(networks.len(), super::MEMBERS_MAX).filter(|_| networks.len() > 1)
            {
                let Some(network) = networks.get(at) else { continue };
                let words = format!("`{network}` is taken out of its `source`");
                self.add(subject, words, place.clone(), move |model| {
                    change(model, number, |it| {
                        if let Some(it) = &mut it.source {
                            let _ = it.remove(at);
                        }
                    });
                });
            }
        }
        if clause.compare != Compare::Envelope {
            let words = format!("`compare {}` is taken out", wording::compare(clause.compare));
            self.add(subject, words, self.at(spans.compare, clause), move |model| {
                change(model, number, |it| it.compare = Compare::Envelope);
            });
        }
        let Validity::Range { from, until } = clause.validity else { return };
        let place = self.at(spans.validity, clause);
        let shifted = |edge: Edge, days: i64| Edge {
            at_ms: edge.at_ms.saturating_add(days.saturating_mul(DAY_MS)),
            ..edge
        };
        for (days, late) in [(1, "later"), (-1, "earlier")] {
            if let Some(edge) = from {
                let words = format!("`valid from {}` begins a day {late}", edge.date);
                let to = Validity::Range { from: Some(shifted(edge, days)), until };
                self.add(subject, words, place.clone(), move |model| {
                    change(model, number, |it| it.validity = to);
                });
            }
            if let Some(edge) = until {
                let words = format!("`until {}` ends a day {late}", edge.date);
                let to = Validity::Range { from, until: Some(shifted(edge, days)) };
                self.add(subject, words, place.clone(), move |model| {
                    change(model, number, |it| it.validity = to);
                });
            }
        }
    }

    fn add_overrides(&mut self, number: u32, clause: &Clause, subject: &str) {
        if clause.overrides_all {
            let words = "`override` is taken out".to_owned();
            self.add(subject, words, clause.place.as_ref().map(Line::to_place), move |model| {
                change(model, number, |it| it.overrides_all = false);
            });
        }
        for name in clause.overrides.clone() {
            let words = format!("`override {name}` is taken out");
            self.add(subject, words, clause.place.as_ref().map(Line::to_place), move |model| {
                change(model, number, |it| {
                    it.overrides.remove(&name);
                });
            });
        }
    }

    fn add_conditions(&mut self, at: usize, subject: &str, spans: &Spans) {
        let Some(policy) = self.model.policies.get(at) else { return };
        for (which, condition) in policy.when.iter().enumerate() {
            let place = self.at(spans.when.get(which).copied(), &policy.clause);
            let not = if condition.negated { "not " } else { "" };
            let said = format!("{not}{}", condition.words);
            let turned = if condition.negated { "" } else { "not " };
            let words = format!("`when {said}` becomes `when {turned}{}`", condition.words);
            self.add(subject, words, place.clone(), move |model| {
                if let Some(it) = model.policies.get_mut(at).and_then(|it| it.when.get_mut(which)) {
                    it.negated = !it.negated;
                }
            });
            if policy.when.len() > 1 {
                let words = format!("the condition `{said}` is taken out");
                self.add(subject, words, place.clone(), move |model| {
                    if let Some(it) = model.policies.get_mut(at) {
                        drop(it.when.remove(which));
                    }
                });
            }
            for (words, what) in asked_otherwise(&condition.what) {
                let words = format!("in `{said}`, {words}");
                self.add(subject, words, place.clone(), move |model| {
                    let policy = model.policies.get_mut(at);
                    if let Some(it) = policy.and_then(|it| it.when.get_mut(which)) {
                        it.what = what.clone();
                    }
                });
            }
        }
    }

    fn add_outcome(
        &mut self,
        subject: &str,
        spans: &Spans,
        then: &Outcome,
        set: impl Fn(&mut Model, Outcome) + Copy + Send + Sync + 'static,
    ) {
        let place = spans.then.and_then(|it| self.suite.rules.outline.place(it));
        let was = then.words(&self.model.definitions);
        for other in weaker(self.model, then) {
            let is = other.words(&self.model.definitions);
            let words = format!("`then {was}` becomes `then {is}`");
            self.add(subject, words, place.clone(), move |model| set(model, other.clone()));
        }
    }

    /// Each effect is forgotten; a banner of `none` does nothing anyway.
    fn add_effects(
        &mut self,
        also: &[Also],
        clause: &Clause,
        subject: &str,
        spans: &Spans,
        find: impl Fn(&mut Model) -> Option<&mut Vec<Also>> + Copy + Send + Sync + 'static,
    ) {
        for (which, one) in also.iter().enumerate() {
            let Some(effect) = effects_of(slice::from_ref(one)).pop() else { continue };
            let place = self.at(spans.also.get(which).copied(), clause);
            let words = format!("`also {}` is taken out", effect_words(&effect));
            self.add(subject, words, place, move |model| {
                if let Some(it) = find(model) {
                    drop(it.remove(which));
                }
            });
        }
    }

    fn add_request(&mut self, number: u32, numbered: Numbered<'_>, subject: &str, spans: &Spans) {
        let Numbered::Request(request) = numbered else { return };
        let find = move |model: &mut Model| -> Option<usize> {
            usize::try_from(number).ok()?.checked_sub(model.policies.len())
        };
        self.add_outcome(subject, spans, &request.then, move |model, to| {
            if let Some(it) = find(model).and_then(|it| model.requests.get_mut(it)) {
                it.then = to;
            }
        });
        self.add_effects(&request.also, &request.clause, subject, spans, move |model| {
            let at = find(model)?;
            model.requests.get_mut(at).map(|it| &mut it.also)
        });
        let is_tag = |it: &RequestSign| matches!(it, RequestSign::SubjectContains(_));
        if request.strip_tag && request.signs.iter().any(is_tag) {
            let words = "`strip tag` is taken out".to_owned();
            self.add(subject, words, self.at(None, &request.clause), move |model| {
                if let Some(it) = find(model).and_then(|it| model.requests.get_mut(it)) {
                    it.strip_tag = false;
                }
            });
        }
        if request.signs.len() < 2 {
            return;
        }
        for (which, sign) in request.signs.iter().enumerate() {
            let place = self.at(spans.signs.get(which).copied(), numbered.clause());
            let words = format!("`{}` is taken out", wording::sign(sign));
            self.add(subject, words, place, move |model| {
                if let Some(it) = find(model).and_then(|it| model.requests.get_mut(it)) {
                    drop(it.signs.remove(which));
                }
            });
        }
    }

    fn add_bypass(&mut self, number: u32, numbered: Numbered<'_>, subject: &str, spans: &Spans) {
        let Numbered::Bypass(bypass) = numbered else { return };
        let set = move |model: &mut Model, does: BypassAct| {
            let before = model.policies.len().saturating_add(model.requests.len());
            let at = usize::try_from(number).ok().and_then(|it| it.checked_sub(before));
            if let Some(it) = at.and_then(|it| model.bypasses.get_mut(it)) {
                it.does = does;
            }
        };
        let place = self.at(spans.then, numbered.clause());
        match &bypass.does {
            BypassAct::DisableSecureMessaging => {
                let words = "`disable secure messaging` becomes `take no action`".to_owned();
                self.add(subject, words, place, move |model| set(model, BypassAct::TakeNoAction));
            }
            BypassAct::TakeNoAction => {
                let words = "`take no action` becomes `disable secure messaging`".to_owned();
                self.add(subject, words, place, move |model| {
                    set(model, BypassAct::DisableSecureMessaging);
                });
            }
            BypassAct::Skips { examinations, policies } => {
                if examinations.len().saturating_add(policies.len()) < 2 {
                    return;
                }
                let place = self.at(spans.skips.first().copied(), numbered.clause());
                for number in examinations {
                    let name = self.model.examinations.get(*number).map(|it| it.name.clone());
                    let mut left = examinations.clone();
                    left.remove(number);
                    let does = BypassAct::Skips { examinations: left, policies: policies.clone() };
                    let words = format!("`{}` is taken out of `skips`", name.unwrap_or_default());
                    self.add(subject, words, place.clone(), move |model| set(model, does.clone()));
                }
                for number in policies {
                    let name = self.model.policies.get(*number).map(|it| it.clause.name.clone());
                    let mut left = policies.clone();
                    left.remove(number);
                    let does =
                        BypassAct::Skips { examinations: examinations.clone(), policies: left };
                    let words = format!("`{}` is taken out of `skips`", name.unwrap_or_default());
                    self.add(subject, words, place.clone(), move |model| set(model, does.clone()));
                }
            }
        }
    }

    fn add_default(&mut self) {
        let outline = &self.suite.rules.outline;
        let place = outline.default().and_then(|it| outline.place(it));
        let was = self.model.default.words(&self.model.definitions);
        let to = match self.model.default {
            Outcome::Deliver | Outcome::TakeNoAction => Outcome::Hold(None),
            Outcome::Bounce(_)
            | Outcome::Hold(_)
            | Outcome::Reject(_)
            | Outcome::Secure(_)
            | Outcome::VerifiedTls(_) => Outcome::Deliver,
        };
        let words =
            format!("`default {was}` becomes `default {}`", to.words(&self.model.definitions));
        self.add("default", words, place, move |model| model.default = to.clone());
    }

    fn spans(&self, numbered: Numbered<'_>) -> Spans {
        let outline = &self.suite.rules.outline;
        let name = &numbered.clause().name;
        let side = |it: &Option<grammar::tree::Side>| it.as_ref().map(|it| it.span);
        match numbered {
            Numbered::Policy(..) => outline.policy(name).map(|it| Spans {
                from: side(&it.from),
                to: side(&it.to),
                compare: it.compare.as_ref().map(|it| it.span),
                source: it.source.first().map(wording::source_span),
                validity: it.validity.as_ref().map(|it| it.span),
                then: it.then.as_ref().map(|it| it.span),
                when: it.when.iter().map(|it| it.span).collect(),
                also: it.also.iter().map(|it| it.span).collect(),
                ..Spans::default()
            }),
            Numbered::Request(_) => outline.request(name).map(|it| Spans {
                from: side(&it.from),
                to: side(&it.to),
                validity: it.validity.as_ref().map(|it| it.span),
                then: it.then.as_ref().map(|it| it.span),
                also: it.also.iter().map(|it| it.span).collect(),
                signs: it.signs.iter().map(wording::sign_span).collect(),
                ..Spans::default()
            }),
            Numbered::Bypass(_) => outline.bypass(name).map(|it| Spans {
                from: side(&it.from),
                to: side(&it.to),
                compare: it.compare.as_ref().map(|it| it.span),
                source: it.source.first().map(wording::source_span),
                validity: it.validity.as_ref().map(|it| it.span),
                then: it.then.as_ref().map(|it| it.span),
                skips: it.skips.iter().map(|it| it.name.span).collect(),
                ..Spans::default()
            }),
        }
        .unwrap_or_default()
    }
}

/// Changes what all kinds of clauses share.
fn change(model: &mut Model, number: u32, how: impl FnOnce(&mut Clause)) {
    let Ok(number) = usize::try_from(number) else { return };
    let (policies, requests) = (model.policies.len(), model.requests.len());
    let policy = model.policies.get_mut(number).map(|it| &mut it.clause);
    let request = number.checked_sub(policies).and_then(|it| model.requests.get_mut(it));
    let bypass = number.checked_sub(policies.saturating_add(requests));
    let bypass = bypass.and_then(|it| model.bypasses.get_mut(it));
    let clause = policy.or(request.map(|it| &mut it.clause)).or(bypass.map(|it| &mut it.clause));
    if let Some(clause) = clause {
        how(clause);
    }
}

fn set_side(model: &mut Model, number: u32, end: End, side: Side) {
    let rank = side.rank(&model.sets);
    change(model, number, |clause| {
        let Some(direction) = Arc::make_mut(&mut clause.directions).first_mut() else { return };
        let ranks = direction.ranks;
        match end {
            End::From => {
                direction.from = side;
                direction.ranks = Ranks { from: rank, ..ranks };
            }
            End::To => {
                direction.to = side;
                direction.ranks = Ranks { to: rank, ..ranks };
            }
        }
    });
}
