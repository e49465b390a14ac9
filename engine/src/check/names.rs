//! Names: what each file declares, and what a reference means.
//!
//! All files of a tree share one list of names: a bare name is found wherever it is declared, and no
//! `use` line is needed. `use "file.writ" as x` also gives `x.name`, for whoever wants to say which
//! file is meant; it brings in that file's names and no others. A library has its own list: its names
//! are reached through `use` and its prefix alone, and inside of it a bare name is the library's.
//!
//! Kinds that can stand in the same place of a line share a [`Space`] of names, so that a reader never
//! has to ask which of two is meant there.

mod declared;
mod kind;
mod question;
mod unknown;

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    hash::BuildHasherDefault,
};

use grammar::{
    diagnostic::Diagnostic,
    suggest::closest,
    tree::{FileId, ItemKind, Name, Reference, Span, Tree, UseSource},
};

use siphasher::sip::SipHasher13;

pub use self::kind::NameKind;
pub(crate) use self::{declared::declared, question::Question};
use self::{kind::Space, unknown::use_unknown};
use crate::{
    code,
    model::source::{Placed, Sources},
};

/// One declared name.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) kind: NameKind,
    /// What records and traces call it: the bare name, or `std.name` for a library's.
    pub(crate) label: Cow<'t, str>,
    pub(crate) name: &'t Name,
    pub(crate) item: &'t ItemKind,
    pub(crate) in_library: bool,
    /// The number of its file, or of its library.
    module: usize,
    /// Number among those of its kind, sorted by label, then by path.
    pub(crate) id: usize,
}

/// A map with a fixed hasher: the names of a large tree are looked up thousands of times. Whoever goes
/// through one sorts.
#[expect(clippy::disallowed_types, reason = "its hasher is fixed, and its order is of no account")]
pub(super) type Fixed<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<SipHasher13>>;

/// What one file, or one library, brings in.
#[derive(Debug, Default)]
struct Module {
    /// Alias to module.
    uses: BTreeMap<String, usize>,
    is_library: bool,
    /// Aliases of `use` lines that bring in nothing, which was said at the line.
    broken_uses: BTreeSet<String>,
}

/// The library that every program ships.
const SHIPPED: &str = "std";

/// All names of a tree.
#[derive(Debug, Default)]
pub(crate) struct Names<'t> {
    entries: Vec<Entry<'t>>,
    modules: Vec<Module>,
    of_file: Placed<FileId, usize>,
    /// Entries by name, sorted by module and space.
    named: Fixed<&'t str, Vec<usize>>,
    /// Entries of each kind in the order of their numbers.
    of_kinds: BTreeMap<NameKind, Vec<usize>>,
    /// Every reference that was resolved, and the name that it means; with doubles.
    met: RefCell<Vec<(Span, Span)>>,
    /// Entries by the place of their names.
    by_place: Placed<Span, usize>,
    asked: RefCell<Asked>,
    /// Every question, while somebody listens.
    log: RefCell<Option<Vec<Question>>>,
    /// Names of items that could not be read.
    lost: BTreeSet<String>,
    /// First words of items of which not even the name could be read.
    nameless: BTreeSet<&'static str>,
    /// Where a `use` line can be put in each module.
    after_edition: BTreeMap<usize, Span>,
}

/// What was looked up, for telling what nothing names.
#[derive(Debug, Default)]
struct Asked {
    /// By entry: it was found.
    names: Vec<bool>,
    /// Modules, and the prefixes that they write.
    qualifiers: BTreeSet<(usize, String)>,
    /// Kinds of which some name was not found: what seems unused may be what was meant.
    missed: BTreeSet<NameKind>,
}

impl Asked {
    fn found(&mut self, entry: usize) {
        if self.names.len() <= entry {
            self.names.resize(entry.saturating_add(1), false);
        }
        self.names.get_mut(entry).into_iter().for_each(|it| *it = true);
    }
}

/// Parsed files of one module.
pub(crate) struct Part<'t> {
    pub(crate) trees: Vec<&'t Tree>,
    /// The library's name, or the path of a file of the tree.
    pub(crate) name: String,
    pub(crate) is_library: bool,
}

impl<'t> Names<'t> {
    /// Collects what all modules declare. `libraries` are the names of all, also of those that are not
    /// among the modules.
    pub(crate) fn collect(
        parts: &[Part<'t>],
        libraries: &[&str],
        sources: &Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut names = Self::default();
        for (number, part) in parts.iter().enumerate() {
            names.modules.push(Module { is_library: part.is_library, ..Module::default() });
            for tree in &part.trees {
                names.of_file.insert(tree.file, number);
                names.lost.extend(tree.lost.iter().cloned());
                names.nameless.extend(&tree.nameless);
                if let Some(edition) = &tree.edition {
                    let place = Span { start: edition.span.end, ..edition.span };
                    names.after_edition.entry(number).or_insert(place);
                }
                for item in &tree.items {
                    names.declare(number, part, &item.kind, found);
                }
            }
        }
        names.link(parts, libraries, found);
        names.refuse_twice_in_tree(sources, found);
        names.number(sources);
        names
    }

    fn declare(
        &mut self,
        module: usize,
        part: &Part<'t>,
        item: &'t ItemKind,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some((kind, name)) = declared(item) else { return };
        let named = self.named.entry(&name.value).or_default();
        let place = |it: &usize| self.entries.get(*it).map(|it| (it.module, it.kind.space()));
        match named.binary_search_by_key(&Some((module, kind.space())), place) {
            Ok(known) => {
                let first = named.get(known).and_then(|it| self.entries.get(*it));
                found.extend(first.map(|it| twice(name, it.name.span)));
                return;
            }
            Err(free) => named.insert(free, self.entries.len()),
        }
        let label = if part.is_library {
            Cow::Owned(format!("{}.{}", part.name, name.value))
        } else {
            Cow::Borrowed(name.value.as_str())
        };
        self.by_place.insert(name.span, self.entries.len());
        let in_library = part.is_library;
        self.entries.push(Entry { kind, label, name, item, in_library, module, id: 0 });
    }

    fn link(&mut self, parts: &[Part<'t>], libraries: &[&str], found: &mut Vec<Diagnostic>) {
        for (number, part) in parts.iter().enumerate() {
            for line in part.trees.iter().flat_map(|it| &it.uses) {
                let (wanted, alias, library) = match &line.source {
                    UseSource::Library(name) => (&name.value, &name.value, true),
                    UseSource::File { path, alias } => (&path.value, &alias.value, false),
                };
                let target = parts.iter().position(|it| {
                    it.is_library == library
                        && (it.name == *wanted || !library && clean(&it.name) == clean(wanted))
                });
                let Some(target) = target else {
                    let own = parts.iter().filter(|it| !it.is_library).map(|it| it.name.as_str());
                    let known = if library { libraries.to_vec() } else { own.collect() };
                    found.push(use_unknown(&known, wanted, library, line.span));
                    if let Some(module) = self.modules.get_mut(number) {
                        module.broken_uses.insert(alias.clone());
                    }
                    continue;
                };
                let Some(module) = self.modules.get_mut(number) else { continue };
                let known = module.uses.insert(alias.clone(), target);
                if known.is_some_and(|it| it != target) {
                    let message = format!("`{alias}` is already the alias of another file");
                    found.push(Diagnostic::new(code::NAME_TWICE, message).primary(line.span, ""));
                }
            }
        }
    }

    fn refuse_twice_in_tree(&self, sources: &Sources, found: &mut Vec<Diagnostic>) {
        for named in self.named.values().filter(|it| it.len() > 1) {
            let named = named.iter().filter_map(|it| self.entries.get(*it));
            let mut named: Vec<&Entry<'t>> = named.filter(|it| !it.in_library).collect();
            named.sort_by_key(|it| sources.order(it.name.span));
            let mut seen: BTreeMap<Space, &Entry<'t>> = BTreeMap::new();
            for entry in named {
                match seen.get(&entry.kind.space()) {
                    // Within one file it was reported there.
                    Some(first) if first.module == entry.module => {}
                    Some(first) => found.push(twice(entry.name, first.name.span)),
                    None => drop(seen.insert(entry.kind.space(), entry)),
                }
            }
        }
    }

    /// Numbers the entries of each kind by label and path, so that the order of files is gone.
    fn number(&mut self, sources: &Sources) {
        for (at, entry) in self.entries.iter().enumerate() {
            self.of_kinds.entry(entry.kind).or_default().push(at);
        }
        for order in self.of_kinds.values_mut() {
            let entries = &self.entries;
            order.sort_by(|one, other| {
                let entry = |at: &usize| entries.get(*at);
                let path = |at: &usize| entry(at).and_then(|it| sources.path(it.name.span.file));
                let label = |at: &usize| entry(at).map(|it| &*it.label);
                label(one).cmp(&label(other)).then_with(|| path(one).cmp(&path(other)))
            });
            for (id, at) in order.iter().enumerate() {
                if let Some(entry) = self.entries.get_mut(*at) {
                    entry.id = id;
                }
            }
        }
    }

    /// Every name that is declared.
    pub(crate) fn entries(&self) -> &[Entry<'t>] {
        &self.entries
    }

    /// Every reference that was resolved so far, and the name that it means; with doubles.
    pub(crate) fn take_met(&self) -> Vec<(Span, Span)> {
        self.met.take()
    }

    /// The entries of one kind in the order of their numbers.
    pub(crate) fn of_kind(&self, kind: NameKind) -> Vec<&Entry<'t>> {
        let order = self.of_kinds.get(&kind).into_iter().flatten();
        order.filter_map(|it| self.entries.get(*it)).collect()
    }

    /// The entry of one kind with its name at this place.
    pub(crate) fn of_kind_named(&self, kind: NameKind, name: Span) -> Option<&Entry<'t>> {
        self.by_place.get(&name).and_then(|it| self.entries.get(*it)).filter(|it| it.kind == kind)
    }

    /// The entry of an item's own name.
    pub(crate) fn own(&self, name: &Name) -> Option<&Entry<'t>> {
        self.by_place.get(&name.span).and_then(|it| self.entries.get(*it))
    }

    /// Entries of one name in a module, in whatever space.
    fn named_in(&self, module: usize, name: &str) -> impl Iterator<Item = (usize, &Entry<'t>)> {
        let named = self.named.get(name).map(Vec::as_slice).unwrap_or_default();
        let entry = |it: &usize| self.entries.get(*it);
        let first = named.partition_point(|it| entry(it).is_some_and(|it| it.module < module));
        let these = named.iter().skip(first).filter_map(|it| Some((*it, self.entries.get(*it)?)));
        these.take_while(move |it| it.1.module == module)
    }

    /// Entries of one name, in whatever space.
    fn named(&self, name: &str) -> impl Iterator<Item = (usize, &Entry<'t>)> {
        let named = self.named.get(name).into_iter().flatten();
        named.filter_map(|it| Some((*it, self.entries.get(*it)?)))
    }

    /// What a reference means, when it is one of the kinds wanted.
    ///
    /// # Errors
    ///
    /// The diagnostic, when nothing has the name or something else has it.
    pub(crate) fn find(
        &self,
        reference: &Reference,
        wanted: &'static [NameKind],
    ) -> Result<&Entry<'t>, Box<Diagnostic>> {
        let found = self.answer(reference, wanted);
        if let Some(log) = self.log.borrow_mut().as_mut() {
            log.push(Question::new(reference, wanted, found.as_ref().ok().copied()));
        }
        found
    }

    fn answer(
        &self,
        reference: &Reference,
        wanted: &[NameKind],
    ) -> Result<&Entry<'t>, Box<Diagnostic>> {
        let mut asked = self.asked.borrow_mut();
        if let Some(qualifier) = &reference.qualifier {
            let module = self.of_file.get(&qualifier.span.file);
            let written = module.map(|it| (*it, qualifier.value.clone()));
            asked.qualifiers.extend(written);
        }
        if let Some((at, entry)) = self.lookup(reference).find(|it| wanted.contains(&it.1.kind)) {
            self.met.borrow_mut().push((reference.name.span, entry.name.span));
            asked.found(at);
            return Ok(entry);
        }
        // What is named in the wrong place is named all the same.
        self.lookup(reference).for_each(|it| asked.found(it.0));
        asked.missed.extend(wanted);
        let Some((_, entry)) = self.lookup(reference).next() else {
            return Err(Box::new(self.unknown(reference, wanted)));
        };
        let message =
            format!("`{}` is {}, not {}", written(reference), entry.kind.words(), one_of(wanted));
        let finding = Diagnostic::new(code::NAME_KIND, message).primary(span_of(reference), "");
        Err(Box::new(finding.secondary(entry.name.span, "declared here")))
    }

    /// Whether a reference goes through a `use` line that brings in nothing, or names an item that could
    /// not be read, so that what it means cannot be told.
    pub(crate) fn is_broken(&self, reference: &Reference, wanted: &[NameKind]) -> bool {
        let is_lost = || {
            self.lost.contains(&reference.name.value)
                || wanted.iter().any(|it| self.nameless.contains(it.item()))
        };
        if reference.qualifier.is_none() && is_lost() {
            return true;
        }
        let module = self.of_file.get(&reference.name.span.file);
        let module = module.and_then(|it| self.modules.get(*it));
        let alias = reference.qualifier.as_ref().map(|it| it.value.as_str());
        // A misspelt line is told as well, and what it should bring in is what is named.
        module.zip(alias).is_some_and(|(module, alias)| {
            let broken = module.broken_uses.iter().map(String::as_str);
            module.broken_uses.contains(alias)
                || !module.uses.contains_key(alias) && closest(alias, broken).is_some()
        })
    }

    /// Whether something names the entry with its name at this place.
    pub(crate) fn is_asked(&self, name: Span) -> bool {
        let asked = self.asked.borrow();
        self.by_place.get(&name).is_some_and(|it| asked.names.get(*it) == Some(&true))
    }

    /// Whether some name of this kind was looked for in vain.
    pub(crate) fn is_missed(&self, kind: NameKind) -> bool {
        self.asked.borrow().missed.contains(&kind)
    }

    /// Whether some name of a file has this prefix.
    pub(crate) fn is_prefix_asked(&self, file: FileId, alias: &str) -> bool {
        let module = self.of_file.get(&file).copied().unwrap_or(usize::MAX);
        self.asked.borrow().qualifiers.contains(&(module, alias.to_owned()))
    }

    /// Whether a prefix of a file brings something in.
    pub(crate) fn brings(&self, file: FileId, alias: &str) -> bool {
        self.module_at(file).is_some_and(|it| it.uses.contains_key(alias))
    }

    /// The number of a file's module.
    pub(crate) fn module(&self, file: FileId) -> Option<usize> {
        self.of_file.get(&file).copied()
    }

    /// The module of the tree that a prefix of a file brings in, and a file of it.
    pub(crate) fn used_module(&self, file: FileId, alias: &str) -> Option<(usize, FileId)> {
        let target = *self.module_at(file)?.uses.get(alias)?;
        self.modules.get(target).filter(|it| !it.is_library)?;
        let files = self.of_file.iter().filter(|it| *it.1 == target);
        files.map(|it| (target, *it.0)).min()
    }

    fn module_at(&self, file: FileId) -> Option<&Module> {
        self.of_file.get(&file).and_then(|it| self.modules.get(*it))
    }

    /// Everything of a reference's name where it is looked for, in whatever space; some of it twice.
    fn lookup(&self, reference: &Reference) -> impl Iterator<Item = (usize, &Entry<'t>)> {
        let number = self.module(reference.name.span.file);
        let own = number.and_then(|it| self.modules.get(it));
        let of_tree = reference.qualifier.is_none() && own.is_some_and(|it| !it.is_library);
        let module = match &reference.qualifier {
            Some(qualifier) => own.and_then(|it| it.uses.get(&qualifier.value)).copied(),
            None => number,
        };
        let name = reference.name.value.as_str();
        let in_module = module.into_iter().flat_map(move |it| self.named_in(it, name));
        in_module.chain(self.named(name).filter(move |it| of_tree && !it.1.in_library))
    }
}

fn twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::new(code::NAME_TWICE, format!("the name `{}` is taken", name.value))
        .primary(name.span, "declared again")
        .secondary(first, "declared first")
}

/// A path without `./` in front.
fn clean(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}

/// A reference as its author wrote it.
pub(crate) fn written(reference: &Reference) -> String {
    match &reference.qualifier {
        Some(qualifier) => format!("{}.{}", qualifier.value, reference.name.value),
        None => reference.name.value.clone(),
    }
}

/// Where a reference stands.
pub(crate) fn span_of(reference: &Reference) -> Span {
    match &reference.qualifier {
        Some(qualifier) => qualifier.span.to(reference.name.span),
        None => reference.name.span,
    }
}

fn one_of(kinds: &[NameKind]) -> String {
    listed(&kinds.iter().map(|it| it.words()).collect::<Vec<_>>())
}

/// `a, b or c`.
fn listed(words: &[&str]) -> String {
    match words {
        [most @ .., before, last] => {
            let most: Vec<&str> = most.iter().chain([before]).copied().collect();
            format!("{} or {last}", most.join(", "))
        }
        [] | [_] => words.concat(),
    }
}
