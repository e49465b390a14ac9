//! Tests for what was brought over: a message for each policy, and what the export says becomes of it.
//! A test that does not pass on the rules, or passes as well without what it is for, is not written, and
//! its absence is noted.

use std::collections::BTreeSet;

use engine::testing::{Suite, TestKind};
use grammar::literal::{Date, Network, QuotedText};

use super::{
    Options,
    clause::{Clause, ClauseKind, Then},
    content::Examinations,
    people::{Person, SideKind},
};
use crate::{loaded::Loaded, message::Scene, plain::plain_line, tree::Tree};

/// Tests that are tried in one import.
const TRIED_MAX: usize = 4_000;

/// A test that may turn out not to pass.
struct Candidate {
    /// Which clause it is for, by its place in the list.
    clause: usize,
    title: String,
    /// Its lines, and the brace that ends it.
    text: String,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Proof {
    /// The tests that pass.
    pub(crate) text: String,
    /// How many.
    pub(crate) tests: usize,
    /// Clauses for which no message was found, by their place in the list.
    pub(crate) untested: Vec<usize>,
}

/// Clauses without which the rules are compiled once more.
const WITHOUT_MAX: usize = 50;

/// Makes tests and keeps, for each clause, the first that passes, and does not without the clause.
/// `without` are the rules without a clause, by its place in the list.
pub(crate) fn make(
    (tree, without): (&Tree, &dyn Fn(usize) -> Tree),
    clauses: &[Clause],
    examinations: &Examinations,
    options: &Options,
) -> Proof {
    let mut candidates = Vec::new();
    for (number, clause) in clauses.iter().enumerate().filter(|it| !it.1.disabled && !it.1.idle) {
        for text in messages(clause, examinations, options) {
            let title = format!("{number}.{}", candidates.len());
            candidates.push(Candidate { clause: number, title, text });
        }
        if candidates.len() > TRIED_MAX {
            break;
        }
    }
    let passed = passing(tree, candidates.iter());
    let mut proof = Proof::default();
    let mut left = WITHOUT_MAX;
    for (number, clause) in clauses.iter().enumerate().filter(|it| !it.1.disabled && !it.1.idle) {
        let mine = candidates.iter().filter(|it| it.clause == number && passed.contains(&it.title));
        let mine: Vec<&Candidate> = mine.collect();
        let Some(found) = telling(&mine, &mut left, || without(number)) else {
            proof.untested.push(number);
            continue;
        };
        proof.tests = proof.tests.saturating_add(1);
        proof.text.push('\n');
        proof.text.push_str(&test(&title(clause), &found.text));
    }
    proof
}

/// The first of the tests of a clause that shows it: it names the clause, or fails without it.
fn telling<'c>(
    passing_tests: &[&'c Candidate],
    left: &mut usize,
    without: impl Fn() -> Tree,
) -> Option<&'c Candidate> {
    let is_named = |line: &str| line.starts_with("  expect ") && line.contains(BECAUSE);
    let mut named = passing_tests.iter().filter(|it| it.text.lines().any(is_named));
    if let Some(named) = named.next() {
        return Some(named);
    }
    *left = left.checked_sub(1).filter(|_| !passing_tests.is_empty())?;
    let also = passing(&without(), passing_tests.iter().copied());
    passing_tests.iter().find(|it| !also.contains(&it.title)).copied()
}

/// What stands before the clause that decides.
const BECAUSE: &str = " because ";

fn test(title: &str, lines: &str) -> String {
    format!("test {} {{\n{lines}", QuotedText::quote(title))
}

fn title(clause: &Clause) -> String {
    format!("{}: {}", clause.name, plain_line(&clause.called))
}

/// The titles of those that pass.
fn passing<'c>(tree: &Tree, candidates: impl Iterator<Item = &'c Candidate>) -> BTreeSet<String> {
    let tests: Vec<String> = candidates.map(|it| test(&it.title, &it.text)).collect();
    let tests = tests.join("\n");
    let mut tried = tree.clone();
    tried.add("tests.writ", format!("{}\n{tests}", super::head(&tests)));
    let loaded = Loaded::check(tried);
    let Some(rules) = &loaded.rules else { return BTreeSet::new() };
    let program = rules.compile();
    let scene = Scene {
        tree: &loaded.tree,
        organisation: program.organisation(),
        at_ms: jiff::Timestamp::now().as_millisecond(),
        directory: engine::facts::Directory::default(),
    };
    let reports = Suite::new(rules, &|message| scene.facts(message)).run();
    let passed = reports.into_iter().filter(|it| it.kind == TestKind::Test && it.passed());
    passed.map(|it| it.title).collect()
}

/// Tests to try for a clause, the most telling first.
fn messages(clause: &Clause, examinations: &Examinations, options: &Options) -> Vec<String> {
    let none = vec![String::new()];
    let of_examination = |name: &str| {
        let found = examinations.all().find(|it| it.name == name);
        found.map_or_else(|| none.clone(), |it| it.triggers.clone())
    };
    let bodies = match (&clause.when, &clause.then) {
        (Some(name), _) => of_examination(name),
        (None, Then::Skips(names)) => {
            names.first().map_or_else(|| none.clone(), |it| of_examination(it))
        }
        (None, _) => none.clone(),
    };
    let mut texts = Vec::new();
    let (froms, tos) = (people(clause, true), people(clause, false));
    for expected in expectations(clause) {
        for (from, to) in froms.iter().flat_map(|from| tos.iter().map(move |to| (from, to))) {
            for body in &bodies {
                texts.extend(message(clause, (from, to), ("Hello", body), &expected, options));
                if body.len() < SUBJECT_OCTETS_MAX && !body.is_empty() {
                    texts.extend(message(clause, (from, to), (body, "Hello"), &expected, options));
                }
            }
        }
    }
    texts
}

/// Octets of a text that a test tries as a subject.
const SUBJECT_OCTETS_MAX: usize = 500;

/// People of a side to try: for what secures, those first whom securing is for.
fn people(clause: &Clause, is_from: bool) -> Vec<Person> {
    let side = if is_from { &clause.from } else { &clause.to };
    let mut people = side.people.clone();
    if side.kind == SideKind::Everyone && !is_from {
        people.reverse();
    }
    people
}

/// What becomes of a message, the most telling first.
fn expectations(clause: &Clause) -> Vec<String> {
    let outcome = match &clause.then {
        Then::Bounce(_) => "bounce".to_owned(),
        Then::Deliver | Then::Disable | Then::NoAction | Then::Skips(_) => "deliver".to_owned(),
        Then::Hold => "hold".to_owned(),
        Then::Reject(_) => "reject".to_owned(),
        Then::Secure(definition) => format!("secure with {definition}"),
        Then::VerifiedTls => "deliver over verified tls".to_owned(),
    };
    let because = format!("{BECAUSE}{}", clause.name);
    let mut expected = vec![outcome.clone()];
    if !matches!(clause.then, Then::Skips(_)) {
        expected.insert(0, format!("{outcome}{because}"));
    }
    // An internal recipient of a secured message gets it in the inbox.
    if matches!(clause.then, Then::Secure(_)) {
        expected.push(format!("deliver{because}"));
    }
    expected
}

fn message(
    clause: &Clause,
    (from, to): (&Person, &Person),
    (subject, body): (&str, &str),
    expected: &str,
    options: &Options,
) -> Option<String> {
    // A shield is seen by what it shields from, which no single message tells.
    if clause.kind == ClauseKind::Bypass && clause.then == Then::NoAction {
        return None;
    }
    let mut lines = vec!["  message {".to_owned()];
    lines.push(format!("    from {}", from.address));
    lines.push(format!("    to {}", to.address));
    lines.extend(clause.source.first().map(|it| format!("    source {}", first_of(it))));
    lines.push(format!("    at {}", day(clause, options)));
    lines.push(format!("    subject {}", QuotedText::quote(subject)));
    if !body.is_empty() {
        lines.push(format!("    body {}", QuotedText::quote(body)));
    }
    lines.push("  }".to_owned());
    lines.extend(from.given.iter().chain(&to.given).map(|it| format!("  {it}")));
    lines.push(format!("  expect {} {expected}", to.address));
    lines.extend(clause.when.iter().map(|it| format!("  expect {it} activates")));
    lines.push("}\n".to_owned());
    Some(lines.join("\n"))
}

/// A peer of a network.
fn first_of(network: &str) -> String {
    Network::parse(network).map_or_else(|_| network.to_owned(), |it| it.first().to_string())
}

/// A day on which the clause holds: of its validity, else the day of the import.
fn day(clause: &Clause, options: &Options) -> Date {
    let today = options.today;
    match (clause.first, clause.last) {
        (Some(first), _) if today < first => first,
        (_, Some(last)) if last < today => last,
        _ => today,
    }
}
