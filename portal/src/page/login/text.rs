//! What the login page says.

pub(super) const TITLE: &str = "Log in";
pub(super) const HEADING: &str = "Log in to read your message";
pub(super) const LEDE: &str = "Use the email address the notice was sent to.";
pub(super) const EXPIRED: &str =
    "You were signed out because you were away for a while. Log in again.";
pub(super) const RESET: &str = "Your password has been changed. Log in with the new one.";
pub(super) const LOGGED_OUT: &str = "You are logged out.";
/// One answer for a wrong password, an unknown address and a locked account.
pub(super) const WRONG: &str = "The email address or password is not correct.";
pub(super) const LOCK_HINT: &str = "After 10 failed attempts the account is locked.";
pub(super) const EMAIL_MISSING: &str = "Enter your email address";
pub(super) const EMAIL_WRONG: &str = "Enter an email address like name@example.org";
pub(super) const PASSWORD_MISSING: &str = "Enter your password";
pub(super) const FORGOTTEN: &str = "We send a link to your email address, with which you choose a \
    new one.";
