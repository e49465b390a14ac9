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
