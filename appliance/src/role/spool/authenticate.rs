//! Asking `resolve` whether a message comes from whom it says.

use std::{io, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::{Spool, carry::Arrived};
use crate::{
    channel::{Caller, End},
    protocol::{
        control::Role,
        resolve::{Authentication, Claim, Dmarc, Outcome, Spf},
    },
    role::Losses,
};

/// How long a message waits for it.
const PATIENCE: Duration = Duration::from_secs(8);
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
}

impl Spool {
    /// What the names say of a message from outside the relay networks; nothing of any other. What
    /// could not be found out in time is told as such, and stops no message.
    pub(super) async fn authenticate(&self, arrived: &Arrived) -> Option<Authentication> {
        let envelope = &arrived.envelope;
        let peer = envelope.peer.filter(|_| !envelope.trusted && !self.start.dns.is_empty())?;
        let claim = Claim { peer, helo: envelope.helo.clone(), sender: envelope.sender.clone() };
        let found = match tokio::time::timeout(PATIENCE, self.ask_resolve(arrived, &claim)).await {
            Ok(Ok(found)) => found.plain(),
            Ok(Err(error)) => {
                tracing::warn!(event = "authentication.failed", id = arrived.id, "{error:#}");
                unknown()
            }
            Err(_late) => {
                tracing::warn!(event = "authentication.late", id = arrived.id);
                unknown()
            }
        };
        Some(found)
    }

    async fn ask_resolve(
        &self,
        arrived: &Arrived,
        claim: &Claim,
    ) -> anyhow::Result<Authentication> {
        let pieces = u32::try_from(arrived.octets.div_ceil(PIECE_OCTETS)).unwrap_or(PIECES_MAX);
        let _room = self.resolve.pieces.acquire_many(pieces.clamp(1, PIECES_MAX)).await?;
        let open = self.opening(arrived);
        let message = tokio::task::spawn_blocking(open).await??;
        let (found, _) = self.resolve.caller.call(claim, vec![message]).await?;
        Ok(found)
    }
}

/// Nobody could say.
fn unknown() -> Authentication {
    let outcome = Outcome::TempError;
    Authentication {
        spf: Spf { outcome, ..Spf::default() },
        dmarc: Dmarc { outcome, ..Dmarc::default() },
        ..Authentication::default()
    }
}
