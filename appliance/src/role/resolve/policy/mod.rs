//! Policies of domains about who takes their mail (MTA-STS), found, fetched and remembered.
//!
//! # Invariants
//!
//! - A policy that was fetched holds for as long as it says, whatever names and servers say later,
//!   until another one is fetched.
//!
//! # Source
//!
//! RFC 8461.

mod fetch;
#[cfg(test)]
mod tests;
mod text;

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hickory_resolver::proto::rr::{RData, RecordType};
use rustls::ClientConfig;
use tokio::time::Instant;

use self::text::{Mode, Policy};
use super::lookup::Lookup;
use crate::{
    protocol::tls_report::{StsPolicy, TlsFailure},
    role::Reach,
};

/// Domains whose policies are remembered; those of the others are fetched anew.
const KNOWN_MAX: usize = 10_000;
/// How long a policy that could not be fetched is not fetched again (RFC 8461 §3.3).
const FAILED_WAIT: Duration = Duration::from_secs(5 * 60);
/// Addresses of a web server that are tried.
const ADDRESSES_MAX: usize = 4;

/// Finds policies.
pub(super) struct Policies {
    lookup: Arc<Lookup>,
    tls: Arc<ClientConfig>,
    /// Where web servers listen: 443.
    port: u16,
    reach: Reach,
    known: Mutex<BTreeMap<String, Known>>,
}

/// What is remembered of a domain.
#[derive(Clone, Debug)]
struct Known {
    /// The policy, with its version and its end.
    policy: Option<(Arc<Policy>, String, Instant)>,
    /// A version that could not be fetched, and until when it is not fetched again.
    failed: Option<(String, Instant)>,
}

/// What a domain wants, where it wants something.
#[derive(Clone, Debug)]
pub(super) struct Wanted(Arc<Policy>);

/// What was found of a domain's policy.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// What it wants.
    pub(super) wanted: Option<Wanted>,
    /// Why there is no newer one.
    pub(super) failure: Option<TlsFailure>,
}

impl Wanted {
    /// Whether mail may go to this server.
    pub(super) fn names(&self, server: &str) -> bool {
        self.0.names(server)
    }

    /// Whether mail goes to no other one; otherwise its domain only wants to know.
    pub(super) fn is_enforced(&self) -> bool {
        self.0.mode == Mode::Enforce
    }

    /// The policy as it is reported.
    pub(super) fn reported(&self) -> StsPolicy {
        StsPolicy { lines: self.0.lines(), servers: self.0.servers.clone() }
    }
}

impl Policies {
    /// Policies from web servers at a port, which show certificates that `tls` trusts.
    pub(super) fn new(
        lookup: Arc<Lookup>,
        tls: Arc<ClientConfig>,
        port: u16,
        reach: Reach,
    ) -> Self {
        Self { lookup, tls, port, reach, known: Mutex::default() }
    }

    /// What a domain, in lower case, wants; nothing where it has no policy.
    pub(super) async fn of(&self, domain: &str) -> Held {
        let mut failure = None;
        let policy = self.find(domain, &mut failure).await;
        let wanted = policy.filter(|it| it.mode != Mode::None).map(Wanted);
        Held { wanted, failure }
    }

    async fn find(&self, domain: &str, failure: &mut Option<TlsFailure>) -> Option<Arc<Policy>> {
        let version = self.version(domain).await;
        let now = Instant::now();
        let known = self.known().get(domain).cloned();
        let held = known.as_ref().and_then(|it| it.policy.clone()).filter(|it| now < it.2);
        let Some(version) = version else { return held.map(|it| it.0) };
        if let Some((policy, its_version, _)) = &held
            && *its_version == version
        {
            return Some(Arc::clone(policy));
        }
        let held = held.map(|it| it.0);
        let failed = known.and_then(|it| it.failed);
        if failed.is_some_and(|(failed, until)| failed == version && now < until) {
            return held;
        }
        match self.fetch(domain).await {
            Ok(policy) => {
                let policy = Arc::new(policy);
                let until = now.checked_add(policy.age).unwrap_or(now);
                let policy = (Arc::clone(&policy), version, until);
                let found = Arc::clone(&policy.0);
                self.remember(domain, Known { policy: Some(policy), failed: None });
                Some(found)
            }
            Err(error) => {
                tracing::warn!(event = "policy.not-fetched", domain, "{error:#}");
                *failure = Some(kind(&error));
                let until = now.checked_add(FAILED_WAIT).unwrap_or(now);
                let mut known = self.known().get(domain).cloned();
                let known = known.get_or_insert(Known { policy: None, failed: None });
                known.failed = Some((version, until));
                self.remember(domain, known.clone());
                held
            }
        }
    }

    /// The version that names tell of.
    async fn version(&self, domain: &str) -> Option<String> {
        let found = self.lookup.ask(&format!("_mta-sts.{domain}"), RecordType::TXT).await.ok()?;
        let text =
            |it: &RData| if let RData::TXT(it) = it { Some(it.txt_data.concat()) } else { None };
        text::version(&found.records.iter().filter_map(text).collect::<Vec<_>>())
    }

    async fn fetch(&self, domain: &str) -> anyhow::Result<Policy> {
        let host = format!("mta-sts.{domain}");
        let (addresses, _) = self.lookup.addresses(&host).await?;
        let may = |it: &IpAddr| self.reach.allows(*it);
        let at: Vec<SocketAddr> = addresses
            .into_iter()
            .filter(may)
            .take(ADDRESSES_MAX)
            .map(|it| SocketAddr::new(it, self.port))
            .collect();
        let text = fetch::fetch(&host, &at, &self.tls).await?;
        Ok(Policy::read(&text).ok_or(NoPolicy)?)
    }

    fn remember(&self, domain: &str, what: Known) {
        let mut known = self.known();
        if KNOWN_MAX <= known.len() && !known.contains_key(domain) {
            // The one that ends first, as it would be missed least.
            let end = |it: &Known| it.policy.as_ref().map(|it| it.2);
            let first = known.iter().min_by_key(|it| end(it.1)).map(|it| it.0.clone());
            first.map(|it| known.remove(&it));
        }
        known.insert(domain.to_owned(), what);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was sent cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("it sends no policy")]
struct NoPolicy;

/// Why a policy was not fetched, as it is reported.
fn kind(error: &anyhow::Error) -> TlsFailure {
    let is_certificate = |it: &std::io::Error| {
        let inner = it.get_ref().and_then(|it| it.downcast_ref::<rustls::Error>());
        matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
    };
    if error.is::<NoPolicy>() {
        TlsFailure::StsPolicyInvalid
    } else if error.downcast_ref::<std::io::Error>().is_some_and(is_certificate) {
        TlsFailure::StsWebpkiInvalid
    } else {
        TlsFailure::StsPolicyFetchError
    }
}
