//! What the list of sent messages says.

pub(super) const TITLE: &str = "Sent";
pub(super) const EMPTY_TITLE: &str = "Nothing sent yet";
pub(super) const EMPTY: &str = "Replies that you write here are listed on this page.";
pub(super) const FOOT: &str = "What you wrote here. It went straight to the organisation.";
pub(super) const DONE: &str = "Your reply was sent.";
pub(super) const GONE: &str = "This message is no longer kept.";
