//! The thin shell: standard input and output, the disk and the day.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use engine::SourceFile;
use grammar::literal::Date;

use super::{
    forest::Disk,
    rpc::Incoming,
    server::Server,
    wire::{self, WireError},
};
use crate::tree::{self, Tree};

/// Messages that wait; an editor that sends faster waits itself.
const QUEUE_MAX: usize = 1_024;

/// How a conversation ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ended {
    /// With `shutdown` and `exit`.
    InOrder,
    /// The editor went away.
    Otherwise,
}

/// Why the conversation broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LspError {
    /// What came is no message.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The editor does not read.
    #[error("cannot write to the editor")]
    Write(#[from] io::Error),
}

/// Talks with the editor until it ends.
///
/// # Errors
///
/// [`LspError`].
pub(crate) fn run() -> Result<Ended, LspError> {
    let (send, receive) = mpsc::sync_channel(QUEUE_MAX);
    // The reader ends with the input, or with the program.
    let _reader = thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let message = wire::read(&mut input);
            let goes_on = matches!(message, Ok(Some(_)));
            if send.send(message).is_err() || !goes_on {
                return;
            }
        }
    });
    let mut server = Server::new(RealDisk);
    let mut output = io::stdout().lock();
    while let Ok(first) = receive.recv() {
        let mut batch = Vec::new();
        let mut end = None;
        for message in std::iter::once(first).chain(receive.try_iter()) {
            match message {
                Ok(Some(body)) => batch.push(Incoming::read(&body)),
                Ok(None) => end = Some(Ok(Ended::Otherwise)),
                Err(error) => end = Some(Err(error.into())),
            }
        }
        for message in server.step(&batch, today()) {
            let body = serde_json::to_vec(&message).map_err(io::Error::from)?;
            wire::write(&mut output, &body)?;
        }
        if server.is_over() {
            break;
        }
        if let Some(end) = end {
            return end;
        }
    }
    Ok(if server.ended_in_order() { Ended::InOrder } else { Ended::Otherwise })
}

fn today() -> Option<Date> {
    Date::parse(&jiff::Zoned::now().date().to_string()).ok()
}

/// The file system.
#[derive(Debug)]
struct RealDisk;

impl Disk for RealDisk {
    fn root_of(&self, file: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
        let open = folders.iter().filter(|it| file.starts_with(it));
        tree::folder_above(file).or_else(|| open.max_by_key(|it| it.components().count()).cloned())
    }

    fn is_tree(&self, folder: &Path) -> bool {
        tree::is_marked(folder)
    }

    fn files(&self, root: &Path) -> Vec<SourceFile> {
        Tree::read(root).map(|it| it.files().to_vec()).unwrap_or_default()
    }

    fn text(&self, file: &Path) -> Option<String> {
        let read = Tree::read_file(file).ok()?;
        read.files().first().map(|it| it.text.clone())
    }
}
