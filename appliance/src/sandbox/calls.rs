//! seccomp: which system calls. Everything not listed ends the process; what some of them may be
//! called with is in [`arguments`].

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, SeccompRule, apply_filter};

use super::{
    Rights, SandboxError,
    arguments::{self, Failure},
};

/// Memory, time, what is open already, and the end.
const BASE: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_memfd_create,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvmsg,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_statx,
    libc::SYS_write,
    libc::SYS_writev,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// Threads and readiness.
const THREADS: &[c_long] = &[
    libc::SYS_dup,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_getsockopt,
    libc::SYS_recvfrom,
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
    libc::SYS_shutdown,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
];

/// Files below the folders that Landlock allows.
const FILES: &[c_long] = &[
    libc::SYS_fallocate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fstatfs,
    libc::SYS_ftruncate,
    libc::SYS_statfs,
    libc::SYS_fsync,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_geteuid,
    libc::SYS_linkat,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_readlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_umask,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_link,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
];

/// Installs the filter of this process.
pub(super) fn restrict(rights: &Rights) -> Result<(), SandboxError> {
    install(rights).map_err(SandboxError::Seccomp)
}

fn install(rights: &Rights) -> Result<(), Failure> {
    let arch = std::env::consts::ARCH.try_into()?;
    if rights.threads {
        // The flags of clone3 are out of a filter's reach; told that it does not exist, the C
        // library falls back to clone, whose flags are checked. First, for the other filter does
        // not let a further one be installed.
        let refused = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
        let errno = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        let filter = SeccompFilter::new(refused, SeccompAction::Allow, errno, arch)?;
        apply_filter(&BpfProgram::try_from(filter)?)?;
    }
    let allowed = allowed(rights)?;
    let filter =
        SeccompFilter::new(allowed, SeccompAction::KillProcess, SeccompAction::Allow, arch)?;
    apply_filter(&BpfProgram::try_from(filter)?)?;
    Ok(())
}

fn allowed(rights: &Rights) -> Result<BTreeMap<c_long, Vec<SeccompRule>>, Failure> {
    let mut calls = BTreeMap::new();
    let mut list = |group: &[c_long]| calls.extend(group.iter().map(|it| (*it, Vec::new())));
    list(BASE);
    if rights.threads {
        list(THREADS);
        // The other filter answers it.
        list(&[libc::SYS_clone3]);
    }
    if rights.files() {
        list(FILES);
    }
    if rights.accept {
        list(&[libc::SYS_accept4]);
    }
    if !rights.connect.is_empty() {
        list(&[libc::SYS_connect]);
    }
    calls.extend(arguments::checked(rights)?);
    Ok(calls)
}
