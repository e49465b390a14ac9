//! One connection to a next hop: drives the client's half of SMTP over TCP and TLS.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use grammar::literal::Domain;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use wire::smtp::client::{
    After, Client, Effect, Failure, Input, Job, Outcome, ReplyReader, Settings,
};

use super::{content::Content, servers::Way};
use crate::protocol::hop::Server;

/// How long a connection may take to be made.
const CONNECT_PATIENCE: Duration = Duration::from_secs(30);
/// How long the hop may take for one reply; RFC 5321 §4.5.3.2.6 gives the final dot ten minutes.
const REPLY_PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How long the hop may take to read a chunk.
const WRITE_PATIENCE: Duration = Duration::from_secs(3 * 60);
/// Octets read at once.
const CHUNK_OCTETS: usize = 4096;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

struct Connection {
    stream: Box<dyn Stream>,
    replies: ReplyReader,
    unread: Vec<u8>,
}

/// What came of a message.
#[derive(Debug)]
pub(crate) struct Sent {
    /// What became of each recipient, in order.
    pub(crate) outcomes: Vec<Outcome>,
    /// The hop reports on it, to whoever wants to be told.
    pub(crate) reports: bool,
}

/// Why a message was not sent over a connection; nothing of it was said.
#[derive(Debug)]
pub(super) enum Unsent {
    /// There is no connection.
    Unreachable(anyhow::Error),
    /// The server does not take it, or TLS is missing.
    Failed(Failure),
    /// TLS did not begin.
    Handshake(String),
}

/// Sends one message to one server; returns what became of each recipient, in order.
///
/// # Errors
///
/// [`Unsent`], where another server may be tried.
pub(super) async fn send(
    helo: &Domain,
    server: &Server,
    way: &Way,
    job: Job,
    content: &mut Content,
) -> Result<Sent, Unsent> {
    let stream = connect(server).await.map_err(Unsent::Unreachable)?;
    let mut connection = Connection {
        stream: Box::new(stream),
        replies: ReplyReader::default(),
        unread: Vec::new(),
    };
    let settings = Settings { helo: helo.clone(), tls: way.policy, credentials: None };
    let (mut client, mut effect) = Client::new(settings);
    let count = job.recipients.len();
    let mut job = Some(job);
    let (mut outcomes, mut reports) = (None, false);
    loop {
        let input = match effect {
            Effect::Close => break,
            Effect::Failed(failure) if job.is_some() => return Err(Unsent::Failed(failure)),
            Effect::Failed(failure) => {
                return Ok(Sent { outcomes: vec![failure.outcome(); count], reports: false });
            }
            Effect::Done(done, after) => {
                outcomes = Some(done);
                reports = client.hands_on_wishes();
                match after {
                    After::Close => break,
                    After::Ready => Input::Quit,
                }
            }
            Effect::Ready => job.take().map_or(Input::Quit, Input::Message),
            Effect::Read => connection.reply().await,
            Effect::Send(octets) => match connection.write(&octets).await {
                Ok(()) => connection.reply().await,
                Err(_) => Input::Lost,
            },
            Effect::StartTls => {
                connection.start_tls(server, way).await.map_err(Unsent::Handshake)?;
                Input::TlsStarted
            }
            Effect::Content => connection.content(content).await,
        };
        // What became of the message is known; how the farewell goes does not matter.
        if outcomes.is_some() && matches!(input, Input::Lost) {
            break;
        }
        (client, effect) = client.step(input);
    }
    let lost = || vec![Failure::Lost.outcome(); count];
    Ok(Sent { outcomes: outcomes.unwrap_or_else(lost), reports })
}

async fn connect(server: &Server) -> anyhow::Result<TcpStream> {
    let stream = timeout(CONNECT_PATIENCE, TcpStream::connect(server.address)).await;
    let stream = stream
        .context("the next mail server does not answer")?
        .context("the next mail server cannot be reached")?;
    stream.set_nodelay(true).ok();
    Ok(stream)
}

impl Connection {
    async fn reply(&mut self) -> Input {
        match timeout(REPLY_PATIENCE, self.read_reply()).await {
            Ok(Ok(reply)) => Input::Reply(reply),
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
                Ok(None) => return Input::ContentSent,
                Err(error) => {
                    tracing::error!(event = "body.unreadable", "{error:#}");
                    return Input::Lost;
                }
            }
        }
    }

    /// Begins TLS, or tells why not.
    async fn start_tls(&mut self, server: &Server, way: &Way) -> Result<(), String> {
        // Anything read already was put there in clear by somebody (RFC 3207 §4.2).
        if !self.unread.is_empty() {
            return Err("something was said between STARTTLS and TLS".to_owned());
        }
        let name = server.name.clone().and_then(|it| ServerName::try_from(it).ok());
        let name = name.unwrap_or_else(|| ServerName::from(server.address.ip()));
        let clear = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        let handshake = TlsConnector::from(Arc::clone(&way.config)).connect(name, clear);
        match timeout(CONNECT_PATIENCE, handshake).await {
            Ok(Ok(secured)) => {
                self.stream = Box::new(secured);
                Ok(())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_late) => Err("the handshake takes too long".to_owned()),
        }
    }
}
