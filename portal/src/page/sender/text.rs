//! What the page behind a sender's link says.

pub(super) const TITLE: &str = "Send this message?";
pub(super) const DECIDED_TITLE: &str = "Your message";
pub(super) const LEDE: &str = "A rule of your organisation asks you to look once more: are these the \
    people you mean, and may they have it?";
pub(super) const DECIDED: &str = "Nothing waits for you.";
pub(super) const SEND: &str = "Send it";
pub(super) const STOP: &str = "Do not send it";
pub(super) const STOP_HINT: &str = "If you stop it, nobody gets it who does not have it yet.";
/// What was decided, once it was.
pub(super) const SENT: &str = "The message is on its way. It is checked once more before it goes.";
pub(super) const STOPPED: &str = "The message was stopped. It is not sent to those it waited for.";
pub(super) const MORE: &str = "and more: not all recipients are listed.";
pub(super) const DEAD_TITLE: &str = "This link no longer works";
/// One answer for a link that is expired, mistyped or invented.
pub(super) const DEAD: &str =
    "If the message still waited for you, it was returned to you by mail.";

pub(super) const ASKED: &str = "waits for you";
pub(super) const HELD: &str = "waits for others in your organisation";
pub(super) const UNDER_WAY: &str = "is being sent";
pub(super) const NOT_SENT: &str = "was not sent";
pub(super) const WAS_SENT: &str = "was sent";
