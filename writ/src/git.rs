//! Rules of a git revision, read out of the repository by the `git` program.
//!
//! # Trust
//!
//! The repository may be somebody else's. Only `rev-parse`, `merge-base`, `ls-tree` and `cat-file` run,
//! which start no hook, filter or pager of it and fetch nothing. No shell is between; a revision that
//! begins with `-` is refused, so that none is read as an option. What a tree holds is written as
//! [`Scratch`] allows.

use std::{
    collections::BTreeSet,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::{
    done::Stopped,
    file::MESSAGE_OCTETS_MAX,
    scratch::Scratch,
    tree::{FILE_OCTETS_MAX, FILES_MAX},
};

/// Octets that git may say in answer to one question.
const ANSWER_OCTETS_MAX: u64 = 256 << 20;

/// Octets of all files that are taken out of one revision.
const TREE_OCTETS_MAX: u64 = 1 << 30;

/// A folder of a repository.
#[derive(Debug)]
pub(crate) struct Repository {
    folder: PathBuf,
    /// The folder, from the root of the repository: empty, or with `/` at its end.
    prefix: String,
}

/// A file of a revision.
#[derive(Debug)]
struct Entry {
    id: String,
    is_link: bool,
    octets: u64,
    path: String,
}

impl Repository {
    /// The repository that a folder is in. `asked` is the revision that is wanted of it.
    ///
    /// # Errors
    ///
    /// [`Stopped::Git`]: there is none, or no `git`.
    pub(crate) fn of(folder: &Path, asked: &str) -> Result<Self, Stopped> {
        if asked.starts_with('-') || asked.contains(char::is_control) {
            return Err(Stopped::Git(format!("`{}` is no revision", asked.escape_debug())));
        }
        let found = ask(folder, &["rev-parse", "--show-prefix"])?;
        let Some(prefix) = found else {
            return Err(Stopped::Git(format!(
                "`{asked}` is neither a file or folder, nor a revision: `{}` is in no git repository",
                folder.display()
            )));
        };
        Ok(Self { folder: folder.to_owned(), prefix: prefix.trim_end_matches('\n').to_owned() })
    }

    /// Where the histories of two revisions part.
    ///
    /// # Errors
    ///
    /// [`Stopped::Git`]: they have nothing in common.
    pub(crate) fn fork(&self, one: &str, other: &str) -> Result<String, Stopped> {
        let (from, to) = (self.id(one)?, self.id(other)?);
        let found = ask(&self.folder, &["merge-base", &from, &to])?;
        found.map(|it| it.trim().to_owned()).ok_or_else(|| {
            Stopped::Git(format!(
                "`{one}` and `{other}` have no common history; is the clone shallow?"
            ))
        })
    }

    fn id(&self, revision: &str) -> Result<String, Stopped> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(Stopped::Git(format!("`{revision}` is no revision")));
        }
        let found = ask(&self.folder, &["rev-parse", "--verify", "--quiet", revision])?;
        found.map(|it| it.trim().to_owned()).ok_or_else(|| {
            Stopped::Git(format!(
                "there is no file, folder or git revision `{revision}`; a clone of a CI system may lack it: fetch it first"
            ))
        })
    }

    /// Puts the rules of a revision, in this folder of the repository, into a folder of their own; with
    /// the messages and the directory that they name. Gives where they stand in the repository.
    ///
    /// # Errors
    ///
    /// [`Stopped`]: there is no such revision, or it has no such folder.
    pub(crate) fn extract(&self, revision: &str, to: &Scratch) -> Result<String, Stopped> {
        let id = self.id(revision)?;
        // `HEAD:rules` is a folder already.
        let prefix = if revision.contains(':') { "" } else { self.prefix.as_str() };
        let folder = format!("{id}:{prefix}");
        let of = if prefix.is_empty() { format!("{id}^{{tree}}") } else { folder };
        let Some(tree) = ask(&self.folder, &["rev-parse", "--verify", "--quiet", &of])? else {
            let told = format!("`{revision}` has no folder `{}`", prefix.trim_end_matches('/'));
            return Err(Stopped::Git(told));
        };
        let list = ["ls-tree", "-r", "-l", "-z", "--full-tree", tree.trim()];
        let listed = ask(&self.folder, &list)?
            .ok_or_else(|| Stopped::Git(format!("git cannot list the files of `{revision}`")))?;
        let entries: Vec<Entry> = listed.split('\0').filter_map(Entry::parse).collect();
        let mut files = Files::new(&self.folder, to)?;
        files.put_all(&entries)?;
        files.end()?;
        Ok(prefix.to_owned())
    }
}

impl Entry {
    /// `MODE TYPE ID SIZE<tab>PATH`; what is no file or link is left out.
    fn parse(line: &str) -> Option<Self> {
        let (facts, path) = line.split_once('\t')?;
        let mut facts = facts.split_ascii_whitespace();
        let (mode, kind, id, octets) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
        (kind == "blob").then_some(())?;
        Some(Self {
            id: id.to_owned(),
            is_link: mode == "120000",
            octets: octets.parse().ok()?,
            path: path.to_owned(),
        })
    }

    fn is_rules(&self) -> bool {
        let hidden = self.path.split('/').any(|it| it.starts_with('.'));
        let ends = |end: &str| self.path.ends_with(end);
        !hidden
            && (ends(".writ") || ends(engine::fingerprint::EXTENSION) || self.path == "writ.toml")
    }
}

/// Files on their way out of the repository.
struct Files<'s> {
    to: &'s Scratch,
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
    octets_left: u64,
}

impl<'s> Files<'s> {
    fn new(folder: &Path, to: &'s Scratch) -> Result<Self, Stopped> {
        let mut child = command(folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| absent(&error))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (ask, answer) = pipes.ok_or_else(|| Stopped::Git("git does not answer".to_owned()))?;
        let answer = BufReader::new(answer);
        Ok(Self { to, child, ask, answer, octets_left: TREE_OCTETS_MAX })
    }

    /// The rules, then every file that some rule file names: messages of tests, the directory.
    fn put_all(&mut self, entries: &[Entry]) -> Result<(), Stopped> {
        let rules: Vec<&Entry> = entries.iter().filter(|it| it.is_rules()).collect();
        if FILES_MAX < rules.len() {
            return Err(Stopped::Git(format!("there are more than {FILES_MAX} rule files")));
        }
        let mut texts = Vec::new();
        let mut links: Vec<(&Entry, String)> = Vec::new();
        for entry in &rules {
            let octets = self.read(entry, FILE_OCTETS_MAX)?;
            if entry.is_link {
                links.push((entry, String::from_utf8_lossy(&octets).into_owned()));
            } else {
                self.to.put(&entry.path, &octets)?;
                texts.push(String::from_utf8_lossy(&octets).into_owned());
            }
        }
        let targets: BTreeSet<String> =
            links.iter().filter_map(|it| inside(&it.0.path, &it.1)).collect();
        let named = |it: &&Entry| {
            targets.contains(&it.path) || texts.iter().any(|text| text.contains(&it.path))
        };
        let others = entries.iter().filter(|it| !it.is_rules());
        for entry in others.filter(named).filter(|it| it.octets <= MESSAGE_OCTETS_MAX) {
            let octets = self.read(entry, MESSAGE_OCTETS_MAX)?;
            if entry.is_link {
                links.push((entry, String::from_utf8_lossy(&octets).into_owned()));
            } else {
                self.to.put(&entry.path, &octets)?;
            }
        }
        #[cfg(unix)]
        for (entry, target) in &links {
            // Outside of the tree there is nothing of the revision; the reader refuses what leads there.
            let target = if inside(&entry.path, target).is_some() { target } else { "/dev/null" };
            self.to.link(&entry.path, target)?;
        }
        Ok(())
    }

    /// One file. Questions are asked one at a time, so that neither side waits for the other to read.
    fn read(&mut self, entry: &Entry, octets_max: u64) -> Result<Vec<u8>, Stopped> {
        if octets_max < entry.octets || self.octets_left < entry.octets {
            return Err(Stopped::Git(format!("`{}` is too large to be read", entry.path)));
        }
        self.octets_left = self.octets_left.saturating_sub(entry.octets);
        self.receive(entry).map_err(|error| {
            Stopped::Git(format!("git cannot read `{}` of the revision: {error}", entry.path))
        })
    }

    fn receive(&mut self, entry: &Entry) -> io::Result<Vec<u8>> {
        writeln!(self.ask, "{}", entry.id)?;
        self.ask.flush()?;
        let mut header = String::new();
        (&mut self.answer).take(HEADER_OCTETS_MAX).read_line(&mut header)?;
        let octets = header.trim_end().rsplit(' ').next().and_then(|it| it.parse::<u64>().ok());
        if octets != Some(entry.octets) {
            return Err(io::Error::other("it is not in the repository; is the clone partial?"));
        }
        let mut content = Vec::new();
        (&mut self.answer).take(entry.octets).read_to_end(&mut content)?;
        let mut end = [0];
        self.answer.read_exact(&mut end)?;
        Ok(content)
    }

    fn end(self) -> Result<(), Stopped> {
        let Self { mut child, ask, answer, .. } = self;
        drop((ask, answer));
        child.wait().map(drop).map_err(|error| absent(&error))
    }
}

/// Octets of the line before a file.
const HEADER_OCTETS_MAX: u64 = 1 << 10;

/// Where a link of the tree leads, if that is in the tree and said plainly.
fn inside(path: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            "" => return None,
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// `git`, in a folder, asking nobody and starting nothing.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false"])
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// What git says, or nothing where it refuses.
fn ask(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Stopped> {
    let mut child = command(folder).args(arguments).spawn().map_err(|error| absent(&error))?;
    let mut said = Vec::new();
    let read = child
        .stdout
        .take()
        .map_or(Ok(0), |it| it.take(ANSWER_OCTETS_MAX.saturating_add(1)).read_to_end(&mut said));
    let read = read.map_err(|error| absent(&error))?;
    let done = child.wait().map_err(|error| absent(&error))?;
    if u64::try_from(read).is_ok_and(|it| ANSWER_OCTETS_MAX < it) {
        return Err(Stopped::Git("the repository has too many files".to_owned()));
    }
    // Names that are no text are no names of rules.
    Ok(done.success().then(|| String::from_utf8_lossy(&said).into_owned()))
}

fn absent(error: &io::Error) -> Stopped {
    if error.kind() == io::ErrorKind::NotFound {
        let told = "there is no such file or folder, and to read a revision the program `git` is needed, which is not installed";
        return Stopped::Git(told.to_owned());
    }
    Stopped::Git(format!("cannot run the program `git`: {}", crate::plain::reason(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_by_kind() {
        let link = Entry::parse("120000 blob abc       7\trules/a b.writ").unwrap();
        assert!(link.is_link && link.path == "rules/a b.writ" && link.octets == 7);
        assert!(Entry::parse("160000 commit abc       -\tmodule").is_none());
        assert!(Entry::parse("").is_none());
    }

    #[test]
    fn links_are_followed_within_the_tree() {
        assert_eq!(inside("a/b.writ", "../c.writ"), Some("c.writ".to_owned()));
        assert_eq!(inside("a/b.writ", "./d/e"), Some("a/d/e".to_owned()));
        assert_eq!(inside("b.writ", "../c.writ"), None);
        assert_eq!(inside("b.writ", "/etc/passwd"), None);
    }
}
