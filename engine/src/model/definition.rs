//! A definition of secure messaging with what it inherits and the defaults filled in.

use grammar::tree::{Banner, Internal, Notice, OnExpiry, ReadReceipt};

use super::selector::Selector;

/// `definition NAME { … }`, complete.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent options of the language")]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) internal: Internal,
    pub(crate) print: bool,
    pub(crate) reply: bool,
    pub(crate) reply_all: bool,
    pub(crate) forward: bool,
    /// `never` when absent; the organisation's retention caps both.
    pub(crate) expires_secs: Option<u64>,
    pub(crate) on_expiry: OnExpiry,
    /// 0 for `never`.
    pub(crate) extension_secs: u64,
    pub(crate) read_receipt: ReadReceipt,
    pub(crate) notice: Notice,
    pub(crate) banner: Banner,
    pub(crate) refusal: String,
    pub(crate) available_to: Vec<Selector>,
}

impl Definition {
    /// What a definition is where its author says nothing.
    pub(crate) fn plain(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            internal: Internal::InboxWithBanner,
            print: true,
            reply: true,
            reply_all: false,
            forward: false,
            expires_secs: None,
            on_expiry: OnExpiry::Gone,
            extension_secs: 0,
            read_receipt: ReadReceipt::Never,
            notice: Notice::HideSubject,
            banner: Banner::None,
            refusal: REFUSAL_DEFAULT.to_owned(),
            available_to: Vec::new(),
        }
    }
}

/// What an internal sender reads under `internal refuse` without a `refusal` line.
const REFUSAL_DEFAULT: &str = "A message of this kind may not be sent inside the organisation.";
