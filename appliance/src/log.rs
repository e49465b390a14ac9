//! The log: one line an event on standard error. Events have a dotted name and named fields; no
//! address, subject, body or secret is ever one of them.

use std::sync::OnceLock;

use tracing_subscriber::{EnvFilter, fmt::time::FormatTime};

use crate::protocol::control::Role;

/// Which events are written, as in `CHANCERY_LOG=debug`; `info` when absent.
pub(crate) const FILTER_VARIABLE: &str = "CHANCERY_LOG";

static PROCESS: OnceLock<String> = OnceLock::new();

/// Starts the log of this process.
pub(crate) fn start() {
    let filter =
        EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .with_timer(Stamp);
    // A second start, as in tests, keeps the first.
    log.try_init().ok();
}

/// Tells of a panic by its place alone: what it says may quote the message that provoked it.
pub(crate) fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(event = "process.panicked", place);
    }));
}

/// Puts the role in front of every line of this process.
pub(crate) fn name_process(role: Role) {
    PROCESS.set(role.to_string()).ok();
}

/// The time in UTC, then the process.
struct Stamp;

impl FormatTime for Stamp {
    fn format_time(&self, w: &mut tracing_subscriber::fmt::format::Writer<'_>) -> std::fmt::Result {
        let now = jiff::Timestamp::now();
        let process = PROCESS.get().map_or("master", String::as_str);
        write!(w, "{now:.3} {process}")
    }
}
