//! Waiting for something to become true, with an end.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::bail;

/// Time between two looks.
const STEP: Duration = Duration::from_millis(25);

/// Looks until there is something, at most for `patience`.
///
/// # Errors
///
/// There was nothing in time, or a look failed; `what` names it.
pub fn wait_for<T>(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if patience < began.elapsed() {
            bail!("waited {} s in vain for {what}", patience.as_secs_f64());
        }
        sleep(STEP);
    }
}

/// Looks until it holds, at most for `patience`.
///
/// # Errors
///
/// As [`wait_for`].
pub fn wait_until(
    what: &str,
    patience: Duration,
    mut holds: impl FnMut() -> bool,
) -> anyhow::Result<()> {
    wait_for(what, patience, || Ok(holds().then_some(())))
}
