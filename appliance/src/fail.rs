//! Named points at which a process of a test dies, or its disk fails.
//!
//! A release has none of it: without the feature `faults` a point is nothing. With it,
//! `CHANCERY_FAIL=NAME=WHAT@TIME` lets the first process that comes by a point for so many times die
//! (`kill`), or lets what happens there fail some times with an error of the system (`eio`, `enospc`).
//! `CHANCERY_FAIL=clock=SECONDS@TIME` sets the clock TIME seconds after the start.

/// The points that a message comes by, in its order.
#[cfg(any(test, feature = "faults"))]
const POINTS: &[&str] = &[
    "front.body.write",
    "front.body.end",
    "spool.finish.begin",
    "spool.body.published",
    "exam.asked",
    "exam.decided",
    "spool.decided",
    "spool.commit.before",
    "spool.commit.after",
    "front.accepted",
    "spool.claim.before",
    "spool.claim.after",
    "spool.job.begin",
    "keyd.asked",
    "deliver.key",
    "deliver.connect",
    "deliver.content",
    "deliver.taken",
    "spool.job.end",
    "spool.settle.before",
    "spool.settle.after",
];

/// A point.
///
/// # Errors
///
/// What the test asks for, and nothing else ever.
#[cfg(not(feature = "faults"))]
#[expect(clippy::unnecessary_wraps, reason = "tests make it fail")]
pub(crate) const fn point(_name: &'static str) -> std::io::Result<()> {
    Ok(())
}

/// By how much the clock is wrong, milliseconds.
#[cfg(not(feature = "faults"))]
pub(crate) const fn clock_ms() -> i64 {
    0
}

/// What says which point fails.
pub(crate) const VARIABLE: Option<&str> =
    if cfg!(feature = "faults") { Some("CHANCERY_FAIL") } else { None };

#[cfg(feature = "faults")]
pub(crate) use asked::{clock_ms, point};

#[cfg(feature = "faults")]
mod asked {
    use std::{
        io,
        sync::{
            OnceLock,
            atomic::{AtomicU32, Ordering},
        },
        time::{Duration, Instant},
    };

    use super::{POINTS, VARIABLE};

    /// How many times in a row something fails.
    const FAILURES: u32 = 6;

    static ASKED: OnceLock<Option<Asked>> = OnceLock::new();

    #[derive(Debug)]
    struct Asked {
        name: String,
        what: What,
        time: u32,
        came_by: AtomicU32,
        since: Instant,
    }

    #[derive(Debug)]
    enum What {
        Die,
        Fail(i32),
        Clock(i64),
    }

    /// As without the feature.
    ///
    /// # Errors
    ///
    /// What the test asks for.
    pub(crate) fn point(name: &'static str) -> io::Result<()> {
        let Some(asked) = asked().filter(|it| it.name == name) else { return Ok(()) };
        let time = asked.came_by.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        match asked.what {
            What::Die if time == asked.time => {
                tracing::error!(event = "fail.died", name, "a test asks for it");
                std::process::abort()
            }
            What::Fail(error) if (asked.time..asked.time + FAILURES).contains(&time) => {
                tracing::error!(event = "fail.failed", name, "a test asks for it");
                Err(io::Error::from_raw_os_error(error))
            }
            What::Die | What::Fail(_) | What::Clock(_) => Ok(()),
        }
    }

    /// As without the feature.
    pub(crate) fn clock_ms() -> i64 {
        let Some(Asked { what: What::Clock(seconds), time, since, .. }) = asked() else { return 0 };
        let is_set = Duration::from_secs(u64::from(*time)) <= since.elapsed();
        if is_set { seconds.saturating_mul(1_000) } else { 0 }
    }

    fn asked() -> Option<&'static Asked> {
        ASKED.get_or_init(|| read(&std::env::var(VARIABLE?).ok()?)).as_ref()
    }

    fn read(text: &str) -> Option<Asked> {
        let (name, rest) = text.split_once('=')?;
        let (what, time) = rest.split_once('@')?;
        let what = match (name, what) {
            ("clock", seconds) => What::Clock(seconds.parse().ok()?),
            (_, "kill") => What::Die,
            (_, "eio") => What::Fail(libc::EIO),
            (_, "enospc") => What::Fail(libc::ENOSPC),
            _ => return None,
        };
        let is_known = name == "clock" || POINTS.contains(&name);
        let (name, time, since) = (name.to_owned(), time.parse().ok()?, Instant::now());
        is_known.then_some(Asked { name, what, time, came_by: AtomicU32::new(0), since })
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn names_in(folder: &Path, names: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names_in(&path, names);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let calls = text.split("fail::point(\"").skip(1);
            names.extend(calls.filter_map(|it| it.split('"').next()).map(str::to_owned));
        }
    }

    #[test]
    fn the_points_are_those_of_the_code() {
        let mut found = Vec::new();
        for folder in ["src/role", "src/channel"] {
            names_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
        }
        found.sort();
        found.dedup();
        let mut listed = POINTS.to_vec();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }
}
