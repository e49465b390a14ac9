//! `use` lines: unused, double, in a circle.

use std::collections::{BTreeMap, BTreeSet};

use grammar::{
    diagnostic::Diagnostic,
    tree::{FileId, Use, UseSource},
};

use super::{super::Checker, doubles};
use crate::code;

impl Checker<'_> {
    pub(super) fn lint_uses(&self) {
        // A file may be read in parts.
        let mut of_files: BTreeMap<usize, Vec<&Use>> = BTreeMap::new();
        for tree in &self.trees {
            let module = self.names.module(tree.file).unwrap_or(usize::MAX);
            of_files.entry(module).or_default().extend(&tree.uses);
        }
        for uses in of_files.values_mut() {
            uses.sort_by_key(|it| self.sources.order(it.span));
            self.lint_file_uses(uses);
        }
        self.refuse_use_cycles();
    }

    /// The `use` lines of one file, in order.
    fn lint_file_uses(&self, uses: &[&Use]) {
        for (first, _, line) in doubles(uses.iter(), |it| Some(target(it).to_owned())) {
            let Some(before) = uses.get(first) else { continue };
            let finding = self.note_both(
                code::USE_TWICE,
                (line.span, "again here"),
                (before.span, "first here"),
                format!("`{}` is used twice", target(line)),
            );
            self.report(finding.fix(self.without_lines("take the second away", line.span)));
        }
        // A name that is not known may lack nothing but its prefix.
        if self.has_reported(code::NAME_UNKNOWN) {
            return;
        }
        let mut told = BTreeSet::new();
        for line in uses.iter().filter(|it| told.insert(target(it))) {
            let (file, alias) = (line.span.file, alias(line));
            if !self.names.is_prefix_asked(file, alias) && self.names.brings(file, alias) {
                let message = format!("no name of this file begins with `{alias}.`");
                let finding = Diagnostic::new(code::USE_UNUSED, message);
                let fix = self.without_lines("take the line away", line.span);
                self.report(finding.primary(line.span, "").fix(fix));
            }
        }
    }

    fn refuse_use_cycles(&self) {
        let mut uses: BTreeMap<usize, Vec<(usize, FileId, &Use)>> = BTreeMap::new();
        for tree in &self.trees {
            let Some(module) = self.names.module(tree.file) else { continue };
            for line in &tree.uses {
                let target = self.names.used_module(tree.file, alias(line));
                let target = target.map(|(to, file)| (to, file, line));
                uses.entry(module).or_default().extend(target);
            }
        }
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for start in uses.keys() {
            let (mut reached, mut next) = (BTreeSet::new(), vec![*start]);
            while let Some(module) = next.pop() {
                for (to, _, _) in uses.get(&module).into_iter().flatten() {
                    if reached.insert(*to) {
                        next.push(*to);
                    }
                }
            }
            if !reached.contains(start) || told.contains(start) {
                continue;
            }
            // One finding for a circle, at its first file.
            told.extend(reached.iter().copied());
            let back = |it: &&(usize, FileId, &Use)| reached.contains(&it.0);
            let Some((to, file, line)) = uses.get(start).and_then(|it| it.iter().find(back)) else {
                continue;
            };
            let path = |file: FileId| self.sources.path(file).unwrap_or_default();
            let (one, other) = (path(line.span.file), path(*file));
            let message = if to == start {
                format!("`{one}` uses itself")
            } else {
                format!("`{one}` and `{other}` use each other in a circle")
            };
            let finding = Diagnostic::new(code::USE_CYCLE, message);
            let finding = finding.primary(line.span, "");
            self.report(finding.fix(self.without_lines("take the line away", line.span)));
        }
    }
}

/// What a line brings in.
fn target(line: &Use) -> &str {
    match &line.source {
        UseSource::File { path, .. } => &path.value,
        UseSource::Library(name) => &name.value,
    }
}

fn alias(line: &Use) -> &str {
    match &line.source {
        UseSource::File { alias, .. } => &alias.value,
        UseSource::Library(name) => &name.value,
    }
}
