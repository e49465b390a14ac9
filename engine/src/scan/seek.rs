//! One pattern searched in a whole message: only in windows round what its matches must hold.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use grammar::tree::Scope;

use super::{
    digits::{Crowd, DigitRuns},
    filter::{Around, Filter},
    lead::Lead,
    pattern::Pattern,
    segment_text,
};
use crate::facts::{Content, Segment};

/// Occurrences in one segment, by its number.
pub(super) type InSegment = (usize, Vec<Range<usize>>);

/// A pattern with what its matches must hold.
#[derive(Clone, Debug)]
pub(super) struct Seeker {
    pub(super) pattern: Arc<Pattern>,
    /// Where any examination that counts it looks.
    pub(super) scopes: BTreeSet<Scope>,
    must_hold: MustHold,
    lead: Option<Lead>,
}

#[derive(Clone, Debug)]
enum MustHold {
    /// One of these literals.
    Atoms {
        literals: Vec<u32>,
        around: Around,
    },
    Digits {
        least: usize,
        gap: usize,
        around: Around,
    },
    Nothing,
}

impl Seeker {
    /// Draws from the expression what its matches must hold; `number` gives texts their numbers.
    pub(super) fn new(pattern: &Arc<Pattern>, mut number: impl FnMut(&str) -> u32) -> Self {
        let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
        let hir = parser.parse(&pattern.expression).ok();
        let must_hold = match hir.as_ref().map_or(Filter::Nothing, Filter::new) {
            Filter::Atoms { texts, around } => {
                let literals = texts.iter().map(|it| number(it)).collect();
                // Windows are told from where an atom starts.
                let longest = texts.iter().map(String::len).max().unwrap_or(0);
                let after = around.after.saturating_add(longest);
                let around = Around { after, ..around };
                MustHold::Atoms { literals, around }
            }
            Filter::Digits { least, gap, around } => MustHold::Digits { least, gap, around },
            Filter::Nothing => MustHold::Nothing,
        };
        let lead = hir.as_ref().map(Lead::new);
        Self { pattern: Arc::clone(pattern), scopes: BTreeSet::new(), must_hold, lead }
    }

    /// Every occurrence, by segment, and whether a search was cut short. `raw` holds every
    /// occurrence of every literal, sorted.
    pub(super) fn seek(
        &self,
        content: &Content,
        raw: &[(u32, usize, usize)],
        digits: &mut Option<DigitRuns>,
    ) -> (Vec<InSegment>, bool) {
        let mut search = Search { seeker: self, content, found: Vec::new(), clipped: false };
        match &self.must_hold {
            MustHold::Nothing => {
                for (number, segment) in content.segments.iter().enumerate() {
                    let whole = 0..usize::MAX;
                    search.windows(number, segment, std::slice::from_ref(&whole), 0);
                }
            }
            MustHold::Atoms { literals, around } => {
                let mut places = Vec::new();
                for literal in literals {
                    let first = raw.partition_point(|it| it.0 < *literal);
                    let here = raw.iter().skip(first).take_while(|it| it.0 == *literal);
                    places.extend(here.map(|it| (it.1, it.2)));
                }
                places.sort_unstable();
                for of_segment in places.chunk_by(|one, other| one.0 == other.0) {
                    let Some((number, _)) = of_segment.first() else { continue };
                    let Some(segment) = content.segments.get(*number) else { continue };
                    let starts =
                        of_segment.iter().map(|it| around.starts(it.1..it.1.saturating_add(1)));
                    search.windows(*number, segment, &starts.collect::<Vec<_>>(), around.after);
                }
            }
            MustHold::Digits { least, gap, around } => {
                let ranges = || content.segments.iter().map(|it| it.start..it.end);
                let digits = digits.get_or_insert_with(|| DigitRuns::new(&content.text, ranges()));
                let crowds = digits.crowds(*gap, ranges());
                let mut crowds = crowds.iter().filter(|it| *least <= it.digits).peekable();
                while let Some(first) = crowds.next() {
                    let Some(segment) = content.segments.get(first.range) else { continue };
                    let from = segment.start;
                    let starts = |it: &Crowd| {
                        around.starts(it.start.saturating_sub(from)..it.end.saturating_sub(from))
                    };
                    let mut all = vec![starts(first)];
                    while let Some(next) = crowds.next_if(|it| it.range == first.range) {
                        all.push(starts(next));
                    }
                    search.windows(first.range, segment, &all, around.after);
                }
            }
        }
        (search.found, search.clipped)
    }
}

impl Around {
    /// Where a match can begin that holds something within these octets.
    fn starts(self, held: Range<usize>) -> Range<usize> {
        held.start.saturating_sub(self.before)..held.end
    }
}

/// One pattern under search.
struct Search<'a> {
    seeker: &'a Seeker,
    content: &'a Content,
    found: Vec<InSegment>,
    clipped: bool,
}

impl Search<'_> {
    /// Searches one segment. Matches begin in `starts`, which ascend and may overlap, and end at
    /// most `after` octets after them.
    fn windows(&mut self, number: usize, segment: &Segment, starts: &[Range<usize>], after: usize) {
        if !self.seeker.scopes.contains(&segment.scope) {
            return;
        }
        let text = segment_text(self.content, segment);
        let lead = match &self.seeker.must_hold {
            MustHold::Atoms { .. } | MustHold::Digits { .. } => self.seeker.lead.as_ref(),
            MustHold::Nothing => None,
        };
        let first = |at: usize, end: usize| {
            let Some(lead) = lead else { return Some(at) };
            let next = starts.partition_point(|it| it.end <= at);
            let near = starts.iter().skip(next).take_while(|it| it.start < end);
            let mut places = near.map(|it| it.start.max(at)..it.end.min(end));
            places.find_map(|it| lead.first(text.as_bytes(), it, end))
        };
        let windows = starts.iter().map(|it| it.start..it.end.saturating_add(after));
        let windows = Joined { windows: windows.peekable(), limit: text.len() };
        let searched = self.seeker.pattern.occurrences_within(text, windows, first);
        self.clipped |= searched.clipped;
        if !searched.ranges.is_empty() {
            self.found.push((number, searched.ranges));
        }
    }
}

/// Windows cut at the end of the text, overlapping ones joined.
struct Joined<W: Iterator<Item = Range<usize>>> {
    windows: std::iter::Peekable<W>,
    limit: usize,
}

impl<W: Iterator<Item = Range<usize>>> Iterator for Joined<W> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let mut joined = self.windows.next()?;
        while let Some(next) = self.windows.next_if(|it| it.start <= joined.end) {
            joined.end = joined.end.max(next.end);
        }
        Some(joined.start.min(self.limit)..joined.end.min(self.limit))
    }
}
