//! seccomp: what a system call may be called with, where the call alone would be a way out.
//!
//! A filter sees numbers, not what they point to. So a call whose address or flags lie in memory is
//! not on any list (`sendmmsg`, `openat2`), and one whose address may lie there is held to the form
//! that has none.

use std::collections::BTreeMap;

use libc::{c_int, c_long};
use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

use super::Rights;

/// Why a filter could not be made.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What every role does with descriptors.
const DESCRIPTORS: &[c_int] = &[
    libc::F_ADD_SEALS,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GET_SEALS,
    libc::F_GETFD,
    libc::F_GETFL,
    libc::F_SETFD,
    libc::F_SETFL,
];

/// How a database is locked.
const LOCKS: &[c_int] = &[libc::F_GETLK, libc::F_SETLK, libc::F_SETLKW];

/// The calls that are allowed with some arguments only, each with all that allow it.
pub(super) fn checked(rights: &Rights) -> Result<BTreeMap<c_long, Vec<SeccompRule>>, Failure> {
    let mut calls = BTreeMap::from([
        (libc::SYS_fcntl, one_of(1, DESCRIPTORS)?),
        (libc::SYS_ioctl, modes()?),
        (libc::SYS_mmap, not_executable()?),
        (libc::SYS_mprotect, not_executable()?),
        (libc::SYS_sendmsg, vec![all([no_fast_open(2)?])?]),
        (libc::SYS_tgkill, vec![all([own_process()?])?]),
    ]);
    if rights.files() {
        calls.entry(libc::SYS_fcntl).or_default().extend(one_of(1, LOCKS)?);
    }
    if rights.threads {
        let thread = u64::try_from(libc::CLONE_THREAD)?;
        let cloned = equal(0, SeccompCmpOp::MaskedEq(thread), thread)?;
        let stream = all([is(0, libc::AF_UNIX)?, socket_type(libc::SOCK_STREAM)?])?;
        calls.insert(libc::SYS_clone, vec![all([cloned])?]);
        calls.insert(libc::SYS_prctl, one_of(0, &[libc::PR_SET_NAME])?);
        calls.insert(libc::SYS_sendto, vec![all([no_address()?, no_fast_open(3)?])?]);
        calls.insert(libc::SYS_socketpair, vec![stream]);
    }
    if rights.accept || !rights.connect.is_empty() {
        let undelayed = all([is(1, libc::IPPROTO_TCP)?, is(2, libc::TCP_NODELAY)?])?;
        calls.insert(libc::SYS_setsockopt, vec![undelayed]);
    }
    if !rights.connect.is_empty() {
        calls.insert(libc::SYS_socket, tcp()?);
    }
    Ok(calls)
}

/// TCP over either family. Landlock binds the ports of TCP alone: another protocol, such as MPTCP,
/// would reach every port.
fn tcp() -> Result<Vec<SeccompRule>, Failure> {
    let mut rules = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        for protocol in [0, libc::IPPROTO_TCP] {
            let stream = socket_type(libc::SOCK_STREAM)?;
            rules.push(all([is(0, family)?, stream, is(2, protocol)?])?);
        }
    }
    Ok(rules)
}

/// The type of a socket, whatever its modes are.
fn socket_type(kind: c_int) -> Result<SeccompCondition, Failure> {
    let modes = u32::try_from(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC)?;
    equal(1, SeccompCmpOp::MaskedEq(u64::from(!modes)), u64::try_from(kind)?)
}

/// Data goes where the socket is connected to. The fourth argument is a pointer.
fn no_address() -> Result<SeccompCondition, Failure> {
    Ok(SeccompCondition::new(4, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?)
}

/// TCP Fast Open connects while it sends, which Landlock does not see.
fn no_fast_open(flags: u8) -> Result<SeccompCondition, Failure> {
    let fast_open = u64::try_from(libc::MSG_FASTOPEN)?;
    equal(flags, SeccompCmpOp::MaskedEq(fast_open), 0)
}

/// A process ends itself by a signal when it aborts; it signals nobody else.
fn own_process() -> Result<SeccompCondition, Failure> {
    is(0, rustix::process::getpid().as_raw_nonzero().get())
}

/// No memory is ever both written and executed, and none becomes executable.
fn not_executable() -> Result<Vec<SeccompRule>, Failure> {
    let executable = u64::try_from(libc::PROT_EXEC)?;
    Ok(vec![all([equal(2, SeccompCmpOp::MaskedEq(executable), 0)?])?])
}

/// Only the switch between blocking and non-blocking, and close-on-exec.
fn modes() -> Result<Vec<SeccompRule>, Failure> {
    let modes = [libc::FIONBIO, libc::FIOCLEX];
    modes.iter().map(|mode| all([equal(1, SeccompCmpOp::Eq, *mode)?])).collect()
}

fn one_of(argument: u8, values: &[c_int]) -> Result<Vec<SeccompRule>, Failure> {
    values.iter().map(|it| all([is(argument, *it)?])).collect()
}

fn is(argument: u8, value: c_int) -> Result<SeccompCondition, Failure> {
    equal(argument, SeccompCmpOp::Eq, u64::try_from(value)?)
}

/// The kernel takes these arguments as 32 bits, so no more is compared.
fn equal(argument: u8, how: SeccompCmpOp, value: u64) -> Result<SeccompCondition, Failure> {
    Ok(SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)?)
}

fn all<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule, Failure> {
    Ok(SeccompRule::new(conditions.into())?)
}
