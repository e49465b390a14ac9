//! SHA-256, over what comes in pieces.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// Length of a digest, in octets.
pub const DIGEST_OCTETS: usize = 32;

/// A SHA-256 in the making.
///
/// # Source
///
/// FIPS 180-4.
#[derive(Clone, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// The digest of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets.
    pub fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    /// The digest of all that was taken.
    #[must_use]
    pub fn finish(self) -> [u8; DIGEST_OCTETS] {
        self.0.finalize().into()
    }
}

/// The SHA-256 of `octets`.
#[must_use]
pub fn sha256(octets: &[u8]) -> [u8; DIGEST_OCTETS] {
    Sha256::digest(octets).into()
}

/// The SHA-256 of named texts, in their order: what a tree of rules is known by.
///
/// Each name and text is preceded by its length in 8 octets, big-endian, so that nothing can be
/// moved from one to the next.
#[must_use]
pub fn of_named<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> [u8; DIGEST_OCTETS] {
    let mut digest = Digest::new();
    for part in texts.into_iter().flat_map(|(name, text)| [name, text]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        digest.update(&length.to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finish()
}

/// `sha256:` and a digest in hexadecimal digits, as people read it.
#[must_use]
pub fn told(digest: &[u8; DIGEST_OCTETS]) -> String {
    format!("sha256:{}", hex(digest))
}

/// `octets` as lower-case hexadecimal digits.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
    let nibbles = octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0f]);
    nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect()
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        for (text, expected) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(hex(&sha256(text.as_bytes())), expected);
        }
    }

    #[test]
    fn named_texts_cannot_run_into_each_other() {
        let one = of_named([("a.writ", "x"), ("b.writ", "y")]);
        assert_ne!(one, of_named([("a.writ", "xb.writ"), ("", "y")]));
        assert_ne!(one, of_named([("b.writ", "y"), ("a.writ", "x")]));
        assert_eq!(one, of_named([("a.writ", "x"), ("b.writ", "y")]));
        let by_hand = sha256(b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\x02xy");
        assert_eq!(of_named([("a", "xy")]), by_hand);
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let mut digest = Digest::new();
        digest.update(b"a");
        digest.update(b"");
        digest.update(b"bc");
        assert_eq!(digest.finish(), sha256(b"abc"));
    }
}
