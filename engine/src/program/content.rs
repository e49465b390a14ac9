//! Content: every policy whose condition holds adds its protection.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    candidates::Candidates,
    decide::Work,
    sheet::{Fared, Sharing},
};
use crate::{
    condition,
    decision::ExaminationResult,
    merge::Share,
    model::{
        Model,
        clause::{BypassAct, Policy},
        outcome::{Condition, What},
    },
};

/// Whether conditions hold.
#[derive(Clone, Copy)]
enum Holds {
    /// The first that does not, by number.
    No(usize),
    /// It could not be told, and the rules do not say what that means: `on error`.
    Error,
    Yes,
}

/// What the content bypasses of a recipient skip: number to clause of the bypass, the first by name.
#[derive(Debug, Default)]
struct Skipped {
    examinations: BTreeMap<usize, u32>,
    policies: BTreeMap<usize, u32>,
}

impl<'w: 'a, 'a> Work<'_, 'w, 'a> {
    /// Puts every content policy that contributes on the sheet.
    pub(super) fn add_content(&mut self, candidates: &Candidates) {
        if candidates.content.is_empty() && candidates.bypasses.is_empty() {
            return;
        }
        let model = self.program.model();
        let skipped = Skipped::new(model, candidates);
        let mut skipping: BTreeSet<u32> = BTreeSet::new();
        let first = self.sheet.shares.len();
        let mut overrides_named = false;
        for candidate in &candidates.content {
            let Some((ordinal, policy)) = candidate.policy(model) else { continue };
            let number = candidate.number();
            let share = match self.holds(policy, &skipped) {
                Holds::No(condition) => {
                    self.sheet.fates.push((number, Fared::ConditionFailed(condition)));
                    continue;
                }
                Holds::Error => Share::OnError,
                Holds::Yes => Share::Says(self.program.index.says(number).unwrap_or(&policy.then)),
            };
            if let Some(by) = skipped.takes(ordinal, policy) {
                skipping.insert(by);
                self.sheet.fates.push((number, Fared::Bypassed { by }));
                continue;
            }
            overrides_named |= candidate.posting.traits.overrides_named;
            if matches!(share, Share::OnError) {
                self.sheet.notes.push((number, "a part is over a limit: `on error`"));
            }
            self.sheet.share(Some(number), share, candidate.from_internal);
        }
        if overrides_named {
            self.take_out_named(first);
        }
        self.settle_skips(candidates, &skipping);
    }

    /// Takes out those that another one names in its `override`, of the shares from `first` on.
    fn take_out_named(&mut self, first: usize) {
        let model = self.program.model();
        let clause = |it: &Sharing<'_>| Some(model.numbered(it.number?)?.clause());
        let standing = self.sheet.shares.split_off(first);
        for share in &standing {
            let Some(name) = clause(share).map(|it| &it.name) else { continue };
            let names =
                |it: &&Sharing<'_>| clause(it).is_some_and(|it| it.overrides.contains(name));
            let over = standing.iter().find(names).and_then(|it| it.number);
            match over.zip(share.number) {
                Some((by, number)) => {
                    self.sheet.notes.retain(|it| it.0 != number);
                    self.sheet.fates.push((number, Fared::Outranked { by }));
                }
                None => self.sheet.shares.push(*share),
            }
        }
    }

    /// Says of each content bypass whether it took something away.
    fn settle_skips(&mut self, candidates: &Candidates, skipping: &BTreeSet<u32>) {
        let model = self.program.model();
        for candidate in &candidates.bypasses {
            let Some(bypass) = candidate.bypass(model) else { continue };
            if matches!(bypass.does, BypassAct::Skips { .. }) {
                let took = skipping.contains(&candidate.number());
                let fared = if took { Fared::Decided } else { Fared::SkipsNothing };
                self.sheet.fates.push((candidate.number(), fared));
            }
        }
    }

    /// Asks every condition, so that each examination that a candidate names is told of.
    fn holds(&mut self, policy: &Policy, skipped: &Skipped) -> Holds {
        let mut answer = Holds::Yes;
        for (at, condition) in policy.when.iter().enumerate() {
            answer = match (answer, self.condition_holds(condition, skipped)) {
                (Holds::No(first), _) => Holds::No(first),
                (Holds::Yes | Holds::Error, Answer::No) => Holds::No(at),
                (Holds::Error, _) | (Holds::Yes, Answer::Error) => Holds::Error,
                (Holds::Yes, Answer::Yes) => Holds::Yes,
            };
        }
        answer
    }

    fn condition_holds(&mut self, condition: &Condition, skipped: &Skipped) -> Answer {
        let number = match &condition.what {
            What::Activates(number) => number,
            What::Fingerprint(number) => return self.fingerprint_holds(condition, *number),
            What::LanguageIs(wanted) => {
                let told = self.language();
                let is = told.is_some_and(|it| wanted.iter().any(|wanted| wanted == it));
                return if is == condition.negated { Answer::No } else { Answer::Yes };
            }
            What::AttachmentLarger(_)
            | What::AttachmentName(_)
            | What::AttachmentType(_)
            | What::Authentication { .. }
            | What::MessageLarger(_)
            | What::RecipientsMoreThan(_)
            | What::SenderUsesTls => {
                let facts = self.envelope.facts;
                let holds = condition::holds(&condition.what, facts) == Some(!condition.negated);
                return if holds { Answer::Yes } else { Answer::No };
            }
        };
        let Some(examined) = self.examined(*number) else { return Answer::Error };
        if condition.negated {
            // What hides content must not switch a policy off.
            let certainly = examined.by_score && !examined.is_uncertain();
            let activated = certainly && !skipped.examinations.contains_key(number);
            return if activated { Answer::No } else { Answer::Yes };
        }
        if examined.result.activated {
            return Answer::Yes;
        }
        if examined.result.over_limit && !examined.over_limit_is_routed {
            return Answer::Error;
        }
        Answer::No
    }

    fn fingerprint_holds(&mut self, condition: &Condition, number: usize) -> Answer {
        let Some(told) = self.fingerprint(number) else { return Answer::Error };
        if condition.negated {
            // What hides content must not switch a policy off.
            return if told.found && !told.uncertain { Answer::No } else { Answer::Yes };
        }
        if told.activated {
            return Answer::Yes;
        }
        if told.error { Answer::Error } else { Answer::No }
    }
}

/// Whether one condition holds.
enum Answer {
    No,
    Error,
    Yes,
}

/// The condition that failed, and what was found instead.
pub(super) fn failed_by(condition: &Condition, found: &str) -> String {
    format!("{} ({found})", failed(condition, None))
}

/// The condition that failed, in words.
pub(super) fn failed(condition: &Condition, examined: Option<&ExaminationResult>) -> String {
    let not = if condition.negated { "not " } else { "" };
    let words = &condition.words;
    match examined {
        Some(it) => {
            let (score, at) = (it.score, it.activates_at);
            let reasons: String = it.reasons.iter().map(|it| format!("; {it}")).collect();
            format!("when: {not}{words} does not hold (score {score}, activates at {at}{reasons})")
        }
        None => format!("when: {not}{words} does not hold"),
    }
}

impl Skipped {
    fn new(model: &Model, candidates: &Candidates) -> Self {
        let mut skipped = Self::default();
        for candidate in &candidates.bypasses {
            let number = candidate.number();
            match candidate.bypass(model).map(|it| &it.does) {
                Some(BypassAct::DisableSecureMessaging | BypassAct::TakeNoAction) | None => {}
                Some(BypassAct::Skips { examinations, policies }) => {
                    for examination in examinations {
                        skipped.examinations.entry(*examination).or_insert(number);
                    }
                    for policy in policies {
                        skipped.policies.entry(*policy).or_insert(number);
                    }
                }
            }
        }
        skipped
    }

    /// The bypass that takes a policy away: it skips the policy, or an examination that it asks for.
    fn takes(&self, ordinal: usize, policy: &Policy) -> Option<u32> {
        if let Some(by) = self.policies.get(&ordinal) {
            return Some(*by);
        }
        if self.examinations.is_empty() {
            return None;
        }
        let asked = policy.when.iter().filter_map(Condition::wanted_examination);
        asked.filter_map(|it| self.examinations.get(&it)).min().copied()
    }
}
