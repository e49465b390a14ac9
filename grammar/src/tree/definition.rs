//! Definitions of secure messaging.

use super::{Name, Reference, Selector, Spanned, Text};
use crate::literal::Duration;

/// `definition NAME [based on NAME] { … }`; an absent option is inherited, then the documented default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Definition {
    /// Its name.
    pub name: Name,
    /// `based on`.
    pub based_on: Option<Reference>,
    /// Free text.
    pub description: Option<Text>,
    /// What internal recipients get.
    pub internal: Option<Spanned<Internal>>,
    /// `print`, allowed or denied.
    pub print: Option<Spanned<bool>>,
    /// `reply`.
    pub reply: Option<Spanned<bool>>,
    /// `reply all`.
    pub reply_all: Option<Spanned<bool>>,
    /// `forward`.
    pub forward: Option<Spanned<bool>>,
    /// `expires after D | never`.
    pub expires: Option<Spanned<Limit>>,
    /// `on expiry gone | read only`.
    pub on_expiry: Option<Spanned<OnExpiry>>,
    /// `extension up to D | never`.
    pub extension: Option<Spanned<Limit>>,
    /// `read receipt always | never | on request`.
    pub read_receipt: Option<Spanned<ReadReceipt>>,
    /// `notice hide subject | show subject`.
    pub notice: Option<Spanned<Notice>>,
    /// `banner "text" | html "text" | none`.
    pub banner: Option<Spanned<Banner>>,
    /// `refusal "text"`: what an internal sender reads under `internal refuse`.
    pub refusal: Option<Text>,
    /// `available to …`: who may choose it when sending.
    pub available_to: Vec<Selector>,
}

/// What internal recipients of a secured message get.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least protective first")]
pub enum Internal {
    Inbox,
    InboxWithBanner,
    Portal,
    Refuse,
}

/// A length of time, or `never`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Limit {
    After(Duration),
    Never,
}

/// What happens to a copy that expired.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least protective first")]
pub enum OnExpiry {
    ReadOnly,
    Gone,
}

/// When a read receipt is sent.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least first")]
pub enum ReadReceipt {
    Never,
    OnRequest,
    Always,
}

/// Whether the notice shows the subject.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least protective first")]
pub enum Notice {
    ShowSubject,
    HideSubject,
}

/// The banner of an internal copy.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Banner {
    None,
    Text(String),
    Html(String),
}
