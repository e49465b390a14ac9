//! The chain of the audit log: what a record's digest covers, and the signatures over it.
//!
//! # Form
//!
//! The digest of a record is the SHA-256 of a domain separator, its number and its time in 8 octets
//! each, the digest of the record before it, and its kind and fields, each preceded by its length in
//! 8 octets. Numbers are big-endian. A signature is Ed25519 over a domain separator that says what
//! is signed, a number, and the digest of the record with that number.
//!
//! # Source
//!
//! RFC 8032 for the signature; FIPS 180-4 for the digest.

use crate::{
    bundle::{PublicKey, SignKey},
    digest::{DIGEST_OCTETS, Digest},
};

/// What stands before the first record.
pub const ORIGIN: [u8; DIGEST_OCTETS] = [0; DIGEST_OCTETS];

/// Octets of a signature.
pub const SEAL_OCTETS: usize = 64;

const RECORD_DOMAIN: &[u8] = b"chancery audit record, form 1\0";

/// A record as its digest covers it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    /// Counts from 1.
    pub sequence: i64,
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// A dotted name.
    pub kind: &'r str,
    /// What there is to say, as text.
    pub fields: &'r str,
    /// The digest of the record before it; [`ORIGIN`] for the first.
    pub previous: &'r [u8; DIGEST_OCTETS],
}

impl Record<'_> {
    /// The digest of the record, and so of all before it.
    #[must_use]
    pub fn digest(&self) -> [u8; DIGEST_OCTETS] {
        let mut digest = Digest::new();
        digest.update(RECORD_DOMAIN);
        digest.update(&self.sequence.to_be_bytes());
        digest.update(&self.at_ms.to_be_bytes());
        digest.update(self.previous);
        for text in [self.kind, self.fields] {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            digest.update(&length.to_be_bytes());
            digest.update(text.as_bytes());
        }
        digest.finish()
    }
}

/// What a signature says. One of them never counts as the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Seal {
    /// The log stood so when this was signed; there may be more by now.
    Checkpoint,
    /// An exported file ends with this record.
    Export,
}

impl Seal {
    /// Signs that the record with this number has this digest.
    #[must_use]
    pub fn sign(
        self,
        key: &SignKey,
        sequence: i64,
        digest: &[u8; DIGEST_OCTETS],
    ) -> [u8; SEAL_OCTETS] {
        key.sign(&self.octets(sequence, digest))
    }

    /// Whether the other half of `key` has signed that.
    #[must_use]
    pub fn verifies(
        self,
        key: &PublicKey,
        sequence: i64,
        digest: &[u8; DIGEST_OCTETS],
        signature: &[u8],
    ) -> bool {
        key.verifies(&self.octets(sequence, digest), signature)
    }

    fn octets(self, sequence: i64, digest: &[u8; DIGEST_OCTETS]) -> Vec<u8> {
        let domain: &[u8] = match self {
            Self::Checkpoint => b"chancery audit checkpoint, form 1\0",
            Self::Export => b"chancery audit export, form 1\0",
        };
        [domain, &sequence.to_be_bytes(), digest].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

    const RECORD: Record<'static> =
        Record { sequence: 7, at_ms: -1, kind: "a", fields: "bc", previous: &ORIGIN };

    #[test]
    fn the_digest_is_that_of_the_form() {
        let by_hand = [
            RECORD_DOMAIN,
            &[0, 0, 0, 0, 0, 0, 0, 7],
            &[0xff; 8],
            &[0; 32],
            b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\x02bc",
        ];
        assert_eq!(RECORD.digest(), sha256(&by_hand.concat()));
    }

    #[test]
    fn every_part_counts() {
        let others = [
            Record { sequence: 8, ..RECORD },
            Record { at_ms: 0, ..RECORD },
            Record { kind: "ab", fields: "c", ..RECORD },
            Record { fields: "bd", ..RECORD },
            Record { previous: &[1; 32], ..RECORD },
        ];
        for other in others {
            assert_ne!(other.digest(), RECORD.digest(), "{other:?}");
        }
    }

    #[test]
    fn a_signature_says_one_thing() {
        let (key, other) = (SignKey::generate().unwrap(), SignKey::generate().unwrap());
        let (public, other) = (key.public().unwrap(), other.public().unwrap());
        let digest = RECORD.digest();
        let signature = Seal::Checkpoint.sign(&key, 7, &digest);
        assert!(Seal::Checkpoint.verifies(&public, 7, &digest, &signature));
        assert!(!Seal::Export.verifies(&public, 7, &digest, &signature));
        assert!(!Seal::Checkpoint.verifies(&public, 8, &digest, &signature));
        assert!(!Seal::Checkpoint.verifies(&public, 7, &ORIGIN, &signature));
        assert!(!Seal::Checkpoint.verifies(&other, 7, &digest, &signature));
        assert!(!Seal::Checkpoint.verifies(&public, 7, &digest, &signature[..63]));
    }
}
