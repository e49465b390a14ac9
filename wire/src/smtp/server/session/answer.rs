//! What a message is answered with: once, or for each recipient (LMTP).
//!
//! # Source
//!
//! RFC 2033 §4.2; RFC 3848 and RFC 6531 §4.3 for the names.

use super::{Effect, Phase, Session, Standing};
use crate::smtp::server::{
    reply::Reply,
    settings::{Protocol, Security},
    transaction::Envelope,
};

impl Session {
    /// Whether every recipient is answered by itself after the message.
    #[must_use]
    pub fn answers_each(&self) -> bool {
        self.settings.protocol == Protocol::Lmtp
    }

    /// The protocol as a trace line names it (RFC 3848).
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        let extended = self.named.as_ref().is_some_and(|named| named.extended);
        let authenticated = matches!(self.standing, Standing::Authenticated(_));
        if self.answers_each() {
            return match (self.security, authenticated) {
                (Security::Clear, false) => "LMTP",
                (Security::Clear, true) => "LMTPA",
                (Security::Tls, false) => "LMTPS",
                (Security::Tls, true) => "LMTPSA",
            };
        }
        match (extended, self.security, authenticated) {
            (false, _, _) => "SMTP",
            (true, Security::Clear, false) => "ESMTP",
            (true, Security::Clear, true) => "ESMTPA",
            (true, Security::Tls, false) => "ESMTPS",
            (true, Security::Tls, true) => "ESMTPSA",
        }
    }

    /// The protocol as a trace line names it, of this message (RFC 6531 §4.3).
    #[must_use]
    pub fn protocol_of(&self, envelope: &Envelope) -> &'static str {
        match (envelope.is_utf8(), self.protocol()) {
            (true, "ESMTP") => "UTF8SMTP",
            (true, "ESMTPA") => "UTF8SMTPA",
            (true, "ESMTPS") => "UTF8SMTPS",
            (true, "ESMTPSA") => "UTF8SMTPSA",
            (true, "LMTP") => "UTF8LMTP",
            (true, "LMTPA") => "UTF8LMTPA",
            (true, "LMTPS") => "UTF8LMTPS",
            (true, "LMTPSA") => "UTF8LMTPSA",
            (_, protocol) => protocol,
        }
    }

    /// The message was sent, and is refused for all of these.
    pub(super) fn refused(&mut self, accepted: &[usize], reply: &Reply) -> Effect {
        self.answered(accepted, |_| reply.clone())
    }

    /// The message was sent, and is taken for all but those that are refused.
    pub(super) fn stored(&mut self, accepted: &[usize], refused: &[(usize, Reply)]) -> Effect {
        let reply = |place: usize| {
            let found = refused.iter().find(|it| it.0 == place && it.1.is_refusal());
            found.map_or(Reply::STORED, |it| it.1.clone())
        };
        self.answered(accepted, reply)
    }

    fn answered(&mut self, accepted: &[usize], reply: impl Fn(usize) -> Reply) -> Effect {
        if !self.answers_each() {
            // There is one answer for all.
            return self.message_over(reply(0));
        }
        self.tally.message();
        self.phase = Phase::Idle;
        Effect::ReplyEach(accepted.iter().map(|it| reply(*it)).collect())
    }

    pub(super) fn name_yourself(&self) -> Reply {
        if self.answers_each() { Reply::NAME_YOURSELF_LMTP } else { Reply::NAME_YOURSELF }
    }
}
