//! One pattern searched in a whole message: only where its matches can be.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use grammar::tree::Scope;
use regex_syntax::hir::Hir;

use super::{
    automaton::Automaton,
    digits::{Crowd, DigitRuns},
    extent::{attempt_octets_max, is_at_edge},
    filter::{Around, Filter, Hub},
    lead::Lead,
    literals::rarity,
    pattern::{Occurrences, Pattern, Start},
    segment_text,
    shape::Shape,
    starts::Begins,
};
use crate::facts::{Content, Segment};

/// Occurrences in one segment, by its number.
pub(super) type InSegment = (usize, Vec<Range<usize>>);

/// Octets of an attempt at one place; a pattern whose attempts can be longer is searched for in
/// one pass, so that the time is linear.
const ATTEMPT_OCTETS_MAX: usize = 512;

/// Octets of a window in which every place is tried, however long an attempt may be.
const WINDOW_TRIED_MAX: usize = 96;

/// Half bits by which the text of an atom must be rare to be looked for where the octets that a
/// match begins with would do.
const ATOM_RARITY_MIN: u32 = 20;

/// A pattern with what its matches must hold.
#[derive(Clone, Debug)]
pub(super) struct Seeker {
    pub(super) pattern: Arc<Pattern>,
    /// Where any examination that counts it looks.
    pub(super) scopes: BTreeSet<Scope>,
    /// How its matches look where they are sought at the places that are listed for all patterns.
    pub(super) listed: Option<(Begins, Shape)>,
    /// Literals of which one must stand in the message for the pattern to count; nothing when it
    /// counts without.
    pub(super) near: Option<BTreeSet<u32>>,
    automaton: Automaton,
    must_hold: MustHold,
    lead: Option<Lead>,
    start: Start,
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
    Hub(Hub),
    Nothing,
}

/// What was found of the whole message before.
pub(super) struct Known<'a> {
    pub(super) content: &'a Content,
    /// Every occurrence of every literal, as (literal, segment, offset), sorted.
    pub(super) raw: &'a [(u32, usize, usize)],
    pub(super) digits: &'a mut Option<DigitRuns>,
    /// Where the pattern can begin, where it is listed; nothing when the list is too long.
    pub(super) places: Option<&'a [(u32, u32)]>,
}

impl Seeker {
    /// Draws from the expression what its matches must hold; `number` gives texts their numbers.
    pub(super) fn new(pattern: &Arc<Pattern>, number: impl FnMut(&str) -> u32) -> Self {
        let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
        let mut built = Self {
            pattern: Arc::clone(pattern),
            scopes: BTreeSet::new(),
            listed: None,
            near: Some(BTreeSet::new()),
            automaton: Automaton::with_table(&pattern.expression, &pattern.regex),
            must_hold: MustHold::Nothing,
            lead: None,
            start: Start::AtOrAfter,
        };
        if let Ok(hir) = parser.parse(&pattern.expression) {
            built.draw(&hir, number);
        }
        built
    }

    fn draw(&mut self, hir: &Hir, mut number: impl FnMut(&str) -> u32) {
        let (filter, shape, at_edge) = (Filter::new(hir), Shape::new(hir), is_at_edge(hir));
        self.lead = shape.as_ref().map(|it| Lead::new(it, at_edge));
        if self.lead.is_some() && attempt_octets_max(hir) <= ATTEMPT_OCTETS_MAX {
            self.start = Start::There;
            let shape = shape.filter(|it| match &filter {
                Filter::Atoms { texts, .. } => it.is_telling() && !are_rare(texts),
                Filter::Digits { .. } | Filter::Hub(_) | Filter::Nothing => true,
            });
            self.listed = shape.and_then(|it| Some((Begins::of(&it, at_edge)?, it)));
        }
        self.must_hold = match filter {
            _ if self.listed.is_some() => MustHold::Nothing,
            Filter::Atoms { texts, around } => {
                let literals = texts.iter().map(|it| number(it)).collect();
                // Windows are told from where an atom starts.
                let longest = texts.iter().map(String::len).max().unwrap_or(0);
                let after = around.after.saturating_add(longest);
                MustHold::Atoms { literals, around: Around { after, ..around } }
            }
            Filter::Digits { least, gap, around } => MustHold::Digits { least, gap, around },
            Filter::Hub(hub) => MustHold::Hub(hub),
            Filter::Nothing => MustHold::Nothing,
        };
    }

    /// Every occurrence, by segment, and whether a search was cut short.
    pub(super) fn seek(&self, known: Known<'_>) -> (Vec<InSegment>, bool) {
        let Known { content, raw, digits, places } = known;
        let mut search = Search { seeker: self, content, found: Vec::new(), clipped: false };
        if let Some(places) = places {
            for of_segment in places.chunk_by(|one, other| one.0 == other.0) {
                search.places(of_segment);
            }
            return (search.found, search.clipped);
        }
        match &self.must_hold {
            MustHold::Nothing => {
                for (number, segment) in content.segments.iter().enumerate() {
                    let whole = 0..usize::MAX;
                    search.windows(number, segment, std::slice::from_ref(&whole), 0);
                }
            }
            MustHold::Hub(hub) => {
                for (number, segment) in content.segments.iter().enumerate() {
                    let windows = hub.windows(segment_text(content, segment).as_bytes());
                    search.windows(number, segment, &windows, 0);
                }
            }
            MustHold::Atoms { literals, around } => search.atoms(literals, *around, raw),
            MustHold::Digits { least, gap, around } => {
                let ranges = || content.segments.iter().map(|it| it.start..it.end);
                let digits = digits.get_or_insert_with(|| DigitRuns::new(&content.text, ranges()));
                search.crowds(digits.crowds(*gap, ranges()), *least, *around);
            }
        }
        (search.found, search.clipped)
    }
}

/// Whether texts are so rare that they cost nothing but their place among the literals.
fn are_rare(texts: &[String]) -> bool {
    texts.iter().all(|it| ATOM_RARITY_MIN <= rarity(it.as_bytes()))
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
    fn atoms(&mut self, literals: &[u32], around: Around, raw: &[(u32, usize, usize)]) {
        let mut places = Vec::new();
        for literal in literals {
            let first = raw.partition_point(|it| it.0 < *literal);
            let here = raw.iter().skip(first).take_while(|it| it.0 == *literal);
            places.extend(here.map(|it| (it.1, it.2)));
        }
        places.sort_unstable();
        for of_segment in places.chunk_by(|one, other| one.0 == other.0) {
            let Some((number, _)) = of_segment.first() else { continue };
            let Some(segment) = self.content.segments.get(*number) else { continue };
            let starts = of_segment.iter().map(|it| around.starts(it.1..it.1.saturating_add(1)));
            self.windows(*number, segment, &starts.collect::<Vec<_>>(), around.after);
        }
    }

    fn crowds(&mut self, crowds: &[Crowd], least: usize, around: Around) {
        let mut crowds = crowds.iter().filter(|it| least <= it.digits).peekable();
        while let Some(first) = crowds.next() {
            let Some(segment) = self.content.segments.get(first.range) else { continue };
            let from = segment.start;
            let starts = |it: &Crowd| {
                around.starts(it.start.saturating_sub(from)..it.end.saturating_sub(from))
            };
            let mut all = vec![starts(first)];
            while let Some(next) = crowds.next_if(|it| it.range == first.range) {
                all.push(starts(next));
            }
            self.windows(first.range, segment, &all, around.after);
        }
    }

    /// Searches one segment at the places that are listed.
    fn places(&mut self, places: &[(u32, u32)]) {
        let number = places.first().and_then(|it| usize::try_from(it.0).ok());
        let Some(number) = number else { return };
        let Some(segment) = self.content.segments.get(number) else { return };
        if self.seeker.scopes.contains(&segment.scope) {
            let text = segment_text(self.content, segment);
            let places = places.iter().filter_map(|it| usize::try_from(it.1).ok());
            let searched = self.seeker.pattern.occurrences_at(&self.seeker.automaton, text, places);
            self.push(number, searched);
        }
    }

    /// Searches one segment. Matches begin in `starts`, which ascend and may overlap, and end at
    /// most `after` octets after them.
    fn windows(&mut self, number: usize, segment: &Segment, starts: &[Range<usize>], after: usize) {
        if !self.seeker.scopes.contains(&segment.scope) {
            return;
        }
        let text = segment_text(self.content, segment);
        let lead = match (&self.seeker.must_hold, self.seeker.start) {
            // One pass over all of it: the automaton is as fast.
            (MustHold::Nothing, Start::AtOrAfter) => None,
            (
                MustHold::Atoms { .. }
                | MustHold::Digits { .. }
                | MustHold::Hub(_)
                | MustHold::Nothing,
                Start::AtOrAfter | Start::There,
            ) => self.seeker.lead.as_ref(),
        };
        let first = |at: usize, end: usize| {
            let Some(lead) = lead else { return Some(at) };
            let next = starts.partition_point(|it| it.end <= at);
            let near = starts.iter().skip(next).take_while(|it| it.start < end);
            let mut places = near.map(|it| it.start.max(at)..it.end.min(end));
            places.find_map(|it| lead.first(text.as_bytes(), it, end))
        };
        let windows = starts.iter().map(|it| it.start..it.end.saturating_add(after));
        let start = |window: &Range<usize>| match self.seeker.start {
            Start::AtOrAfter if lead.is_some() && window.len() <= WINDOW_TRIED_MAX => Start::There,
            start @ (Start::AtOrAfter | Start::There) => start,
        };
        let windows = Joined { windows: windows.peekable(), limit: text.len() };
        let Seeker { pattern, automaton, .. } = self.seeker;
        let searched = pattern.occurrences_within(automaton, text, windows, start, first);
        self.push(number, searched);
    }

    fn push(&mut self, number: usize, searched: Occurrences) {
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
