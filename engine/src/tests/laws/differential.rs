//! The program and the reference evaluator say the same of every message under every rules.

use std::collections::BTreeMap;

use super::{
    super::scene::bare,
    MANY, REFUSED_MAX,
    letter::Letter,
    random::Random,
    shrink::shrink,
    tree::{Tree, rules_of},
};
use crate::{
    Program, Rules, bundle, conflict,
    decision::{Decision, Fate},
    facts::Facts,
    program::Judge,
    reference,
};

/// Messages that are decided.
const DECISIONS: usize = if MANY { 1_000_000 } else { 2_000 };

/// Messages for one tree of rules.
const LETTERS: usize = if MANY { 100 } else { 50 };

/// Of so many trees, one is also written into a bundle and read again.
const BUNDLED: usize = 4;

/// Of so many messages, one is also explained and ruled.
const EXPLAINED: usize = 4;

/// Rules in every form that decides.
struct Compared {
    rules: Rules,
    program: Program,
    /// What the bundle of the rules says.
    decoded: Option<Program>,
}

impl Compared {
    fn new(rules: Rules, with_bundle: bool) -> Self {
        let program = rules.compile();
        let decoded = with_bundle.then(|| bundle::decode(&bundle::encode(&rules)).unwrap());
        Self { rules, program, decoded }
    }

    /// What two of them say differently, and the decision; explained, where that was wanted.
    fn decide(
        &self,
        judge: &mut Judge<'_>,
        facts: &Facts,
        explained: bool,
    ) -> (Decision, Option<&'static str>) {
        let expected = bare(reference::decide(&self.rules, facts));
        let decision = self.program.decide(facts);
        let differs = |what: &'static str, same: bool| (!same).then_some(what);
        let mut found = differs("the program", bare(decision.clone()) == expected);
        if explained {
            let full = self.program.explain(facts);
            let decoded = self.decoded.as_ref().map(|it| it.explain(facts));
            found = found
                .or(differs("what `explain` says", bare(full.clone()) == expected))
                .or(differs("what `rule` says", rules_the_same(judge, facts, &expected)))
                .or(differs("a trace", self.traces_are_whole(&full)))
                .or(differs("the decoded bundle", decoded.is_none_or(|it| it == full)));
            return (full, found);
        }
        if let Some(decoded) = &self.decoded {
            found = found.or(differs("the decoded bundle", decoded.decide(facts) == decision));
        }
        (decision, found)
    }

    /// The full trace tells of every clause once.
    fn traces_are_whole(&self, explained: &Decision) -> bool {
        explained.verdicts.iter().all(|verdict| {
            let told = verdict.trace.iter().map(|it| it.subject.as_str());
            let mut told: Vec<&str> = told.filter(|it| *it != "default").collect();
            told.sort_unstable();
            told == self.rules.clause_names()
        })
    }
}

/// Whether the rulings say what the verdicts say; one judge rules on many messages.
fn rules_the_same(judge: &mut Judge<'_>, facts: &Facts, decision: &Decision) -> bool {
    let mut verdicts = decision.verdicts.iter();
    let mut same = true;
    judge.rule(facts, |ruling| {
        let sorted = |names: Vec<&str>| {
            let names: std::collections::BTreeSet<&str> = names.into_iter().collect();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        same &= verdicts.next().is_some_and(|it| {
            ruling.recipient() == &it.recipient
                && ruling.is_internal() == it.internal
                && ruling.disposition() == it.disposition
                && ruling.options() == it.options
                && sorted(ruling.decided_by().collect()) == it.decided_by
                && sorted(ruling.definitions().collect()) == it.definitions
        });
    });
    same && verdicts.next().is_none()
}

/// What was met: whether the cases are of any worth.
#[derive(Debug, Default)]
struct Met {
    decisions: usize,
    trees: usize,
    refused: usize,
    in_conflict: usize,
    verdicts: BTreeMap<&'static str, usize>,
    activated: usize,
    examined: usize,
    on_error: usize,
    joint: usize,
    /// Of the candidates, what became of them.
    fates: BTreeMap<&'static str, usize>,
}

impl Met {
    fn count(&mut self, decision: &Decision) {
        self.decisions += 1;
        for verdict in &decision.verdicts {
            *self.verdicts.entry(verdict.disposition.as_str()).or_default() += 1;
            self.joint += usize::from(1 < verdict.decided_by.len());
            self.on_error +=
                usize::from(verdict.text.as_deref() == Some(crate::merge::ON_ERROR_TEXT));
            for line in &verdict.trace {
                *self.fates.entry(fate(&line.fate)).or_default() += 1;
            }
        }
        self.examined += decision.examinations.len();
        self.activated += decision.examinations.iter().filter(|it| it.activated).count();
    }

    #[expect(clippy::print_stdout, reason = "the figures are what is wanted of a long run")]
    fn print(&self) {
        let share = |part: usize, of: usize| 100.0 * ratio(part, of);
        println!("{} decisions, 0 differences", grouped(self.decisions));
        println!(
            "  {} trees of rules; the checker refused {:.1} %; {:.1} % hold policies that disagree",
            grouped(self.trees),
            share(self.refused, self.trees),
            share(self.in_conflict, self.trees)
        );
        let all: usize = self.verdicts.values().sum();
        println!("  {} verdicts: {}", grouped(all), shares(&self.verdicts));
        println!("  clauses: {}", shares(&self.fates));
        println!(
            "  {:.1} % decided by several clauses; {} examinations, {:.1} % of them activated",
            share(self.joint, all),
            grouped(self.examined),
            share(self.activated, self.examined)
        );
    }

    /// Cases that meet nothing show nothing.
    fn check(&self) {
        assert!(ratio(self.refused, self.trees) <= REFUSED_MAX, "{self:?}");
        let all: usize = self.verdicts.values().sum();
        for disposition in ["deliver", "verified-tls", "secure", "hold", "bounce", "reject"] {
            let met = self.verdicts.get(disposition).copied().unwrap_or(0);
            assert!(0.01 < ratio(met, all), "{disposition}: {self:?}");
        }
        for fate in ["ambiguous", "bypassed", "decided", "failed", "less protective", "outranked"] {
            let met = self.fates.get(fate).copied().unwrap_or(0);
            assert!(0.001 < ratio(met, self.fates.values().sum()), "{fate}: {self:?}");
        }
        let activated = ratio(self.activated, self.examined);
        assert!((0.2..0.8).contains(&activated), "{self:?}");
        assert!(0 < self.on_error && self.decisions <= 2 * self.examined, "{self:?}");
    }
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::Ambiguous { .. } => "ambiguous",
        Fate::Bypassed { .. } => "bypassed",
        Fate::Decided => "decided",
        Fate::Failed { .. } => "failed",
        Fate::LessProtective { .. } => "less protective",
        Fate::Outranked { .. } => "outranked",
    }
}

fn shares(counts: &BTreeMap<&str, usize>) -> String {
    let all: usize = counts.values().sum();
    let shares = counts.iter().map(|it| format!("{} {:.1} %", it.0, 100.0 * ratio(*it.1, all)));
    shares.collect::<Vec<_>>().join(", ")
}

fn ratio(part: usize, of: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(of.max(1)).unwrap())
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[test]
fn the_program_and_the_reference_agree() {
    let mut met = Met::default();
    let mut seed = 0_u64;
    while met.decisions < DECISIONS {
        let tree = Tree::random(&mut Random::part(seed, 0));
        met.trees += 1;
        seed += 1;
        let Some(rules) = tree.rules() else {
            met.refused += 1;
            continue;
        };
        met.in_conflict += usize::from(conflict::find(&rules.model).iter().any(is_error));
        let compared = Compared::new(rules, met.trees % BUNDLED == 0);
        let mut judge = compared.program.judge();
        for at in 0..LETTERS.min(DECISIONS - met.decisions) {
            let part = u64::try_from(at).unwrap() + 1;
            let letter = Letter::random(&mut Random::part(seed, part));
            let (decision, difference) =
                compared.decide(&mut judge, &letter.facts(), at % EXPLAINED == 0);
            if let Some(what) = difference {
                fail(what, &tree, &letter, met.decisions);
            }
            met.count(&decision);
        }
    }
    met.print();
    met.check();
}

fn is_error(finding: &grammar::diagnostic::Diagnostic) -> bool {
    finding.severity() == grammar::diagnostic::Severity::Error
}

/// What is different about a case, everything compared.
fn difference(rules: Rules, letter: &Letter) -> Option<&'static str> {
    let compared = Compared::new(rules, true);
    compared.decide(&mut compared.program.judge(), &letter.facts(), true).1
}

/// Prints the case, made small, as a call of [`check`].
fn fail(what: &str, tree: &Tree, letter: &Letter, after: usize) -> ! {
    let differs = |tree: &Tree, letter: &Letter| {
        tree.rules().is_some_and(|it| difference(it, letter).is_some())
    };
    let (tree, letter) = shrink(tree.clone(), letter.clone(), differs);
    let rules = tree.rules().unwrap();
    let facts = letter.facts();
    panic!(
        "after {after} decisions, {what} differs\n\ncheck(\n    r##\"{}\"##,\n    r##\"{}\"##,\n);\n\nthe \
         reference: {:#?}\nthe program: {:#?}",
        tree.text(),
        letter.text(),
        bare(reference::decide(&rules, &facts)),
        bare(rules.compile().decide(&facts)),
    );
}

/// A case that was printed once.
#[track_caller]
fn check(rules: &str, letter: &str) -> Decision {
    let rules = rules_of(rules).expect("rules without errors");
    let letter = Letter::parse(letter);
    assert_eq!(difference(rules.clone(), &letter), None);
    rules.compile().decide(&letter.facts())
}

/// A case as it is printed: the last millisecond of a day on which the clocks changed.
#[test]
fn the_last_day_ends_in_the_organisation_s_zone() {
    let rules = r##"writ 1
organisation corp {
  domains corp.example
  time zone Europe/London
}
policy p0 {
  valid until 2026-03-29
  then hold
}
"##;
    let decided = |at: &str| {
        let letter = format!("from a@corp.example\nto c@x.example\nat {at}");
        check(rules, &letter).verdicts[0].disposition.as_str()
    };
    assert_eq!(decided("2026-03-29T22:59:59.999Z"), "hold");
    assert_eq!(decided("2026-03-29T23:00:00Z"), "deliver");
}
