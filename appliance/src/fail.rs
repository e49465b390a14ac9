//! Named points at which a process of a test dies, or its disk fails.
//!
//! A release has none of it: without the feature `faults` a point is nothing. With it,
//! `CHANCERY_FAIL=NAME=WHAT@TIME` lets the first process that comes by a point for so many times die
//! (`kill`), or lets what happens there fail some times with an error of the system (`eio`, `enospc`).

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

/// What says which point fails.
pub(crate) const VARIABLE: Option<&str> =
    if cfg!(feature = "faults") { Some("CHANCERY_FAIL") } else { None };

#[cfg(feature = "faults")]
pub(crate) use asked::point;

#[cfg(feature = "faults")]
mod asked {
    use std::{
        io,
        sync::{
            OnceLock,
            atomic::{AtomicU32, Ordering},
        },
    };

    use super::{POINTS, VARIABLE};

    /// How many times in a row something fails.
    const FAILURES: u32 = 6;

    #[derive(Debug)]
    struct Asked {
        name: String,
        what: What,
        time: u32,
        came_by: AtomicU32,
    }

    #[derive(Debug)]
    enum What {
        Die,
        Fail(i32),
    }

    /// As without the feature.
    ///
    /// # Errors
    ///
    /// What the test asks for.
    pub(crate) fn point(name: &'static str) -> io::Result<()> {
        static ASKED: OnceLock<Option<Asked>> = OnceLock::new();
        let asked = ASKED.get_or_init(|| read(&std::env::var(VARIABLE?).ok()?));
        let Some(asked) = asked.as_ref().filter(|it| it.name == name) else { return Ok(()) };
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
            What::Die | What::Fail(_) => Ok(()),
        }
    }

    fn read(text: &str) -> Option<Asked> {
        let (name, rest) = text.split_once('=')?;
        let (what, time) = rest.split_once('@')?;
        let what = match what {
            "kill" => What::Die,
            "eio" => What::Fail(libc::EIO),
            "enospc" => What::Fail(libc::ENOSPC),
            _ => return None,
        };
        let name = POINTS.iter().find(|it| **it == name)?;
        let (name, time) = ((*name).to_owned(), time.parse().ok()?);
        Some(Asked { name, what, time, came_by: AtomicU32::new(0) })
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
