//! What the pages on a forgotten password say.

pub(super) const TITLE: &str = "Forgot your password?";
pub(super) const LEDE: &str = "Enter the email address that your notices come to. We send it a link \
    with which you choose a new password.";
pub(super) const SEND: &str = "Send me a link";
pub(super) const MISSING: &str = "Enter your email address";
pub(super) const WRONG: &str = "Enter an email address like name@example.org";
pub(super) const ASKED_TITLE: &str = "Look at your mail";
/// The same whether the address has an account or not.
pub(super) const ASKED: &str = "If that address has an account, we have sent it a link. It is good \
    for 30 minutes. Nothing after 10 minutes? Look among your unwanted mail, check the address and \
    try again.";
pub(super) const HELP: &str = "No account yet, or no mail at all? The help desk can help; they never \
    ask for a password:";
pub(super) const BACK: &str = "Back to the login";
