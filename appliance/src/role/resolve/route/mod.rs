//! Where mail for a domain goes: its servers by their names, their addresses, and what signed names
//! say of their keys.
//!
//! # Invariants
//!
//! - What is forged is never taken for nothing: the server is put off, and if it is the only one,
//!   so is the mail.
//! - No server is outside the internet, but in networks that the operator names.
//!
//! # Source
//!
//! RFC 5321 §5.1, RFC 7505, RFC 7672 §2, RFC 8460 §3.

mod choice;
mod refusal;
mod reports;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, sync::Arc, time::Duration};

use grammar::literal::Domain;
use hickory_resolver::proto::rr::{RData, RecordType};
use tokio::{task::JoinSet, time::timeout};

use self::{
    choice::{Candidate, Looked, before_us, bounded, candidates},
    refusal::Refusal,
};
use super::{
    lookup::{Answer, Failure, Lookup, plain},
    policy::{Held, Policies},
};
use crate::{
    protocol::{
        route::{Destination, Host, Proof, Route, Tlsa},
        tls_report::{Asked, Found, TlsFailure},
    },
    role::Reach,
};
pub(super) use choice::Own;

/// How long a route may take to be found.
const PATIENCE: Duration = Duration::from_secs(25);
/// Records of the keys of one server that are looked at.
const RECORDS_MAX: usize = 32;
/// The longest record of a key, octets; a whole certificate fits.
const RECORD_OCTETS_MAX: usize = 8 * 1024;

/// Finds routes.
pub(super) struct Routes {
    pub(super) lookup: Arc<Lookup>,
    pub(super) policies: Policies,
    pub(super) reach: Reach,
    pub(super) own: Own,
    /// Where mail servers listen: 25.
    pub(super) port: u16,
    /// Domains are asked whether they want to know how TLS to their servers goes.
    pub(super) reports: bool,
}

/// What the name of a server came to.
#[derive(Clone, Debug)]
struct Server {
    addresses: Vec<IpAddr>,
    proof: Proof,
}

impl Routes {
    /// Where mail for a domain goes, and who wants to know how it gets there.
    pub(super) async fn find(&self, destination: &Destination) -> Found {
        let (name, mut asked, found) = match destination {
            Destination::Domain(name) => {
                let mut asked = Asked::default();
                let found = timeout(PATIENCE, self.servers(name, &mut asked)).await;
                (name, Some(asked), found)
            }
            Destination::Server { name, port } => {
                (name, None, timeout(PATIENCE, self.one(name, *port)).await)
            }
        };
        let found = found.unwrap_or(Err(Refusal::Late));
        if let (Some(asked), Err(Refusal::Failed(Failure::Bogus))) = (&mut asked, &found) {
            asked.failures.push((TlsFailure::DnssecInvalid, None));
        }
        let route = match found {
            Ok(hosts) => Route::Servers(hosts),
            Err(refusal) => refusal.route(name),
        };
        Found { route, asked: asked.filter(|it| !it.to.is_empty()) }
    }

    /// A server that the operator names: it may be anywhere, and no policy is asked.
    async fn one(&self, name: &str, port: u16) -> Result<Vec<Host>, Refusal> {
        let found = server(&self.lookup, name, name, port, true).await;
        let Server { mut addresses, proof } = found.map_err(Refusal::Failed)?;
        bounded(std::iter::once(&mut addresses));
        if addresses.is_empty() {
            return Err(Refusal::WithoutAddress);
        }
        Ok(vec![Host { name: name.to_ascii_lowercase(), addresses, proof }])
    }

    async fn servers(&self, written: &str, asked: &mut Asked) -> Result<Vec<Host>, Refusal> {
        let domain = Domain::parse(written).map_err(|_none| Refusal::IsNone)?;
        let domain = domain.as_str();
        if self.reports {
            asked.to = reports::addresses(&self.lookup, domain).await;
        }
        let found = self.lookup.ask(domain, RecordType::MX).await.map_err(Refusal::Failed)?;
        if !found.exists {
            return Err(Refusal::Unknown);
        }
        let implicit = found.records.is_empty();
        let records: Vec<Candidate> = match implicit {
            // The domain is its own server.
            true => vec![Candidate { preference: 0, name: domain.to_owned() }],
            false => found.records.iter().filter_map(candidate).collect(),
        };
        let candidates = candidates(records, vault::token::random_id)?;
        // Keys count only where nobody could have put in another server (RFC 7672 §2.2.1).
        let is_secure = implicit || found.is_secure;
        let (looked, own, held) = tokio::join!(
            self.look_at(candidates, domain, is_secure),
            self.own(),
            self.policies.of(domain)
        );
        let unasked = looked.iter().find_map(|it| it.found.as_ref().err().copied());
        let looked = before_us(looked, &own, |it| it.as_ref().map_or(&[][..], |it| &it.addresses))?;
        let mut hosts: Vec<Host> = looked.into_iter().filter_map(host).collect();
        hosts.retain(|it| !it.addresses.is_empty());
        if hosts.is_empty() {
            return Err(match unasked {
                Some(failure) => Refusal::Failed(failure),
                None if implicit => Refusal::Unknown,
                None => Refusal::WithoutAddress,
            });
        }
        hosts.iter_mut().for_each(|it| it.addresses.retain(|it| self.reach.allows(*it)));
        bounded(hosts.iter_mut().map(|it| &mut it.addresses));
        hosts.retain(|it| !it.addresses.is_empty());
        match (hosts.is_empty(), unasked) {
            (false, _) => kept(hosts, &held, asked),
            (true, Some(failure)) => Err(Refusal::Failed(failure)),
            (true, None) => Err(Refusal::Elsewhere),
        }
    }

    /// This gateway, with the addresses that its name has.
    async fn own(&self) -> Own {
        let mut own = self.own.clone();
        if let Ok((addresses, _)) = self.lookup.addresses(&own.name).await {
            own.addresses.extend(addresses);
        }
        own
    }

    /// Looks at all servers at once; their order stays.
    async fn look_at(
        &self,
        candidates: Vec<Candidate>,
        domain: &str,
        is_secure: bool,
    ) -> Vec<Looked<Result<Server, Failure>>> {
        let mut looking = JoinSet::new();
        for (at, Candidate { preference, name }) in candidates.into_iter().enumerate() {
            let (lookup, port) = (Arc::clone(&self.lookup), self.port);
            let domain = domain.to_owned();
            looking.spawn(async move {
                let found = server(&lookup, &name, &domain, port, is_secure).await;
                (at, Looked { preference, name, found })
            });
        }
        let mut looked: Vec<_> = looking.join_all().await;
        looked.sort_by_key(|it| it.0);
        looked.into_iter().map(|it| it.1).collect()
    }
}

/// The servers that a policy lets mail go to. What signed names say of a server's keys is more than
/// that (RFC 8461 §2).
///
/// # Errors
///
/// There is none.
fn kept(mut hosts: Vec<Host>, held: &Held, asked: &mut Asked) -> Result<Vec<Host>, Refusal> {
    asked.failures.extend(held.failure.map(|it| (it, None)));
    let Some(wanted) = &held.wanted else { return Ok(hosts) };
    asked.policy = Some(wanted.reported());
    let fits = |it: &Host| matches!(it.proof, Proof::Keys { .. }) || wanted.names(&it.name);
    let others = hosts.iter().filter(|it| !fits(it));
    let failed = others.map(|it| (TlsFailure::ValidationFailure, Some(it.name.clone())));
    asked.failures.extend(failed);
    let is_asked = !asked.to.is_empty();
    let proof = |host: &mut Host, proof: Proof| match host.proof {
        Proof::Unsaid | Proof::Encrypted => host.proof = proof,
        Proof::Certificate | Proof::Keys { .. } | Proof::Tested => {}
    };
    if !wanted.is_enforced() {
        // What only its domain wants to know is not looked for where it did not ask.
        let named = hosts.iter_mut().filter(|it| is_asked && wanted.names(&it.name));
        named.for_each(|it| proof(it, Proof::Tested));
        return Ok(hosts);
    }
    hosts.retain(fits);
    hosts.iter_mut().for_each(|it| proof(it, Proof::Certificate));
    if hosts.is_empty() { Err(Refusal::AgainstPolicy) } else { Ok(hosts) }
}

/// The addresses of a server and what is said of its keys.
async fn server(
    lookup: &Lookup,
    name: &str,
    domain: &str,
    port: u16,
    is_secure: bool,
) -> Result<Server, Failure> {
    let (addresses, answer) = lookup.addresses(name).await?;
    let proof = match is_secure && answer.is_secure {
        true => keys(lookup, name, domain, port, &answer).await?,
        false => Proof::Unsaid,
    };
    Ok(Server { addresses, proof })
}

/// What signed names say of the keys of a server: at the name that has its addresses, or else at
/// the one it is known by (RFC 7672 §2.2.3).
///
/// # Errors
///
/// It could not be found out: the server is not to be used, since nobody knows whether it is the
/// one that it seems to be (§2.1.2).
async fn keys(
    lookup: &Lookup,
    name: &str,
    domain: &str,
    port: u16,
    addresses: &Answer,
) -> Result<Proof, Failure> {
    let mut bases = vec![addresses.owner.as_str(), name];
    bases.dedup();
    for base in bases {
        let found = lookup.ask(&format!("_{port}._tcp.{base}"), RecordType::TLSA).await?;
        if found.records.is_empty() || !found.is_secure {
            continue;
        }
        let records: Vec<Tlsa> = found.records.iter().filter_map(tlsa).take(RECORDS_MAX).collect();
        if records.is_empty() {
            return Ok(Proof::Encrypted);
        }
        let mut names = vec![base.to_owned(), name.to_owned(), domain.to_owned()];
        names.sort();
        names.dedup();
        return Ok(Proof::Keys { records, names });
    }
    Ok(Proof::Unsaid)
}

/// A record that can be used for mail (RFC 7672 §3.1).
fn tlsa(data: &RData) -> Option<Tlsa> {
    let RData::TLSA(data) = data else { return None };
    let (usage, selector) = (u8::from(data.cert_usage), u8::from(data.selector));
    let matching = u8::from(data.matching);
    let length = match matching {
        0 => 1..=RECORD_OCTETS_MAX,
        1 => 32..=32,
        2 => 64..=64,
        _ => return None,
    };
    let fits = matches!(usage, 2 | 3) && selector <= 1 && length.contains(&data.cert_data.len());
    fits.then(|| Tlsa { usage, selector, matching, data: data.cert_data.clone() })
}

fn candidate(data: &RData) -> Option<Candidate> {
    let RData::MX(data) = data else { return None };
    Some(Candidate { preference: data.preference, name: plain(&data.exchange) })
}

fn host(looked: Looked<Result<Server, Failure>>) -> Option<Host> {
    let Server { addresses, proof } = looked.found.ok()?;
    Some(Host { name: looked.name, addresses, proof })
}
