//! Descriptors: how many the roles may have, and those that whoever started the master left open,
//! which the roles inherit from it.
//!
//! # Current limitations
//!
//! They are told, not closed: a descriptor that this program did not open can be closed by number
//! alone, which no safe code does. A service manager leaves none; an interactive shell may.

use std::{fs, os::fd::RawFd};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// Close-on-exec, as `/proc` shows it among the flags of an open file.
const CLOSE_ON_EXEC: u32 = 0o2_000_000;
/// Standard input, output and error, which are meant to be there.
const STANDARD_MAX: RawFd = 2;

/// Tells which descriptors the roles will inherit. What this program opens itself is closed on exec.
pub(super) fn tell_inherited() {
    let inherited = inherited();
    if !inherited.is_empty() {
        tracing::warn!(
            event = "descriptors.inherited",
            ?inherited,
            "whoever started this left files open, and every role gets them; start it from a service manager"
        );
    }
}

/// The open descriptors above the standard ones that an exec does not close, in order.
fn inherited() -> Vec<RawFd> {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else { return Vec::new() };
    let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
    let numbers = names.filter_map(|it| it.parse::<RawFd>().ok());
    let mut found: Vec<_> = numbers.filter(|it| STANDARD_MAX < *it && survives_exec(*it)).collect();
    found.sort_unstable();
    found
}

fn survives_exec(descriptor: RawFd) -> bool {
    // One that is gone by now was the listing's own.
    let told = fs::read_to_string(format!("/proc/self/fdinfo/{descriptor}")).unwrap_or_default();
    let flags = told.lines().find_map(|it| it.strip_prefix("flags:"));
    let flags = flags.and_then(|it| u32::from_str_radix(it.trim(), 8).ok());
    flags.is_some_and(|it| it & CLOSE_ON_EXEC == 0)
}

/// Files that a role opens beside those of sessions.
const OPEN_FILES_BASE: u64 = 4_096;
/// Files that one session costs the role that has most of them: a socket and a body.
const OPEN_FILES_A_SESSION: u64 = 3;

/// The usual limit is far below what the configured sessions need. The roles inherit it.
///
/// # Errors
///
/// The system allows fewer.
pub(super) fn allow_open_files(config: &Config) -> anyhow::Result<()> {
    let sessions = u64::from(config.file.limits.sessions);
    let wanted = sessions.saturating_mul(OPEN_FILES_A_SESSION).saturating_add(OPEN_FILES_BASE);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|it| wanted <= it) {
        return Ok(());
    }
    let maximum = limit.maximum;
    anyhow::ensure!(
        maximum.is_none_or(|it| wanted <= it),
        "`limits.sessions` needs {wanted} open files, and this system allows {}; lower it, or \
         raise the limit (LimitNOFILE)",
        maximum.unwrap_or_default()
    );
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use rustix::pipe::{PipeFlags, pipe, pipe_with};

    use super::*;

    #[test]
    fn what_an_exec_leaves_open_is_told() {
        let (left, _end) = pipe().unwrap();
        let (closed, _end) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        let inherited = inherited();
        assert!(inherited.contains(&left.as_raw_fd()), "{inherited:?}");
        assert!(!inherited.contains(&closed.as_raw_fd()), "{inherited:?}");
        assert!(inherited.iter().all(|it| STANDARD_MAX < *it));
    }
}
