//! Names and where they are used, for going from one to the other.

use grammar::tree::Span;

use crate::{
    check::names::{NameKind, Names, Part},
    model::source::Sources,
};

/// A name that some item declares.
#[derive(Clone, Debug)]
pub struct Declared {
    /// What it stands for.
    pub kind: NameKind,
    /// The bare name.
    pub name: String,
    /// Where it is declared; the file as [`super::Live::paths`] numbers it.
    pub span: Span,
    /// From the keyword of its item to the closing brace.
    pub item: Span,
    /// The `##` lines above the item.
    pub doc: Option<String>,
    /// The library that has it; absent for the tree's own.
    pub library: Option<String>,
    /// The file that has it.
    pub path: String,
}

/// Every name of a tree, and what the references mean.
#[derive(Clone, Debug, Default)]
pub struct Index {
    declared: Vec<Declared>,
    /// Place of the name in a reference, and the number of what it means; by place.
    references: Vec<(Span, usize)>,
}

impl Index {
    pub(super) fn new(parts: &[Part<'_>], sources: &Sources, met: &[(Span, Span)]) -> Self {
        let mut index = Self::default();
        let names = Names::collect(parts, &[], sources, &mut Vec::new());
        let mut by_place = std::collections::BTreeMap::new();
        for entry in names.entries() {
            by_place.insert(entry.name.span, index.declared.len());
            index.declared.push(Declared {
                kind: entry.kind,
                name: entry.name.value.clone(),
                span: sources.in_file(entry.name.span),
                item: sources.in_file(entry.name.span),
                doc: None,
                library: None,
                path: sources.path(entry.name.span.file).unwrap_or_default().to_owned(),
            });
        }
        for part in parts {
            for item in part.trees.iter().flat_map(|it| &it.items) {
                let Some(name) = crate::check::names::declared(&item.kind) else { continue };
                let number = by_place.get(&name.1.span);
                let Some(entry) = number.and_then(|it| index.declared.get_mut(*it)) else {
                    continue;
                };
                entry.item = sources.in_file(item.span);
                entry.doc.clone_from(&item.doc);
                entry.library = part.is_library.then(|| part.name.clone());
            }
        }
        let known = met.iter().filter_map(|(from, to)| Some((*from, *by_place.get(to)?)));
        index.references = known.map(|(from, to)| (sources.in_file(from), to)).collect();
        index.references.sort_unstable();
        index.references.dedup();
        index
    }

    /// Every declared name.
    #[must_use]
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// What the name at an offset means: a reference, or the declaration itself. An examination and a
    /// policy of one name may both be meant by a `skips` line.
    #[must_use]
    pub fn at(&self, place: Span) -> Vec<&Declared> {
        let holds =
            |it: Span| it.file == place.file && it.start <= place.start && place.start <= it.end;
        let own = self.declared.iter().filter(|it| holds(it.span));
        let met = self.references.iter().filter(|it| holds(it.0));
        let met = met.filter_map(|it| self.declared.get(it.1));
        let mut all: Vec<&Declared> = own.chain(met).collect();
        all.sort_by_key(|it| (it.kind, it.span));
        all.dedup_by_key(|it| (it.kind, it.span));
        all
    }

    /// Where a declared name is used.
    #[must_use]
    pub fn uses_of(&self, declared: &Declared) -> Vec<Span> {
        let number = self.declared.iter().position(|it| it.span == declared.span);
        let mine = self.references.iter().filter(|it| Some(it.1) == number);
        mine.map(|it| it.0).collect()
    }
}
