//! The sealed fields of a message's rows.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use vault::key::DataKey;

use crate::{
    protocol::{deliver::Edit, exam::Head, resolve::Authentication, spool::Envelope},
    role::thing,
};

/// Field names: each is bound into its seal.
pub(super) const ENVELOPE: &str = "envelope";
/// What lists show.
pub(super) const HEAD: &str = "head";
/// A recipient's address.
pub(super) const RECIPIENT: &str = "recipient";
/// Changes to a delivered copy.
pub(super) const PLAN: &str = "plan";
/// The decision with its trace.
pub(super) const DECISION: &str = "decision";
/// What a next hop said last.
pub(super) const STATUS: &str = "status";
/// Why somebody does not let a message go.
pub(crate) const REASON: &str = "reason";
/// What there is to say of an event.
pub(super) const EVENT: &str = "event";

/// A message with its key: everything of it that is sealed goes through here.
#[derive(Debug)]
pub(super) struct Sealing {
    thing: String,
    key: DataKey,
}

/// The envelope as it is stored.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct StoredEnvelope {
    /// How it came.
    pub(super) envelope: Envelope,
    /// The message has octets above 127.
    #[serde(default)]
    pub(super) eight_bit: bool,
    /// Its sender would rather have it delivered than kept from being read.
    #[serde(default)]
    pub(super) tls_optional: bool,
    /// The domain of its author.
    #[serde(default)]
    pub(super) author: Option<String>,
    /// Whether it comes from whom it says; absent where that was not checked.
    #[serde(default)]
    pub(super) authentication: Option<Authentication>,
    /// Who is told when a mail that Chancery wrote cannot be delivered, and about what.
    pub(super) report_to: Option<ReportTo>,
}

/// Where a failure of a notice or of a bounce is reported.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct ReportTo {
    /// The sender of the message that the notice is about; the postmaster for a bounce.
    pub(super) sender: String,
    /// That message's `Message-ID`.
    pub(super) message_id: Option<String>,
}

/// What lists and the portal show; the form that the portal reads.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct StoredHead {
    subject: String,
    from_name: String,
    from: String,
    to: Vec<String>,
    cc: Vec<String>,
    date_ms: Option<i64>,
    attachments: Vec<String>,
    preview: String,
    message_id: Option<String>,
    receipt_wanted: bool,
}

/// A field does not open, or does not hold what it should.
#[derive(Debug, thiserror::Error)]
#[error("the field `{field}` of a message cannot be read")]
pub(super) struct FieldError {
    field: &'static str,
}

impl Sealing {
    /// The sealing of one message.
    pub(super) fn new(message_id: &str, key: DataKey) -> Self {
        Self { thing: thing(message_id), key }
    }

    /// The key, for the body.
    pub(super) fn key(&self) -> &DataKey {
        &self.key
    }

    /// What the body's seal is bound to.
    pub(super) fn thing(&self) -> &str {
        &self.thing
    }

    /// Seals a value under the name of its field.
    pub(super) fn seal<T: Serialize>(
        &self,
        field: &'static str,
        value: &T,
    ) -> anyhow::Result<Vec<u8>> {
        let plain = serde_json::to_vec(value)?;
        Ok(self.key.seal_field(&self.thing, field, &plain))
    }

    /// Seals a text as it is.
    pub(super) fn seal_text(&self, field: &'static str, text: &str) -> Vec<u8> {
        self.key.seal_field(&self.thing, field, text.as_bytes())
    }

    /// Opens a value.
    ///
    /// # Errors
    ///
    /// [`FieldError`]: the row was changed, or is of another message.
    pub(super) fn open<T: DeserializeOwned>(
        &self,
        field: &'static str,
        sealed: &[u8],
    ) -> Result<T, FieldError> {
        let failed = || FieldError { field };
        let plain = self.key.open_field(&self.thing, field, sealed).map_err(|_seal| failed())?;
        serde_json::from_slice(&plain).map_err(|_form| failed())
    }

    /// Opens a text.
    ///
    /// # Errors
    ///
    /// As [`Sealing::open`].
    pub(super) fn open_text(
        &self,
        field: &'static str,
        sealed: &[u8],
    ) -> Result<String, FieldError> {
        let failed = || FieldError { field };
        let plain = self.key.open_field(&self.thing, field, sealed).map_err(|_seal| failed())?;
        String::from_utf8(plain.to_vec()).map_err(|_form| failed())
    }
}

/// The edits of a delivery as they are stored.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct StoredPlan {
    /// Changes to the copy.
    pub(super) edits: Vec<Edit>,
    /// It goes to servers alone that its domain vouches for.
    #[serde(default)]
    pub(super) verified: bool,
}

impl From<&Head> for StoredHead {
    fn from(head: &Head) -> Self {
        Self {
            subject: head.subject.clone(),
            from_name: head.from_name.clone(),
            from: head.from.clone(),
            to: head.to.clone(),
            cc: head.cc.clone(),
            date_ms: head.date_ms,
            attachments: head.attachments.clone(),
            preview: String::new(),
            message_id: head.message_id.clone(),
            receipt_wanted: head.receipt_wanted,
        }
    }
}

impl StoredHead {
    /// The subject.
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    /// The sender asked for a receipt.
    pub(super) fn receipt_wanted(&self) -> bool {
        self.receipt_wanted
    }

    /// The `Message-ID`.
    pub(super) fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }
}
