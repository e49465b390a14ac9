//! The decision for one recipient in words: texts, effects, and the trace.

use std::collections::{BTreeMap, BTreeSet};

use grammar::literal::Address;

use super::{
    candidates::Candidates,
    content::{failed, failed_by},
    decide::{DEFAULT, Work},
    person::Person,
    requests::tags,
    sheet::{Fared, Sharing},
};
use crate::{
    decision::{Effect, Fate, TraceLine, Verdict},
    language,
    merge::{Contribution, Merged, Share, effects_of, merge},
    model::{Numbered, outcome::Outcome, outcome::What, source::Line},
    trace,
};

/// How much of the trace is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Detail {
    /// Every clause, those that are no candidates too.
    All,
    /// Clauses that are candidates.
    Candidates,
}

impl<'w: 'a, 'a> Work<'_, 'w, 'a> {
    pub(super) fn verdict(
        &mut self,
        recipient: &'a Address,
        candidates: &mut Candidates,
        detail: Detail,
    ) -> Verdict {
        let person = self.judge(recipient, candidates);
        let mut shares: Vec<(Sharing<'w>, Contribution<'w>)> =
            self.sheet.shares.iter().map(|it| (*it, self.contribution(it))).collect();
        shares.sort_by(|one, other| one.1.name.cmp(other.1.name));
        let contributions: Vec<Contribution<'_>> = shares.iter().map(|it| it.1.clone()).collect();
        let merged = merge(self.program.model(), &contributions, person.internal);
        let shares: Vec<Sharing<'w>> = shares.into_iter().map(|it| it.0).collect();
        let decided_by = self.decided_by(&shares);
        let trace = self.trace(&shares, &merged, &person, &decided_by, detail);
        Verdict {
            recipient: recipient.clone(),
            internal: person.internal,
            disposition: merged.disposition,
            definitions: merged.definitions,
            options: merged.options,
            decided_by,
            text: merged.text,
            releasers: merged.releasers,
            otherwise: merged.otherwise,
            effects: merged.effects,
            trace,
        }
    }

    fn contribution(&self, sharing: &Sharing<'w>) -> Contribution<'w> {
        let numbered = sharing.number.and_then(|it| self.program.model().numbered(it));
        let effects = match numbered {
            Some(Numbered::Policy(_, policy)) => effects_of(&policy.also),
            Some(Numbered::Request(request)) => {
                let mut effects: Vec<Effect> = effects_of(&request.also);
                effects.extend(tags(self.envelope.facts, request));
                effects
            }
            Some(Numbered::Bypass(_)) | None => Vec::new(),
        };
        Contribution {
            name: numbered.map_or(DEFAULT, |it| it.clause().name.as_str()),
            share: sharing.share,
            from_internal: sharing.from_internal,
            effects,
        }
    }

    /// The clauses whose protection is the one that won, by name; `default` where none has a say.
    fn decided_by(&self, shares: &[Sharing<'_>]) -> Vec<String> {
        let decide = shares.iter().filter(|it| it.decides && it.level == self.sheet.disposition);
        let winners: BTreeSet<&str> =
            decide.filter_map(|it| it.number).map(|it| self.name(it)).collect();
        if winners.is_empty() {
            return vec![DEFAULT.to_owned()];
        }
        winners.into_iter().map(str::to_owned).collect()
    }

    fn name(&self, number: u32) -> &'w str {
        self.program.model().numbered(number).map_or(DEFAULT, |it| it.clause().name.as_str())
    }

    fn trace(
        &self,
        shares: &[Sharing<'_>],
        merged: &Merged,
        recipient: &Person<'_>,
        decided_by: &[String],
        detail: Detail,
    ) -> Vec<TraceLine> {
        let model = self.program.model();
        let fates = self.fates(shares, decided_by, detail);
        let notes = self.notes(shares, merged);
        let mut lines = Vec::new();
        let numbers: Vec<u32> = match detail {
            Detail::Candidates => fates.keys().copied().collect(),
            Detail::All => (0_u32..).zip(model.clauses()).map(|it| it.0).collect(),
        };
        for number in numbers {
            let Some(numbered) = model.numbered(number) else { continue };
            let failed = || {
                let envelope = &self.envelope;
                trace::failing_line(model, envelope.facts, &envelope.sender, recipient, numbered)
                    .map(|line| Fate::Failed { line })
            };
            let Some(fate) = fates.get(&number).cloned().or_else(failed) else { continue };
            let clause = numbered.clause();
            lines.push(TraceLine {
                subject: clause.name.clone(),
                kind: clause.kind.as_str(),
                fate,
                place: clause.place.as_ref().map(Line::to_place),
                note: notes.get(&number).map(|it| (*it).to_owned()),
            });
        }
        lines.extend(default_line(shares, decided_by));
        lines
    }

    /// What became of each candidate. Those of which a line failed are left to who wants all.
    fn fates(
        &self,
        shares: &[Sharing<'_>],
        decided_by: &[String],
        detail: Detail,
    ) -> BTreeMap<u32, Fate> {
        let lost = self.sheet.fates.iter();
        let lost = lost.filter_map(|it| Some((it.0, self.fate(it.0, it.1, detail)?)));
        let mut fates: BTreeMap<u32, Fate> = lost.collect();
        let than = decided_by.first().cloned().unwrap_or_default();
        for share in shares {
            let Some(number) = share.number else { continue };
            let fate = if share.level == self.sheet.disposition {
                Fate::Decided
            } else {
                Fate::LessProtective { than: than.clone() }
            };
            fates.entry(number).or_insert(fate);
        }
        fates
    }

    fn fate(&self, number: u32, fared: Fared, detail: Detail) -> Option<Fate> {
        let name = |number: u32| self.name(number).to_owned();
        Some(match fared {
            Fared::Ambiguous { with } => Fate::Ambiguous { with: name(with) },
            Fared::Bypassed { by } => Fate::Bypassed { by: name(by) },
            Fared::Decided => Fate::Decided,
            Fared::LessProtective { than } => {
                Fate::LessProtective { than: than.map_or(DEFAULT.to_owned(), name) }
            }
            Fared::Outranked { by } => Fate::Outranked { by: name(by) },
            Fared::ConditionFailed(_) | Fared::NotAsked | Fared::SkipsNothing
                if detail == Detail::Candidates =>
            {
                return None;
            }
            Fared::SkipsNothing => {
                let line = "skips: nothing that it names would have contributed".to_owned();
                Fate::Failed { line }
            }
            Fared::ConditionFailed(condition) => {
                Fate::Failed { line: self.failed_condition(number, condition)? }
            }
            // The line is found as that of a clause that is no candidate.
            Fared::NotAsked => return None,
        })
    }

    fn failed_condition(&self, number: u32, condition: usize) -> Option<String> {
        let Some(Numbered::Policy(_, policy)) = self.program.model().numbered(number) else {
            return None;
        };
        let condition = policy.when.get(condition)?;
        let examined = match &condition.what {
            What::Fingerprint(number) => {
                let told = self.fingerprints.get(number);
                return told.map(|it| failed_by(condition, &it.words));
            }
            What::LanguageIs(_) => {
                let found = self.language.flatten().map_or_else(
                    || "the language cannot be told".to_owned(),
                    |it| format!("the language is {}", language::words(it)),
                );
                return Some(failed_by(condition, &found));
            }
            What::Activates(examination) if !condition.negated => self.examined.get(examination),
            What::Activates(_)
            | What::AttachmentLarger(_)
            | What::AttachmentName(_)
            | What::AttachmentType(_)
            | What::Authentication { .. }
            | What::MessageLarger(_)
            | What::RecipientsMoreThan(_)
            | What::SenderUsesTls => None,
        };
        Some(failed(condition, examined.map(|it| &it.result)))
    }

    /// What else there is to say of those that have a share; what was noted first counts.
    fn notes(&self, shares: &[Sharing<'_>], merged: &Merged) -> BTreeMap<u32, &'static str> {
        let mut notes: BTreeMap<u32, &'static str> = self.sheet.notes.iter().copied().collect();
        for (at, share) in shares.iter().enumerate() {
            let Some(number) = share.number else { continue };
            let numbered = self.program.model().numbered(number);
            let sender = &self.envelope.sender;
            if numbered.is_some_and(|it| sender.is_guessed(self.program.model(), it.clause())) {
                notes.entry(number).or_insert("the header From cannot be read: it may be anybody");
            }
            if !share.from_internal && matches!(share.share, Share::Says(Outcome::Secure(_))) {
                notes.entry(number).or_insert("securing acts on what internal senders send");
            }
            if merged.unused_texts.contains(&at) {
                notes.entry(number).or_insert("its text stands behind another one");
            }
        }
        notes
    }
}

/// The default, where it took part.
fn default_line(shares: &[Sharing<'_>], decided_by: &[String]) -> Option<TraceLine> {
    let share = shares.iter().find(|it| it.number.is_none())?;
    let first = decided_by.first()?;
    let fate = match (first.as_str(), share.decides) {
        (DEFAULT, _) => Fate::Decided,
        (_, true) => Fate::LessProtective { than: first.clone() },
        (_, false) => Fate::Bypassed { by: first.clone() },
    };
    Some(TraceLine { subject: DEFAULT.to_owned(), kind: DEFAULT, fate, place: None, note: None })
}
