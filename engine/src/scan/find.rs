//! Where the terms and patterns of an examination stand in a message.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use grammar::tree::Scope;
use rustc_hash::FxBuildHasher;

use super::{
    Scan,
    examination::{Examination, Findable, Term},
    hit::{HITS_IN_SEGMENT_MAX, Words, cased_occurrences, compact, is_whole_word},
    pattern::Pattern,
    score::{Found, value},
    seek::{InSegment, Known, Seeker},
    segment_text,
};

/// Terms of a line that are asked for one by one.
const TERMS_ASKED_MAX: usize = 8;

/// A findable with the numbers of its literals.
#[derive(Clone, Debug)]
pub(super) struct Finder {
    /// By literal.
    terms: Vec<NumberedTerm>,
    patterns: Vec<NumberedPattern>,
}

#[derive(Clone, Debug)]
struct NumberedTerm {
    literal: u32,
    near: Option<u32>,
    term: Arc<Term>,
}

#[derive(Clone, Debug)]
struct NumberedPattern {
    number: usize,
    near: Vec<u32>,
    pattern: Arc<Pattern>,
}

/// Numbers by text; the texts are of those who write the rules.
#[expect(clippy::disallowed_types, reason = "its hasher is fixed, and nobody goes through it")]
type ByText = std::collections::HashMap<String, u32, FxBuildHasher>;

/// Numbers the literals and patterns of all examinations, equal ones once.
#[derive(Default)]
pub(super) struct Numbers {
    pub(super) texts: Vec<String>,
    /// By literal: whoever looks for it wants a whole word.
    pub(super) whole_words: Vec<bool>,
    by_text: ByText,
    pub(super) patterns: Vec<Seeker>,
    /// Some term asks for its case.
    pub(super) asks_for_case: bool,
}

impl Numbers {
    fn number(&mut self, text: &str, whole_word: bool) -> u32 {
        if let Some(number) = self.by_text.get(text) {
            let known = usize::try_from(*number).ok().and_then(|it| self.whole_words.get_mut(it));
            known.into_iter().for_each(|it| *it &= whole_word);
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_owned());
        self.whole_words.push(whole_word);
        self.by_text.insert(text.to_owned(), number);
        number
    }

    /// Patterns are one where they find the same: what they weigh or must be near may differ.
    fn pattern(&mut self, pattern: &Arc<Pattern>, near: &[u32], scopes: &BTreeSet<Scope>) -> usize {
        let known = self.patterns.iter().position(|it| it.pattern.finds_the_same(pattern));
        let at = known.unwrap_or_else(|| {
            let seeker = Seeker::new(pattern, |text| self.number(text, false));
            self.patterns.push(seeker);
            self.patterns.len().saturating_sub(1)
        });
        if let Some(seeker) = self.patterns.get_mut(at) {
            seeker.scopes.extend(scopes);
            let known = seeker.near.take().filter(|_| !near.is_empty());
            seeker.near = known.map(|it| it.into_iter().chain(near.iter().copied()).collect());
        }
        at
    }

    /// Numbers what an examination looks for in these scopes.
    pub(super) fn finder(&mut self, what: &Findable, scopes: &BTreeSet<Scope>) -> Finder {
        let mut terms = Vec::new();
        for term in &what.terms {
            let near = term.near.as_deref().map(|it| self.number(it, false));
            self.asks_for_case |= term.exact.is_some();
            terms.push(NumberedTerm {
                literal: self.number(&term.text, term.whole_word),
                near,
                term: Arc::clone(term),
            });
        }
        terms.sort_by_key(|it| it.literal);
        let mut patterns = Vec::new();
        for pattern in &what.patterns {
            let whole_word = pattern.near_whole_word;
            let near: Vec<u32> =
                pattern.near.iter().map(|it| self.number(it, whole_word)).collect();
            let (number, pattern) = (self.pattern(pattern, &near, scopes), Arc::clone(pattern));
            patterns.push(NumberedPattern { number, near, pattern });
        }
        Finder { terms, patterns }
    }
}

impl<'a> Scan<'a> {
    /// Every hit within the scopes of the examination, by segment and place, without what it ignores.
    pub(super) fn find(&mut self, finder: &'a Finder, examination: &Examination) -> Vec<Found<'a>> {
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
        if finder.terms.len() <= TERMS_ASKED_MAX {
            for term in &finder.terms {
                self.find_term(term, examination, found);
            }
            return;
        }
        // The literals that stand in this message are few, the terms of a dictionary many.
        let mut after = 0;
        while let Some((literal, ..)) = self.raw.get(after).copied() {
            let first = finder.terms.partition_point(|it| it.literal < literal);
            let terms = finder.terms.iter().skip(first).take_while(|it| it.literal == literal);
            for term in terms {
                self.find_term(term, examination, found);
            }
            after = self.raw.partition_point(|it| it.0 <= literal);
        }
    }

    fn find_term(
        &mut self,
        numbered: &'a NumberedTerm,
        examination: &Examination,
        found: &mut Vec<Found<'a>>,
    ) {
        let term = numbered.term.as_ref();
        let literal = numbered.literal;
        let mut at = self.raw.partition_point(|it| it.0 < literal);
        while let Some((_, number, _)) = self.raw.get(at).copied().filter(|it| it.0 == literal) {
            let here = |it: &&(u32, usize, usize)| (it.0, it.1) == (literal, number);
            at = at.saturating_add(self.raw.iter().skip(at).take_while(here).count());
            let Some(segment) = self.content.segments.get(number) else { continue };
            if !examination.look_in.contains(&segment.scope) {
                continue;
            }
            let (weight, label) = (term.weight, &term.label);
            let hit = |range| Found { segment: number, range, weight, label };
            if term.exact.is_none() && numbered.near.is_none() {
                self.each_taken(literal, number, term.whole_word, |it| found.push(hit(it)));
                continue;
            }
            let ranges = self.taken(literal, number, term.whole_word);
            let ranges = self.in_exact_case(ranges, number, term);
            let near = numbered.near.map(|it| vec![self.taken(it, number, false)]);
            let close = self.close(ranges, near.as_deref(), number, term.within_words);
            found.extend(close.into_iter().map(hit));
        }
    }

    fn find_patterns(
        &mut self,
        finder: &'a Finder,
        examination: &Examination,
        found: &mut Vec<Found<'a>>,
    ) {
        for NumberedPattern { number, near, pattern } in &finder.patterns {
            let occurrences = self.take_occurrences(*number);
            for (segment, ranges) in &occurrences {
                let place = self.content.segments.get(*segment);
                if !place.is_some_and(|it| examination.look_in.contains(&it.scope)) {
                    continue;
                }
                let (weight, label) = (pattern.weight, &pattern.label);
                let hit = |range| Found { segment: *segment, range, weight, label };
                if near.is_empty() {
                    found.extend(ranges.iter().cloned().map(hit));
                    continue;
                }
                let whole_word = pattern.near_whole_word;
                let others: Vec<_> =
                    near.iter().map(|it| self.taken(*it, *segment, whole_word)).collect();
                let words = pattern.within_words;
                found.extend(
                    self.close(ranges.clone(), Some(&others), *segment, words).into_iter().map(hit),
                );
            }
            if let Some(known) = self.occurrences.get_mut(*number) {
                *known = Some(occurrences);
            }
        }
    }

    /// Occurrences of a pattern, searched once, whoever asks; whoever does puts them back.
    fn take_occurrences(&mut self, number: usize) -> Vec<InSegment> {
        if let Some(known) = self.occurrences.get_mut(number).and_then(Option::take) {
            return known;
        }
        let mut found = Vec::new();
        let Some(seeker) = self.scanner.patterns.get(number) else { return found };
        if self.may_count(number) {
            let listed = seeker.listed.is_some() && self.list_places();
            let places = self.places.as_ref().and_then(Option::as_ref).filter(|_| listed);
            let known = Known {
                content: self.content,
                raw: &self.raw,
                digits: &mut self.digits,
                places: places.map(|it| it.of(number)),
            };
            let clipped;
            (found, clipped) = seeker.seek(known);
            self.clipped |= clipped;
        }
        found
    }

    /// Whether some word is in the message that a pattern must be near to, if it must.
    fn may_count(&mut self, number: usize) -> bool {
        if self.near.is_empty() {
            let patterns = &self.scanner.patterns;
            self.near = patterns.iter().map(|it| it.near.is_none()).collect();
            for of_literal in self.raw.chunk_by(|one, other| one.0 == other.0) {
                let literal = of_literal.first().and_then(|it| usize::try_from(it.0).ok());
                let patterns = literal.and_then(|it| self.scanner.near.get(it));
                for pattern in patterns.into_iter().flatten() {
                    self.near.get_mut(*pattern).into_iter().for_each(|it| *it = true);
                }
            }
        }
        self.near.get(number) != Some(&false)
    }

    /// Lists where patterns can begin; tells whether they are few enough.
    fn list_places(&mut self) -> bool {
        if self.places.is_none() {
            let content = self.content;
            let segments = content.segments.iter().enumerate();
            let texts = segments
                .filter(|it| self.scanner.scopes.contains(&it.1.scope))
                .map(|it| (it.0, segment_text(content, it.1)));
            let is_near = |it: usize| self.near.get(it) != Some(&false);
            let places = self.scanner.starts.places(self.occurrences.len(), texts, is_near);
            self.places = Some(places);
        }
        self.places.as_ref().is_some_and(Option::is_some)
    }

    /// Occurrences of a literal in a segment, from left to right, none overlapping.
    fn taken(&mut self, literal: u32, segment: usize, whole_word: bool) -> Vec<Range<usize>> {
        let mut taken = Vec::new();
        self.each_taken(literal, segment, whole_word, |it| taken.push(it));
        taken
    }

    fn each_taken(
        &mut self,
        literal: u32,
        segment: usize,
        whole_word: bool,
        mut tell: impl FnMut(Range<usize>),
    ) {
        let Some(place) = self.content.segments.get(segment) else { return };
        let text = segment_text(self.content, place);
        let length = self.scanner.literals.length(literal);
        let first = self.raw.partition_point(|it| (it.0, it.1) < (literal, segment));
        let (mut count, mut free_from) = (0, 0);
        let here = |it: &&(u32, usize, usize)| (it.0, it.1) == (literal, segment);
        for (_, _, start) in self.raw.iter().skip(first).take_while(here) {
            let range = *start..start.saturating_add(length);
            if range.start < free_from || whole_word && !is_whole_word(text, &range) {
                continue;
            }
            if count >= HITS_IN_SEGMENT_MAX {
                self.clipped = true;
                break;
            }
            count = count.saturating_add(1);
            free_from = range.end;
            tell(range);
        }
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
        let same = cased_occurrences(cased, &term.text, exact, term.whole_word);
        ranges.into_iter().zip(same).filter(|it| it.1).map(|it| it.0).collect()
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
