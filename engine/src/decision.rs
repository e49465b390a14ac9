//! What a decision says: one [`Verdict`] a recipient, with the reasons.

use grammar::{
    literal::Address,
    tree::{Internal, Notice, OnExpiry, ReadReceipt},
};

/// The decision for one message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    /// One a recipient, in the order of the facts.
    pub verdicts: Vec<Verdict>,
    /// Every examination that some candidate asked about, by name.
    pub examinations: Vec<ExaminationResult>,
    /// What the sender is told besides, such as a request without external recipient (V-14).
    pub advice: Vec<String>,
}

/// What happens for one recipient.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// For whom.
    pub recipient: Address,
    /// Whether the recipient is in the organisation's domains.
    pub internal: bool,
    /// What happens.
    pub disposition: Disposition,
    /// Every definition that was merged, by name; empty unless something secures.
    pub definitions: Vec<String>,
    /// The merged options; `Some` exactly where `definitions` is not empty.
    pub options: Option<Options>,
    /// The policies, requests and bypasses that made the decision, by name; `default` where none.
    pub decided_by: Vec<String>,
    /// Text of a bounce or reject.
    pub text: Option<String>,
    /// Who must release a hold: names of sets or groups, or [`grammar::tree::SENDER`]; empty for the
    /// postmaster.
    pub releasers: Vec<String>,
    /// What happens where the recipient's domain does not prove verified TLS; `Some` exactly where
    /// `disposition` is [`Disposition::VerifiedTls`].
    pub otherwise: Option<Box<Otherwise>>,
    /// The union of effects.
    pub effects: Vec<Effect>,
    /// Why, line by line.
    pub trace: Vec<TraceLine>,
}

/// What happens instead of a delivery over verified TLS.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Otherwise {
    /// What happens; never [`Disposition::VerifiedTls`].
    pub disposition: Disposition,
    /// As [`Verdict::definitions`].
    pub definitions: Vec<String>,
    /// As [`Verdict::options`].
    pub options: Option<Options>,
    /// As [`Verdict::text`].
    pub text: Option<String>,
    /// As [`Verdict::releasers`].
    pub releasers: Vec<String>,
}

/// What happens, least protective first; the order is that of the merge.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Disposition {
    Deliver,
    VerifiedTls,
    Secure,
    Hold,
    Bounce,
    Reject,
}

impl Disposition {
    /// As the command line and the records write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::VerifiedTls => "verified-tls",
            Self::Secure => "secure",
            Self::Hold => "hold",
            Self::Bounce => "bounce",
            Self::Reject => "reject",
        }
    }
}

/// The merged options of the definitions.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent options of the language")]
pub struct Options {
    /// The recipient may print.
    pub print: bool,
    /// The recipient may reply.
    pub reply: bool,
    /// The recipient may reply to all.
    pub reply_all: bool,
    /// The recipient may forward inside the organisation.
    pub forward: bool,
    /// Days (rounded up) until expiry, capped by the organisation's retention.
    pub expires_days: u32,
    /// The same in seconds.
    pub expires_secs: u64,
    /// What happens then.
    pub on_expiry: OnExpiry,
    /// How far the sender may extend, seconds; 0 for never.
    pub extension_secs: u64,
    /// When the sender is told of reading.
    pub read_receipt: ReadReceipt,
    /// Whether the notice shows the subject.
    pub notice: Notice,
    /// What internal recipients get.
    pub internal: Internal,
}

/// Something that happens besides.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Effect {
    /// `X-name: value` is added.
    AddHeader {
        /// The field's name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A banner stands before the body.
    Banner {
        /// The text as the author wrote it.
        text: String,
        /// Whether it is HTML.
        html: bool,
    },
    /// A copy goes to the address.
    CopyTo(Address),
    /// The address is told.
    Notify(Address),
    /// The sign of a request is taken off the subject: the literal text.
    StripTag(String),
    /// A tag is put in front of the subject.
    TagSubject(String),
}

/// One line of a trace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TraceLine {
    /// Name of the policy, bypass or request; `default` otherwise.
    pub subject: String,
    /// What it is: `policy`, `bypass`, `request` or `default`.
    pub kind: &'static str,
    /// What became of it.
    pub fate: Fate,
    /// Path of the file and 1-based line.
    pub place: Option<(String, u32)>,
    /// What else there is to say: a text that another one stands before, a part that could not be
    /// examined.
    pub note: Option<String>,
}

/// What became of a policy for a recipient.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It and another are candidates, neither outranks the other, and the other's more protective
    /// outcome was taken (different groups or attribute values of one person).
    Ambiguous {
        /// With which.
        with: String,
    },
    /// It decided, alone or merged.
    Decided,
    /// It is a candidate but another one outranks it.
    Outranked {
        /// By which.
        by: String,
    },
    /// It contributed, but something more protective won.
    LessProtective {
        /// Than which.
        than: String,
    },
    /// A bypass took it away.
    Bypassed {
        /// Which.
        by: String,
    },
    /// It is no candidate: the first line that failed, in words (`to: carol@acme.example is not external`).
    Failed {
        /// The line.
        line: String,
    },
}

/// Why an examination activates, by strength: what was found, then what could not be told and the author
/// lets count as found.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Cause {
    /// It reaches its score, and nothing takes that away.
    Score,
    /// `unreadable counts as activated`.
    Unreadable,
    /// `ambiguous counts as activated`.
    Ambiguous,
    /// `over limit counts as activated`.
    OverLimit,
}

/// What an examination found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExaminationResult {
    /// Its name.
    pub name: std::sync::Arc<str>,
    /// The score.
    pub score: u32,
    /// What it activates at.
    pub activates_at: u32,
    /// Whether it activates.
    pub activated: bool,
    /// Why it does, the strongest reason first; empty exactly where it does not.
    pub causes: Vec<Cause>,
    /// Whether a part could not be read.
    pub unreadable: bool,
    /// Whether the message can be read in two ways.
    pub ambiguous: bool,
    /// Whether a limit was passed.
    pub over_limit: bool,
    /// What else decided over the score, in words: a `require` that is not met, a `veto`, a `less`.
    /// The reference evaluator tells none.
    pub reasons: Vec<String>,
    /// Every hit, in order of place.
    pub hits: Vec<Hit>,
}

/// One hit. It holds no matched text (logs are where data is stolen).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hit {
    /// Term or pattern that hit.
    pub term: std::sync::Arc<str>,
    /// Where: `subject`, `body`, `headers`, `attachment names`, `attachment text`.
    pub scope: grammar::tree::Scope,
    /// MIME part.
    pub part: u32,
    /// Offset in the segment, bytes of normalised text.
    pub start: usize,
    /// Offset after it.
    pub end: usize,
}
