//! What a new process is given: its start, its listeners, its lines, the lists and the rules.

use std::{fs::File, net::TcpListener, ops::Range, os::fd::OwnedFd};

use anyhow::Context;

use super::Crew;
use crate::{
    channel::memory,
    config::{Config, password},
    protocol::control::{Control, Hold, List, Rates, Role, Start},
    role::master::{bundle::Bundle, peers::joined},
};

impl Crew {
    /// Gives a new process all it needs: its start, its lines, the rules.
    pub(super) fn introduce(&mut self, role: Role) -> anyhow::Result<()> {
        let listeners = match role {
            Role::Front => {
                self.smtp.iter().map(TcpListener::try_clone).collect::<Result<_, _>>()?
            }
            Role::Portal => vec![self.portal.try_clone()?],
            Role::Exam(_)
            | Role::Deliver
            | Role::Keyd
            | Role::Login
            | Role::Reader
            | Role::Resolve
            | Role::Spool => Vec::new(),
        };
        let start = Control::Start(Box::new(self.start_of(role)));
        let mut descriptors: Vec<_> = listeners.into_iter().map(OwnedFd::from).collect();
        descriptors.extend(self.database_password(role)?);
        self.tell(role, &start, descriptors);
        for peer in self.members.keys().copied().collect::<Vec<_>>() {
            if self.members.get(&peer).is_some_and(|it| it.control.is_some()) && joined(role, peer)
            {
                self.join(role, peer)?;
            }
        }
        self.hand_lists(role);
        self.hand_rules(role);
        Ok(())
    }

    /// What a role that enters the database of a server shows there.
    fn database_password(&self, role: Role) -> anyhow::Result<Option<OwnedFd>> {
        if !matches!(role, Role::Portal | Role::Spool) {
            return Ok(None);
        }
        let path = self.config.database.as_ref().and_then(|it| it.password.as_ref());
        let Some(path) = path else { return Ok(None) };
        let read = password(path).map_err(anyhow::Error::msg);
        let read = read.context("the password of the database cannot be read")?;
        Ok(Some(memory::sealed(read.as_bytes())?))
    }

    /// Hands a role the lists that concern it, as they are now.
    pub(super) fn hand_lists(&self, role: Role) {
        let (list, path) = match role {
            Role::Front | Role::Spool => (List::Recipients, &self.config.recipients),
            Role::Login => (List::Accounts, &self.config.accounts),
            Role::Exam(_)
            | Role::Deliver
            | Role::Keyd
            | Role::Portal
            | Role::Reader
            | Role::Resolve => return,
        };
        let Some(path) = path else { return };
        match File::open(path) {
            Ok(file) => self.tell(role, &Control::List(list), vec![file.into()]),
            Err(error) => {
                let path = path.display();
                tracing::error!(event = "list.not-handed", role = %role, "`{path}`: {error}");
            }
        }
    }

    /// Hands the rules that run beside those in force to those they concern.
    pub(in crate::role::master) fn change_shadow(&mut self, shadow: Option<Bundle>) {
        self.state.shadow(shadow.as_ref());
        self.shadow = shadow;
        self.hand_rules(Role::Exam(self.config.file.examination.workers));
        self.hand_shadow();
    }

    /// Tells the spool of the rules that run beside those in force.
    fn hand_shadow(&self) {
        let rules = self.shadow.as_ref().map(|it| Box::new(it.organisation().clone()));
        self.tell(Role::Spool, &Control::Shadow(rules), Vec::new());
    }

    pub(super) fn hand_rules(&self, role: Role) {
        let is_shadow = role == Role::Exam(self.config.file.examination.workers);
        let bundle = if is_shadow { self.shadow.as_ref() } else { Some(&self.bundle) };
        let Some(bundle) = bundle else { return };
        let descriptors = match role {
            Role::Exam(_) => match bundle.memory() {
                Ok(memory) => vec![memory],
                Err(error) => {
                    tracing::error!(event = "rules.not-handed", role = %role, "{error}");
                    return;
                }
            },
            Role::Front | Role::Portal | Role::Spool => Vec::new(),
            Role::Deliver | Role::Keyd | Role::Login | Role::Reader | Role::Resolve => return,
        };
        let organisation = Box::new(bundle.organisation().clone());
        self.tell(role, &Control::Rules(organisation), descriptors);
        if role == Role::Spool {
            self.hand_shadow();
        }
    }

    fn start_of(&self, role: Role) -> Start {
        let file = &self.config.file;
        Start {
            role,
            folders: self.config.folders.clone(),
            database: self.config.database.as_ref().map(|it| it.server.clone()),
            hostname: file.hostname.clone(),
            portal_url: file.portal.url.trim_end_matches('/').to_owned(),
            certificate_pem: self.certificate.chain_pem.clone(),
            tls_schemes: self.certificate.schemes.clone(),
            relay_networks: file.smtp.relay_networks.clone(),
            listeners: self.config.listeners().map(|(_, listener)| listener).collect(),
            line_ends: file.smtp.line_ends,
            asks_next_hop: file.smtp.ask_next_hop,
            dns: self.config.dns.clone(),
            dkim: self.dkim.clone(),
            proxy_networks: file.smtp.proxy_networks.clone(),
            greeting_delay_ms: u64::from(file.smtp.greeting_delay_seconds).saturating_mul(1000),
            rates: Rates {
                messages: file.limits.messages_per_minute,
                recipients: file.limits.recipients_per_minute,
            },
            internal_hop: self.config.internal_hop.clone(),
            external_hop: self.config.external_hop.clone(),
            authorities: self.config.authorities.clone(),
            logins: self.logins.clone(),
            examination_budget_ms: u64::from(file.examination.budget_seconds).saturating_mul(1000),
            examination_limit_ms: u64::from(file.examination.limit_seconds).saturating_mul(1000),
            examination_bounds: self.config.bounds(),
            examiners: file.examination.workers,
            sessions_max: file.limits.sessions,
            free_octets_min: u64::from(file.limits.free_space_mib).saturating_mul(1 << 20),
            hold: Hold {
                days: file.hold.days,
                tells_sender: file.hold.tell_sender,
                tell: file.hold.tell.clone(),
                tell_every_ms: u64::from(file.hold.tell_every_minutes).saturating_mul(60_000),
            },
        }
    }
}

/// The numbers of the examiners: those of the rules in force, and one for other rules beside them.
pub(super) fn examiners(config: &Config) -> Range<u8> {
    let more = u8::from(config.shadow_rules.is_some());
    0..config.file.examination.workers.saturating_add(more)
}

/// Opens a listener.
///
/// # Errors
///
/// Somebody else has the address.
pub(super) fn listen(address: std::net::SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address} (`{key}` in the configuration)"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
