//! What the inbox says.

pub(super) const TITLE: &str = "Inbox";
pub(super) const EMPTY_TITLE: &str = "No messages yet";
pub(super) const EMPTY: &str = "You get an email when one arrives.";
pub(super) const FOOT: &str = "Messages stay until the day that each one says.";
pub(super) const DELETED: &str = "The message was deleted.";
/// The subject of a message that nobody can open any more.
pub(super) const TAKEN_BACK: &str = "The sender has taken this message back.";
pub(super) const EXPIRED: &str = "This message has expired.";
pub(super) const NO_SUBJECT: &str = "(no subject)";
pub(super) const UNREADABLE: &str = "This message cannot be shown at the moment.";
