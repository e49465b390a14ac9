//! Every state in which the loss of power can leave the folder of the bodies.
//!
//! The calls of the real code are written down by `strace`. A file system of the weakest kind that POSIX
//! allows is then made of them: octets are on the disk once their file was synced, a name once its
//! folder was, and anything else may be there or not, by itself. Each state that comes of it is built in
//! a real folder, and the real recovery runs over it.

use std::collections::BTreeMap;
use std::process::Command;

use super::*;

/// Names the folder for the process that is watched.
const WATCHED: &str = "CHANCERY_TEST_BODIES";
/// Bodies that are published, in their order, and what each holds.
const IDS: [&str; 3] = ["aaxy", "bbxy", "ccqr"];

fn content(id: &str) -> Vec<u8> {
    id.repeat(3_000).into_bytes()
}

/// What is watched: the folder is made, bodies are published, one is removed, another is given up.
#[test]
fn watched() {
    let Some(folder) = std::env::var_os(WATCHED) else { return };
    let bodies = Bodies::open(Path::new(&folder)).unwrap();
    for id in IDS {
        let mut writer = bodies.create(id).unwrap();
        for piece in content(id).chunks(8_000) {
            writer.write_all(piece).unwrap();
        }
        writer.publish().unwrap();
        mark("published", id);
    }
    mark("removing", IDS[0]);
    bodies.remove(IDS[0]).unwrap();
    let mut given_up = bodies.create("dddd").unwrap();
    given_up.write_all(b"half of it").unwrap();
    drop(given_up);
}

/// Says in the trace how far it is.
fn mark(what: &str, id: &str) {
    let _nobody = fs::metadata(format!("/mark/{what}/{id}"));
}

/// A call that changes something, or says how far the code is.
#[derive(Clone, Debug)]
enum Call {
    Folder(PathBuf),
    File(PathBuf),
    Write(PathBuf, usize),
    Link(PathBuf, PathBuf),
    Unlink(PathBuf),
    SyncFile(PathBuf),
    SyncFolder(PathBuf),
    Published(String),
    Removing(String),
}

/// The calls of [`watched`] below a folder, with paths as seen from there.
fn calls() -> Vec<Call> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let trace = folder.path().join("trace");
    let status = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-e",
            "trace=openat,write,fdatasync,fsync,linkat,link,unlink,unlinkat,mkdir,statx,stat",
        ])
        .arg("-o")
        .arg(&trace)
        .arg(std::env::current_exe().unwrap())
        .args(["body::crash::watched", "--exact", "--test-threads=1"])
        .env(WATCHED, &root)
        .output()
        .expect("strace is missing: apt-get install strace");
    assert!(status.status.success(), "{status:?}");
    let text = fs::read_to_string(&trace).unwrap();
    let calls: Vec<Call> = text.lines().filter_map(|it| call(it, &root)).collect();
    let count = |kind: fn(&Call) -> bool| calls.iter().filter(|it| kind(it)).count();
    assert_eq!(count(|it| matches!(it, Call::Published(_))), IDS.len(), "{text}");
    assert_eq!(count(|it| matches!(it, Call::Link(..))), IDS.len());
    assert_eq!(count(|it| matches!(it, Call::SyncFile(_))), IDS.len());
    assert!(IDS.len() <= count(|it| matches!(it, Call::SyncFolder(_))));
    calls
}

/// A line of the trace: `NUMBER name(arguments) = result`.
fn call(line: &str, root: &Path) -> Option<Call> {
    let (_, line) = line.split_once(' ')?;
    let (name, rest) = line.trim_start().split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let texts: Vec<&str> = arguments.split('"').skip(1).step_by(2).collect();
    if let Some(marked) = texts.first().and_then(|it| it.strip_prefix("/mark/")) {
        let (what, id) = marked.split_once('/')?;
        return Some(match what {
            "published" => Call::Published(id.to_owned()),
            _ => Call::Removing(id.to_owned()),
        });
    }
    if result.starts_with('-') {
        return None;
    }
    let below = |path: &str| Path::new(path).strip_prefix(root).ok().map(Path::to_owned);
    // What a descriptor stands for is between angle brackets.
    let opened = || below(arguments.split_once('<')?.1.split_once('>')?.0);
    match name {
        "mkdir" => Some(Call::Folder(below(texts.first()?)?)),
        "openat" if arguments.contains("O_CREAT") => Some(Call::File(below(texts.first()?)?)),
        "write" => Some(Call::Write(opened()?, result.split(' ').next()?.parse().ok()?)),
        "link" | "linkat" => Some(Call::Link(below(texts.first()?)?, below(texts.get(1)?)?)),
        "unlink" | "unlinkat" => Some(Call::Unlink(below(texts.first()?)?)),
        "fdatasync" => Some(Call::SyncFile(opened()?)),
        "fsync" => Some(Call::SyncFolder(opened()?)),
        _ => None,
    }
}

/// A change of a folder that is not on the disk yet.
#[derive(Clone, Debug)]
enum Change {
    Folder(PathBuf),
    Name(PathBuf, usize),
    Gone(PathBuf),
}

impl Change {
    fn folder(&self) -> &Path {
        let (Self::Folder(path) | Self::Name(path, _) | Self::Gone(path)) = self;
        path.parent().unwrap()
    }
}

/// A disk: what is on it for sure, and what may be.
#[derive(Clone, Debug, Default)]
struct Disk {
    /// Octets of each file: written, and of these synced.
    files: Vec<(usize, usize)>,
    /// Names as a running program sees them.
    seen: BTreeMap<PathBuf, usize>,
    sure: Vec<Change>,
    unsure: Vec<Change>,
}

impl Disk {
    fn apply(&mut self, call: &Call) {
        match call {
            Call::Folder(path) => self.unsure.push(Change::Folder(path.clone())),
            Call::File(path) => {
                self.files.push((0, 0));
                self.name(path, self.files.len() - 1);
            }
            Call::Write(path, octets) => self.files[self.seen[path]].0 += octets,
            Call::Link(from, to) => self.name(to, self.seen[from]),
            Call::Unlink(path) => {
                self.seen.remove(path);
                self.unsure.push(Change::Gone(path.clone()));
            }
            Call::SyncFile(path) => {
                let file = &mut self.files[self.seen[path]];
                file.1 = file.0;
            }
            Call::SyncFolder(folder) => {
                let all = std::mem::take(&mut self.unsure);
                let (now, later) = all.into_iter().partition(|it| it.folder() == folder);
                self.unsure = later;
                self.sure.extend(now);
            }
            Call::Published(_) | Call::Removing(_) => {}
        }
    }

    fn name(&mut self, path: &Path, file: usize) {
        self.seen.insert(path.to_owned(), file);
        self.unsure.push(Change::Name(path.to_owned(), file));
    }

    /// Builds the state in which those of the unsure changes are on the disk whose bits are set, and of
    /// octets that were not synced none, half or all.
    fn build(&self, root: &Path, chosen: usize, octets: usize) {
        let unsure = self.unsure.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
        for change in self.sure.iter().chain(unsure.map(|it| it.1)) {
            match change {
                Change::Folder(path) => drop(fs::create_dir(root.join(path))),
                Change::Gone(path) => drop(fs::remove_file(root.join(path))),
                Change::Name(path, file) => {
                    let (written, synced) = self.files[*file];
                    let there = synced + (written - synced) * octets / 2;
                    let id = path.file_name().unwrap().to_str().unwrap();
                    let whole = content(id);
                    let text = whole.get(..there).unwrap_or_default();
                    // Without its folder it is nowhere.
                    drop(fs::write(root.join(path), text));
                }
            }
        }
    }
}

#[test]
fn no_loss_of_power_loses_or_shortens_a_published_body() {
    let calls = calls();
    let mut disk = Disk::default();
    let (mut published, mut removing): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let (mut states, mut partial) = (0, 0);
    for at in 0..=calls.len() {
        if let Some(call) = at.checked_sub(1).map(|it| &calls[it]) {
            disk.apply(call);
            match call {
                Call::Published(id) => published.push(id),
                Call::Removing(id) => removing.push(id),
                Call::Folder(_)
                | Call::File(_)
                | Call::Write(..)
                | Call::Link(..)
                | Call::Unlink(_)
                | Call::SyncFile(_)
                | Call::SyncFolder(_) => {}
            }
        }
        assert!(disk.unsure.len() <= 12, "{:?}", disk.unsure);
        for chosen in 0..1_usize << disk.unsure.len() {
            // Where all octets are on the disk there is one way.
            let ways = if disk.files.iter().any(|it| it.0 != it.1) { 3 } else { 1 };
            for octets in 0..ways {
                states += 1;
                let folder = tempfile::tempdir().unwrap();
                disk.build(folder.path(), chosen, octets);
                let bodies = Bodies::open(folder.path()).unwrap();
                partial += bodies.recover().unwrap();
                let ids = bodies.ids().unwrap();
                let told = || format!("after {:?}: {chosen:b} {octets}: {ids:?}", calls.get(..at));
                for id in &ids {
                    let mut there = Vec::new();
                    bodies.read(id).unwrap().read_to_end(&mut there).unwrap();
                    assert_eq!(there, content(id), "{}", told());
                }
                for id in published.iter().filter(|it| !removing.contains(it)) {
                    assert!(ids.iter().any(|it| it == id), "{id} is lost {}", told());
                }
                assert_eq!(bodies.recover().unwrap(), 0);
            }
        }
    }
    // The states differ: some have what was on its way.
    assert!(500 < states && 0 < partial, "{states} states, {partial} partial bodies");
}
