//! How far a long work is, told on standard error every few seconds.

use std::time::{Duration, Instant};

use crate::command::complain;

/// How often it is told.
const TURN: Duration = Duration::from_secs(2);

/// How far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    what: &'static str,
    of: Option<u64>,
    files: u64,
    octets: u64,
    told: Instant,
}

impl Progress {
    /// Nothing is done yet; `of` files are to be done, as far as that is known.
    pub(crate) fn new(what: &'static str, of: Option<u64>) -> Self {
        Self { what, of, files: 0, octets: 0, told: Instant::now() }
    }

    /// One more is done.
    pub(crate) fn add(&mut self, octets: u64) {
        self.files = self.files.saturating_add(1);
        self.octets = self.octets.saturating_add(octets);
        if TURN <= self.told.elapsed() {
            self.told = Instant::now();
            complain(&self.line());
        }
    }

    /// Files that are done.
    pub(crate) fn files(&self) -> u64 {
        self.files
    }

    /// Octets that are done.
    pub(crate) fn octets(&self) -> u64 {
        self.octets
    }

    fn line(&self) -> String {
        let of = self.of.map(|it| format!(" of {it}")).unwrap_or_default();
        let (what, files, octets) = (self.what, self.files, mebibytes(self.octets));
        format!("{what}: {files}{of} files, {octets}\n")
    }
}

/// A size as people read it.
pub(crate) fn mebibytes(octets: u64) -> String {
    format!("{} MiB", octets.div_ceil(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_how_far_it_is() {
        let mut progress = Progress::new("bodies", Some(3));
        progress.add(1);
        assert_eq!(progress.line(), "bodies: 1 of 3 files, 1 MiB\n");
        assert_eq!(Progress::new("files", None).line(), "files: 0 files, 0 MiB\n");
    }
}
