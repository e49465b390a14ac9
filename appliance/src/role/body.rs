//! One body on its way in: sealed into the file of `spool`, and clear into memory for the examiner.

use std::{fs::File, io::Write, os::fd::OwnedFd};

use anyhow::Context;
use vault::{key::DataKey, stream::Sealer};

use crate::{
    channel::{Caller, memory},
    protocol::spool::{SpoolAnswer, SpoolQuestion},
};

/// A body that is being received.
#[derive(Debug)]
pub(crate) struct Body {
    id: String,
    sealer: Sealer,
    file: File,
    clear: File,
    sealed: Vec<u8>,
}

/// A body that has arrived whole.
#[derive(Debug)]
pub(crate) struct Complete {
    /// What `spool` calls it.
    pub(crate) id: String,
    /// Octets of the clear message.
    pub(crate) octets: u64,
    /// The clear message, constant.
    pub(crate) clear: OwnedFd,
}

/// Whether there is room.
#[derive(Debug)]
pub(crate) enum Begun {
    /// Write here.
    Body(Box<Body>),
    /// There is none, now.
    Full,
    /// Nobody could say.
    TryLater,
}

impl Body {
    /// Asks `spool` for room.
    pub(crate) async fn begin(spool: &Caller) -> anyhow::Result<Begun> {
        let (answer, files) = spool.call(&SpoolQuestion::Begin, Vec::new()).await?;
        match answer {
            SpoolAnswer::Begun { id, key } => {
                let file = files.into_iter().next().context("no file came with the answer")?;
                let sealer = Sealer::new(&DataKey::from_bytes(key), &crate::role::thing(&id));
                Ok(Begun::Body(Box::new(Self {
                    id,
                    sealer,
                    file: file.into(),
                    clear: memory::create()?,
                    sealed: Vec::new(),
                })))
            }
            SpoolAnswer::TryLater { full: true } => Ok(Begun::Full),
            SpoolAnswer::TryLater { full: false }
            | SpoolAnswer::Accepted { .. }
            | SpoolAnswer::Rejected { .. }
            | SpoolAnswer::Done => Ok(Begun::TryLater),
        }
    }

    /// Takes the next octets of the message.
    ///
    /// # Errors
    ///
    /// The disk or memory is full, or fails; the body must be abandoned.
    pub(crate) fn write(&mut self, plain: &[u8]) -> anyhow::Result<()> {
        self.sealed.clear();
        self.sealer.seal(plain, &mut self.sealed)?;
        self.file.write_all(&self.sealed)?;
        self.clear.write_all(plain)?;
        Ok(())
    }

    /// Ends the body. What is durable, `spool` sees to.
    ///
    /// # Errors
    ///
    /// As [`Body::write`].
    pub(crate) fn finish(self) -> anyhow::Result<Complete> {
        let Self { id, sealer, mut file, clear, mut sealed } = self;
        sealed.clear();
        let octets = sealer.finish(&mut sealed)?;
        file.write_all(&sealed)?;
        Ok(Complete { id, octets, clear: memory::seal(clear)? })
    }

    /// Tells `spool` that nothing will come.
    pub(crate) async fn abandon(self, spool: &Caller) {
        let question = SpoolQuestion::Abandon { id: self.id };
        let told: Result<(SpoolAnswer, _), _> = spool.call(&question, Vec::new()).await;
        if let Err(error) = told {
            tracing::debug!(event = "body.not-abandoned", "{error}");
        }
    }
}
