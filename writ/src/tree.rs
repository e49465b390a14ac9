//! A tree of rule files on disk.
//!
//! A tree is a folder of `.writ` files and sets of fingerprints, at any depth, with an optional
//! `writ.toml`. Hidden files and
//! folders are left out, links to folders are not followed. Files are named by their path from the
//! folder of the tree, with `/`, and come sorted by it.

mod config;
mod inside;

pub(crate) use self::config::{Misconfigured, folder_above, is_marked};

use std::{
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use engine::SourceFile;

use crate::{file, plain::reason, progress::Progress};

/// Files in one tree.
pub(crate) const FILES_MAX: usize = 10_000;

/// Octets of one rule file; the parser has the same bound and names it.
pub(crate) const FILE_OCTETS_MAX: u64 = 64 * 1024 * 1024;

/// The rule files of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    root: PathBuf,
    files: Vec<SourceFile>,
    unread: Vec<Unread>,
    /// The directory file that `writ.toml` names.
    directory: Option<String>,
    /// What files are shown as standing in, where that is not the folder that they were read from.
    shown_in: Option<String>,
    /// Folders below that are marked as trees of their own, where this one is not marked.
    trees_below: Vec<String>,
}

/// A file of a folder that could not be read, beside others that could.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Unread {
    /// As [`SourceFile::path`].
    pub(crate) path: String,
    /// Why, in one sentence.
    pub(crate) message: String,
    /// What could be read of it, and the octets that are no character in that text; nothing where it
    /// is no text at all.
    pub(crate) torn: Option<(String, Range<usize>)>,
}

/// Why a tree cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TreeError {
    /// `writ.toml` is not as it should be.
    #[error("{0}")]
    Config(Box<Misconfigured>),
    /// There is nothing to read.
    #[error("`{}` holds no .writ file{}", .0.display(), misnamed(.1.as_deref()))]
    Empty(PathBuf, Option<String>),
    /// A file is not text.
    #[error(
        "`{}` is not UTF-8 text: line {line} has octets that are no character; save it as UTF-8",
        slashed(path)
    )]
    NotText {
        /// Which file.
        path: PathBuf,
        /// 1-based.
        line: usize,
        /// The text with a mark for what is no character, and where the first is.
        torn: (String, Range<usize>),
    },
    /// Something could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is text in another encoding.
    #[error("`{}` is saved as UTF-16; save it as UTF-8", slashed(.0))]
    Utf16(PathBuf),
    /// There are more files than a tree may have.
    #[error("`{}` holds more than {FILES_MAX} .writ files", .0.display())]
    TooMany(PathBuf),
}

impl Tree {
    /// Reads the tree at `path`. For a file that is the tree that it belongs to: the nearest folder
    /// above it with a `writ.toml`, or the file alone where there is none.
    ///
    /// # Errors
    ///
    /// [`TreeError`].
    pub(crate) fn read(path: &Path) -> Result<Self, TreeError> {
        let found = fs::metadata(path)
            .map_err(|source| TreeError::Read { path: path.to_owned(), source })?;
        if found.is_dir() {
            return Self::read_folder(path);
        }
        match folder_above(path) {
            Some(root) => Self::read_folder(&root),
            None => Self::read_file(path),
        }
    }

    /// Reads one file as a tree of its own.
    ///
    /// # Errors
    ///
    /// [`TreeError`].
    pub(crate) fn read_file(path: &Path) -> Result<Self, TreeError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let root = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let files = vec![SourceFile { path: name, text: read_text(path)? }];
        Ok(Self {
            root,
            files,
            unread: Vec::new(),
            directory: None,
            trees_below: Vec::new(),
            shown_in: None,
        })
    }

    fn read_folder(root: &Path) -> Result<Self, TreeError> {
        let directory = config::read(root)?.directory;
        let is_marked = is_marked(root);
        let mut trees_below = Vec::new();
        let mut progress = Progress::new("folders searched for rules");
        let mut searched = 0_usize;
        let mut found = Found { folders: vec![PathBuf::new()], ..Found::default() };
        while let Some(folder) = found.folders.pop() {
            found.list(root, &folder)?;
            if !is_marked && config::is_marked(&root.join(&folder)) {
                trees_below.push(slashed(&folder));
            }
            searched = searched.saturating_add(1);
            progress.tell(searched, None);
            if FILES_MAX < found.paths.len() {
                return Err(TreeError::TooMany(root.to_owned()));
            }
        }
        let Found { mut paths, mut unread, .. } = found;
        if paths.is_empty() && unread.is_empty() {
            return Err(TreeError::Empty(root.to_owned(), nearly(root)));
        }
        drop(progress);
        paths.sort_by_key(|it| slashed(it));
        let mut files = Vec::new();
        for below in &paths {
            let path = slashed(below);
            let on_disk = root.strip_prefix(".").unwrap_or(root).join(below);
            let text = match inside::resolve_link(root, below) {
                Ok(()) => read_text(&on_disk).map_err(|error| (error.told(), error.torn())),
                Err(message) => Err((message, None)),
            };
            match text {
                Ok(text) => files.push(SourceFile { path, text }),
                Err((message, torn)) => unread.push(Unread { path, message, torn }),
            }
        }
        trees_below.sort();
        unread.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { root: root.to_owned(), files, unread, directory, trees_below, shown_in: None })
    }

    /// A tree of texts that are not on disk yet, by the folder that they are for.
    pub(crate) fn of_texts(root: &Path, files: Vec<SourceFile>) -> Self {
        let (root, unread) = (root.to_owned(), Vec::new());
        let trees_below = Vec::new();
        let mut tree = Self { root, files, unread, directory: None, trees_below, shown_in: None };
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        tree
    }

    /// The tree with another file, or with another text of a file that it has.
    pub(crate) fn add(&mut self, path: &str, text: String) {
        self.unread.retain(|it| it.path != path);
        match self.files.binary_search_by(|it| it.path.as_str().cmp(path)) {
            Ok(_) => self.replace(path, text),
            Err(at) => self.files.insert(at, SourceFile { path: path.to_owned(), text }),
        }
    }

    /// The files, by path.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// What to say of a folder that is no tree and holds some: somebody stands too high.
    pub(crate) fn misplaced(&self) -> Option<String> {
        let (first, others) = self.trees_below.split_first()?;
        let path = self.root.join(first);
        let path = slashed(path.strip_prefix(".").unwrap_or(&path));
        let (more, have) = match others.len() {
            0 => (String::new(), "has"),
            more => (format!(" and {more} more"), "have"),
        };
        Some(format!(
            "`{}` has no `writ.toml`, so all below it was read as one tree; `{path}`{more} below {have} one: name the folder of the rules",
            self.root.display()
        ))
    }

    /// The tree as if a file had another text.
    pub(crate) fn replace(&mut self, path: &str, text: String) {
        if let Some(file) = self.files.iter_mut().find(|it| it.path == path) {
            file.text = text;
        }
    }

    /// The files of the tree that hold rules, by path: those that are not sets of fingerprints.
    pub(crate) fn rule_files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|it| !it.path.ends_with(engine::fingerprint::EXTENSION))
    }

    /// Files of the tree that could not be read, by path. Rules without them are other rules, so
    /// nothing may be decided then.
    pub(crate) fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Where a file of the tree is on disk.
    pub(crate) fn on_disk(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The tree as one that stands elsewhere: `main:rules/` before each path.
    pub(crate) fn shown_in(self, place: String) -> Self {
        Self { shown_in: Some(place), ..self }
    }

    /// A file of the tree as the caller could name it: what an editor opens from where they are.
    pub(crate) fn shown(&self, path: &str) -> String {
        let own = self.files.binary_search_by(|it| it.path.as_str().cmp(path)).is_ok();
        if !own && !self.unread.iter().any(|it| it.path == path) {
            return path.to_owned();
        }
        if let Some(place) = &self.shown_in {
            return format!("{place}{path}");
        }
        let joined = self.root.join(path);
        slashed(joined.strip_prefix(".").unwrap_or(&joined))
    }

    /// A file that a rule file names, by its path from the folder of the tree.
    ///
    /// # Errors
    ///
    /// A sentence: it is outside of the tree, or not there.
    pub(crate) fn inside(&self, written: &str) -> Result<PathBuf, String> {
        inside::resolve(&self.root, written)
    }

    /// The directory file that `writ.toml` names, if it does.
    ///
    /// # Errors
    ///
    /// A sentence: it is outside of the tree, or not there.
    pub(crate) fn directory(&self) -> Result<Option<PathBuf>, String> {
        self.directory.as_deref().map(|it| self.inside(it)).transpose()
    }
}

impl TreeError {
    /// The text of a file that is not all text.
    fn torn(self) -> Option<(String, Range<usize>)> {
        match self {
            Self::NotText { torn, .. } => Some(torn),
            Self::Config(_)
            | Self::Empty(..)
            | Self::Read { .. }
            | Self::TooMany(_)
            | Self::Utf16(_) => None,
        }
    }

    /// The whole sentence, with its cause.
    fn told(&self) -> String {
        match self {
            Self::Read { source, .. } => format!("{self}: {}", reason(source)),
            Self::Config(_)
            | Self::Empty(..)
            | Self::NotText { .. }
            | Self::TooMany(_)
            | Self::Utf16(_) => self.to_string(),
        }
    }
}

/// The name of a rule file with the ending that some editors add.
const ENDING_ADDED: &str = ".writ.txt";

/// A file of a folder that somebody may take for a rule file.
fn nearly(root: &Path) -> Option<String> {
    let entries = fs::read_dir(root).ok()?;
    let names = entries.filter_map(|it| Some(it.ok()?.file_name().to_string_lossy().into_owned()));
    names.filter(|it| it.to_ascii_lowercase().ends_with(ENDING_ADDED)).min()
}

fn misnamed(name: Option<&str>) -> String {
    let words = |it: &str| format!("; `{it}` ends in .txt, which an editor added: take it off");
    name.map(words).unwrap_or_default()
}

/// What a folder holds, as far as it has been looked through.
#[derive(Debug, Default)]
struct Found {
    /// Folders that are left to look through.
    folders: Vec<PathBuf>,
    paths: Vec<PathBuf>,
    /// What would be left out without a word although its author takes it for rules.
    unread: Vec<Unread>,
}

impl Found {
    /// Adds what is in one folder.
    fn list(&mut self, root: &Path, folder: &Path) -> Result<(), TreeError> {
        let on_disk = root.join(folder);
        let failed = |source| TreeError::Read { path: on_disk.clone(), source };
        for entry in fs::read_dir(&on_disk).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let below = folder.join(&name);
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                self.folders.push(below);
            } else if kind.is_symlink() && root.join(&below).is_dir() {
                self.refuse(&below, "this is a link to a folder; put the folder itself here");
            } else {
                self.add_file(below, &name.to_string_lossy());
            }
        }
        Ok(())
    }

    fn add_file(&mut self, below: PathBuf, name: &str) {
        let endings = [".writ", engine::fingerprint::EXTENSION];
        let small = name.to_ascii_lowercase();
        let Some(ending) = endings.iter().find(|it| small.ends_with(**it)) else { return };
        if name.ends_with(ending) {
            self.paths.push(below);
        } else {
            self.refuse(&below, &format!("the name must end in `{ending}`, in small letters"));
        }
    }

    fn refuse(&mut self, below: &Path, why: &str) {
        let path = slashed(below);
        let message = format!("cannot read `{path}`: {why}");
        self.unread.push(Unread { path, message, torn: None });
    }
}

fn read_text(path: &Path) -> Result<String, TreeError> {
    let failed = |source| TreeError::Read { path: path.to_owned(), source };
    // Reading a pipe or a device may never end.
    let octets = match path.as_os_str() == "-" {
        true => file::read(path, FILE_OCTETS_MAX),
        false => file::read_regular(path, FILE_OCTETS_MAX),
    };
    let octets = octets.map_err(failed)?;
    if is_utf16(&octets) {
        return Err(TreeError::Utf16(path.to_owned()));
    }
    String::from_utf8(octets).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(start);
        let line = before.filter(|it| **it == b'\n').count().saturating_add(1);
        // The text before is the same in both, so that the place is.
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let end = start.saturating_add(char::REPLACEMENT_CHARACTER.len_utf8());
        TreeError::NotText { path: path.to_owned(), line, torn: (text, start..end) }
    })
}

/// Whether octets are UTF-16: by its mark, or by a first character whose other half is zero.
fn is_utf16(octets: &[u8]) -> bool {
    match octets {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [one, other, ..] => (*one == 0) != (*other == 0),
        [] | [_] => false,
    }
}

/// A path with `/` on every system.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|it| it.to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn files_come_by_path_without_the_hidden_ones() {
        let folder = tree(&[
            ("b.writ", "b"),
            ("a/x.writ", "x"),
            (".git/y.writ", ""),
            (".z.writ", ""),
            ("c.txt", ""),
        ]);
        let read = Tree::read(folder.path()).unwrap();
        let paths: Vec<&str> = read.files().iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["a/x.writ", "b.writ"]);
    }

    /// Rules without a part of them are other rules, so nothing is left out without a word.
    #[cfg(unix)]
    #[test]
    fn links_to_folders_and_endings_in_capitals_are_told() {
        let folder = tree(&[("tree/b.writ", "b"), ("tree/UP.WRIT", "c"), ("shared/a.writ", "a")]);
        let root = folder.path().join("tree");
        std::os::unix::fs::symlink(folder.path().join("shared"), root.join("shared")).unwrap();
        let read = Tree::read(&root).unwrap();
        let unread: Vec<(&str, &str)> =
            read.unread().iter().map(|it| (it.path.as_str(), it.message.as_str())).collect();
        assert_eq!(
            unread,
            [
                (
                    "UP.WRIT",
                    "cannot read `UP.WRIT`: the name must end in `.writ`, in small letters"
                ),
                (
                    "shared",
                    "cannot read `shared`: this is a link to a folder; put the folder itself here"
                ),
            ]
        );
    }

    #[test]
    fn a_file_stands_for_the_tree_around_it_or_for_itself() {
        let folder = tree(&[("writ.toml", "edition = 1"), ("a/x.writ", "x"), ("b.writ", "b")]);
        assert_eq!(Tree::read(&folder.path().join("a/x.writ")).unwrap().files().len(), 2);
        let alone = tree(&[("x.writ", "x"), ("b.writ", "b")]);
        assert_eq!(Tree::read(&alone.path().join("x.writ")).unwrap().files().len(), 1);
    }

    #[test]
    fn octets_that_are_no_text_are_told_with_their_line() {
        let folder = tree(&[("b.writ", "writ 1")]);
        fs::write(folder.path().join("a.writ"), b"writ 1\n# caf\xe9\n").unwrap();
        let read = Tree::read(folder.path()).unwrap();
        assert_eq!(read.files().len(), 1);
        let [unread] = read.unread() else { panic!("{:?}", read.unread()) };
        assert!(unread.message.contains("line 2 has octets"), "{}", unread.message);
        assert!(Tree::read(&folder.path().join("a.writ")).is_err());
    }

    #[test]
    fn utf16_is_told_by_its_name() {
        let folder = tree(&[]);
        let little: Vec<u8> = "writ 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{FEFF}writ 1\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for octets in [little, big] {
            fs::write(folder.path().join("a.writ"), octets).unwrap();
            let read = Tree::read(folder.path()).unwrap();
            let message = &read.unread().first().unwrap().message;
            assert!(message.ends_with("is saved as UTF-16; save it as UTF-8"), "{message}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_not_opened() {
        let folder = tree(&[("b.writ", "writ 1")]);
        // A device stands for all: a pipe would wait for its writer.
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("a.writ")).unwrap();
        let read = Tree::read(folder.path()).unwrap();
        assert_eq!(read.files().len(), 1);
        let message = &read.unread().first().unwrap().message;
        assert!(message.ends_with("leads out of the folder of the rules"), "{message}");
        let told = Tree::read(Path::new("/dev/zero")).unwrap_err().told();
        assert!(told.ends_with("this is not a regular file"), "{told}");
    }
}
