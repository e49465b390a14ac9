//! Changes to a message as a list of small edits over its bytes, applied while it streams.
//!
//! A confined worker that reads hostile MIME returns edits instead of a rewritten message, so the
//! stored body stays as it arrived and the sender of the queue applies them without parsing.
//!
//! # Invariants
//!
//! - Edits are sorted by [`Edit::at`] and do not overlap; [`check`] refuses others.

use std::ops::Range;

/// Replace `remove` octets at `at` with `insert`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edit {
    /// Offset in the original message, octets.
    pub at: u64,
    /// Octets of the original that are left out.
    pub remove: u64,
    /// What stands in their place.
    pub insert: Vec<u8>,
}

/// Edits overlap, are out of order, or reach past the end.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("edit {index} overlaps its neighbour or the end of the message")]
pub struct EditError {
    index: usize,
}

/// Checks that `edits` are in order, apart, and within `length` octets.
///
/// # Errors
///
/// [`EditError`] naming the first that is not.
pub fn check(edits: &[Edit], length: u64) -> Result<(), EditError> {
    let mut free = 0;
    for (index, edit) in edits.iter().enumerate() {
        let end = edit.at.checked_add(edit.remove).filter(|end| *end <= length);
        match end {
            Some(end) if free <= edit.at => free = end,
            Some(_) | None => return Err(EditError { index }),
        }
    }
    Ok(())
}

/// A run of the edited message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Run<'a> {
    /// Octets of the original.
    Original(Range<u64>),
    /// Octets of an edit.
    Insert(&'a [u8]),
}

/// The edited message as runs, in order. `edits` must have passed [`check`] for `length`.
pub fn runs(edits: &[Edit], length: u64) -> impl Iterator<Item = Run<'_>> {
    let starts = std::iter::once(0).chain(edits.iter().map(|e| e.at.saturating_add(e.remove)));
    let tail = std::iter::once((length, None));
    let stops = edits.iter().map(|e| (e.at, Some(e.insert.as_slice()))).chain(tail);
    starts.zip(stops).flat_map(|(from, (to, insert))| {
        let original = (from < to).then_some(Run::Original(from..to));
        original.into_iter().chain(insert.filter(|i| !i.is_empty()).map(Run::Insert))
    })
}

/// Applies `edits` to a message in memory.
///
/// # Errors
///
/// [`EditError`] as [`check`].
pub fn apply(message: &[u8], edits: &[Edit]) -> Result<Vec<u8>, EditError> {
    let length = u64::try_from(message.len()).unwrap_or(u64::MAX);
    check(edits, length)?;
    let mut edited = Vec::with_capacity(message.len());
    for run in runs(edits, length) {
        match run {
            Run::Insert(octets) => edited.extend_from_slice(octets),
            Run::Original(range) => {
                let from = usize::try_from(range.start).unwrap_or(usize::MAX);
                let to = usize::try_from(range.end).unwrap_or(usize::MAX);
                edited.extend_from_slice(message.get(from..to).unwrap_or_default());
            }
        }
    }
    Ok(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(at: u64, remove: u64, insert: &str) -> Edit {
        Edit { at, remove, insert: insert.as_bytes().to_vec() }
    }

    #[test]
    fn edits_replace_insert_and_remove() {
        let edits = [edit(0, 0, ">"), edit(2, 2, "XY!"), edit(5, 1, ""), edit(6, 0, "<")];
        assert_eq!(apply(b"abcdef", &edits), Ok(b">abXY!e<".to_vec()));
    }

    #[test]
    fn an_edit_past_the_end_or_over_another_is_refused() {
        assert_eq!(apply(b"abc", &[edit(2, 2, "")]), Err(EditError { index: 0 }));
        assert_eq!(apply(b"abc", &[edit(0, 2, ""), edit(1, 0, "x")]), Err(EditError { index: 1 }));
        assert_eq!(apply(b"abc", &[edit(u64::MAX, 1, "")]), Err(EditError { index: 0 }));
    }
}
