//! One of the two versions of rules that are compared: a folder, a bundle or a git revision.

use std::path::{Path, PathBuf};

use vault::bundle::Bundle;

use crate::{
    bundle,
    done::Stopped,
    git::Repository,
    loaded::{Loaded, Usable},
    scratch::Scratch,
    tree::Tree,
};

/// Rules without errors, and what they are called.
#[derive(Debug)]
pub(crate) struct Version {
    /// As the report calls it.
    pub(crate) label: String,
    pub(crate) usable: Usable,
    /// Before each path of the tree, in the report.
    prefix: Option<String>,
    /// What stands in a folder of its own, as long as it is looked at.
    _scratch: Option<Scratch>,
}

/// What the two arguments name.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Named {
    /// A folder, a file of one, or a bundle.
    Path(PathBuf),
    /// A git revision.
    Revision(String),
    /// Where the histories of two revisions part.
    Fork(String, String),
}

/// What OLD and NEW mean: two places, a place and the rules on disk, or `A..B` and `A...B`.
///
/// # Errors
///
/// A sentence: they cannot be meant together.
pub(crate) fn named(old: &str, new: Option<&str>, folder: &Path) -> Result<(Named, Named), String> {
    let of = |it: &str| {
        let path = Path::new(it);
        if path.exists() { Named::Path(path.to_owned()) } else { Named::Revision(it.to_owned()) }
    };
    let head = |it: &str| if it.is_empty() { "HEAD" } else { it }.to_owned();
    match (of(old), new) {
        (one, Some(new)) => Ok((one, of(new))),
        (Named::Revision(range), None) => {
            if let Some((from, to)) = range.split_once("...") {
                let (from, to) = (head(from), head(to));
                return Ok((Named::Fork(from, to.clone()), Named::Revision(to)));
            }
            if let Some((from, to)) = range.split_once("..") {
                return Ok((Named::Revision(head(from)), Named::Revision(head(to))));
            }
            Ok((Named::Revision(range), Named::Path(folder.to_owned())))
        }
        (Named::Path(_) | Named::Fork(..), None) => Err(format!(
            "`{old}` is a file or folder: say what to compare it with, `writ diff {old} NEW`; a branch of this name is `refs/heads/{old}`"
        )),
    }
}

impl Version {
    /// Reads and checks the rules; `folder` is where those of a revision are looked for.
    ///
    /// # Errors
    ///
    /// [`Stopped`]: they cannot be read, or have errors.
    pub(crate) fn read(named: &Named, folder: &Path) -> Result<Self, Stopped> {
        match named {
            Named::Path(path) => Self::of_path(path),
            Named::Revision(revision) => {
                let repository = Repository::of(folder, revision)?;
                Self::of_revision(&repository, revision, revision)
            }
            Named::Fork(from, to) => {
                let repository = Repository::of(folder, from)?;
                let fork = repository.fork(from, to)?;
                let label = format!("{from} (where {to} left it)");
                Self::of_revision(&repository, &fork, &label)
            }
        }
    }

    fn of_revision(repository: &Repository, revision: &str, label: &str) -> Result<Self, Stopped> {
        let scratch = Scratch::new()?;
        let prefix = repository.extract(revision, &scratch)?;
        let tree = scratch.tree(&format!("{revision}:{prefix}"))?;
        Self::check(tree, label, Some(prefix), Some(scratch))
    }

    fn of_path(path: &Path) -> Result<Self, Stopped> {
        let label = path.display().to_string();
        let is_rules = path.extension().is_some_and(|it| it == "writ");
        if path.is_dir() || is_rules {
            return Self::check(Tree::read(path)?, &label, None, None);
        }
        let octets = bundle::read(path)?;
        let wrong = |why: String| Stopped::Bundle(format!("`{label}` holds no rules: {why}"));
        let bundle = Bundle::unverified(&octets).map_err(|error| wrong(error.to_string()))?;
        let scratch = Scratch::new()?;
        for (path, text) in bundle::sources(&bundle).map_err(wrong)? {
            scratch.put(&path, text.as_bytes())?;
        }
        let tree = scratch.tree(&format!("{label}:"))?;
        let label = format!("{label} (its signature is not verified)");
        Self::check(tree, &label, Some(String::new()), Some(scratch))
    }

    fn check(
        tree: Tree,
        label: &str,
        prefix: Option<String>,
        scratch: Option<Scratch>,
    ) -> Result<Self, Stopped> {
        let usable = match (Loaded::check(tree).usable(Path::new(label)), &scratch) {
            (Err(Stopped::Rules { findings, path }), Some(_)) => {
                return Err(Stopped::RulesOf { findings, label: path });
            }
            (checked, _) => checked?,
        };
        Ok(Self { label: label.to_owned(), usable, prefix, _scratch: scratch })
    }

    /// The path of a file as the report names it.
    pub(crate) fn path(&self, path: &str) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}{path}"),
            None => self.usable.tree.shown(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_two_revisions() {
        let revision = |it: &str| Named::Revision(it.to_owned());
        let here = || Path::new("rules");
        let meant = |old: &str| named(old, None, here()).unwrap();
        assert_eq!(meant("no-such"), (revision("no-such"), Named::Path("rules".into())));
        assert_eq!(meant("a..b"), (revision("a"), revision("b")));
        assert_eq!(meant("a.."), (revision("a"), revision("HEAD")));
        let fork = Named::Fork("a".to_owned(), "HEAD".to_owned());
        assert_eq!(meant("a...HEAD"), (fork, revision("HEAD")));
        assert!(named("src", None, here()).is_err());
        assert_eq!(
            named("src", Some("b"), here()).unwrap(),
            (Named::Path("src".into()), revision("b"))
        );
    }
}
