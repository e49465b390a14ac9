//! What is allowed and probably not meant, and what can be proved never to happen: a file for each
//! part of the language.

mod bypasses;
mod cases;
mod clauses;
mod conditions;
mod content;
mod definitions;
mod describe;
pub(super) mod domains;
mod sets;
mod sides;
mod unused;
mod uses;

use grammar::{
    diagnostic::{Code, Diagnostic, Fix},
    tree::Span,
};

use super::Checker;
use crate::model::Model;

impl Checker<'_> {
    /// Reports everything of this kind.
    pub(super) fn lint_all(&self, model: &Model) {
        self.lint_sets();
        self.lint_domains();
        self.lint_sides(model);
        self.lint_bypasses(model);
        self.lint_definitions(model);
        self.lint_clauses(model);
        self.lint_conditions(model);
        self.lint_content(model);
        self.lint_cases(model);
        self.lint_names();
        self.lint_uses();
    }

    /// A finding at one place.
    pub(super) fn note_at(&self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::new(code, message).primary(span, ""));
    }

    /// A finding at one place that another place explains.
    pub(super) fn note_both(
        &self,
        code: Code,
        (span, here): (Span, &str),
        (other, there): (Span, &str),
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, message).primary(span, here).secondary(other, there)
    }

    /// Takes away the lines that a place stands on.
    pub(super) fn without_lines(&self, title: impl Into<String>, span: Span) -> Fix {
        Fix::choose(title, self.sources.whole_lines(span), "")
    }

    /// Takes an item away.
    pub(super) fn without_item(&self, name: Span) -> Option<Fix> {
        let items = self.trees.iter().filter(|it| it.file == name.file).flat_map(|it| &it.items);
        let item =
            items.map(|it| it.span).find(|it| it.start <= name.start && name.end <= it.end)?;
        Some(self.without_lines("take it away", item))
    }
}

/// Pairs of equal things, the later with the first, by a key.
pub(super) fn doubles<T, K: Ord>(
    all: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> Option<K>,
) -> Vec<(usize, usize, T)> {
    let mut first: std::collections::BTreeMap<K, usize> = std::collections::BTreeMap::new();
    let mut found = Vec::new();
    for (at, one) in all.into_iter().enumerate() {
        let Some(key) = key(&one) else { continue };
        match first.get(&key) {
            Some(before) => found.push((*before, at, one)),
            None => drop(first.insert(key, at)),
        }
    }
    found
}
