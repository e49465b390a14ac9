//! The trees that an editor has open: files on disk, and over them what was not saved yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use engine::{
    SourceFile,
    live::{Checked, Index, Live},
};
use grammar::{diagnostic::Diagnostic, literal::Date, tree::Span};

use super::{position::Text, uri};

/// Where trees are read from.
pub(crate) trait Disk {
    /// The folder of the tree that a file belongs to: the nearest above it that says so, else one of
    /// the folders that are open; nothing where the file stands alone.
    fn root_of(&self, file: &Path, folders: &[PathBuf]) -> Option<PathBuf>;
    /// Whether a folder says that it is a tree.
    fn is_tree(&self, folder: &Path) -> bool;
    /// Every rule file below a folder, by its path from there.
    fn files(&self, root: &Path) -> Vec<SourceFile>;
    /// The text of one file.
    fn text(&self, file: &Path) -> Option<String>;
}

/// What names a tree: the folder, or the URI of a file that stands alone.
pub(crate) type Root = String;

/// One tree.
#[derive(Debug)]
pub(crate) struct Tree {
    live: Live,
    files: BTreeMap<String, File>,
    checked: Option<Checked>,
    index: Option<Index>,
    /// Files with findings that the client was told of.
    told: BTreeMap<String, Vec<gen_lsp_types::Diagnostic>>,
    /// Files that changed since.
    changed: BTreeSet<String>,
}

/// A file of a tree.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) uri: String,
    pub(crate) text: Text,
    /// Its version where the editor has it open.
    pub(crate) version: Option<i32>,
}

impl Tree {
    fn new() -> Self {
        let std: Vec<SourceFile> = rules::STD
            .iter()
            .map(|it| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() })
            .collect();
        Self {
            live: Live::new(&[engine::Library { name: "std", files: &std }]),
            files: BTreeMap::new(),
            checked: None,
            index: None,
            told: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Puts a text in the place of a file's.
    pub(crate) fn set(&mut self, path: &str, file: File) {
        self.live.set(path, file.text.as_str());
        self.files.insert(path.to_owned(), file);
        self.stale(path);
    }

    /// Changes the text of a file.
    pub(crate) fn edit(&mut self, path: &str, version: Option<i32>, edit: impl FnOnce(&mut Text)) {
        let Some(file) = self.files.get_mut(path) else { return };
        edit(&mut file.text);
        file.version = version;
        self.live.set(path, file.text.as_str());
        self.stale(path);
    }

    fn remove(&mut self, path: &str) {
        self.live.remove(path);
        self.files.remove(path);
        self.stale(path);
    }

    fn stale(&mut self, path: &str) {
        self.changed.insert(path.to_owned());
        self.checked = None;
        self.index = None;
    }

    /// The file at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Every file.
    pub(crate) fn files(&self) -> &BTreeMap<String, File> {
        &self.files
    }

    /// The parsed items and `use` lines.
    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    /// Findings by place, those of the day included.
    pub(crate) fn findings(&mut self, today: Option<Date>) -> Vec<Diagnostic> {
        let checked = self.checked.get_or_insert_with(|| self.live.check());
        let mut findings = checked.findings.clone();
        findings.extend(today.map(|it| checked.lapses(it)).unwrap_or_default());
        findings
    }

    /// Names and what refers to them.
    pub(crate) fn index(&mut self) -> &Index {
        if self.checked.is_none() {
            self.checked = Some(self.live.check());
        }
        self.index.get_or_insert_with(|| self.live.index())
    }

    /// The file of a span; nothing for one of a library.
    pub(crate) fn file_of(&self, span: Span) -> Option<(&str, &File)> {
        let number = usize::try_from(span.file.0).ok()?;
        self.files.iter().nth(number).map(|it| (it.0.as_str(), it.1))
    }

    /// The number of a file, as spans have it.
    pub(crate) fn number_of(&self, path: &str) -> Option<grammar::tree::FileId> {
        let number = self.files.keys().position(|it| it == path)?;
        u32::try_from(number).ok().map(grammar::tree::FileId)
    }

    /// Files whose findings the client does not know, with their findings.
    pub(crate) fn news(
        &mut self,
        mut all: BTreeMap<String, Vec<gen_lsp_types::Diagnostic>>,
    ) -> Vec<(String, Vec<gen_lsp_types::Diagnostic>)> {
        let changed = std::mem::take(&mut self.changed);
        let paths: BTreeSet<String> =
            all.keys().chain(self.told.keys()).chain(&changed).cloned().collect();
        let mut news = Vec::new();
        for path in paths {
            let now = all.remove(&path).unwrap_or_default();
            let told = self.told.get(&path);
            if changed.contains(&path) || told.map_or(!now.is_empty(), |it| *it != now) {
                news.push((path.clone(), now.clone()));
            }
            if now.is_empty() {
                self.told.remove(&path);
            } else {
                self.told.insert(path, now);
            }
        }
        news
    }
}

/// Every tree that is open.
#[derive(Debug)]
pub(crate) struct Forest<D> {
    disk: D,
    folders: Vec<PathBuf>,
    trees: BTreeMap<Root, Tree>,
    /// Open files by URI, with the tree and the path in it.
    open: BTreeMap<String, (Root, String)>,
}

impl<D: Disk> Forest<D> {
    /// Nothing is open.
    pub(crate) fn new(disk: D) -> Self {
        Self { disk, folders: Vec::new(), trees: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// Opens a folder of the editor; a tree at its root is read at once.
    pub(crate) fn add_folder(&mut self, folder: PathBuf) {
        if self.disk.is_tree(&folder) {
            self.tree_at(&folder);
        }
        self.folders.push(folder);
    }

    /// Closes a folder; its trees stay while one of their files is open. Gives the files that are gone.
    pub(crate) fn remove_folder(&mut self, folder: &Path) -> Vec<String> {
        self.folders.retain(|it| it != folder);
        let used: BTreeSet<&Root> = self.open.values().map(|it| &it.0).collect();
        let root = folder.to_string_lossy().into_owned();
        if used.contains(&root) {
            return Vec::new();
        }
        let gone = self.trees.remove(&root);
        gone.iter().flat_map(|it| it.files.values()).map(|it| it.uri.clone()).collect()
    }

    fn tree_at(&mut self, folder: &Path) -> Root {
        let root = folder.to_string_lossy().into_owned();
        if !self.trees.contains_key(&root) {
            let mut tree = Tree::new();
            for file in self.disk.files(folder) {
                let uri = uri::of(&folder.join(&file.path));
                tree.set(&file.path, File { uri, text: Text::new(file.text), version: None });
            }
            self.trees.insert(root.clone(), tree);
        }
        root
    }

    /// Opens a file with the text that the editor has of it.
    pub(crate) fn open(&mut self, uri: &str, text: String, version: Option<i32>) {
        let (root, path) = self.home(uri);
        let tree = self.trees.entry(root.clone()).or_insert_with(Tree::new);
        tree.set(&path, File { uri: uri.to_owned(), text: Text::new(text), version });
        self.open.insert(uri.to_owned(), (root, path));
    }

    /// Closes a file: what is on disk counts again. Gives the URI where nothing is left of it.
    pub(crate) fn close(&mut self, uri: &str) -> Option<String> {
        let (root, path) = self.open.remove(uri)?;
        let tree = self.trees.get_mut(&root)?;
        let on_disk = uri::path(uri).filter(|_| root != *uri).and_then(|it| self.disk.text(&it));
        if let Some(text) = on_disk {
            tree.set(&path, File { uri: uri.to_owned(), text: Text::new(text), version: None });
            return None;
        }
        tree.remove(&path);
        if root == *uri {
            self.trees.remove(&root);
        }
        Some(uri.to_owned())
    }

    /// A file changed on disk, was made or removed there. Gives the URI where nothing is left of it.
    pub(crate) fn touched(&mut self, uri: &str) -> Option<String> {
        if self.open.contains_key(uri) {
            return None;
        }
        let file = uri::path(uri)?;
        let (root, path) = self.home(uri);
        let tree = self.trees.get_mut(&root)?;
        match self.disk.text(&file) {
            Some(text) => {
                tree.set(&path, File { uri: uri.to_owned(), text: Text::new(text), version: None });
                None
            }
            None => {
                tree.remove(&path);
                Some(uri.to_owned())
            }
        }
    }

    /// The tree of a file and its path there.
    fn home(&mut self, uri: &str) -> (Root, String) {
        if let Some(known) = self.open.get(uri) {
            return known.clone();
        }
        let file = uri::path(uri);
        let root = file.as_ref().and_then(|it| self.disk.root_of(it, &self.folders));
        let below = root.as_ref().zip(file.as_ref()).and_then(|(root, file)| {
            let below = file.strip_prefix(root).ok()?;
            let parts: Vec<_> = below.iter().map(|it| it.to_string_lossy()).collect();
            Some((self.tree_at(root), parts.join("/")))
        });
        let name =
            file.as_deref().and_then(Path::file_name).map(|it| it.to_string_lossy().into_owned());
        below.unwrap_or_else(|| (uri.to_owned(), name.unwrap_or_else(|| uri.to_owned())))
    }

    /// The tree and path of a file that is open, or of one that a tree has.
    pub(crate) fn find(&mut self, uri: &str) -> Option<(&mut Tree, String)> {
        let (root, path) = match self.open.get(uri) {
            Some(known) => known.clone(),
            None => {
                let has =
                    |it: &Tree| it.files.iter().find(|it| it.1.uri == uri).map(|it| it.0.clone());
                self.trees.iter().find_map(|(root, it)| Some((root.clone(), has(it)?)))?
            }
        };
        self.trees.get_mut(&root).map(|it| (it, path))
    }

    /// Every tree.
    pub(crate) fn trees(&mut self) -> impl Iterator<Item = &mut Tree> {
        self.trees.values_mut()
    }
}

impl Tree {
    /// Whether something changed that the client was not told of.
    pub(crate) fn is_stale(&self) -> bool {
        !self.changed.is_empty()
    }
}
