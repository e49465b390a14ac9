//! Each layer of the confinement taken away in turn: what the others then let through.
//!
//! A test that finds every way closed says little if one layer closes them all. Here is seen that each of
//! the three stands between a role and something that the other two do not keep from it.

use nix::unistd::{Gid, Uid, setgid, setgroups, setuid};

use super::{End, Role, tried};
use crate::sandbox::{Rights, calls, paths, undumpable};

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;

/// What confines a role.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Layer {
    /// The filter of system calls.
    Calls,
    /// Landlock.
    Paths,
    /// The user id, which the master sets.
    User,
}

impl Layer {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Paths => "paths",
            Self::User => "user",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Calls, Self::Paths, Self::User].into_iter().find(|it| it.name() == name)
    }
}

/// As [`crate::sandbox::enter`], but for one layer. Another user is who is started by root.
pub(super) fn enter(rights: &Rights, without: Option<Layer>) {
    let is_root = Uid::effective().is_root();
    if is_root && without != Some(Layer::User) {
        setgroups(&[]).unwrap();
        setgid(Gid::from_raw(NOBODY)).unwrap();
        setuid(Uid::from_raw(NOBODY)).unwrap();
    }
    undumpable().unwrap();
    rights.limits().unwrap();
    if without != Some(Layer::Paths) {
        paths::restrict(rights).unwrap();
    }
    if without != Some(Layer::Calls) {
        calls::restrict(rights).unwrap();
    }
}

/// What a way comes to with all layers, and without one.
fn layer_keeps(layer: Layer, role: Role, way: &str) {
    let (closed, output) = tried(role, way, None);
    assert!(matches!(closed, Some(End::Killed | End::Refused)), "{role} {way}: {output:?}");
    let (open, output) = tried(role, way, Some(layer));
    assert_eq!(open, Some(End::Open), "{role} {way} without {}: {output:?}", layer.name());
}

#[test]
fn without_the_filter_of_calls_much_is_open() {
    for way in [
        "datagram-pair",
        "dumpable",
        "executable-memory",
        "pipe-size",
        "ring",
        "truncate",
        "user-namespace",
    ] {
        layer_keeps(Layer::Calls, Role::Exam(0), way);
    }
}

#[test]
fn without_landlock_files_and_ports_are_open() {
    layer_keeps(Layer::Paths, Role::Spool, "file");
    layer_keeps(Layer::Paths, Role::Portal, "file");
    layer_keeps(Layer::Paths, Role::Deliver, "connect-elsewhere");
}

/// Who is not root cannot become another user; there the layer is the user that starts the program.
#[test]
fn without_a_user_of_its_own_a_role_reads_what_root_keeps() {
    if Uid::effective().is_root() {
        layer_keeps(Layer::User, Role::Spool, "foreign-file");
    } else {
        let (end, output) = tried(Role::Spool, "foreign-file", None);
        assert_eq!(end, Some(End::Open), "{output:?}");
    }
}
