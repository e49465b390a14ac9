//! What a clause says shall happen, resolved.

use grammar::tree::{AuthenticationMethod, EffectKind};

use crate::decision::Disposition;

/// A disposition, resolved.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Outcome {
    Deliver,
    VerifiedTls(Box<Outcome>),
    /// With the definition of this number in the model.
    Secure(usize),
    /// The set or group that may release it; the postmaster when absent.
    Hold(Option<String>),
    Bounce(String),
    Reject(String),
    TakeNoAction,
}

impl Outcome {
    /// What makes two outcomes the same: `take no action` delivers.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let delivers = |it: &Self| matches!(it, Self::Deliver | Self::TakeNoAction);
        self == other || delivers(self) && delivers(other)
    }

    /// The set or group that may release what it holds, at once or in place of verified TLS.
    pub(crate) fn holds_for(&self) -> Option<&str> {
        match self {
            Self::Hold(releasers) => releasers.as_deref(),
            Self::VerifiedTls(otherwise) => otherwise.holds_for(),
            Self::Bounce(_)
            | Self::Deliver
            | Self::Reject(_)
            | Self::Secure(_)
            | Self::TakeNoAction => None,
        }
    }

    /// How much it protects, least first: the order of the merge.
    pub(crate) fn protection(&self) -> Disposition {
        match self {
            Self::Deliver | Self::TakeNoAction => Disposition::Deliver,
            Self::VerifiedTls(_) => Disposition::VerifiedTls,
            Self::Secure(_) => Disposition::Secure,
            Self::Hold(_) => Disposition::Hold,
            Self::Bounce(_) => Disposition::Bounce,
            Self::Reject(_) => Disposition::Reject,
        }
    }
}

/// An effect of `also`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Also(pub(crate) EffectKind);

/// A condition of `when`, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) negated: bool,
    pub(crate) what: What,
    /// As a trace says it, such as `payment-data activates`.
    pub(crate) words: String,
}

impl Condition {
    /// The examination that must activate for it, by its number in the model; of one that must not,
    /// or of anything else, nothing.
    pub(crate) fn wanted_examination(&self) -> Option<usize> {
        self.what.examination().filter(|_| !self.negated)
    }
}

/// What a condition asks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum What {
    /// The examination of this number in the model.
    Activates(usize),
    /// Lower case: `pdf`, `image/png`, `image/*`.
    AttachmentType(Vec<String>),
    /// Globs, normalised.
    AttachmentName(Vec<String>),
    AttachmentLarger(u64),
    MessageLarger(u64),
    RecipientsMoreThan(u32),
    Authentication {
        method: AuthenticationMethod,
        passes: bool,
    },
    SenderUsesTls,
    /// The fingerprints of this number in the model.
    Fingerprint(usize),
    /// Codes of languages (ISO 639-3).
    LanguageIs(Vec<String>),
}

impl What {
    /// The examination that it asks, by its number in the model.
    pub(crate) fn examination(&self) -> Option<usize> {
        match self {
            Self::Activates(number) => Some(*number),
            Self::AttachmentLarger(_)
            | Self::AttachmentName(_)
            | Self::AttachmentType(_)
            | Self::Authentication { .. }
            | Self::Fingerprint(_)
            | Self::LanguageIs(_)
            | Self::MessageLarger(_)
            | Self::RecipientsMoreThan(_)
            | Self::SenderUsesTls => None,
        }
    }
}
