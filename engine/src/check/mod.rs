//! From parsed files to the resolved model, with everything that is wrong told at once.
//!
//! Each part of the language has its file here. A part that cannot be resolved is left out of the
//! model and its diagnostic keeps the rules from being used, so nothing cascades.

pub(crate) mod absent;
mod attachments;
mod bypasses;
mod cases;
mod clauses;
mod definitions;
mod examinations;
mod fingerprints;
mod idle;
mod items;
pub(crate) mod lapse;
mod lint;
mod lints;
pub(crate) mod memory;
pub(crate) mod names;
mod organisation;
mod outcomes;
mod people;
mod regex;
mod terms;

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use grammar::{
    Parser,
    diagnostic::{Code, Diagnostic, Severity, SourceFile},
    tree::{FileId, ItemKind, Reference, Span, Tree, UseSource},
};

pub use self::names::NameKind;

use self::{
    items::Items,
    memory::Memory,
    names::{Entry, Names, Part},
};
use crate::{
    code, fingerprint,
    model::{Model, outcome::Outcome, source::Sources},
    outline::Outline,
    rules::{Library, Rules},
    scan::pattern::Pattern,
    testing::model::PatternCase,
};

/// Reads and checks; the rules are absent where nothing could be made of the tree.
pub(crate) fn load(
    files: &[SourceFile],
    libraries: &[Library<'_>],
) -> (Option<Rules>, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let parsed = parse_all(files, libraries, &mut findings);
    let parts = parsed.parts(files, libraries);
    let known: Vec<&str> = libraries.iter().map(|it| it.name).collect();
    let checked = judge(&parsed.sources, &parts, &known, findings, Memory::default());
    let outline = Arc::new(parsed.outline());
    (checked.rules.map(|it| Rules { outline, ..it }), checked.findings)
}

/// What parsed files came to.
pub(crate) struct Judged {
    /// Absent where nothing could be made of the tree.
    pub(crate) rules: Option<Rules>,
    /// Those of the parser and those of the check.
    pub(crate) findings: Vec<Diagnostic>,
    /// Every reference that was resolved, and the name that it means.
    pub(crate) met: Vec<(Span, Span)>,
    /// For the next check of these files.
    pub(crate) memory: Memory,
}

/// Checks parsed files. `libraries` are the names of all there are, `findings` the parser's; `memory` is of
/// the check before.
pub(crate) fn judge(
    sources: &Sources,
    parts: &[Part<'_>],
    libraries: &[&str],
    mut findings: Vec<Diagnostic>,
    memory: Memory,
) -> Judged {
    let names = Names::collect(parts, libraries, sources, &mut findings);
    refuse_library_items(parts, &mut findings);
    let own = parts.iter().filter(|it| !it.is_library).flat_map(|it| it.trees.iter().copied());
    let items = Items::collect(own);
    let trees = parts.iter().filter(|it| !it.is_library).flat_map(|it| it.trees.iter().copied());
    let checker = Checker {
        sources,
        trees: trees.collect(),
        names,
        items,
        findings: RefCell::new(findings),
        values: RefCell::default(),
        memory: RefCell::new(memory),
    };
    let rules = checker.rules();
    let met = checker.names.take_met();
    let findings = without_cascade(checker.findings.into_inner(), parts);
    Judged { rules, findings, met, memory: checker.memory.into_inner() }
}

/// Every pattern of the tree, then of each library under its name, with its doc comment. Those that
/// cannot be compiled are left out and told.
pub(crate) fn patterns(
    files: &[SourceFile],
    libraries: &[Library<'_>],
) -> (Vec<(Pattern, String)>, Vec<Diagnostic>) {
    let (mut patterns, mut findings) = (Vec::new(), Vec::new());
    let mut parser = Parser::default();
    let mut sources = Sources::default();
    let own = files.iter().map(|it| (String::new(), it));
    let of_libraries =
        libraries.iter().flat_map(|it| it.files.iter().map(|file| (format!("{}.", it.name), file)));
    for (prefix, file) in own.chain(of_libraries) {
        let id = sources.add(&file.path, &file.text);
        for item in parse(&mut parser, &file.text, id, &mut findings).items {
            let ItemKind::Pattern(pattern) = &item.kind else { continue };
            let label = format!("{prefix}{}", pattern.name.value);
            match terms::compiled(pattern, &label, regex::compile) {
                Ok(pattern) => patterns.push((pattern, item.doc.unwrap_or_default())),
                Err(wrong) => findings.extend(wrong),
            }
        }
    }
    (patterns, findings)
}

/// What every part of the check works with.
pub(crate) struct Checker<'t> {
    sources: &'t Sources,
    names: Names<'t>,
    /// The files of the tree itself.
    trees: Vec<&'t Tree>,
    /// Those of the tree itself, without libraries.
    items: Items<'t>,
    findings: RefCell<Vec<Diagnostic>>,
    values: RefCell<Vec<PatternCase>>,
    memory: RefCell<Memory>,
}

impl<'t> Checker<'t> {
    fn rules(&self) -> Option<Rules> {
        let organisation = self.organisation()?;
        self.memory.borrow_mut().at(&organisation);
        let sets = self.sets();
        let examinations = self.examinations();
        let fingerprints = self.fingerprints();
        let definitions = self.definitions();
        let default = self.default_outcome();
        let policies = self.policies(&sets, &organisation);
        let requests = self.requests(&sets, &organisation);
        let bypasses = self.bypasses(&sets, &organisation);
        let model = Model {
            organisation,
            sets,
            examinations,
            fingerprints,
            definitions,
            default,
            policies,
            requests,
            bypasses,
        };
        self.refuse_override_cycles(&model);
        self.lint(&model);
        self.refuse_idle();
        let tests = self.tests(&model);
        let asserts = self.asserts();
        self.lint_all(&model);
        let mut values = self.values.take();
        values.sort_by(|one, other| one.place.cmp(&other.place));
        let outline = Arc::default();
        Some(Rules { model: Arc::new(model), tests, asserts, values, outline })
    }

    /// Whether a finding of this code was reported: others may only follow from it.
    fn has_reported(&self, code: Code) -> bool {
        self.findings.borrow().iter().any(|it| it.code == code)
    }

    /// Reports a finding.
    fn report(&self, finding: Diagnostic) {
        self.findings.borrow_mut().push(finding);
    }

    /// What a reference means; reports where it means nothing, or something else.
    fn resolve(&self, reference: &Reference, wanted: &'static [NameKind]) -> Option<&Entry<'t>> {
        match self.names.find(reference, wanted) {
            Ok(entry) => Some(entry),
            Err(_) if self.names.is_broken(reference, wanted) => None,
            Err(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    fn default_outcome(&self) -> Outcome {
        let mut outcomes = self.items.defaults.iter();
        let Some(first) = outcomes.next() else { return Outcome::Deliver };
        for again in outcomes {
            let finding = Diagnostic::new(code::DEFAULT_TWICE, "there is a second `default`");
            self.report(finding.primary(again.span, "").secondary(first.span, "the first is here"));
        }
        self.policy_outcome(first).unwrap_or(Outcome::Deliver)
    }
}

/// All files, parsed; libraries only as far as some `use` names them.
struct Parsed {
    sources: Sources,
    trees: Vec<Tree>,
    of_libraries: Vec<(usize, Vec<Tree>)>,
}

fn parse_all(
    files: &[SourceFile],
    libraries: &[Library<'_>],
    found: &mut Vec<Diagnostic>,
) -> Parsed {
    let (mut sources, mut parser) = (Sources::default(), Parser::default());
    let ids: Vec<FileId> = files
        .iter()
        .map(|it| {
            if is_set(&it.path) {
                sources.add_set(&it.path, &it.text)
            } else {
                sources.add(&it.path, &it.text)
            }
        })
        .collect();
    let library_ids: Vec<Vec<FileId>> = libraries
        .iter()
        .map(|it| it.files.iter().map(|file| sources.add(&file.path, &file.text)).collect())
        .collect();
    let trees: Vec<Tree> = files
        .iter()
        .zip(ids)
        .filter(|it| !is_set(&it.0.path))
        .map(|(file, id)| parse(&mut parser, &file.text, id, found))
        .collect();
    let mut of_libraries: Vec<(usize, Vec<Tree>)> = Vec::new();
    let mut wanted: Vec<String> = trees.iter().flat_map(used_libraries).collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        let Some(at) = libraries.iter().position(|it| it.name == name) else { continue };
        if !seen.insert(at) {
            continue;
        }
        let files = libraries.get(at).into_iter().flat_map(|it| it.files);
        let ids = library_ids.get(at).into_iter().flatten();
        let parsed: Vec<Tree> =
            files.zip(ids).map(|(file, id)| parse(&mut parser, &file.text, *id, found)).collect();
        wanted.extend(parsed.iter().flat_map(used_libraries));
        of_libraries.push((at, parsed));
    }
    of_libraries.sort_by_key(|it| it.0);
    Parsed { sources, trees, of_libraries }
}

/// Whether a file holds a set of fingerprints and no rules.
pub(crate) fn is_set(path: &str) -> bool {
    path.ends_with(fingerprint::EXTENSION)
}

fn parse(parser: &mut Parser, text: &str, id: FileId, found: &mut Vec<Diagnostic>) -> Tree {
    let (tree, diagnostics) = parser.parse(id, text);
    found.extend(diagnostics);
    tree
}

fn used_libraries(tree: &Tree) -> Vec<String> {
    let name = |source: &UseSource| match source {
        UseSource::Library(name) => Some(name.value.clone()),
        UseSource::File { .. } => None,
    };
    tree.uses.iter().filter_map(|it| name(&it.source)).collect()
}

impl Parsed {
    /// What is left of the files once they are checked.
    fn outline(self) -> Outline {
        let libraries = self.of_libraries.into_iter().flat_map(|it| it.1).collect();
        Outline::new(self.sources, self.trees, libraries)
    }

    fn parts(&self, files: &[SourceFile], libraries: &[Library<'_>]) -> Vec<Part<'_>> {
        let rule_files = files.iter().filter(|it| !is_set(&it.path));
        let own = self.trees.iter().zip(rule_files).map(|(tree, file)| Part {
            trees: vec![tree],
            name: file.path.clone(),
            is_library: false,
        });
        let of_libraries = self.of_libraries.iter().map(|(at, trees)| Part {
            trees: trees.iter().collect(),
            name: libraries.get(*at).map(|it| it.name.to_owned()).unwrap_or_default(),
            is_library: true,
        });
        own.chain(of_libraries).collect()
    }
}

fn refuse_library_items(parts: &[Part<'_>], found: &mut Vec<Diagnostic>) {
    for item in
        parts.iter().filter(|it| it.is_library).flat_map(|it| &it.trees).flat_map(|it| &it.items)
    {
        let allowed = match item.kind {
            ItemKind::Addresses(_)
            | ItemKind::Attribute(_)
            | ItemKind::Definition(_)
            | ItemKind::Domains(_)
            | ItemKind::Examination(_)
            | ItemKind::Fingerprints(_)
            | ItemKind::Group(_)
            | ItemKind::Networks(_)
            | ItemKind::Pattern(_)
            | ItemKind::Terms(_)
            | ItemKind::Test(_) => true,
            ItemKind::Assert(_)
            | ItemKind::Bypass(_)
            | ItemKind::Default(_)
            | ItemKind::Organisation(_)
            | ItemKind::Policy(_)
            | ItemKind::Request(_) => false,
        };
        if !allowed {
            let message = "a library cannot decide anything";
            let finding = Diagnostic::new(code::LIBRARY_ITEM, message).primary(item.span, "");
            found.push(finding.note(
                "a library shares sets, terms, patterns, examinations and definitions; what decides stands in the \
                 tree that uses it",
            ));
        }
    }
}

/// Leaves out what only follows from lines that the parser could not read, and from names that nothing
/// has: findings at the same place, what is missing in an item with such a line, and what seems unused or
/// empty by it.
fn without_cascade(findings: Vec<Diagnostic>, parts: &[Part<'_>]) -> Vec<Diagnostic> {
    let is_parser = |it: &&Diagnostic| it.code.number() < ENGINE_CODES_FIRST;
    let places = |code: &dyn Fn(&&Diagnostic) -> bool| -> BTreeSet<Span> {
        findings.iter().filter(code).filter_map(Diagnostic::place).collect()
    };
    let parser = places(&|it| is_parser(it) && it.severity() == Severity::Error);
    let nameless = places(&|it| NAMES_NOTHING.contains(&it.code));
    let lacking = places(&|it| it.code == code::LINE_MISSING);
    if parser.is_empty() && nameless.is_empty() && lacking.is_empty() {
        return findings;
    }
    let items = parts.iter().flat_map(|it| &it.trees).flat_map(|it| &it.items).map(|it| it.span);
    // Items stand one after the other, so the last that begins before a place is the only one to hold it.
    let items: BTreeSet<Span> = items.collect();
    let holder = |places: &BTreeSet<Span>, it: Span| {
        let end = Span { start: it.start, end: u32::MAX, ..it };
        let last = places.range(..=end).next_back().copied();
        last.filter(|place| place.file == it.file && it.start < place.end)
    };
    let item_of = |it: Span| holder(&items, it);
    let broken: BTreeSet<Span> = parser.iter().filter_map(|it| item_of(*it)).collect();
    let unsure: BTreeSet<Span> = nameless.iter().filter_map(|it| item_of(*it)).collect();
    let kept = |it: &Diagnostic| {
        let place = it.place();
        let at_same_place = place.is_some_and(|it| parser.contains(&it));
        let is_in = |items: &BTreeSet<Span>| {
            it.labels.iter().any(|at| item_of(at.span).is_some_and(|item| items.contains(&item)))
        };
        let is_lint = it.severity() == Severity::Warning;
        // Of a word that stands for nothing, and of what lacks a line, no lint is said.
        let is_told = |it: Span| holder(&nameless, it).is_some() || lacking.contains(&it);
        if is_lint && place.is_some_and(is_told) {
            return false;
        }
        let follows = at_same_place
            || is_in(&broken) && (is_lint || OF_INCOMPLETE_ITEMS.contains(&it.code))
            || is_in(&unsure) && OF_UNSURE_ITEMS.contains(&it.code)
            || !parser.is_empty() && OF_INCOMPLETE_TREES.contains(&it.code);
        is_parser(&it) || !follows
    };
    findings.into_iter().filter(kept).collect()
}

/// The first number that is not the parser's.
const ENGINE_CODES_FIRST: u16 = 200;

/// Lints that compare what an item says with what others say, or with everybody.
const OF_UNSURE_ITEMS: [Code; 7] = [
    code::BYPASS_IDLE,
    code::BYPASS_WIDE,
    code::DEFINITIONS_EQUAL,
    code::MIXED_SPECIFICITY,
    code::POLICIES_EQUAL,
    code::REQUEST_IDLE,
    code::SECURE_IDLE,
];

/// A name that nothing has, or something of another kind: what the item says is not known in full.
const NAMES_NOTHING: [Code; 2] = [code::NAME_UNKNOWN, code::NAME_KIND];

/// Errors that a missing line of an item can cause; so can every lint.
const OF_INCOMPLETE_ITEMS: [Code; 6] = [
    code::LINE_MISSING,
    code::THRESHOLD_UNREACHABLE,
    code::REPLY_ALL,
    code::SKIPS_ROUTING,
    code::BYPASS_ENDLESS,
    code::OVERRIDE_KIND,
];

/// Findings that a missing line anywhere can cause.
const OF_INCOMPLETE_TREES: [Code; 10] = [
    code::EXAMINATION_UNUSED,
    code::DEFINITION_UNUSED,
    code::SET_EMPTY,
    code::SET_UNUSED,
    code::DIRECTORY_UNUSED,
    code::FINDABLE_UNUSED,
    code::FINGERPRINTS_UNUSED,
    code::USE_UNUSED,
    code::BYPASS_IDLE,
    code::BYPASS_SOURCE,
];
