//! `chancery backup`: what the gateway has, as it stands at one moment, while it runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use store::{
    PAGE_ROWS_MAX, Store, StoreError,
    body::{Bodies, BodyError},
    message,
};

use super::{
    kept::Kept,
    order::operator,
    print::{complain, print},
};
use crate::{
    audit,
    backup::{DATABASE_ENTRY, Head, Progress, Settings, Sink, gather, mebibytes},
    config::Config,
    role::now_ms,
};

/// Writes a backup of what `file` configures to `target`: a folder, or a tar file where the name
/// ends with `.tar`, or a tar stream where it is `-`.
///
/// # Errors
///
/// There is something at the target, the keys or the store cannot be read, the target not written.
pub(super) async fn backup(file: &Path, target: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let kept = Kept::open(&config).await?;
    if kept.store.is_shared() {
        // It copies all of it at one moment, which we cannot.
        return Err(StoreError::Shared.into());
    }
    let settings = gather(file, &config)?;
    let head = Head::new(now_ms(), &config.file.hostname);
    let mut sink = Sink::create(target, &head)?;
    put_files(&mut sink, &settings)?;
    // The rows are copied first: whatever they name was on the disk before they were.
    let scratch = Scratch::beside(target, &config)?;
    kept.store.copy_into(&scratch.database()).await?;
    let copy = Store::open(&scratch.database()).await?;
    let progress = put_bodies(&mut sink, &kept, &copy, &config).await?;
    copy.checkpoint().await?;
    copy.close().await;
    put_file(&mut sink, DATABASE_ENTRY, &scratch.database())?;
    drop(scratch);
    let files = sink.files();
    sink.finish(&kept.master.index_key())?;
    let told = audit::backed_up(files, &operator());
    store::audit::append(&kept.store, &[told]).await?;
    let (bodies, octets) = (progress.files(), mebibytes(progress.octets()));
    for path in &settings.left_out {
        complain(&format!("left out: `{}` holds a private key\n", path.display()));
    }
    let text = format!(
        "Wrote {files} files to {}: {bodies} messages with {octets}, the database, the \
         configuration.\nThe keys are not in it: keep a copy of {} apart, without which nobody \
         reads a message.\n",
        target.display(),
        config.folders.keys.display(),
    );
    // Where the backup itself goes to standard output, nothing else may.
    if target == Path::new("-") {
        complain(&text);
        return Ok(());
    }
    print(&text)
}

/// Files of the configuration; one that changes its length meanwhile is a fault.
fn put_files(sink: &mut Sink, settings: &Settings) -> anyhow::Result<()> {
    settings.files.iter().try_for_each(|(name, path)| put_file(sink, name, path))
}

fn put_file(sink: &mut Sink, name: &str, path: &Path) -> anyhow::Result<()> {
    let file = fs::File::open(path);
    let mut file = file.with_context(|| format!("cannot read `{}`", path.display()))?;
    let octets = file.metadata()?.len();
    sink.put(name, octets, &mut file)
}

async fn put_bodies(
    sink: &mut Sink,
    kept: &Kept,
    copy: &Store,
    config: &Config,
) -> anyhow::Result<Progress> {
    let counts = message::counts(copy).await?;
    let of: i64 = counts.iter().map(|it| it.count).sum();
    let mut progress = Progress::new("messages", u64::try_from(of).ok());
    let bodies = Bodies::existing(&config.folders.bodies, &std::env::temp_dir());
    let mut after = String::new();
    loop {
        let ids = message::body_ids(copy, &after, PAGE_ROWS_MAX).await?;
        let Some(last) = ids.last().cloned() else { return Ok(progress) };
        for id in ids {
            match bodies.read(&id) {
                Ok(mut file) => {
                    let octets = file.metadata()?.len();
                    sink.put(&format!("bodies/{id}"), octets, &mut file)?;
                    progress.add(octets);
                }
                Err(BodyError::Missing) => leave_out(kept, copy, &id).await?,
                Err(error) => return Err(error).with_context(|| format!("the body of {id}")),
            }
        }
        after = last;
    }
}

/// What was destroyed since the rows were copied is destroyed in the backup as well.
async fn leave_out(kept: &Kept, copy: &Store, id: &str) -> anyhow::Result<()> {
    let found = message::find(&kept.store, id).await?;
    let is_gone = found.is_none_or(|it| it.state == message::MessageState::Gone);
    anyhow::ensure!(is_gone, "the body of the message {id} is missing on this machine");
    message::remove(copy, id).await?;
    Ok(())
}

/// Where the database is copied to, on the disk that the backup goes to; removed at the end.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn beside(target: &Path, config: &Config) -> anyhow::Result<Self> {
        let parent = target.parent().filter(|it| !it.as_os_str().is_empty());
        let beside = match parent {
            _ if target == Path::new("-") => config.folders.store.parent(),
            Some(parent) => Some(parent),
            None => Some(Path::new(".")),
        };
        let folder = beside.context("a data folder has a name")?;
        let made = tempfile::Builder::new().prefix(".chancery-backup-").tempdir_in(folder);
        Ok(Self(made.with_context(|| format!("cannot write to `{}`", folder.display()))?))
    }

    fn database(&self) -> PathBuf {
        self.0.path().join("chancery.db")
    }
}
