//! `writ import`: exports of policies, definitions, groups and dictionaries as a tree of rules.
//!
//! Every row becomes a [`record::Record`] whose columns are understood; records become items; items
//! that disagree are settled ([`repair`]); what the policies say is proved on messages ([`proof`]).
//!
//! # Invariants
//!
//! - What became different is in [`change::Changes`]: nothing is approximated silently.
//! - What cannot be told is written so that it protects more, or is left out and noted as
//!   [`change::Class::Weaker`].
//! - What is returned checks without an error, and its tests pass.
//!
//! # Trust
//!
//! An export is hostile: its texts reach the rules quoted and without hidden characters, names are made
//! anew, every count has a bound.

pub(crate) mod change;
mod clause;
mod content;
mod definition;
mod dictionary;
mod expression;
mod field;
mod json;
pub(crate) mod naming;
mod people;
mod policy;
mod policy_type;
mod proof;
mod record;
mod repair;
mod table;
mod text;
pub(crate) mod value;
mod words;

use std::path::Path;

use engine::SourceFile;
use grammar::literal::Date;

use self::{
    change::{Changes, Class},
    clause::{Clause, ClauseKind},
    content::{DictionaryFile, Examinations},
    definition::Definitions,
    field::{Kind, closest_header, of_header, plain},
    naming::Names,
    people::People,
    policy::Known,
    record::{Cell, Record},
    value::DateOrder,
};
use crate::{loaded::Loaded, tree::Tree};

/// Octets of one export.
pub(crate) const EXPORT_OCTETS_MAX: u64 = 64 * 1024 * 1024;

/// Files of one import.
pub(crate) const EXPORTS_MAX: usize = 100;

/// Policies of one import: as many as a tree is measured with.
const POLICIES_MAX: usize = 10_000;

/// What the export does not say.
#[derive(Debug)]
pub(crate) struct Options {
    /// What the organisation is called.
    pub(crate) organisation: String,
    /// Its domains.
    pub(crate) domains: Vec<String>,
    /// Its time zone, by name and as it is.
    pub(crate) zone_name: String,
    /// The same.
    pub(crate) zone: jiff::tz::TimeZone,
    /// The networks of its mail servers.
    pub(crate) relay_networks: Vec<String>,
    /// How dates of figures are read.
    pub(crate) date_order: Option<DateOrder>,
    /// Whether what cannot be read counts as clear.
    pub(crate) is_unreadable_clear: bool,
    /// Whether texts are found as whole words alone.
    pub(crate) whole_words: bool,
    /// Columns that mean nothing.
    pub(crate) ignored: Vec<String>,
    /// The score at which dictionaries of their own activate.
    pub(crate) activates_at: Option<u32>,
    /// The day of the import.
    pub(crate) today: Date,
}

/// An export, as octets.
#[derive(Debug)]
pub(crate) struct Export {
    /// The name of its file, without folders.
    pub(crate) file: String,
    pub(crate) octets: Vec<u8>,
}

/// Why an export cannot be brought over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// A file is not in its form.
    #[error("`{file}`: {said}; nothing was written")]
    Form {
        /// Which file.
        file: String,
        /// What is wrong, and where.
        said: String,
    },
    /// Nothing is in the files.
    #[error(
        "there is no policy, definition, group or dictionary in what was given; nothing was written"
    )]
    Nothing,
    /// What came out does not check, or does not go together with what is there.
    #[error("{findings}error: {said}; nothing was written")]
    Unsettled {
        /// The findings, for people.
        findings: String,
        /// What they are about.
        said: &'static str,
    },
}

/// What was brought over.
#[derive(Debug)]
pub(crate) struct Imported {
    /// Paths and texts of the rules, by path.
    pub(crate) files: Vec<SourceFile>,
    pub(crate) changes: Changes,
    pub(crate) names: Names,
    pub(crate) counts: Counts,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) bypasses: usize,
    pub(crate) definitions: usize,
    pub(crate) examinations: usize,
    pub(crate) lints: usize,
    pub(crate) people: usize,
    pub(crate) policies: usize,
    pub(crate) tests: usize,
}

/// Rows of all files, by what they are about.
#[derive(Debug, Default)]
struct Rows {
    policies: Vec<Record>,
    definitions: Vec<Record>,
    contents: Vec<Record>,
    groups: Vec<Record>,
    dictionaries: Vec<DictionaryFile>,
}

impl Options {
    /// A domain of the organisation, for tests.
    fn domain(&self) -> String {
        let whole = self.domains.iter().find(|it| !it.starts_with("*."));
        let first = whole.or_else(|| self.domains.first());
        first.map_or_else(|| "acme.example".to_owned(), |it| it.replacen("*.", "below.", 1))
    }
}

/// Brings exports over.
///
/// # Errors
///
/// [`ImportError`]: a file is not in its form, or nothing usable came out.
pub(crate) fn import(exports: &[Export], options: &Options) -> Result<Imported, ImportError> {
    let mut changes = Changes::default();
    let mut names = Names::default();
    let rows = read(exports, options, &mut changes)?;
    let mut people = People::default();
    rows.groups.iter().for_each(|it| people.add(it, &mut changes));
    people.name_groups(&mut names);
    let mut definitions = Definitions::default();
    rows.definitions.iter().for_each(|it| definitions.add(it, &mut names, &mut changes));
    let examinations =
        Examinations::bring(&rows.contents, &rows.dictionaries, options, &mut names, &mut changes);
    let mut clauses: Vec<Clause> = Vec::new();
    for record in &rows.policies {
        let mut known = Known {
            definitions: &mut definitions,
            examinations: &examinations,
            names: &mut names,
            options,
            people: &mut people,
        };
        clauses.extend(policy::bring(record, &mut known, &mut changes));
    }
    people.report(&mut changes);
    clauses.iter().for_each(|it| policy::believes(it, options, &mut changes));
    let mut files = vec![of_organisation(options)];
    files.extend(file(
        "people.writ",
        "Who: groups of the export, and what the directory knows.",
        &people.items(),
    ));
    files.extend(file("definitions.writ", "How secured messages are kept.", &definitions.items()));
    let content: Vec<String> = examinations.items().map(str::to_owned).collect();
    files.extend(file("content.writ", "What is looked for.", &content));
    repair::settle(&files, &mut clauses, &definitions, &mut changes).map_err(|findings| {
        ImportError::Unsettled { findings, said: "these rules could not be brought to check" }
    })?;
    let items: Vec<String> = clauses.iter().map(Clause::item).collect();
    files.extend(of_policies(&items));
    let tree = Tree::of_texts(Path::new(""), files.clone());
    let without = |gone: usize| {
        let others = clauses.iter().enumerate().filter(|it| it.0 != gone);
        let items: Vec<String> = others.map(|it| it.1.item()).collect();
        let mut files: Vec<SourceFile> =
            files.iter().filter(|it| it.path != POLICIES).cloned().collect();
        files.extend(of_policies(&items));
        Tree::of_texts(Path::new(""), files)
    };
    let proof = proof::make((&tree, &without), &clauses, &examinations, options);
    for clause in proof.untested.iter().filter_map(|it| clauses.get(*it)) {
        changes.add(
            Class::Same,
            &clause.place,
            &clause.called,
            "no message was found that shows what it does: write a test for it",
        );
    }
    let heading = "What the export says becomes of a message, for each policy.";
    files.extend(file("tests.writ", heading, &[proof.text]).filter(|_| proof.tests > 0));
    let mut counts = Counts {
        definitions: definitions.items().len(),
        examinations: examinations.all().count(),
        people: people.items().len(),
        tests: proof.tests,
        ..Counts::default()
    };
    counts.bypasses = clauses.iter().filter(|it| it.kind == ClauseKind::Bypass).count();
    counts.policies = clauses.len().saturating_sub(counts.bypasses);
    finished(files, changes, names, counts)
}

/// Formats and checks what came out once more, as it is written.
fn finished(
    mut files: Vec<SourceFile>,
    changes: Changes,
    names: Names,
    mut counts: Counts,
) -> Result<Imported, ImportError> {
    for file in &mut files {
        if let Ok(formatted) = grammar::format(&file.text) {
            file.text = formatted;
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let loaded = Loaded::check(Tree::of_texts(Path::new(""), files.clone()));
    if loaded.rules.is_none() {
        let findings = crate::report::findings::short(&loaded, 0);
        return Err(ImportError::Unsettled { findings, said: "what came out does not check" });
    }
    counts.lints = loaded.findings.len();
    Ok(Imported { files, changes, names, counts })
}

/// The file of policies and bypasses.
const POLICIES: &str = "policies.writ";

fn of_policies(items: &[String]) -> Option<SourceFile> {
    file(POLICIES, "What happens to mail.", items)
}

/// A file of items, where there are any.
fn file(path: &str, heading: &str, items: &[String]) -> Option<SourceFile> {
    let text = items.join("\n");
    let head = head(&text);
    let default = if path == POLICIES { "\ndefault deliver\n" } else { "" };
    let text = format!("{head}\n# {heading}\n{default}\n{text}");
    (!items.is_empty()).then(|| SourceFile { path: path.to_owned(), text })
}

/// The first lines of a file with these items.
fn head(items: &str) -> String {
    let uses = if items.contains(" with mimecast.") { "use mimecast\n" } else { "" };
    format!("writ 1\n{uses}")
}

fn of_organisation(options: &Options) -> SourceFile {
    let relay = match options.relay_networks.as_slice() {
        [] => String::new(),
        networks => format!("  relay networks {}\n", networks.join(", ")),
    };
    let text = format!(
        "writ 1\n\n## Who we are. The export does not say it: check every line.\norganisation {} {{\n  domains {}\n  time zone {}\n  retention at most 365 days\n  message size at most 50 MiB\n  on error hold\n{relay}}}\n",
        options.organisation,
        options.domains.join(", "),
        options.zone_name,
    );
    SourceFile { path: "organisation.writ".to_owned(), text }
}

fn read(exports: &[Export], options: &Options, changes: &mut Changes) -> Result<Rows, ImportError> {
    let mut rows = Rows::default();
    for export in exports {
        read_one(export, options, &mut rows, changes)
            .map_err(|said| ImportError::Form { file: export.file.clone(), said })?;
    }
    let is_empty =
        rows.policies.is_empty() && rows.definitions.is_empty() && rows.contents.is_empty();
    if is_empty && rows.groups.is_empty() && rows.dictionaries.is_empty() {
        return Err(ImportError::Nothing);
    }
    if rows.policies.len() > POLICIES_MAX {
        let file = exports.last().map(|it| it.file.clone()).unwrap_or_default();
        return Err(ImportError::Form {
            file,
            said: format!("there are more than {POLICIES_MAX} policies"),
        });
    }
    Ok(rows)
}

fn read_one(
    export: &Export,
    options: &Options,
    rows: &mut Rows,
    changes: &mut Changes,
) -> Result<(), String> {
    let text = text::decode(&export.octets).map_err(|it| it.to_string())?;
    let (stem, ending) = export.file.rsplit_once('.').unwrap_or((&export.file, ""));
    let begins = text.trim_start().chars().next();
    match ending.to_lowercase().as_str() {
        "csv" | "tab" | "tsv" => of_table(&export.file, &text, options, rows, changes),
        "json" => of_json(&export.file, &text, options, rows, changes),
        _ if begins.is_some_and(|it| it == '{' || it == '[') => {
            of_json(&export.file, &text, options, rows, changes)
        }
        _ => {
            let called = stem.to_owned();
            rows.dictionaries.push(DictionaryFile { called, place: export.file.clone(), text });
            Ok(())
        }
    }
}

fn of_table(
    file: &str,
    text: &str,
    options: &Options,
    rows: &mut Rows,
    changes: &mut Changes,
) -> Result<(), String> {
    let table = table::read(text).map_err(|it| it.to_string())?;
    let kind = Kind::of_headings(&table.headings.iter().map(String::as_str)).ok_or_else(|| {
        let headings = table.headings.join("`, `");
        format!("the columns `{headings}` are not those of policies, definitions, content definitions or groups{}", meant(&table.headings))
    })?;
    for (line, cells) in table.rows {
        let place = format!("{file}:{line}");
        rows.add(kind, (file, place), &wanted(cells, options), changes);
    }
    Ok(())
}

/// Offers for headings that no kind of rows has.
fn meant(headings: &[String]) -> String {
    let is_known =
        |it: &&String| Kind::ALL.iter().any(|kind| of_header(*kind, it, false).is_some());
    let strange = headings.iter().filter(|it| !is_known(it));
    let offers: Vec<String> = strange
        .filter_map(|it| Some(format!("`{it}` may be `{}`", closest_header(&Kind::ALL, it)?)))
        .collect();
    if offers.is_empty() { String::new() } else { format!("; {}", offers.join(", ")) }
}

fn of_json(
    file: &str,
    text: &str,
    options: &Options,
    rows: &mut Rows,
    changes: &mut Changes,
) -> Result<(), String> {
    for thing in json::read(text)? {
        let kind =
            thing.kind.ok_or_else(|| format!("it cannot be told what {} is", thing.place))?;
        let place = format!("{file} {}", thing.place);
        rows.add(kind, (file, place), &wanted(thing.cells, options), changes);
    }
    Ok(())
}

/// The cells without those that mean nothing.
fn wanted(cells: Vec<Cell>, options: &Options) -> Vec<Cell> {
    let is_ignored = |heading: &str| options.ignored.iter().any(|it| plain(it) == plain(heading));
    cells.into_iter().filter(|it| !is_ignored(&it.0)).collect()
}

impl Rows {
    fn add(&mut self, kind: Kind, at: (&str, String), cells: &[Cell], changes: &mut Changes) {
        let record = Record::read(kind, at, cells, changes);
        match kind {
            Kind::Content => self.contents.push(record),
            Kind::Definition => self.definitions.push(record),
            Kind::Group => self.groups.push(record),
            Kind::Policy => self.policies.push(record),
        }
    }
}
