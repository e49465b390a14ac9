//! One connection to a next hop: drives the client's half of SMTP over TCP and TLS.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use wire::smtp::client::{After, Client, Effect, Failure, Input, Job, Outcome, ReplyReader};

use super::{content::Content, servers::Way};
use crate::{
    fail,
    protocol::{hop::Server, tls_report::TlsFailure},
};

/// How long a connection may take to be made.
const CONNECT_PATIENCE: Duration = Duration::from_secs(30);
/// How long a server may take to greet; another one may be there that does.
const GREETING_PATIENCE: Duration = Duration::from_secs(2 * 60);
/// How long the hop may take for one reply; RFC 5321 §4.5.3.2.6 gives the final dot ten minutes.
const REPLY_PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How long the hop may take to read a chunk.
const WRITE_PATIENCE: Duration = Duration::from_secs(3 * 60);
/// The server closes the connection (RFC 5321 §3.8).
const CLOSING: u16 = 421;
/// How long a server may take to say farewell.
const QUIT_PATIENCE: Duration = Duration::from_secs(10);
/// Octets read at once.
const CHUNK_OCTETS: usize = 4096;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

/// One, from its greeting on.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    replies: ReplyReader,
    unread: Vec<u8>,
    /// How long the next reply may take.
    patience: Duration,
    /// The conversation, where it waits for a message.
    ready: Option<Client>,
    since: Instant,
    messages: u32,
    /// The server said something since it was last ready, and not that it closes.
    has_answered: bool,
    /// It is under TLS.
    is_secured: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("messages", &self.messages).finish_non_exhaustive()
    }
}

/// What came of a message.
#[derive(Debug)]
pub(crate) struct Sent {
    /// What became of each recipient, in order.
    pub(crate) outcomes: Vec<Outcome>,
    /// The hop reports on it, to whoever wants to be told.
    pub(crate) reports: bool,
    /// A server talked.
    pub(crate) reached: bool,
    /// It went under TLS.
    pub(crate) secured: bool,
}

/// Why a message was not sent over a connection; nothing of it was taken.
#[derive(Debug)]
pub(super) enum Unsent {
    /// There is no connection.
    Unreachable(anyhow::Error),
    /// The server does not take it, or TLS is missing.
    Failed(Failure),
    /// TLS did not begin.
    Handshake(String, TlsFailure),
    /// A connection that had waited was closed before anything of the message was answered.
    Stale,
}

/// What came of a message, and the connection where it waits for another one.
pub(super) type Sending = (Sent, Option<Connection>);

/// Sends one message to a server over a new connection; without content it only asks.
///
/// # Errors
///
/// [`Unsent`], where another server may be tried.
pub(super) async fn send(
    server: &Server,
    way: &Way<'_>,
    job: Job,
    content: Option<&mut Content>,
) -> Result<Sending, Unsent> {
    let settings = way.settings().await.map_err(Unsent::Unreachable)?;
    let stream = connect(server).await.map_err(Unsent::Unreachable)?;
    let mut connection = Connection {
        stream: Box::new(stream),
        replies: ReplyReader::default(),
        unread: Vec::new(),
        patience: GREETING_PATIENCE,
        ready: None,
        since: Instant::now(),
        messages: 0,
        has_answered: false,
        is_secured: false,
    };
    let (client, effect) = if way.is_implicit() {
        connection.start_tls(server, way).await?;
        Client::under_tls(settings)
    } else {
        Client::new(settings)
    };
    connection.converse(server, way, (client, effect), job, content).await
}

impl Connection {
    /// When it was made.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    /// Messages that went over it.
    pub(super) fn messages(&self) -> u32 {
        self.messages
    }

    /// Whether the server has neither said anything unasked nor closed it.
    pub(super) async fn is_quiet(&mut self) -> bool {
        // Whatever can be read at once is one of the two.
        let read = timeout(Duration::ZERO, self.stream.read_buf(&mut self.unread)).await;
        read.is_err() && self.unread.is_empty()
    }

    /// Sends another message.
    ///
    /// # Errors
    ///
    /// As [`send`]; [`Unsent::Stale`] where a new connection may take it.
    pub(super) async fn send(
        mut self,
        server: &Server,
        way: &Way<'_>,
        job: Job,
        content: Option<&mut Content>,
    ) -> Result<Sending, Unsent> {
        let client = self.ready.take().ok_or(Unsent::Stale)?;
        self.has_answered = false;
        self.converse(server, way, (client, Effect::Ready), job, content).await
    }

    /// Takes leave.
    pub(super) async fn quit(mut self) {
        if self.write(b"QUIT\r\n").await.is_ok() {
            // How it goes does not matter any more.
            timeout(QUIT_PATIENCE, self.read_reply()).await.ok();
        }
    }

    async fn converse(
        mut self,
        server: &Server,
        way: &Way<'_>,
        (mut client, mut effect): (Client, Effect),
        job: Job,
        mut content: Option<&mut Content>,
    ) -> Result<Sending, Unsent> {
        let count = job.recipients.len();
        let mut job = Some(job);
        loop {
            let input = match effect {
                Effect::Close => {
                    let outcomes = vec![Failure::Lost.outcome(); count];
                    return Ok((self.sent(outcomes, false), None));
                }
                Effect::Failed(failure) if job.is_some() => return Err(Unsent::Failed(failure)),
                Effect::Failed(failure) => {
                    let outcomes = vec![failure.outcome(); count];
                    return Ok((self.sent(outcomes, false), None));
                }
                Effect::Done(_, After::Close) if 0 < self.messages && !self.has_answered => {
                    return Err(Unsent::Stale);
                }
                Effect::Done(outcomes, after) => {
                    let reports = client.hands_on_wishes();
                    self.messages = self.messages.saturating_add(1);
                    self.ready = Some(client);
                    let sent = self.sent(outcomes, reports);
                    return Ok((sent, (after == After::Ready).then_some(self)));
                }
                Effect::Ready => match (job.take(), &content) {
                    (Some(job), Some(_)) => Input::Message(job),
                    (Some(job), None) => Input::Probe(job),
                    (None, _) => Input::Quit,
                },
                Effect::Read => self.reply().await,
                Effect::Send(octets) => match self.write(&octets).await {
                    Ok(()) => self.reply().await,
                    Err(_) => Input::Lost,
                },
                Effect::StartTls => {
                    self.start_tls(server, way).await?;
                    Input::TlsStarted
                }
                Effect::Content => match content.as_deref_mut() {
                    Some(content) => self.content(content).await,
                    None => Input::Lost,
                },
            };
            (client, effect) = client.step(input);
        }
    }
}

async fn connect(server: &Server) -> anyhow::Result<TcpStream> {
    fail::point("deliver.connect")?;
    let stream = timeout(CONNECT_PATIENCE, TcpStream::connect(server.address)).await;
    let stream = stream
        .context("the next mail server does not answer")?
        .context("the next mail server cannot be reached")?;
    stream.set_nodelay(true).ok();
    Ok(stream)
}

impl Connection {
    fn sent(&self, outcomes: Vec<Outcome>, reports: bool) -> Sent {
        Sent { outcomes, reports, reached: true, secured: self.is_secured }
    }

    async fn reply(&mut self) -> Input {
        match timeout(self.patience, self.read_reply()).await {
            Ok(Ok(reply)) => {
                self.patience = REPLY_PATIENCE;
                self.has_answered |= reply.code() != CLOSING;
                Input::Reply(reply)
            }
            Ok(Err(_)) | Err(_) => Input::Lost,
        }
    }

    async fn read_reply(&mut self) -> anyhow::Result<wire::smtp::client::Reply> {
        loop {
            let (used, reply) = self.replies.feed(&self.unread)?;
            self.unread.drain(..used.min(self.unread.len()));
            if let Some(reply) = reply {
                return Ok(reply);
            }
            self.unread.reserve(CHUNK_OCTETS);
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                bail!("closed");
            }
        }
    }

    async fn write(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        let write = async {
            self.stream.write_all(octets).await?;
            self.stream.flush().await
        };
        Ok(timeout(WRITE_PATIENCE, write).await??)
    }

    /// Sends the content to its final dot; a content that fails never gets one.
    async fn content(&mut self, content: &mut Content) -> Input {
        loop {
            match tokio::task::block_in_place(|| content.next()) {
                Ok(Some(octets)) => {
                    if self.write(&octets).await.is_err() {
                        return Input::Lost;
                    }
                }
                Ok(None) => {
                    fail::point("deliver.content").ok();
                    return Input::ContentSent;
                }
                Err(error) => {
                    tracing::error!(event = "body.unreadable", "{error:#}");
                    return Input::Lost;
                }
            }
        }
    }

    /// Begins TLS, or tells why not.
    async fn start_tls(&mut self, server: &Server, way: &Way<'_>) -> Result<(), Unsent> {
        let failed = |why: String| Unsent::Handshake(why, TlsFailure::ValidationFailure);
        // Anything read already was put there in clear by somebody (RFC 3207 §4.2).
        if !self.unread.is_empty() {
            return Err(failed("something was said between STARTTLS and TLS".to_owned()));
        }
        let name = server.name.clone().and_then(|it| ServerName::try_from(it).ok());
        let name = name.unwrap_or_else(|| ServerName::from(server.address.ip()));
        let clear = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        let config = way.config().map_err(|error| failed(error.to_string()))?;
        let handshake = TlsConnector::from(config).connect(name, clear);
        match timeout(CONNECT_PATIENCE, handshake).await {
            Ok(Ok(secured)) => {
                self.stream = Box::new(secured);
                self.is_secured = true;
                Ok(())
            }
            Ok(Err(error)) => Err(Unsent::Handshake(error.to_string(), TlsFailure::of(&error))),
            Err(_late) => Err(failed("the handshake takes too long".to_owned())),
        }
    }
}
