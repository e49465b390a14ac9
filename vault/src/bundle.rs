//! Signed bundles: named sections that one key has signed, with a counter against roll-back.
//!
//! A bundle carries what decides about mail from where rules are built to where they are used. It
//! is refused whole: with one bit changed, cut short, made longer, signed by a key that is not
//! trusted, older than what is in use, or in a form that a later program made.
//!
//! # Form
//!
//! | octets | what |
//! |---|---|
//! | 8 | `WRITBNDL` |
//! | 2 | the form's number, 1 |
//! | 8 | the counter |
//! | 2 | how many sections |
//! | – | for each section: one octet length of the name, the name, 8 octets length |
//! | – | the sections' octets, one after the other, in the order of the names |
//! | 32 | SHA-256 of the public key |
//! | 64 | Ed25519 over the domain separator and the SHA-256 of all before |
//!
//! Numbers are big-endian. Names are in ascending order, so the same sections give the same octets.
//!
//! # Source
//!
//! RFC 8032 for the signature; FIPS 180-4 for the digest.

mod approval;
mod key;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use approval::{approve, approvers};
pub use key::{KeyError, KeyId, PublicKey, SignKey};
pub use read::{Bundle, Refused};
pub use write::{TooLarge, sign};

/// Octets of a whole bundle, at most: 256 MiB.
pub const BUNDLE_OCTETS_MAX: usize = 256 << 20;

/// Sections of one bundle.
pub const SECTIONS_MAX: usize = 64;

const MAGIC: &[u8; 8] = b"WRITBNDL";
const FORM: u16 = 1;
const SIGNATURE_OCTETS: usize = 64;

/// What is signed besides the digest, so that the signature means nothing elsewhere.
const DOMAIN: &[u8] = b"writ bundle signature, form 1\0";

fn signed_octets(before_signature: &[u8]) -> Vec<u8> {
    [DOMAIN, &crate::digest::sha256(before_signature)].concat()
}
