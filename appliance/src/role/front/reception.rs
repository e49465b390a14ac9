//! Who may send where, as the configuration and the rules say at the time.

use std::{net::IpAddr, sync::Arc};

use grammar::literal::{Address, Domain, DomainPattern, Network};
use wire::smtp::server::{Place, Settings, SizeLimit, StartTlsOffer};

use crate::protocol::control::{Organisation, Start};

/// What one conversation is held by.
#[derive(Debug)]
pub(super) struct Reception {
    /// Settings of the conversation.
    pub(super) settings: Arc<Settings>,
    domains: Vec<DomainPattern>,
    relay: Vec<Network>,
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
        settings.start_tls = StartTlsOffer::Offered;
        settings.size = SizeLimit::of_decoded(organisation.message_octets_max);
        let networks = start.relay_networks.iter().chain(&organisation.relay_networks);
        Ok(Self {
            settings: Arc::new(settings),
            domains: organisation
                .domains
                .iter()
                .map(|it| DomainPattern::parse(it))
                .collect::<Result<_, _>>()?,
            relay: networks.map(|it| Network::parse(it)).collect::<Result<_, _>>()?,
        })
    }

    /// Whether a peer may relay.
    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        self.relay.iter().any(|it| it.contains(peer))
    }

    /// Whether a recipient is ours.
    pub(super) fn place(&self, recipient: &Address) -> Place {
        let ours = self.domains.iter().any(|it| it.matches(recipient.domain()));
        if ours { Place::Ours } else { Place::Elsewhere }
    }
}
