//! How TLS to the mail servers of others went, counted a day, and told to those who ask.
//!
//! # Invariants
//!
//! - A report has counts and what servers showed, and nothing of any message.
//! - What is counted stands in memory alone: an ordered end sends it, a crash loses it.
//!
//! # Source
//!
//! RFC 8460.

mod written;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use grammar::literal::{Address, Domain};
use store::{Commit, message::MessageKind, queue};
use vault::token::random_id;
use wire::compose::{Date, Mailbox, TlsReport};

use super::{
    Spool,
    letter::{Post, message_id, seed},
};
use crate::{
    protocol::{
        hop::{HopTls, Server},
        tls_report::{Asked, Failed, StsPolicy, TlsFailure},
    },
    role::now_ms,
};

/// How often is looked whether a day has ended.
const TURN_WAIT: Duration = Duration::from_secs(60);
/// A day, milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Reports of a day leave within these of its end, so that not all of the world's come at once
/// (RFC 8460 §4.1), milliseconds.
const SPREAD_MS: u32 = 4 * 60 * 60 * 1000;
/// Domains that are counted; of more, those that come later are not.
const DOMAINS_MAX: usize = 5_000;
/// Policies of one domain.
const POLICIES_MAX: usize = 32;
/// Kinds of failure under one policy.
const FAILURES_MAX: usize = 100;
/// Characters of one line of a policy.
const LINE_MAX: usize = 1_000;

/// What was counted and not told yet.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<BTreeMap<(i64, String), Account>>);

/// A server that was connected to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met<'h> {
    /// Which, and what was wanted of it.
    pub(super) server: &'h Server,
    /// What was wrong with its TLS.
    pub(super) failure: Option<TlsFailure>,
}

/// One domain on one day.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Account {
    /// Who wants to know.
    to: Vec<String>,
    /// The first time that something was counted, milliseconds since 1970 UTC.
    since_ms: i64,
    policies: BTreeMap<Policy, Counts>,
}

/// What servers had to show, as it is reported.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Policy {
    kind: &'static str,
    lines: Vec<String>,
    domain: String,
    servers: Vec<String>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Counts {
    successes: u64,
    failures: BTreeMap<Failed, u64>,
}

impl Ledger {
    /// Counts what was found on the way to the servers of a domain, and what they showed.
    pub(super) fn note(&self, at_ms: i64, domain: &str, asked: &Asked, met: &[Met<'_>]) {
        if asked.failures.is_empty() && met.is_empty() {
            return;
        }
        let mut days = self.lock();
        let key = (at_ms.div_euclid(DAY_MS), domain.to_owned());
        if DOMAINS_MAX <= days.len() && !days.contains_key(&key) {
            return;
        }
        let account = days.entry(key).or_insert_with(|| Account {
            to: Vec::new(),
            since_ms: at_ms,
            policies: BTreeMap::new(),
        });
        account.to.clone_from(&asked.to);
        let by_domain = Policy::of_domain(domain, asked.policy.as_ref());
        for (kind, server) in &asked.failures {
            let failed = Failed { kind: *kind, server: server.clone(), address: None };
            // Where the policy could not be had, it is the one that failed.
            let is_about_sts = by_domain.kind == NONE && is_about_sts(*kind);
            let policy = if is_about_sts {
                Policy { kind: STS, ..by_domain.clone() }
            } else {
                by_domain.clone()
            };
            account.count(policy, Some(failed));
        }
        for Met { server, failure } in met {
            let failed = failure.map(|kind| Failed {
                kind,
                server: server.name.clone(),
                address: Some(server.address.ip()),
            });
            account.count(Policy::of_server(server, &by_domain, domain), failed);
        }
    }

    /// All days before this one, taken out.
    fn before(&self, day: i64) -> BTreeMap<(i64, String), Account> {
        let mut days = self.lock();
        let later = days.split_off(&(day, String::new()));
        std::mem::replace(&mut days, later)
    }

    /// Nothing here is left half-changed by a panic.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(i64, String), Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Policies by their names (RFC 8460 §4.2).
const NONE: &str = "no-policy-found";
const STS: &str = "sts";
const TLSA: &str = "tlsa";

fn is_about_sts(kind: TlsFailure) -> bool {
    matches!(
        kind,
        TlsFailure::StsPolicyFetchError
            | TlsFailure::StsPolicyInvalid
            | TlsFailure::StsWebpkiInvalid
    )
}

impl Policy {
    fn of_domain(domain: &str, sts: Option<&StsPolicy>) -> Self {
        let domain = domain.to_owned();
        match sts {
            None => Self { kind: NONE, lines: Vec::new(), domain, servers: Vec::new() },
            Some(StsPolicy { lines, servers }) => Self {
                kind: STS,
                lines: lines.iter().map(|it| plain(it)).collect(),
                servers: servers.iter().map(|it| plain(it)).collect(),
                domain,
            },
        }
    }

    /// That of a server: what signed names say of its keys, or else what its domain says.
    fn of_server(server: &Server, by_domain: &Self, domain: &str) -> Self {
        match (&server.tls, &server.name) {
            (HopTls::Dane(records, _), Some(name)) => Self {
                kind: TLSA,
                lines: records.iter().map(ToString::to_string).collect(),
                domain: name.clone(),
                servers: Vec::new(),
            },
            (HopTls::Verified(_) | HopTls::Tested(_), _) => by_domain.clone(),
            _ => Self::of_domain(domain, None),
        }
    }
}

impl Account {
    fn count(&mut self, policy: Policy, failed: Option<Failed>) {
        let fits = self.policies.len() < POLICIES_MAX || self.policies.contains_key(&policy);
        if !fits {
            return;
        }
        let counts = self.policies.entry(policy).or_default();
        let count = match failed {
            None => &mut counts.successes,
            Some(mut failed) => {
                if FAILURES_MAX <= counts.failures.len() && !counts.failures.contains_key(&failed) {
                    // Of a farm of servers the kinds are told.
                    (failed.server, failed.address) = (None, None);
                }
                counts.failures.entry(failed).or_default()
            }
        };
        *count = count.saturating_add(1);
    }
}

/// A text of others without what does not belong into a line.
fn plain(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(LINE_MAX).collect()
}

/// Tells of each day once it has ended, for ever.
pub(super) async fn work(spool: Arc<Spool>) {
    loop {
        tokio::time::sleep(TURN_WAIT).await;
        tell(&spool, now_ms().div_euclid(DAY_MS), SPREAD_MS).await;
    }
}

/// Tells of what was counted until now, before the process ends.
pub(super) async fn end(spool: &Spool) {
    tell(spool, i64::MAX, 0).await;
}

async fn tell(spool: &Spool, day: i64, spread_ms: u32) {
    for ((day, domain), account) in spool.told_tls.before(day) {
        match report(spool, day, &domain, &account, spread_ms).await {
            Ok(()) => tracing::info!(event = "tls-report.written", domain),
            // The next day has a report again.
            Err(error) => tracing::warn!(event = "tls-report.not-written", domain, "{error:#}"),
        }
    }
}

async fn report(
    spool: &Spool,
    day: i64,
    domain: &str,
    account: &Account,
    spread_ms: u32,
) -> anyhow::Result<()> {
    let organisation = spool.organisation()?;
    let at_ms = now_ms();
    let id = random_id();
    let end_ms = day.saturating_add(1).saturating_mul(DAY_MS).saturating_sub(1_000).min(at_ms);
    let span = (account.since_ms, end_ms);
    let contact = &organisation.postmaster;
    let compressed = written::compressed(&organisation.name, contact, &id, span, account)?;
    let due_at_ms = at_ms.saturating_add(random_below(spread_ms));
    let mut commits: Vec<Commit> = Vec::new();
    for to in &account.to {
        let mail = TlsReport {
            from: Mailbox::new(&organisation.name, Address::parse(contact)?),
            to: Address::parse(to)?,
            about: Domain::parse(domain)?,
            date: Date::utc(at_ms),
            message_id: message_id(&spool.start.hostname)?,
            id: id.clone(),
            seconds: (span.0.div_euclid(1_000), span.1.div_euclid(1_000)),
            compressed: compressed.clone(),
        };
        let post = Post {
            kind: MessageKind::Confirmation,
            to,
            octets: mail.write(seed()),
            // Who does not take what it asked for is not told so.
            report_to: None,
            tls_optional: true,
            due_at_ms,
        };
        commits.push(spool.post(post, at_ms).await?);
    }
    queue::commit_all(&spool.store, &commits).await?;
    spool.due.notify_waiters();
    Ok(())
}

/// Any number below this; 0 below 0.
fn random_below(bound: u32) -> i64 {
    let number = seed().checked_rem(u128::from(bound)).unwrap_or_default();
    i64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::route::Tlsa;

    fn server(tls: HopTls) -> Server {
        Server {
            name: Some("mx.shop.example".into()),
            ..Server::at(([192, 0, 2, 1], 25).into(), tls)
        }
    }

    fn asked(policy: Option<StsPolicy>) -> Asked {
        Asked { to: vec!["tls@shop.example".into()], policy, failures: Vec::new() }
    }

    #[test]
    fn each_session_counts_under_the_policy_that_it_met() {
        let ledger = Ledger::default();
        let sts = StsPolicy {
            lines: vec!["mode: enforce".into()],
            servers: vec!["*.shop.example".into()],
        };
        let record = Tlsa { usage: 3, selector: 1, matching: 1, data: vec![7; 32] };
        let dane = server(HopTls::Dane(vec![record], Vec::new()));
        let named = server(HopTls::Verified(vec!["mx.shop.example".into()]));
        let open = server(HopTls::Opportunistic);
        let met = |server, failure| Met { server, failure };
        ledger.note(
            5,
            "shop.example",
            &asked(Some(sts)),
            &[
                met(&dane, None),
                met(&named, Some(TlsFailure::CertificateExpired)),
                met(&named, Some(TlsFailure::CertificateExpired)),
                met(&named, None),
            ],
        );
        ledger.note(
            6,
            "shop.example",
            &asked(None),
            &[met(&open, None), met(&open, Some(TlsFailure::StarttlsNotSupported))],
        );
        assert!(ledger.before(0).is_empty());
        let days = ledger.before(1);
        assert!(ledger.before(i64::MAX).is_empty());
        let account = &days[&(0, "shop.example".to_owned())];
        assert_eq!(account.since_ms, 5);
        let found: Vec<(&str, u64, u64)> = account
            .policies
            .iter()
            .map(|(policy, it)| (policy.kind, it.successes, it.failures.values().sum()))
            .collect();
        assert_eq!(found, [("no-policy-found", 1, 1), ("sts", 1, 2), ("tlsa", 1, 0)]);
    }

    #[test]
    fn a_policy_that_cannot_be_had_is_the_one_that_failed() {
        let ledger = Ledger::default();
        let failures =
            vec![(TlsFailure::StsPolicyFetchError, None), (TlsFailure::DnssecInvalid, None)];
        ledger.note(0, "shop.example", &Asked { failures, ..asked(None) }, &[]);
        let days = ledger.before(1);
        let account = days.values().next().unwrap();
        let kinds: Vec<&str> = account.policies.keys().map(|it| it.kind).collect();
        assert_eq!(kinds, ["no-policy-found", "sts"]);
    }

    #[test]
    fn strangers_cannot_make_it_large() {
        let ledger = Ledger::default();
        let farm: Vec<Server> = (0..300_u16)
            .map(|it| Server {
                name: Some(format!("mx{it}.shop.example")),
                ..server(HopTls::Opportunistic)
            })
            .collect();
        let failure = Some(TlsFailure::ValidationFailure);
        let met: Vec<Met<'_>> = farm.iter().map(|server| Met { server, failure }).collect();
        ledger.note(0, "shop.example", &asked(None), &met);
        for domain in 0..DOMAINS_MAX + 10 {
            ledger.note(0, &format!("d{domain}.example"), &asked(None), &met[..1]);
        }
        let days = ledger.before(1);
        assert_eq!(days.len(), DOMAINS_MAX);
        let counts =
            days[&(0, "shop.example".to_owned())].policies.values().next().unwrap().clone();
        assert_eq!(counts.failures.len(), FAILURES_MAX + 1);
        assert_eq!(counts.failures.values().sum::<u64>(), 300);
    }
}
