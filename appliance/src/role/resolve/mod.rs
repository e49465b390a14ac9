//! `resolve`: asks the domain name system, and by it whether a message comes from whom it says. It
//! opens no file and holds no key. Names are asked for over TCP alone: an answer cannot be slipped
//! in from beside, and the sandbox can bind the role to the name servers' ports, which it could not
//! for UDP.

mod authenticate;
mod chain;
mod names;
mod spf;

use std::{
    net::{IpAddr, SocketAddr},
    os::fd::OwnedFd,
    sync::Arc,
};

use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use mail_auth::MessageAuthenticator;

use super::{Losses, Master, Order};
use crate::{
    channel::{Answer, Handler, decode, encode, memory, serve},
    protocol::{
        control::{Role, Start},
        resolve::Claim,
    },
};

/// How long one name server gets for one name.
const NAME_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);
/// Answers that are remembered.
const ANSWERS_MAX: u64 = 20_000;
/// The longest message, octets; `front` takes no larger one.
const MESSAGE_OCTETS_MAX: u64 = 256 * 1024 * 1024;

/// Answers until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: &Start, control: OwnedFd) -> anyhow::Result<()> {
    // Made before the sandbox is entered: the library reads certificates that are never used.
    let names = Arc::new(Names { authenticator: authenticator(&start.dns)? });
    super::run_confined(start, control, |master| work(names, master))
}

async fn work(names: Arc<Names>, master: Master) -> anyhow::Result<()> {
    let mut losses = Losses::new();
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Spool, line) => {
                tokio::spawn(serve(line.socket, Arc::clone(&names)));
            }
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::List(..) | Order::Rules(_) => {}
            Order::Stop => return Ok(()),
        }
    }
}

struct Names {
    authenticator: MessageAuthenticator,
}

impl Handler for Names {
    async fn handle(&self, payload: Vec<u8>, descriptors: Vec<OwnedFd>) -> Option<Answer> {
        let claim: Claim = decode(&payload).ok()?;
        let message = memory::read(descriptors.into_iter().next()?, MESSAGE_OCTETS_MAX).ok()?;
        let found = authenticate::check(&self.authenticator, &claim, &message).await;
        Some(Answer { payload: encode(&found).ok()?, descriptors: Vec::new() })
    }
}

/// What asks the name servers.
///
/// # Errors
///
/// The resolver cannot be made.
fn authenticator(servers: &[SocketAddr]) -> anyhow::Result<MessageAuthenticator> {
    let server = |address: &SocketAddr| {
        let mut tcp = ConnectionConfig::tcp();
        tcp.port = address.port();
        let ip: IpAddr = address.ip();
        NameServerConfig::new(ip, true, vec![tcp])
    };
    let servers = servers.iter().map(server).collect();
    let mut options = ResolverOpts::default();
    options.timeout = NAME_PATIENCE;
    options.attempts = 1;
    options.cache_size = ANSWERS_MAX;
    options.use_hosts_file = ResolveHosts::Never;
    Ok(MessageAuthenticator::new(ResolverConfig::from_parts(None, Vec::new(), servers), options)?)
}
