//! What goes into a conversation and what comes out of it.

use super::{
    batch::{Job, Outcome},
    reply::Reply,
};

/// One thing that happened.
#[derive(Debug)]
pub enum Input {
    /// The server replied. Answers [`Effect::Read`] and [`Effect::Send`].
    Reply(Reply),
    /// The handshake succeeded and the certificate is good enough. Answers [`Effect::StartTls`].
    TlsStarted,
    /// A message to send. Answers [`Effect::Ready`], and [`Effect::Done`] with [`After::Ready`].
    Message(Job),
    /// An envelope that is only asked about: no content is sent, and a recipient is delivered to if it
    /// would be taken. Answers as [`Input::Message`].
    Probe(Job),
    /// The content and its final dot were sent. Answers [`Effect::Content`].
    ContentSent,
    /// No more messages. Answers as [`Input::Message`].
    Quit,
    /// The connection broke, timed out, or carried what is no reply. At any time.
    Lost,
}

/// One thing for the driver to do.
#[derive(Debug, Eq, PartialEq)]
pub enum Effect {
    /// Close the connection; nothing is pending.
    Close,
    /// Send the content through [`crate::smtp::stuff::Stuffer`] and end it with its final dot;
    /// answer [`Input::ContentSent`]. If it cannot be sent to its end, close the connection
    /// without the dot and answer [`Input::Lost`].
    Content,
    /// One outcome for each recipient, in the order of the job.
    Done(Vec<Outcome>, After),
    /// No message can be sent over this connection: close it.
    Failed(Failure),
    /// Read one reply.
    Read,
    /// Answer [`Input::Message`], [`Input::Probe`] or [`Input::Quit`].
    Ready,
    /// Send these octets, then read one reply.
    Send(Vec<u8>),
    /// If anything was read after the last reply, answer [`Input::Lost`]: somebody put it there.
    /// Else start TLS and answer [`Input::TlsStarted`], or [`Input::Lost`] when it fails.
    StartTls,
}

/// What a connection is good for after a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum After {
    /// Nothing: close it.
    Close,
    /// The next message.
    Ready,
}

/// Why no message can be sent over a connection. All of these may pass, or differ at another server
/// for the same domain.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Failure {
    /// The server offers no mechanism that we know.
    #[error("the server offers no AUTH that is known here")]
    AuthNotOffered,
    /// The server refuses our credentials.
    #[error("the server refuses the credentials: {0}")]
    AuthRefused(Reply),
    /// The connection broke, or carried what is no reply.
    #[error("the connection was lost")]
    Lost,
    /// The server refuses the conversation.
    #[error("the server refuses to talk: {0}")]
    Refused(Reply),
    /// TLS is required and not offered, or refused.
    #[error("the server offers no TLS")]
    TlsNotOffered,
}

impl Failure {
    /// What it means for a message that was to be sent.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::Temporary(match self {
            Self::AuthNotOffered => Reply::ours(454, "4.7.0 The next server offers no log-in"),
            Self::AuthRefused(reply) | Self::Refused(reply) => reply.clone(),
            Self::Lost => lost(),
            Self::TlsNotOffered => Reply::ours(454, "4.7.0 The next server offers no TLS"),
        })
    }
}

/// What stands for the reply that a lost connection did not bring.
pub(super) fn lost() -> Reply {
    Reply::ours(421, "4.4.2 Connection lost")
}
