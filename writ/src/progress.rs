//! How far long work has come, on standard error where that is a terminal.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// Time between two lines; what is done sooner says nothing.
const INTERVAL: Duration = Duration::from_millis(200);

/// A line that is written over.
#[derive(Debug)]
pub(crate) struct Progress {
    word: &'static str,
    /// When it was last written; nothing where nobody watches.
    last: Option<Instant>,
    written: bool,
}

impl Progress {
    /// Something of which `word` says what is counted: `messages`.
    pub(crate) fn new(word: &'static str) -> Self {
        let last = io::stderr().is_terminal().then(Instant::now);
        Self { word, last, written: false }
    }

    /// So much is done; of how much, where that is known.
    pub(crate) fn tell(&mut self, done: usize, of: Option<usize>) {
        if self.last.is_none_or(|it| it.elapsed() < INTERVAL) {
            return;
        }
        self.last = Some(Instant::now());
        self.written = true;
        let of = of.map(|it| format!(" of {it}")).unwrap_or_default();
        // Nobody is hurt when this line is not seen.
        let _ = write!(io::stderr().lock(), "\r\u{1B}[K{done}{of} {}", self.word);
    }
}

/// Says what is waited for, where somebody sits at the keyboard instead of a program.
pub(crate) fn waits(line: &str) {
    if io::stdin().is_terminal() {
        // Nobody is hurt when this line is not seen.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.written {
            let _ = write!(io::stderr().lock(), "\r\u{1B}[K");
        }
    }
}
