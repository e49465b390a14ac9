//! Whatever is edited, a tree that an editor has open is said of what a cold check says.
//!
//! Edits are of characters, words, lines, items and files, in trees that people wrote and in generated
//! ones; some are taken back, and not each is checked, since an editor types faster than that. A stale
//! finding is worse than a slow one.

use std::{collections::BTreeMap, path::Path};

use grammar::literal::Date;

use super::{MANY, random::Random, tree::Tree};
use crate::{
    bundle,
    live::{Checked, Live},
    rules::{Library, Rules, SourceFile},
};

/// Trees that are edited.
const TREES: u64 = if MANY { 60 } else { 15 };

/// Edits of one tree.
const EDITS: usize = if MANY { 30 } else { 8 };

/// Trees that people wrote, by the folder below `rules/`; a file of each is one to edit.
const WRITTEN: &str = include_str!("../../../../rules/trees.txt");

/// What a run met: whether it is of any worth.
#[derive(Debug, Default)]
struct Met {
    checks: usize,
    /// Checks of rules without errors, which are compared with one another.
    whole: usize,
    findings: BTreeMap<String, usize>,
}

impl Met {
    fn told(&self) -> String {
        let (checks, whole, codes) = (self.checks, self.whole, self.findings.len());
        format!("{checks} checks, {whole} of them without errors; findings of {codes} codes")
    }
}

type Files = BTreeMap<String, String>;

#[test]
#[expect(clippy::print_stdout, reason = "the figures are what is wanted of a long run")]
fn an_edited_tree_is_said_what_a_cold_check_says() {
    let std = library();
    let written: Vec<Files> = WRITTEN.lines().map(files_below).collect();
    let mut met = Met::default();
    for seed in 0..TREES {
        let mut random = Random::part(seed, 7);
        let files = if seed.is_multiple_of(3) {
            generated(seed)
        } else {
            written[random.below(written.len())].clone()
        };
        session(seed, &mut random, files, &std, &mut met);
        if seed % 10 == 9 {
            println!("{} trees: {}", seed + 1, met.told());
        }
    }
    assert!(met.whole * 10 > met.checks, "{}", met.told());
    assert!(met.findings.len() > 30, "{}", met.told());
}

fn library() -> Vec<SourceFile> {
    let files = files_below("std").into_iter();
    // What is not named from elsewhere takes time alone.
    let small = files.filter(|it| !it.0.contains("tests-"));
    small.map(|(path, text)| SourceFile { path, text }).collect()
}

#[expect(clippy::disallowed_methods, reason = "the shipped trees stand in files")]
fn files_below(folder: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules").join(folder);
    let entries = std::fs::read_dir(&root).unwrap();
    let paths = entries.map(|it| it.unwrap().path());
    let rules = paths.filter(|it| it.extension().is_some_and(|it| it == "writ"));
    let named = |it: &Path| it.file_name().unwrap().to_str().unwrap().to_owned();
    rules.map(|it| (named(&it), std::fs::read_to_string(&it).unwrap())).collect()
}

/// A generated tree in two files, without sets of fingerprints: those are no rule files.
fn generated(seed: u64) -> Files {
    let mut random = Random::new(seed);
    let mut tree = Tree::random(&mut random);
    tree.items.retain(|it| !it.head.starts_with("fingerprint "));
    let is_of_set = |it: &str| it.contains("fingerprint");
    for item in &mut tree.items {
        item.lines.iter_mut().for_each(|it| it.retain(|it| !is_of_set(it)));
    }
    let (mut one, mut other) = (tree.clone(), tree);
    let middle = one.items.len() / 2;
    other.items.drain(..middle);
    one.items.truncate(middle);
    [("a.writ", one), ("b.writ", other)].map(|it| (it.0.to_owned(), it.1.text())).into()
}

/// Someone edits a tree.
fn session(seed: u64, random: &mut Random, mut files: Files, std: &[SourceFile], met: &mut Met) {
    let mut live = Live::new(&[Library { name: "std", files: std }]);
    files.iter().for_each(|(path, text)| live.set(path, text));
    let mut is_whole = same(seed, "open", &mut live, &files, std, met);
    let mut before: Vec<(String, Option<String>)> = Vec::new();
    let mut gone: Files = Files::new();
    for _ in 0..EDITS {
        // Whoever has broken something mends it mostly.
        let takes_back = random.one_in(6) || !is_whole && !random.one_in(3);
        let back = if takes_back { before.pop() } else { None };
        let (path, text) = back.unwrap_or_else(|| {
            let (path, text) = edit(random, &files, &mut gone);
            before.push((path.clone(), files.get(&path).cloned()));
            (path, text)
        });
        match text {
            Some(text) => {
                live.set(&path, &text);
                files.insert(path.clone(), text);
            }
            None => {
                live.remove(&path);
                files.remove(&path);
            }
        }
        if !random.one_in(4) {
            is_whole = same(seed, &path, &mut live, &files, std, met);
        }
    }
}

/// A file and what becomes of it; nothing where it is taken out of the tree.
fn edit(random: &mut Random, files: &Files, gone: &mut Files) -> (String, Option<String>) {
    if let Some((path, text)) = gone.pop_first() {
        return (path, Some(text));
    }
    let paths: Vec<&String> = files.keys().collect();
    let path = paths[random.below(paths.len())].clone();
    let text = files[&path].clone();
    if files.len() > 1 && random.one_in(25) {
        gone.insert(path.clone(), text);
        return (path, None);
    }
    let donor = &files[paths[random.below(paths.len())]];
    let edited = match random.below(10) {
        0 => characters(random, &text),
        1 | 2 => words(random, &text, donor),
        3..=5 => pieces(random, &text, donor, "\n"),
        _ => pieces(random, &text, donor, "\n}\n"),
    };
    (path, Some(edited))
}

/// Puts a few characters in the place of a few others.
fn characters(random: &mut Random, text: &str) -> String {
    let mut all: Vec<char> = text.chars().collect();
    let start = random.below(all.len() + 1);
    let end = (start + random.below(12)).min(all.len());
    let put = ["", "{", "}", "\"", "#", ",", "\n", "x", "-", "ä", "\u{FEFF}", "}\n", "1"];
    all.splice(start..end, random.pick(&put).chars());
    all.into_iter().collect()
}

/// Puts a word of the tree in the place of another one: names come to mean something else, or nothing.
fn words(random: &mut Random, text: &str, donor: &str) -> String {
    let word = |random: &mut Random, text: &str| {
        let all: Vec<&str> = text.split_whitespace().collect();
        (!all.is_empty()).then(|| all[random.below(all.len())].to_owned())
    };
    let (Some(old), Some(new)) = (word(random, text), word(random, donor)) else {
        return text.to_owned();
    };
    if random.one_in(3) { text.replace(&old, &new) } else { text.replacen(&old, &new, 1) }
}

/// Takes lines or items out, writes them twice, moves them, takes them from elsewhere.
fn pieces(random: &mut Random, text: &str, donor: &str, end: &str) -> String {
    let mut all: Vec<&str> = text.split_inclusive(end).collect();
    let donors: Vec<&str> = donor.split_inclusive(end).collect();
    if all.is_empty() || donors.is_empty() {
        return donor.to_owned();
    }
    let at = random.below(all.len());
    match random.below(4) {
        0 => drop(all.remove(at)),
        1 => all.insert(at, donors[random.below(donors.len())]),
        2 => all[at] = donors[random.below(donors.len())],
        _ => {
            let other = random.below(all.len());
            all.swap(at, other);
        }
    }
    all.concat()
}

/// Both answers about the same texts, and what else is asked of a tree that is open.
fn same(
    seed: u64,
    edit: &str,
    live: &mut Live,
    files: &Files,
    std: &[SourceFile],
    met: &mut Met,
) -> bool {
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() })
        .collect();
    let std = [Library { name: "std", files: std }];
    let (rules, findings) = Rules::load(&sources, &std);
    let warm = live.check();
    let place = || format!("seed {seed}, {edit}: {files:#?}");
    assert_eq!(format!("{findings:#?}"), format!("{:#?}", warm.findings), "{}", place());
    assert!(octets(rules.as_ref()) == octets(warm.rules.as_ref()), "{}", place());
    assert_eq!(tests(rules.as_ref()), tests(warm.rules.as_ref()), "{}", place());
    assert_eq!(lapses(rules.as_ref()), lapsing(&warm), "{}", place());
    // What is remembered says the same when nothing was edited.
    let index = format!("{:?}", live.index());
    assert_eq!(live.check().findings, warm.findings, "{}", place());
    assert_eq!(format!("{:?}", live.index()), index, "{}", place());
    if met.checks.is_multiple_of(4) {
        let mut fresh = Live::new(&std);
        files.iter().for_each(|(path, text)| fresh.set(path, text));
        fresh.check();
        assert_eq!(format!("{:?}", fresh.index()), format!("{:?}", live.index()), "{}", place());
    }
    met.checks += 1;
    met.whole += usize::from(rules.is_some());
    for finding in &findings {
        *met.findings.entry(finding.code.to_string()).or_default() += 1;
    }
    rules.is_some()
}

fn octets(rules: Option<&Rules>) -> Option<Vec<u8>> {
    rules.map(bundle::encode)
}

/// The tests of the rules; what a pattern is compiled to has no words.
fn tests(rules: Option<&Rules>) -> Option<String> {
    rules.map(|it| {
        let values: Vec<_> = it.values.iter().map(|it| (&it.place, &it.text, it.accepts)).collect();
        let asserts: Vec<_> = it.asserts.iter().map(|it| (&it.title, &it.place)).collect();
        let tests = it.tests.iter().map(|it| (&it.title, &it.place, &it.given, &it.expects));
        format!("{:?} {asserts:?} {values:?}", tests.collect::<Vec<_>>())
    })
}

fn day() -> Date {
    Date::parse("2026-03-02").unwrap()
}

fn lapses(rules: Option<&Rules>) -> String {
    let found = rules.map(|it| it.check_at(day())).unwrap_or_default();
    format!("{found:#?}")
}

fn lapsing(checked: &Checked) -> String {
    format!("{:#?}", checked.lapses(day()))
}
