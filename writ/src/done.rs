//! How a command ends: with a text, or because it could not do its work.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{directory::DirectoryError, import::ImportError, lsp::LspError, tree::TreeError};

/// What a command says, and how the program ends.
#[derive(Debug)]
pub(crate) struct Done {
    /// For standard output.
    pub(crate) text: String,
    /// How the program ends.
    pub(crate) exit: Exit,
}

/// How the program ends, for scripts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// Nothing to complain about.
    Fine,
    /// Errors in rules, failed tests, files that are not in their form.
    Findings,
    /// The command line or a file is not usable.
    Usage,
    /// A minimum that the caller asked for was not met.
    Gate,
    /// It could not be told, because a budget ran out.
    Undecided,
}

/// Why a command could not do its work. The rules' author must act for the first, whoever called
/// the program for the others.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// The rules have errors, each shown in the text.
    #[error(
        "{findings}error: the rules at `{path}` have errors, and can be used when they are mended"
    )]
    Rules {
        /// Every error, for people, and where more is told.
        findings: String,
        /// Which tree, as the caller named it.
        path: String,
    },
    /// The rules of a revision or a bundle have errors, each shown in the text.
    #[error("{findings}error: the rules of {label} have errors")]
    RulesOf {
        /// Every error, for people.
        findings: String,
        /// What the revision or the bundle is called.
        label: String,
    },
    /// A text cannot be formatted because it has errors.
    #[error("{findings}error: the text has errors and was not formatted")]
    Unformatted {
        /// Every error, for people.
        findings: String,
    },
    /// Nothing like the name that was given; with what there is.
    #[error("{0}")]
    Unknown(String),
    /// The tree could not be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The directory file could not be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Tests failed where all must pass, each told in the text.
    #[error("{told}error: {failed} of {all} tests failed; nothing was built")]
    Tests {
        /// What failed, for people.
        told: String,
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// A bundle or a key is not usable; the text says why.
    #[error("{0}")]
    Bundle(String),
    /// What git was asked for could not be had; the text says why.
    #[error("{0}")]
    Git(String),
    /// A file could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Files would be overwritten.
    #[error("`{}` is already there; nothing was written", .0.display())]
    Exists(PathBuf),
    /// An export cannot be brought over; nothing was written.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The conversation with the editor broke off.
    #[error(transparent)]
    Lsp(#[from] LspError),
    /// The result could not be written as JSON.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
}

impl Done {
    /// All is well.
    pub(crate) fn fine(text: String) -> Self {
        Self { text, exit: Exit::Fine }
    }

    /// `Findings` where there are any.
    pub(crate) fn found(text: String, any: bool) -> Self {
        Self { text, exit: if any { Exit::Findings } else { Exit::Fine } }
    }
}

impl Exit {
    /// The number that the caller sees.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Gate => 3,
            Self::Undecided => 4,
        }
    }
}

impl Stopped {
    /// Something new that could not be made: what is there already is told as such.
    pub(crate) fn not_written(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::AlreadyExists {
            return Self::Exists(path);
        }
        Self::Write { path, source }
    }

    /// How the program ends then.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Rules { .. }
            | Self::RulesOf { .. }
            | Self::Tests { .. }
            | Self::Unformatted { .. } => Exit::Findings,
            Self::Bundle(_)
            | Self::Directory(_)
            | Self::Exists(_)
            | Self::Git(_)
            | Self::Import(_)
            | Self::Json(_)
            | Self::Lsp(_)
            | Self::Read { .. }
            | Self::Tree(_)
            | Self::Unknown(_)
            | Self::Write { .. } => Exit::Usage,
        }
    }
}
