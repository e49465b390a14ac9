//! The blocks of code of a page, each held against the program.
//!
//! The first line of a block says what it is:
//!
//! - `writ`: items that check without an error; its tests pass;
//! - `writ in policy`: lines of a policy, which do;
//! - `writ wrong E0230`: items with exactly this finding; `writ in policy wrong E0230`: lines; the
//!   line above says so to who reads the page;
//! - `writ file terms.writ`, `eml file samples/a.eml`: a file that later blocks of the page can name;
//! - `writ add`: what the tutorial adds to its file, followed by a test of its own;
//! - `writ part`: a form with `…` or a table of what can stand somewhere, not run.
//!
//! A block that begins with `writ 1` is a whole tree; the others stand in the tree of `context`.

use std::{collections::BTreeSet, fs, path::Path};

use grammar::diagnostic::{Colour, Severity, human};

use super::context;
use crate::{loaded::Loaded, message::Scene, tree::Tree};

/// When messages of tests arrive that do not say it: 2026-03-02 09:30 UTC, a Monday.
const AT_MS: i64 = 1_772_443_800_000;

/// A block of code with its duties.
#[derive(Debug)]
pub(super) struct Example {
    /// 1-based, of the page.
    line: usize,
    code: String,
    /// The item that the lines belong to.
    block: Option<String>,
    /// The finding that it must have.
    wrong: Option<String>,
    /// Paths and texts of the page's files before it.
    files: Vec<(String, String)>,
}

/// Every block of a page that is Writ and not a part.
pub(super) fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut files = Vec::new();
    let mut open: Option<(usize, Vec<&str>, String)> = None;
    for (at, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) => open = Some((at + 1, words.split(' ').collect(), String::new())),
            (Some((_, _, code)), None) => code.push_str(&format!("{line}\n")),
            (Some(_), Some(_)) => {
                let (line, words, code) = open.take().unwrap();
                if let Some(path) = after(&words, "file") {
                    files.push((path.to_owned(), code));
                } else if words.first() == Some(&"writ")
                    && !words.contains(&"part")
                    && !words.contains(&"add")
                {
                    let word = |key| after(&words, key).map(str::to_owned);
                    let (block, wrong) = (word("in"), word("wrong"));
                    examples.push(Example { line, code, block, wrong, files: files.clone() });
                }
            }
            (None, None) => {}
        }
    }
    examples
}

fn after<'w>(words: &[&'w str], key: &str) -> Option<&'w str> {
    words.iter().skip_while(|it| **it != key).nth(1).copied()
}

impl Example {
    /// What is wrong with it, with its line.
    pub(super) fn fault(&self) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in &self.files {
            write(&folder.path().join(path), text);
        }
        let whole = self.code.starts_with("writ ");
        let block = self.block.as_deref();
        let text = if whole { self.code.clone() } else { context::around(&self.code, block) };
        write(&folder.path().join("example.writ"), &text);
        let loaded = Loaded::check(Tree::read(folder.path()).unwrap());
        let fault = match &self.wrong {
            Some(code) => self.not_wrong(&loaded, code),
            None => self.not_right(loaded).or_else(|| self.not_formatted(whole)),
        };
        fault.map(|it| format!("{}: {it}\nin\n{}", self.line, self.code))
    }

    fn not_wrong(&self, loaded: &Loaded, code: &str) -> Option<String> {
        let is_error = code.starts_with('E');
        let found = loaded.findings.iter();
        let found = found.filter(|it| !is_error || it.severity() == Severity::Error);
        let codes: BTreeSet<String> = found.map(|it| it.code.to_string()).collect();
        let alone = !is_error || codes.len() == 1;
        (!alone || !codes.contains(code)).then(|| format!("wanted {code}, found {codes:?}"))
    }

    fn not_right(&self, loaded: Loaded) -> Option<String> {
        let errors = loaded.findings.iter().filter(|it| it.severity() == Severity::Error);
        let errors: Vec<String> =
            errors.map(|it| human(it, &loaded.sources, Colour::Plain)).collect();
        if !errors.is_empty() {
            return Some(errors.join("\n"));
        }
        let usable = loaded.usable(Path::new("example")).unwrap();
        let organisation = usable.program.organisation();
        let directory = engine::facts::Directory::default();
        let scene = Scene { tree: &usable.tree, organisation, at_ms: AT_MS, directory };
        let reports = engine::testing::run(&usable.rules, &|message| scene.facts(message));
        // The lines of a message, or of an assertion, say nothing about what becomes of it.
        let is_whole = !matches!(self.block.as_deref(), Some("message" | "test" | "assert"));
        let failed = reports.iter().filter(|it| is_whole && !it.passed() && self.is_meant(it));
        let failed: Vec<String> = failed
            .map(|it| {
                let why: Vec<&str> = it.failures.iter().map(|it| it.message.as_str()).collect();
                format!("{}: {}", it.title, why.join("; "))
            })
            .collect();
        (!failed.is_empty()).then(|| failed.join("\n"))
    }

    /// Assertions are held against tests; an example without one shows only how they are written.
    fn is_meant(&self, report: &engine::testing::TestReport) -> bool {
        report.kind != engine::testing::TestKind::Assertion || self.code.contains("test \"")
    }

    /// Items are shown in their one form.
    fn not_formatted(&self, whole: bool) -> Option<String> {
        if self.block.is_some() {
            return None;
        }
        let head = if whole { "" } else { "writ 1\n" };
        let formatted = grammar::format(&format!("{head}{}", self.code)).ok()?;
        let formatted = formatted.strip_prefix(head).unwrap_or(&formatted).trim_start_matches('\n');
        (formatted != self.code).then(|| format!("the form is\n{formatted}"))
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
