//! The text of one statement as it is read: as the author wrote it, with the slips mended that were
//! reported, so that one mistake is one finding and the rest of the line is read all the same.

use std::{borrow::Cow, ops::Range};

/// A statement, and how places in it are places in the file.
#[derive(Clone, Debug)]
pub(crate) struct Source<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) origin: Origin,
    /// Whether its layout and size allow reading it.
    pub(super) readable: bool,
}

/// How places in the text of a statement are places in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// Where the statement begins in the file.
    start: usize,
    /// What was mended, by place.
    mends: Vec<Mend>,
}

/// Text that stands in the place of what the author wrote.
#[derive(Clone, Copy, Debug)]
struct Mend {
    /// Where it stands in the text as read.
    at: usize,
    /// Its octets.
    read: usize,
    /// Where in the file the author wrote something else.
    from: usize,
    /// Octets of that.
    written: usize,
}

impl<'t> Source<'t> {
    pub(super) fn new(start: usize, text: &'t str) -> Self {
        let origin = Origin { start, mends: Vec::new() };
        Self { text: Cow::Borrowed(text), origin, readable: true }
    }

    /// Puts other text in a place. A place that was mended before is left alone.
    pub(super) fn mend(&mut self, place: Range<usize>, text: &str) {
        let overlaps =
            |mend: &Mend| mend.at < place.end && place.start < mend.at.saturating_add(mend.read);
        if self.origin.mends.iter().any(overlaps) || self.text.get(place.clone()).is_none() {
            return;
        }
        let written = place.end.saturating_sub(place.start);
        let from = self.origin.place(place.start);
        for mend in &mut self.origin.mends {
            if mend.at >= place.end {
                mend.at = mend.at.saturating_add(text.len()).saturating_sub(written);
            }
        }
        let before = self.origin.mends.partition_point(|mend| mend.at < place.start);
        self.origin.mends.insert(before, Mend { at: place.start, read: text.len(), from, written });
        self.text.to_mut().replace_range(place, text);
    }

    /// Mends a text in which nothing was mended yet, in places that ascend and do not overlap: there may
    /// be as many as words.
    pub(super) fn mend_all(&mut self, edits: Vec<(Range<usize>, String)>) {
        if edits.is_empty() || !self.origin.mends.is_empty() {
            return;
        }
        let mut mended = String::with_capacity(self.text.len());
        let mut done = 0;
        for (place, text) in edits {
            let Some(kept) = self.text.get(done..place.start) else { continue };
            mended.push_str(kept);
            let (from, written) = (self.origin.start.saturating_add(place.start), place.len());
            self.origin.mends.push(Mend { at: mended.len(), read: text.len(), from, written });
            mended.push_str(&text);
            done = place.end;
        }
        mended.push_str(self.text.get(done..).unwrap_or_default());
        self.text = Cow::Owned(mended);
    }

    /// Takes away the bracket that stands in the place of a `{`.
    pub(crate) fn without_bracket(&mut self) {
        let Some(before) = self.text.strip_suffix(['[', '(', '<']) else { return };
        let (start, end) = (before.trim_end().len(), self.text.len());
        self.mend(start..end, "");
    }

    /// The same with several places mended.
    pub(super) fn mended(&self, edits: &[(Range<usize>, String)]) -> Self {
        let mut source = self.clone();
        let mut edits: Vec<&(Range<usize>, String)> = edits.iter().collect();
        edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        for (place, text) in edits {
            source.mend(place.clone(), text);
        }
        source
    }
}

impl Origin {
    /// The offset in the file of an offset in the text as read.
    pub(super) fn place(&self, at: usize) -> usize {
        let mut before = self.mends.partition_point(|mend| mend.at < at);
        // What was taken away stands before the place.
        while self.mends.get(before).is_some_and(|mend| mend.at == at && mend.read == 0) {
            before = before.saturating_add(1);
        }
        let last = before.checked_sub(1).and_then(|it| self.mends.get(it));
        let Some(mend) = last else { return self.start.saturating_add(at) };
        let inside = at.saturating_sub(mend.at);
        if inside < mend.read {
            return mend.from.saturating_add(inside.min(mend.written));
        }
        let behind = inside.saturating_sub(mend.read);
        mend.from.saturating_add(mend.written).saturating_add(behind)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn places_of_a_mended_text_are_places_of_the_file() {
        let written = "frm internal; too x";
        let mut source = Source::new(100, written);
        source.mend(0..3, "from");
        source.mend(13..14, "");
        source.mend(14..17, "to");
        assert_eq!(source.text, "from internal to x");
        for (word, at) in [("from", 0), ("internal", 4), ("to", 14), ("x", 18)] {
            let read = source.text.find(word).unwrap();
            assert_eq!(source.origin.place(read), 100 + at, "{word}");
        }
        assert_eq!(source.origin.place(source.text.len()), 100 + written.len());
    }

    #[test]
    fn many_places_are_mended_as_one_after_the_other() {
        let written = "a; b; “c” d;";
        let edits = [(1..2, ","), (4..5, ""), (6..13, "\"c\""), (15..16, "")];
        let mut one_by_one = Source::new(100, written);
        let mut together = Source::new(100, written);
        edits.iter().rev().for_each(|(place, text)| one_by_one.mend(place.clone(), text));
        together.mend_all(
            edits.iter().map(|(place, text)| (place.clone(), text.to_string())).collect(),
        );
        assert_eq!(one_by_one.text, "a, b \"c\" d");
        assert_eq!(together.text, one_by_one.text);
        for at in 0..=together.text.len() {
            assert_eq!(together.origin.place(at), one_by_one.origin.place(at), "{at}");
        }
    }

    #[test]
    fn what_was_mended_is_not_mended_again() {
        let mut source = Source::new(0, "a b");
        source.mend(0..1, "long");
        source.mend(2..3, "x");
        assert_eq!(source.text, "long b");
    }
}
