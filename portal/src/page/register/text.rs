//! What the page for a new account says.

pub(super) const TITLE: &str = "Create your account";
pub(super) const LEDE: &str = "You only do this once. It takes about a minute.";
pub(super) const ADDRESS_HINT: &str =
    "The message was sent to this address, so it cannot be changed.";
pub(super) const SAVE: &str = "Save and read the message";
pub(super) const FIRST_NAME_MISSING: &str = "Enter your first name";
pub(super) const LAST_NAME_MISSING: &str = "Enter your last name";
pub(super) const NAME_WRONG: &str = "Enter a name of up to 60 characters";
pub(super) const PASSWORD_MISSING: &str = "Enter a password";
pub(super) const PASSWORD_SHORT: &str =
    "Enter a password of at least 15 and at most 256 characters";
pub(super) const PASSWORD_COMMON: &str = "Choose a password that is not known to attackers";
pub(super) const PASSWORD_PERSONAL: &str =
    "Choose a password that is not your name, address or organisation";
pub(super) const PASSWORDS_DIFFER: &str = "New Password and Confirm Password must be the same";
