//! What the page for a new password says.

pub(super) const TITLE: &str = "Choose a new password";
pub(super) const LEDE: &str = "It takes the place of the former one. You are then logged out \
    everywhere, and log in with it.";
pub(super) const SAVE: &str = "Save the new password";
pub(super) const DEAD_TITLE: &str = "This link no longer works";
/// One answer for a link that is used, expired, mistyped or invented.
pub(super) const DEAD: &str = "It has been used already, or is older than 30 minutes. Ask for another \
    one.";
pub(super) const AGAIN: &str = "Ask for another link";
