//! The content of a message, from the peer into a body, whichever command brings it.

use std::time::Duration;

use wire::smtp::{
    chunk::{Chunk, ChunkReader},
    data::{Piece, Received},
    server::{Effect, Input, Reply, Session, Standing},
};

use super::conversation::{Conversation, too_much, try_later};
use crate::role::body::{Begun, Body};

/// The longest silence within a message (RFC 5321 §4.5.3.2.5).
const DATA_PATIENCE: Duration = Duration::from_secs(3 * 60);

/// A message that comes in chunks.
pub(super) struct Incoming {
    reader: ChunkReader,
    /// Where it goes, or what the peer is told once it has sent the chunk.
    body: Result<Box<Body>, Reply>,
}

impl Conversation {
    /// Receives the message up to its final dot.
    pub(super) async fn receive(
        &mut self,
        session: Session,
        go_ahead: &Reply,
    ) -> anyhow::Result<(Session, Effect)> {
        let body = match self.begin(&session).await {
            Ok(body) => body,
            Err(reply) => return Ok(session.step(Input::Refused(reply))),
        };
        self.send(go_ahead).await?;
        let received = self.receive_into(&session, body).await?;
        Ok(session.step(Input::Received(received)))
    }

    /// Receives the octets of one chunk, and no other.
    pub(super) async fn receive_chunk(
        &mut self,
        session: Session,
        chunk: Chunk,
    ) -> anyhow::Result<(Session, Effect)> {
        let mut incoming = match self.incoming.take() {
            Some(incoming) => incoming,
            None => Incoming { reader: session.chunk_receiver(), body: self.begin(&session).await },
        };
        let received = self.read_chunk(&mut incoming, chunk).await?;
        Ok(session.step(match (incoming.body, received.fault) {
            (Err(reply), None) => Input::Refused(reply),
            (_, Some(_)) => Input::Received(received),
            (Ok(body), None) if chunk.last => {
                self.complete(body).await;
                Input::Received(received)
            }
            (Ok(body), None) => {
                self.incoming = Some(Incoming { reader: incoming.reader, body: Ok(body) });
                Input::Received(received)
            }
        }))
    }

    async fn read_chunk(
        &mut self,
        incoming: &mut Incoming,
        chunk: Chunk,
    ) -> anyhow::Result<Received> {
        incoming.reader.begin(chunk);
        loop {
            if incoming.reader.wants_octets() && self.chunk.len() <= self.at {
                self.fill(DATA_PATIENCE).await?;
            }
            let unread = self.chunk.get(self.at..).unwrap_or_default();
            let (used, piece) = incoming.reader.feed(unread);
            self.at = self.at.saturating_add(used);
            let failed = match (piece, incoming.body.as_mut()) {
                (Piece::End(received), _) => return Ok(received),
                (Piece::Content(content), Ok(body)) => write(body, content).await,
                (Piece::Content(_) | Piece::Nothing, _) => Ok(()),
            };
            if let Err(reply) = failed {
                incoming.body = Err(reply);
            }
        }
    }

    /// Reads octets that are not looked at.
    pub(super) async fn skip(&mut self, mut octets: u64) -> anyhow::Result<()> {
        while 0 < octets {
            let unread = self.chunk.len().saturating_sub(self.at);
            if unread == 0 {
                self.fill(DATA_PATIENCE).await?;
                continue;
            }
            let dropped = usize::try_from(octets).unwrap_or(usize::MAX).min(unread);
            self.at = self.at.saturating_add(dropped);
            octets = octets.saturating_sub(u64::try_from(dropped)?);
        }
        Ok(())
    }

    /// Gives up what came of a message.
    pub(super) fn drop_content(&mut self) {
        self.incoming = None;
        self.arriving = None;
    }

    async fn begin(&self, session: &Session) -> Result<Box<Body>, Reply> {
        if *session.standing() != Standing::Trusted && !self.shared.rates.message(self.peer) {
            return Err(too_much());
        }
        self.still_has_account().await?;
        match Body::begin(&self.shared.spool).await {
            Ok(Begun::Body(body)) => Ok(body),
            Ok(Begun::Full) => Err(Reply::CANNOT_STORE),
            Ok(Begun::TryLater) | Err(_) => Err(try_later()),
        }
    }

    async fn receive_into(
        &mut self,
        session: &Session,
        body: Box<Body>,
    ) -> anyhow::Result<Received> {
        let mut reader = session.receiver();
        let mut body = Some(body);
        loop {
            let unread = self.chunk.get(self.at..).unwrap_or_default();
            if unread.is_empty() {
                self.fill(DATA_PATIENCE).await?;
                continue;
            }
            let (used, piece) = reader.feed(unread);
            let failed = match (piece, body.as_mut()) {
                (Piece::Content(content), Some(body)) => write(body, content).await.is_err(),
                (Piece::Content(_) | Piece::Nothing, _) => false,
                (Piece::End(received), _) => {
                    self.at = self.at.saturating_add(used);
                    if let Some(body) = body.take().filter(|_| received.fault.is_none()) {
                        self.complete(body).await;
                    }
                    return Ok(received);
                }
            };
            self.at = self.at.saturating_add(used);
            if failed {
                // The peer is read to its final dot all the same, and told there.
                body = None;
            }
        }
    }

    async fn complete(&mut self, body: Box<Body>) {
        match body.finish().await {
            Ok(complete) => self.arriving = Some(complete),
            Err(error) => tracing::error!(event = "body.write-failed", "{error:#}"),
        }
    }
}

async fn write(body: &mut Body, content: &[u8]) -> Result<(), Reply> {
    body.write(content).await.map_err(|error| {
        tracing::error!(event = "body.write-failed", "{error:#}");
        Reply::CANNOT_STORE
    })
}
