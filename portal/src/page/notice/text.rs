//! What the page behind a notice's link says.

pub(super) const TITLE: &str = "A secure message is waiting for you";
pub(super) const CREATE: &str = "Create your account";
pub(super) const LOG_IN: &str = "Log in";
pub(super) const FIRST_TIME: &str = "First time here? Create an account with a password of your \
    own. It takes about a minute.";
pub(super) const BEEN_HERE: &str = "You already have an account.";
pub(super) const DEAD_TITLE: &str = "This link no longer works";
/// One answer for a link that is used, expired, mistyped or invented.
pub(super) const DEAD: &str = "Log in to look for the message. If you have no account yet, ask the \
    sender to send the message again.";
pub(super) const RECALLED_TITLE: &str = "The message was taken back";
pub(super) const RECALLED: &str = "The sender has taken this message back.";
