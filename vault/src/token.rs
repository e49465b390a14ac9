//! Secrets given to people, and names that cannot be guessed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::{digest, random};

/// Length of a token, in octets: 256 bits.
pub const TOKEN_OCTETS: usize = 32;

/// Length of a token's text form, in characters.
pub const TOKEN_CHARS: usize = 43;

/// Length of an id, in characters: 128 bits, five to a character.
pub const ID_CHARS: usize = 26;

/// RFC 4648, section 6, in lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The same in the order of their octets.
const ORDERED: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";

/// Letters of a time.
const TIME_CHARS: u32 = 9;

/// A secret of 256 bits: a session, a link in a notice, a link to a new password.
///
/// Only its [`TokenHash`] is ever stored.
#[derive(Clone)]
pub struct Token(Zeroizing<[u8; TOKEN_OCTETS]>);

/// What is stored of a token. Compared in constant time.
#[derive(Clone, Copy)]
pub struct TokenHash(pub [u8; 32]);

/// A text is not that of a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is not a token")]
pub struct TokenError;

impl Token {
    /// A fresh token.
    #[must_use]
    pub fn random() -> Self {
        Self(Zeroizing::new(random::octets()))
    }

    /// Reads the text form.
    ///
    /// # Errors
    ///
    /// [`TokenError`] unless `text` is the one text form of a token.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        if text.len() != TOKEN_CHARS {
            return Err(TokenError);
        }
        let mut octets = Zeroizing::new([0; TOKEN_OCTETS]);
        let decoded = URL_SAFE_NO_PAD.decode_slice(text, octets.as_mut_slice());
        match decoded {
            Ok(TOKEN_OCTETS) => Ok(Self(octets)),
            Ok(_) | Err(_) => Err(TokenError),
        }
    }

    /// The text form: 43 characters of base64url, for a link or a cookie.
    ///
    /// # Source
    ///
    /// RFC 4648, section 5, without padding.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// What is stored of this token.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(digest::sha256(self.0.as_slice()))
    }

    pub(crate) fn octets(&self) -> &[u8; TOKEN_OCTETS] {
        &self.0
    }
}

/// A name of 26 letters and digits that cannot be guessed: 128 random bits.
///
/// Lower-case base32, so it may be a file name, a part of a path and of a `Message-ID`.
#[must_use]
pub fn random_id() -> String {
    let mut octets: [u8; 16] = random::shown();
    let id = base32(&octets);
    octets.zeroize();
    id
}

/// As [`random_id`], in the order of time: what is made together stands together in a database, which
/// then writes fewer of its pages. 45 bits of `at_ms` (milliseconds since 1970 UTC), 85 random ones.
#[must_use]
pub fn ordered_id(at_ms: i64) -> String {
    let mut id = String::with_capacity(ID_CHARS);
    for digit in (0..TIME_CHARS).rev() {
        let index = usize::try_from(at_ms >> (5 * digit) & 0x1f).unwrap_or_default();
        id.extend(ORDERED.get(index).copied().map(char::from));
    }
    let random = random_id();
    id.push_str(random.get(..ID_CHARS.saturating_sub(id.len())).unwrap_or_default());
    id
}

/// RFC 4648, section 6, without padding.
fn base32(octets: &[u8]) -> String {
    let mut text = String::with_capacity(ID_CHARS);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let letter = |bits: u32| {
        let index = usize::try_from(bits & 0x1f).unwrap_or_default();
        BASE32.get(index).copied().map(char::from)
    };
    for octet in octets {
        bits = (bits << 8 | u32::from(*octet)) & 0x0fff;
        held += 8;
        while held >= 5 {
            held -= 5;
            text.extend(letter(bits >> held));
        }
    }
    if held > 0 {
        text.extend(letter(bits << (5 - held)));
    }
    text
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_as_it_was_written() {
        let token = Token::random();
        let text = token.text();
        assert_eq!(text.len(), TOKEN_CHARS);
        assert_eq!(Token::parse(&text).unwrap().hash(), token.hash());
        assert_ne!(Token::random().hash(), token.hash());
    }

    #[test]
    fn a_token_has_one_text_form() {
        let zeros = "A".repeat(TOKEN_CHARS);
        assert!(Token::parse(&zeros).is_ok());
        // The last character holds four bits that count and two that must be zero.
        assert!(Token::parse(&zeros.replacen('A', "B", 1)).is_ok());
        assert!(Token::parse(&format!("{}B", "A".repeat(42))).is_err());
        for wrong in ["", "A", &"A".repeat(42), &"A".repeat(44), &"+".repeat(43), &"é".repeat(22)]
        {
            assert_eq!(Token::parse(wrong).unwrap_err(), TokenError, "{wrong}");
        }
    }

    #[test]
    fn what_comes_later_has_the_greater_id() {
        let times = [0, 1, 31, 32, 1_000_000_007, 1_763_900_000_000, 1_763_900_000_001];
        let ids: Vec<String> = times.map(ordered_id).into();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|it| it.len() == ID_CHARS));
        assert!(ids.iter().all(|it| it.bytes().all(|it| BASE32.contains(&it))));
        assert_ne!(ordered_id(5), ordered_id(5));
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (plain, text) in [("", ""), ("f", "my"), ("foob", "mzxw6yq"), ("foobar", "mzxw6ytboi")]
        {
            assert_eq!(base32(plain.as_bytes()), text);
        }
        assert_eq!(base32(&[0xff; 16]), "77777777777777777777777774");
    }

    #[test]
    fn ids_are_short_plain_and_new() {
        let id = random_id();
        assert_eq!(id.len(), ID_CHARS);
        assert!(id.bytes().all(|it| BASE32.contains(&it)));
        assert_ne!(id, random_id());
    }

    #[test]
    fn tokens_do_not_show_themselves() {
        let token = Token::random();
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Token(..) TokenHash(..)");
    }
}
