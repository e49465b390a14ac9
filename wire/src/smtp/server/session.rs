//! The server's half of one SMTP conversation, as a value.
//!
//! [`Session::step`] takes one thing that happened and returns the one thing to do about it.
//!
//! # Invariants
//!
//! - One input, one [`Effect`]. The driver steps pipelined commands one at a time.
//! - `EHLO`, `HELO`, `RSET` and `STARTTLS` end any open transaction (RFC 5321 §4.1.4, §4.1.1.5).
//! - After `STARTTLS` nothing said before it counts (RFC 3207 §4.2).
//! - Passwords are taken under TLS only; who logged in sends from its own addresses only.
//! - The octets that `BDAT` announces are never commands, whatever becomes of them (RFC 3030 §2).
//! - A message is acknowledged only by [`Input::Stored`], so only once it is on disk.
//! - Where every recipient is answered by itself (RFC 2033 §4.2), there are as many replies as
//!   recipients were accepted.
//! - An [`Envelope`] has at least one recipient, and each passed [`relay::permitted`].
//! - Nothing here grows without a bound named in [`crate::smtp::limits`] or [`Settings`].
//!
//! # Trust
//!
//! Every input byte is hostile. Replies are constants and figures: none repeats what the peer sent.

mod answer;
mod chunking;

use std::sync::Arc;

use grammar::literal::Address;

use super::{
    auth::{Exchange, Progress},
    command::{Command, CommandError, Mail, PeerName, Recipient},
    effect::{Effect, Input, Rcpt, Verification},
    relay::{self, RcptVerdict, Standing},
    reply::Reply,
    senders::Senders,
    settings::{Access, AuthOffer, Peer, Security, Settings, StartTlsOffer},
    tally::Tally,
    transaction::{Envelope, Transaction},
};
use crate::smtp::{
    chunk::{Chunk, ChunkReader},
    data::{DataFault, DataReader, LineEnds, Received},
    dsn::RcptWish,
    line::{Line, LineFault},
    path::ForwardPath,
};

/// A conversation between two inputs.
#[derive(Debug)]
pub struct Session {
    settings: Arc<Settings>,
    security: Security,
    standing: Standing,
    line_ends: LineEnds,
    /// The senders that a peer which logged in may use.
    senders: Senders,
    named: Option<Named>,
    tally: Tally,
    phase: Phase,
}

/// How the peer introduced itself.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Named {
    name: PeerName,
    extended: bool,
}

#[derive(Debug)]
enum Phase {
    /// The next line answers a challenge.
    Authenticating(Exchange),
    /// `BDAT` brought a part of the message.
    Chunking(Envelope),
    /// `MAIL` was accepted; recipients are being collected.
    Collecting(Transaction),
    /// The conversation is over.
    Ended,
    /// No transaction is open.
    Idle,
    /// The driver is judging a recipient.
    Judging(Transaction, Address, RcptWish),
    /// The peer is sending the message.
    Receiving(Envelope),
    /// The peer is sending a part of the message.
    ReceivingChunk(Envelope, Chunk),
    /// The TLS handshake is under way.
    Securing,
    /// The driver is making the message durable, for these recipients.
    Storing(Vec<usize>),
    /// The driver is checking credentials of this user.
    Verifying(String),
}

impl Session {
    /// Starts a conversation.
    #[must_use]
    pub fn new(settings: Arc<Settings>, peer: Peer) -> Self {
        let Peer { standing, security, line_ends } = peer;
        let (tally, phase) = (Tally::new(), Phase::Idle);
        let senders = Senders::default();
        Self { settings, security, standing, line_ends, senders, named: None, tally, phase }
    }

    /// The first thing to send.
    #[must_use]
    pub fn greeting(&self) -> Reply {
        Reply::greeting(&self.settings.host, self.settings.protocol)
    }

    /// A reader for the message that [`Effect::Receive`] asks for.
    #[must_use]
    pub fn receiver(&self) -> DataReader {
        DataReader::new(self.settings.size.wire_octets, self.settings.data_line_octets_max)
            .with_line_ends(self.line_ends)
    }

    /// A reader for the message whose first part [`Effect::Chunk`] asks for.
    #[must_use]
    pub fn chunk_receiver(&self) -> ChunkReader {
        let Settings { size, data_line_octets_max, .. } = self.settings.as_ref();
        ChunkReader::new(size.wire_octets, *data_line_octets_max, self.line_ends)
    }

    /// The name the peer gave itself last.
    #[must_use]
    pub fn peer_name(&self) -> Option<&PeerName> {
        self.named.as_ref().map(|named| &named.name)
    }

    /// What protects the conversation.
    #[must_use]
    pub const fn security(&self) -> Security {
        self.security
    }

    /// Who the peer has shown itself to be.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Consumes one input; returns the next state and the one effect it calls for.
    ///
    /// An input that does not answer the last effect ends the conversation with 421.
    #[must_use]
    pub fn step(mut self, input: Input<'_>) -> (Self, Effect) {
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        let effect = match (phase, input) {
            (Phase::Authenticating(exchange), Input::Line(line)) => self.challenge(exchange, line),
            (Phase::Chunking(envelope), Input::Line(line)) => self.between_chunks(envelope, line),
            (Phase::Collecting(open), Input::Line(line)) => self.line(Some(open), line),
            (Phase::Idle, Input::Line(line)) => self.line(None, line),
            (Phase::Judging(open, recipient, wish), Input::Judged(verdict)) => {
                self.judged(open, recipient, wish, verdict)
            }
            (Phase::Verifying(user), Input::Verified(verdict)) => self.verified(user, verdict),
            (Phase::Securing, Input::TlsStarted) => self.secured(),
            (Phase::Receiving(envelope), Input::Received(end)) => self.received(envelope, end),
            (Phase::ReceivingChunk(envelope, chunk), Input::Received(end)) => {
                self.chunk_received(envelope, chunk, end)
            }
            (Phase::ReceivingChunk(envelope, chunk), Input::Refused(reply)) if chunk.last => {
                self.refused(envelope.accepted(), &reply)
            }
            (Phase::Receiving(_) | Phase::ReceivingChunk(..), Input::Refused(reply)) => {
                self.message_over(reply)
            }
            (Phase::Storing(accepted), Input::Refused(reply)) => self.refused(&accepted, &reply),
            (Phase::Storing(accepted), Input::Stored) => self.stored(&accepted, &[]),
            (Phase::Storing(accepted), Input::StoredBut(refused)) if self.answers_each() => {
                self.stored(&accepted, &refused)
            }
            // The driver answered something it was not asked.
            (
                Phase::Authenticating(_)
                | Phase::Chunking(_)
                | Phase::Collecting(_)
                | Phase::Ended
                | Phase::Idle
                | Phase::Judging(..)
                | Phase::Receiving(_)
                | Phase::ReceivingChunk(..)
                | Phase::Securing
                | Phase::Storing(_)
                | Phase::Verifying(_),
                _,
            ) => Effect::Close(Reply::BROKEN),
        };
        (self, effect)
    }

    fn line(&mut self, open: Option<Transaction>, line: Line<'_>) -> Effect {
        let text = match line {
            Line::Text(text) => text,
            Line::Fault(LineFault::TooLong) => {
                return self.mistake(open, Reply::LINE_TOO_LONG);
            }
            Line::Fault(LineFault::Endless) => return Effect::Close(Reply::LINE_TOO_LONG),
            Line::Fault(LineFault::BareLineFeed | LineFault::BareReturn) => {
                return Effect::Close(Reply::BARE_END);
            }
        };
        match Command::parse(text) {
            Ok(command) => self.command(open, command),
            // Where the chunk ends is not known, so nothing behind it can be read; behind a request
            // there may be mail that somebody else wrote.
            Err(error @ (CommandError::Chunk | CommandError::Http)) => Effect::Close(error.reply()),
            Err(error) => self.mistake(open, error.reply()),
        }
    }

    fn command(&mut self, open: Option<Transaction>, command: Command) -> Effect {
        match command {
            Command::Lhlo(name) if self.answers_each() => self.ehlo(name),
            Command::Lhlo(_) => self.mistake(open, Reply::NOT_IMPLEMENTED),
            // Who takes this for SMTP would take one reply for all of them (RFC 2033 §4.1).
            Command::Ehlo(_) | Command::Helo(_) if self.answers_each() => {
                self.mistake(open, Reply::UNKNOWN_COMMAND)
            }
            Command::Ehlo(name) => self.ehlo(name),
            Command::Helo(name) => self.helo(name),
            Command::Mail(mail) => self.mail(open, mail),
            Command::Rcpt(recipient) => self.rcpt(open, recipient),
            Command::Data => self.data(open),
            Command::Bdat(chunk) => self.first_chunk(open, chunk),
            Command::Rset => self.passive(None, Reply::OK),
            Command::Noop => self.passive(open, Reply::OK),
            Command::Help => self.passive(open, Reply::HELP),
            Command::Vrfy => self.passive(open, Reply::CANNOT_VERIFY),
            Command::Quit => Effect::Close(Reply::BYE),
            Command::StartTls => self.start_tls(open),
            Command::Auth(exchange) => self.auth(open, exchange),
        }
    }

    fn ehlo(&mut self, name: PeerName) -> Effect {
        self.named = Some(Named { name, extended: true });
        let reply = Reply::ehlo(&self.settings, self.security);
        self.passive(None, reply)
    }

    fn helo(&mut self, name: PeerName) -> Effect {
        self.named = Some(Named { name, extended: false });
        let reply = Reply::helo(&self.settings.host);
        self.passive(None, reply)
    }

    fn mail(&mut self, open: Option<Transaction>, mail: Mail) -> Effect {
        if self.named.is_none() {
            return self.mistake(open, self.name_yourself());
        }
        if open.is_some() {
            return self.mistake(open, Reply::OUT_OF_ORDER);
        }
        let authenticated = matches!(self.standing, Standing::Authenticated(_));
        if self.settings.access == Access::Authenticated && !authenticated {
            return self.mistake(open, Reply::AUTH_REQUIRED);
        }
        if authenticated && !self.senders.allow(&mail.sender) {
            return self.mistake(open, Reply::NOT_YOUR_ADDRESS);
        }
        // It was not offered (RFC 8689 §2).
        if mail.wish.requires_tls && self.security == Security::Clear {
            return self.mistake(open, Reply::UNKNOWN_PARAMETER);
        }
        if self.settings.messages_max <= self.tally.messages() {
            return Effect::Close(Reply::TOO_MANY_MESSAGES);
        }
        match mail.declared_octets {
            Some(octets) if self.settings.size.wire_octets < octets => {
                let reply = Reply::over_limit(octets, self.settings.size);
                self.passive(None, reply)
            }
            Some(_) | None => {
                self.phase = Phase::Collecting(Transaction::open(mail));
                Effect::Reply(Reply::SENDER_OK)
            }
        }
    }

    fn rcpt(&mut self, open: Option<Transaction>, recipient: Recipient) -> Effect {
        let Some(open) = open else {
            return self.out_of_order();
        };
        let Recipient { path, wish, is_ascii } = recipient;
        if !is_ascii && !open.is_utf8() {
            return self.mistake(Some(open), Reply::ADDRESS_NOT_ASCII);
        }
        if self.settings.recipients_max <= open.accepted() {
            // 452, not 552: the peer keeps what was accepted and retries the rest (§4.5.3.1.10).
            return self.refuse_recipient(open, Reply::RECIPIENTS_FULL);
        }
        let recipient = match path {
            ForwardPath::Mailbox(address) => address,
            ForwardPath::Postmaster => self.settings.postmaster.clone(),
        };
        let sender = open.sender().clone();
        self.phase = Phase::Judging(open, recipient.clone(), wish);
        Effect::Judge(Rcpt { recipient, sender, standing: self.standing.clone() })
    }

    fn judged(
        &mut self,
        mut open: Transaction,
        to: Address,
        wish: RcptWish,
        verdict: RcptVerdict,
    ) -> Effect {
        let reply = match verdict {
            RcptVerdict::Accept(place) if relay::permitted(&self.standing, place, &to) => {
                open.add(to, wish);
                self.phase = Phase::Collecting(open);
                return Effect::Reply(Reply::RECIPIENT_OK);
            }
            RcptVerdict::Accept(_) => Reply::RELAY_DENIED,
            RcptVerdict::Reject(reply) if reply.is_refusal() => reply,
            RcptVerdict::Reject(_) | RcptVerdict::TryLater => Reply::RECIPIENT_LATER,
            RcptVerdict::Unknown => Reply::UNKNOWN_RECIPIENT,
        };
        self.refuse_recipient(open, reply)
    }

    fn refuse_recipient(&mut self, open: Transaction, reply: Reply) -> Effect {
        if self.tally.refused_recipient_is_one_too_many() {
            return Effect::Close(Reply::TOO_MANY_ERRORS);
        }
        self.phase = Phase::Collecting(open);
        Effect::Reply(reply)
    }

    fn data(&mut self, open: Option<Transaction>) -> Effect {
        let Some(open) = open else {
            return self.out_of_order();
        };
        match open.seal() {
            Ok(envelope) => {
                self.phase = Phase::Receiving(envelope);
                Effect::Receive(Reply::GO_AHEAD)
            }
            Err(open) => self.mistake(Some(*open), Reply::NO_RECIPIENTS),
        }
    }

    fn received(&mut self, envelope: Envelope, end: Received) -> Effect {
        match end.fault {
            None => {
                self.phase = Phase::Storing(envelope.accepted().to_vec());
                Effect::Store(envelope)
            }
            Some(fault) => {
                let reply = self.fault(fault, end.octets);
                self.refused(envelope.accepted(), &reply)
            }
        }
    }

    /// What is wrong with content of so many octets.
    fn fault(&self, fault: DataFault, octets: u64) -> Reply {
        match fault {
            DataFault::TooLarge => Reply::over_limit(octets, self.settings.size),
            DataFault::BareLineFeed | DataFault::BareReturn => Reply::BARE_END_IN_CONTENT,
            DataFault::LineTooLong => Reply::CONTENT_LINE_TOO_LONG,
            DataFault::Nul => Reply::NUL_IN_CONTENT,
        }
    }

    /// A refused message counts like one that was taken, or a peer could send them for ever.
    fn message_over(&mut self, reply: Reply) -> Effect {
        self.tally.message();
        self.idle(reply)
    }

    fn start_tls(&mut self, open: Option<Transaction>) -> Effect {
        match (self.settings.start_tls, self.security) {
            (StartTlsOffer::Absent, _) => self.mistake(open, Reply::NOT_IMPLEMENTED),
            (StartTlsOffer::Offered, Security::Tls) => self.mistake(open, Reply::TLS_ACTIVE),
            (StartTlsOffer::Offered, Security::Clear) => {
                self.phase = Phase::Securing;
                Effect::StartTls(Reply::START_TLS)
            }
        }
    }

    fn secured(&mut self) -> Effect {
        self.security = Security::Tls;
        self.named = None;
        self.phase = Phase::Idle;
        Effect::Read
    }

    fn auth(&mut self, open: Option<Transaction>, exchange: Exchange) -> Effect {
        if self.settings.auth == AuthOffer::Absent {
            return self.mistake(open, Reply::NOT_IMPLEMENTED);
        }
        if self.security == Security::Clear {
            return self.mistake(open, Reply::AUTH_NEEDS_TLS);
        }
        let extended = self.named.as_ref().is_some_and(|named| named.extended);
        if !extended || open.is_some() || matches!(self.standing, Standing::Authenticated(_)) {
            return self.mistake(open, Reply::OUT_OF_ORDER);
        }
        self.progress(exchange.begin())
    }

    fn challenge(&mut self, exchange: Exchange, line: Line<'_>) -> Effect {
        match line {
            Line::Text(text) => self.progress(exchange.answer(text)),
            Line::Fault(_) => self.line(None, line),
        }
    }

    fn progress(&mut self, progress: Progress) -> Effect {
        match progress {
            Progress::Challenge(exchange, reply) => {
                self.phase = Phase::Authenticating(exchange);
                Effect::Reply(reply)
            }
            Progress::Complete(credentials) => {
                self.phase = Phase::Verifying(credentials.user().to_owned());
                Effect::Verify(credentials)
            }
            Progress::Over(reply) => self.mistake(None, reply),
        }
    }

    fn verified(&mut self, user: String, verdict: Verification) -> Effect {
        match verdict {
            Verification::Granted(senders) => {
                self.senders = senders;
                self.standing = Standing::Authenticated(user);
                self.idle(Reply::AUTHENTICATED)
            }
            Verification::Unavailable => self.passive(None, Reply::AUTH_LATER),
            Verification::Denied if self.tally.denied_login_is_one_too_many() => {
                Effect::Close(Reply::TOO_MANY_ERRORS)
            }
            Verification::Denied => self.idle(Reply::AUTH_REFUSED),
        }
    }

    fn out_of_order(&mut self) -> Effect {
        let is_named = self.named.is_some();
        self.mistake(None, if is_named { Reply::OUT_OF_ORDER } else { self.name_yourself() })
    }

    /// Refuses a command that should not have been sent; too many of them end the conversation.
    fn mistake(&mut self, open: Option<Transaction>, reply: Reply) -> Effect {
        if self.tally.mistake_is_one_too_many(self.settings.errors_max) {
            return Effect::Close(Reply::TOO_MANY_ERRORS);
        }
        self.resume(open);
        Effect::Reply(reply)
    }

    /// Answers a command that brings no message forward; too many of them end the conversation.
    fn passive(&mut self, open: Option<Transaction>, reply: Reply) -> Effect {
        if self.tally.passive_is_one_too_many() {
            return Effect::Close(Reply::TOO_MANY_IDLE);
        }
        self.resume(open);
        Effect::Reply(reply)
    }

    fn idle(&mut self, reply: Reply) -> Effect {
        self.phase = Phase::Idle;
        Effect::Reply(reply)
    }

    fn resume(&mut self, open: Option<Transaction>) {
        self.phase = open.map_or(Phase::Idle, Phase::Collecting);
    }
}

#[cfg(test)]
mod tests;
