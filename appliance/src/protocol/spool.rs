//! Between those who accept mail (`front`, `portal`) and `spool`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::wishes::Wishes;

/// A question to `spool`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum SpoolQuestion {
    /// Room for a body, please. Answered by [`SpoolAnswer::Begun`].
    Begin,
    /// The body is not short. Answered by [`SpoolAnswer::Room`] with a file to write it to.
    Room {
        /// From [`SpoolAnswer::Begun`].
        id: String,
    },
    /// The body is sealed, and written unless it is short.
    Finish(Box<Finish>),
    /// The body will not be finished.
    Abandon {
        /// From [`SpoolAnswer::Begun`].
        id: String,
    },
    /// Does the envelope alone refuse this recipient?
    AtRcpt {
        /// The envelope so far; the last recipient is the one asked about.
        envelope: Box<Envelope>,
    },
    /// Is there this recipient of ours? Answered by [`SpoolAnswer::Done`] or
    /// [`SpoolAnswer::Rejected`].
    Exists {
        /// Who.
        recipient: String,
    },
    /// The sender with this link decided what becomes of what waits for it. Answered by
    /// [`SpoolAnswer::Done`], or [`SpoolAnswer::Rejected`] where there is no such link.
    SenderDecides {
        /// The hash of the link's token.
        token: [u8; 32],
        /// It goes; otherwise nobody gets it.
        goes: bool,
    },
    /// Write to the owner of an account.
    Write {
        /// Its address.
        to: String,
        /// What.
        letter: AccountLetter,
    },
    /// A recipient opened a copy.
    Opened {
        /// Which.
        copy: String,
    },
}

/// What the owner of an account is told.
#[derive(Deserialize, Serialize)]
pub(crate) enum AccountLetter {
    /// A new password was chosen.
    Changed,
    /// How to choose a new one.
    Reset {
        /// The text of the link's token.
        link: String,
    },
}

impl std::fmt::Debug for AccountLetter {
    // A link is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Changed => "Changed",
            Self::Reset { .. } => "Reset",
        })
    }
}

/// A body that is complete.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Finish {
    /// From [`SpoolAnswer::Begun`].
    pub(crate) id: String,
    /// The sealed body, if it is short.
    pub(crate) short: Option<Vec<u8>>,
    /// For whom.
    pub(crate) envelope: Envelope,
    /// Octets of the clear message.
    pub(crate) octets: u64,
    /// It has octets above 127.
    pub(crate) eight_bit: bool,
    /// The portal account that keeps it among its sent mail.
    pub(crate) sent_by: Option<String>,
}

/// The envelope of a message and how it came.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Envelope {
    /// Absent for the null sender.
    pub(crate) sender: Option<String>,
    /// In the order of the session.
    pub(crate) recipients: Vec<String>,
    /// Those of them that the peer did not name: a list or another name led to them.
    #[serde(default)]
    pub(crate) members: Vec<String>,
    /// The peer's address; absent for mail written in the portal.
    pub(crate) peer: Option<IpAddr>,
    /// What the peer called itself.
    pub(crate) helo: String,
    /// The protocol as a trace line names it (RFC 3848).
    pub(crate) protocol: String,
    /// The session used TLS.
    pub(crate) tls: bool,
    /// The peer is in the relay networks or has authenticated.
    pub(crate) trusted: bool,
    /// Whom the peer, which logged in, may write as: addresses and domains, as its account has them.
    #[serde(default)]
    pub(crate) may_write_as: Option<String>,
    /// Its peer waits for an answer for each recipient (LMTP).
    #[serde(default)]
    pub(crate) answers_each: bool,
    /// The portal account that wrote it.
    pub(crate) account: Option<String>,
    /// Its header has letters beyond ASCII, by `SMTPUTF8`: it goes nowhere without.
    #[serde(default)]
    pub(crate) utf8: bool,
    /// What its sender wants to be told.
    #[serde(default)]
    pub(crate) wishes: Wishes,
}

/// What `spool` answers.
#[derive(Deserialize, Serialize)]
pub(crate) enum SpoolAnswer {
    /// Write the sealed body to the file that goes with it.
    Room,
    /// There is room. A short body is sealed in memory and goes with [`SpoolQuestion::Finish`].
    Begun {
        /// Names the message from now on.
        id: String,
        /// Its data key.
        key: [u8; 32],
    },
    /// Durable and decided, or durable and still being examined.
    Accepted {
        /// The message.
        id: String,
        /// For whom it is not, and the author's text, where each recipient is answered.
        refused: Vec<(String, String)>,
    },
    /// The rules refuse it for every recipient (or for the one asked about).
    Rejected {
        /// The author's text.
        text: String,
    },
    /// Nothing was kept; the peer should try again.
    TryLater {
        /// Because there is no room.
        full: bool,
    },
    /// It is done.
    Done,
}
