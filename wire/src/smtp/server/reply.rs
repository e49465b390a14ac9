//! What the server may say.
//!
//! # Invariants
//!
//! - No octet of the peer is in a reply: texts are constants, our own name, figures, or what an
//!   operator wrote, reduced to printable ASCII.
//! - A reply is a few complete lines of at most 512 octets, all with the same code.
//!
//! # Standards
//!
//! RFC 5321 §4.2, RFC 2034 and 3463 (enhanced status codes).

use std::{borrow::Cow, fmt};

use grammar::literal::Domain;

use super::settings::{AuthOffer, Protocol, Security, Settings, SizeLimit, StartTlsOffer};
use crate::smtp::limits::REPLY_TEXT_OCTETS_MAX;

/// A complete reply.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    code: u16,
    lines: Lines,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Lines {
    One(Cow<'static, str>),
    Many(Vec<Cow<'static, str>>),
}

/// The code and enhanced code of a refusal that an operator words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Code {
    /// `550 5.1.1`: no such mailbox.
    NoMailbox,
    /// `550 5.7.1`: not allowed by policy.
    Policy,
    /// `451 4.7.1`: not allowed by policy for the moment.
    PolicyForNow,
    /// `450 4.7.1`: too much for the moment.
    TooMuchForNow,
    /// `550 5.2.1`: the mailbox takes no mail.
    Suspended,
    /// `452 4.3.1`: no room.
    Storage,
}

impl Code {
    const fn figures(self) -> (u16, &'static str) {
        match self {
            Self::NoMailbox => (550, "5.1.1"),
            Self::Policy => (550, "5.7.1"),
            Self::PolicyForNow => (451, "4.7.1"),
            Self::TooMuchForNow => (450, "4.7.1"),
            Self::Suspended => (550, "5.2.1"),
            Self::Storage => (452, "4.3.1"),
        }
    }
}

impl Reply {
    const fn fixed(code: u16, text: &'static str) -> Self {
        Self { code, lines: Lines::One(Cow::Borrowed(text)) }
    }

    /// A refusal in an operator's words. Other than printable ASCII becomes `?`; what is past
    /// [`REPLY_TEXT_OCTETS_MAX`] is left out.
    #[must_use]
    pub fn refusal(code: Code, text: &str) -> Self {
        let (code, status) = code.figures();
        let text = format!("{status} {}", ascii(text));
        Self { code, lines: Lines::One(Cow::Owned(text)) }
    }

    /// The refusal of a message of `octets` octets on the wire, with both figures of the limit.
    #[must_use]
    pub fn over_limit(octets: u64, limit: SizeLimit) -> Self {
        let text = format!(
            "5.3.4 Message of {octets} octets is over the limit: {} octets as sent, {} octets \
             decoded",
            limit.wire_octets, limit.decoded_octets
        );
        Self { code: 552, lines: Lines::One(Cow::Owned(text)) }
    }

    /// A chunk of so many octets came.
    pub(super) fn chunk(octets: u64) -> Self {
        let text = format!("2.6.0 {octets} octets received");
        Self { code: 250, lines: Lines::One(Cow::Owned(text)) }
    }

    pub(super) fn greeting(host: &Domain, protocol: Protocol) -> Self {
        let protocol = match protocol {
            Protocol::Lmtp => "LMTP",
            Protocol::Smtp => "ESMTP",
        };
        Self { code: 220, lines: Lines::One(Cow::Owned(format!("{host} {protocol}"))) }
    }

    pub(super) fn helo(host: &Domain) -> Self {
        Self { code: 250, lines: Lines::One(Cow::Owned(host.to_string())) }
    }

    /// The reply to `EHLO`: our name and what we offer now.
    pub(super) fn ehlo(settings: &Settings, security: Security) -> Self {
        let mut lines: Vec<Cow<'static, str>> = vec![
            Cow::Owned(settings.host.to_string()),
            Cow::Borrowed("PIPELINING"),
            Cow::Owned(format!("SIZE {}", settings.size.wire_octets)),
            Cow::Borrowed("8BITMIME"),
            Cow::Borrowed("CHUNKING"),
            Cow::Borrowed("DSN"),
            Cow::Borrowed("SMTPUTF8"),
            Cow::Borrowed("ENHANCEDSTATUSCODES"),
        ];
        if security == Security::Tls {
            lines.push(Cow::Borrowed("REQUIRETLS"));
        }
        match (security, settings.start_tls, settings.auth) {
            (Security::Clear, StartTlsOffer::Offered, _) => lines.push(Cow::Borrowed("STARTTLS")),
            (Security::Tls, _, AuthOffer::UnderTls) => {
                lines.push(Cow::Borrowed("AUTH PLAIN LOGIN"));
            }
            (Security::Clear, StartTlsOffer::Absent, _) | (Security::Tls, _, AuthOffer::Absent) => {
            }
        }
        Self { code: 250, lines: Lines::Many(lines) }
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// True for 4xx and 5xx.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        400 <= self.code
    }

    /// Appends the reply as it goes over the wire.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.to_string().as_bytes());
    }

    /// The reply as it goes over the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    fn lines(&self) -> &[Cow<'static, str>] {
        match &self.lines {
            Lines::One(line) => std::slice::from_ref(line),
            Lines::Many(lines) => lines,
        }
    }
}

/// Writes the lines with their CRLF.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.lines().iter().peekable();
        while let Some(line) = lines.next() {
            let separator = if lines.peek().is_some() { '-' } else { ' ' };
            write!(f, "{}{separator}{line}\r\n", self.code)?;
        }
        Ok(())
    }
}

/// Reduces `text` to printable ASCII of a length that fits a reply line.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|letter| if matches!(letter, ' '..='~') { letter } else { '?' })
        .take(REPLY_TEXT_OCTETS_MAX)
        .collect()
}

/// The constant replies.
impl Reply {
    pub(super) const OK: Self = Self::fixed(250, "2.0.0 Ok");
    pub(super) const BYE: Self = Self::fixed(221, "2.0.0 Bye");
    pub(super) const SENDER_OK: Self = Self::fixed(250, "2.1.0 Sender ok");
    pub(super) const RECIPIENT_OK: Self = Self::fixed(250, "2.1.5 Recipient ok");
    pub(super) const STORED: Self = Self::fixed(250, "2.6.0 Message accepted");
    pub(super) const GO_AHEAD: Self = Self::fixed(354, "End with <CRLF>.<CRLF>");
    pub(super) const START_TLS: Self = Self::fixed(220, "2.0.0 Ready to start TLS");
    pub(super) const HELP: Self = Self::fixed(214, "2.0.0 See RFC 5321");
    pub(super) const CANNOT_VERIFY: Self = Self::fixed(252, "2.5.0 Send some mail, I will try");

    pub(super) const CHALLENGE: Self = Self::fixed(334, "");
    pub(super) const CHALLENGE_USER: Self = Self::fixed(334, "VXNlcm5hbWU6");
    pub(super) const CHALLENGE_PASSWORD: Self = Self::fixed(334, "UGFzc3dvcmQ6");
    pub(super) const AUTHENTICATED: Self = Self::fixed(235, "2.7.0 Authenticated");
    pub(super) const AUTH_CANCELLED: Self = Self::fixed(501, "5.7.0 Authentication cancelled");
    pub(super) const AUTH_MALFORMED: Self = Self::fixed(501, "5.5.2 Cannot decode that");
    pub(super) const AUTH_MECHANISM: Self = Self::fixed(504, "5.5.4 Unknown mechanism");
    pub(super) const AUTH_NEEDS_TLS: Self = Self::fixed(538, "5.7.11 Start TLS first");
    pub(super) const AUTH_REFUSED: Self = Self::fixed(535, "5.7.8 Credentials invalid");
    pub(super) const AUTH_LATER: Self = Self::fixed(454, "4.7.0 Cannot check that now");
    pub(super) const AUTH_REQUIRED: Self = Self::fixed(530, "5.7.0 Authentication required");

    pub(super) const NOT_YOUR_ADDRESS: Self =
        Self::fixed(553, "5.7.1 This account may not send from that address");

    pub(super) const UNKNOWN_COMMAND: Self = Self::fixed(500, "5.5.1 Command unknown");
    pub(super) const NOT_IMPLEMENTED: Self = Self::fixed(502, "5.5.1 Command not implemented");
    pub(super) const LINE_TOO_LONG: Self = Self::fixed(500, "5.5.2 Line too long");
    pub(super) const NOT_ASCII: Self = Self::fixed(500, "5.5.2 Commands are printable ASCII");
    pub(super) const SYNTAX: Self = Self::fixed(501, "5.5.2 Syntax error");
    pub(super) const NO_ARGUMENT: Self = Self::fixed(501, "5.5.4 No argument is allowed");
    pub(super) const BAD_PARAMETER: Self = Self::fixed(501, "5.5.4 Parameter malformed");
    pub(super) const BAD_CHUNK: Self = Self::fixed(501, "5.5.4 Chunk size malformed");
    pub(super) const UNKNOWN_PARAMETER: Self = Self::fixed(555, "5.5.4 Parameter unknown");
    pub(super) const BAD_NAME: Self = Self::fixed(501, "5.5.4 Give a host name");
    pub(super) const BAD_SENDER: Self = Self::fixed(501, "5.1.7 Sender address malformed");
    pub(super) const BAD_RECIPIENT: Self = Self::fixed(501, "5.1.3 Recipient address malformed");
    pub(super) const ADDRESS_NOT_ASCII: Self =
        Self::fixed(553, "5.6.7 Address needs SMTPUTF8 in MAIL");
    pub(super) const OUT_OF_ORDER: Self = Self::fixed(503, "5.5.1 Bad sequence of commands");
    pub(super) const NAME_YOURSELF: Self = Self::fixed(503, "5.5.1 Send EHLO first");
    pub(super) const NAME_YOURSELF_LMTP: Self = Self::fixed(503, "5.5.1 Send LHLO first");
    pub(super) const NO_RECIPIENTS: Self = Self::fixed(503, "5.5.1 No valid recipients");
    pub(super) const TLS_ACTIVE: Self = Self::fixed(503, "5.5.1 TLS is active");

    pub(super) const UNKNOWN_RECIPIENT: Self = Self::fixed(550, "5.1.1 No such recipient");
    pub(super) const RECIPIENT_LATER: Self = Self::fixed(451, "4.3.0 Try again later");
    pub(super) const RECIPIENTS_FULL: Self = Self::fixed(452, "4.5.3 Too many recipients");
    /// `550 5.7.1 Relaying denied`.
    pub const RELAY_DENIED: Self = Self::fixed(550, "5.7.1 Relaying denied");

    pub(super) const NOT_HTTP: Self = Self::fixed(521, "5.5.1 This is a mail server");
    pub(super) const BARE_END: Self =
        Self::fixed(521, "5.5.2 Lines end with CRLF, and with nothing else");
    pub(super) const BARE_END_IN_CONTENT: Self =
        Self::fixed(550, "5.6.0 Message has a line end other than CRLF");
    pub(super) const CONTENT_LINE_TOO_LONG: Self =
        Self::fixed(550, "5.6.0 Message has a line that is too long");
    pub(super) const NUL_IN_CONTENT: Self =
        Self::fixed(550, "5.6.0 Message has an octet of value 0");

    pub(super) const TOO_MANY_ERRORS: Self = Self::fixed(421, "4.7.0 Too many errors");
    pub(super) const TOO_MANY_MESSAGES: Self =
        Self::fixed(421, "4.7.0 Too many messages, connect again");
    pub(super) const TOO_MANY_IDLE: Self =
        Self::fixed(421, "4.7.0 Too many commands without a message");
    pub(super) const BROKEN: Self = Self::fixed(421, "4.3.0 Internal error");

    /// `452 4.3.1`: the message could not be stored; nothing is kept of it.
    pub const CANNOT_STORE: Self = Self::fixed(452, "4.3.1 Cannot store the message now");
    /// `554 5.5.0`: the peer spoke before it was greeted.
    pub const SPOKE_FIRST: Self = Self::fixed(554, "5.5.0 Wait for the greeting");
    /// `554 5.5.0`: the peer did not wait for the reply to a command that it must wait for.
    pub const DID_NOT_WAIT: Self =
        Self::fixed(554, "5.5.0 Wait for the reply before you send more (RFC 2920)");
    /// `421 4.4.2`: the peer said nothing for too long.
    pub const TIMED_OUT: Self = Self::fixed(421, "4.4.2 Timed out");
    /// `421 4.3.2`: this server is going down.
    pub const SHUTTING_DOWN: Self = Self::fixed(421, "4.3.2 Shutting down");
    /// `421 4.7.0`: this peer has too many connections open.
    pub const TOO_MANY_CONNECTIONS: Self = Self::fixed(421, "4.7.0 Too many connections");
    /// `454 4.7.0`: TLS cannot be started now.
    pub const TLS_LATER: Self = Self::fixed(454, "4.7.0 TLS not available now");
    /// `554 5.6.0`: the content cannot be read as mail.
    pub const MALFORMED: Self = Self::fixed(554, "5.6.0 Message malformed");
    /// `554 5.4.6`: too many `Received` lines.
    pub const LOOP: Self = Self::fixed(554, "5.4.6 Routing loop detected");
    /// `550 5.7.1`: refused by policy, in no words.
    pub const REFUSED: Self = Self::fixed(550, "5.7.1 Message refused");
}
