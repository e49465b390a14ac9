//! The log: one line an event on standard error. Events have a dotted name and named fields; no
//! address, subject, body or secret is ever one of them.

mod json;

use std::sync::OnceLock;

use tracing_subscriber::{EnvFilter, fmt::time::FormatTime};

use crate::protocol::control::Role;

/// Which events are written, as in `CHANCERY_LOG=debug`; `info` when absent.
pub(crate) const FILTER_VARIABLE: &str = "CHANCERY_LOG";
/// In what form, as in `CHANCERY_LOG_FORM=json`; text when absent.
pub(crate) const FORM_VARIABLE: &str = "CHANCERY_LOG_FORM";

static PROCESS: OnceLock<String> = OnceLock::new();

/// Starts the log of this process.
pub(crate) fn start() {
    let filter =
        EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    // A second start, as in tests, keeps the first.
    if std::env::var(FORM_VARIABLE).is_ok_and(|it| it == "json") {
        log.event_format(json::Json).try_init().ok();
    } else {
        log.with_timer(Stamp).try_init().ok();
    }
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

/// Which process this is.
fn process() -> &'static str {
    PROCESS.get().map_or("master", String::as_str)
}

/// The time in UTC, then the process.
struct Stamp;

impl FormatTime for Stamp {
    fn format_time(&self, w: &mut tracing_subscriber::fmt::format::Writer<'_>) -> std::fmt::Result {
        let now = jiff::Timestamp::now();
        write!(w, "{now:.3} {}", process())
    }
}
