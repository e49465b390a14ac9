//! The example of every code: the wrong rules give it and nothing else, the right ones nothing at
//! all, what a person reads is the text beside it, and what a fix does makes the finding go.

use std::{collections::BTreeSet, fs, path::PathBuf};

use grammar::{
    diagnostic::{Colour, Diagnostic, human},
    literal::Date,
};

use super::scene::{address, said};
use crate::{
    Library, Rules, SourceFile,
    code::{CODES, example},
    facts::Directory,
    rules::sources,
};

/// What stands around an example, unless it says `=== alone`.
const AROUND: &str = include_str!("../code/cases/around.txt");

/// Only a shell reads files that are no text.
const OF_THE_SHELL: [&str; 1] = ["E0209"];

/// Rewrites the texts beside the examples.
const REWRITE: &str = "WRIT_EXAMPLES_REWRITE";

/// The files of one half of an example.
struct Scene {
    files: Vec<SourceFile>,
    libraries: Vec<(String, Vec<SourceFile>)>,
}

fn scene(text: &str) -> Scene {
    let alone = text.starts_with("=== alone\n");
    let text = text.strip_prefix("=== alone\n").unwrap_or(text);
    let mut scene = Scene { files: Vec::new(), libraries: Vec::new() };
    let (mut path, mut body) = ("file rules.writ".to_owned(), String::new());
    for line in text.lines().chain(["=== end"]) {
        let Some(next) = line.strip_prefix("=== ") else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        scene.add(&path, &std::mem::take(&mut body));
        next.clone_into(&mut path);
    }
    if !alone {
        scene.files.push(file("around.writ", AROUND));
    }
    scene
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// A directory that has somebody for each group of the rules, and the values that examples ask for,
/// the dead ones apart.
fn directory(rules: &Rules) -> Directory {
    let mut directory = Directory::default();
    let somebody = address("somebody@corp.example");
    let program = rules.compile();
    let (groups, attributes) = program.directory_names();
    for group in groups.into_iter().filter(|it| *it != "groups/dead") {
        directory.add_group(&somebody, group);
    }
    for attribute in attributes {
        for value in ["chief", "high-street", "secret"] {
            directory.set_attribute(&somebody, attribute, value);
        }
    }
    directory
}

impl Scene {
    fn add(&mut self, head: &str, body: &str) {
        let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
        let is_set = name.ends_with(crate::fingerprint::EXTENSION);
        let text = if is_set { body.to_owned() } else { format!("writ 1\n{body}") };
        match kind {
            "file" => self.files.push(file(name, &text)),
            "library" => self.libraries.push((name.to_owned(), vec![file("lib.writ", &text)])),
            other => panic!("{other}"),
        }
    }

    fn findings(&self) -> Vec<Diagnostic> {
        let (rules, mut findings) = Rules::load(&self.files, &self.libraries());
        if let Some(rules) = rules {
            findings.extend(rules.check_at(Date::parse("2026-03-02").unwrap()));
            findings.extend(rules.check_directory(&directory(&rules)));
            let gone = |path: &str| path.contains("gone").then(|| format!("`{path}` is not there"));
            findings.extend(rules.check_samples(gone));
        }
        findings
    }

    fn libraries(&self) -> Vec<Library<'_>> {
        self.libraries.iter().map(|(name, files)| Library { name, files }).collect()
    }

    fn rendered(&self) -> String {
        let sources = sources(&self.files, &self.libraries());
        let findings = self.findings();
        findings.iter().map(|it| human(it, &sources, Colour::Plain) + "\n").collect()
    }

    /// The scene after the edits of a fix.
    fn fixed(&self, finding: &Diagnostic) -> Self {
        let mut files = self.files.clone();
        let mut edits = finding.fix.as_ref().unwrap().edits.clone();
        edits.sort_by_key(|it| std::cmp::Reverse(it.0));
        for (span, text) in edits {
            let file = &mut files[usize::try_from(span.file.0).unwrap()];
            file.text.replace_range(span.range(), &text);
        }
        Self { files, libraries: self.libraries.clone() }
    }
}

fn beside(code: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/code/cases/{code}.txt"))
}

#[test]
fn wrong_rules_give_their_code_and_nothing_else_and_right_ones_nothing() {
    let mut wrong_ones = Vec::new();
    for page in CODES {
        let code = page.code.to_string();
        let (wrong, right) = example(page.code).unwrap();
        if OF_THE_SHELL.contains(&code.as_str()) {
            continue;
        }
        let found = scene(wrong).findings();
        let codes: BTreeSet<String> = found.iter().map(|it| it.code.to_string()).collect();
        if codes != BTreeSet::from([code.clone()]) {
            wrong_ones.push(format!("{code} wrong:\n{}", said(&found)));
        }
        let clean = scene(right).findings();
        if !clean.is_empty() {
            wrong_ones.push(format!("{code} right:\n{}", said(&clean)));
        }
        for finding in &found {
            let placed = finding.place().is_some_and(|it| it.start <= it.end);
            if !placed || finding.message.ends_with('.') {
                wrong_ones.push(format!("{code} message: {}", finding.message));
            }
        }
    }
    assert!(wrong_ones.is_empty(), "{}", wrong_ones.join("\n\n"));
}

#[expect(clippy::disallowed_methods, reason = "what is expected stands in files")]
#[test]
fn what_a_person_reads_is_the_text_beside_the_example() {
    let rewrite = std::env::var_os(REWRITE).is_some();
    let mut differ = Vec::new();
    for page in CODES {
        let code = page.code.to_string();
        if OF_THE_SHELL.contains(&code.as_str()) {
            continue;
        }
        let rendered = scene(example(page.code).unwrap().0).rendered();
        if rewrite {
            fs::write(beside(&code), &rendered).unwrap();
        } else if fs::read_to_string(beside(&code)).unwrap_or_default() != rendered {
            differ.push(format!("{code} now reads:\n{rendered}"));
        }
    }
    let hint = format!("with {REWRITE}=1 the texts are written anew; read them");
    assert!(differ.is_empty(), "{}\n{hint}", differ.join("\n"));
}

#[test]
fn what_a_fix_does_makes_its_finding_go() {
    let mut left = Vec::new();
    for page in CODES {
        let scene = scene(example(page.code).unwrap().0);
        let found = scene.findings();
        for finding in &found {
            if finding.fix.as_ref().is_none_or(|it| it.edits.is_empty()) {
                continue;
            }
            let after = scene.fixed(finding).findings();
            let of_code = |all: &[Diagnostic]| all.iter().filter(|it| it.code == page.code).count();
            let broke = after.iter().find(|it| it.code.number() < 200);
            if of_code(&found) <= of_code(&after) || broke.is_some() {
                left.push(format!("{}: {}\n{}", page.code, finding.message, said(&after)));
            }
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n\n"));
}
