//! The rows of the table.

use std::{collections::BTreeSet, time::Duration};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use anyhow::{Result, ensure};
use bench::clock::median_of;
use engine::{
    Program,
    facts::{Content, Facts},
    normal,
};
use grammar::literal::Address;
use regex::RegexSetBuilder;

use crate::{ours, text::content};

/// Runs whose median is told.
const RUNS: usize = 7;

/// Above it the dense automaton does not fit a cache, nor this benchmark's patience.
const DENSE_TERMS_MAX: usize = 5_000;

/// (message, number of the term or pattern) of all that hold.
type Answers = BTreeSet<(usize, usize)>;

fn rate(octets: usize, time: Duration) -> f64 {
    octets as f64 / time.as_secs_f64() / 1e9
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A ratio beside the floor and the target of it.
fn ratio(name: &str, ours: Duration, peer: Duration, floor: f64, target: f64) {
    let ratio = peer.as_secs_f64() / ours.as_secs_f64();
    let verdict = if ratio >= target { "target met" } else if ratio >= floor { "floor met" } else { "BELOW THE FLOOR" };
    println!("  against {name}: {ratio:.2} (floor {floor}, target {target}): {verdict}");
}

fn agree(name: &str, ours: &Answers, theirs: &Answers) -> Result<()> {
    let mismatches = ours.symmetric_difference(theirs).count();
    println!("  {mismatches} mismatches with {name}, {} hold", ours.len());
    ensure!(mismatches == 0, "{name} answers otherwise: {:?}", ours.symmetric_difference(theirs).next());
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

/// "Which terms hold": ours, Hyperscan, aho-corasick, and `memchr` for an octet that is not there.
pub(crate) fn literals(texts: &[String], terms: &[String], dictionaries: usize) -> Result<()> {
    let octets = texts.iter().map(String::len).sum();
    let contents: Vec<Content> = texts.iter().map(|it| content(it)).collect();
    let parts: Vec<&[String]> = terms.chunks(terms.len().div_ceil(dictionaries)).collect();
    let rules = ours::rules(ours::of_terms(&parts))?;
    let ready = median_of(3, || rules.compile());
    let program = rules.compile();
    let ours = median_of(RUNS, || contents.iter().map(|it| program.examine(it).len()).sum::<usize>());
    let short = terms.iter().filter(|it| it.len() < 8).count();
    println!("\n{} terms ({short} shorter than 8) in {dictionaries} dictionaries", terms.len());
    println!("  ours {:.2} GB/s, ready in {:.1} ms", rate(octets, ours), millis(ready));
    let number = |term: &str| terms.partition_point(|it| it.as_str() < term);
    let found = answers(&program, &contents, number);
    hyperscan_literals(texts, terms, (ours, ready), &found)?;
    let kind = if terms.len() > DENSE_TERMS_MAX { AhoCorasickKind::ContiguousNFA } else { AhoCorasickKind::DFA };
    let build = || AhoCorasick::builder().kind(Some(kind)).build(terms);
    let automaton = build()?;
    let time = median_of(3, || texts.iter().map(|it| automaton.find_overlapping_iter(it).count()).sum::<usize>());
    println!("  aho-corasick {kind:?} {:.2} GB/s, ready in {:.1} ms", rate(octets, time), millis(median_of(1, build)));
    let theirs = texts.iter().enumerate().flat_map(|(message, it)| {
        automaton.find_overlapping_iter(it).map(move |hit| (message, hit.pattern().as_usize()))
    });
    agree("aho-corasick", &found, &theirs.collect())?;
    let limit = median_of(RUNS, || texts.iter().filter(|it| memchr::memchr(0, it.as_bytes()).is_some()).count());
    println!("  memchr for what is not there, the limit: {:.1} GB/s", rate(octets, limit));
    Ok(())
}

#[cfg(hyperscan)]
fn hyperscan_literals(
    texts: &[String],
    terms: &[String],
    (ours, ready): (Duration, Duration),
    found: &Answers,
) -> Result<()> {
    use crate::hyperscan::Database;
    let (floor, target) = match terms.len() {
        0..=1_000 => (0.6, 1.0),
        1_001..=5_000 => (1.1, 2.0),
        _ => (1.3, 2.3),
    };
    let began = bench::clock::thread_time();
    let mut database = Database::of_literals(terms)?;
    let compile = bench::clock::thread_time().saturating_sub(began);
    let octets = texts.iter().map(String::len).sum();
    let (time, theirs) = hyperscan_run(&mut database, texts);
    println!("  hyperscan {:.2} GB/s, ready in {:.0} ms", rate(octets, time), millis(compile));
    agree("hyperscan", found, &theirs)?;
    ratio("hyperscan", ours, time, floor, target);
    if terms.len() > 5_000 {
        ratio("hyperscan, ready", ready, compile, 300.0, 300.0);
    }
    Ok(())
}

#[cfg(hyperscan)]
fn hyperscan_run(
    database: &mut crate::hyperscan::Database,
    texts: &[String],
) -> (Duration, Answers) {
    let mut found = Vec::new();
    let time = median_of(RUNS, || {
        texts.iter().for_each(|it| {
            found.clear();
            database.scan(it, &mut found);
        });
    });
    let mut theirs = Answers::new();
    for (message, text) in texts.iter().enumerate() {
        found.clear();
        database.scan(text, &mut found);
        theirs.extend(found.iter().map(|it| (message, *it as usize)));
    }
    (time, theirs)
}

#[cfg(not(hyperscan))]
fn hyperscan_literals(_: &[String], _: &[String], _: (Duration, Duration), _: &Answers) -> Result<()> {
    Ok(())
}

/// "Which patterns hold": ours, `RegexSet`, Hyperscan.
pub(crate) fn expressions(texts: &[String]) -> Result<()> {
    let octets = texts.iter().map(String::len).sum();
    let contents: Vec<Content> = texts.iter().map(|it| content(it)).collect();
    let program = ours::program(ours::of_patterns())?;
    let time = median_of(RUNS, || contents.iter().map(|it| program.examine(it).len()).sum::<usize>());
    println!("\n{} expressions\n  ours {:.2} GB/s", ours::EXPRESSIONS.len(), rate(octets, time));
    let number = |label: &str| label.trim_start_matches('p').parse().unwrap_or(usize::MAX);
    let found = answers(&program, &contents, number);
    let set = RegexSetBuilder::new(ours::EXPRESSIONS).case_insensitive(true).size_limit(64 << 20).build()?;
    let of_set = median_of(RUNS, || texts.iter().map(|it| set.matches(it).iter().count()).sum::<usize>());
    println!("  RegexSet {:.2} GB/s", rate(octets, of_set));
    let theirs = texts.iter().enumerate().flat_map(|(message, it)| set.matches(it).into_iter().map(move |at| (message, at)));
    agree("RegexSet", &found, &theirs.collect())?;
    ratio("RegexSet", time, of_set, 1.5, 3.0);
    #[cfg(hyperscan)]
    {
        // Its `\b` and case are of ASCII here, as the text mostly is; answers are not compared.
        let mut database = crate::hyperscan::Database::of_expressions(ours::EXPRESSIONS)?;
        let (theirs, _) = hyperscan_run(&mut database, texts);
        println!("  hyperscan {:.2} GB/s", rate(octets, theirs));
        ratio("hyperscan", time, theirs, 0.4, 0.8);
    }
    Ok(())
}

/// The whole decision on a message of 11 KB: 20 dictionaries, 16 of them patterns, and addresses.
pub(crate) fn decision(texts: &[String], terms: &[String]) -> Result<()> {
    let parts: Vec<&[String]> = terms.chunks(terms.len().div_ceil(20)).collect();
    let program = ours::program(ours::with_patterns(ours::of_terms(&parts)))?;
    let address = |it: &str| Address::parse(it).ok();
    let facts: Vec<Facts> = texts
        .iter()
        .map(|it| Facts {
            sender: address("alice@corp.example"),
            recipients: address("bob@shop.example").into_iter().collect(),
            content: content(it),
            ..Facts::default()
        })
        .collect();
    let time = median_of(RUNS, || facts.iter().map(|it| program.decide(it).verdicts.len()).sum::<usize>());
    let octets: usize = texts.iter().map(String::len).sum();
    let micros = time.as_secs_f64() * 1e6 / (octets as f64 / 11_000.0);
    println!("\nthe whole decision, 20 dictionaries and 16 expressions in 36 policies");
    println!("  {micros:.1} us for 11 KB (floor 50, target 22)");
    Ok(())
}

/// Text into the form that is compared.
pub(crate) fn normalisation(texts: &[String]) {
    let octets = texts.iter().map(String::len).sum();
    let time = median_of(RUNS, || texts.iter().map(|it| normal::normalise(it).len()).sum::<usize>());
    println!("\nnormalise: {:.2} GB/s", rate(octets, time));
    let cyrillic = "Проект Козодой, срок до пятницы. ".repeat(5_000);
    let time = median_of(RUNS, || normal::normalise(&cyrillic).len());
    println!("normalise, Cyrillic: {:.3} GB/s", rate(cyrillic.len(), time));
}

/// Text that was made to be slow, in nanoseconds for each octet at two lengths: twice the text may
/// take twice the time.
pub(crate) fn worst(terms: &[String]) -> Result<()> {
    let parts: Vec<&[String]> = terms.chunks(terms.len().div_ceil(20)).collect();
    let program = ours::program(ours::with_patterns(ours::of_terms(&parts)))?;
    println!("\nworst text, ns for each octet at 100 KB and at 400 KB");
    let term = terms.first().map_or("", String::as_str);
    let spaced = format!("{} ", terms.join(" "));
    for (name, piece) in [
        ("one letter", "a"),
        ("digits", "7"),
        ("digits apart", "7 "),
        ("cards that fail", "4012888888881882 "),
        ("one term", term),
        ("half a term", term.get(..term.len() / 2).unwrap_or_default()),
        ("every term", &spaced),
        ("tokens begun", "ghp_akia-----begin "),
        ("account numbers begun", "gb82 "),
        ("addresses begun", "a.b@"),
        ("another script", "٣٤ж"),
    ] {
        let nanos = |octets: usize| {
            let content = content(&piece.repeat(octets / piece.len().max(1) + 1));
            let time = median_of(3, || program.examine(&content).len());
            time.as_secs_f64() * 1e9 / content.text.len() as f64
        };
        println!("  {name:22} {:8.1} {:8.1}", nanos(100_000), nanos(400_000));
    }
    Ok(())
}
