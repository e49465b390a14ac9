//! The decision: for each recipient the candidates, their competition, and what they come to.

use std::collections::BTreeMap;

use grammar::literal::Address;

use super::{
    Program,
    candidates::{Candidates, Envelope},
    index::SenderKeys,
    person::Person,
    ruling::Ruling,
    sheet::Sheet,
    verdict::Detail,
};
use crate::{
    decision::Decision,
    facts::Facts,
    fingerprint::{self, Answer, Traces},
    language,
    scan::{Examined, Scan},
};

/// What is known of a message while it is decided.
pub(super) struct Work<'d, 'w, 'a> {
    pub(super) program: &'w Program,
    pub(super) envelope: Envelope<'d, 'a>,
    scan: Option<Scan<'a>>,
    /// By number of the examination.
    pub(super) examined: BTreeMap<usize, Examined>,
    traces: Option<Traces>,
    /// By number of the fingerprints.
    pub(super) fingerprints: BTreeMap<usize, Answer>,
    /// Absent until somebody asks.
    pub(super) language: Option<Told>,
    /// By number of the clause.
    pub(super) asked: BTreeMap<u32, bool>,
    pub(super) external: Option<bool>,
    /// Of the recipient that was judged last.
    pub(super) sheet: &'d mut Sheet<'w>,
}

/// The code of the language of the message; absent where it cannot be told.
pub(super) type Told = Option<&'static str>;

/// Decides message after message with the same memory: none is asked for once the lists have grown.
#[derive(Debug)]
pub struct Judge<'p> {
    program: &'p Program,
    desk: Desk<'p>,
}

/// Lists that are filled for one message after the other.
#[derive(Debug, Default)]
struct Desk<'p> {
    keys: SenderKeys,
    candidates: Candidates,
    sheet: Sheet<'p>,
}

impl<'p> Judge<'p> {
    /// Tells what happens for each recipient, in order, without a trace and without texts.
    pub fn rule(&mut self, facts: &Facts, mut tell: impl FnMut(Ruling<'_>)) {
        let Desk { keys, candidates, sheet } = &mut self.desk;
        let mut work = Work::new(self.program, facts, keys, sheet);
        for recipient in &facts.recipients {
            let person = work.judge(recipient, candidates);
            tell(Ruling::new(self.program, recipient, person.internal, work.sheet));
        }
    }
}

impl Program {
    /// Decides for every recipient. The trace tells of every candidate; [`Program::explain`] of
    /// every clause, [`Program::judge`] of none.
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

    /// Who decides many messages, without traces and without texts.
    #[must_use]
    pub fn judge(&self) -> Judge<'_> {
        Judge { program: self, desk: Desk::default() }
    }

    fn decision(&self, facts: &Facts, detail: Detail) -> Decision {
        let Desk { mut keys, mut candidates, mut sheet } = Desk::default();
        let mut work = Work::new(self, facts, &mut keys, &mut sheet);
        let each = facts.recipients.iter().map(|it| work.verdict(it, &mut candidates, detail));
        let verdicts = each.collect();
        let advice = work.advice();
        let examinations = work.examined.into_values().map(|it| it.result).collect();
        Decision { verdicts, examinations, advice }
    }
}

impl<'d, 'w: 'a, 'a> Work<'d, 'w, 'a> {
    fn new(
        program: &'w Program,
        facts: &'a Facts,
        keys: &'d mut SenderKeys,
        sheet: &'d mut Sheet<'w>,
    ) -> Self {
        Self {
            program,
            envelope: program.envelope(facts, keys),
            scan: None,
            examined: BTreeMap::new(),
            traces: None,
            fingerprints: BTreeMap::new(),
            language: None,
            asked: BTreeMap::new(),
            external: None,
            sheet,
        }
    }

    /// What an examination says; looked at once for all recipients.
    pub(super) fn examined(&mut self, number: usize) -> Option<&Examined> {
        if !self.examined.contains_key(&number) {
            let content = &self.envelope.facts.content;
            let scan = self.scan.get_or_insert_with(|| self.program.scanner.open(content));
            self.examined.insert(number, scan.examine(number)?);
        }
        self.examined.get(&number)
    }

    /// What fingerprints say; looked at once for all recipients.
    pub(super) fn fingerprint(&mut self, number: usize) -> Option<&Answer> {
        if !self.fingerprints.contains_key(&number) {
            let content = &self.envelope.facts.content;
            let declared = self.program.model.fingerprints.get(number)?;
            let traces = self.traces.get_or_insert_with(|| Traces::of(content));
            let told = fingerprint::answer(declared, content, traces, fingerprint::values::add);
            self.fingerprints.insert(number, told);
        }
        self.fingerprints.get(&number)
    }

    /// The language of the message; told once for all recipients.
    pub(super) fn language(&mut self) -> Told {
        let content = &self.envelope.facts.content;
        *self.language.get_or_insert_with(|| language::of(content))
    }

    /// Fills the sheet for a recipient; the candidates, too, are filled again.
    pub(super) fn judge(
        &mut self,
        recipient: &'a Address,
        candidates: &mut Candidates,
    ) -> Person<'a> {
        let program = self.program;
        self.sheet.clear();
        let person = program.candidates(&self.envelope, recipient, candidates);
        program.route(&self.envelope, candidates, self.sheet);
        self.add_content(candidates);
        self.add_requests(candidates);
        self.sheet.settle(program.model(), person.internal);
        person
    }
}

/// What traces call the outcome where no policy has a say.
pub(super) const DEFAULT: &str = "default";
