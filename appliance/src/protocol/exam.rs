//! Between an examiner and those who ask it (`spool`, `portal`).

use serde::{Deserialize, Serialize};

use super::{deliver::Edit, resolve::Authentication, spool::Envelope};

/// A question to an examiner; the clear message goes with it as a sealed memory file, except
/// where said.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum ExamQuestion {
    /// What happens to it?
    Decide {
        /// The envelope.
        envelope: Envelope,
        /// When it arrived, milliseconds since 1970 UTC.
        at_ms: i64,
        /// Whether it comes from whom it says; absent where that was not checked.
        authentication: Option<Authentication>,
    },
    /// Does the envelope alone refuse the last recipient? No message goes with it.
    AtRcpt {
        /// The envelope so far.
        envelope: Envelope,
        /// When, milliseconds since 1970 UTC.
        at_ms: i64,
    },
    /// What does a reader see?
    Read,
    /// The attachment with this index, decoded.
    Attachment {
        /// From [`Reading::attachments`].
        index: u32,
    },
}

/// What an examiner answers.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum ExamAnswer {
    /// The decision.
    Decided(Box<Decided>),
    /// The author's text when the envelope refuses.
    AtRcpt(Option<String>),
    /// What a reader sees.
    Read(Box<Reading>),
    /// An attachment, or none with that index; its bytes go with it as a sealed memory file.
    Attachment(Option<AttachmentInfo>),
    /// There are no rules yet.
    NoRules,
    /// The question makes no sense.
    Refused,
}

/// A decision with what is needed to carry it out.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Decided {
    /// SHA-256 of what the examiner was handed: [`super::control::Organisation::digest`].
    pub(crate) digest: [u8; 32],
    /// What the rules that decided are known by.
    pub(crate) rules: [u8; 32],
    /// One a recipient, in the order of the envelope.
    pub(crate) verdicts: Vec<Verdict>,
    /// What lists and notices show of the message.
    pub(crate) head: Head,
    /// What the sender is told besides.
    pub(crate) advice: Vec<String>,
    /// Lists of edits that the verdicts name by index.
    pub(crate) edits: Vec<Vec<Edit>>,
    /// The examiner ends after this: it has opened an archive or a document, and nothing that was in
    /// there shall meet the next message.
    pub(crate) last: bool,
    /// The whole decision with its trace, as the JSON object of `writ explain --json`.
    pub(crate) record: String,
}

/// What lists and notices show of a message.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Head {
    /// The decoded subject.
    pub(crate) subject: String,
    /// The same without what the rules found in it, where they found something.
    #[serde(default)]
    pub(crate) masked_subject: Option<String>,
    /// Display name of the header From.
    pub(crate) from_name: String,
    /// Address of the header From.
    pub(crate) from: String,
    /// All whom it says it is from: header From and Sender, as addresses.
    pub(crate) authors: Vec<String>,
    /// Header To, as addresses.
    pub(crate) to: Vec<String>,
    /// Header Cc, as addresses.
    pub(crate) cc: Vec<String>,
    /// The Date header, milliseconds since 1970 UTC.
    pub(crate) date_ms: Option<i64>,
    /// Names of attachments.
    pub(crate) attachments: Vec<String>,
    /// The Message-ID, brackets included.
    pub(crate) message_id: Option<String>,
    /// The sender asks for a receipt (`Disposition-Notification-To`).
    pub(crate) receipt_wanted: bool,
    /// `Received` fields: how many servers it has passed.
    pub(crate) hops: u32,
    /// It was made by a program (`Auto-Submitted`, `Precedence: bulk`), so it is not answered.
    pub(crate) automatic: bool,
    /// Its sender would rather have it delivered than kept from being read (`TLS-Required: No`).
    pub(crate) tls_optional: bool,
}

/// What happens for one recipient.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Verdict {
    /// For whom.
    pub(crate) recipient: String,
    /// Whether the recipient is ours.
    pub(crate) internal: bool,
    /// What happens.
    pub(crate) disposition: Disposition,
    /// What happens where the recipient's domain does not prove TLS: `Some` exactly where that is asked.
    /// Options, text and releasers are those of this then.
    pub(crate) otherwise: Option<Disposition>,
    /// The options of a secured copy.
    pub(crate) options: Option<Options>,
    /// Policies that decided.
    pub(crate) decided_by: Vec<String>,
    /// Text of a bounce or reject.
    pub(crate) text: Option<String>,
    /// Who must release a hold.
    pub(crate) releasers: Vec<String>,
    /// Who is told.
    pub(crate) notify: Vec<String>,
    /// Who gets a copy.
    pub(crate) copy_to: Vec<String>,
    /// Edits of a delivered copy, an index into [`Decided::edits`]; none for the original.
    pub(crate) edits: Option<u32>,
}

/// What happens, least protective first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Disposition {
    /// Delivered.
    Deliver,
    /// Delivered where TLS is proved.
    VerifiedTls,
    /// Kept for the portal.
    Secure,
    /// Held.
    Hold,
    /// Returned to the sender.
    Bounce,
    /// Refused.
    Reject,
}

/// Options of a secured copy.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent options of the language")]
pub(crate) struct Options {
    /// The recipient may print.
    pub(crate) print: bool,
    /// The recipient may reply.
    pub(crate) reply: bool,
    /// The recipient may reply to all.
    pub(crate) reply_all: bool,
    /// The recipient may forward.
    pub(crate) forward: bool,
    /// Seconds until it expires.
    pub(crate) expires_secs: u64,
    /// It is gone then; otherwise it can still be read.
    pub(crate) gone_on_expiry: bool,
    /// How far the sender may extend it, seconds.
    pub(crate) extension_secs: u64,
    /// When the sender is told of reading.
    pub(crate) receipt: Receipt,
    /// The notice shows the subject.
    pub(crate) subject_in_notice: bool,
}

/// When the sender is told of reading.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Receipt {
    /// Always.
    Always,
    /// Never.
    Never,
    /// When the message asked for it.
    OnRequest,
}

/// What a reader sees of a message.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Reading {
    /// Subject, people and date.
    pub(crate) head: Head,
    /// Display names and addresses of From, To and Cc.
    pub(crate) from: Mailbox,
    /// To.
    pub(crate) to: Vec<Mailbox>,
    /// Cc.
    pub(crate) cc: Vec<Mailbox>,
    /// Message-IDs of the conversation.
    pub(crate) references: Vec<String>,
    /// The plain text.
    pub(crate) text: Option<String>,
    /// Cleaned HTML.
    pub(crate) html: Option<String>,
    /// Remote pictures that were left out.
    pub(crate) remote_pictures: u32,
    /// The attachments.
    pub(crate) attachments: Vec<AttachmentInfo>,
}

/// Someone with a display name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Mailbox {
    /// The display name; empty when there is none.
    pub(crate) name: String,
    /// The address.
    pub(crate) address: String,
}

/// An attachment.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct AttachmentInfo {
    /// Where it stands.
    pub(crate) index: u32,
    /// Its name; empty when it has none.
    pub(crate) name: String,
    /// Its type.
    pub(crate) kind: String,
    /// Its size, decoded.
    pub(crate) octets: u64,
}
