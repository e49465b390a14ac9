//! Mutants: rules with one small mistake each, to find out whether the tests would notice it.
//!
//! A mutant is made in the resolved model, so nothing is parsed or compiled but what decides. Left
//! out is what no test can see (who may choose a definition, what is told of a rule), the wording of
//! texts, and what provably decides the same: a threshold that no score falls between, a weight or a
//! cap that is above it either way, an expiry that the retention cuts off,
//! a side of a bypass that differs for nobody whom it takes anything from.
//!
//! # Current limitations
//!
//! Of a long set or dictionary only some members are taken out, evenly spread.

mod clauses;
mod content;
mod definitions;
mod sets;
mod skipped;
mod slips;

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    Program, conflict,
    coverage::Place,
    decision::{Decision, Verdict},
    facts::Facts,
    model::Model,
    normal,
    testing::{
        Decided, Suite, TestReport, assertion, expectation,
        model::{Expected, ExpectedKind, PatternCase},
    },
};
use grammar::diagnostic::Severity;

/// Members of one set, or terms of one dictionary, that are taken out.
const MEMBERS_MAX: usize = 24;

/// Generated messages that assertions are held against for every mutant.
const GENERATED_MAX: usize = 400;

/// What a mutant changes.
type Change = Box<dyn Fn(&mut Model, &mut Vec<PatternCase>) + Send + Sync>;

/// One small mistake.
pub struct Mutant {
    /// Whose line it is: `policy cards-leave-secured`.
    pub subject: String,
    /// What is wrong, to be read after "no test notices when".
    pub words: String,
    /// Where the line stands.
    pub place: Option<Place>,
    change: Change,
    /// Numbers of the examinations that are all it changes; none where it changes anything else.
    examinations: Option<BTreeSet<usize>>,
}

/// What became of a mutant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MutantFate {
    /// Something failed: its title.
    Killed {
        /// The first test, assertion or value that noticed.
        by: String,
    },
    /// `writ check` refuses it, so nobody could make the mistake.
    Refused,
    /// Everything passed.
    Survived,
}

impl std::fmt::Debug for Mutant {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}: {} ({:?})", self.subject, self.words, self.place)
    }
}

/// Mutants while they are listed.
struct List<'m> {
    suite: &'m Suite<'m>,
    model: &'m Model,
    mutants: Vec<Mutant>,
}

impl List<'_> {
    fn add(
        &mut self,
        subject: &str,
        words: String,
        place: Option<Place>,
        change: impl Fn(&mut Model) + Send + Sync + 'static,
    ) {
        let change: Change = Box::new(move |model, _| change(model));
        let subject = subject.to_owned();
        self.mutants.push(Mutant { subject, words, place, change, examinations: None });
    }

    /// The mutants since there were `before` change these examinations alone.
    fn change_only(&mut self, before: usize, examinations: &BTreeSet<usize>) {
        for mutant in self.mutants.iter_mut().skip(before) {
            mutant.examinations = Some(examinations.clone());
        }
    }
}

/// The tests that pass, with what they know: runs mutants.
#[derive(Debug)]
pub struct Mutation<'s> {
    suite: &'s Suite<'s>,
    tests: Vec<Passing>,
    /// Numbers of assertions of the rules that pass, and of values.
    asserts: Vec<usize>,
    values: Vec<usize>,
    generated: Vec<crate::generation::Generated>,
    conflicts: usize,
}

/// A test that passes.
#[derive(Debug)]
struct Passing {
    /// In the rules.
    number: usize,
    /// Names of what its decision has to do with.
    mentioned: BTreeSet<String>,
    /// Numbers of the examinations that it asks, or that a candidate of its message asks: no other
    /// changes what becomes of it.
    examinations: BTreeSet<usize>,
}

impl<'s> Mutation<'s> {
    /// Runs everything once: what fails now cannot notice anything.
    #[must_use]
    pub fn new(suite: &'s Suite<'s>) -> Self {
        let rules = suite.rules;
        let program = rules.compile();
        let mut tests = Vec::new();
        let mut decided = Vec::new();
        for (number, (test, facts)) in rules.tests.iter().zip(&suite.messages).enumerate() {
            let Ok(facts) = facts else { continue };
            let decision = program.decide(facts);
            if expectation::check(&program, &test.expects, facts, &decision).is_empty() {
                tests.push(Passing {
                    number,
                    mentioned: mentioned(&decision),
                    examinations: asked(&rules.model, &test.expects, &decision),
                });
            }
            decided.push(Decided { title: test.title.clone(), facts: facts.clone(), decision });
        }
        let concerned = |it: &&crate::generation::Generated| {
            rules.asserts.iter().any(|assert| assertion::may_concern(&program, assert, &it.facts))
        };
        let generated: Vec<_> =
            suite.generated.iter().filter(concerned).take(GENERATED_MAX).cloned().collect();
        let passes = |it: &&usize| {
            rules.asserts.get(**it).is_some_and(|assert| {
                assertion::check(&program, assert, &decided, &generated).passed()
            })
        };
        let all: Vec<usize> = (0..rules.asserts.len()).collect();
        let asserts = all.iter().filter(passes).copied().collect();
        let right = |it: &&(usize, &PatternCase)| value_holds(it.1);
        let values =
            rules.values.iter().enumerate().filter(|it| right(&it)).map(|it| it.0).collect();
        let conflicts = errors(&rules.model);
        Self { suite, tests, asserts, values, generated, conflicts }
    }

    /// Every mutant, by place of what it changes.
    #[must_use]
    pub fn mutants(&self) -> Vec<Mutant> {
        let mut list =
            List { suite: self.suite, model: &self.suite.rules.model, mutants: Vec::new() };
        list.add_clauses();
        list.add_content();
        list.add_sets();
        let mut mutants = list.mutants;
        mutants.sort_by(|one, other| one.place.cmp(&other.place));
        mutants
    }

    /// Runs the tests against a mutant until one fails, those first that have to do with what it
    /// changes.
    #[must_use]
    pub fn run(&self, mutant: &Mutant) -> MutantFate {
        let rules = self.suite.rules;
        let mut model: Model = (*rules.model).clone();
        let mut values = rules.values.clone();
        (mutant.change)(&mut model, &mut values);
        if let Some(by) = self.failing_value(&values) {
            return MutantFate::Killed { by };
        }
        let program = Program::new(Arc::new(model));
        let name = mutant.subject.rsplit(' ').next().unwrap_or_default();
        let changed = mutant.examinations.as_ref();
        let can_tell = |it: &&Passing| changed.is_none_or(|set| !set.is_disjoint(&it.examinations));
        let tests = self.tests.iter().filter(can_tell);
        let (near, far): (Vec<_>, Vec<_>) = tests.partition(|it| it.mentioned.contains(name));
        for test in near.into_iter().chain(far) {
            if let Some(by) = self.failing_test(&program, test.number) {
                return MutantFate::Killed { by };
            }
        }
        if let Some(by) = self.failing_assert(&program) {
            return MutantFate::Killed { by };
        }
        if self.conflicts < errors(program.model()) {
            return MutantFate::Refused;
        }
        MutantFate::Survived
    }

    fn failing_value(&self, values: &[PatternCase]) -> Option<String> {
        let before = &self.suite.rules.values;
        self.values.iter().find_map(|number| {
            let (old, new) = (before.get(*number)?, values.get(*number)?);
            let same = Arc::ptr_eq(&old.pattern, &new.pattern);
            (!same && !value_holds(new)).then(|| {
                let verb = if new.accepts { "accepts" } else { "rejects" };
                format!("{verb} \"{}\"", new.text)
            })
        })
    }

    fn failing_test(&self, program: &Program, number: usize) -> Option<String> {
        let test = self.suite.rules.tests.get(number)?;
        let facts: &Facts = self.suite.messages.get(number)?.as_ref().ok()?;
        let decision = program.decide(facts);
        let failures = expectation::check(program, &test.expects, facts, &decision);
        (!failures.is_empty()).then(|| format!("test \"{}\"", test.title))
    }

    fn failing_assert(&self, program: &Program) -> Option<String> {
        let rules = self.suite.rules;
        if self.asserts.is_empty() {
            return None;
        }
        let mut decided = Vec::new();
        for (test, facts) in rules.tests.iter().zip(&self.suite.messages) {
            let Ok(facts) = facts else { continue };
            let decision = program.decide(facts);
            decided.push(Decided { title: test.title.clone(), facts: facts.clone(), decision });
        }
        let asserts = self.asserts.iter().filter_map(|it| rules.asserts.get(*it));
        let reports = asserts.map(|it| assertion::check(program, it, &decided, &self.generated));
        let failed: Option<TestReport> = reports.into_iter().find(|it| !it.passed());
        failed.map(|it| format!("assert \"{}\"", it.title))
    }
}

/// Names of what a decision has to do with.
fn mentioned(decision: &Decision) -> BTreeSet<String> {
    let deciders = decision.verdicts.iter().flat_map(|it: &Verdict| &it.trace);
    let examinations = decision.examinations.iter().filter(|it| it.score > 0);
    let names = deciders.map(|it| it.subject.clone());
    names.chain(examinations.map(|it| it.name.to_string())).collect()
}

/// Numbers of the examinations that expectations or a decision ask.
fn asked(model: &Model, expects: &[Expected], decision: &Decision) -> BTreeSet<usize> {
    let expected = expects.iter().filter_map(|it| match &it.kind {
        ExpectedKind::Activates { examination, .. } | ExpectedKind::Scores { examination, .. } => {
            Some(*examination)
        }
        ExpectedKind::Besides { .. }
        | ExpectedKind::Option { .. }
        | ExpectedKind::Outcome { .. } => None,
    });
    let examined = decision.examinations.iter();
    let named =
        examined.filter_map(|it| model.examinations.iter().position(|of| *of.name == *it.name));
    expected.chain(named).collect()
}

fn value_holds(case: &PatternCase) -> bool {
    let found = !case.pattern.occurrences(&normal::normalise(&case.text)).ranges.is_empty();
    found == case.accepts
}

/// How many disagreements a check would refuse.
fn errors(model: &Model) -> usize {
    conflict::find(model).iter().filter(|it| it.severity() == Severity::Error).count()
}

/// Numbers of at most `max` things out of `count`, evenly spread.
fn spread(count: usize, max: usize) -> impl Iterator<Item = usize> {
    let taken = count.min(max);
    (0..taken).map(move |it| it.saturating_mul(count).checked_div(taken).unwrap_or(it))
}
