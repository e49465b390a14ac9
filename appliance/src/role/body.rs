//! One body on its way in, sealed as it arrives: in memory while it is short, then into a file of
//! `spool`.

use std::{fs::File, io::Write, time::Duration};

use anyhow::Context;
use store::body::SHORT_OCTETS_MAX;
use vault::{key::DataKey, stream::Sealer};

use crate::{
    channel::Caller,
    fail,
    protocol::spool::{SpoolAnswer, SpoolQuestion},
};

/// A body that is being received. Dropped before it is complete, it is abandoned: `spool` then
/// takes its room back.
#[derive(Debug)]
pub(crate) struct Body {
    /// What `spool` calls it; taken out once the body is complete.
    id: Option<String>,
    spool: Caller,
    writing: Option<Writing>,
}

/// How long `spool` may take to give room.
const ROOM_PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
struct Writing {
    /// Taken when the body ends.
    sealer: Option<Sealer>,
    /// Where it goes once it is not short any more.
    file: Option<File>,
    /// Sealed, and in no file.
    sealed: Vec<u8>,
    eight_bit: bool,
    header: Header,
}

/// Finds out whether a header is ASCII, octet by octet.
#[derive(Clone, Copy, Debug, Default)]
struct Header {
    /// Octets of the empty line behind it that were seen: a message may begin with one.
    end: End,
    beyond_ascii: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum End {
    /// At the start of a line.
    #[default]
    LineStart,
    /// Within a line.
    Text,
    /// Past the header.
    Past,
}

impl Header {
    /// Takes the next octets. Line ends are CRLF alone by now.
    fn feed(&mut self, plain: &[u8]) {
        for octet in plain {
            self.end = match (self.end, *octet) {
                (End::Past, _) => return,
                (End::LineStart, b'\n') => End::Past,
                (End::Text, b'\n') => End::LineStart,
                (before, b'\r') => before,
                (End::LineStart | End::Text, octet) => {
                    self.beyond_ascii |= !octet.is_ascii();
                    End::Text
                }
            };
        }
    }
}

/// A body that has arrived whole.
#[derive(Debug)]
pub(crate) struct Complete {
    /// What `spool` calls it.
    pub(crate) id: String,
    /// The sealed body, if it is short; it is in a file otherwise.
    pub(crate) short: Option<Vec<u8>>,
    /// Octets of the clear message.
    pub(crate) octets: u64,
    /// It has octets above 127.
    pub(crate) eight_bit: bool,
    /// Its header has.
    pub(crate) eight_bit_header: bool,
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
    ///
    /// # Errors
    ///
    /// `spool` is gone.
    pub(crate) async fn begin(spool: &Caller) -> anyhow::Result<Begun> {
        let (answer, _) = spool.call_for(&SpoolQuestion::Begin, ROOM_PATIENCE).await?;
        match answer {
            SpoolAnswer::Begun { id, key } => {
                let sealer = Sealer::new(&DataKey::from_bytes(key), &crate::role::thing(&id));
                let writing = Writing {
                    sealer: Some(sealer),
                    file: None,
                    sealed: Vec::new(),
                    eight_bit: false,
                    header: Header::default(),
                };
                let body = Self { id: Some(id), spool: spool.clone(), writing: Some(writing) };
                Ok(Begun::Body(Box::new(body)))
            }
            SpoolAnswer::TryLater { full: true } => Ok(Begun::Full),
            SpoolAnswer::TryLater { full: false }
            | SpoolAnswer::Accepted { .. }
            | SpoolAnswer::Rejected { .. }
            | SpoolAnswer::Room
            | SpoolAnswer::Done => Ok(Begun::TryLater),
        }
    }

    /// Takes the next octets of the message.
    ///
    /// # Errors
    ///
    /// The disk is full, or fails, or `spool` is gone; the body must be dropped.
    pub(crate) async fn write(&mut self, plain: &[u8]) -> anyhow::Result<()> {
        let writing = self.writing.as_mut().context("the body has ended")?;
        writing.eight_bit |= !plain.is_ascii();
        writing.header.feed(plain);
        let sealer = writing.sealer.as_mut().context("the body has ended")?;
        sealer.seal(plain, &mut writing.sealed)?;
        self.store().await
    }

    /// Ends the body. What is durable, `spool` sees to.
    ///
    /// # Errors
    ///
    /// As [`Body::write`].
    pub(crate) async fn finish(mut self) -> anyhow::Result<Complete> {
        let writing = self.writing.as_mut().context("the body has ended")?;
        let sealer = writing.sealer.take().context("the body has ended")?;
        let octets = sealer.finish(&mut writing.sealed)?;
        fail::point("front.body.end")?;
        self.store().await?;
        let writing = self.writing.take().context("the body has ended")?;
        let Writing { file, sealed, eight_bit, header, .. } = writing;
        let id = self.id.take().context("the body has ended")?;
        let short = file.is_none().then_some(sealed);
        Ok(Complete { id, short, octets, eight_bit, eight_bit_header: header.beyond_ascii })
    }

    /// Moves what is sealed into the file, if there is one, or must be.
    async fn store(&mut self) -> anyhow::Result<()> {
        let writing = self.writing.as_mut().context("the body has ended")?;
        if writing.file.is_none() {
            if writing.sealed.len() <= SHORT_OCTETS_MAX {
                return Ok(());
            }
            let question = SpoolQuestion::Room { id: self.id.clone().unwrap_or_default() };
            let (answer, files) = self.spool.call_for(&question, ROOM_PATIENCE).await?;
            anyhow::ensure!(matches!(answer, SpoolAnswer::Room), "there is no room for it");
            let file = files.into_iter().next().context("no file came with the answer")?;
            writing.file = Some(file.into());
        }
        if let Some(file) = &mut writing.file {
            fail::point("front.body.write")?;
            tokio::task::block_in_place(|| file.write_all(&writing.sealed))?;
            writing.sealed.clear();
        }
        Ok(())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        let (Some(id), Ok(runtime)) = (self.id.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let spool = self.spool.clone();
        runtime.spawn(async move {
            let question = SpoolQuestion::Abandon { id };
            let told: Result<(SpoolAnswer, _), _> = spool.call(&question, Vec::new()).await;
            if let Err(error) = told {
                tracing::debug!(event = "body.not-abandoned", "{error}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_ends_at_its_empty_line() {
        for (message, beyond_ascii) in [
            ("Subject: \u{e9}\r\n\r\nx", true),
            ("Subject: x\r\n\r\n\u{e9}", false),
            ("Subject: x\r\n y\r\nTo: \u{e9}", true),
            ("\r\nSubject: \u{e9}", false),
            ("", false),
        ] {
            for cut in [1, 2, 100] {
                let mut header = Header::default();
                message.as_bytes().chunks(cut).for_each(|it| header.feed(it));
                assert_eq!(header.beyond_ascii, beyond_ascii, "{message:?} cut at {cut}");
            }
        }
    }
}
