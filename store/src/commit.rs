//! A state of a message and all that it causes, in one transaction.

mod write;

use std::sync::Arc;

use vault::{TokenHash, WrappedKey};

use crate::audit::NewRecord;
use crate::copy::{OnExpiry, ReadReceipt};
use crate::message::{MessageKind, MessageState};
use crate::token::TokenPurpose;

pub use write::commit_all;
pub(crate) use write::{add, insert_event, insert_token, write, write_with};

/// A message and what is decided about it.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The message.
    pub message: NewMessage,
    /// Absent for a new message. Otherwise the state the stored message must be in: it is then
    /// given its new state; key, size and time of receipt stay as they are.
    pub replaces: Option<MessageState>,
    /// To whom it is relayed, or held for.
    pub deliveries: Vec<NewDelivery>,
    /// Who may read it in the portal.
    pub copies: Vec<NewCopy>,
    /// The links that lead to copies.
    pub tokens: Vec<NewToken>,
    /// The account that wrote it, if it was written in the portal.
    pub sent: Option<NewSent>,
    /// What there is to say about it.
    pub events: Vec<NewEvent>,
    /// What the audit log tells of it.
    pub audit: Vec<NewRecord>,
    /// The mails it causes: notices, confirmations, bounces.
    pub also: Vec<Commit>,
}

/// A message to be stored. A body that is not given has been published before.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// What it is.
    pub kind: MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// Its key, wrapped for `message:<id>`.
    pub wrapped_key: WrappedKey,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// The sealed body, if it is short: see [`body::SHORT_OCTETS_MAX`](crate::body). Not written
    /// again where the message replaces itself.
    pub body: Option<Arc<[u8]>>,
    /// Sealed: sender and recipients.
    pub envelope: Vec<u8>,
    /// Sealed: subject, names, attachments.
    pub head: Vec<u8>,
    /// Sealed: the decision and its trace.
    pub decision: Option<Vec<u8>>,
    /// Which rules decided.
    pub bundle: Option<Vec<u8>>,
    /// When it came, in ms since 1970 UTC.
    pub received_at_ms: i64,
    /// When to examine it: for [`MessageState::Examining`] and for no other.
    pub due_at_ms: Option<i64>,
}

/// A message on its way to one recipient or several on one route.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Tells where it goes on the route from all other places: a keyed hash; 0 where all of the route
    /// goes to one place.
    pub destination: i64,
    /// Sealed: the address or addresses.
    pub recipient: Vec<u8>,
    /// Sealed: how the message is to be changed.
    pub plan: Vec<u8>,
    /// When it is to go, or who holds it.
    pub start: DeliveryStart,
}

/// How a delivery begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DeliveryStart {
    /// Held until somebody decides.
    Held {
        /// Who is to decide, or why.
        hold_for: String,
    },
    /// In the queue.
    Queued {
        /// When it is due, in ms since 1970 UTC.
        due_at_ms: i64,
    },
}

/// What one recipient may read in the portal.
#[derive(Clone, Debug)]
pub struct NewCopy {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// Of the recipient.
    pub address_hash: [u8; 32],
    /// Of the sender.
    pub sender_hash: [u8; 32],
    /// Sealed: the address.
    pub recipient: Vec<u8>,
    /// What the recipient may do.
    pub options: CopyOptions,
    /// Which definition decided.
    pub decided_by: String,
    /// When it becomes unreadable or read-only, in ms since 1970 UTC.
    pub expires_at_ms: i64,
    /// Until when the recipient may have it kept, if at all.
    pub extension_until_ms: Option<i64>,
    /// When it was put there, in ms since 1970 UTC.
    pub delivered_at_ms: i64,
}

/// What the reader of a copy may do, and what happens to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::FromRow)]
pub struct CopyOptions {
    /// Print it.
    pub print: bool,
    /// Answer its sender.
    pub reply: bool,
    /// Answer all it was sent to.
    pub reply_all: bool,
    /// Send it on.
    pub forward: bool,
    /// What is left when it has expired.
    pub on_expiry: OnExpiry,
    /// Whether its sender is told that it was read.
    pub read_receipt: ReadReceipt,
}

/// A secret that is mailed as a link.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// All that is kept of it.
    pub hash: TokenHash,
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// Where it leads: for [`TokenPurpose::Notice`] and for no other.
    pub copy_id: Option<String>,
    /// What it is about: for [`TokenPurpose::Sender`] and for no other.
    pub message_id: Option<String>,
    /// Whom it was sent to.
    pub address_hash: [u8; 32],
    /// In ms since 1970 UTC.
    pub expires_at_ms: i64,
}

/// A message in the list of what an account wrote.
#[derive(Clone, Debug)]
pub struct NewSent {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// Who wrote it.
    pub account_id: String,
    /// In ms since 1970 UTC.
    pub created_at_ms: i64,
}

/// Something that happened to a message.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// A dotted name.
    pub name: String,
    /// Sealed.
    pub detail: Option<Vec<u8>>,
}
