//! `BDAT`: a message in chunks.
//!
//! A chunk that is refused is read and dropped, and so are those behind it: they were sent before
//! their sender could know.

use super::{Effect, Phase, Session};
use crate::smtp::{
    chunk::Chunk,
    data::Received,
    line::Line,
    server::{
        command::Command,
        reply::Reply,
        transaction::{Envelope, Transaction},
    },
};

impl Session {
    pub(super) fn first_chunk(&mut self, open: Option<Transaction>, chunk: Chunk) -> Effect {
        let Some(open) = open else {
            let reply =
                if self.named.is_some() { Reply::OUT_OF_ORDER } else { self.name_yourself() };
            return self.skip(None, chunk, reply);
        };
        match open.seal() {
            Ok(envelope) => self.chunk(envelope, chunk),
            Err(open) => self.skip(Some(*open), chunk, Reply::NO_RECIPIENTS),
        }
    }

    /// Takes a line where a chunk may follow. Only `BDAT` goes on with the message.
    pub(super) fn between_chunks(&mut self, envelope: Envelope, line: Line<'_>) -> Effect {
        let Line::Text(text) = line else { return self.keep(envelope, line) };
        match Command::parse(text) {
            Ok(Command::Bdat(chunk)) => self.chunk(envelope, chunk),
            Ok(
                command @ (Command::Ehlo(_) | Command::Helo(_) | Command::Lhlo(_) | Command::Rset),
            ) => self.command(None, command),
            // More recipients, or an end by `DATA`, would come too late (RFC 3030 §2).
            Ok(
                Command::Auth(_)
                | Command::Data
                | Command::Mail(_)
                | Command::Rcpt(..)
                | Command::StartTls,
            ) => {
                let effect = self.mistake(None, Reply::OUT_OF_ORDER);
                self.kept(envelope, effect)
            }
            Ok(Command::Help | Command::Noop | Command::Quit | Command::Vrfy) | Err(_) => {
                self.keep(envelope, line)
            }
        }
    }

    fn keep(&mut self, envelope: Envelope, line: Line<'_>) -> Effect {
        let effect = self.line(None, line);
        self.kept(envelope, effect)
    }

    /// Makes of a reply one that leaves the message as it is.
    fn kept(&mut self, envelope: Envelope, effect: Effect) -> Effect {
        let Effect::Reply(reply) = effect else { return effect };
        self.phase = Phase::Chunking(envelope);
        Effect::Continue(reply)
    }

    fn chunk(&mut self, envelope: Envelope, chunk: Chunk) -> Effect {
        // Every other chunk brings the message on, and a message is bounded.
        let is_idle = chunk.octets == 0 && !chunk.last;
        if is_idle && self.tally.passive_is_one_too_many() {
            return Effect::Close(Reply::TOO_MANY_IDLE);
        }
        self.phase = Phase::ReceivingChunk(envelope, chunk);
        Effect::Chunk(chunk)
    }

    pub(super) fn chunk_received(
        &mut self,
        envelope: Envelope,
        chunk: Chunk,
        end: Received,
    ) -> Effect {
        match end.fault {
            // Only the last one stands for the message (RFC 2033 §4.3).
            Some(fault) if !chunk.last => {
                let reply = self.fault(fault, end.octets);
                return self.message_over(reply);
            }
            Some(_) | None if chunk.last => return self.received(envelope, end),
            Some(_) | None => {}
        }
        self.phase = Phase::Chunking(envelope);
        Effect::Continue(Reply::chunk(chunk.octets))
    }

    /// Refuses a chunk. It is no mistake, since the chunks behind a refused one are on their way.
    fn skip(&mut self, open: Option<Transaction>, chunk: Chunk, reply: Reply) -> Effect {
        let effect = self.passive(open, reply);
        let Effect::Reply(reply) = effect else { return effect };
        Effect::Skip(chunk.octets, reply)
    }
}
