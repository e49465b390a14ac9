//! Rules that are in no folder: those of a git revision or of a bundle, written into a folder of their
//! own for as long as they are looked at.
//!
//! # Trust
//!
//! Paths and contents are somebody else's. A path that leads out of the folder is refused, nothing is
//! written through a link, and a link is followed only as the reader of a tree follows it.

use std::{
    fs,
    path::{Component, Path},
};

use crate::{
    done::Stopped,
    file,
    tree::{Tree, TreeError},
};

/// A tree of rules, with the folder that it stands in.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// An empty folder.
    ///
    /// # Errors
    ///
    /// [`Stopped::Write`]: there is no room for it.
    pub(crate) fn new() -> Result<Self, Stopped> {
        let folder = tempfile::Builder::new()
            .prefix("writ-")
            .tempdir()
            .map_err(|source| Stopped::Write { path: std::env::temp_dir(), source })?;
        Ok(Self { folder })
    }

    /// Puts a file there.
    ///
    /// # Errors
    ///
    /// The path is none of the folder, or the file cannot be written.
    pub(crate) fn put(&self, path: &str, octets: &[u8]) -> Result<(), Stopped> {
        let to = self.place(path)?;
        file::put_new(&to, octets).map_err(|source| Stopped::Write { path: to, source })
    }

    /// Puts a link there. All files come first, so that none is written through it.
    ///
    /// # Errors
    ///
    /// As [`Scratch::put`].
    #[cfg(unix)]
    pub(crate) fn link(&self, path: &str, target: &str) -> Result<(), Stopped> {
        let to = self.place(path)?;
        std::os::unix::fs::symlink(target, &to)
            .map_err(|source| Stopped::Write { path: to, source })
    }

    /// Where a file comes, its folders made.
    fn place(&self, path: &str) -> Result<std::path::PathBuf, Stopped> {
        let plain = |it: Component<'_>| matches!(it, Component::Normal(_));
        if path.is_empty()
            || path.contains(['\\', '\0'])
            || !Path::new(path).components().all(plain)
        {
            let told =
                format!("`{}` is not a path inside the folder of the rules", path.escape_debug());
            return Err(Stopped::Unknown(told));
        }
        let to = self.folder.path().join(path);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)
                .map_err(|source| Stopped::Write { path: folder.to_owned(), source })?;
        }
        Ok(to)
    }

    /// The tree that was put there, its files shown as standing in `place`.
    ///
    /// # Errors
    ///
    /// [`TreeError`].
    pub(crate) fn tree(&self, place: &str) -> Result<Tree, TreeError> {
        match Tree::read(self.folder.path()) {
            Ok(tree) => Ok(tree.shown_in(place.to_owned())),
            Err(TreeError::Empty(_, near)) => {
                Err(TreeError::Empty(place.trim_end_matches('/').into(), near))
            }
            Err(other) => Err(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_outside_of_the_folder() {
        let scratch = Scratch::new().unwrap();
        for path in ["../a", "/a", "a/../../b", "", "a\\b", "a/./b/../c"] {
            assert!(scratch.put(path, b"").is_err(), "{path}");
        }
        scratch.put("a/b.writ", b"writ 1\n").unwrap();
        assert!(scratch.put("a/b.writ", b"writ 1\n").is_err());
        assert_eq!(scratch.tree("main:").unwrap().shown("a/b.writ"), "main:a/b.writ");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_no_rule_file() {
        let scratch = Scratch::new().unwrap();
        scratch.put("a.writ", b"writ 1\n").unwrap();
        scratch.link("b.writ", "/etc/hostname").unwrap();
        let tree = scratch.tree("main:").unwrap();
        assert_eq!((tree.files().len(), tree.unread().len()), (1, 1));
    }
}
