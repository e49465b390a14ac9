//! What the processes of a server use: processor time, and waits for the disk.

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

/// Processor time of a process, of all that came from it, and of those of them that have ended.
///
/// # Errors
///
/// There is no such process.
pub(crate) fn processor_time(root: u32) -> Result<Duration> {
    let mut ticks = times(root)?;
    for child in children(root) {
        // It may end between the two looks.
        ticks += processor_time(child).map(|it| it.as_millis() as u64 / TICK_MS).unwrap_or(0);
    }
    Ok(Duration::from_millis(ticks * TICK_MS))
}

/// A tick of `/proc`, milliseconds: 100 a second on every Linux.
const TICK_MS: u64 = 10;

fn times(process: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name may hold blanks and parentheses.
    let (_, fields) = stat.rsplit_once(')').context("a name in parentheses")?;
    // Fields 14 to 17: of itself, and of children it has waited for.
    let times = fields.split_whitespace().skip(11).take(4);
    Ok(times.filter_map(|it| it.parse::<u64>().ok()).sum())
}

/// The processes that a process started.
pub(crate) fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|it| fs::read_to_string(it.path().join("children")).ok());
    lists
        .flat_map(|it| it.split_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// What a role weighs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    /// Memory of its own that it holds, KiB.
    pub(crate) kib: u64,
    /// Open descriptors.
    pub(crate) files: usize,
}

/// What each role of a server weighs; several of one name count together.
///
/// # Errors
///
/// The server has ended.
pub(crate) fn weights(root: u32) -> Result<BTreeMap<String, Weight>> {
    let mut weights: BTreeMap<String, Weight> = BTreeMap::new();
    for process in std::iter::once(root).chain(children(root)) {
        let folder = format!("/proc/{process}");
        let words = fs::read(format!("{folder}/cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = words.split(|it| *it == 0).collect();
        let role = words.iter().position(|it| *it == b"role").and_then(|it| words.get(it + 1));
        let name =
            role.map_or_else(|| "master".to_owned(), |it| String::from_utf8_lossy(it).into());
        let Ok(memory) = fs::read_to_string(format!("{folder}/smaps_rollup")) else { continue };
        let own = memory.lines().filter(|it| it.starts_with("Private_Dirty:"));
        let kib: u64 = own.filter_map(|it| it.split_whitespace().nth(1)?.parse::<u64>().ok()).sum();
        let files = fs::read_dir(format!("{folder}/fd")).map_or(0, Iterator::count);
        let weight = weights.entry(name).or_insert(Weight { kib: 0, files: 0 });
        weight.kib += kib;
        weight.files += files;
    }
    ensure!(weights.len() > 1, "the server has ended");
    Ok(weights)
}

/// How often the processes of a server wait for the disk during `work`, as `strace` sees it.
///
/// # Errors
///
/// There is no `strace`.
pub(crate) fn sync_calls(root: u32, work: impl FnOnce() -> Result<()>) -> Result<usize> {
    let folder = tempfile::tempdir()?;
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-e", "trace=fsync,fdatasync,sync_file_range,syncfs,msync", "-o"]);
    strace.arg(&trace);
    for process in children(root) {
        strace.args(["-p", &process.to_string()]);
    }
    strace.stderr(Stdio::null());
    let mut tracer = strace.spawn().context("cannot start `strace`: apt-get install strace")?;
    std::thread::sleep(Duration::from_secs(2));
    work()?;
    ensure!(tracer.try_wait()?.is_none(), "`strace` ended before the work");
    Command::new("kill").args(["-INT", &tracer.id().to_string()]).status()?;
    tracer.wait()?;
    let text = fs::read_to_string(&trace)?;
    Ok(text.lines().filter(|it| it.contains("sync(") && !it.contains("resumed")).count())
}
