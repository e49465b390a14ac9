//! Who we are: `organisation NAME { … }`.

use grammar::{
    literal::{Address, Domain, DomainPattern, Network},
    tree::OnError,
};
use jiff::tz::TimeZone;

/// What the rules say of the organisation, with the defaults of the language filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// The domains that are `internal`.
    pub domains: Vec<DomainPattern>,
    /// IANA name of the zone that dates are read in; `UTC` when the rules name none.
    pub time_zone: String,
    /// The same, resolved.
    pub zone: TimeZone,
    /// Whom notices come from; `postmaster` at the first domain when the rules name none.
    pub postmaster: Address,
    /// Whom recipients may ask; the postmaster when the rules name none.
    pub help_desk: Address,
    /// How long anything is kept at most, seconds; 365 days when the rules do not say.
    pub retention_secs: u64,
    /// How large a message may be, octets, decoded; 35 MiB when the rules do not say.
    pub message_size_octets: u64,
    /// What happens when a decision cannot be made; `hold` when the rules do not say.
    pub on_error: OnError,
    /// Peers whose header From may count as internal for a bypass.
    pub relay_networks: Vec<Network>,
}

impl Organisation {
    /// Whether a domain is one of the organisation's.
    #[must_use]
    pub fn is_internal(&self, domain: &Domain) -> bool {
        self.domains.iter().any(|it| it.matches(domain))
    }
}

/// The zone of an IANA name; nothing where the database that is part of the program has none.
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    if name == "UTC" { Some(TimeZone::UTC) } else { jiff::tz::db().get(name).ok() }
}

/// Days that messages are kept when the rules do not say.
pub(crate) const RETENTION_DAYS_DEFAULT: u32 = 365;

/// Octets of a message, decoded, when the rules do not say.
pub(crate) const MESSAGE_OCTETS_DEFAULT: u64 = 35 << 20;
