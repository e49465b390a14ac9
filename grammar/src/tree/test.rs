//! Tests and assertions.

use super::{
    Condition, Effect, Limit, Name, Notice, OnExpiry, Outcome, ReadReceipt, Reference, Side,
    Source, Span, Spanned, Text,
};
use crate::literal::{Address, Moment, Size};

/// `test "…" { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Test {
    /// What it says.
    pub title: Text,
    /// The message.
    pub message: Option<TestMessage>,
    /// `given ADDRESS in GROUP` and `given ADDRESS with ATTRIBUTE VALUE`.
    pub given: Vec<Given>,
    /// The expectations.
    pub expects: Vec<Expect>,
}

/// The message of a test.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TestMessage {
    /// `message file "…"`, relative to the folder of the tree; the other lines then override.
    pub file: Option<Text>,
    /// Envelope sender; `None` inside for the null sender. From the file's headers when absent.
    pub from: Option<Spanned<Option<Address>>>,
    /// Header From, when it differs.
    pub header_from: Option<Spanned<Address>>,
    /// Envelope recipients.
    pub to: Vec<Spanned<Address>>,
    /// The peer's address.
    pub source: Option<Spanned<std::net::IpAddr>>,
    /// When it arrives; the organisation's zone.
    pub at: Option<Spanned<Moment>>,
    /// The subject.
    pub subject: Option<Text>,
    /// The plain body.
    pub body: Option<Text>,
    /// `header "Name" "value"`.
    pub headers: Vec<(Text, Text)>,
    /// `attach "name" with text "…"`, `attach "name" from "path"` or `attach "name" of 12 MiB`.
    pub attachments: Vec<TestAttachment>,
    /// The whole block.
    pub span: Span,
}

/// An attachment of a test message.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its content")]
pub struct TestAttachment {
    pub name: Text,
    pub content: AttachmentContent,
}

/// Where an attachment's bytes come from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the three forms")]
pub enum AttachmentContent {
    Text(Text),
    File(Text),
    /// So many octets, which say nothing.
    Size(Spanned<Size>),
}

/// A fact a test supposes.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Given {
    InGroup { address: Spanned<Address>, group: Reference },
    WithAttribute { address: Spanned<Address>, attribute: Reference, value: Name },
}

/// One `expect` line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// The whole line.
    pub span: Span,
}

/// The forms of `expect`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ExpectKind {
    /// `expect WHO OUTCOME [with banner] [because NAME, …]`.
    Outcome {
        /// `None` for `every recipient`.
        recipient: Option<Spanned<Address>>,
        /// What must happen.
        outcome: Outcome,
        /// `with banner`: the copy must carry the banner.
        with_banner: bool,
        /// Which policies must have decided; `default` is a name here.
        because: Vec<Reference>,
    },
    /// `expect WHO also …`.
    Besides {
        /// `None` for `every recipient`.
        recipient: Option<Spanned<Address>>,
        /// What must happen besides.
        besides: Besides,
    },
    /// `expect WHO print denied` and so on: an option of the secured copy.
    Option {
        /// `None` for `every recipient`.
        recipient: Option<Spanned<Address>>,
        /// What it must be.
        option: CopyOption,
    },
    /// `expect EXAMINATION scores N`.
    Scores {
        /// The examination.
        examination: Reference,
        /// Its score.
        score: Spanned<u32>,
    },
    /// `expect EXAMINATION activates` or `does not activate`.
    Activates {
        /// The examination.
        examination: Reference,
        /// Whether.
        activates: bool,
    },
}

impl ExpectKind {
    /// Whom the line speaks of by address.
    #[must_use]
    pub fn recipient(&self) -> Option<&Spanned<Address>> {
        match self {
            Self::Besides { recipient, .. }
            | Self::Option { recipient, .. }
            | Self::Outcome { recipient, .. } => recipient.as_ref(),
            Self::Activates { .. } | Self::Scores { .. } => None,
        }
    }
}

/// What `expect WHO also …` says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Besides {
    /// All of these effects, as an `also` line of a policy has them; a banner of `none` for no banner.
    Effects(Vec<Effect>),
    /// `nothing`: no effect at all.
    Nothing,
    /// `strip tag`: the tag of a request is taken off the subject.
    StripTag,
}

/// One merged option of a secured copy, in the words of a definition.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the lines of a definition")]
pub enum CopyOption {
    Expires(Limit),
    Extension(Limit),
    Forward(bool),
    Notice(Notice),
    OnExpiry(OnExpiry),
    Print(bool),
    ReadReceipt(ReadReceipt),
    Reply(bool),
    ReplyAll(bool),
}

/// `assert never | always | reachable "…" { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assert {
    /// Which.
    pub kind: AssertKind,
    /// What it says.
    pub title: Text,
    /// The sender side.
    pub from: Option<Side>,
    /// The recipient side.
    pub to: Option<Side>,
    /// Peers.
    pub source: Vec<Source>,
    /// Conditions.
    pub when: Vec<Condition>,
    /// The outcome spoken of, without details where none are written.
    pub outcome: Option<Outcome>,
    /// `unless bypass NAME, …`.
    pub unless: Vec<Reference>,
}

/// The kinds of assertion.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AssertKind {
    Always,
    Never,
    Reachable,
}
