//! Fingerprints: documents and values that must be known again and are not written in the rules.
//!
//! A set is a text file of the tree (see [`form`]) that `writ fingerprint` makes. It holds keyed
//! hashes, never the documents or values themselves.
//!
//! - **Documents.** A part of a message that is the document, letter for letter but for case, white
//!   space and punctuation, is known by its digest. Excerpts and edited copies are known by winnowing:
//!   of every [`winnow::WINDOW`] neighbouring runs of [`winnow::GRAM_CHARS`] letters and digits one is
//!   kept, so a shared passage of 47 characters always shares a run.
//! - **Tables.** A value is known by the digest of its letters and digits, however it is spaced.
//!
//! # Trust
//!
//! The key is in the file, so whoever has the file can try guesses: a table of card numbers can be
//! searched by trying all card numbers. The hashes keep values from being read, not from being guessed;
//! a set is as confidential as what it was made from, unless its values cannot be guessed.
//!
//! # Source
//!
//! Schleimer, Wilkerson, Aiken: Winnowing: local algorithms for document fingerprinting (2003).

mod answer;
pub(crate) mod form;
mod make;
pub(crate) mod values;
pub(crate) mod winnow;

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher13 as Sip128};

pub(crate) use self::answer::{Answer, Declared, Traces, answer};
pub use self::make::{MakeError, documents, table};

/// How the name of a file of the tree ends that holds a set.
pub const EXTENSION: &str = ".fingerprints";

/// Characters (letters and digits) of the shortest value of a table: shorter ones stand in any text.
pub const VALUE_CHARS_MIN: usize = 5;
/// Characters (letters and digits) of the longest value of a table.
pub const VALUE_CHARS_MAX: usize = 128;
/// Words of text that are joined to look for one value.
pub(crate) const VALUE_WORDS_MAX: usize = 8;

/// What hides the values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Key(pub [u8; 16]);

/// A set, ready to search.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Set {
    pub(crate) key: Key,
    pub(crate) holds: Holds,
}

/// What a set holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Holds {
    Documents(Vec<Document>),
    Table(Table),
}

/// One document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Document {
    pub(crate) name: String,
    /// Of all its letters and digits.
    pub(crate) digest: u128,
    /// Of the runs that winnowing kept; sorted, none twice.
    pub(crate) grams: Vec<u64>,
}

/// Values.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Table {
    /// How many letters and digits values have; sorted, none twice.
    pub(crate) lengths: Vec<usize>,
    /// Sorted, none twice.
    pub(crate) digests: Vec<u128>,
}

impl Key {
    /// The digest of letters and digits.
    pub(crate) fn digest(self, characters: impl Iterator<Item = char>) -> u128 {
        let mut hasher = Sip128::new_with_key(&self.0);
        let mut octets = [0; 4];
        for character in characters {
            hasher.write(character.encode_utf8(&mut octets).as_bytes());
        }
        hasher.finish128().as_u128()
    }

    /// A kept run, hidden.
    pub(crate) fn gram(self, gram: u64) -> u64 {
        let mut hasher = siphasher::sip::SipHasher13::new_with_key(&self.0);
        hasher.write(&gram.to_le_bytes());
        hasher.finish()
    }
}

/// The letters and digits of normalised text.
pub(crate) fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|it| it.is_alphanumeric())
}
