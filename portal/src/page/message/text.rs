//! What the page of a message says.

pub(super) const NO_BODY: &str = "This message has no text.";
pub(super) const FORMATTING_WITHHELD: &str = "The formatting of this message could not be shown \
    safely, so you see its text.";
pub(super) const GONE_EXPIRED_TITLE: &str = "This message has expired";
pub(super) const GONE_RECALLED_TITLE: &str = "The message was taken back";
pub(super) const GONE_RECALLED: &str = "The sender has taken this message back.";

pub(super) const GONE_DELETED_TITLE: &str = "This message was deleted";
pub(super) const GONE_DELETED: &str = "It can no longer be shown.";

/// What stands in for a message that was available until a date.
pub(super) fn gone_expired(date: &str) -> String {
    format!("This message was available until {date} and has been deleted.")
}

/// Over a message that may still be read, but no more answered.
pub(super) fn read_only(date: &str) -> String {
    format!("This message expired on {date}. You can no longer reply.")
}

/// How many pictures of other hosts are not shown.
pub(super) fn remote_pictures(dropped: u32) -> String {
    match dropped {
        1 => "1 remote picture was not loaded, so that nobody learns that you opened this message."
            .to_owned(),
        many => format!(
            "{many} remote pictures were not loaded, so that nobody learns that you opened this \
             message."
        ),
    }
}
