//! Names that headers hold: of further fields, and of messages.

use std::fmt;

/// A header field that the writer does not know: a name and a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    name: String,
    value: String,
}

/// Why a field cannot be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FieldError {
    /// The writer makes this field from its other values.
    #[error("this header field is written from other values")]
    Reserved,
    /// The name has other characters than a name may have (RFC 5322 §2.2), or is too long.
    #[error("not the name of a header field")]
    Name,
}

/// Octets in the name of a field, so that it stands on one line with its first word.
const NAME_OCTETS_MAX: usize = 60;

/// Fields that the writer makes, or that only the transport may add.
const RESERVED: [&str; 15] = [
    "auto-submitted",
    "bcc",
    "cc",
    "date",
    "from",
    "in-reply-to",
    "message-id",
    "mime-version",
    "received",
    "references",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
];

impl Field {
    /// Makes a field. Control characters in `value` become blanks.
    ///
    /// # Errors
    ///
    /// [`FieldError`] when `name` is none, or one that the writer makes itself.
    pub fn new(name: &str, value: &str) -> Result<Self, FieldError> {
        let is_plain = |octet: u8| octet.is_ascii_graphic() && octet != b':';
        if !(1..=NAME_OCTETS_MAX).contains(&name.len()) || !name.bytes().all(is_plain) {
            return Err(FieldError::Name);
        }
        let lower = name.to_ascii_lowercase();
        if RESERVED.contains(&lower.as_str()) || lower.starts_with("content-") {
            return Err(FieldError::Reserved);
        }
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn value(&self) -> &str {
        &self.value
    }
}

/// The name of a message, without its angle brackets.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct MessageId(String);

/// Octets in the name of a message.
const MESSAGE_ID_OCTETS_MAX: usize = 900;

impl MessageId {
    /// Checks a name, with or without angle brackets: printable ASCII without blanks or brackets
    /// inside, and an `@`. More is not asked, since it must equal what somebody else wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.trim_ascii();
        let bare = bare.strip_prefix('<').and_then(|it| it.strip_suffix('>')).unwrap_or(bare);
        let is_plain = |octet: u8| octet.is_ascii_graphic() && !b"<>".contains(&octet);
        let fits = bare.len() <= MESSAGE_ID_OCTETS_MAX && bare.contains('@');
        (fits && bare.bytes().all(is_plain)).then(|| Self(bare.to_owned()))
    }

    /// The name without angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// With angle brackets.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}
