//! What a role tries when a message has taken it over.

use std::{
    fs::File,
    io::{self, IoSlice},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::{fd::OwnedFd, unix::process::CommandExt},
    process::Command,
};

use nix::sched::CloneFlags;
use rustix::net::{
    AddressFamily, Protocol, SendAncillaryBuffer, SendFlags, SocketFlags, SocketType, ipproto,
};

use crate::channel::memory;

/// Numbers that families of sockets have, and some more.
pub(super) const FAMILIES: u16 = 50;

/// What a role has in its hands when it is confined, and what is there to be reached.
pub(super) struct Given {
    listeners: [TcpListener; 2],
    pipe: OwnedFd,
    database: File,
    line: OwnedFd,
    _other_end: OwnedFd,
}

impl Given {
    pub(super) fn new() -> Self {
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

    pub(super) fn hop(&self) -> SocketAddr {
        self.listeners[0].local_addr().unwrap()
    }

    fn elsewhere(&self) -> SocketAddr {
        self.listeners[1].local_addr().unwrap()
    }

    pub(super) fn attempt(&self, way: &str) -> io::Result<()> {
        match way {
            "file" => File::open("/etc/passwd").map(drop),
            "key-file" => File::open("keys/master.key").map(drop),
            "lock" => {
                let lock = rustix::fs::FlockOperation::NonBlockingLockExclusive;
                Ok(rustix::fs::fcntl_lock(&self.database, lock)?)
            }
            "memory-file" => memory::sealed(b"octets").map(drop),
            "pipe-size" => Ok(rustix::pipe::fcntl_setpipe_size(&self.pipe, 1 << 16).map(drop)?),
            "process" => Command::new("/bin/true").spawn().map(drop),
            "truncate" => self.database.set_len(0),
            "write-body" => File::create("bodies/forged").map(drop),
            "foreign-file" => File::open("store/foreign").map(drop),
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
            way => {
                let family = way.strip_prefix("family-").unwrap().parse().unwrap();
                let family = AddressFamily::from_raw(family);
                let flags = SocketFlags::CLOEXEC;
                Ok(rustix::net::socket_with(family, SocketType::RAW, flags, None).map(drop)?)
            }
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
        "exec" => {
            // What it says is what the child says that got through.
            let error = Command::new("/bin/echo").arg(super::OPEN.trim()).exec();
            return Some(Err(error));
        }
        "executable-memory" => {
            return Some(memmap2::MmapMut::map_anon(4096).and_then(|it| it.make_exec()).map(drop));
        }
        "ring" => return Some(io_uring::IoUring::new(2).map(drop)),
        "trace" => return Some(nix::sys::ptrace::traceme().map_err(io::Error::from)),
        // Of a process with threads the kernel takes the call and finds that it cannot be.
        "user-namespace" => {
            return Some(match nix::sched::unshare(CloneFlags::CLONE_NEWUSER) {
                Ok(()) | Err(nix::Error::EINVAL) => Ok(()),
                Err(error) => Err(error.into()),
            });
        }
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
