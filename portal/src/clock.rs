//! The time, as an argument of everything that needs it.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time. A test brings its own.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The time in ms since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}
