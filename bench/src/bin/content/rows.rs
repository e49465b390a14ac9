//! The rows on terms and on expressions.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use anyhow::{Result, ensure};
use bench::{clock::least_of_two, text::content};
use engine::{Program, Rules, facts::Content};
use regex::RegexSetBuilder;

use crate::{
    ours,
    table::{self, Goal},
};

/// Runs of which the fastest is told.
const RUNS: usize = 15;

/// Fewer terms are not compiled as expressions: one row is patience enough.
const COMPILED_TERMS_MAX: usize = 5_000;

/// Above it the dense automaton does not fit a cache, nor this benchmark's patience.
const DENSE_TERMS_MAX: usize = 5_000;

/// Octets that the set of expressions may take.
const SET_OCTETS_MAX: usize = 64 << 20;

/// (message, number of the term or pattern) of all that hold.
type Answers = BTreeSet<(usize, usize)>;

fn agree(what: &str, name: &str, ours: &Answers, theirs: &Answers) -> Result<()> {
    let other = ours.symmetric_difference(theirs).next();
    ensure!(other.is_none(), "{what}: {name} answers otherwise about {other:?}");
    Ok(())
}

/// Which labels hit in which message.
fn answers(program: &Program, contents: &[Content], number: impl Fn(&str) -> usize) -> Answers {
    let mut all = Answers::new();
    for (message, content) in contents.iter().enumerate() {
        for hit in program.examine(content).values().flat_map(|it| &it.hits) {
            all.insert((message, number(&hit.term)));
        }
    }
    all
}

fn messages_with(answers: &Answers) -> usize {
    answers.iter().map(|it| it.0).collect::<BTreeSet<_>>().len()
}

/// "Which terms hold": ours, Hyperscan, aho-corasick.
pub(crate) fn literals(
    what: &str,
    texts: &[String],
    terms: &[String],
    dictionaries: usize,
) -> Result<()> {
    let octets = texts.iter().map(String::len).sum();
    let contents: Vec<Content> = texts.iter().map(|it| content(it)).collect();
    let parts: Vec<&[String]> = terms.chunks(terms.len().div_ceil(dictionaries)).collect();
    let rules = ours::rules(ours::of_terms(&parts))?;
    let program = rules.compile();
    let run = || contents.iter().map(|it| program.examine(it).len()).sum::<usize>();
    let number = |term: &str| terms.partition_point(|it| it.as_str() < term);
    let found = answers(&program, &contents, number);
    hyperscan_literals(what, texts, terms, (&rules, run), &found)?;
    let dense = terms.len() <= DENSE_TERMS_MAX;
    let kind = if dense { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
    let automaton = AhoCorasick::builder().kind(Some(kind)).build(terms)?;
    let theirs =
        || texts.iter().map(|it| automaton.find_overlapping_iter(it).count()).sum::<usize>();
    table::throughput(what, "aho-corasick", octets, least_of_two(3, theirs, run), None);
    let theirs = texts.iter().enumerate().flat_map(|(message, it)| {
        automaton.find_overlapping_iter(it).map(move |hit| (message, hit.pattern().as_usize()))
    });
    agree(what, "aho-corasick", &found, &theirs.collect())
}

#[cfg(hyperscan)]
fn hyperscan_literals(
    what: &str,
    texts: &[String],
    terms: &[String],
    (rules, run): (&Rules, impl Fn() -> usize),
    found: &Answers,
) -> Result<()> {
    use crate::hyperscan::Database;
    let goal = match terms.len() {
        0..=1_000 => Goal { floor: 0.6, target: 1.0 },
        1_001..=5_000 => Goal { floor: 1.1, target: 2.0 },
        _ => Goal { floor: 1.3, target: 2.3 },
    };
    let mut database = Database::of_literals(terms)?;
    let octets = texts.iter().map(String::len).sum();
    let theirs = hyperscan_answers(&mut database, texts);
    agree(what, "hyperscan", found, &theirs)?;
    let times = least_of_two(RUNS, || hyperscan_run(&mut database, texts), run);
    let with = 100.0 * messages_with(found) as f64 / texts.len() as f64;
    let peer = format!("hyperscan, {with:.0} % hit");
    table::throughput(what, &peer, octets, times, Some(goal));
    let times = least_of_two(3, || Database::of_literals(terms), || rules.compile());
    table::time(what, "hyperscan, ready", times, None);
    if terms.len() <= COMPILED_TERMS_MAX {
        return Ok(());
    }
    let times = least_of_two(1, || Database::of_terms(terms), || rules.compile());
    let goal = Goal { floor: 300.0, target: 300.0 };
    table::time(what, "as expressions, ready", times, Some(goal));
    Ok(())
}

/// Runs through all texts; gives the number of hits.
#[cfg(hyperscan)]
pub(crate) fn hyperscan_run(database: &mut crate::hyperscan::Database, texts: &[String]) -> usize {
    let mut found = Vec::new();
    let mut hits = 0;
    for text in texts {
        found.clear();
        database.scan(text, &mut found);
        hits += found.len();
    }
    hits
}

#[cfg(hyperscan)]
fn hyperscan_answers(database: &mut crate::hyperscan::Database, texts: &[String]) -> Answers {
    let mut found = Vec::new();
    let mut theirs = Answers::new();
    for (message, text) in texts.iter().enumerate() {
        found.clear();
        database.scan(text, &mut found);
        theirs.extend(found.iter().map(|it| (message, *it as usize)));
    }
    theirs
}

#[cfg(not(hyperscan))]
fn hyperscan_literals(
    _: &str,
    _: &[String],
    _: &[String],
    _: (&Rules, impl Fn() -> usize),
    _: &Answers,
) -> Result<()> {
    anyhow::bail!("Hyperscan is not here")
}

/// "Which patterns hold": ours, `RegexSet`, Hyperscan.
pub(crate) fn expressions(texts: &[String]) -> Result<()> {
    let what = "16 expressions";
    let octets = texts.iter().map(String::len).sum();
    let contents: Vec<Content> = texts.iter().map(|it| content(it)).collect();
    let program = ours::program(ours::of_patterns())?;
    let run = || contents.iter().map(|it| program.examine(it).len()).sum::<usize>();
    let number = |label: &str| label.trim_start_matches('p').parse().unwrap_or(usize::MAX);
    let found = answers(&program, &contents, number);
    let set = RegexSetBuilder::new(ours::EXPRESSIONS)
        .case_insensitive(true)
        .size_limit(SET_OCTETS_MAX)
        .build()?;
    let of_set = || texts.iter().map(|it| set.matches(it).iter().count()).sum::<usize>();
    let theirs = texts
        .iter()
        .enumerate()
        .flat_map(|(message, it)| set.matches(it).into_iter().map(move |at| (message, at)));
    agree(what, "RegexSet", &found, &theirs.collect())?;
    let goal = Goal { floor: 1.5, target: 3.0 };
    table::throughput(what, "RegexSet", octets, least_of_two(RUNS, of_set, run), Some(goal));
    #[cfg(hyperscan)]
    {
        // Its `\b` and case are of ASCII; so answers are not compared.
        let mut database = crate::hyperscan::Database::of_expressions(ours::EXPRESSIONS)?;
        let times = least_of_two(RUNS, || hyperscan_run(&mut database, texts), run);
        let goal = Goal { floor: 0.4, target: 0.8 };
        table::throughput(what, "hyperscan", octets, times, Some(goal));
    }
    Ok(())
}
