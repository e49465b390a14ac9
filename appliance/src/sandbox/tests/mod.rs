//! The ways out, each tried by a process of its own that has entered the sandbox of a role.
//!
//! The process is this test program again, with [`child`] as its only test. What it does is named
//! by two variables; without them it does nothing.

mod layers;
mod ways;

use std::{
    fs::Permissions,
    io::{self, Write},
    net::SocketAddr,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    process::{Command, Output},
};

use self::{layers::Layer, ways::Given};
use super::Rights;
use crate::protocol::{
    control::{
        Bounds, ByNames, Exception, External, Folders, Hold, LineEndings, Rates, Role, Start,
    },
    hop::{Entry, Hop, HopTls, Server, TlsWish},
};

const ROLE: &str = "CHANCERY_TEST_ROLE";
const WAY: &str = "CHANCERY_TEST_WAY";
/// The layer that is left out; none is where it is empty.
const WITHOUT: &str = "CHANCERY_TEST_WITHOUT";

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
fn nobody_becomes_another_program() {
    each_ends(&ALL, "exec", &End::Killed);
}

#[test]
fn nobody_watches_a_process() {
    each_ends(&ALL, "trace", &End::Killed);
}

#[test]
fn nobody_hands_the_kernel_a_ring() {
    each_ends(&ALL, "ring", &End::Killed);
}

#[test]
fn nobody_gets_a_name_space() {
    each_ends(&ALL, "user-namespace", &End::Killed);
}

#[test]
fn no_memory_becomes_executable() {
    each_ends(&ALL, "executable-memory", &End::Killed);
}

#[test]
fn no_family_of_sockets_is_open() {
    for family in 0..ways::FAMILIES {
        each_ends(&[Role::Exam(0), Role::Deliver], &format!("family-{family}"), &End::Killed);
    }
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

#[test]
fn resolve_fetches_policies_only_where_mail_goes_by_names() {
    let hop = SocketAddr::from(([127, 0, 0, 1], 25));
    let without = start(Role::Resolve, hop);
    assert_eq!(Rights::of(&without).connect, [53]);
    let exception = Exception {
        domain: "partner.example".into(),
        server: "smtp.partner.example".into(),
        port: 26,
        tls: TlsWish::Verified,
        entry: Entry::default(),
    };
    let by_names = ByNames {
        tls: TlsWish::Opportunistic,
        exceptions: vec![exception],
        port: 25,
        private: Vec::new(),
        own_addresses: Vec::new(),
        is_validating: false,
        reports: false,
        anchors: None,
    };
    let with = Start { external_hop: External::ByNames(by_names), ..without };
    assert_eq!(Rights::of(&with).connect, [53, 443]);
    let deliver = Start { role: Role::Deliver, ..with };
    assert_eq!(Rights::of(&deliver).connect, [25, 26]);
}

/// Not a test of its own: what the other tests start.
#[test]
fn child() {
    let (Ok(role), Ok(way)) = (std::env::var(ROLE), std::env::var(WAY)) else { return };
    let role = ALL.into_iter().find(|it| it.word() == role).unwrap();
    let without = Layer::named(&std::env::var(WITHOUT).unwrap());
    let given = Given::new();
    layers::enter(&Rights::of(&start(role, given.hop())), without);
    let said = match given.attempt(&way) {
        Ok(()) => OPEN,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => REFUSED,
        Err(error) => panic!("{way}: {error}"),
    };
    io::stdout().write_all(said.as_bytes()).unwrap();
}

fn each_ends(roles: &[Role], way: &str, expected: &End) {
    for role in roles {
        let (end, output) = tried(*role, way, None);
        assert_eq!(end.as_ref(), Some(expected), "{role} {way}: {output:?}");
    }
}

/// Starts the child; none of the ends when something else went wrong.
fn tried(role: Role, way: &str, without: Option<Layer>) -> (Option<End>, Output) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["store", "bodies", "keys"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("keys/master.key"), b"secret").unwrap();
    std::fs::write(folder.path().join("store/database"), b"rows").unwrap();
    let private = folder.path().join("store/foreign");
    std::fs::write(&private, b"of the user who starts the child").unwrap();
    std::fs::set_permissions(&private, Permissions::from_mode(0o600)).unwrap();
    // What a role owns, where it is another user than who starts it.
    for path in ["", "store", "bodies", "keys"] {
        let path = folder.path().join(path);
        std::fs::set_permissions(&path, Permissions::from_mode(0o777)).unwrap();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::tests::child", "--nocapture"])
        .env(ROLE, role.word())
        .env(WAY, way)
        .env(WITHOUT, without.map_or("", Layer::name))
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

/// A start below the working folder.
fn start(role: Role, hop: SocketAddr) -> Start {
    let server = Server::at(hop, HopTls::Never);
    let hop = Hop { servers: vec![server], strangers: false };
    let folder = std::env::current_dir().unwrap();
    Start {
        role,
        folders: Folders {
            store: folder.join("store"),
            bodies: folder.join("bodies"),
            keys: folder.join("keys"),
        },
        database: None,
        hostname: String::new(),
        portal_url: String::new(),
        certificate_pem: String::new(),
        tls_schemes: Vec::new(),
        relay_networks: Vec::new(),
        dns: vec![SocketAddr::from(([127, 0, 0, 1], 53))],
        authorities: None,
        dkim: Vec::new(),
        logins: Vec::new(),
        listeners: Vec::new(),
        line_ends: LineEndings::Refuse,
        asks_next_hop: false,
        proxy_networks: Vec::new(),
        greeting_delay_ms: 0,
        rates: Rates { messages: 0, recipients: 0 },
        internal_hop: hop.clone(),
        external_hop: External::Hop(hop),
        examination_budget_ms: 0,
        examination_limit_ms: 0,
        examination_bounds: Bounds {
            parts: 0,
            depth: 0,
            header_octets: 0,
            header_fields: 0,
            parameters: 0,
            unpacked_octets: 0,
            members: 0,
            ratio: 0,
        },
        examiners: 0,
        sessions_max: 0,
        free_octets_min: 0,
        hold: Hold { days: 14, tells_sender: true, tell: Vec::new(), tell_every_ms: 0 },
    }
}
