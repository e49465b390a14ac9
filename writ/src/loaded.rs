//! A tree, checked: its rules, and what is said about them.

use std::path::Path;

use engine::{Library, Program, Rules, SourceFile};
use grammar::{
    diagnostic::{Colour, Diagnostic, Severity, Sources, human},
    tree::{FileId, Span},
};

use crate::{
    done::Stopped,
    report,
    tree::{Misconfigured, Tree, TreeError},
};

/// A tree and what the check of it came to.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The files.
    pub(crate) tree: Tree,
    /// The same as findings point into them, named as the caller could name them.
    pub(crate) sources: Sources,
    /// Absent exactly when a finding is an error.
    pub(crate) rules: Option<Rules>,
    /// Everything that is said, by place.
    pub(crate) findings: Vec<Diagnostic>,
}

/// A tree without errors.
#[derive(Debug)]
pub(crate) struct Usable {
    /// The files.
    pub(crate) tree: Tree,
    /// As [`Loaded::sources`].
    pub(crate) sources: Sources,
    /// The rules.
    pub(crate) rules: Rules,
    /// The same, ready to decide.
    pub(crate) program: Program,
}

impl Loaded {
    /// Reads and checks the tree at `path`, with the shipped library.
    ///
    /// # Errors
    ///
    /// [`TreeError`]: it could not be read.
    pub(crate) fn read(path: &Path) -> Result<Self, TreeError> {
        Ok(Self::check(Tree::read(path)?))
    }

    /// A tree that was not read, because its settings are wrong: that alone is to be told.
    pub(crate) fn of_settings(wrong: Misconfigured) -> Self {
        let Misconfigured { finding, sources } = wrong;
        let tree = Tree::of_texts(Path::new(""), Vec::new());
        Self { tree, sources, rules: None, findings: vec![finding] }
    }

    /// Checks a tree that was read.
    pub(crate) fn check(tree: Tree) -> Self {
        let (mut rules, mut findings, mut sources) = with_libraries(|libraries| {
            let (rules, findings) = Rules::load(tree.files(), libraries);
            (rules, findings, engine::rules::sources(tree.files(), libraries))
        });
        for (id, file) in (0..).map(FileId).zip(tree.files()) {
            sources.rename(id, tree.shown(&file.path));
        }
        if let Some(rules) = &rules {
            findings.extend(rules.check_samples(|path| tree.inside(path).err()));
        }
        if !tree.unread().is_empty() {
            rules = None;
            findings.retain(|it| !engine::code::OF_ABSENT_FILES.contains(&it.code));
        }
        for unread in tree.unread() {
            let (text, place) = unread.torn.clone().unwrap_or_default();
            let file = sources.add(tree.shown(&unread.path), text.as_str());
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { file, start: offset(place.start), end: offset(place.end) };
            let finding = Diagnostic::new(engine::code::FILE_UNREADABLE, unread.message.as_str());
            findings.push(finding.primary(span, ""));
        }
        Self { tree, sources, rules, findings }
    }

    /// The rules, for a command that needs them.
    ///
    /// # Errors
    ///
    /// [`Stopped::Rules`] with every error.
    pub(crate) fn usable(self, path: &Path) -> Result<Usable, Stopped> {
        let Some(rules) = self.rules else {
            let errors = self.findings.iter().filter(|it| it.severity() == Severity::Error);
            let pages = report::findings::pages(errors.clone().map(|it| it.code));
            let findings = errors.map(|it| human(it, &self.sources, Colour::Plain) + "\n");
            let findings = findings.chain([pages]).collect();
            return Err(Stopped::Rules { findings, path: path.display().to_string() });
        };
        let program = rules.compile();
        Ok(Usable { tree: self.tree, sources: self.sources, rules, program })
    }
}

impl Usable {
    /// What the rules are: `sha256:` of every file of the tree and of the shipped library, in order.
    /// The gateway tells the same of the rules that it decides with.
    pub(crate) fn digest(&self) -> String {
        let own = self.tree.files().iter().map(|it| (it.path.as_str(), it.text.as_str()));
        let shipped = rules::LIBRARIES.iter().flat_map(|it| it.files).map(|it| (it.path, it.text));
        vault::digest::told(&vault::digest::of_named(own.chain(shipped)))
    }

    /// `file:line` of a place that the engine tells, as the caller could name it.
    pub(crate) fn place(&self, place: &(String, u32)) -> String {
        format!("{}:{}", self.tree.shown(&place.0), place.1)
    }
}

/// Does something with the shipped library.
pub(crate) fn with_libraries<R>(work: impl FnOnce(&[Library<'_>]) -> R) -> R {
    let shipped: Vec<(&str, Vec<SourceFile>)> = rules::LIBRARIES
        .iter()
        .map(|library| (library.name, library.files.iter().map(source_file).collect()))
        .collect();
    let libraries: Vec<Library<'_>> =
        shipped.iter().map(|(name, files)| Library { name, files }).collect();
    work(&libraries)
}

fn source_file(shipped: &rules::Shipped) -> SourceFile {
    SourceFile { path: shipped.path.to_owned(), text: shipped.text.to_owned() }
}
