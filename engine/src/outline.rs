//! The tree of rules as its authors wrote it, beside the model: where each line stands.
//!
//! The model holds what rules mean and forgets their lines. Whoever speaks to an author of one line
//! (coverage, mutants, differences) finds it here, by the name of the item.

use std::collections::BTreeMap;

use grammar::tree::{
    Bypass, Definition, Examination, Item, ItemKind, Organisation, Pattern, Policy, Request, Span,
    Terms, Tree,
};

use crate::model::source::{Place, Sources};

/// Parsed files of a tree and of the libraries that it uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    sources: Sources,
    own: Vec<Tree>,
    libraries: Vec<Tree>,
}

impl Outline {
    pub(crate) fn new(sources: Sources, own: Vec<Tree>, libraries: Vec<Tree>) -> Self {
        Self { sources, own, libraries }
    }

    /// Path and line of a span.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        self.sources.place(span)
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.own.iter().flat_map(|it| &it.items)
    }

    pub(crate) fn organisation(&self) -> Option<&Organisation> {
        self.items().find_map(|it| match_kind(&it.kind).organisation)
    }

    pub(crate) fn default(&self) -> Option<Span> {
        self.items().find_map(|it| match_kind(&it.kind).default)
    }

    pub(crate) fn policy(&self, name: &str) -> Option<&Policy> {
        self.items().filter_map(|it| match_kind(&it.kind).policy).find(|it| it.name.value == name)
    }

    pub(crate) fn request(&self, name: &str) -> Option<&Request> {
        self.items().filter_map(|it| match_kind(&it.kind).request).find(|it| it.name.value == name)
    }

    pub(crate) fn bypass(&self, name: &str) -> Option<&Bypass> {
        self.items().filter_map(|it| match_kind(&it.kind).bypass).find(|it| it.name.value == name)
    }

    pub(crate) fn definition(&self, name: &str) -> Option<&Definition> {
        let all = self.items().filter_map(|it| match_kind(&it.kind).definition);
        { all }.find(|it| it.name.value == name)
    }

    /// An examination of the tree itself; those of a library are not its author's to change.
    pub(crate) fn examination(&self, name: &str) -> Option<&Examination> {
        let all = self.items().filter_map(|it| match_kind(&it.kind).examination);
        { all }.find(|it| it.name.value == name)
    }

    /// Every dictionary of the tree itself.
    pub(crate) fn all_terms(&self) -> impl Iterator<Item = &Terms> {
        self.items().filter_map(|it| match_kind(&it.kind).terms)
    }

    /// Every pattern of the tree itself.
    pub(crate) fn own_patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.items().filter_map(|it| match_kind(&it.kind).pattern)
    }

    /// Patterns by the label of a model, `std.iban` too. Two files may each have one of a name.
    pub(crate) fn patterns(&self, label: &str) -> impl Iterator<Item = &Pattern> {
        let name = last(label).to_owned();
        let all = self.own.iter().chain(&self.libraries).flat_map(|it| &it.items);
        all.filter_map(|it| match_kind(&it.kind).pattern).filter(move |it| it.name.value == name)
    }

    /// Places of everything that has a name, by kind and name: `domains partners`.
    pub(crate) fn sets(&self) -> BTreeMap<(&'static str, &str), Span> {
        self.items()
            .filter_map(|it| match_kind(&it.kind).set)
            .map(|it| ((it.0, it.1), it.2))
            .collect()
    }
}

fn last(label: &str) -> &str {
    label.rsplit('.').next().unwrap_or(label)
}

/// An item by its kind: one of the fields is there.
#[derive(Default)]
struct Kinds<'t> {
    organisation: Option<&'t Organisation>,
    default: Option<Span>,
    policy: Option<&'t Policy>,
    request: Option<&'t Request>,
    bypass: Option<&'t Bypass>,
    definition: Option<&'t Definition>,
    examination: Option<&'t Examination>,
    terms: Option<&'t Terms>,
    pattern: Option<&'t Pattern>,
    set: Option<(&'static str, &'t str, Span)>,
}

fn match_kind(kind: &ItemKind) -> Kinds<'_> {
    let none = Kinds::default();
    match kind {
        ItemKind::Organisation(it) => Kinds { organisation: Some(it), ..none },
        ItemKind::Default(it) => Kinds { default: Some(it.span), ..none },
        ItemKind::Policy(it) => Kinds { policy: Some(it), ..none },
        ItemKind::Request(it) => Kinds { request: Some(it), ..none },
        ItemKind::Bypass(it) => Kinds { bypass: Some(it), ..none },
        ItemKind::Definition(it) => Kinds { definition: Some(it), ..none },
        ItemKind::Examination(it) => Kinds { examination: Some(it), ..none },
        ItemKind::Terms(it) => Kinds { terms: Some(it), ..none },
        ItemKind::Pattern(it) => Kinds { pattern: Some(it), ..none },
        ItemKind::Addresses(it) => {
            Kinds { set: Some(("addresses", &it.name.value, it.name.span)), ..none }
        }
        ItemKind::Domains(it) => {
            Kinds { set: Some(("domains", &it.name.value, it.name.span)), ..none }
        }
        ItemKind::Networks(it) => {
            Kinds { set: Some(("networks", &it.name.value, it.name.span)), ..none }
        }
        ItemKind::Group(it) => Kinds { set: Some(("group", &it.name.value, it.name.span)), ..none },
        ItemKind::Attribute(it) => {
            Kinds { set: Some(("attribute", &it.name.value, it.name.span)), ..none }
        }
        ItemKind::Fingerprints(it) => {
            Kinds { set: Some(("fingerprints", &it.name.value, it.name.span)), ..none }
        }
        ItemKind::Assert(_) | ItemKind::Test(_) => none,
    }
}
