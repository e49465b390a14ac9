//! Values of a table in a text: runs of words whose letters and digits together are a value.

use std::collections::BTreeSet;

use super::{Key, Table, VALUE_WORDS_MAX};

/// Adds the digest of every value of the table that stands in normalised text.
///
/// A value may be spaced in any way (`4012 8888` is `40128888`), but begins and ends with a word.
pub(crate) fn add(table: &Table, key: Key, text: &str, found: &mut BTreeSet<u128>) {
    let words: Vec<&str> = words(text).collect();
    let lengths: Vec<usize> = words.iter().map(|it| it.chars().count()).collect();
    let longest = table.lengths.last().copied().unwrap_or(0);
    for first in 0..words.len() {
        let mut length = 0_usize;
        let last = first.saturating_add(VALUE_WORDS_MAX).min(words.len());
        for at in first..last {
            length = length.saturating_add(lengths.get(at).copied().unwrap_or(0));
            if length > longest {
                break;
            }
            if table.lengths.binary_search(&length).is_err() {
                continue;
            }
            let joined = words.get(first..=at).into_iter().flatten();
            let digest = key.digest(joined.flat_map(|it| it.chars()));
            if table.digests.binary_search(&digest).is_ok() {
                found.insert(digest);
            }
        }
    }
}

/// Runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

/// The same, slowly: every few words joined and looked up, whatever their length.
pub(crate) fn add_slowly(table: &Table, key: Key, text: &str, found: &mut BTreeSet<u128>) {
    let words: Vec<&str> = words(text).collect();
    for count in 1..=VALUE_WORDS_MAX {
        for run in words.windows(count) {
            let digest = key.digest(run.concat().chars());
            if table.digests.contains(&digest) {
                found.insert(digest);
            }
        }
    }
}
