//! What a sender wants to be told of a message: the parameters of `MAIL` and `RCPT`, both ways.
//!
//! # Invariants
//!
//! - What is kept is what came, in its encoded form of printable ASCII without blanks, so that it
//!   can be handed on as a parameter without a look; what is shown in a report is decoded, and
//!   printable.
//!
//! # Standards
//!
//! RFC 3461 §4 (xtext, NOTIFY, ORCPT, RET, ENVID).

use std::fmt;

use super::limits::{ENVELOPE_ID_OCTETS_MAX, ORIGINAL_RECIPIENT_OCTETS_MAX};

/// What a sender wants to be told of a message as a whole.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MailWish {
    /// What a report should return of the message.
    pub returned: Option<Returned>,
    /// What the sender calls the message.
    pub envelope_id: Option<EnvelopeId>,
    /// It goes over TLS to servers that are known, and is returned otherwise (RFC 8689).
    pub requires_tls: bool,
}

/// What a sender wants to be told of one recipient.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RcptWish {
    /// When to report.
    pub notify: Option<Notify>,
    /// To whom the message went in the first place.
    pub original: Option<OriginalRecipient>,
}

/// `RET`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Returned {
    /// All of the message.
    Full,
    /// Its headers.
    Headers,
}

/// `NOTIFY`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notify {
    /// Never.
    Never,
    /// When one of these is so; at least one is set.
    On {
        /// Once it was delivered.
        success: bool,
        /// Once it never will be.
        failure: bool,
        /// When it is late.
        delay: bool,
    },
}

/// `ENVID`, encoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EnvelopeId(String);

/// `ORCPT`, encoded: a kind of address, `;`, an address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OriginalRecipient(String);

impl Returned {
    /// Reads the value of `RET`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        match value.to_ascii_uppercase().as_str() {
            "FULL" => Some(Self::Full),
            "HDRS" => Some(Self::Headers),
            _ => None,
        }
    }
}

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "FULL",
            Self::Headers => "HDRS",
        })
    }
}

impl Notify {
    /// Reads the value of `NOTIFY`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        if value.eq_ignore_ascii_case("NEVER") {
            return Some(Self::Never);
        }
        let (mut success, mut failure, mut delay) = (false, false, false);
        for word in value.split(',') {
            let slot = match word.to_ascii_uppercase().as_str() {
                "SUCCESS" => &mut success,
                "FAILURE" => &mut failure,
                "DELAY" => &mut delay,
                _ => return None,
            };
            if std::mem::replace(slot, true) {
                return None;
            }
        }
        Some(Self::On { success, failure, delay })
    }

    /// Whether a delivery is reported. Nobody is told of it unasked.
    #[must_use]
    pub const fn of_success(wish: Option<Self>) -> bool {
        matches!(wish, Some(Self::On { success: true, .. }))
    }

    /// Whether a failure is reported.
    #[must_use]
    pub const fn of_failure(wish: Option<Self>) -> bool {
        matches!(wish, None | Some(Self::On { failure: true, .. }))
    }

    /// Whether a delay is reported.
    #[must_use]
    pub const fn of_delay(wish: Option<Self>) -> bool {
        matches!(wish, None | Some(Self::On { delay: true, .. }))
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::On { success, failure, delay } = *self else { return f.write_str("NEVER") };
        let words = [(success, "SUCCESS"), (failure, "FAILURE"), (delay, "DELAY")];
        for (number, (_, word)) in words.into_iter().filter(|(is_set, _)| *is_set).enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{word}")?;
        }
        Ok(())
    }
}

impl EnvelopeId {
    /// Reads the value of `ENVID`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let fits = value.len() <= ENVELOPE_ID_OCTETS_MAX;
        (fits && xtext(value).is_some_and(|it| is_shown(&it))).then(|| Self(value.to_owned()))
    }

    /// What it stands for.
    #[must_use]
    pub fn decoded(&self) -> String {
        xtext(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl OriginalRecipient {
    /// Reads the value of `ORCPT`.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let (kind, address) = value.split_once(';')?;
        let is_kind = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
        let is_right = value.len() <= ORIGINAL_RECIPIENT_OCTETS_MAX
            && !kind.is_empty()
            && kind.bytes().all(is_kind)
            && xtext(address).is_some_and(|it| is_shown(&it));
        is_right.then(|| Self(value.to_owned()))
    }

    /// The kind of address, such as `rfc822`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split_once(';').map_or("", |(kind, _)| kind)
    }

    /// The address that it stands for.
    #[must_use]
    pub fn decoded(&self) -> String {
        self.0.split_once(';').and_then(|(_, address)| xtext(address)).unwrap_or_default()
    }
}

impl fmt::Display for OriginalRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text can stand in a report: it has no control octets and is ASCII.
fn is_shown(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, ' '..='~'))
}

/// Decodes xtext (RFC 3461 §4): `+` and two upper-case hexadecimal digits stand for an octet.
pub(super) fn xtext(value: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = value;
    while let Some(letter) = rest.chars().next() {
        match letter {
            '+' => {
                let digits = rest.get(1..3)?;
                if !digits.bytes().all(|d| matches!(d, b'0'..=b'9' | b'A'..=b'F')) {
                    return None;
                }
                let octet = u8::from_str_radix(digits, 16).ok()?;
                decoded.push(char::from(octet));
                rest = rest.get(3..)?;
            }
            '!'..='~' if letter != '=' => {
                decoded.push(letter);
                rest = rest.get(1..)?;
            }
            _ => return None,
        }
    }
    (!decoded.is_empty()).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_to_report() {
        for (value, told) in [
            ("NEVER", [false, false, false]),
            ("success", [true, false, false]),
            ("SUCCESS,FAILURE", [true, true, false]),
            ("DELAY,FAILURE", [false, true, true]),
        ] {
            let wish = Notify::parse(value);
            assert!(wish.is_some(), "{value}");
            let found =
                [Notify::of_success(wish), Notify::of_failure(wish), Notify::of_delay(wish)];
            assert_eq!(found, told, "{value}");
            assert_eq!(wish.and_then(|it| Notify::parse(&it.to_string())), wish);
        }
        assert!(Notify::of_failure(None) && Notify::of_delay(None) && !Notify::of_success(None));
        for value in ["", "NEVER,DELAY", "DELAY,", "DELAY,DELAY", "SOMETIMES", " DELAY"] {
            assert_eq!(Notify::parse(value), None, "{value:?}");
        }
    }

    #[test]
    fn names_are_bounded_and_harmless() {
        assert_eq!(EnvelopeId::parse("QQ+2B1").map(|it| it.decoded()).as_deref(), Some("QQ+1"));
        assert!(EnvelopeId::parse(&"x".repeat(100)).is_some());
        for value in ["", &"x".repeat(101), "a+0D+0AB: c", "a+E9", "a=b", "a b", "+4", "\u{e9}"] {
            assert_eq!(EnvelopeId::parse(value), None, "{value:?}");
        }
        let original = OriginalRecipient::parse("rfc822;Bob+2Bx@b.example").unwrap();
        assert_eq!((original.kind(), original.decoded().as_str()), ("rfc822", "Bob+x@b.example"));
        assert_eq!(original.to_string(), "rfc822;Bob+2Bx@b.example");
        let long = format!("rfc822;{}", "x".repeat(500));
        for value in ["", "rfc822", "rfc822;", ";a", "rfc 822;a", "rfc822;a+0A", long.as_str()] {
            assert_eq!(OriginalRecipient::parse(value), None, "{value:?}");
        }
    }
}
