//! Where a batch goes: to the hop of the configuration, or to the servers of its domain.

use std::{net::SocketAddr, time::Duration};

use grammar::literal::{Address, Domain, DomainPattern};

use super::{Batch, follow::followed};
use crate::{
    protocol::{
        control::{ByNames, Exception, External},
        deliver::Outcome,
        hop::{Entry, Hop, HopTls, Server, TlsWish},
        resolve::Question,
        route::{Destination, Host, Proof, Route},
        tls_report::{Asked, Found},
    },
    role::spool::Spool,
};

/// How long a route is waited for; `resolve` itself takes less.
const PATIENCE: Duration = Duration::from_secs(40);

/// The domain of a recipient, in lower case and as names have it.
pub(in crate::role::spool) fn domain(recipient: &str) -> Option<String> {
    Address::parse(recipient).ok().map(|it| it.domain().as_str().to_owned())
}

/// Where a batch goes.
pub(super) struct Way {
    /// Where, or what becomes of all of it without.
    pub(super) hop: Result<Hop, Outcome>,
    /// Who wants to know how it gets there.
    pub(super) asked: Option<Asked>,
}

impl From<Result<Hop, Outcome>> for Way {
    fn from(hop: Result<Hop, Outcome>) -> Self {
        Self { hop, asked: None }
    }
}

/// Where a batch goes, or what becomes of all of it without.
///
/// # Errors
///
/// `resolve` does not answer: it is asked again later.
pub(super) async fn way(spool: &Spool, batch: &Batch) -> anyhow::Result<Way> {
    let wishes_tls = batch.stored.envelope.wishes.requires_tls();
    let requires_tls = wishes_tls || batch.verified;
    // What it requires counts more than what it says it can do without (RFC 8689 §4.1).
    let is_optional = batch.stored.tls_optional && !requires_tls;
    let settle = |hop: Hop| match requires_tls {
        false => Ok(hop),
        true if wishes_tls => known(hop),
        // Its domain proved it when that was decided: it may again.
        true => known(hop).map_err(|_none| {
            let reply = "451 4.7.5 Its domain does not prove its servers now".to_owned();
            Outcome::Temporary { reply }
        }),
    };
    let by_names = match (&spool.start.external_hop, batch.internal) {
        (_, true) => return Ok(settle(followed(spool, &spool.start.internal_hop).await).into()),
        (External::Hop(hop), false) => return Ok(settle(followed(spool, hop).await).into()),
        (External::ByNames(by_names), false) => by_names,
    };
    let Some(domain) = &batch.domain else {
        let reply = "550 5.1.3 This is no address of the internet".to_owned();
        return Ok(Err(Outcome::Permanent { reply }).into());
    };
    let plan = Plan::of(domain, by_names);
    let question = match &plan {
        Plan::Fixed(hop) => return Ok(settle(hop.clone()).into()),
        Plan::Ask { destination, .. } => Question::Route(destination.clone()),
    };
    let asked = tokio::time::timeout(PATIENCE, spool.resolve.route(&question)).await;
    let Found { route, asked } =
        asked.map_err(|_late| anyhow::anyhow!("its mail servers were not found in time"))??;
    let hop = match route {
        Route::Servers(mut hosts) => {
            // A server that somebody else's names may have put in is not known by its own.
            hosts.retain(|it| !requires_tls || !plan.is_strange() || is_found(it));
            if is_optional {
                hosts.iter_mut().for_each(|it| it.proof = Proof::Unsaid);
            }
            settle(plan.hop(hosts))
        }
        Route::Never { reply } => Err(Outcome::Permanent { reply }),
        Route::Later { reply } => Err(Outcome::Temporary { reply }),
    };
    Ok(Way { hop, asked })
}

/// Whether a domain proves that the way to its servers is encrypted and that they are its own; or the
/// operator names a server for it that must show so.
pub(in crate::role::spool) async fn proves(spool: &Spool, domain: &str) -> bool {
    let External::ByNames(by_names) = &spool.start.external_hop else { return false };
    let destination = match Plan::of(domain, by_names) {
        // What is known by its address alone shows no name.
        Plan::Fixed(_) => return false,
        Plan::Ask { strangers: false, tls, .. } => return tls == TlsWish::Verified,
        Plan::Ask { destination, .. } => destination,
    };
    let question = Question::Route(destination);
    match tokio::time::timeout(PATIENCE, spool.resolve.route(&question)).await {
        Ok(Ok(Found { route: Route::Servers(hosts), .. })) => hosts.iter().any(is_found),
        Ok(Ok(_) | Err(_)) | Err(_) => false,
    }
}

/// Whether a server is the one that its domain means.
fn is_found(host: &Host) -> bool {
    matches!(host.proof, Proof::Certificate | Proof::Keys { .. })
}

/// What is to be asked for a domain.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Plan {
    /// Nothing.
    Fixed(Hop),
    /// Where its servers are.
    Ask { destination: Destination, port: u16, tls: TlsWish, entry: Entry, strangers: bool },
}

impl Plan {
    fn of(domain: &str, by_names: &ByNames) -> Self {
        let Some(exception) = by_names.exceptions.iter().find(|it| fits(it, domain)) else {
            return Self::Ask {
                destination: Destination::Domain(domain.to_owned()),
                port: by_names.port,
                tls: by_names.tls,
                entry: Entry::default(),
                strangers: true,
            };
        };
        let Exception { server, port, tls, entry, .. } = exception.clone();
        match server.parse() {
            Ok(ip) => {
                let address = SocketAddr::new(ip, port);
                let server = Server { name: None, address, tls: tls.of(None), entry };
                Self::Fixed(Hop { servers: vec![server], strangers: false })
            }
            Err(_name) => Self::Ask {
                destination: Destination::Server { name: server, port },
                port,
                tls,
                entry,
                strangers: false,
            },
        }
    }

    /// Whether its servers are known by names alone.
    fn is_strange(&self) -> bool {
        matches!(self, Self::Ask { strangers: true, .. })
    }

    /// The hop that was found.
    fn hop(self, hosts: Vec<Host>) -> Hop {
        let (port, wish, entry, strangers) = match self {
            Self::Fixed(hop) => return hop,
            Self::Ask { port, tls, entry, strangers, .. } => (port, tls, entry, strangers),
        };
        let servers = hosts.into_iter().flat_map(|host| {
            let tls = wanted(&host, wish);
            let (name, entry) = (host.name, entry.clone());
            host.addresses.into_iter().map(move |ip| Server {
                name: Some(name.clone()),
                address: SocketAddr::new(ip, port),
                tls: tls.clone(),
                entry: entry.clone(),
            })
        });
        Hop { servers: servers.collect(), strangers }
    }
}

/// What is wanted of a server: what its domain says where that is more than what the operator says.
fn wanted(host: &Host, wish: TlsWish) -> HopTls {
    let named = || HopTls::Verified(vec![host.name.clone()]);
    match (&host.proof, wish) {
        (_, TlsWish::Never) => HopTls::Never,
        (Proof::Keys { records, names }, _) => HopTls::Dane(records.clone(), names.clone()),
        (Proof::Certificate, _) | (_, TlsWish::Verified) => named(),
        // Who wants a certificate that holds anyway learns no less of it.
        (Proof::Tested, TlsWish::Opportunistic) => HopTls::Tested(vec![host.name.clone()]),
        (Proof::Encrypted, _) => HopTls::Encrypted,
        (Proof::Tested | Proof::Unsaid, wish) => wish.of(Some(&host.name)),
    }
}

/// The hop without the servers that cannot be known, for a message that requires it (RFC 8689 §4.2.1).
///
/// # Errors
///
/// None is left: the message is returned.
fn known(mut hop: Hop) -> Result<Hop, Outcome> {
    hop.servers.retain_mut(|server| {
        match (&server.tls, &server.name) {
            (HopTls::Dane(..) | HopTls::Verified(_), _) => {}
            (
                HopTls::Never | HopTls::Opportunistic | HopTls::Tested(_) | HopTls::Encrypted,
                Some(name),
            ) => {
                server.tls = HopTls::Verified(vec![name.clone()]);
            }
            (
                HopTls::Never | HopTls::Opportunistic | HopTls::Tested(_) | HopTls::Encrypted,
                None,
            ) => return false,
        }
        true
    });
    if hop.servers.is_empty() {
        let reply = "550 5.7.30 It requires TLS to a server that is known, and none is".to_owned();
        return Err(Outcome::Permanent { reply });
    }
    Ok(hop)
}

fn fits(exception: &Exception, domain: &str) -> bool {
    let pattern = DomainPattern::parse(&exception.domain);
    let domain = Domain::parse(domain);
    pattern.is_ok_and(|pattern| domain.is_ok_and(|it| pattern.matches(&it)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::route::Tlsa;

    fn host(proof: Proof) -> Host {
        let addresses = vec![[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
        Host { name: "mx.shop.example".into(), addresses, proof }
    }

    fn by_names(tls: TlsWish, exceptions: Vec<Exception>) -> ByNames {
        ByNames {
            tls,
            exceptions,
            port: 25,
            private: Vec::new(),
            own_addresses: Vec::new(),
            is_validating: false,
            anchors: None,
            reports: false,
        }
    }

    #[test]
    fn a_server_shows_what_its_domain_or_the_operator_wants() {
        let record = Tlsa { usage: 3, selector: 1, matching: 1, data: vec![7; 32] };
        let keys = Proof::Keys { records: vec![record.clone()], names: vec!["a.example".into()] };
        let dane = HopTls::Dane(vec![record], vec!["a.example".into()]);
        let named = HopTls::Verified(vec!["mx.shop.example".into()]);
        let tested = HopTls::Tested(vec!["mx.shop.example".into()]);
        let cases = [
            (Proof::Unsaid, TlsWish::Opportunistic, HopTls::Opportunistic),
            (Proof::Unsaid, TlsWish::Required, HopTls::Encrypted),
            (Proof::Unsaid, TlsWish::Verified, named.clone()),
            (Proof::Encrypted, TlsWish::Opportunistic, HopTls::Encrypted),
            (Proof::Encrypted, TlsWish::Verified, named.clone()),
            (Proof::Certificate, TlsWish::Opportunistic, named.clone()),
            (Proof::Tested, TlsWish::Opportunistic, tested),
            (Proof::Tested, TlsWish::Required, HopTls::Encrypted),
            (Proof::Tested, TlsWish::Verified, named.clone()),
            (keys.clone(), TlsWish::Opportunistic, dane.clone()),
            (keys.clone(), TlsWish::Verified, dane),
            (keys, TlsWish::Never, HopTls::Never),
        ];
        for (proof, wish, expected) in cases {
            assert_eq!(wanted(&host(proof.clone()), wish), expected, "{proof:?} {wish:?}");
        }
    }

    #[test]
    fn what_requires_tls_goes_to_servers_that_are_known() {
        let server = |name: Option<&str>, tls: HopTls| Server {
            name: name.map(str::to_owned),
            address: SocketAddr::from(([192, 0, 2, 1], 25)),
            tls,
            entry: Entry::default(),
        };
        let left = |servers: Vec<Server>| known(Hop { servers, strangers: false });
        let named = HopTls::Verified(vec!["a.example".into()]);
        for tls in [HopTls::Never, HopTls::Opportunistic, HopTls::Encrypted, named.clone()] {
            let hop = left(vec![server(None, HopTls::Encrypted), server(Some("a.example"), tls)]);
            assert_eq!(hop.unwrap().servers, [server(Some("a.example"), named.clone())]);
        }
        let dane = server(Some("a.example"), HopTls::Dane(Vec::new(), Vec::new()));
        assert_eq!(left(vec![dane.clone()]).unwrap().servers, [dane]);
        let nobody = left(vec![server(None, HopTls::Encrypted)]);
        assert!(matches!(nobody, Err(Outcome::Permanent { reply }) if reply.contains("5.7.30")));
    }

    #[test]
    fn every_address_of_a_server_is_one_to_try() {
        let plan = Plan::of("shop.example", &by_names(TlsWish::Opportunistic, Vec::new()));
        let hop = plan.hop(vec![host(Proof::Unsaid)]);
        assert!(hop.strangers);
        let addresses: Vec<String> = hop.servers.iter().map(|it| it.address.to_string()).collect();
        assert_eq!(addresses, ["192.0.2.1:25", "192.0.2.2:25"]);
    }

    #[test]
    fn exceptions_go_where_they_are_said_to() {
        let exception = |domain: &str, server: &str| Exception {
            domain: domain.to_owned(),
            server: server.to_owned(),
            port: 2525,
            tls: TlsWish::Required,
            entry: Entry::default(),
        };
        let exceptions = vec![
            exception("partner.example", "smtp.partner.example"),
            exception("*.partner.example", "10.0.0.1"),
        ];
        let by_names = by_names(TlsWish::Opportunistic, exceptions);
        let destination = |domain: &str| match Plan::of(domain, &by_names) {
            Plan::Fixed(hop) => hop.servers.first().unwrap().address.to_string(),
            Plan::Ask { destination: Destination::Domain(it), strangers: true, .. } => it,
            Plan::Ask {
                destination: Destination::Server { name, port }, strangers: false, ..
            } => {
                format!("{name} {port}")
            }
            plan @ Plan::Ask { .. } => panic!("{plan:?}"),
        };
        assert_eq!(destination("partner.example"), "smtp.partner.example 2525");
        assert_eq!(destination("a.partner.example"), "10.0.0.1:2525");
        assert_eq!(destination("notpartner.example"), "notpartner.example");
    }
}
