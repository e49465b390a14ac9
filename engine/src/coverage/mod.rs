//! How much of the rules the tests reach.
//!
//! Of a policy, bypass or request: whether in some test it is a candidate, and whether it wins or
//! contributes. Of each of its lines: whether it holds in some test, and whether in some other it is
//! the only line that fails, so that the test would notice if it were gone (the rule of modified
//! condition/decision coverage). Of an examination: a message below its threshold, and one at it.

mod line;

use self::line::{Line as LineKind, Seen, Written, lines};
use crate::{
    Program,
    decision::{Decision, ExaminationResult, Fate},
    facts::Facts,
    generation::{self, Generated, MESSAGES_MAX},
    model::{Model, Numbered, clause::Validity, source::Line},
    program::{person::Person, sender::Sender},
    testing::Suite,
};

/// What the tests reach.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Policies, then requests, then bypasses, each by name; those that are switched off are left out.
    pub clauses: Vec<ClauseCoverage>,
    /// By name; those that no policy asks are left out.
    pub examinations: Vec<ExaminationCoverage>,
}

/// A path and a 1-based line.
pub type Place = (String, u32);

/// What the tests reach of a policy, request or bypass. Each half is the title of the first test that
/// reaches it.
#[derive(Clone, Debug)]
pub struct ClauseCoverage {
    /// `policy`, `request` or `bypass`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Of the name.
    pub place: Option<Place>,
    /// Everything but its conditions held.
    pub candidate: Option<String>,
    /// It decided or contributed.
    pub decided: Option<String>,
    /// The lines that can fail.
    pub lines: Vec<LineCoverage>,
}

/// What the tests reach of a line.
#[derive(Clone, Debug)]
pub struct LineCoverage {
    /// As its author writes it, in one form.
    pub words: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// It holds.
    pub held: Option<String>,
    /// It is the only line that fails.
    pub alone_false: Option<String>,
    /// Where one of the two is missing: a test that would reach it, if one could be made.
    pub hint: Option<String>,
}

/// What the tests reach of an examination.
#[derive(Clone, Debug)]
pub struct ExaminationCoverage {
    /// Its name.
    pub name: String,
    /// Of the name.
    pub place: Option<Place>,
    /// A message scores less than it activates at.
    pub below: Option<String>,
    /// A message scores as much, or more.
    pub reached: Option<String>,
}

/// Counts of what is and what could be reached.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Totals {
    /// Clauses that decided or contributed in a test.
    pub clauses_reached: usize,
    /// All clauses.
    pub clauses: usize,
    /// Halves of lines that were reached: each line must hold, and must fail alone; each examination
    /// must be below and at its threshold.
    pub halves_reached: usize,
    /// All halves.
    pub halves: usize,
}

impl Totals {
    /// Of clauses, rounded down; 100 of none.
    #[must_use]
    pub fn clauses_percent(&self) -> usize {
        percent(self.clauses_reached, self.clauses)
    }

    /// Of lines, rounded down; 100 of none.
    #[must_use]
    pub fn lines_percent(&self) -> usize {
        percent(self.halves_reached, self.halves)
    }
}

/// Rounded down; 100 of none.
pub(crate) fn percent(part: usize, whole: usize) -> usize {
    part.saturating_mul(100).checked_div(whole).unwrap_or(100)
}

impl Coverage {
    /// The sums.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let lines = self.clauses.iter().flat_map(|it| &it.lines);
        let of_lines = lines.flat_map(|it| [it.held.is_some(), it.alone_false.is_some()]);
        let of_examinations =
            self.examinations.iter().flat_map(|it| [it.below.is_some(), it.reached.is_some()]);
        let halves: Vec<bool> = of_lines.chain(of_examinations).collect();
        Totals {
            clauses_reached: self.clauses.iter().filter(|it| it.decided.is_some()).count(),
            clauses: self.clauses.len(),
            halves_reached: halves.iter().filter(|it| **it).count(),
            halves: halves.len(),
        }
    }
}

impl Suite<'_> {
    /// What the tests reach, whether they pass or not.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let program = self.rules.compile();
        let mut survey = Survey::new(self, &program);
        for (test, facts) in self.rules.tests.iter().zip(&self.messages) {
            if let Ok(facts) = facts {
                survey.see(&test.title, facts);
            }
        }
        survey.hint();
        survey.finish()
    }
}

/// What was seen so far.
struct Survey<'s> {
    suite: &'s Suite<'s>,
    program: &'s Program,
    clauses: Vec<(Numbered<'s>, Vec<Written>, ClauseCoverage)>,
    examinations: Vec<(usize, ExaminationCoverage)>,
}

impl<'s> Survey<'s> {
    fn new(suite: &'s Suite<'s>, program: &'s Program) -> Self {
        let model: &Model = &suite.rules.model;
        let outline = &suite.rules.outline;
        let numbers = (0_u32..).map_while(|it| model.numbered(it));
        let enabled = numbers.filter(|it| it.clause().validity != Validity::Disabled);
        let clause = |numbered: Numbered<'s>| {
            let written = lines(model, outline, numbered);
            let covered = written.iter().map(|it| LineCoverage {
                words: it.words.clone(),
                place: outline.place(it.span),
                held: None,
                alone_false: None,
                hint: None,
            });
            let clause = numbered.clause();
            let coverage = ClauseCoverage {
                kind: clause.kind.as_str(),
                name: clause.name.clone(),
                place: clause.place.as_ref().map(Line::to_place),
                candidate: None,
                decided: None,
                lines: covered.collect(),
            };
            (numbered, written, coverage)
        };
        let examination = |(number, name): (usize, &String)| {
            let written = outline.examination(name)?;
            let span = written.activates_at.as_ref().map_or(written.name.span, |it| it.span);
            let place = outline.place(span);
            let coverage =
                ExaminationCoverage { name: name.clone(), place, below: None, reached: None };
            Some((number, coverage))
        };
        let names = model.examinations.iter().map(|it| &it.name).enumerate();
        Self {
            suite,
            program,
            clauses: enabled.map(clause).collect(),
            examinations: names.filter_map(examination).collect(),
        }
    }

    /// Looks at the message of a test.
    fn see(&mut self, title: &str, facts: &Facts) {
        let model = self.program.model();
        let decision = self.program.decide(facts);
        let examined = examined(self.program, facts);
        let sender = sender(model, facts);
        for (number, coverage) in &mut self.examinations {
            let Some(Some(result)) = examined.get(*number) else { continue };
            let reached = result.activates_at <= result.score;
            let half = if reached { &mut coverage.reached } else { &mut coverage.below };
            half.get_or_insert_with(|| title.to_owned());
        }
        for recipient in &facts.recipients {
            let recipient = Person::new(model, Some(recipient), facts);
            let seen = Seen { facts, sender: &sender, recipient, examined: &examined };
            for (numbered, written, coverage) in &mut self.clauses {
                see_clause(model, &seen, *numbered, written, coverage, title);
            }
        }
        self.see_deciders(title, &decision);
    }

    fn see_deciders(&mut self, title: &str, decision: &Decision) {
        for line in decision.verdicts.iter().flat_map(|it| &it.trace) {
            let took_part = match line.fate {
                Fate::Decided | Fate::LessProtective { .. } => true,
                Fate::Ambiguous { .. }
                | Fate::Bypassed { .. }
                | Fate::Failed { .. }
                | Fate::Outranked { .. } => false,
            };
            let is = |it: &ClauseCoverage| it.kind == line.kind && it.name == line.subject;
            if took_part && let Some((.., coverage)) = self.clauses.iter_mut().find(|it| is(&it.2))
            {
                coverage.decided.get_or_insert_with(|| title.to_owned());
            }
        }
    }

    /// Makes a test for every half that is missing, where a generated message would reach it.
    fn hint(&mut self) {
        let incomplete = |it: &LineCoverage| it.held.is_none() || it.alone_false.is_none();
        if !self.clauses.iter().flat_map(|it| &it.2.lines).any(incomplete) {
            return;
        }
        let rules = self.suite.rules;
        let made = generation::messages(&rules.model, &rules.outline, &rules.asserts, MESSAGES_MAX);
        // People write to others; a message of nobody, or to oneself, is the last to offer.
        let is_odd = |it: &&Generated| {
            it.facts.sender.is_none() || it.facts.recipients.first() == it.facts.sender.as_ref()
        };
        made.iter().filter(|it| !is_odd(it)).for_each(|it| self.hint_by(it));
        made.iter().filter_map(Generated::by_another).for_each(|it| self.hint_by(&it));
        made.iter().filter(is_odd).for_each(|it| self.hint_by(it));
    }

    fn hint_by(&mut self, message: &Generated) {
        let model = self.program.model();
        let facts = &message.facts;
        let sender = sender(model, facts);
        let mut results: Option<Vec<Option<ExaminationResult>>> = None;
        let Some(recipient) = facts.recipients.first() else { return };
        let recipient = Person::new(model, Some(recipient), facts);
        for (numbered, written, coverage) in &mut self.clauses {
            let missing = |it: &LineCoverage| {
                it.hint.is_none() && (it.held.is_none() || it.alone_false.is_none())
            };
            if !coverage.lines.iter().any(missing) {
                continue;
            }
            let examined = results.get_or_insert_with(|| examined(self.program, facts));
            let seen = Seen { facts, sender: &sender, recipient, examined };
            let held = truth(model, &seen, *numbered, written);
            for (at, line) in coverage.lines.iter_mut().enumerate() {
                let alone = line.alone_false.is_none() && fails_alone(&held, at);
                let reaches = alone || line.held.is_none() && held.iter().all(|it| *it);
                if line.hint.is_none() && reaches {
                    let half = if alone { "not " } else { "" };
                    let title = format!("{}: {half}{}", coverage.name, line.words);
                    line.hint = Some(test_of(self.program, message, &title));
                }
            }
        }
    }

    fn finish(self) -> Coverage {
        Coverage {
            clauses: self.clauses.into_iter().map(|it| it.2).collect(),
            examinations: self.examinations.into_iter().map(|it| it.1).collect(),
        }
    }
}

/// The From of a message, of whom it is known who is internal.
fn sender<'a>(model: &Model, facts: &'a Facts) -> Sender<'a> {
    let headers = facts.content.header_from.iter();
    Sender {
        envelope: Person::new(model, facts.sender.as_ref(), facts),
        headers: headers.map(|it| Person::new(model, Some(it), facts)).collect(),
        has_unread: facts.content.from_unreadable,
        trusted: facts.trusted,
    }
}

fn see_clause(
    model: &Model,
    seen: &Seen<'_>,
    numbered: Numbered<'_>,
    written: &[Written],
    coverage: &mut ClauseCoverage,
    title: &str,
) {
    let held = truth(model, seen, numbered, written);
    let asks = |it: &Written| matches!(it.line, LineKind::Condition(_) | LineKind::Signs);
    let envelope = written.iter().zip(&held).filter(|it| !asks(it.0));
    if envelope.into_iter().all(|it| *it.1) {
        coverage.candidate.get_or_insert_with(|| title.to_owned());
    }
    for (at, line) in coverage.lines.iter_mut().enumerate() {
        if held.get(at) == Some(&true) {
            line.held.get_or_insert_with(|| title.to_owned());
        } else if fails_alone(&held, at) {
            line.alone_false.get_or_insert_with(|| title.to_owned());
        }
    }
}

/// Whether each line holds.
fn truth(model: &Model, seen: &Seen<'_>, numbered: Numbered<'_>, written: &[Written]) -> Vec<bool> {
    written.iter().map(|it| seen.holds(model, numbered, it.line)).collect()
}

fn fails_alone(held: &[bool], at: usize) -> bool {
    held.iter().enumerate().all(|(other, holds)| *holds == (other != at))
}

/// What every examination says, by number.
fn examined(program: &Program, facts: &Facts) -> Vec<Option<ExaminationResult>> {
    let mut by_name = program.examine(&facts.content);
    program.model().examinations.iter().map(|it| by_name.remove(it.name.as_str())).collect()
}

/// A whole test, with what happens now as what is expected.
fn test_of(program: &Program, message: &Generated, title: &str) -> String {
    let decision = program.decide(&message.facts);
    let mut lines = vec![format!("test \"{}\" {{", title.replace(['"', '\\'], "'"))];
    lines.extend(message.block(program.model()).lines().map(|it| format!("  {it}")));
    for verdict in decision.verdicts.iter().take(EXPECTS_MAX) {
        let (who, what) = (&verdict.recipient, crate::testing::outcome_words(verdict));
        let because = verdict.decided_by.join(", ");
        lines.push(format!("  expect {who} {what} because {because}"));
    }
    lines.push("}".to_owned());
    lines.join("\n")
}

/// `expect` lines of a hint.
const EXPECTS_MAX: usize = 3;
