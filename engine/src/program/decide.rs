//! The decision: for each recipient the candidates, their competition, their merge, and why.

use std::collections::{BTreeMap, BTreeSet};

use grammar::literal::Address;

use super::{Program, candidates::Envelope, person::Person};
use crate::{
    decision::{Decision, Disposition, Fate, TraceLine, Verdict},
    facts::Facts,
    merge::{Contribution, Merged, Share, merge},
    model::{outcome::Outcome, source::Line},
    scan::{Examined, Scan},
    trace,
};

/// How much of the trace is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Detail {
    /// Every clause, those that are no candidates too.
    All,
    /// Clauses that are candidates.
    Candidates,
}

/// What is known of a message while it is decided.
pub(super) struct Work<'w, 'a> {
    pub(super) program: &'w Program,
    pub(super) envelope: Envelope<'a>,
    scan: Option<Scan<'w>>,
    /// By number of the examination.
    examined: BTreeMap<usize, Examined>,
}

/// What comes together for one recipient.
#[derive(Debug, Default)]
pub(super) struct Sheet<'m> {
    pub(super) shares: Vec<Sharing<'m>>,
    pub(super) fates: BTreeMap<u32, Fate>,
    pub(super) notes: BTreeMap<u32, String>,
}

/// A contribution and whose it is.
#[derive(Debug)]
pub(super) struct Sharing<'m> {
    /// Number of the clause; absent for the default.
    pub(super) number: Option<u32>,
    /// Whether it may be named as what decided: not where a bypass took its protection.
    pub(super) decides: bool,
    pub(super) contribution: Contribution<'m>,
}

impl Program {
    /// Decides for every recipient. The trace tells of every candidate; [`Program::explain`] of
    /// every clause.
    ///
    /// Never fails: what could not be told is routed as the rules say, or by `on error`.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        self.decision(facts, Detail::Candidates)
    }

    /// The same with the full trace: also, for every clause that is no candidate, the first of its
    /// lines that failed. Takes time in proportion to the number of clauses.
    #[must_use]
    pub fn explain(&self, facts: &Facts) -> Decision {
        self.decision(facts, Detail::All)
    }

    fn decision(&self, facts: &Facts, detail: Detail) -> Decision {
        let mut work = Work {
            program: self,
            envelope: self.envelope(facts),
            scan: None,
            examined: BTreeMap::new(),
        };
        let verdicts = facts.recipients.iter().map(|it| work.verdict(it, detail)).collect();
        let advice = self.advice(&work.envelope);
        let examinations = work.examined.into_values().map(|it| it.result).collect();
        Decision { verdicts, examinations, advice }
    }
}

impl<'w, 'a: 'w> Work<'w, 'a> {
    /// What an examination says; looked at once for all recipients.
    pub(super) fn examined(&mut self, number: usize) -> Option<&Examined> {
        if !self.examined.contains_key(&number) {
            let content = &self.envelope.facts.content;
            let scan = self.scan.get_or_insert_with(|| self.program.scanner.open(content));
            self.examined.insert(number, scan.examine(number)?);
        }
        self.examined.get(&number)
    }

    fn verdict(&mut self, recipient: &Address, detail: Detail) -> Verdict {
        let program = self.program;
        let person = Person::new(&program.model, Some(recipient), self.envelope.facts);
        let candidates = program.candidates(&self.envelope, &person);
        let mut sheet = Sheet::default();
        program.route(&self.envelope, &candidates, &mut sheet);
        self.add_content(&candidates, &mut sheet);
        program.add_requests(&self.envelope, &candidates, &person, &mut sheet);
        sheet.shares.sort_by(|one, other| one.contribution.name.cmp(other.contribution.name));
        let shares: Vec<Contribution<'_>> =
            sheet.shares.iter().map(|it| it.contribution.clone()).collect();
        let merged = merge(&program.model, &shares, recipient);
        let decided_by = decided_by(&sheet, &merged);
        self.settle(&mut sheet, &merged, &decided_by);
        let trace = self.trace(&sheet, &person, &decided_by, detail);
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

    /// Gives every contribution its fate.
    fn settle(&self, sheet: &mut Sheet<'_>, merged: &Merged, decided_by: &[String]) {
        let than = decided_by.first().cloned().unwrap_or_default();
        for (at, share) in sheet.shares.iter().enumerate() {
            let Some(number) = share.number else { continue };
            let level = merged.levels.get(at).copied().unwrap_or(Disposition::Deliver);
            let fate = if level == merged.disposition {
                Fate::Decided
            } else {
                Fate::LessProtective { than: than.clone() }
            };
            sheet.fates.entry(number).or_insert(fate);
            if !share.contribution.from_internal
                && matches!(share.contribution.share, Share::Says(Outcome::Secure(_)))
            {
                let note = "securing acts on what internal senders send".to_owned();
                sheet.notes.entry(number).or_insert(note);
            }
            if merged.unused_texts.contains(&at) {
                sheet
                    .notes
                    .entry(number)
                    .or_insert_with(|| "its text stands behind another one".to_owned());
            }
        }
    }

    fn trace(
        &self,
        sheet: &Sheet<'_>,
        recipient: &Person<'_>,
        decided_by: &[String],
        detail: Detail,
    ) -> Vec<TraceLine> {
        let model = &self.program.model;
        let mut lines = Vec::new();
        let numbers: Vec<u32> = match detail {
            Detail::Candidates => sheet.fates.keys().copied().collect(),
            Detail::All => (0_u32..).zip(model.clauses()).map(|it| it.0).collect(),
        };
        for number in numbers {
            let Some(numbered) = model.numbered(number) else { continue };
            let known = sheet.fates.get(&number).cloned();
            if detail == Detail::Candidates && matches!(known, Some(Fate::Failed { .. })) {
                continue;
            }
            let failed = || {
                let envelope = &self.envelope;
                trace::failing_line(model, envelope.facts, &envelope.sender, recipient, numbered)
                    .map(|line| Fate::Failed { line })
            };
            let Some(fate) = known.or_else(failed) else { continue };
            let clause = numbered.clause();
            lines.push(TraceLine {
                subject: clause.name.clone(),
                kind: clause.kind.as_str(),
                fate,
                place: clause.place.as_ref().map(Line::to_place),
                note: sheet.notes.get(&number).cloned(),
            });
        }
        lines.extend(default_line(sheet, decided_by));
        lines
    }
}

/// The clauses whose protection is the one that won, by name; `default` where none has a say.
fn decided_by(sheet: &Sheet<'_>, merged: &Merged) -> Vec<String> {
    let winners: BTreeSet<&str> = sheet
        .shares
        .iter()
        .zip(&merged.levels)
        .filter(|(share, level)| {
            share.decides && share.number.is_some() && **level == merged.disposition
        })
        .map(|it| it.0.contribution.name)
        .collect();
    if winners.is_empty() {
        return vec![DEFAULT.to_owned()];
    }
    winners.into_iter().map(str::to_owned).collect()
}

/// The default, where it took part.
fn default_line(sheet: &Sheet<'_>, decided_by: &[String]) -> Option<TraceLine> {
    let share = sheet.shares.iter().find(|it| it.number.is_none())?;
    let first = decided_by.first()?;
    let fate = match (first.as_str(), share.decides) {
        (DEFAULT, _) => Fate::Decided,
        (_, true) => Fate::LessProtective { than: first.clone() },
        (_, false) => Fate::Bypassed { by: first.clone() },
    };
    Some(TraceLine { subject: DEFAULT.to_owned(), kind: DEFAULT, fate, place: None, note: None })
}

/// What traces call the outcome where no policy has a say.
pub(super) const DEFAULT: &str = "default";

impl<'m> Sheet<'m> {
    /// Adds a contribution that may decide.
    pub(super) fn share(&mut self, number: Option<u32>, contribution: Contribution<'m>) {
        self.shares.push(Sharing { number, decides: true, contribution });
    }

    /// Adds what is left of a clause whose protection a bypass took: its effects.
    pub(super) fn share_effects_only(
        &mut self,
        number: Option<u32>,
        contribution: Contribution<'m>,
    ) {
        let contribution = Contribution { share: Share::Nothing, ..contribution };
        self.shares.push(Sharing { number, decides: false, contribution });
    }
}
