//! What each process may do, entered before it is handed work and before it has a second thread.
//!
//! Three layers: the user id (set by the master at exec, when it is root), Landlock with every
//! right of the running kernel handled, and a seccomp filter that ends the process at the first
//! call outside its list. Landlock alone leaves UDP, netlink, fork and executable memory open;
//! seccomp alone cannot tell one path or port from another.

mod arguments;
mod calls;
mod paths;
mod rights;

use std::io;

pub(crate) use rights::Rights;

/// The sandbox could not be entered; the role must not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    /// The kernel lacks what the minimum needs.
    #[error(
        "the kernel's Landlock is older than {needed} or is switched off; boot with it, or use the image"
    )]
    Landlock {
        /// The least that is accepted.
        needed: &'static str,
        /// What the library says.
        #[source]
        source: landlock::RulesetError,
    },
    /// A path that the role needs cannot be opened.
    #[error("`{path}` cannot be opened")]
    Path {
        /// The path.
        path: String,
        /// What the system says.
        #[source]
        source: landlock::PathFdError,
    },
    /// The filter could not be made or installed.
    #[error("the system call filter could not be installed")]
    Seccomp(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A limit or attribute could not be set.
    #[error("a limit of the process could not be set")]
    Limit(#[source] io::Error),
}

/// Enters the sandbox; there is no way back. Returns what it is, in words for `Ready`.
///
/// # Errors
///
/// [`SandboxError`]; the process must then end without taking work.
pub(crate) fn enter(rights: &Rights) -> Result<String, SandboxError> {
    undumpable()?;
    rights.limits()?;
    let landlock = paths::restrict(rights)?;
    calls::restrict(rights)?;
    let uid = rustix::process::getuid().as_raw();
    let user = if uid == 0 { "root".to_owned() } else { format!("uid {uid}") };
    Ok(format!("{landlock}, seccomp, {user}"))
}

/// Neither core files nor a debugger of the same user may read this process.
fn undumpable() -> Result<(), SandboxError> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|errno| SandboxError::Limit(errno.into()))
}

#[cfg(test)]
mod tests;
