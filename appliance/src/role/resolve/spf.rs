//! SPF: whether a peer may send for a domain.
//!
//! # Source
//!
//! RFC 7208 §4.

use std::{future::Future, net::IpAddr, pin::Pin};

use hickory_resolver::TokioResolver;
use wire::spf::{Cidr, Expanding, Mechanism, Qualifier, Record, Spec, expand};

use super::names::{self, Unanswered};
use crate::protocol::resolve::Outcome;

/// Terms that cost a question (RFC 7208 §4.6.4).
const QUESTIONS_MAX: u32 = 10;
/// Answers that hold nothing.
const VOIDS_MAX: u32 = 2;
/// Mail servers of a name, and names of an address, that are looked at.
const NAMES_MAX: usize = 10;

/// One check, of one identity.
pub(super) struct Check<'a> {
    dns: &'a TokioResolver,
    peer: IpAddr,
    helo: &'a str,
    sender: String,
    questions: u32,
    voids: u32,
    /// The proved name of the peer's address, once it was asked for.
    name: Option<String>,
}

/// What ends a check before its end.
enum Stop {
    /// No name server answers.
    Unanswered,
    /// The record makes no sense, or costs too much.
    Void,
}

impl From<Unanswered> for Stop {
    fn from(_: Unanswered) -> Self {
        Self::Unanswered
    }
}

impl<'a> Check<'a> {
    /// The check of a sender, `postmaster@HELO` for none, that this peer names.
    pub(super) fn new(dns: &'a TokioResolver, peer: IpAddr, helo: &'a str, sender: &str) -> Self {
        // A sender without a local part is its domain's postmaster (RFC 7208 §4.3).
        let sender = match sender.rsplit_once('@') {
            Some(("", domain)) => format!("postmaster@{domain}"),
            Some(_) => sender.to_owned(),
            None => format!("postmaster@{sender}"),
        };
        let peer = peer.to_canonical();
        Self { dns, peer, helo, sender, questions: 0, voids: 0, name: None }
    }

    /// What the domain's record says of the peer.
    pub(super) async fn run(mut self) -> Outcome {
        let domain = self.sender.rsplit_once('@').map(|it| it.1.to_owned()).unwrap_or_default();
        match self.host(domain).await {
            Ok(outcome) => outcome,
            Err(Stop::Unanswered) => Outcome::TempError,
            Err(Stop::Void) => Outcome::PermError,
        }
    }

    /// `check_host` of the standard. It comes back to itself, at most as often as it may ask.
    fn host<'s>(
        &'s mut self,
        domain: String,
    ) -> Pin<Box<dyn Future<Output = Result<Outcome, Stop>> + Send + 's>> {
        Box::pin(async move {
            let domain = domain.trim_end_matches('.').to_owned();
            // One label is no domain of the internet, and an address in brackets is none.
            if !names::is_name(&domain) || !domain.contains('.') || domain.contains(['[', ']']) {
                return Ok(Outcome::None);
            }
            let texts = names::texts(self.dns, &domain).await?;
            let mut records = texts.iter().filter(|it| Record::is_one(it));
            let record = match (records.next(), records.next()) {
                (None, _) => return Ok(Outcome::None),
                (Some(_), Some(_)) => return Err(Stop::Void),
                (Some(text), None) => Record::parse(text).map_err(|_mistake| Stop::Void)?,
            };
            for directive in &record.directives {
                if self.matches(&directive.mechanism, &domain).await? {
                    return Ok(outcome(directive.qualifier));
                }
            }
            let Some(redirect) = &record.redirect else { return Ok(Outcome::Neutral) };
            self.count_question()?;
            let target = self.target(Some(redirect), &domain).await?;
            match self.host(target).await? {
                Outcome::None => Err(Stop::Void),
                outcome @ (Outcome::Fail
                | Outcome::Neutral
                | Outcome::Pass
                | Outcome::PermError
                | Outcome::SoftFail
                | Outcome::TempError) => Ok(outcome),
            }
        })
    }

    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(address, prefix) => {
                Ok(self.peer.is_ipv4() && within(self.peer, (*address).into(), *prefix))
            }
            Mechanism::Ip6(address, prefix) => {
                Ok(self.peer.is_ipv6() && within(self.peer, (*address).into(), *prefix))
            }
            Mechanism::Include(spec) => {
                self.count_question()?;
                let target = self.target(Some(spec), domain).await?;
                match self.host(target).await? {
                    Outcome::Pass => Ok(true),
                    Outcome::Fail | Outcome::Neutral | Outcome::SoftFail => Ok(false),
                    Outcome::TempError => Err(Stop::Unanswered),
                    Outcome::None | Outcome::PermError => Err(Stop::Void),
                }
            }
            Mechanism::Address(spec, cidr) => {
                self.count_question()?;
                let target = self.target(spec.as_ref(), domain).await?;
                let found = names::addresses(self.dns, &target, self.peer).await?;
                self.count_void(found.is_empty())?;
                Ok(self.is_one_of(&found, *cidr))
            }
            Mechanism::Mail(spec, cidr) => {
                self.count_question()?;
                let target = self.target(spec.as_ref(), domain).await?;
                let servers = names::mail_servers(self.dns, &target).await?;
                self.count_void(servers.is_empty())?;
                if NAMES_MAX < servers.len() {
                    return Err(Stop::Void);
                }
                for server in servers {
                    let found = names::addresses(self.dns, &server, self.peer).await?;
                    if self.is_one_of(&found, *cidr) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Mechanism::Exists(spec) => {
                self.count_question()?;
                let target = self.target(Some(spec), domain).await?;
                // Always of version 4, whatever the peer has (RFC 7208 §5.7).
                let found = names::addresses(self.dns, &target, [0, 0, 0, 0].into()).await?;
                self.count_void(found.is_empty())?;
                Ok(!found.is_empty())
            }
            Mechanism::Pointer(spec) => {
                self.count_question()?;
                let target = self.target(spec.as_ref(), domain).await?;
                let below = format!(".{target}").to_ascii_lowercase();
                let is_below = |it: &String| format!(".{it}").ends_with(&below);
                Ok(self.proved_names().await?.iter().any(is_below))
            }
        }
    }

    /// The name that a mechanism asks about: that of its spec, or the domain itself.
    async fn target(&mut self, spec: Option<&Spec>, domain: &str) -> Result<String, Stop> {
        let Some(spec) = spec else { return Ok(domain.to_owned()) };
        if spec.needs_name() && self.name.is_none() {
            let names = self.proved_names().await?;
            self.name = Some(chosen(&names, domain));
        }
        let target = expand(
            spec,
            &Expanding {
                sender: &self.sender,
                domain,
                peer: self.peer,
                helo: self.helo,
                name: self.name.as_deref().unwrap_or("unknown"),
            },
        );
        Ok(target)
    }

    /// The names of the peer's address that have that address.
    async fn proved_names(&mut self) -> Result<Vec<String>, Stop> {
        let Ok(pointers) = names::pointers(self.dns, self.peer).await else {
            return Ok(Vec::new());
        };
        self.count_void(pointers.is_empty())?;
        let mut proved = Vec::new();
        for name in pointers.into_iter().take(NAMES_MAX) {
            // What cannot be asked for is not proved (RFC 7208 §5.5).
            let found = names::addresses(self.dns, &name, self.peer).await.unwrap_or_default();
            if found.contains(&self.peer) {
                proved.push(name);
            }
        }
        Ok(proved)
    }

    fn is_one_of(&self, addresses: &[IpAddr], cidr: Cidr) -> bool {
        let prefix = if self.peer.is_ipv4() { cidr.v4 } else { cidr.v6 };
        addresses.iter().any(|it| within(self.peer, *it, prefix))
    }

    fn count_question(&mut self) -> Result<(), Stop> {
        self.questions = self.questions.saturating_add(1);
        if QUESTIONS_MAX < self.questions { Err(Stop::Void) } else { Ok(()) }
    }

    fn count_void(&mut self, is_void: bool) -> Result<(), Stop> {
        self.voids = self.voids.saturating_add(u32::from(is_void));
        if VOIDS_MAX < self.voids { Err(Stop::Void) } else { Ok(()) }
    }
}

/// The name that `%{p}` stands for: the domain's own, or else one below it, or else any.
fn chosen(names: &[String], domain: &str) -> String {
    let domain = domain.to_ascii_lowercase();
    let below = format!(".{domain}");
    let own = names.iter().find(|it| **it == domain);
    let found = own.or_else(|| names.iter().find(|it| it.ends_with(&below)));
    found.or(names.first()).cloned().unwrap_or_else(|| "unknown".to_owned())
}

/// Whether the first `prefix` bits are the same; never of two versions.
fn within(one: IpAddr, other: IpAddr, prefix: u8) -> bool {
    let prefix = u32::from(prefix);
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let differs = one.to_bits() ^ other.to_bits();
            prefix <= differs.leading_zeros()
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            let differs = one.to_bits() ^ other.to_bits();
            prefix <= differs.leading_zeros()
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

fn outcome(qualifier: Qualifier) -> Outcome {
    match qualifier {
        Qualifier::Fail => Outcome::Fail,
        Qualifier::Neutral => Outcome::Neutral,
        Qualifier::Pass => Outcome::Pass,
        Qualifier::SoftFail => Outcome::SoftFail,
    }
}
