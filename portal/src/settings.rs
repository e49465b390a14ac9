//! What an operator sets about the portal, and its limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use store::session::SessionLife;
use wire::Address;

use crate::clock::{Clock, SystemClock};

/// The settings of one portal.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme and authority, without a slash at the end, like `https://secure.northshire.example`.
    ///
    /// Links, the origin check and the allowed `Host` come from this alone, never from a request.
    pub base_url: String,
    /// The name of the organisation, as the header shows it.
    pub organisation: String,
    /// How to reach the help desk, in one line.
    pub help_desk: String,
    /// The one address that notices come from.
    pub notice_sender: String,
    /// Where a recipient may write to.
    pub internal: InternalDomains,
    /// The zone in which dates are shown.
    pub time_zone: TimeZone,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The limits.
    pub limits: Limits,
}

impl Settings {
    /// Settings with the system's clock, UTC and the default limits.
    #[must_use]
    pub fn new(base_url: &str, organisation: &str, internal: InternalDomains) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let domain = internal.shown().first().cloned().unwrap_or_default();
        Self {
            base_url,
            organisation: organisation.to_owned(),
            help_desk: format!("helpdesk@{domain}"),
            notice_sender: format!("postmaster@{domain}"),
            internal,
            time_zone: TimeZone::UTC,
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
        }
    }

    /// The authority of the base URL: what `Host` must say.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest)
    }

    /// The time in ms since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}

/// The organisation's own domains: the only ones that mail from the portal may go to.
#[derive(Clone)]
pub struct InternalDomains {
    shown: Vec<String>,
    accepts: Arc<dyn Fn(&Address) -> bool + Send + Sync>,
}

impl InternalDomains {
    /// `shown` is what an error names; `accepts` decides.
    pub fn new(
        shown: Vec<String>,
        accepts: impl Fn(&Address) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { shown, accepts: Arc::new(accepts) }
    }

    /// The domains as a person reads them.
    #[must_use]
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    /// Whether mail from the portal may go to this address.
    #[must_use]
    pub fn accept(&self, address: &Address) -> bool {
        (self.accepts)(address)
    }
}

impl fmt::Debug for InternalDomains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InternalDomains").field(&self.shown).finish()
    }
}

/// Every limit of the portal.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Decoded octets of one written message: text and attachments together.
    pub message_octets_max: u64,
    /// Messages being uploaded at the same time; each is held in memory.
    pub uploads_max: usize,
    /// Attachments of one written message.
    pub attachments_max: usize,
    /// Characters of a written text.
    pub text_chars_max: usize,
    /// Recipients of a written message.
    pub recipients_max: usize,
    /// Octets of a form without files.
    pub form_octets_max: usize,
    /// How long a request may take, uploads and downloads included.
    pub request_time_max: Duration,
    /// Password hashings at the same time; each takes 19 MiB.
    pub hashings_max: usize,
    /// How long a login waits for its turn to hash.
    pub hashing_wait_max: Duration,
    /// Wrong passwords after which an account is locked.
    pub login_failures_max: u32,
    /// A refused login is answered no sooner than this, whatever it took.
    pub login_failure_time_min: Duration,
    /// Login attempts for one account in a minute.
    pub logins_per_account_per_minute: u32,
    /// Login attempts of one client network (/24 or /56) in a minute.
    pub logins_per_client_per_minute: u32,
    /// How long a session lives, without a request and at most.
    pub session_life: SessionLife,
    /// Sessions of one account; a further login ends the oldest.
    pub sessions_per_account_max: u32,
    /// Messages on a page of a list.
    pub rows_per_page: u32,
}

/// A minute in ms.
const MINUTE_MS: i64 = 60_000;
/// An hour in ms.
const HOUR_MS: i64 = 60 * MINUTE_MS;

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_octets_max: 35 * 1024 * 1024,
            uploads_max: 8,
            attachments_max: 50,
            text_chars_max: 200_000,
            recipients_max: 50,
            form_octets_max: 64 * 1024,
            request_time_max: Duration::from_secs(300),
            hashings_max: 4,
            hashing_wait_max: Duration::from_secs(10),
            login_failures_max: 10,
            login_failure_time_min: Duration::from_millis(300),
            logins_per_account_per_minute: 5,
            logins_per_client_per_minute: 30,
            session_life: SessionLife { idle_ms: 15 * MINUTE_MS, absolute_ms: 12 * HOUR_MS },
            sessions_per_account_max: 5,
            rows_per_page: 50,
        }
    }
}
