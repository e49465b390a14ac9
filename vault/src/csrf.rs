//! What a form must send back to show that it came from us.
//!
//! The value is a keyed hash of the session, so nothing is stored for it and another session's
//! value is refused. Each page shows it under a fresh mask: a page that is compressed on its way
//! does not let it be guessed letter by letter (BREACH).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use subtle::ConstantTimeEq;

use crate::token::Token;
use crate::{key, random};

/// Length of the hash and of its mask, in octets.
const HASH_OCTETS: usize = 32;

/// Length of the text in a form, in characters.
pub const CSRF_CHARS: usize = 86;

/// The text for a form shown in `session`. Differs each time.
#[must_use]
pub fn issue(session: &Token) -> String {
    let mask = random::octets::<HASH_OCTETS>();
    let masked = xor(&expected(session), &mask);
    URL_SAFE_NO_PAD.encode([mask, masked].concat())
}

/// Whether `text` came from a form shown in `session`.
#[must_use]
pub fn verify(session: &Token, text: &str) -> bool {
    if text.len() != CSRF_CHARS {
        return false;
    }
    let mut octets = [0; 2 * HASH_OCTETS];
    if URL_SAFE_NO_PAD.decode_slice(text, &mut octets) != Ok(octets.len()) {
        return false;
    }
    let Some((mask, masked)) = octets.split_first_chunk::<HASH_OCTETS>() else { return false };
    let Ok(masked) = <&[u8; HASH_OCTETS]>::try_from(masked) else { return false };
    xor(masked, mask).ct_eq(&expected(session)).into()
}

fn expected(session: &Token) -> [u8; HASH_OCTETS] {
    let mut mac = key::keyed(session.octets());
    mac.update(b"chancery csrf v1");
    mac.finalize().into_bytes().into()
}

fn xor(left: &[u8; HASH_OCTETS], right: &[u8; HASH_OCTETS]) -> [u8; HASH_OCTETS] {
    let mut sum = *left;
    sum.iter_mut().zip(right).for_each(|(octet, other)| *octet ^= other);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_another_text_and_all_are_accepted() {
        let session = Token::random();
        let (one, two) = (issue(&session), issue(&session));
        assert_eq!(one.len(), CSRF_CHARS);
        assert_ne!(one, two);
        assert!(verify(&session, &one) && verify(&session, &two));
    }

    #[test]
    fn what_another_session_or_nobody_made_is_refused() {
        let session = Token::random();
        let text = issue(&session);
        assert!(!verify(&Token::random(), &text));
        for wrong in [
            "",
            text.strip_prefix(|_| true).unwrap(),
            &"A".repeat(CSRF_CHARS),
            &"é".repeat(43),
            &text.to_lowercase(),
        ] {
            assert!(!verify(&session, wrong), "{wrong}");
        }
    }
}
