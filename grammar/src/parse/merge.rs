//! Merges of git that nobody finished: both versions of some lines, between marks.

use std::ops::Range;

use crate::{
    diagnostic::{Diagnostic, MERGE},
    scribe::Scribe,
};

/// What a line of a merge begins with: the first version, the second, and the end of it.
const MARKS: [&str; 3] = ["<<<<<<<", "=======", ">>>>>>>"];

/// Two versions of some lines; each place is a line without its end.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    begins: Range<usize>,
    /// Where the second version begins; that of the end where git's middle line is gone.
    second: Range<usize>,
    ends: Range<usize>,
}

impl Merge {
    pub(super) fn finding(&self, scribe: &Scribe<'_>) -> Diagnostic {
        let place = |it: &Range<usize>| scribe.offsets(it.start, it.end);
        Diagnostic::new(MERGE, "this is an unfinished merge: two versions of the same lines")
            .primary(place(&self.begins), "it begins here")
            .secondary(place(&self.ends), "and ends here")
            .note("keep one version, and take the lines with the marks away")
    }
}

/// Every merge of a text, in order.
pub(super) fn merges(text: &str) -> Vec<Merge> {
    let [first, middle, last] = MARKS;
    let (mut found, mut begins, mut second) = (Vec::new(), None, None);
    let mut start = 0_usize;
    for line in text.split_inclusive('\n') {
        let place = start..start.saturating_add(line.trim_end().len());
        start = start.saturating_add(line.len());
        if line.starts_with(first) {
            (begins, second) = (Some(place), None);
        } else if line.trim_end() == middle && begins.is_some() {
            second = Some(place);
        } else if line.starts_with(last)
            && let Some(begins) = begins.take()
        {
            let second = second.take().unwrap_or_else(|| place.clone());
            found.push(Merge { begins, second, ends: place });
        }
    }
    found
}

/// The text with the first version alone, each octet in its place; none where it has no merge.
pub(super) fn one_side(text: &str, merges: &[Merge]) -> Option<String> {
    if merges.is_empty() {
        return None;
    }
    let gone = |at: usize| {
        merges
            .iter()
            .any(|it| it.begins.contains(&at) || (it.second.start..it.ends.end).contains(&at))
    };
    let mut kept = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        if gone(at) && !matches!(character, '\n' | '\r') {
            kept.extend(std::iter::repeat_n(' ', character.len_utf8()));
        } else {
            kept.push(character);
        }
    }
    Some(kept)
}
