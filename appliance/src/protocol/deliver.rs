//! Between `spool` and `deliver`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{hop::Hop, wishes::Wishes};

/// How long a whole job may take; a large message over a slow line fits. Who asks waits a little
/// longer than that, so that `deliver` is the one that says so.
pub(crate) const JOB_PATIENCE: Duration = Duration::from_secs(30 * 60);

/// A question to `deliver`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Question {
    /// Deliver this. Answered by [`Outcomes`].
    Job(Box<Job>),
    /// Would this hop take mail for this recipient? Answered by an [`Outcome`].
    Probe {
        /// Where it is asked.
        hop: Hop,
        /// Who.
        recipient: String,
    },
}

/// How long a probe may take.
pub(crate) const PROBE_PATIENCE: Duration = Duration::from_secs(8);

/// One transaction for a next hop; the sealed body goes with it as a read-only file.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Job {
    /// The message.
    pub(crate) id: String,
    /// Its data key, wrapped for `message:ID`.
    pub(crate) wrapped: Vec<u8>,
    /// Octets of the clear message before edits.
    pub(crate) octets: u64,
    /// Absent for the null sender.
    pub(crate) sender: Option<String>,
    /// Rows of the queue with their addresses.
    pub(crate) recipients: Vec<(i64, String)>,
    /// What its sender wants to be told.
    pub(crate) wishes: Wishes,
    /// Changes to this copy.
    pub(crate) edits: Vec<Edit>,
    /// This copy has octets above 127: a next hop without 8BITMIME does not take it.
    pub(crate) eight_bit: bool,
    /// Its header has letters beyond ASCII, by `SMTPUTF8`.
    pub(crate) utf8: bool,
    /// The `Received:` field that goes in front, with its line end; empty for mail of our own.
    pub(crate) received: Vec<u8>,
    /// The domain of its author, where it is one of ours and should be signed.
    pub(crate) author: Option<String>,
    /// Where it goes.
    pub(crate) hop: Hop,
}

/// A change to a copy; `wire::edit::Edit` on its way between processes.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Edit {
    /// Offset in the original, octets.
    pub(crate) at: u64,
    /// Octets left out.
    pub(crate) remove: u64,
    /// What stands in their place.
    pub(crate) insert: Vec<u8>,
}

impl From<Edit> for wire::edit::Edit {
    fn from(edit: Edit) -> Self {
        let Edit { at, remove, insert } = edit;
        Self { at, remove, insert }
    }
}

/// What became of each recipient of a job.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Outcomes {
    /// By row of the queue.
    pub(crate) outcomes: Vec<(i64, Outcome)>,
    /// A server talked.
    pub(crate) reached: bool,
}

/// What became of one recipient.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Outcome {
    /// The next hop took it.
    Delivered {
        /// Its reply.
        reply: String,
        /// It reports on it, to whoever wants to be told.
        reports: bool,
    },
    /// The next hop will never take it.
    Permanent {
        /// Its reply.
        reply: String,
    },
    /// It may take it later.
    Temporary {
        /// Its reply, or what went wrong.
        reply: String,
    },
}
