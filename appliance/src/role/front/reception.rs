//! Who may send where, as the configuration and the rules say at the time.

use std::{net::IpAddr, sync::Arc, time::Duration};

use grammar::literal::{Address, Domain, DomainPattern, Network};
use wire::smtp::{
    data::LineEnds,
    server::{Access, AuthOffer, Peer, Place, Protocol, Settings, SizeLimit, StartTlsOffer},
};

use crate::protocol::control::{
    LineEndings, Listener, ListenerKind, ListenerTls, Organisation, Start,
};

/// What one conversation is held by.
#[derive(Debug)]
pub(super) struct Reception {
    /// What each listener is.
    listeners: Vec<(Listener, Arc<Settings>)>,
    line_ends: LineEnds,
    /// The rules refuse some recipients before the message comes.
    pub(super) rejects_at_rcpt: bool,
    /// Our own mail server is asked whether there is a recipient.
    pub(super) asks_next_hop: bool,
    /// How long strangers wait for the greeting.
    pub(super) greeting_delay: Duration,
    domains: Vec<DomainPattern>,
    relay: Vec<Network>,
    /// IANA name of the organisation's.
    pub(super) time_zone: String,
}

impl Reception {
    /// Makes it from the start and the rules.
    ///
    /// # Errors
    ///
    /// A value that was checked before does not parse, which is a fault of this program.
    pub(super) fn new(start: &Start, organisation: &Organisation) -> anyhow::Result<Self> {
        let host = Domain::parse(&start.hostname)?;
        let postmaster = Address::parse(&organisation.postmaster)?;
        let mut settings = Settings::new(host, postmaster);
        settings.size = SizeLimit::of_decoded(organisation.message_octets_max);
        let networks = start.relay_networks.iter().chain(&organisation.relay_networks);
        Ok(Self {
            listeners: start
                .listeners
                .iter()
                .map(|it| (*it, Arc::new(settings_of(*it, settings.clone()))))
                .collect(),
            rejects_at_rcpt: organisation.rejects_at_rcpt,
            asks_next_hop: start.asks_next_hop,
            greeting_delay: Duration::from_millis(start.greeting_delay_ms),
            line_ends: match start.line_ends {
                LineEndings::Fix => LineEnds::Fix,
                LineEndings::Refuse => LineEnds::Refuse,
            },
            domains: organisation
                .domains
                .iter()
                .map(|it| DomainPattern::parse(it))
                .collect::<Result<_, _>>()?,
            time_zone: organisation.time_zone.clone(),
            relay: networks.map(|it| Network::parse(it)).collect::<Result<_, _>>()?,
        })
    }

    /// What a peer is at a listener, and by which settings it is spoken with.
    pub(super) fn of(
        &self,
        number: usize,
        peer: IpAddr,
    ) -> Option<(Listener, Peer, Arc<Settings>)> {
        let (listener, settings) = self.listeners.get(number)?;
        let standing = match listener.kind {
            ListenerKind::Lmtp | ListenerKind::Relay if self.trusts(peer) => {
                Peer::trusted().with_line_ends(self.line_ends)
            }
            ListenerKind::Lmtp | ListenerKind::Relay | ListenerKind::Submission => Peer::stranger(),
        };
        let standing = match listener.tls {
            ListenerTls::Implicit => standing.under_tls(),
            ListenerTls::Starttls => standing,
        };
        Some((*listener, standing, Arc::clone(settings)))
    }

    /// Whether a peer may relay. Nobody may who has no address.
    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        !peer.is_unspecified() && self.relay.iter().any(|it| it.contains(peer))
    }

    /// Whether a recipient is ours.
    pub(super) fn place(&self, recipient: &Address) -> Place {
        let ours = self.domains.iter().any(|it| it.matches(recipient.domain()));
        if ours { Place::Ours } else { Place::Elsewhere }
    }
}

fn settings_of(listener: Listener, mut settings: Settings) -> Settings {
    settings.start_tls = match listener.tls {
        ListenerTls::Implicit => StartTlsOffer::Absent,
        ListenerTls::Starttls => StartTlsOffer::Offered,
    };
    match listener.kind {
        ListenerKind::Lmtp => settings.protocol = Protocol::Lmtp,
        ListenerKind::Relay => {}
        ListenerKind::Submission => {
            settings.auth = AuthOffer::UnderTls;
            settings.access = Access::Authenticated;
        }
    }
    settings
}
