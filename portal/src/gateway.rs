//! What the portal asks of the rest of the gateway, and the values that cross that edge.
//!
//! # Trust
//!
//! The portal holds neither the key-encryption key nor a mail parser. Keys come from the key
//! process, one thing at a time; parsed and cleaned bodies come from the confined worker; whatever
//! leaves goes to the spool, which decides it like any other mail.

use std::fmt;
use std::pin::Pin;

use vault::key::{DataKey, WrappedKey};

/// A future behind a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the portal needs of the gateway. The appliance implements it over its sockets.
///
/// No method is called with a message that does not belong to the signed-in account.
pub trait Gateway: Send + Sync + 'static {
    /// Makes a data key for a new thing; `context` is `account:<id>`.
    ///
    /// # Errors
    /// When the key process does not answer.
    fn new_key(&self, context: String)
    -> BoxFuture<'_, Result<(DataKey, WrappedKey), Unavailable>>;

    /// Opens the data key of a thing; `context` is `message:<id>` or `account:<id>`.
    ///
    /// # Errors
    /// When the key process does not answer, or the key was not wrapped for this context.
    fn open_key(
        &self,
        wrapped: WrappedKey,
        context: String,
    ) -> BoxFuture<'_, Result<DataKey, Unavailable>>;

    /// The keyed hash under which an address is stored; the argument is its one normal form:
    /// the local part folded, `@`, the domain as A-labels.
    ///
    /// # Errors
    /// When the key process does not answer.
    fn address_hash(&self, address: String) -> BoxFuture<'_, Result<[u8; 32], Unavailable>>;

    /// Has the confined worker parse and clean the body of a message.
    ///
    /// # Errors
    /// When the body is missing, does not open under the key, or the worker gave up on it.
    fn reading(
        &self,
        message_id: String,
        key: DataKey,
    ) -> BoxFuture<'_, Result<Reading, Unavailable>>;

    /// One decoded attachment, by the index of its [`AttachmentInfo`]; `None` when there is none.
    ///
    /// # Errors
    /// As [`Gateway::reading`].
    fn attachment(
        &self,
        message_id: String,
        key: DataKey,
        index: u32,
    ) -> BoxFuture<'_, Result<Option<AttachmentBody>, Unavailable>>;

    /// Hands over a message written in the portal. It is durable when this answers `Accepted`.
    ///
    /// # Errors
    /// When the spool does not answer; nothing is known about the message then.
    fn submit(&self, submission: Submission) -> BoxFuture<'_, Result<SubmitOutcome, Unavailable>>;

    /// Writes to the owner of an account, at its address.
    ///
    /// # Errors
    /// When the spool does not answer; nothing was written then.
    fn write(&self, to: String, letter: AccountLetter) -> BoxFuture<'_, Result<(), Unavailable>>;

    /// Takes the decision of a sender about what waits for it: whether it goes. False where there is no
    /// such link (any more). `token` is the hash of the link's token.
    ///
    /// # Errors
    /// When the spool does not answer; nothing is decided then.
    fn sender_decides(
        &self,
        token: [u8; 32],
        goes: bool,
    ) -> BoxFuture<'_, Result<bool, Unavailable>>;

    /// Records that the recipient opened a copy, and queues the receipt, in one transaction.
    ///
    /// Called once for a copy: when it is shown and carries no time of reading. Calling it again
    /// changes nothing.
    ///
    /// # Errors
    /// When the spool does not answer.
    fn opened(&self, copy_id: String) -> BoxFuture<'_, Result<(), Unavailable>>;
}

/// What the owner of an account is told.
#[derive(Clone, Eq, PartialEq)]
pub enum AccountLetter {
    /// A new password was chosen.
    Changed,
    /// How to choose a new password.
    Reset {
        /// The text of the link's token.
        link: String,
    },
}

impl fmt::Debug for AccountLetter {
    // A link is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "Changed",
            Self::Reset { .. } => "Reset",
        })
    }
}

/// Another process of the gateway could not answer. The reason is for the log alone.
#[derive(Debug, thiserror::Error)]
#[error("the gateway is unavailable: {reason}")]
pub struct Unavailable {
    reason: String,
}

impl Unavailable {
    /// Says why, for the log. The reason must hold neither addresses nor content.
    #[must_use]
    pub fn new(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string() }
    }
}

/// A message as its recipient may see it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The decoded subject.
    pub subject: String,
    /// The author as the message names them.
    pub from: Mailbox,
    /// The `To` recipients.
    pub to: Vec<Mailbox>,
    /// The `Cc` recipients.
    pub cc: Vec<Mailbox>,
    /// The `Date` field in ms since 1970, when it parsed.
    pub date_ms: Option<i64>,
    /// The `Message-ID` without its angle brackets.
    pub message_id: Option<String>,
    /// The `References`, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// The plain text body.
    pub text: Option<String>,
    /// The HTML body, cleaned by the worker against its allow-list of elements.
    pub html: Option<String>,
    /// How many pictures on other hosts the cleaning dropped.
    pub remote_pictures_dropped: u32,
    /// The attachments in the order of the message.
    pub attachments: Vec<AttachmentInfo>,
}

/// A name and an address.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mailbox {
    /// The display name; empty when the message gives none.
    pub name: String,
    /// The address in its normalised text form.
    pub address: String,
}

impl Mailbox {
    /// What to call this person: the name, else the address.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }
}

/// An attachment as the list under a message shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttachmentInfo {
    /// The place by which it is asked for.
    pub index: u32,
    /// The name the sender gave it; never used as a path.
    pub name: String,
    /// The media type the message declares, like `application/pdf`.
    pub kind: String,
    /// The decoded size.
    pub octets: u64,
}

/// A decoded attachment.
#[derive(Clone, Debug)]
pub struct AttachmentBody {
    /// The name the sender gave it.
    pub name: String,
    /// The media type the message declares.
    pub kind: String,
    /// The decoded octets.
    pub bytes: Vec<u8>,
}

/// A message written in the portal.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The account that wrote it.
    pub account_id: String,
    /// The verified address of that account: envelope sender and `From`.
    pub sender: String,
    /// The envelope recipients, normalised, each of an internal domain.
    pub recipients: Vec<String>,
    /// The complete message (RFC 5322, CRLF).
    pub message: Vec<u8>,
    /// The copy that this answers.
    pub in_reply_to_copy: Option<String>,
}

/// What the spool did with a submission.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SubmitOutcome {
    /// It is durable, listed among what the account sent, and decided like any other mail.
    Accepted,
    /// The rules, or the state of the organisation, refuse it; the reason may be shown.
    Refused {
        /// A sentence for the author of the message.
        reason: String,
    },
    /// It is over the limit of the gateway.
    TooLarge,
}
