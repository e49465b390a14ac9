//! Segments in, plain octets out.

use std::fmt;
use std::mem;

use zeroize::Zeroizing;

use super::header::{HEADER_OCTETS, Header};
use super::length::wide;
use super::segments::Segments;
use super::{SEALED_SEGMENT_OCTETS, SEGMENT_OCTETS, StreamError};
use crate::DataKey;

/// Opens one body as it is read. Holds less than two segments.
///
/// What [`open`](Self::open) gives is authentic as far as it goes; that nothing is missing is
/// known only when [`finish`](Self::finish) has succeeded.
pub struct Opener {
    stage: Stage,
    /// The header, or at most one sealed segment: whether it is the last shows later.
    pending: Zeroizing<Vec<u8>>,
    plain_octets: u64,
}

enum Stage {
    /// Nothing more is opened once anything was refused.
    Broken,
    Header {
        key: DataKey,
        thing: String,
    },
    Segments {
        header: Header,
        segments: Box<Segments>,
    },
}

impl Opener {
    /// Starts the body of `thing`.
    #[must_use]
    pub fn new(key: &DataKey, thing: &str) -> Self {
        Self {
            stage: Stage::Header { key: key.clone(), thing: thing.to_owned() },
            pending: Zeroizing::new(Vec::with_capacity(SEALED_SEGMENT_OCTETS)),
            plain_octets: 0,
        }
    }

    /// Takes the next octets as they were stored, as many as there are, and appends to `out`
    /// what they hold.
    ///
    /// # Errors
    ///
    /// [`StreamError::Format`] when this is no sealed body, [`StreamError::Seal`] when it was
    /// changed. After an error every further call fails.
    pub fn open(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), StreamError> {
        while !sealed.is_empty() {
            if self.pending.len() == self.wanted() {
                self.advance(out).inspect_err(|_error| self.stage = Stage::Broken)?;
            }
            // A whole one that is not the last need not be kept.
            if self.pending.is_empty()
                && let Stage::Segments { header, segments } = &mut self.stage
                && let Some((segment, rest)) = sealed.split_at_checked(SEALED_SEGMENT_OCTETS)
                && !rest.is_empty()
            {
                let opened = segments.open_into(header.octets(), segment, out);
                opened.inspect_err(|_error| self.stage = Stage::Broken)?;
                self.plain_octets = self.plain_octets.saturating_add(wide(SEGMENT_OCTETS));
                sealed = rest;
                continue;
            }
            let room = self.wanted().saturating_sub(self.pending.len());
            let (taken, rest) = sealed.split_at_checked(room).unwrap_or((sealed, &[]));
            self.pending.extend_from_slice(taken);
            sealed = rest;
        }
        Ok(())
    }

    /// Ends the body: appends what the last segment holds. Gives the plain length, in octets.
    ///
    /// # Errors
    ///
    /// [`StreamError::Seal`] when anything is missing or was changed; what was given before must
    /// then be thrown away. [`StreamError::Format`] when not even the header is there.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<u64, StreamError> {
        if matches!(self.stage, Stage::Header { .. }) {
            self.advance(out)?;
        }
        let Stage::Segments { header, mut segments } = self.stage else {
            return Err(StreamError::Seal);
        };
        let last = self.pending.len().saturating_sub(super::TAG_OCTETS);
        let plain_octets = self.plain_octets.saturating_add(wide(last));
        segments.open(true, &header.and_length(plain_octets), &mut self.pending)?;
        out.extend_from_slice(&self.pending);
        Ok(plain_octets)
    }

    /// How much must be pending before it is known to be complete.
    fn wanted(&self) -> usize {
        match self.stage {
            Stage::Header { .. } => HEADER_OCTETS,
            Stage::Broken | Stage::Segments { .. } => SEALED_SEGMENT_OCTETS,
        }
    }

    fn advance(&mut self, out: &mut Vec<u8>) -> Result<(), StreamError> {
        match &mut self.stage {
            Stage::Broken => return Err(StreamError::Seal),
            Stage::Header { key, thing } => {
                let octets = self.pending.as_slice().try_into();
                let header = Header::parse(octets.map_err(|_length| StreamError::Format)?)?;
                let segments = Box::new(header.segments(key, thing));
                drop(mem::replace(&mut self.stage, Stage::Segments { header, segments }));
            }
            Stage::Segments { header, segments } => {
                segments.open(false, header.octets(), &mut self.pending)?;
                self.plain_octets = self.plain_octets.saturating_add(wide(self.pending.len()));
                out.extend_from_slice(&self.pending);
            }
        }
        self.pending.clear();
        Ok(())
    }
}

/// Opens a body that is all there. Gives nothing unless all of it is authentic.
///
/// # Errors
///
/// As [`Opener::open`] and [`Opener::finish`].
pub fn open_all(key: &DataKey, thing: &str, sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
    let octets = super::plain_octets(wide(sealed.len())).ok_or(StreamError::Format)?;
    let mut plain = Vec::with_capacity(usize::try_from(octets).unwrap_or_default());
    let mut opener = Opener::new(key, thing);
    opener.open(sealed, &mut plain)?;
    opener.finish(&mut plain)?;
    Ok(plain)
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("plain_octets", &self.plain_octets).finish_non_exhaustive()
    }
}
