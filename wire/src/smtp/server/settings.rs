//! What one listener offers and bounds, and what is known of a peer when it connects.

use grammar::literal::{Address, Domain};

use super::relay::Standing;
use crate::smtp::{data::LineEnds, limits};

/// What a listener offers and bounds. The same for all its conversations.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// The name this server gives itself.
    pub host: Domain,
    /// What is spoken.
    pub protocol: Protocol,
    /// Who receives what is sent to `<Postmaster>` without a domain.
    pub postmaster: Address,
    /// Who may send at all.
    pub access: Access,
    /// Whether peers may log in.
    pub auth: AuthOffer,
    /// Whether TLS can be started.
    pub start_tls: StartTlsOffer,
    /// How large a message may be.
    pub size: SizeLimit,
    /// Recipients one transaction may name.
    pub recipients_max: usize,
    /// Messages one conversation may bring.
    pub messages_max: u32,
    /// Commands not understood or out of order before the conversation is ended.
    pub errors_max: u32,
    /// Octets in a line of content, CRLF included.
    pub data_line_octets_max: usize,
}

impl Settings {
    /// Makes settings for a server called `host` in replies that speaks SMTP: no TLS, no log-in, anyone may send,
    /// 35 MiB of content, other limits from [`limits`]. `postmaster` receives what is sent to
    /// `<Postmaster>` without a domain.
    #[must_use]
    pub const fn new(host: Domain, postmaster: Address) -> Self {
        Self {
            host,
            protocol: Protocol::Smtp,
            postmaster,
            access: Access::Anyone,
            auth: AuthOffer::Absent,
            start_tls: StartTlsOffer::Absent,
            size: SizeLimit::of_decoded(35 * 1024 * 1024),
            recipients_max: limits::RECIPIENTS_MAX,
            messages_max: limits::MESSAGES_MAX,
            errors_max: limits::ERRORS_MAX,
            data_line_octets_max: limits::DATA_LINE_OCTETS_MAX,
        }
    }
}

/// What a listener speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// LMTP: every recipient that was taken is answered by itself after the message (RFC 2033).
    Lmtp,
    /// SMTP.
    Smtp,
}

/// How large a message may be, in both ways of counting. Octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SizeLimit {
    /// Content once decoded: what the sender thinks of as the size.
    pub decoded_octets: u64,
    /// The message on the wire: what `SIZE` announces.
    pub wire_octets: u64,
}

impl SizeLimit {
    /// The limit whose decoded figure is `decoded_octets`; the other allows for the encoding.
    #[must_use]
    pub const fn of_decoded(decoded_octets: u64) -> Self {
        Self { decoded_octets, wire_octets: limits::encoded_octets(decoded_octets) }
    }
}

/// Who may send at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Everybody; [`super::relay::permitted`] says where to.
    Anyone,
    /// Only peers that logged in: a submission port (RFC 6409).
    Authenticated,
}

/// Whether peers may log in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthOffer {
    /// `AUTH` is not known here.
    Absent,
    /// `AUTH PLAIN` and `AUTH LOGIN`, once TLS protects them.
    UnderTls,
}

/// Whether TLS can be started.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StartTlsOffer {
    /// `STARTTLS` is not known here.
    Absent,
    /// `STARTTLS` is offered.
    Offered,
}

/// What protects the conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Security {
    /// Nothing.
    Clear,
    /// TLS.
    Tls,
}

/// What is known of a peer when it connects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Peer {
    pub(super) standing: Standing,
    pub(super) security: Security,
    pub(super) line_ends: LineEnds,
}

impl Peer {
    /// A peer from anywhere.
    #[must_use]
    pub const fn stranger() -> Self {
        Self {
            standing: Standing::Stranger,
            security: Security::Clear,
            line_ends: LineEnds::Refuse,
        }
    }

    /// A peer from one of the relay networks.
    #[must_use]
    pub const fn trusted() -> Self {
        Self { standing: Standing::Trusted, security: Security::Clear, line_ends: LineEnds::Refuse }
    }

    /// The same peer, on a port where TLS comes first (RFC 8314 §3.3).
    #[must_use]
    pub fn under_tls(self) -> Self {
        Self { security: Security::Tls, ..self }
    }

    /// The same peer, whose bare CR and LF in content are treated so.
    #[must_use]
    pub fn with_line_ends(self, line_ends: LineEnds) -> Self {
        Self { line_ends, ..self }
    }
}
