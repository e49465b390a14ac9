//! The ways out, each tried by a process of its own that has entered the sandbox of a role.
//!
//! The process is this test program again, with [`child`] as its only test. What it does is named
//! by two variables; without them it does nothing.

use std::{
    fs::File,
    io::{self, IoSlice, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::{fd::OwnedFd, unix::process::ExitStatusExt},
    process::{Command, Output},
};

use rustix::net::{
    AddressFamily, Protocol, SendAncillaryBuffer, SendFlags, SocketFlags, SocketType, ipproto,
};

use super::{Rights, enter};
use crate::{
    channel::memory,
    protocol::control::{Folders, Hop, HopTls, Role, Start},
};

const ROLE: &str = "CHANCERY_TEST_ROLE";
const WAY: &str = "CHANCERY_TEST_WAY";

/// What the child says once the kernel has refused it the way, and once it got through.
const REFUSED: &str = "the way is refused\n";
const OPEN: &str = "the way is open\n";

/// What became of one who tried.
#[derive(Debug, Eq, PartialEq)]
enum End {
    /// By the filter.
    Killed,
    /// By Landlock.
    Refused,
    /// It got through.
    Open,
}

const ALL: [Role; 7] = [
    Role::Deliver,
    Role::Exam(0),
    Role::Front,
    Role::Keyd,
    Role::Portal,
    Role::Reader,
    Role::Spool,
];

/// Those that wait for many things at once.
const THREADED: [Role; 4] = [Role::Deliver, Role::Front, Role::Portal, Role::Spool];

/// Those that open no file.
const WITHOUT_FILES: [Role; 5] =
    [Role::Deliver, Role::Exam(0), Role::Front, Role::Keyd, Role::Reader];

/// Those that open some.
const WITH_FILES: [Role; 2] = [Role::Portal, Role::Spool];

#[test]
fn what_every_role_does_is_allowed() {
    each_ends(&ALL, "memory-file", &End::Open);
    each_ends(&THREADED, "thread", &End::Open);
    each_ends(&THREADED, "stream-pair", &End::Open);
    each_ends(&WITH_FILES, "lock", &End::Open);
    each_ends(&[Role::Deliver], "connect-to-hop", &End::Open);
}

#[test]
fn deliver_connects_to_no_other_port() {
    each_ends(&[Role::Deliver], "connect-elsewhere", &End::Refused);
}

#[test]
fn nobody_else_makes_a_socket() {
    let others = ALL.into_iter().filter(|it| *it != Role::Deliver).collect::<Vec<_>>();
    each_ends(&others, "connect-elsewhere", &End::Killed);
}

#[test]
fn no_datagram_leaves() {
    each_ends(&ALL, "udp-socket", &End::Killed);
    each_ends(&ALL, "datagram-pair", &End::Killed);
}

#[test]
fn nothing_is_sent_to_an_address() {
    each_ends(&ALL, "sendto-address", &End::Killed);
}

#[test]
fn fast_open_does_not_get_round_the_ports() {
    each_ends(&ALL, "fast-open-sendto", &End::Killed);
    each_ends(&ALL, "fast-open-sendmsg", &End::Killed);
    each_ends(&[Role::Deliver], "socket-option", &End::Killed);
}

#[test]
fn another_protocol_does_not_get_round_the_ports() {
    each_ends(&ALL, "mptcp-socket", &End::Killed);
}

#[test]
fn nobody_listens() {
    each_ends(&ALL, "listen", &End::Killed);
}

#[test]
fn nobody_starts_a_process() {
    each_ends(&ALL, "process", &End::Killed);
}

#[test]
fn nobody_opens_what_is_not_its_own() {
    each_ends(&WITHOUT_FILES, "file", &End::Killed);
    each_ends(&WITH_FILES, "file", &End::Refused);
    each_ends(&WITH_FILES, "key-file", &End::Refused);
    each_ends(&[Role::Portal], "write-body", &End::Refused);
}

#[test]
fn a_descriptor_is_used_as_the_role_needs() {
    each_ends(&WITHOUT_FILES, "lock", &End::Killed);
    each_ends(&WITHOUT_FILES, "truncate", &End::Killed);
    each_ends(&ALL, "pipe-size", &End::Killed);
}

#[test]
fn no_attribute_of_the_process_changes() {
    each_ends(&ALL, "dumpable", &End::Killed);
    each_ends(&ALL, "death-signal", &End::Killed);
}

#[test]
fn nobody_signals_another_process() {
    each_ends(&ALL, "signal", &End::Killed);
}

/// Not a test of its own: what the other tests start.
#[test]
fn child() {
    let (Ok(role), Ok(way)) = (std::env::var(ROLE), std::env::var(WAY)) else { return };
    let role = ALL.into_iter().find(|it| it.word() == role).unwrap();
    let given = Given::new();
    enter(&Rights::of(&start(role, given.hop()))).unwrap();
    let said = match given.attempt(&way) {
        Ok(()) => OPEN,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => REFUSED,
        Err(error) => panic!("{way}: {error}"),
    };
    io::stdout().write_all(said.as_bytes()).unwrap();
}

fn each_ends(roles: &[Role], way: &str, expected: &End) {
    for role in roles {
        let (end, output) = tried(*role, way);
        assert_eq!(end.as_ref(), Some(expected), "{role} {way}: {output:?}");
    }
}

/// Starts the child; none of the ends when something else went wrong.
fn tried(role: Role, way: &str) -> (Option<End>, Output) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["store", "bodies", "keys"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("keys/master.key"), b"secret").unwrap();
    std::fs::write(folder.path().join("store/database"), b"rows").unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::tests::child", "--nocapture"])
        .env(ROLE, role.word())
        .env(WAY, way)
        // As the master starts a role: with one arena glibc asks nothing of /proc.
        .env("GLIBC_TUNABLES", "glibc.malloc.arena_max=1")
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let end = match output.status.signal() {
        Some(libc::SIGSYS) => Some(End::Killed),
        None if said.contains(REFUSED) => Some(End::Refused),
        None if said.contains(OPEN) => Some(End::Open),
        Some(_) | None => None,
    };
    (end, output)
}

/// What a role has in its hands when it is confined, and what is there to be reached.
struct Given {
    listeners: [TcpListener; 2],
    pipe: OwnedFd,
    database: File,
    line: OwnedFd,
    _other_end: OwnedFd,
}

impl Given {
    fn new() -> Self {
        let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (line, other_end) = crate::channel::pair().unwrap();
        Self {
            listeners: [listen(), listen()],
            pipe: rustix::pipe::pipe().unwrap().0,
            database: File::options().read(true).write(true).open("store/database").unwrap(),
            line,
            _other_end: other_end,
        }
    }

    fn hop(&self) -> SocketAddr {
        self.listeners[0].local_addr().unwrap()
    }

    fn elsewhere(&self) -> SocketAddr {
        self.listeners[1].local_addr().unwrap()
    }

    fn attempt(&self, way: &str) -> io::Result<()> {
        match way {
            "file" => File::open("/etc/passwd").map(drop),
            "key-file" => File::open("keys/master.key").map(drop),
            "lock" => {
                let lock = rustix::fs::FlockOperation::NonBlockingLockExclusive;
                Ok(rustix::fs::fcntl_lock(&self.database, lock)?)
            }
            "memory-file" => memory::sealed(b"octets").map(drop),
            "pipe-size" => Ok(rustix::pipe::fcntl_setpipe_size(&self.pipe, 1 << 16).map(drop)?),
            "process" => Command::new("/proc/self/exe").spawn().map(drop),
            "truncate" => self.database.set_len(0),
            "write-body" => File::create("bodies/forged").map(drop),
            way => attempt_on_process(way).unwrap_or_else(|| self.attempt_on_network(way)),
        }
    }

    fn attempt_on_network(&self, way: &str) -> io::Result<()> {
        match way {
            "connect-elsewhere" => connect(self.elsewhere()),
            "connect-to-hop" => connect(self.hop()),
            "datagram-pair" => pair_of(SocketType::DGRAM),
            "fast-open-sendmsg" => {
                let mut nothing = SendAncillaryBuffer::default();
                let octets = [IoSlice::new(b"x")];
                rustix::net::sendmsg(&self.line, &octets, &mut nothing, fast_open())?;
                Ok(())
            }
            "fast-open-sendto" => Ok(rustix::net::send(&self.line, b"x", fast_open()).map(drop)?),
            "listen" => Ok(rustix::net::listen(&self.listeners[0], 1)?),
            "mptcp-socket" => socket(SocketType::STREAM, Some(ipproto::MPTCP)).map(drop),
            "sendto-address" => {
                let to = self.elsewhere();
                Ok(rustix::net::sendto(&self.line, b"x", SendFlags::empty(), &to).map(drop)?)
            }
            "socket-option" => {
                let socket = socket(SocketType::STREAM, None)?;
                Ok(rustix::net::sockopt::set_tcp_cork(&socket, true)?)
            }
            "stream-pair" => pair_of(SocketType::STREAM),
            "udp-socket" => socket(SocketType::DGRAM, None).map(drop),
            unknown => panic!("{unknown}"),
        }
    }
}

/// None for a way that is none of these.
fn attempt_on_process(way: &str) -> Option<io::Result<()>> {
    use rustix::process::{
        DumpableBehavior, Pid, Signal, set_dumpable_behavior, set_parent_process_death_signal,
        test_kill_process,
    };
    let done = match way {
        "death-signal" => set_parent_process_death_signal(Some(Signal::TERM)),
        "dumpable" => set_dumpable_behavior(DumpableBehavior::Dumpable),
        "signal" => test_kill_process(Pid::INIT),
        "thread" => {
            let named = std::thread::Builder::new().name("named".to_owned());
            return Some(named.spawn(|| ()).map(|it| it.join().unwrap()));
        }
        _ => return None,
    };
    Some(done.map_err(io::Error::from))
}

fn connect(to: SocketAddr) -> io::Result<()> {
    Ok(rustix::net::connect(socket(SocketType::STREAM, None)?, &to)?)
}

fn fast_open() -> SendFlags {
    SendFlags::from_bits_retain(libc::MSG_FASTOPEN.try_into().unwrap())
}

fn socket(kind: SocketType, protocol: Option<Protocol>) -> io::Result<OwnedFd> {
    let (family, flags) = (AddressFamily::INET, SocketFlags::CLOEXEC);
    Ok(rustix::net::socket_with(family, kind, flags, protocol)?)
}

fn pair_of(kind: SocketType) -> io::Result<()> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(rustix::net::socketpair(AddressFamily::UNIX, kind, flags, None).map(drop)?)
}

/// A start below the working folder.
fn start(role: Role, hop: SocketAddr) -> Start {
    let hop = Hop { address: hop, tls: HopTls::Never };
    let folder = std::env::current_dir().unwrap();
    Start {
        role,
        folders: Folders {
            store: folder.join("store"),
            bodies: folder.join("bodies"),
            keys: folder.join("keys"),
        },
        hostname: String::new(),
        portal_url: String::new(),
        certificate_pem: String::new(),
        tls_schemes: Vec::new(),
        relay_networks: Vec::new(),
        internal_hop: hop,
        external_hop: hop,
        examination_budget_ms: 0,
        examination_limit_ms: 0,
        examiners: 0,
        sessions_max: 0,
        free_octets_min: 0,
    }
}
