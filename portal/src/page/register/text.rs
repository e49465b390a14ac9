//! What the page for a new account says.

pub(super) const TITLE: &str = "Create your account";
pub(super) const LEDE: &str = "You only do this once. It takes about a minute.";
pub(super) const ADDRESS_HINT: &str =
    "The message was sent to this address, so it cannot be changed.";
pub(super) const SAVE: &str = "Save and read the message";
pub(super) const FIRST_NAME_MISSING: &str = "Enter your first name";
pub(super) const LAST_NAME_MISSING: &str = "Enter your last name";
pub(super) const NAME_WRONG: &str = "Enter a name of up to 60 characters";
