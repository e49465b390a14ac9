//! A generated tree of rules, as items and their lines: what is not a line cannot be taken away when
//! a failing case is made small.

use grammar::diagnostic::Severity;

use super::{
    super::scene::file,
    clauses,
    random::Random,
    world::{self, Line, set_files},
};
use crate::{Rules, check};

/// One declaration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::tests) struct Item {
    /// Such as `policy p1`.
    pub(in crate::tests) head: String,
    /// Those between the braces; absent where there are no braces.
    pub(in crate::tests) lines: Option<Vec<Line>>,
}

/// A tree of rules.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::tests) struct Tree {
    pub(in crate::tests) items: Vec<Item>,
}

impl Item {
    pub(super) fn block(head: impl Into<String>, lines: Vec<Line>) -> Self {
        Self { head: head.into(), lines: Some(lines) }
    }

    pub(super) fn line(head: impl Into<String>) -> Self {
        Self { head: head.into(), lines: None }
    }

    fn text(&self) -> String {
        match &self.lines {
            None => format!("{}\n", self.head),
            Some(lines) => {
                let lines: String = lines.iter().map(|it| format!("  {it}\n")).collect();
                format!("{} {{\n{lines}}}\n", self.head)
            }
        }
    }

    /// Whether it is a `policy`, a `bypass`, a `request`.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.head.split(' ').next() == Some(kind)
    }

    pub(super) fn name(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// What follows the keyword on its first line.
    pub(super) fn value(&self, keyword: &str) -> Option<&str> {
        let mut lines = self.lines.iter().flatten();
        lines.find_map(|it| it.strip_prefix(keyword)?.strip_prefix(' ')).map(str::trim)
    }

    pub(super) fn has(&self, line: &str) -> bool {
        self.lines.iter().flatten().any(|it| it == line)
    }

    /// Takes out every line of a keyword.
    pub(super) fn clear(&mut self, keyword: &str) {
        let is_of = |it: &Line| it.split(' ').next() == Some(keyword);
        self.lines.iter_mut().for_each(|lines| lines.retain(|it| !is_of(it)));
    }

    /// Puts one line in the place of every line of its keyword.
    pub(super) fn set(&mut self, line: String) {
        self.clear(line.split(' ').next().unwrap());
        self.lines.as_mut().unwrap().push(line);
    }
}

impl Tree {
    pub(in crate::tests) fn random(random: &mut Random) -> Self {
        let mut items = world::items(random);
        items.extend(clauses::items(random));
        Self { items }
    }

    pub(in crate::tests) fn text(&self) -> String {
        let items: String = self.items.iter().map(Item::text).collect();
        format!("writ 1\n{items}")
    }

    /// The rules, where the checker takes them. Policies that disagree are let through: what happens
    /// then is defined too.
    pub(in crate::tests) fn rules(&self) -> Option<Rules> {
        rules_of(&self.text())
    }

    /// The numbers of the items of a kind.
    pub(super) fn all(&self, kind: &str) -> Vec<usize> {
        (0..self.items.len()).filter(|it| self.items[*it].is(kind)).collect()
    }

    /// Whether another clause names the item, so that it cannot be removed alone.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let lines = self.items.iter().filter_map(|it| it.lines.as_ref()).flatten();
        let naming = lines.filter(|it| it.starts_with("override ") || it.starts_with("skips "));
        naming.flat_map(|it| it.split([' ', ','])).any(|it| it == name)
    }

    pub(super) fn without(&self, at: usize) -> Self {
        let mut tree = self.clone();
        tree.items.remove(at);
        tree
    }

    pub(super) fn with(&self, item: Item) -> Self {
        let mut tree = self.clone();
        tree.items.push(item);
        tree
    }

    pub(super) fn changed(&self, at: usize, change: impl FnOnce(&mut Item)) -> Self {
        let mut tree = self.clone();
        change(&mut tree.items[at]);
        tree
    }
}

/// The rules of a text, where nothing in it is an error by itself.
pub(super) fn rules_of(text: &str) -> Option<Rules> {
    let mut files = set_files();
    files.push(file("rules.writ", text));
    let (rules, findings) = check::load(&files, &[]);
    rules.filter(|_| findings.iter().all(|it| it.severity() != Severity::Error))
}
