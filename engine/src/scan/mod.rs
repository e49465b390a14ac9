//! The scan: what examinations find in the text of a message, and what it is worth.
//!
//! [`Scanner`] is compiled once for all examinations; [`Scanner::open`] passes over the text once
//! for the literals of all of them; [`Scan::examine`] scores one examination.
//!
//! # Current limitations
//!
//! Every pattern runs over the text by itself; no literal is drawn from an expression to filter by.

pub(crate) mod examination;
pub(crate) mod hit;
mod literals;
pub(crate) mod pattern;
pub(crate) mod score;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use grammar::tree::CountsAs;

use self::{
    examination::{Examination, Findable, Term},
    hit::{HITS_IN_SEGMENT_MAX, Words, compact, is_whole_word},
    literals::Literals,
    pattern::Pattern,
    score::{Found, chosen_branches, counts, score_where, value},
};
use crate::{
    decision::{ExaminationResult, Hit},
    facts::{Content, Segment},
};

/// Hits told of one examination; the score counts all.
pub(crate) const HITS_TOLD_MAX: usize = 1_000;

/// Everything that all examinations look for, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Scanner {
    literals: Literals,
    /// In the order of the model's examinations.
    examinations: Vec<Compiled>,
}

/// One examination with the numbers of its literals.
#[derive(Clone, Debug)]
struct Compiled {
    examination: Examination,
    counts: Vec<Finder>,
    requires: Vec<Finder>,
    vetoes: Vec<Finder>,
    less: Vec<Finder>,
}

/// A findable with the numbers of its literals.
#[derive(Clone, Debug)]
struct Finder {
    /// By literal.
    terms: Vec<(u32, Option<u32>, Arc<Term>)>,
    patterns: Vec<(Vec<u32>, Arc<Pattern>)>,
}

/// What an examination says of a message.
#[derive(Clone, Debug)]
pub(crate) struct Examined {
    pub(crate) result: ExaminationResult,
    /// It activates by its score, whatever could not be told.
    pub(crate) by_score: bool,
    /// The rules say what a limit that was passed means.
    pub(crate) over_limit_is_routed: bool,
}

impl Examined {
    /// Something could not be told.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.result.unreadable || self.result.ambiguous || self.result.over_limit
    }
}

impl Scanner {
    /// Compiles the examinations of a model.
    pub(crate) fn new(examinations: &[Examination]) -> Self {
        let mut numbers = Numbers::default();
        let examinations = examinations
            .iter()
            .map(|it| Compiled {
                counts: it.counts.iter().map(|count| numbers.finder(&count.what)).collect(),
                requires: it.requires.iter().map(|what| numbers.finder(what)).collect(),
                vetoes: it.vetoes.iter().map(|what| numbers.finder(what)).collect(),
                less: it.less.iter().map(|less| numbers.finder(&less.1)).collect(),
                examination: it.clone(),
            })
            .collect();
        Self { literals: Literals::new(&numbers.texts), examinations }
    }

    /// Passes over the text once.
    pub(crate) fn open<'a>(&'a self, content: &'a Content) -> Scan<'a> {
        let mut raw = Vec::new();
        for (number, segment) in content.segments.iter().enumerate() {
            let text = segment_text(content, segment);
            self.literals.scan(text.as_bytes(), |literal, at| raw.push((literal, number, at)));
        }
        raw.sort_unstable();
        Scan { scanner: self, content, raw, words: BTreeMap::new() }
    }
}

/// One message under examination.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    scanner: &'a Scanner,
    content: &'a Content,
    /// Literal, segment, offset in the segment; sorted.
    raw: Vec<(u32, usize, usize)>,
    /// Of segments that were asked for distances.
    words: BTreeMap<usize, Words>,
}

impl<'a> Scan<'a> {
    /// Scores the examination with this number in the model.
    pub(crate) fn examine(&mut self, number: usize) -> Option<Examined> {
        let compiled = self.scanner.examinations.get(number)?;
        let examination = &compiled.examination;
        let lines: Vec<_> = compiled.counts.iter().map(|it| self.find(it, examination)).collect();
        let chosen = chosen_branches(examination, self.content, &lines);
        let sum = score_where(examination, self.content, &lines, |it| counts(it, &chosen));
        let required = compiled.requires.iter().all(|it| !self.find(it, examination).is_empty());
        let vetoed = compiled.vetoes.iter().any(|it| self.stands(it, examination, &chosen));
        let mut score = if vetoed { 0 } else { sum };
        for ((points, _), finder) in examination.less.iter().zip(&compiled.less) {
            if self.stands(finder, examination, &chosen) {
                score = score.saturating_sub(*points);
            }
        }
        let by_score = required && !vetoed && examination.activates_at <= score;
        let hits = told(self.content, lines, &chosen);
        Some(examined(examination, self.content, score, by_score, hits))
    }

    /// Whether something stands in the text that counts.
    fn stands(
        &mut self,
        finder: &'a Finder,
        examination: &Examination,
        chosen: &BTreeMap<u32, u32>,
    ) -> bool {
        let content = self.content;
        let segment = |it: &Found<'_>| content.segments.get(it.segment);
        self.find(finder, examination)
            .iter()
            .any(|it| segment(it).is_some_and(|it| counts(it, chosen)))
    }

    /// Every hit within the scopes of the examination, by segment and place, without what it ignores.
    fn find(&mut self, finder: &'a Finder, examination: &Examination) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        self.find_terms(finder, examination, &mut found);
        self.find_patterns(finder, examination, &mut found);
        let content = self.content;
        if !examination.ignores.is_empty() {
            found.retain(|it| !examination.ignores.contains(&compact(value(content, it))));
        }
        found.sort_by_key(|it| (it.segment, it.range.start));
        found
    }

    fn find_terms(
        &mut self,
        finder: &'a Finder,
        examination: &Examination,
        found: &mut Vec<Found<'a>>,
    ) {
        // The literals that stand in this message are few, the terms of a dictionary many.
        let mut after = 0;
        while let Some((literal, ..)) = self.raw.get(after).copied() {
            let first = finder.terms.partition_point(|it| it.0 < literal);
            for (_, near, term) in finder.terms.iter().skip(first).take_while(|it| it.0 == literal)
            {
                self.find_term(literal, *near, term, examination, found);
            }
            after = self.raw.partition_point(|it| it.0 <= literal);
        }
    }

    fn find_term(
        &mut self,
        literal: u32,
        near: Option<u32>,
        term: &'a Term,
        examination: &Examination,
        found: &mut Vec<Found<'a>>,
    ) {
        for number in self.segments_with(literal) {
            let Some(segment) = self.content.segments.get(number) else { continue };
            if !examination.look_in.contains(&segment.scope) {
                continue;
            }
            let ranges = self.taken(literal, number, term.whole_word);
            let ranges = self.in_exact_case(ranges, number, term);
            let near = near.map(|it| vec![self.taken(it, number, false)]);
            for range in self.close(ranges, near.as_deref(), number, term.within_words) {
                found.push(Found {
                    segment: number,
                    range,
                    weight: term.weight,
                    label: &term.label,
                });
            }
        }
    }

    fn find_patterns(
        &mut self,
        finder: &'a Finder,
        examination: &Examination,
        found: &mut Vec<Found<'a>>,
    ) {
        for (near, pattern) in &finder.patterns {
            for (number, segment) in self.content.segments.iter().enumerate() {
                if !examination.look_in.contains(&segment.scope) {
                    continue;
                }
                let ranges = pattern.occurrences(segment_text(self.content, segment));
                let others: Vec<_> = near.iter().map(|it| self.taken(*it, number, false)).collect();
                let others = (!near.is_empty()).then_some(others);
                for range in self.close(ranges, others.as_deref(), number, pattern.within_words) {
                    let (weight, label) = (pattern.weight, pattern.label.as_str());
                    found.push(Found { segment: number, range, weight, label });
                }
            }
        }
    }

    /// Segments that hold a literal.
    fn segments_with(&self, literal: u32) -> BTreeSet<usize> {
        let first = self.raw.partition_point(|it| it.0 < literal);
        self.raw.iter().skip(first).take_while(|it| it.0 == literal).map(|it| it.1).collect()
    }

    /// Occurrences of a literal in a segment, from left to right, none overlapping.
    fn taken(&self, literal: u32, segment: usize, whole_word: bool) -> Vec<Range<usize>> {
        let Some(place) = self.content.segments.get(segment) else { return Vec::new() };
        let text = segment_text(self.content, place);
        let length = self.scanner.literals.length(literal);
        let first = self.raw.partition_point(|it| (it.0, it.1) < (literal, segment));
        let mut taken: Vec<Range<usize>> = Vec::new();
        let here = |it: &&(u32, usize, usize)| (it.0, it.1) == (literal, segment);
        for (_, _, start) in self.raw.iter().skip(first).take_while(here) {
            let range = *start..start.saturating_add(length);
            let free = taken.last().is_none_or(|it| it.end <= range.start);
            if free
                && taken.len() < HITS_IN_SEGMENT_MAX
                && (!whole_word || is_whole_word(text, &range))
            {
                taken.push(range);
            }
        }
        taken
    }

    /// Leaves out hits whose case differs, where the content keeps the case.
    fn in_exact_case(
        &self,
        ranges: Vec<Range<usize>>,
        segment: usize,
        term: &Term,
    ) -> Vec<Range<usize>> {
        let cased = self.content.cased.get(segment);
        let Some((exact, cased)) = term.exact.as_deref().zip(cased) else { return ranges };
        // The two texts differ in length where a fold does, so hits are paired by their order:
        // the n-th occurrence in folded text is the n-th in the text with its case.
        let folded = hit::cased_occurrences(cased, &term.text, exact, term.whole_word);
        ranges.into_iter().zip(folded).filter(|it| it.1).map(|it| it.0).collect()
    }

    /// Leaves out what has none of the others close by.
    fn close(
        &mut self,
        ranges: Vec<Range<usize>>,
        others: Option<&[Vec<Range<usize>>]>,
        segment: usize,
        within_words: u32,
    ) -> Vec<Range<usize>> {
        let Some(others) = others else { return ranges };
        let Some(place) = self.content.segments.get(segment) else { return Vec::new() };
        let text = segment_text(self.content, place);
        let words = self.words.entry(segment).or_insert_with(|| Words::new(text));
        let near =
            |range: &Range<usize>| others.iter().any(|it| words.near(range, it, within_words));
        ranges.into_iter().filter(near).collect()
    }
}

/// What an examination says, from its score and from what could not be told.
pub(crate) fn examined(
    examination: &Examination,
    content: &Content,
    score: u32,
    by_score: bool,
    hits: Vec<Hit>,
) -> Examined {
    let unreadable = !content.unreadable.is_empty();
    let ambiguous = !content.ambiguous.is_empty();
    let over_limit = !content.over_limit.is_empty();
    let activated = by_score
        || unreadable && examination.unreadable == CountsAs::Activated
        || ambiguous && examination.ambiguous == CountsAs::Activated
        || over_limit && examination.over_limit == Some(CountsAs::Activated);
    let result = ExaminationResult {
        name: examination.name.clone(),
        score,
        activates_at: examination.activates_at,
        activated,
        unreadable,
        ambiguous,
        over_limit,
        hits,
    };
    Examined { result, by_score, over_limit_is_routed: examination.over_limit.is_some() }
}

/// The hits that count, in order of place.
fn told(content: &Content, lines: Vec<Vec<Found<'_>>>, chosen: &BTreeMap<u32, u32>) -> Vec<Hit> {
    let mut all: Vec<Found<'_>> = lines.into_iter().flatten().collect();
    all.sort_by(|one, other| {
        let key = |it: &Found<'_>| (it.segment, it.range.start, it.range.end);
        key(one).cmp(&key(other)).then_with(|| one.label.cmp(other.label))
    });
    let place = |it: Found<'_>| {
        let segment = content.segments.get(it.segment).filter(|it| counts(it, chosen))?;
        Some(Hit {
            term: it.label.to_owned(),
            scope: segment.scope,
            part: segment.part,
            start: it.range.start,
            end: it.range.end,
        })
    };
    all.into_iter().filter_map(place).take(HITS_TOLD_MAX).collect()
}

/// The bytes of a segment.
pub(crate) fn segment_text<'a>(content: &'a Content, segment: &Segment) -> &'a str {
    content.text.get(segment.start..segment.end).unwrap_or_default()
}

/// Numbers the literals of all examinations, equal ones once.
#[derive(Default)]
struct Numbers {
    texts: Vec<String>,
    by_text: BTreeMap<String, u32>,
}

impl Numbers {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.by_text.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_owned());
        self.by_text.insert(text.to_owned(), number);
        number
    }

    fn finder(&mut self, what: &Findable) -> Finder {
        let mut terms: Vec<_> = what
            .terms
            .iter()
            .map(|it| {
                let near = it.near.as_deref().map(|near| self.number(near));
                (self.number(&it.text), near, Arc::clone(it))
            })
            .collect();
        terms.sort_by_key(|it| it.0);
        let patterns = what
            .patterns
            .iter()
            .map(|it| (it.near.iter().map(|near| self.number(near)).collect(), Arc::clone(it)))
            .collect();
        Finder { terms, patterns }
    }
}
