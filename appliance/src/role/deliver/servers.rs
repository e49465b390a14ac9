//! The servers of a hop, one after the other, and what each must show.
//!
//! # Invariants
//!
//! - What must be encrypted, or have a certificate or a key, is never sent without.
//! - Once anything of a message was said to a server, no other one hears of it in the same attempt.

use std::sync::Arc;

use anyhow::Context;
use grammar::literal::{Address, Domain};
use rustls::ClientConfig;
use vault::tls::{Authorities, KeyRecord, TlsError, Trust, client_config_as};
use wire::smtp::{
    client::{Failure, Job, Outcome, Reply, Settings, TlsPolicy},
    dsn::MailWish,
    path::ReversePath,
    server::Body,
};

use super::{
    connection::{self, Sending, Sent, Unsent},
    content::Content,
    idle::Idle,
    logins::Logins,
};
use crate::{
    protocol::{
        hop::{Entry, Hop, HopTls, Server},
        route::Tlsa,
    },
    role::Reach,
};

/// What messages are sent with.
#[derive(Debug)]
pub(crate) struct Sender {
    helo: Domain,
    authorities: Authorities,
    reach: Reach,
    logins: Logins,
    /// Connections that may be used again.
    idle: Idle,
}

/// How one server is talked to.
pub(super) struct Way<'s> {
    sender: &'s Sender,
    tls: &'s HopTls,
    entry: &'s Entry,
}

impl Way<'_> {
    /// Whether TLS comes before the greeting.
    pub(super) fn is_implicit(&self) -> bool {
        self.entry.is_implicit
    }

    /// What the conversation is held by.
    ///
    /// # Errors
    ///
    /// `keyd` cannot be asked for the password.
    pub(super) async fn settings(&self) -> anyhow::Result<Settings> {
        let credentials = match &self.entry.login {
            Some(login) => self.sender.logins.credentials(login).await?,
            None => None,
        };
        let tls = match self.tls {
            HopTls::Never => TlsPolicy::Never,
            HopTls::Opportunistic => TlsPolicy::Opportunistic,
            HopTls::Encrypted | HopTls::Verified(_) | HopTls::Dane(..) => TlsPolicy::Required,
        };
        Ok(Settings { helo: self.sender.helo.clone(), tls, credentials })
    }

    /// What a handshake is made with.
    ///
    /// # Errors
    ///
    /// What its domain says of its keys cannot be used.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let Sender { authorities, logins, .. } = self.sender;
        let keys: Vec<KeyRecord>;
        let trust = match self.tls {
            HopTls::Never | HopTls::Opportunistic | HopTls::Encrypted => Trust::Anyone,
            HopTls::Verified(names) => Trust::Names(authorities, names),
            HopTls::Dane(records, names) => {
                keys = records.iter().map(record).collect();
                Trust::Keys(&keys, names)
            }
        };
        let identity = self.entry.login.as_deref().and_then(|it| logins.identity(it));
        client_config_as(identity, trust, &[])
    }
}

fn record(written: &Tlsa) -> KeyRecord {
    KeyRecord {
        usage: written.usage,
        selector: written.selector,
        matching: written.matching,
        data: written.data.clone(),
    }
}

impl Sender {
    /// With the name that this host gives itself, those whose certificates are believed, what is
    /// connected to where strangers say where, and what it logs in with.
    pub(crate) fn new(
        helo: Domain,
        authorities: Authorities,
        reach: Reach,
        logins: Logins,
    ) -> Self {
        Self { helo, authorities, reach, logins, idle: Idle::default() }
    }

    /// Sends one message to the first server that talks; returns what became of each recipient, in
    /// order.
    ///
    /// # Errors
    ///
    /// No server can be reached, or the settings are none. All recipients are then temporary.
    pub(crate) async fn send(
        &self,
        hop: &Hop,
        job: Job,
        mut content: Content,
    ) -> anyhow::Result<Sent> {
        self.try_all(hop, &job, Some(&mut content)).await
    }

    /// Asks the first server that talks whether it would take mail for a recipient.
    ///
    /// # Errors
    ///
    /// As [`Sender::send`].
    pub(super) async fn probe(&self, hop: &Hop, recipient: &str) -> anyhow::Result<Outcome> {
        let job = Job {
            sender: ReversePath::Null,
            recipients: vec![Address::parse(recipient)?.into()],
            wish: MailWish::default(),
            utf8: false,
            body: Body::SevenBit,
            octets: 0,
        };
        let sent = self.try_all(hop, &job, None).await?;
        sent.outcomes.into_iter().next().context("an outcome for each recipient")
    }

    async fn try_all(
        &self,
        hop: &Hop,
        job: &Job,
        mut content: Option<&mut Content>,
    ) -> anyhow::Result<Sent> {
        let mut last = None;
        for server in &hop.servers {
            if hop.strangers && !self.reach.allows(server.address.ip()) {
                tracing::warn!(event = "deliver.not-connected", address = %server.address);
                continue;
            }
            match self.try_server(server, job, content.as_deref_mut()).await {
                Ok(sent) => return Ok(sent),
                Err(unsent) => {
                    let address = server.address;
                    tracing::info!(event = "deliver.server-failed", %address, "{unsent:?}");
                    last = Some((server, unsent));
                }
            }
        }
        let reply = match last {
            None => anyhow::bail!("there is no server that may be connected to"),
            Some((_, Unsent::Unreachable(error))) => return Err(error),
            Some((_, Unsent::Stale)) => Failure::Lost.outcome(),
            Some((server, Unsent::Failed(Failure::TlsNotOffered))) => said(server, "offers no TLS"),
            Some((_, Unsent::Failed(failure))) => failure.outcome(),
            Some((server, Unsent::Handshake(why))) => said(server, &format!("TLS fails: {why}")),
        };
        Ok(Sent { outcomes: vec![reply; job.recipients.len()], reports: false, reached: false })
    }

    async fn try_server(
        &self,
        server: &Server,
        job: &Job,
        mut content: Option<&mut Content>,
    ) -> Result<Sent, Unsent> {
        let first = Way { sender: self, tls: &server.tls, entry: &server.entry };
        while let Some(connection) = self.idle.take(server).await {
            match connection.send(server, &first, job.clone(), content.as_deref_mut()).await {
                // It was closed while nobody looked; the message has not been heard.
                Err(Unsent::Stale) => {}
                done => return done.map(|it| self.keep(server, it)),
            }
        }
        let tried = connection::send(server, &first, job.clone(), content.as_deref_mut()).await;
        match (tried, &server.tls) {
            // Some protection most of the time (RFC 7435): a handshake that fails is none.
            (Err(Unsent::Handshake(_)), HopTls::Opportunistic) if !first.is_implicit() => {
                let clear = Way { tls: &HopTls::Never, ..first };
                let sent = connection::send(server, &clear, job.clone(), content).await;
                // The next message tries TLS again.
                sent.map(|(sent, _)| sent)
            }
            (tried, _) => tried.map(|it| self.keep(server, it)),
        }
    }

    fn keep(&self, server: &Server, (sent, connection): Sending) -> Sent {
        if let Some(connection) = connection {
            self.idle.keep(server, connection);
        }
        sent
    }
}

/// What this side says of a server.
fn said(server: &Server, what: &str) -> Outcome {
    let name = server.name.clone().unwrap_or_else(|| server.address.to_string());
    // What a server showed may stand in it; it is one line.
    let text: String =
        format!("4.7.5 {name} {what}").chars().filter(|it| !it.is_control()).collect();
    Outcome::Temporary(Reply::new(454, [text.as_bytes()]))
}
