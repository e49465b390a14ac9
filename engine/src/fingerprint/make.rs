//! Makes sets from documents and from values.

use std::collections::BTreeSet;

use super::{
    Document, Holds, Key, Set, Table, VALUE_CHARS_MAX, VALUE_CHARS_MIN,
    form::HASHES_MAX,
    letters,
    winnow::{self, GRAM_CHARS},
};
use crate::normal;

/// Why no set can be made.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MakeError {
    /// A document is shorter than the shortest passage that can be known again.
    #[error("`{0}` has fewer than {GRAM_CHARS} letters and digits, too few to know it again")]
    DocumentShort(String),
    /// There is nothing to make a set from.
    #[error("there is no value of {VALUE_CHARS_MIN} to {VALUE_CHARS_MAX} letters and digits")]
    NoValue,
    /// There is more than a set may hold.
    #[error("this makes more than {HASHES_MAX} hashes; make several sets")]
    TooMany,
}

/// The text of a set of documents, each by its name and its text.
///
/// # Errors
///
/// [`MakeError`].
pub fn documents(key: Key, texts: &[(String, String)]) -> Result<String, MakeError> {
    let mut documents = Vec::new();
    let mut hashes = 0_usize;
    for (name, text) in texts {
        let text = normal::normalise(text);
        let kept = winnow::kept(letters(&text));
        if kept.is_empty() {
            return Err(MakeError::DocumentShort(name.clone()));
        }
        hashes = hashes.saturating_add(kept.len());
        let grams: BTreeSet<u64> = kept.into_iter().map(|it| key.gram(it)).collect();
        let digest = key.digest(letters(&text));
        documents.push(Document { name: name.clone(), digest, grams: grams.into_iter().collect() });
    }
    if HASHES_MAX < hashes {
        return Err(MakeError::TooMany);
    }
    documents.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Set { key, holds: Holds::Documents(documents) }.written())
}

/// The text of a table of values, and how many values were left out: those with too few or too many
/// letters and digits.
///
/// # Errors
///
/// [`MakeError`].
pub fn table(key: Key, values: &[String]) -> Result<(String, usize), MakeError> {
    let (mut lengths, mut digests) = (BTreeSet::new(), BTreeSet::new());
    let mut left_out = 0_usize;
    for value in values {
        let value = normal::normalise(value);
        let length = letters(&value).count();
        if !(VALUE_CHARS_MIN..=VALUE_CHARS_MAX).contains(&length) {
            left_out = left_out.saturating_add(1);
            continue;
        }
        lengths.insert(length);
        digests.insert(key.digest(letters(&value)));
    }
    if digests.is_empty() {
        return Err(MakeError::NoValue);
    }
    if HASHES_MAX < digests.len() {
        return Err(MakeError::TooMany);
    }
    let table =
        Table { lengths: lengths.into_iter().collect(), digests: digests.into_iter().collect() };
    Ok((Set { key, holds: Holds::Table(table) }.written(), left_out))
}
