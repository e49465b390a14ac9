//! Drives one SMTP conversation: octets to lines, lines to the session, effects to the socket.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use grammar::literal::Address;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use wire::smtp::{
    credentials::Credentials,
    line::{Line, LineReader},
    server::{
        Code, Effect, Input, Place, Rcpt, RcptVerdict, Reply, Security, Senders, Session, Standing,
        Verification, must_wait_after,
    },
};

use super::{Shared, content::Incoming, reception::Reception};
use crate::{
    fail,
    protocol::{
        control::ListenerTls,
        login::{LoginAnswer, LoginQuestion, Pass},
        spool::{Envelope, Finish, SpoolAnswer, SpoolQuestion},
        wishes::Wishes,
    },
    role::{Reached, Takes, body::Complete, day, now_ms},
    tally::{self, Counter, Timer},
};

/// The longest silence between commands (RFC 5321 §4.5.3.2.7).
const COMMAND_PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long `spool` may take over a recipient; a peer waits five minutes (RFC 5321 §4.5.3.2.3).
const RCPT_PATIENCE: Duration = Duration::from_secs(60);
/// How long `login` may take to look at a list.
const STILL_PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to find out whether there is a recipient; `spool` takes less.
const EXISTS_PATIENCE: Duration = Duration::from_secs(20);
/// How long `spool` may take over a message that has come; a peer waits ten minutes (RFC 5321
/// §4.5.3.2.6), and must not have gone when it is answered.
const END_PATIENCE: Duration = Duration::from_secs(9 * 60);
/// How long a peer gets to take a reply.
const REPLY_PATIENCE: Duration = Duration::from_secs(60);
/// How long a handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(30);
/// How long the rules may take to come, at a start.
const RULES_PATIENCE: Duration = Duration::from_secs(10);
/// Octets read at once.
const CHUNK_OCTETS: usize = 32 * 1024;

/// A stream of either kind.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

/// One peer and what it has sent that was not yet looked at.
pub(super) struct Conversation {
    stream: Box<dyn Stream>,
    /// Whom it may write as, once it has logged in.
    may_write_as: Option<String>,
    /// Its account as it was then.
    pass: Option<Pass>,
    pub(super) peer: IpAddr,
    pub(super) shared: Shared,
    reception: Arc<Reception>,
    pub(super) chunk: Vec<u8>,
    /// Where the octets of the chunk that were not looked at begin.
    pub(super) at: usize,
    lines: LineReader,
    /// A message that comes in chunks.
    pub(super) incoming: Option<Incoming>,
    /// A message that has come.
    pub(super) arriving: Option<Complete>,
}

/// Says that there is no room.
pub(super) async fn turn_away(mut stream: TcpStream) {
    timeout(Duration::from_secs(1), stream.write_all(&Reply::TOO_MANY_CONNECTIONS.to_bytes()))
        .await
        .ok();
}

/// Holds the whole conversation.
///
/// # Errors
///
/// The peer or `spool` went away; nothing unanswered was kept.
pub(super) async fn hold(
    stream: TcpStream,
    peer: IpAddr,
    listener: usize,
    shared: Shared,
) -> anyhow::Result<()> {
    let mut rules = shared.reception.clone();
    let known = timeout(RULES_PATIENCE, rules.wait_for(Option::is_some)).await;
    let Some(reception) = known.ok().and_then(|it| it.ok()?.clone()) else {
        turn_away(stream).await;
        bail!("the rules are not known yet");
    };
    let (listener, standing, settings) =
        reception.of(listener, peer).context("there is no such listener")?;
    let session = Session::new(settings, standing);
    let mut conversation = Conversation {
        stream: Box::new(stream),
        peer,
        shared,
        reception,
        chunk: Vec::new(),
        at: 0,
        lines: LineReader::default(),
        incoming: None,
        arriving: None,
        may_write_as: None,
        pass: None,
    };
    if listener.tls == ListenerTls::Implicit {
        conversation.start_tls().await?;
    }
    let is_stranger = *session.standing() == Standing::Stranger;
    if is_stranger && !conversation.waits_for_greeting().await? {
        return conversation.send(&Reply::SPOKE_FIRST).await;
    }
    conversation.send(&session.greeting()).await?;
    conversation.go_on(session).await
}

impl Conversation {
    /// Whether a stranger says nothing for as long as it is made to wait.
    async fn waits_for_greeting(&mut self) -> anyhow::Result<bool> {
        let delay = self.reception.greeting_delay;
        if delay.is_zero() {
            return Ok(true);
        }
        let mut first = [0];
        match timeout(delay, self.stream.read(&mut first)).await {
            Ok(Ok(0)) => bail!("the peer closed the connection"),
            Ok(Ok(_)) => Ok(false),
            Ok(Err(error)) => Err(error).context("the peer cannot be read"),
            Err(_) => Ok(true),
        }
    }

    async fn go_on(&mut self, mut session: Session) -> anyhow::Result<()> {
        let mut effect = Effect::Read;
        loop {
            (session, effect) = match effect {
                Effect::Close(reply) => return self.send(&reply).await,
                Effect::Read => self.next_line(session).await?,
                Effect::Reply(reply) => {
                    self.drop_content();
                    self.send(&reply).await?;
                    self.next_line(session).await?
                }
                Effect::ReplyEach(replies) => {
                    self.drop_content();
                    for reply in &replies {
                        self.send(reply).await?;
                    }
                    self.next_line(session).await?
                }
                Effect::Continue(reply) => {
                    self.send(&reply).await?;
                    self.next_line(session).await?
                }
                Effect::Skip(octets, reply) => {
                    self.skip(octets).await?;
                    self.drop_content();
                    self.send(&reply).await?;
                    self.next_line(session).await?
                }
                Effect::Chunk(chunk) => self.receive_chunk(session, chunk).await?,
                Effect::Judge(rcpt) => {
                    let verdict = self.judge(&session, &rcpt).await;
                    session.step(Input::Judged(verdict))
                }
                Effect::Verify(credentials) => {
                    let verdict = self.verify(&credentials).await;
                    session.step(Input::Verified(verdict))
                }
                Effect::StartTls(reply) => {
                    self.send(&reply).await?;
                    self.start_tls().await?;
                    session.step(Input::TlsStarted)
                }
                Effect::Receive(reply) => self.receive(session, &reply).await?,
                Effect::Store(envelope) => {
                    let envelope = self.envelope(&session, &envelope);
                    let began = Instant::now();
                    let stored = self.store(envelope).await;
                    tally::took(Timer::Accept, began.elapsed());
                    match stored {
                        Ok(refused) => {
                            tally::count(Counter::Accepted, "");
                            session.step(match refused.is_empty() {
                                true => Input::Stored,
                                false => Input::StoredBut(refused),
                            })
                        }
                        Err(reply) => session.step(Input::Refused(reply)),
                    }
                }
            };
        }
    }

    /// Reads one line and steps it.
    async fn next_line(&mut self, session: Session) -> anyhow::Result<(Session, Effect)> {
        loop {
            let unread = self.chunk.get(self.at..).unwrap_or_default();
            let (used, line) = self.lines.feed(unread);
            self.at = self.at.saturating_add(used);
            if let Some(line) = line {
                let waits = match line {
                    Line::Text(text) => !must_wait_after(text),
                    Line::Fault(_) => true,
                };
                let is_stranger = *session.standing() == Standing::Stranger;
                if is_stranger && !waits && self.at < self.chunk.len() {
                    // What is behind it was sent by somebody who does not listen, or is not meant
                    // for us at all.
                    return Ok((session, Effect::Close(Reply::DID_NOT_WAIT)));
                }
                return Ok(session.step(Input::Line(line)));
            }
            if *self.shared.stopping.borrow() {
                self.stream.write_all(&Reply::SHUTTING_DOWN.to_bytes()).await?;
                bail!("the service is closing");
            }
            let mut stopping = self.shared.stopping.clone();
            tokio::select! {
                read = self.fill(COMMAND_PATIENCE) => read?,
                _ = stopping.wait_for(|it| *it) => {}
            }
        }
    }

    /// Reads more octets; the chunk must have been used up.
    pub(super) async fn fill(&mut self, patience: Duration) -> anyhow::Result<()> {
        self.chunk.clear();
        self.chunk.reserve(CHUNK_OCTETS);
        self.at = 0;
        match timeout(patience, self.stream.read_buf(&mut self.chunk)).await {
            Ok(Ok(0)) => bail!("the peer closed the connection"),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error).context("the peer cannot be read"),
            Err(_) => {
                self.stream.write_all(&Reply::TIMED_OUT.to_bytes()).await?;
                bail!("the peer was silent");
            }
        }
    }

    pub(super) async fn send(&mut self, reply: &Reply) -> anyhow::Result<()> {
        let octets = reply.to_bytes();
        if let Some(codes) = refusal(&octets) {
            tally::count(Counter::Refused, &codes);
        }
        let write = async {
            self.stream.write_all(&octets).await?;
            self.stream.flush().await
        };
        timeout(REPLY_PATIENCE, write).await.context("the peer does not read")??;
        Ok(())
    }

    /// What the peer sent before the handshake must not be taken for what it sends under it
    /// (RFC 3207 §4.2), so it is dropped.
    async fn start_tls(&mut self) -> anyhow::Result<()> {
        self.chunk.clear();
        self.at = 0;
        self.lines.discard();
        let clear = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        let handshake = self.shared.acceptor.accept(clear);
        let secured = timeout(HANDSHAKE_PATIENCE, handshake).await.context("no handshake")??;
        self.stream = Box::new(secured);
        Ok(())
    }

    async fn judge(&self, session: &Session, rcpt: &Rcpt) -> RcptVerdict {
        if rcpt.standing != Standing::Trusted && !self.shared.rates.recipient(self.peer) {
            return RcptVerdict::Reject(too_much());
        }
        let place = self.reception.place(&rcpt.recipient);
        let listed = self.shared.recipients.borrow().clone();
        let mut leads = false;
        if let (Place::Ours, Some(listed)) = (place, &listed) {
            let reached = listed.reach(&rcpt.recipient, day(now_ms(), &self.reception.time_zone));
            if let Some(refused) = self.nobody_of(&reached) {
                return refused;
            }
            leads = reached.iter().all(|it| it.address != rcpt.recipient);
        }
        // Who hands over our own mail knows them.
        let is_asked = self.reception.asks_next_hop && rcpt.standing != Standing::Trusted && !leads;
        if place == Place::Ours && is_asked && !self.exists(&rcpt.recipient).await {
            return RcptVerdict::Unknown;
        }
        let permitted =
            wire::smtp::server::relay::permitted(&rcpt.standing, place, &rcpt.recipient);
        if !permitted || !self.reception.rejects_at_rcpt {
            // The session answers 550 5.7.1 to what is not permitted; the rules need not be asked.
            return RcptVerdict::Accept(place);
        }
        let envelope = Envelope {
            sender: rcpt.sender.address().map(ToString::to_string),
            recipients: vec![rcpt.recipient.to_string()],
            ..self.bare_envelope(session)
        };
        let asked = self
            .shared
            .spool
            .call_for(&SpoolQuestion::AtRcpt { envelope: Box::new(envelope) }, RCPT_PATIENCE)
            .await;
        match asked {
            Ok((SpoolAnswer::Rejected { text }, _)) => {
                RcptVerdict::Reject(Reply::refusal(Code::Policy, &text))
            }
            Ok((SpoolAnswer::Done, _)) => RcptVerdict::Accept(place),
            Ok(_) | Err(_) => RcptVerdict::TryLater,
        }
    }

    /// The refusal, where none of those whom mail would reach takes it.
    fn nobody_of(&self, reached: &[Reached]) -> Option<RcptVerdict> {
        let is_unknown = |it: &Reached| {
            it.takes == Takes::Unknown && self.reception.place(&it.address) == Place::Ours
        };
        if reached.iter().all(is_unknown) {
            return Some(RcptVerdict::Unknown);
        }
        let mut text = None;
        for reached in reached {
            match &reached.takes {
                Takes::Nothing(why) => text = text.or(Some(why)),
                Takes::Unknown if is_unknown(reached) => {}
                Takes::Mail | Takes::Unknown => return None,
            }
        }
        text.map(|it| RcptVerdict::Reject(Reply::refusal(Code::Suspended, it)))
    }

    /// Whether there is a recipient of ours, as far as that can be found out.
    async fn exists(&self, recipient: &Address) -> bool {
        let question = SpoolQuestion::Exists { recipient: recipient.to_string() };
        let asked = self.shared.spool.call_for(&question, EXISTS_PATIENCE).await;
        !matches!(asked, Ok((SpoolAnswer::Rejected { .. }, _)))
    }

    async fn verify(&mut self, credentials: &Credentials) -> Verification {
        let question = LoginQuestion::Credentials {
            user: credentials.user().to_owned(),
            password: credentials.password().to_owned(),
            peer: self.peer,
        };
        let asked = self.shared.login.call::<_, LoginAnswer>(&question, Vec::new()).await;
        match asked {
            Ok((LoginAnswer::Denied, _)) => {
                tracing::info!(event = "login.denied", peer = %self.peer);
                Verification::Denied
            }
            Ok((LoginAnswer::Granted { senders, pass }, _)) => {
                let allowed = Senders::parse(&senders);
                self.pass = Some(pass);
                self.may_write_as = Some(senders);
                allowed.map_or(Verification::Unavailable, Verification::Granted)
            }
            Ok((LoginAnswer::Still | LoginAnswer::Unavailable, _)) | Err(_) => {
                Verification::Unavailable
            }
        }
    }

    /// Refuses a message of a peer whose account is gone or another one since it logged in.
    pub(super) async fn still_has_account(&self) -> Result<(), Reply> {
        let Some(pass) = &self.pass else { return Ok(()) };
        let question = LoginQuestion::Still(pass.clone());
        match self.shared.login.call_for::<_, LoginAnswer>(&question, STILL_PATIENCE).await {
            Ok((LoginAnswer::Still, _)) => Ok(()),
            Ok((LoginAnswer::Denied, _)) => {
                let text = "The account has changed: connect and log in again";
                Err(Reply::refusal(Code::Policy, text))
            }
            Ok((LoginAnswer::Granted { .. } | LoginAnswer::Unavailable, _)) | Err(_) => {
                Err(try_later())
            }
        }
    }

    fn bare_envelope(&self, session: &Session) -> Envelope {
        Envelope {
            peer: Some(self.peer),
            helo: session.peer_name().map(ToString::to_string).unwrap_or_default(),
            protocol: session.protocol().to_owned(),
            tls: session.security() == Security::Tls,
            trusted: *session.standing() != Standing::Stranger,
            may_write_as: self.may_write_as.clone(),
            answers_each: session.answers_each(),
            ..Envelope::default()
        }
    }

    fn envelope(&self, session: &Session, sealed: &wire::smtp::server::Envelope) -> Envelope {
        Envelope {
            sender: sealed.sender().address().map(ToString::to_string),
            recipients: sealed.recipients().iter().map(ToString::to_string).collect(),
            wishes: Wishes::of(sealed),
            utf8: sealed.is_utf8(),
            protocol: session.protocol_of(sealed).to_owned(),
            ..self.bare_envelope(session)
        }
    }

    /// Hands the message over; tells for whom it is refused where each recipient is answered. The
    /// reply says why it was not taken at all.
    async fn store(&mut self, mut envelope: Envelope) -> Result<Vec<(usize, Reply)>, Reply> {
        let Some(complete) = self.arriving.take() else { return Err(Reply::CANNOT_STORE) };
        let Complete { id, short, octets, eight_bit, eight_bit_header } = complete;
        envelope.utf8 &= eight_bit_header;
        let recipients = envelope.recipients.clone();
        let finish = Finish { id, short, envelope, octets, eight_bit, sent_by: None };
        let question = SpoolQuestion::Finish(Box::new(finish));
        match self.shared.spool.call_for(&question, END_PATIENCE).await {
            Ok((SpoolAnswer::Accepted { refused, .. }, _)) => {
                fail::point("front.accepted").ok();
                let place = |to: &String| recipients.iter().position(|it| it == to);
                let reply = |text: &String| Reply::refusal(Code::Policy, text);
                let refused = refused.iter();
                Ok(refused.filter_map(|(to, text)| Some((place(to)?, reply(text)))).collect())
            }
            Ok((SpoolAnswer::Rejected { text }, _)) => Err(Reply::refusal(Code::Policy, &text)),
            Ok((SpoolAnswer::TryLater { full: true }, _)) => Err(Reply::CANNOT_STORE),
            Ok(_) | Err(_) => Err(try_later()),
        }
    }
}

/// The codes of a reply that refuses: `550 5.7.1`, or `500`.
fn refusal(reply: &[u8]) -> Option<String> {
    let first = reply.split(|it| matches!(it, b'\r' | b'\n')).next()?;
    let text = std::str::from_utf8(first).ok().filter(|it| it.starts_with(['4', '5']))?;
    let (code, rest) = text.split_at_checked(3)?;
    let enhanced = rest.get(1..)?.split(' ').next().unwrap_or_default();
    let is_enhanced = enhanced.starts_with(['4', '5'])
        && enhanced.split('.').count() == 3
        && enhanced.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    Some(if is_enhanced { format!("{code} {enhanced}") } else { code.to_owned() })
}

/// What a network is told that sends too much.
pub(super) fn too_much() -> Reply {
    Reply::refusal(Code::TooMuchForNow, "Too much from your network, try later")
}

pub(super) fn try_later() -> Reply {
    Reply::refusal(Code::PolicyForNow, "The message cannot be taken now, try later")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_codes() {
        let of = |text: &str| refusal(text.as_bytes());
        assert_eq!(of("550 5.7.1 No relaying here\r\n").as_deref(), Some("550 5.7.1"));
        assert_eq!(of("550-5.7.1 No\r\n550 5.7.1 relaying\r\n").as_deref(), Some("550 5.7.1"));
        assert_eq!(of("421 closing\r\n").as_deref(), Some("421"));
        assert_eq!(of("554 5.x.1 a\r\n").as_deref(), Some("554"));
        for other in ["250 2.0.0 Taken\r\n", "354 Go on\r\n", "", "55"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
