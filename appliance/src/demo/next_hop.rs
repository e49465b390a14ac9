//! The built-in next hop: takes every message and keeps it as `.eml`, so that nothing leaves this
//! machine.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use grammar::literal::{Address, Domain};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wire::smtp::{
    data::{Piece, Received},
    line::LineReader,
    server::{Effect, Envelope, Input, Peer, Place, RcptVerdict, Reply, Session, Settings},
};

/// Octets read at once.
const CHUNK_OCTETS: usize = 32 * 1024;

/// A next hop that is running.
#[derive(Debug)]
pub(super) struct NextHop {
    address: SocketAddr,
}

impl NextHop {
    /// Starts one on a free port of 127.0.0.1; messages go to `folder`.
    ///
    /// # Errors
    ///
    /// No port can be had.
    pub(super) async fn start(folder: PathBuf) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let host = Domain::parse("next-hop.example")?;
        let settings = Settings::new(host, Address::parse("postmaster@next-hop.example")?);
        let (settings, folder) = (Arc::new(settings), Arc::new(folder));
        // Those of an earlier demonstration are counted on.
        let kept = Arc::new(AtomicUsize::new(fs::read_dir(folder.as_path())?.count()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (settings, folder) = (Arc::clone(&settings), Arc::clone(&folder));
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    if let Err(error) = serve(stream, settings, &folder, &kept).await {
                        tracing::debug!(event = "next-hop.ended", "{error:#}");
                    }
                });
            }
        });
        Ok(Self { address })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

struct Connection {
    stream: TcpStream,
    chunk: Vec<u8>,
    at: usize,
    content: Vec<u8>,
}

async fn serve(
    stream: TcpStream,
    settings: Arc<Settings>,
    folder: &Path,
    kept: &AtomicUsize,
) -> anyhow::Result<()> {
    let mut connection = Connection { stream, chunk: Vec::new(), at: 0, content: Vec::new() };
    let mut session = Session::new(settings, Peer::trusted());
    let mut lines = LineReader::default();
    connection.send(&session.greeting()).await?;
    let mut effect = Effect::Read;
    loop {
        (session, effect) = match effect {
            Effect::Close(reply) => return connection.send(&reply).await,
            Effect::Read => connection.step_line(&mut lines, session).await?,
            Effect::Reply(reply) => {
                connection.send(&reply).await?;
                connection.step_line(&mut lines, session).await?
            }
            Effect::Judge(_) => session.step(Input::Judged(RcptVerdict::Accept(Place::Ours))),
            Effect::Receive(reply) => {
                connection.send(&reply).await?;
                let received = connection.receive(&session).await?;
                session.step(Input::Received(received))
            }
            Effect::Store(envelope) => {
                keep(folder, kept, &envelope, &connection.content)?;
                session.step(Input::Stored)
            }
            Effect::StartTls(_) | Effect::Verify(_) => anyhow::bail!("neither was offered"),
            Effect::Chunk(_) | Effect::Continue(_) | Effect::Skip(..) => {
                anyhow::bail!("`deliver` sends no chunks")
            }
            Effect::ReplyEach(_) => anyhow::bail!("it is SMTP that is spoken"),
        };
    }
}

impl Connection {
    async fn send(&mut self, reply: &Reply) -> anyhow::Result<()> {
        Ok(self.stream.write_all(&reply.to_bytes()).await?)
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        self.chunk.clear();
        self.chunk.reserve(CHUNK_OCTETS);
        self.at = 0;
        let read = self.stream.read_buf(&mut self.chunk).await?;
        anyhow::ensure!(0 < read, "the peer closed the connection");
        Ok(())
    }

    async fn step_line(
        &mut self,
        lines: &mut LineReader,
        session: Session,
    ) -> anyhow::Result<(Session, Effect)> {
        loop {
            let (used, line) = lines.feed(self.chunk.get(self.at..).unwrap_or_default());
            self.at = self.at.saturating_add(used);
            if let Some(line) = line {
                return Ok(session.step(Input::Line(line)));
            }
            self.fill().await?;
        }
    }

    async fn receive(&mut self, session: &Session) -> anyhow::Result<Received> {
        let mut reader = session.receiver();
        self.content.clear();
        loop {
            let unread = self.chunk.get(self.at..).unwrap_or_default();
            if unread.is_empty() {
                self.fill().await?;
                continue;
            }
            let (used, piece) = reader.feed(unread);
            match piece {
                Piece::Content(content) => self.content.extend_from_slice(content),
                Piece::Nothing => {}
                Piece::End(received) => {
                    self.at = self.at.saturating_add(used);
                    return Ok(received);
                }
            }
            self.at = self.at.saturating_add(used);
        }
    }
}

/// One file a message. Its name tells the order; its first fields tell the envelope.
fn keep(
    folder: &Path,
    kept: &AtomicUsize,
    envelope: &Envelope,
    content: &[u8],
) -> anyhow::Result<()> {
    let number = kept.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    let sender = envelope.sender().address().map(ToString::to_string).unwrap_or_default();
    let recipients: Vec<String> = envelope.recipients().iter().map(ToString::to_string).collect();
    let mut octets =
        format!("Return-Path: <{sender}>\r\nX-Envelope-To: {}\r\n", recipients.join(",\r\n "))
            .into_bytes();
    octets.extend_from_slice(content);
    let part = folder.join(format!("{number:05}.part"));
    fs::write(&part, octets)?;
    // Under its name only when it is whole, so that a reader never sees half of it.
    fs::rename(part, folder.join(format!("{number:05}.eml")))?;
    Ok(())
}
