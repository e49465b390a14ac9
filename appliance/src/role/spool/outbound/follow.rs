//! The servers of the configuration by their names: where they have moved to since the start.
//!
//! # Invariants
//!
//! - A name that cannot be asked for, or has nothing, leads to where it led at the start.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    protocol::{
        hop::{Hop, Server},
        resolve::Question,
        route::{Destination, Route},
    },
    role::spool::Spool,
};

/// How long an answer counts, and how long one that did not come is not asked for again.
const LIFE: Duration = Duration::from_secs(60);
/// How long name servers are waited for while there is another address to go to.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found; there are as many names as the configuration has.
#[derive(Debug, Default)]
pub(in crate::role::spool) struct Followed {
    found: Mutex<BTreeMap<String, (Instant, Vec<IpAddr>)>>,
}

/// The hop with the addresses that its names have now.
pub(in crate::role::spool) async fn followed(spool: &Spool, hop: &Hop) -> Hop {
    if spool.start.dns.is_empty() || hop.servers.iter().all(|it| it.name.is_none()) {
        return hop.clone();
    }
    let mut servers = Vec::new();
    for same in by_name(&hop.servers) {
        let now = match same.first() {
            Some(Server { name: Some(name), address, .. }) => {
                addresses(spool, name, address.port()).await
            }
            Some(_) | None => Vec::new(),
        };
        servers.extend(moved(same, now));
    }
    Hop { servers, strangers: hop.strangers }
}

/// Servers that follow one another and have the same name, and each without one alone.
fn by_name(servers: &[Server]) -> impl Iterator<Item = &[Server]> {
    let is_same = |one: &Server, next: &Server| {
        one.name.is_some() && one.name == next.name && one.address.port() == next.address.port()
    };
    servers.chunk_by(is_same)
}

/// Servers of one name at the addresses that it has now; as they were where it has none.
fn moved(same: &[Server], now: Vec<IpAddr>) -> Vec<Server> {
    let Some(first) = same.first().filter(|_| !now.is_empty()) else { return same.to_vec() };
    let at = |ip| SocketAddr::new(ip, first.address.port());
    now.into_iter().map(|ip| Server { address: at(ip), ..first.clone() }).collect()
}

async fn addresses(spool: &Spool, name: &str, port: u16) -> Vec<IpAddr> {
    let known = spool.followed.lock().get(name).cloned();
    if let Some((since, addresses)) = known
        && since.elapsed() < LIFE
    {
        return addresses;
    }
    let question = Question::Route(Destination::Server { name: name.to_owned(), port });
    let asked = tokio::time::timeout(PATIENCE, spool.resolve.route(&question)).await;
    let addresses: Vec<IpAddr> = match asked {
        Ok(Ok(Route::Servers(hosts))) => hosts.into_iter().flat_map(|it| it.addresses).collect(),
        Ok(Ok(Route::Never { .. } | Route::Later { .. }) | Err(_)) | Err(_) => Vec::new(),
    };
    spool.followed.lock().insert(name.to_owned(), (Instant::now(), addresses.clone()));
    addresses
}

impl Followed {
    /// Nothing here is left half-changed by a panic.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Instant, Vec<IpAddr>)>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::hop::HopTls;

    #[test]
    fn servers_are_where_their_names_are_now() {
        let server = |name: Option<&str>, address: &str| Server {
            name: name.map(str::to_owned),
            ..Server::at(address.parse().unwrap(), HopTls::Encrypted)
        };
        let before = [
            server(Some("a.example"), "192.0.2.1:25"),
            server(Some("a.example"), "192.0.2.2:25"),
            server(None, "192.0.2.3:25"),
            server(None, "192.0.2.4:25"),
            server(Some("a.example"), "192.0.2.1:2525"),
        ];
        let groups: Vec<usize> = by_name(&before).map(<[_]>::len).collect();
        assert_eq!(groups, [2, 1, 1, 1]);
        let same = &before[..2];
        assert_eq!(moved(same, Vec::new()), same);
        let now = moved(same, vec![[198, 51, 100, 7].into()]);
        assert_eq!(now, [server(Some("a.example"), "198.51.100.7:25")]);
    }
}
