//! `resolve`: asks the domain name system, and by it whether a message comes from whom it says. It
//! opens no file and holds no key. Names are asked for over TCP alone: an answer cannot be slipped
//! in from beside, and the sandbox can bind the role to the name servers' ports, which it could not
//! for UDP.

mod authenticate;
mod chain;
mod lookup;
mod names;
mod policy;
mod route;
mod spf;

use std::{
    net::{IpAddr, SocketAddr},
    os::fd::OwnedFd,
    sync::Arc,
};

use hickory_resolver::{
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    proto::dnssec::TrustAnchors,
};
use mail_auth::MessageAuthenticator;
use vault::tls::{Trust, client_config};

use super::{Losses, Master, Order, Reach};
use crate::{
    channel::{Answer, Handler, decode, encode, memory, serve},
    protocol::{
        control::{Role, Start},
        resolve::Question,
    },
};
use lookup::Lookup;
use policy::Policies;
use route::{Own, Routes};

/// How long one name server gets for one name.
const NAME_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);
/// Answers that are remembered.
const ANSWERS_MAX: u64 = 20_000;
/// The longest message, octets; `front` takes no larger one.
const MESSAGE_OCTETS_MAX: u64 = 256 * 1024 * 1024;

/// Where mail servers listen.
const SMTP: u16 = 25;
/// Where the policies of domains are fetched from.
pub(crate) const HTTPS: u16 = 443;

/// Answers until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: &Start, control: OwnedFd) -> anyhow::Result<()> {
    // Made before the sandbox is entered: the library reads certificates that are never used.
    let authenticator = authenticator(&start.dns)?;
    let routes = (!start.dns.is_empty()).then(|| routes(start)).transpose()?;
    let names = Arc::new(Names { authenticator, routes });
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
            Order::List(..) | Order::Rules(_) | Order::Shadow(_) => {}
            Order::Stop => return Ok(()),
        }
    }
}

struct Names {
    authenticator: MessageAuthenticator,
    routes: Option<Routes>,
}

impl Handler for Names {
    async fn handle(&self, payload: Vec<u8>, descriptors: Vec<OwnedFd>) -> Option<Answer> {
        let payload = match decode(&payload).ok()? {
            Question::Claim(claim) => {
                let message = descriptors.into_iter().next()?;
                let message = memory::read(message, MESSAGE_OCTETS_MAX).ok()?;
                let check = authenticate::check(&self.authenticator, &claim, &message);
                encode(&check.await).ok()?
            }
            Question::Route(destination) => {
                let route = self.routes.as_ref()?.find(&destination).await;
                encode(&route).ok()?
            }
        };
        Some(Answer { payload, descriptors: Vec::new() })
    }
}

/// What finds servers by names.
///
/// # Errors
///
/// The keys or the authorities that are trusted cannot be read, or the resolver cannot be made.
fn routes(start: &Start) -> anyhow::Result<Routes> {
    let by_names = start.external_hop.by_names();
    let anchors = by_names.and_then(|it| it.anchors.as_deref()).map(anchors).transpose()?;
    let is_validating = by_names.is_some_and(|it| it.is_validating);
    let lookup = Arc::new(Lookup::new(&start.dns, is_validating, anchors.map(Arc::new))?);
    let reach = Reach::new(by_names.map(|it| it.private.as_slice()).unwrap_or_default());
    let authorities = crate::tls::authorities(start)?;
    let tls = client_config(Trust::Authorities(&authorities), &["http/1.1"])?;
    let policies = Policies::new(Arc::clone(&lookup), tls, HTTPS, reach.clone());
    let own = by_names.map(|it| it.own_addresses.clone()).unwrap_or_default();
    let own = Own::new(&start.hostname, own);
    Ok(Routes { lookup, policies, reach, own, port: by_names.map_or(SMTP, |it| it.port) })
}

/// Keys that signed names are checked from, as `DNSKEY` records.
///
/// # Errors
///
/// The text has none, or something else.
pub(crate) fn anchors(text: &str) -> anyhow::Result<TrustAnchors> {
    let anchors: TrustAnchors = text.parse()?;
    anyhow::ensure!(!anchors.is_empty(), "there is no key of the root");
    Ok(anchors)
}

/// What asks the name servers.
///
/// # Errors
///
/// The resolver cannot be made.
fn authenticator(servers: &[SocketAddr]) -> anyhow::Result<MessageAuthenticator> {
    let (config, options) = asking(servers);
    Ok(MessageAuthenticator::new(config, options)?)
}

/// How name servers are asked.
fn asking(servers: &[SocketAddr]) -> (ResolverConfig, ResolverOpts) {
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
    (ResolverConfig::from_parts(None, Vec::new(), servers), options)
}
