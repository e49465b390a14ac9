//! What a handbook tells of: every item of a tree, with its place, and what the check and the tests say.

use std::collections::{BTreeMap, BTreeSet};

use engine::testing::{TestKind, TestReport};
use grammar::{
    diagnostic::Diagnostic,
    literal::Date,
    tree::{
        Bypass, Definition, Item, ItemKind, Organisation, Outcome, Policy, Reference, Request, Span,
    },
};

use crate::{loaded::Usable, plain::plain};

/// Whether texts that are searched for are printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Terms {
    /// Only how many there are: a list of secret words is itself a secret.
    Hidden,
    /// Each.
    Shown,
}

/// Everything that the pages need.
#[derive(Debug)]
pub(crate) struct Book<'u> {
    pub(super) usable: &'u Usable,
    pub(super) items: Vec<&'u Item>,
    pub(super) findings: &'u [Diagnostic],
    pub(super) tests: BTreeMap<(TestKind, String), bool>,
    /// The day that the handbook is of.
    pub(super) day: Date,
    pub(super) digest: String,
    pub(super) terms: Terms,
    /// Names that have a place of their own in the handbook: its anchors.
    anchors: BTreeSet<String>,
}

impl<'u> Book<'u> {
    /// The book of a tree; `trees` are its files, parsed.
    pub(crate) fn new(
        usable: &'u Usable,
        trees: &'u [grammar::tree::Tree],
        findings: &'u [Diagnostic],
        reports: &[TestReport],
        (day, digest, terms): (Date, String, Terms),
    ) -> Self {
        let items: Vec<&Item> = trees.iter().flat_map(|it| &it.items).collect();
        let tests = reports.iter().map(|it| ((it.kind, it.title.clone()), it.passed())).collect();
        let mut book =
            Self { usable, items, findings, tests, day, digest, terms, anchors: BTreeSet::new() };
        book.anchors = book.items.iter().filter_map(|it| anchor(&it.kind)).collect();
        book
    }

    /// `file:line`, by the path from the folder of the tree: the same from wherever the page is made.
    pub(super) fn place(&self, span: Span) -> String {
        let index = usize::try_from(span.file.0).unwrap_or(usize::MAX);
        let own = self.usable.tree.files().get(index).map(|it| it.path.as_str());
        let shown = || self.usable.sources.file(span.file).map_or("", |it| it.path.as_str());
        let path = own.unwrap_or_else(shown);
        plain(&format!("{path}:{}", self.usable.sources.start(span).line))
    }

    /// What the author wrote there, on one line.
    pub(super) fn written(&self, span: Span) -> String {
        let words: Vec<&str> = self.usable.sources.text(span).split_whitespace().collect();
        plain(&words.join(" "))
    }

    /// The anchor of a reference to one of these kinds, where the handbook has it.
    pub(super) fn anchor_of(&self, reference: &Reference, kinds: &[&str]) -> Option<String> {
        let known = |kind: &&str| {
            let anchor = format!("{kind}-{}", reference.name.value);
            (reference.qualifier.is_none() && self.anchors.contains(&anchor)).then_some(anchor)
        };
        kinds.iter().find_map(known)
    }

    pub(super) fn organisation(&self) -> Option<(&'u Item, &'u Organisation)> {
        self.items.iter().find_map(|item| {
            if let ItemKind::Organisation(it) = &item.kind { Some((*item, it)) } else { None }
        })
    }

    pub(super) fn default(&self) -> Option<&'u Outcome> {
        self.items
            .iter()
            .find_map(|item| if let ItemKind::Default(it) = &item.kind { Some(it) } else { None })
    }

    pub(super) fn policies(&self, is_content: bool) -> Vec<(&'u Item, &'u Policy)> {
        self.sorted(|item| {
            if let ItemKind::Policy(it) = &item.kind {
                (it.when.is_empty() != is_content).then_some((&it.name.value, it))
            } else {
                None
            }
        })
    }

    pub(super) fn bypasses(&self) -> Vec<(&'u Item, &'u Bypass)> {
        self.sorted(|item| {
            if let ItemKind::Bypass(it) = &item.kind { Some((&it.name.value, it)) } else { None }
        })
    }

    pub(super) fn requests(&self) -> Vec<(&'u Item, &'u Request)> {
        self.sorted(|item| {
            if let ItemKind::Request(it) = &item.kind { Some((&it.name.value, it)) } else { None }
        })
    }

    pub(super) fn definitions(&self) -> Vec<(&'u Item, &'u Definition)> {
        self.sorted(|item| {
            if let ItemKind::Definition(it) = &item.kind {
                Some((&it.name.value, it))
            } else {
                None
            }
        })
    }

    /// Items of a kind, by name.
    pub(super) fn sorted<T>(
        &self,
        of: impl Fn(&'u Item) -> Option<(&'u String, &'u T)>,
    ) -> Vec<(&'u Item, &'u T)> {
        let mut found: Vec<(&String, &Item, &T)> = self
            .items
            .iter()
            .filter_map(|item| of(item).map(|(name, it)| (name, *item, it)))
            .collect();
        found.sort_by_key(|it| it.0);
        found.into_iter().map(|it| (it.1, it.2)).collect()
    }

    /// Days from the day of the handbook.
    pub(super) fn days_until(&self, day: Date) -> Option<i32> {
        Some(self.day.civil().until(day.civil()).ok()?.get_days())
    }
}

/// What links of the handbook lead to. Only names that are unique in a tree have one.
pub(super) fn anchor(kind: &ItemKind) -> Option<String> {
    let (kind, name) = match kind {
        ItemKind::Addresses(it) => ("set", &it.name),
        ItemKind::Bypass(it) => ("bypass", &it.name),
        ItemKind::Definition(it) => ("definition", &it.name),
        ItemKind::Domains(it) => ("set", &it.name),
        ItemKind::Examination(it) => ("examination", &it.name),
        ItemKind::Fingerprints(it) => ("set", &it.name),
        ItemKind::Group(it) => ("set", &it.name),
        ItemKind::Policy(it) => ("policy", &it.name),
        ItemKind::Request(it) => ("request", &it.name),
        ItemKind::Attribute(it) => ("attribute", &it.name),
        ItemKind::Networks(it) => ("networks", &it.name),
        ItemKind::Pattern(it) => ("pattern", &it.name),
        ItemKind::Terms(it) => ("dictionary", &it.name),
        ItemKind::Assert(_)
        | ItemKind::Default(_)
        | ItemKind::Organisation(_)
        | ItemKind::Test(_) => return None,
    };
    Some(format!("{kind}-{}", name.value))
}
