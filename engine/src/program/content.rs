//! Content: every policy whose condition holds adds its protection.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    candidates::{Candidate, Candidates},
    decide::{Sheet, Work},
};
use crate::{
    condition,
    decision::{ExaminationResult, Fate},
    merge::{Contribution, Share, effects_of},
    model::{
        clause::{BypassAct, Policy},
        outcome::{Condition, What},
    },
};

/// Whether conditions hold.
enum Holds {
    /// The first that does not, in words.
    No(String),
    /// It could not be told, and the rules do not say what that means: `on error`.
    Error,
    Yes,
}

/// What the content bypasses of a recipient skip: number to name of the bypass, the first by name.
#[derive(Debug, Default)]
struct Skipped<'m> {
    examinations: BTreeMap<usize, &'m str>,
    policies: BTreeMap<usize, &'m str>,
}

impl<'w, 'a: 'w> Work<'w, 'a> {
    /// Puts every content policy that contributes on the sheet.
    pub(super) fn add_content(&mut self, candidates: &Candidates<'w>, sheet: &mut Sheet<'w>) {
        let skipped = Skipped::new(candidates);
        let mut skipping: BTreeSet<&str> = BTreeSet::new();
        let mut standing: Vec<(Candidate<'w, Policy>, Share<'w>)> = Vec::new();
        for candidate in &candidates.content {
            let policy = candidate.item;
            let share = match self.holds(policy, &skipped) {
                Holds::No(line) => {
                    sheet.fates.insert(candidate.number, Fate::Failed { line });
                    continue;
                }
                Holds::Error => Share::OnError,
                Holds::Yes => Share::Says(&policy.then),
            };
            if let Some(by) = skipped.takes(candidate) {
                skipping.insert(by);
                sheet.fates.insert(candidate.number, Fate::Bypassed { by: by.to_owned() });
                continue;
            }
            standing.push((*candidate, share));
        }
        contribute(&standing, sheet);
        for bypass in &candidates.bypasses {
            let name = &bypass.item.clause.name;
            if matches!(bypass.item.does, BypassAct::Skips { .. }) {
                let fate = if skipping.contains(name.as_str()) {
                    Fate::Decided
                } else {
                    Fate::Failed {
                        line: "skips: nothing that it names would have contributed".to_owned(),
                    }
                };
                sheet.fates.insert(bypass.number, fate);
            }
        }
    }

    /// Asks every condition, so that each examination that a candidate names is told of.
    fn holds(&mut self, policy: &Policy, skipped: &Skipped<'_>) -> Holds {
        let mut answer = Holds::Yes;
        for condition in &policy.when {
            let one = self.condition_holds(condition, skipped);
            answer = match (answer, one) {
                (Holds::No(line), _) | (Holds::Yes | Holds::Error, Holds::No(line)) => {
                    Holds::No(line)
                }
                (Holds::Error, _) | (Holds::Yes, Holds::Error) => Holds::Error,
                (Holds::Yes, Holds::Yes) => Holds::Yes,
            };
        }
        answer
    }

    fn condition_holds(&mut self, condition: &Condition, skipped: &Skipped<'_>) -> Holds {
        let What::Activates(number) = &condition.what else {
            let holds =
                condition::holds(&condition.what, self.envelope.facts) == Some(!condition.negated);
            return if holds { Holds::Yes } else { Holds::No(failed(condition, None)) };
        };
        let Some(examined) = self.examined(*number) else { return Holds::Error };
        if condition.negated {
            // What hides content must not switch a policy off.
            let certainly = examined.by_score && !examined.is_uncertain();
            let activated = certainly && !skipped.examinations.contains_key(number);
            return if activated { Holds::No(failed(condition, None)) } else { Holds::Yes };
        }
        if examined.result.activated {
            return Holds::Yes;
        }
        if examined.result.over_limit && !examined.over_limit_is_routed {
            return Holds::Error;
        }
        Holds::No(failed(condition, Some(&examined.result)))
    }
}

/// The condition that failed, in words.
fn failed(condition: &Condition, examined: Option<&ExaminationResult>) -> String {
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

/// Puts what stands on the sheet, but for what another one names in its `override`.
fn contribute<'w>(standing: &[(Candidate<'w, Policy>, Share<'w>)], sheet: &mut Sheet<'w>) {
    for (candidate, share) in standing {
        let policy = candidate.item;
        let name = &policy.clause.name;
        let over = standing.iter().find(|it| it.0.item.clause.overrides.contains(name));
        if let Some((winner, _)) = over {
            let by = winner.item.clause.name.clone();
            sheet.fates.insert(candidate.number, Fate::Outranked { by });
            continue;
        }
        if matches!(share, Share::OnError) {
            sheet.notes.insert(candidate.number, "a part is over a limit: `on error`".to_owned());
        }
        let contribution = Contribution {
            name,
            share: *share,
            from_internal: candidate.from_internal,
            effects: effects_of(&policy.also),
        };
        sheet.share(Some(candidate.number), contribution);
    }
}

impl<'m> Skipped<'m> {
    fn new(candidates: &Candidates<'m>) -> Self {
        let mut skipped = Self::default();
        for bypass in &candidates.bypasses {
            let name = bypass.item.clause.name.as_str();
            match &bypass.item.does {
                BypassAct::DisableSecureMessaging | BypassAct::TakeNoAction => {}
                BypassAct::Skips { examinations, policies } => {
                    for number in examinations {
                        skipped.examinations.entry(*number).or_insert(name);
                    }
                    for number in policies {
                        skipped.policies.entry(*number).or_insert(name);
                    }
                }
            }
        }
        skipped
    }

    /// The bypass that takes a policy away: it skips the policy, or an examination that it asks for.
    fn takes(&self, candidate: &Candidate<'_, Policy>) -> Option<&'m str> {
        if let Some(by) = self.policies.get(&candidate.ordinal) {
            return Some(by);
        }
        let asked =
            candidate.item.when.iter().filter(|it| !it.negated).filter_map(|it| match it.what {
                What::Activates(number) => Some(number),
                What::AttachmentLarger(_)
                | What::AttachmentName(_)
                | What::AttachmentType(_)
                | What::Authentication { .. }
                | What::MessageLarger(_)
                | What::RecipientsMoreThan(_)
                | What::SenderUsesTls => None,
            });
        asked.filter_map(|it| self.examinations.get(&it)).min().copied()
    }
}
