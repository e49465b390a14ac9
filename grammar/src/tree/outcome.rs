//! What happens to a message, and when.

use super::{Banner, Name, Reference, Span, Spanned, Text};
use crate::literal::{Address, Date, Size};

/// `valid …` or `disabled`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Validity {
    /// `valid always`.
    Always,
    /// `valid forever`, as a bypass says it that shall not end.
    Forever,
    /// `valid from D until D`, half-open allowed; both days included.
    Range {
        /// The first day.
        from: Option<Spanned<Date>>,
        /// The last day.
        until: Option<Spanned<Date>>,
    },
    /// The line `disabled`.
    Disabled,
}

/// A disposition.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// Which.
    pub kind: OutcomeKind,
    /// Where it stands.
    pub span: Span,
}

impl Outcome {
    /// Whether nobody wrote it: a `deliver` that stands for any outcome after `over verified tls`.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.span.start == self.span.end
    }
}

/// The dispositions.
///
/// An `expect` or `outcome` line may leave out details, and then speaks of any: `secure` has a reference
/// with an empty name, `bounce` and `reject` an empty text, and what `otherwise` follows `deliver over
/// verified tls` is [left out](Outcome::is_left_out).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OutcomeKind {
    /// `deliver`.
    Deliver,
    /// `deliver over verified tls otherwise …`.
    VerifiedTls {
        /// What happens where the domain does not prove it.
        otherwise: Box<Outcome>,
    },
    /// `secure with DEFINITION`.
    Secure(Reference),
    /// `hold` or `hold for GROUP`.
    Hold {
        /// Who may release it; the organisation's postmaster when absent.
        releasers: Option<Reference>,
    },
    /// `bounce "text"`.
    Bounce(Text),
    /// `reject "text"`.
    Reject(Text),
    /// `take no action`.
    TakeNoAction,
    /// `disable secure messaging` (bypasses only).
    DisableSecureMessaging,
}

/// An effect, `also …`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Effect {
    /// Which.
    pub kind: EffectKind,
    /// Where it stands.
    pub span: Span,
}

/// The effects.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum EffectKind {
    Notify(Address),
    Banner(Banner),
    AddHeader { name: Text, value: Text },
    CopyTo(Address),
    TagSubject(Text),
}

/// One condition of `when`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Condition {
    /// `not …`.
    pub negated: bool,
    /// What is asked.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition may ask.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ConditionKind {
    /// `EXAMINATION activates`.
    Activates(Reference),
    /// `attachment type is pdf, docx`.
    AttachmentType(Vec<Text>),
    /// `attachment name matches "*.exe"`, a glob.
    AttachmentName(Vec<Text>),
    AttachmentLarger(Spanned<Size>),
    MessageLarger(Spanned<Size>),
    RecipientsMoreThan(Spanned<u32>),
    LanguageIs(Vec<Name>),
    Fingerprint(Reference),
    Authentication {
        method: AuthenticationMethod,
        passes: bool,
    },
    SenderUsesTls,
}

/// A way a message is authenticated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AuthenticationMethod {
    Spf,
    Dkim,
    Dmarc,
}

/// `override` or `override NAME`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Override {
    /// Beats every candidate of its kind that is not an override.
    All(Span),
    /// Beats exactly the named one.
    Named(Reference),
}
