//! A tree of rules that is being edited: checked again after each edit, with what a cold check would find.
//!
//! Only the items around an edit are read again, and expressions that stay are not compiled again; the
//! check itself is that of [`Rules::load`], over the same trees. So the answer cannot differ from a cold
//! one, and the property tests say that it does not.

mod index;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use grammar::{
    diagnostic::Diagnostic,
    parts::Parts,
    tree::{FileId, Item, Span, Tree, UseSource},
};

pub use self::index::{Declared, Index};
pub use crate::check::NameKind;
use crate::{
    check::{self, memory::Memory, names::Part},
    conflict,
    model::{Model, source::Sources},
    rules::{Library, Rules},
};

/// The files of a tree as they stand in an editor.
#[derive(Clone, Debug, Default)]
pub struct Live {
    files: BTreeMap<String, Parts>,
    /// Files that hold sets of fingerprints.
    sets: BTreeMap<String, (FileId, Arc<str>)>,
    libraries: Vec<LiveLibrary>,
    next: u32,
    memory: Memory,
    /// Of the last check.
    sources: Arc<Sources>,
    compared: conflict::Known,
    met: Vec<(Span, Span)>,
}

/// A shipped library.
#[derive(Clone, Debug)]
struct LiveLibrary {
    name: String,
    files: BTreeMap<String, Parts>,
}

/// What a check came to.
#[derive(Debug)]
pub struct Checked {
    /// As [`Rules::load`] gives them, but for the places of their own lints: see [`Checked::lapses`].
    pub rules: Option<Rules>,
    /// By place; files are numbered as [`Live::paths`] lists them.
    pub findings: Vec<Diagnostic>,
    sources: Arc<Sources>,
}

impl Live {
    /// A tree without files.
    #[must_use]
    pub fn new(libraries: &[Library<'_>]) -> Self {
        let mut live = Self { memory: Memory::kept(), ..Self::default() };
        for library in libraries {
            let mut files = BTreeMap::new();
            for file in library.files {
                let mut parts = Parts::default();
                parts.set(&file.text, &mut live.ids());
                files.insert(file.path.clone(), parts);
            }
            live.libraries.push(LiveLibrary { name: library.name.to_owned(), files });
        }
        live
    }

    /// Puts a text in the place of the file at `path`, or adds it.
    pub fn set(&mut self, path: &str, text: &str) {
        if check::is_set(path) {
            let id = self.ids()();
            self.sets.insert(path.to_owned(), (id, text.into()));
            return;
        }
        let mut parts = self.files.remove(path).unwrap_or_default();
        parts.set(text, &mut self.ids());
        self.files.insert(path.to_owned(), parts);
    }

    /// Takes a file out of the tree.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
        self.sets.remove(path);
    }

    /// Paths of the tree itself, in order.
    fn own_paths(&self) -> BTreeSet<&str> {
        self.files.keys().chain(self.sets.keys()).map(String::as_str).collect()
    }

    /// Paths in the order in which findings number the files: those of the tree, then the libraries'.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let of_libraries = self.libraries.iter().flat_map(|it| it.files.keys());
        self.own_paths().into_iter().chain(of_libraries.map(String::as_str))
    }

    /// Items of a file in order, each with how far its spans are from the start of the file.
    pub fn items(&self, path: &str) -> impl Iterator<Item = (u32, &Item)> {
        self.placed(path).flat_map(|(start, tree)| tree.items.iter().map(move |it| (start, it)))
    }

    /// What the `use` lines of a file bring in: the alias, and the library or the path.
    pub fn uses(&self, path: &str) -> impl Iterator<Item = (&str, &UseSource)> {
        self.placed(path).flat_map(|it| &it.1.uses).map(|it| match &it.source {
            UseSource::Library(name) => (name.value.as_str(), &it.source),
            UseSource::File { alias, .. } => (alias.value.as_str(), &it.source),
        })
    }

    fn placed(&self, path: &str) -> impl Iterator<Item = (u32, &Tree)> {
        let parts = self.files.get(path).map(Parts::all).unwrap_or_default();
        parts.iter().scan(0_u32, |start, part| {
            let mine = *start;
            *start = start.saturating_add(u32::try_from(part.text.len()).unwrap_or(u32::MAX));
            Some((mine, &part.tree))
        })
    }

    /// Checks the tree as it stands.
    pub fn check(&mut self) -> Checked {
        let mut memory = std::mem::take(&mut self.memory);
        let (sources, wanted) = (Arc::new(self.sources()), self.wanted_libraries());
        memory.keep(|part| sources.path(part).is_some());
        let own = self.files.iter().flat_map(|it| it.1.all());
        let of_libraries = self.libraries.iter().filter(|it| wanted.contains(&it.name.as_str()));
        let libraries = of_libraries.flat_map(|it| it.files.values()).flat_map(Parts::all);
        let findings = own.chain(libraries).flat_map(|it| it.diagnostics.iter().cloned()).collect();
        let known: Vec<&str> = self.libraries.iter().map(|it| it.name.as_str()).collect();
        let judged = check::judge(&sources, &self.modules(&wanted), &known, findings, memory);
        self.memory = judged.memory;
        self.met = judged.met;
        self.sources = Arc::clone(&sources);
        let place = |it| sources.finding_in_file(it);
        let (known, changed) = (&mut self.compared, &mut self.memory.changed);
        let compare = |model: &Model| conflict::find_again(model, known, &std::mem::take(changed));
        let (rules, findings) = Rules::compared(judged.rules, judged.findings, compare, place);
        Checked { rules, findings, sources }
    }

    /// What the last check knows of names.
    #[must_use]
    pub fn index(&self) -> Index {
        let wanted = self.wanted_libraries();
        Index::new(&self.modules(&wanted), &self.sources(), &self.met)
    }

    fn ids(&mut self) -> impl FnMut() -> FileId {
        || {
            let id = FileId(self.next);
            self.next = self.next.saturating_add(1);
            id
        }
    }

    fn sources(&self) -> Sources {
        let (before, mut sources) = (&*self.sources, Sources::default());
        let of_file = |parts: &Parts, path: &str, sources: &mut Sources| {
            let parts = parts.all().iter().map(|it| (it.tree.file, it.text.as_str()));
            sources.add_parts(before, path, parts);
        };
        for path in self.own_paths() {
            if let Some(parts) = self.files.get(path) {
                of_file(parts, path, &mut sources);
            } else if let Some((id, text)) = self.sets.get(path) {
                sources.add_live_set(before, path, *id, Arc::clone(text));
            }
        }
        for (path, parts) in self.libraries.iter().flat_map(|it| &it.files) {
            of_file(parts, path, &mut sources);
        }
        sources
    }

    /// Libraries that some `use` line brings in, directly or through another one.
    fn wanted_libraries(&self) -> Vec<&str> {
        let mut wanted = Vec::new();
        let mut files: Vec<&Parts> = self.files.values().collect();
        while let Some(parts) = files.pop() {
            for line in parts.all().iter().flat_map(|it| &it.tree.uses) {
                let UseSource::Library(name) = &line.source else { continue };
                let found = self.libraries.iter().find(|it| it.name == name.value);
                if let Some(library) = found.filter(|it| !wanted.contains(&it.name.as_str())) {
                    wanted.push(library.name.as_str());
                    files.extend(library.files.values());
                }
            }
        }
        wanted
    }

    fn modules(&self, wanted: &[&str]) -> Vec<Part<'_>> {
        let own = self.files.iter().map(|(path, parts)| Part {
            trees: trees(parts).collect(),
            name: path.clone(),
            is_library: false,
        });
        let libraries = self.libraries.iter().filter(|it| wanted.contains(&it.name.as_str()));
        let libraries = libraries.map(|it| Part {
            trees: it.files.values().flat_map(trees).collect(),
            name: it.name.clone(),
            is_library: true,
        });
        own.chain(libraries).collect()
    }
}

fn trees(parts: &Parts) -> impl Iterator<Item = &Tree> {
    parts.all().iter().map(|it| &it.tree)
}

impl Checked {
    /// As [`Rules::check_at`]: what has lapsed, and what lapses soon.
    #[must_use]
    pub fn lapses(&self, today: grammar::literal::Date) -> Vec<Diagnostic> {
        let found = self.rules.iter().flat_map(|it| it.check_at(today));
        let mut found: Vec<Diagnostic> = found.map(|it| self.sources.finding_in_file(it)).collect();
        found.sort_by_key(|it| (it.place(), it.code));
        found
    }
}

#[cfg(test)]
mod tests;
