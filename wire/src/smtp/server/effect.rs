//! What goes into a conversation and what comes out of it.

use grammar::literal::Address;

use super::{
    relay::{RcptVerdict, Standing},
    reply::Reply,
    senders::Senders,
    transaction::Envelope,
};
use crate::smtp::{
    chunk::Chunk, credentials::Credentials, data::Received, line::Line, path::ReversePath,
};

/// One thing that happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The peer sent a line. Answers [`Effect::Read`] and [`Effect::Reply`].
    Line(Line<'a>),
    /// The recipient was judged. Answers [`Effect::Judge`].
    Judged(RcptVerdict),
    /// The credentials were checked. Answers [`Effect::Verify`].
    Verified(Verification),
    /// The handshake succeeded. Answers [`Effect::StartTls`].
    TlsStarted,
    /// The message or the chunk ended. Answers [`Effect::Receive`] and [`Effect::Chunk`].
    Received(Received),
    /// The message is on disk, and decided. Answers [`Effect::Store`].
    Stored,
    /// Likewise, but for these recipients, by their places in [`Envelope::recipients`]. Only where
    /// [`super::Session::answers_each`].
    StoredBut(Vec<(usize, Reply)>),
    /// The message is not taken, and nothing is kept of it. Answers [`Effect::Store`];
    /// [`Effect::Receive`] when the message cannot be received at all, whose reply was not sent
    /// then; and [`Effect::Chunk`] once all octets of the chunk were read and dropped.
    Refused(Reply),
}

/// What became of credentials.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verification {
    /// They are wrong.
    Denied,
    /// They are right; the peer may use these senders.
    Granted(Senders),
    /// Nobody could say.
    Unavailable,
}

/// One thing for the driver to do.
#[derive(Debug, Eq, PartialEq)]
pub enum Effect {
    /// Read exactly the octets of the chunk into the message, whose first one opens a place and
    /// makes a reader ([`super::Session::chunk_receiver`]); answer [`Input::Received`].
    Chunk(Chunk),
    /// Send the reply, then close the connection.
    Close(Reply),
    /// Send the reply, then read the next line. What came of the message is kept.
    Continue(Reply),
    /// Decide about a recipient; answer [`Input::Judged`].
    Judge(Rcpt),
    /// Nothing to send: read the next line.
    Read,
    /// Open a place for the message, send the reply, read the message with
    /// [`super::Session::receiver`], answer [`Input::Received`]. A place that fails later is answered
    /// [`Input::Refused`] after [`Effect::Store`], so the peer is read to its final dot.
    Receive(Reply),
    /// Send the reply, then read the next line. Content of a message, or of a part of one, is
    /// dropped.
    Reply(Reply),
    /// As [`Effect::Reply`], with one reply for each recipient that was taken.
    ReplyEach(Vec<Reply>),
    /// Read and drop so many octets, then do as for [`Effect::Reply`]: they follow a command that
    /// is refused, and are no commands.
    Skip(u64, Reply),
    /// Send the reply, drop everything read from the peer so far that was not stepped
    /// ([`crate::smtp::line::LineReader::discard`] and the buffer before it), start TLS, answer
    /// [`Input::TlsStarted`]. When the handshake fails, close the connection.
    StartTls(Reply),
    /// Make the message durable and decide it; answer [`Input::Stored`], [`Input::StoredBut`] or
    /// [`Input::Refused`].
    Store(Envelope),
    /// Check the credentials; answer [`Input::Verified`].
    Verify(Credentials),
}

/// A recipient to decide about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rcpt {
    /// The recipient.
    pub recipient: Address,
    /// Where failures are reported.
    pub sender: ReversePath,
    /// Who the peer has shown itself to be.
    pub standing: Standing,
}
