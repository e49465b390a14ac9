//! A tree of rule files, read and checked.

use std::{collections::BTreeSet, sync::Arc};

use grammar::{
    diagnostic::{Diagnostic, Severity, Sources},
    literal::Date,
};

pub use grammar::diagnostic::SourceFile;

use crate::{
    Organisation, Program, check, code, conflict,
    decision::Options,
    facts::Directory,
    merge,
    model::Model,
    outline::Outline,
    testing::{
        self,
        model::{PatternCase, ResolvedAssert, ResolvedTest},
    },
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
        Self::compared(rules, diagnostics, conflict::find, |it| it)
    }

    /// Adds what `compare`, a comparison of the rules with one another, finds; `place` moves each finding to where
    /// the files have it.
    pub(crate) fn compared(
        rules: Option<Self>,
        mut diagnostics: Vec<Diagnostic>,
        compare: impl FnOnce(&Model) -> Vec<Diagnostic>,
        place: impl Fn(Diagnostic) -> Diagnostic,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let rules = rules.filter(|_| !has_error(&diagnostics));
        if let Some(rules) = &rules {
            diagnostics.extend(compare(&rules.model));
        }
        let mut diagnostics: Vec<Diagnostic> = diagnostics.into_iter().map(place).collect();
        diagnostics.sort_by_key(|it| (it.place(), it.code));
        // What two items inherit from a third is said once.
        diagnostics.dedup();
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

    /// Lints that depend on the disk: files that tests name and that cannot be read. `fault` is asked by
    /// the path, as it is written, and says what is wrong with it.
    #[must_use]
    pub fn check_samples(&self, fault: impl Fn(&str) -> Option<String>) -> Vec<Diagnostic> {
        let messages = self.tests.iter().filter_map(|it| it.message.as_ref());
        let faulty = messages.flat_map(testing::files).filter_map(|it| {
            let fault = fault(&it.value)?;
            Some(Diagnostic::new(code::SAMPLE_ABSENT, fault).primary(it.span, ""))
        });
        faulty.collect()
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

    /// What a definition comes to alone, with what it inherits, the defaults and the organisation's
    /// retention; nothing where there is none of the name.
    #[must_use]
    pub fn options(&self, definition: &str) -> Option<Options> {
        let found = self.model.definitions.iter().find(|it| it.name == definition)?;
        Some(merge::options_of(found, self.model.organisation.retention_secs))
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
