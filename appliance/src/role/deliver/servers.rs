//! The servers of a hop, one after the other, and what each must show.
//!
//! # Invariants
//!
//! - What must be encrypted, or have a certificate or a key, is never sent without.
//! - Once anything of a message was said to a server, no other one hears of it in the same attempt.

use std::sync::Arc;

use grammar::literal::Domain;
use rustls::ClientConfig;
use vault::tls::{Authorities, KeyRecord, TlsError, Trust, client_config};
use wire::smtp::client::{Failure, Job, Outcome, Reply, TlsPolicy};

use super::{
    connection::{self, Sending, Sent, Unsent},
    content::Content,
    idle::Idle,
};
use crate::{
    protocol::hop::{Hop, HopTls, Server},
    role::Reach,
};

/// What messages are sent with.
#[derive(Debug)]
pub(crate) struct Sender {
    helo: Domain,
    authorities: Authorities,
    reach: Reach,
    /// Connections that may be used again.
    idle: Idle,
}

/// How one server is talked to.
pub(super) struct Way {
    /// Whether TLS is wanted.
    pub(super) policy: TlsPolicy,
    /// What of it.
    pub(super) config: Arc<ClientConfig>,
}

impl Way {
    fn of(tls: &HopTls, authorities: &Authorities) -> Result<Self, TlsError> {
        let keys: Vec<KeyRecord>;
        let (policy, trust) = match tls {
            HopTls::Never => (TlsPolicy::Never, Trust::Anyone),
            HopTls::Opportunistic => (TlsPolicy::Opportunistic, Trust::Anyone),
            HopTls::Encrypted => (TlsPolicy::Required, Trust::Anyone),
            HopTls::Verified(names) => (TlsPolicy::Required, Trust::Names(authorities, names)),
            HopTls::Dane(records, names) => {
                let record = |it: &crate::protocol::route::Tlsa| KeyRecord {
                    usage: it.usage,
                    selector: it.selector,
                    matching: it.matching,
                    data: it.data.clone(),
                };
                keys = records.iter().map(record).collect();
                (TlsPolicy::Required, Trust::Keys(&keys, names))
            }
        };
        Ok(Self { policy, config: client_config(trust, &[])? })
    }
}

impl Sender {
    /// With the name that this host gives itself, those whose certificates are believed, and what
    /// is connected to where strangers say where.
    pub(crate) fn new(helo: Domain, authorities: Authorities, reach: Reach) -> Self {
        Self { helo, authorities, reach, idle: Idle::default() }
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
        let mut last = None;
        for server in &hop.servers {
            if hop.strangers && !self.reach.allows(server.address.ip()) {
                tracing::warn!(event = "deliver.not-connected", address = %server.address);
                continue;
            }
            match self.try_server(server, &job, &mut content).await {
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
        Ok(Sent { outcomes: vec![reply; job.recipients.len()], reports: false })
    }

    async fn try_server(
        &self,
        server: &Server,
        job: &Job,
        content: &mut Content,
    ) -> Result<Sent, Unsent> {
        let way =
            |tls| Way::of(tls, &self.authorities).map_err(|it| Unsent::Unreachable(it.into()));
        let first = way(&server.tls)?;
        while let Some(connection) = self.idle.take(server).await {
            match connection.send(server, &first, job.clone(), content).await {
                // It was closed while nobody looked; the message has not been heard.
                Err(Unsent::Stale) => {}
                done => return done.map(|it| self.keep(server, it)),
            }
        }
        let tried = connection::send(&self.helo, server, &first, job.clone(), content).await;
        match (tried, &server.tls) {
            // Some protection most of the time (RFC 7435): a handshake that fails is none.
            (Err(Unsent::Handshake(_)), HopTls::Opportunistic) => {
                let clear = way(&HopTls::Never)?;
                let sent = connection::send(&self.helo, server, &clear, job.clone(), content).await;
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
