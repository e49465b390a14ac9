//! The client's half of one SMTP conversation, as a value.
//!
//! # Invariants
//!
//! - One input, one [`Effect`].
//! - Every recipient of a job gets exactly one outcome, whatever the server does.
//! - Credentials go out under TLS only.
//! - What the server offered before TLS does not count after it (RFC 3207 §4.2).
//!
//! # Trust
//!
//! The server may be anybody: it may answer nonsense, out of order, or stop anywhere. A reply that
//! makes no sense is temporary, and the connection is given up where the two sides may be out of
//! step.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    batch::{Batch, Outcome, Turn},
    effect::{After, Effect, Failure, Input, lost},
    offer::Offer,
    reply::Reply,
    settings::{Settings, TlsPolicy},
};
use crate::smtp::{credentials::Credentials, server::Security};

/// A conversation between two inputs.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    security: Security,
    offer: Offer,
    /// A transaction may be open at the server.
    dirty: bool,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// `AUTH PLAIN` was sent, or the password of `AUTH LOGIN`.
    Authenticating,
    /// The content is being sent.
    Content(Batch),
    /// The conversation is over.
    Ended,
    /// An empty message was sent to nobody.
    EmptyContent(Batch),
    /// The final dot was sent.
    FinalDot(Batch),
    /// Waiting for the greeting.
    Greeting,
    /// `EHLO` was sent.
    Introducing,
    /// `HELO` was sent, since `EHLO` was not known.
    IntroducingPlainly,
    /// `AUTH LOGIN` was sent; the user name is asked for next.
    LoginUser(Credentials),
    /// The user name was sent; the password is asked for next.
    LoginPassword(Credentials),
    /// `QUIT` was sent.
    Quitting,
    /// A message can be sent.
    Ready,
    /// `STARTTLS` was sent.
    RequestingTls,
    /// The TLS handshake is under way.
    Securing,
    /// The envelope is being sent.
    Sending(Batch),
}

impl Client {
    /// Starts a conversation in clear. The first effect is [`Effect::Read`]: the greeting.
    #[must_use]
    pub fn new(settings: Settings) -> (Self, Effect) {
        Self::start(settings, Security::Clear)
    }

    /// Starts a conversation on a connection that TLS protects already.
    #[must_use]
    pub fn under_tls(settings: Settings) -> (Self, Effect) {
        Self::start(settings, Security::Tls)
    }

    fn start(settings: Settings, security: Security) -> (Self, Effect) {
        let offer = Offer::default();
        let client = Self { settings, security, offer, dirty: false, phase: Phase::Greeting };
        (client, Effect::Read)
    }

    /// What protects the conversation.
    #[must_use]
    pub const fn security(&self) -> Security {
        self.security
    }

    /// Whether the server reports what becomes of a message to whoever wants to be told.
    #[must_use]
    pub const fn hands_on_wishes(&self) -> bool {
        self.offer.dsn
    }

    /// Consumes one input; returns the next state and the one effect it calls for.
    ///
    /// An input that does not answer the last effect counts as a lost connection.
    #[must_use]
    pub fn step(mut self, input: Input) -> (Self, Effect) {
        let phase = std::mem::replace(&mut self.phase, Phase::Ended);
        let effect = match (phase, input) {
            (phase, Input::Reply(reply)) => self.reply(phase, reply),
            (Phase::Securing, Input::TlsStarted) => {
                self.security = Security::Tls;
                self.offer = Offer::default();
                self.introduce()
            }
            (Phase::Ready, Input::Message(job)) => {
                let mut batch = Batch::new(&job, self.offer, self.dirty);
                let turn = batch.next();
                self.turn(batch, turn)
            }
            (Phase::Ready, Input::Probe(job)) => {
                let mut batch = Batch::probe(&job, self.offer, self.dirty);
                let turn = batch.next();
                self.turn(batch, turn)
            }
            (Phase::Ready, Input::Quit) => self.go(Phase::Quitting, "QUIT\r\n"),
            (Phase::Content(batch), Input::ContentSent) => {
                self.phase = Phase::FinalDot(batch);
                Effect::Read
            }
            (
                phase,
                Input::TlsStarted
                | Input::Message(_)
                | Input::Probe(_)
                | Input::ContentSent
                | Input::Quit
                | Input::Lost,
            ) => lose(phase, lost()),
        };
        (self, effect)
    }

    fn reply(&mut self, phase: Phase, reply: Reply) -> Effect {
        // The server closes the connection after this, whatever it was asked (RFC 5321 §3.8).
        if reply.code() == 421 {
            return lose(phase, reply);
        }
        match phase {
            Phase::Greeting if reply.code() == 220 => self.introduce(),
            Phase::Introducing => self.introduced(reply),
            Phase::IntroducingPlainly if reply.is_success() => self.enter(),
            Phase::Greeting | Phase::IntroducingPlainly => Effect::Failed(Failure::Refused(reply)),
            Phase::RequestingTls => self.tls_answered(&reply),
            Phase::Authenticating if reply.code() == 235 => self.ready(),
            Phase::LoginUser(credentials) if reply.code() == 334 => {
                let line = format!("{}\r\n", STANDARD.encode(credentials.user()));
                self.go(Phase::LoginPassword(credentials), &line)
            }
            Phase::LoginPassword(credentials) if reply.code() == 334 => {
                let line = format!("{}\r\n", STANDARD.encode(credentials.password()));
                self.go(Phase::Authenticating, &line)
            }
            Phase::Authenticating | Phase::LoginUser(_) | Phase::LoginPassword(_) => {
                Effect::Failed(Failure::AuthRefused(reply))
            }
            Phase::Sending(mut batch) => {
                let turn = batch.reply(reply);
                self.turn(batch, turn)
            }
            Phase::FinalDot(mut batch) => {
                batch.settle(&Outcome::of(reply));
                self.dirty = false;
                self.phase = Phase::Ready;
                Effect::Done(batch.outcomes(), After::Ready)
            }
            Phase::EmptyContent(batch) => {
                self.phase = Phase::Ready;
                Effect::Done(batch.outcomes(), After::Ready)
            }
            Phase::Quitting | Phase::Ended => Effect::Close,
            // Nothing was asked.
            Phase::Content(_) | Phase::Ready | Phase::Securing => lose(phase, lost()),
        }
    }

    fn introduce(&mut self) -> Effect {
        let line = format!("EHLO {}\r\n", self.settings.helo);
        self.go(Phase::Introducing, &line)
    }

    fn introduced(&mut self, reply: Reply) -> Effect {
        if reply.is_success() {
            self.offer = Offer::read(&reply);
            // What is offered in clear may be somebody else's word (RFC 8689 §2).
            self.offer.require_tls &= self.security == Security::Tls;
            return self.enter();
        }
        if reply.is_permanent() {
            let line = format!("HELO {}\r\n", self.settings.helo);
            return self.go(Phase::IntroducingPlainly, &line);
        }
        Effect::Failed(Failure::Refused(reply))
    }

    /// Goes from an introduction to TLS, to logging in, or to messages.
    fn enter(&mut self) -> Effect {
        match (self.security, self.settings.tls, self.offer.start_tls) {
            (Security::Clear, TlsPolicy::Opportunistic | TlsPolicy::Required, true) => {
                self.go(Phase::RequestingTls, "STARTTLS\r\n")
            }
            (Security::Clear, TlsPolicy::Required, false) => Effect::Failed(Failure::TlsNotOffered),
            (Security::Clear, TlsPolicy::Never, _)
            | (Security::Clear, TlsPolicy::Opportunistic, false)
            | (Security::Tls, _, _) => self.log_in(),
        }
    }

    fn tls_answered(&mut self, reply: &Reply) -> Effect {
        if reply.code() == 220 {
            self.phase = Phase::Securing;
            return Effect::StartTls;
        }
        match self.settings.tls {
            TlsPolicy::Never | TlsPolicy::Opportunistic => self.log_in(),
            TlsPolicy::Required => Effect::Failed(Failure::TlsNotOffered),
        }
    }

    fn log_in(&mut self) -> Effect {
        let Some(credentials) = self.settings.credentials.clone() else {
            return self.ready();
        };
        if self.security == Security::Clear {
            return Effect::Failed(Failure::TlsNotOffered);
        }
        if self.offer.auth_plain {
            let message = format!("\0{}\0{}", credentials.user(), credentials.password());
            let line = format!("AUTH PLAIN {}\r\n", STANDARD.encode(message));
            return self.go(Phase::Authenticating, &line);
        }
        if self.offer.auth_login {
            return self.go(Phase::LoginUser(credentials), "AUTH LOGIN\r\n");
        }
        Effect::Failed(Failure::AuthNotOffered)
    }

    fn turn(&mut self, mut batch: Batch, turn: Turn) -> Effect {
        match turn {
            Turn::Send(commands) => {
                self.dirty = true;
                self.phase = Phase::Sending(batch);
                Effect::Send(commands)
            }
            Turn::Read => {
                self.phase = Phase::Sending(batch);
                Effect::Read
            }
            Turn::Content => {
                self.phase = Phase::Content(batch);
                Effect::Content
            }
            Turn::EmptyContent => self.go(Phase::EmptyContent(batch), ".\r\n"),
            Turn::Over => {
                self.phase = Phase::Ready;
                Effect::Done(batch.outcomes(), After::Ready)
            }
            Turn::Lost(_) => {
                batch.settle(&Outcome::Temporary(lost()));
                Effect::Done(batch.outcomes(), After::Close)
            }
        }
    }

    fn ready(&mut self) -> Effect {
        self.phase = Phase::Ready;
        Effect::Ready
    }

    fn go(&mut self, phase: Phase, line: &str) -> Effect {
        self.phase = phase;
        Effect::Send(line.as_bytes().to_vec())
    }
}

/// Ends the conversation: who has no outcome yet is tried again.
fn lose(phase: Phase, reply: Reply) -> Effect {
    match phase {
        Phase::Content(mut batch)
        | Phase::EmptyContent(mut batch)
        | Phase::FinalDot(mut batch)
        | Phase::Sending(mut batch) => {
            batch.settle(&Outcome::Temporary(reply));
            Effect::Done(batch.outcomes(), After::Close)
        }
        Phase::Ended | Phase::Quitting => Effect::Close,
        Phase::Authenticating
        | Phase::Greeting
        | Phase::Introducing
        | Phase::IntroducingPlainly
        | Phase::LoginPassword(_)
        | Phase::LoginUser(_)
        | Phase::Ready
        | Phase::RequestingTls
        | Phase::Securing => {
            Effect::Failed(if reply == lost() { Failure::Lost } else { Failure::Refused(reply) })
        }
    }
}
