//! A tree of rule files, read and checked.

use std::{collections::BTreeSet, sync::Arc};

use grammar::{
    diagnostic::{Diagnostic, Severity, Sources},
    literal::Date,
};

pub use grammar::diagnostic::SourceFile;

use crate::{
    Organisation, Program, check, conflict,
    facts::Directory,
    model::Model,
    outline::Outline,
    testing::model::{PatternCase, ResolvedAssert, ResolvedTest},
};

/// A library that is shipped with the program: what `use NAME` brings in.
#[derive(Clone, Copy, Debug)]
pub struct Library<'a> {
    /// What `use` calls it, such as `std`.
    pub name: &'a str,
    /// Its files; together they are one list of names.
    pub files: &'a [SourceFile],
}

/// A checked tree of rules: free of errors, every name resolved.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) model: Arc<Model>,
    pub(crate) tests: Vec<ResolvedTest>,
    pub(crate) asserts: Vec<ResolvedAssert>,
    pub(crate) values: Vec<PatternCase>,
    pub(crate) outline: Arc<Outline>,
}

impl Rules {
    /// Reads and checks a tree. The rules are absent exactly when a diagnostic is an error.
    ///
    /// Diagnostics point into the files as [`sources`] numbers them, and come sorted by place.
    /// The order of `files` changes nothing else.
    #[must_use]
    pub fn load(
        files: &[SourceFile],
        libraries: &[Library<'_>],
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let (rules, diagnostics) = check::load(files, libraries);
        Self::compared(rules, diagnostics, |it| it)
    }

    /// Adds what a comparison of the rules with one another finds; `place` moves each finding to where
    /// the files have it.
    pub(crate) fn compared(
        rules: Option<Self>,
        mut diagnostics: Vec<Diagnostic>,
        place: impl Fn(Diagnostic) -> Diagnostic,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let rules = rules.filter(|_| !has_error(&diagnostics));
        if let Some(rules) = &rules {
            diagnostics.extend(conflict::find(&rules.model));
        }
        let mut diagnostics: Vec<Diagnostic> = diagnostics.into_iter().map(place).collect();
        diagnostics.sort_by_key(|it| (it.place(), it.code));
        (rules.filter(|_| !has_error(&diagnostics)), diagnostics)
    }

    /// Lints that depend on the day: validities that have lapsed, or lapse within thirty days.
    #[must_use]
    pub fn check_at(&self, today: Date) -> Vec<Diagnostic> {
        check::lapse::check_at(&self.model, today)
    }

    /// Lints that depend on the directory: groups without members, and values of attributes that
    /// nobody has.
    #[must_use]
    pub fn check_directory(&self, directory: &Directory) -> Vec<Diagnostic> {
        let groups: BTreeSet<&str> =
            directory.groups.values().flatten().map(String::as_str).collect();
        let mut findings = check::absent::groups(&self.model, |it| groups.contains(it));
        findings.extend(check::absent::values(&self.model, &directory.known_values()));
        findings
    }

    /// Compiles the rules into the form that decides.
    #[must_use]
    pub fn compile(&self) -> Program {
        Program::new(Arc::clone(&self.model))
    }

    /// Who we are.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.model.organisation
    }

    /// Names of all policies, bypasses and requests, sorted.
    #[must_use]
    pub fn clause_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.model.clauses().map(|it| it.name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

/// The files as diagnostics number them: those of the tree, then those of each library.
#[must_use]
pub fn sources(files: &[SourceFile], libraries: &[Library<'_>]) -> Sources {
    let of_libraries = libraries.iter().flat_map(|it| it.files);
    files.iter().chain(of_libraries).cloned().collect()
}

fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|it| it.severity() == Severity::Error)
}
