//! The program of a role, as it is started.

use std::{os::fd::OwnedFd, process::Stdio};

use tokio::process::Command;

use crate::{log, protocol::control::Role, role::master::files};

/// With an arena a thread, glibc reads `/proc/sys/vm/overcommit_memory` when it gives memory back,
/// and the sandbox ends a role that opens a file. Roles have few threads, so one arena serves.
const ALLOCATOR: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.arena_max=1");

/// The program, with its control line. It has nothing of our environment but how to log.
pub(super) fn of(role: Role, control: OwnedFd, is_first: bool) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("chancery");
    command.args(["role", role.word()]).env_clear().stdin(Stdio::from(control));
    command.env(ALLOCATOR.0, ALLOCATOR.1);
    let mut variables = vec![log::FILTER_VARIABLE, log::FORM_VARIABLE];
    // What a test lets die is started anew to live.
    variables.extend(crate::fail::VARIABLE.filter(|_| is_first));
    for variable in variables {
        command.envs(std::env::var(variable).map(|it| (variable, it)));
    }
    if let Some(owner) = files::owner(role) {
        command.uid(owner.uid).gid(owner.gid);
    }
    command
}
