//! How the processes talk: packets over socket pairs, descriptors beside them.
//!
//! A pair is `SOCK_SEQPACKET`, so a packet arrives whole or not at all; what is too big for one
//! travels in a sealed memory file. Requests carry an id that the answer repeats.

use std::os::fd::OwnedFd;

mod caller;
mod line;
pub(crate) mod memory;
mod packet;
mod server;

pub(crate) use caller::Caller;
pub(crate) use line::Line;
pub(crate) use packet::{Packet, decode, encode, pair, receive, send, watched};
pub(crate) use server::{Answer, Handler, serve};

/// One end of a line to another process.
#[derive(Debug)]
pub(crate) struct End {
    /// What the master numbers the line with; a loss is told by it, because a newer line to the
    /// same role may stand by the time the word arrives.
    pub(crate) number: u64,
    pub(crate) socket: OwnedFd,
}

/// A call did not come back with an answer. The caller holds what it was working on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// No process came to be asked in time; what was to be asked was not.
    #[error("there is no process to ask")]
    Absent,
    /// The process went away before it answered.
    #[error("the process that should answer is gone")]
    Gone,
    /// The answer did not come in time.
    #[error("no answer within the time allowed")]
    Late,
    /// The answer could not be read.
    #[error("the answer could not be read")]
    Malformed(#[source] postcard::Error),
    /// The socket failed.
    #[error("the socket failed")]
    Socket(#[source] std::io::Error),
}
