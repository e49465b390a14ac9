//! Names of header fields.

use super::refusal::refusal;
use crate::limits::HEADER_NAME_OCTETS_MAX;

/// The name of a header field, such as `X-Secure-Message`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct HeaderName(String);

refusal! {
    /// Why a text is not the name of a header field.
    HeaderNameError
}

impl HeaderName {
    /// Reads a name without its colon.
    ///
    /// # Errors
    ///
    /// [`HeaderNameError`] when it is empty, too long, or has a colon, a space or a letter beyond ASCII.
    ///
    /// # Source
    ///
    /// RFC 5322 §3.6.8 `field-name`.
    pub fn parse(text: &str) -> Result<Self, HeaderNameError> {
        if text.is_empty() {
            return Err(HeaderNameError::new("the name of a header is missing", None));
        }
        if text.len() > HEADER_NAME_OCTETS_MAX {
            let message = format!(
                "this header name has {} octets; {HEADER_NAME_OCTETS_MAX} are allowed",
                text.len()
            );
            return Err(HeaderNameError::new(message, None));
        }
        let Some(character) =
            text.chars().find(|character| !character.is_ascii_graphic() || *character == ':')
        else {
            return Ok(Self(text.to_owned()));
        };
        let well_formed = |name: &str| {
            !name.is_empty()
                && name.chars().all(|character| character.is_ascii_graphic() && character != ':')
        };
        let bare = text.split(':').next().unwrap_or(text).trim_end();
        let offer = well_formed(bare).then(|| bare.to_owned());
        if character == ':' {
            return Err(HeaderNameError::new(
                format!("`{text}` has a colon; write the header's name alone"),
                offer,
            )
            // A value after the colon would be lost.
            .certain_if(text.trim_end().trim_end_matches(':').trim_end() == bare));
        }
        let hyphened = text.trim().replace(' ', "-");
        let offer = (character == ' ' && well_formed(&hyphened)).then_some(hyphened);
        let message = format!(
            "`{text}` is not the name of a header: it has {}",
            super::text::named(character)
        );
        Err(HeaderNameError::new(message, offer))
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
