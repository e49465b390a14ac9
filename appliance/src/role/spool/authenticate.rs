//! Asking `resolve` whether a message comes from whom it says.

use std::{io, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::sync::Semaphore;

use super::{Spool, carry::Arrived};
use crate::{
    channel::{Caller, End},
    protocol::{
        control::Role,
        resolve::{Authentication, Claim, Question},
        tls_report::Found,
    },
    role::Losses,
};

/// How long a message waits for it; all checks together take less.
const PATIENCE: Duration = Duration::from_secs(20);
/// Clear messages that stand in memory for it at once, in pieces.
const PIECES_MAX: u32 = 2_048;
/// A piece, octets; the smallest message counts as one.
const PIECE_OCTETS: u64 = 64 * 1024;

/// The way to `resolve`.
#[derive(Debug)]
pub(super) struct Resolve {
    caller: Caller,
    pieces: Arc<Semaphore>,
}

impl Resolve {
    /// Not joined yet.
    pub(super) fn new(losses: &Losses) -> Self {
        let pieces = usize::try_from(PIECES_MAX).unwrap_or(Semaphore::MAX_PERMITS);
        let caller = Caller::new(losses.of(Role::Resolve));
        Self { caller, pieces: Arc::new(Semaphore::new(pieces)) }
    }

    /// Joins the role.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn attach(&self, end: End) -> io::Result<()> {
        self.caller.attach(end)
    }

    /// Where mail goes, and who wants to know how it gets there.
    ///
    /// # Errors
    ///
    /// `resolve` does not answer.
    pub(super) async fn route(&self, question: &Question) -> anyhow::Result<Found> {
        let (found, _) = self.caller.call(question, Vec::new()).await?;
        Ok(found)
    }
}

impl Spool {
    /// What the names say of a message from outside the relay networks; nothing of any other. What no
    /// name server answers is told as such, and stops no message.
    ///
    /// # Errors
    ///
    /// `resolve` did not say: the message should come again, for a rule that asks would let it pass.
    pub(super) async fn authenticate(
        &self,
        arrived: &Arrived,
    ) -> anyhow::Result<Option<Authentication>> {
        let envelope = &arrived.envelope;
        let asked = envelope.peer.filter(|_| !envelope.trusted && !self.start.dns.is_empty());
        let Some(peer) = asked else { return Ok(None) };
        let claim = Question::Claim(Claim {
            peer,
            helo: envelope.helo.clone(),
            sender: envelope.sender.clone(),
        });
        let found = tokio::time::timeout(PATIENCE, self.ask_resolve(arrived, &claim)).await;
        Ok(Some(found.context("who sends it could not be checked in time")??.plain()))
    }

    async fn ask_resolve(
        &self,
        arrived: &Arrived,
        claim: &Question,
    ) -> anyhow::Result<Authentication> {
        let pieces = u32::try_from(arrived.octets.div_ceil(PIECE_OCTETS)).unwrap_or(PIECES_MAX);
        let _room = self.resolve.pieces.acquire_many(pieces.clamp(1, PIECES_MAX)).await?;
        let open = self.opening(arrived);
        let message = open.open().await?;
        let (found, _) = self.resolve.caller.call(claim, vec![message]).await?;
        Ok(found)
    }
}
