//! The table of rights: one row a role.

use std::path::PathBuf;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::SandboxError;
use crate::{
    protocol::{
        control::{External, Role, Start},
        hop::Hop,
    },
    role::resolve::HTTPS,
};

/// Address space of an examiner, octets: a message, its parts and its text, several times over.
const EXAMINER_MEMORY_OCTETS_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// What one process may do.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// Folders below which files may be read.
    pub(super) read: Vec<PathBuf>,
    /// Folders below which files may be made, changed and removed.
    pub(super) write: Vec<PathBuf>,
    /// Ports that may be connected to.
    pub(super) connect: Vec<u16>,
    /// Connections may be taken from inherited listeners.
    pub(super) accept: bool,
    /// There may be more than one thread.
    pub(super) threads: bool,
    /// Octets of address space.
    pub(super) memory_octets_max: Option<u64>,
}

/// Where next hops listen.
fn hop_ports(start: &Start) -> Vec<u16> {
    let of = |hop: &Hop| hop.servers.iter().map(|it| it.address.port()).collect::<Vec<_>>();
    let mut ports = of(&start.internal_hop);
    match &start.external_hop {
        External::Hop(hop) => ports.extend(of(hop)),
        External::ByNames(by_names) => {
            ports.push(by_names.port);
            ports.extend(by_names.exceptions.iter().map(|it| it.port));
        }
    }
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// Where the server of the database listens, if there is one.
fn database_ports(start: &Start) -> Vec<u16> {
    start.database.iter().map(|it| it.address.port()).collect()
}

impl Rights {
    /// The row of the role that `start` describes.
    pub(crate) fn of(start: &Start) -> Self {
        let folders = &start.folders;
        let threads = Self { threads: true, ..Self::default() };
        match start.role {
            Role::Exam(_) | Role::Reader => {
                Self { memory_octets_max: Some(EXAMINER_MEMORY_OCTETS_MAX), ..Self::default() }
            }
            // The key folder is read before the sandbox is entered.
            Role::Keyd => Self::default(),
            // Its list comes as an open file.
            Role::Login => threads,
            Role::Front => Self { accept: true, ..threads },
            Role::Deliver => Self { connect: hop_ports(start), ..threads },
            Role::Resolve => {
                let policies = start.external_hop.by_names().map(|_| HTTPS);
                let connect = start.dns.iter().map(|it| it.port()).chain(policies).collect();
                Self { connect, ..threads }
            }
            Role::Portal => Self {
                accept: true,
                connect: database_ports(start),
                read: vec![folders.bodies.clone()],
                write: vec![folders.store.clone()],
                ..threads
            },
            Role::Spool => Self {
                connect: database_ports(start),
                write: vec![folders.store.clone(), folders.bodies.clone()],
                ..threads
            },
        }
    }

    /// Whether some file may be opened.
    pub(super) fn files(&self) -> bool {
        !self.read.is_empty() || !self.write.is_empty()
    }

    /// Sets the limits of the process.
    pub(super) fn limits(&self) -> Result<(), SandboxError> {
        let limit = |resource, octets| {
            let both = Rlimit { current: Some(octets), maximum: Some(octets) };
            setrlimit(resource, both).map_err(|errno| SandboxError::Limit(errno.into()))
        };
        limit(Resource::Core, 0)?;
        self.memory_octets_max.map_or(Ok(()), |octets| limit(Resource::As, octets))
    }
}
