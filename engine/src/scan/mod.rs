//! The scan: what examinations find in the text of a message, and what it is worth.
//!
//! [`Scanner`] is compiled once for all examinations; [`Scanner::open`] passes over the text once
//! for the literals of all of them; [`Scan::examine`] scores one examination.
//! A pattern runs only where it can begin (`starts`), or where what every match of it holds was
//! found (`filter`); and not at all where it must be near a word that the message does not have.

mod automaton;
mod digits;
pub(crate) mod examination;
mod extent;
mod filter;
mod find;
pub(crate) mod hit;
mod kinds;
mod lead;
mod literals;
pub(crate) mod pattern;
pub(crate) mod score;
mod seek;
mod shape;
mod starts;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use grammar::tree::{CountsAs, Scope};

use self::{
    digits::DigitRuns,
    examination::Examination,
    find::{Finder, Numbers},
    hit::{Words, is_whole_word},
    literals::Literals,
    score::{Found, chosen_branches, counts, score_where},
    seek::{InSegment, Seeker},
    starts::{Entrant, Places, Starts},
};
use crate::{
    decision::{Cause, ExaminationResult, Hit},
    facts::{Content, Segment},
};

/// Hits told of one examination; the score counts all.
pub(crate) const HITS_TOLD_MAX: usize = 1_000;

/// Occurrences of literals in one message before their conditions are asked; a message with more
/// counts as one over a limit.
const RAW_HITS_MAX: usize = 1 << 20;

/// Octets between two segments that are rather scanned than started after.
const GAP_SCANNED_MAX: usize = 64;

/// Everything that all examinations look for, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Scanner {
    literals: Literals,
    /// By literal: it counts only as a whole word.
    whole_words: Vec<bool>,
    /// By literal: the patterns that it must be near to, or one of others.
    near: Vec<Vec<usize>>,
    patterns: Vec<Seeker>,
    starts: Starts,
    /// Where any examination looks.
    scopes: BTreeSet<Scope>,
    /// In the order of the model's examinations.
    examinations: Vec<Compiled>,
    /// Some term asks for its case.
    asks_for_case: bool,
}

/// One examination with the numbers of its literals.
#[derive(Clone, Debug)]
struct Compiled {
    /// The name of the examination, which every result shares.
    name: Arc<str>,
    examination: Examination,
    counts: Vec<Finder>,
    requires: Vec<Finder>,
    vetoes: Vec<Finder>,
    less: Vec<Finder>,
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
        let examinations: Vec<Compiled> = examinations
            .iter()
            .map(|it| {
                let mut finder = |what| numbers.finder(what, &it.look_in);
                Compiled {
                    counts: it.counts.iter().map(|count| finder(&count.what)).collect(),
                    requires: it.requires.iter().map(&mut finder).collect(),
                    vetoes: it.vetoes.iter().map(&mut finder).collect(),
                    less: it.less.iter().map(|less| finder(&less.1)).collect(),
                    name: Arc::from(it.name.as_str()),
                    examination: it.clone(),
                }
            })
            .collect();
        let scopes = examinations.iter().flat_map(|it| &it.examination.look_in);
        let scopes = scopes.copied().collect();
        let Numbers { texts, whole_words, patterns, asks_for_case, .. } = numbers;
        let mut near = vec![Vec::new(); texts.len()];
        for (pattern, literals) in patterns.iter().map(|it| it.near.as_ref()).enumerate() {
            for literal in literals.into_iter().flatten() {
                let literal = usize::try_from(*literal).ok().and_then(|it| near.get_mut(it));
                literal.into_iter().for_each(|it: &mut Vec<usize>| it.push(pattern));
            }
        }
        let listed = patterns.iter().map(|it| it.listed.as_ref()).enumerate();
        let entrants: Vec<Entrant<'_>> = listed
            .filter_map(|(pattern, it)| {
                it.map(|(begins, shape)| Entrant { pattern, begins: *begins, shape })
            })
            .collect();
        let starts = Starts::new(&entrants);
        let literals = Literals::new(&texts);
        Self { literals, whole_words, near, patterns, starts, scopes, examinations, asks_for_case }
    }

    /// Whether some term is found only in its case.
    pub(crate) fn asks_for_case(&self) -> bool {
        self.asks_for_case
    }

    /// Passes over the text once.
    pub(crate) fn open<'a>(&'a self, content: &'a Content) -> Scan<'a> {
        let mut raw = Vec::new();
        let mut clipped = false;
        for span in self.spans(content) {
            let text = content.text.get(span.clone()).unwrap_or_default();
            self.literals.scan(text.as_bytes(), |literal, at| {
                let at = span.start.saturating_add(at);
                let Some((number, segment)) = segment_at(content, at) else { return };
                let end = at.saturating_add(self.literals.length(literal));
                if segment.end < end || !self.may_count(literal, content, segment, at..end) {
                    return;
                }
                if raw.len() < RAW_HITS_MAX {
                    raw.push((literal, number, at.saturating_sub(segment.start)));
                } else {
                    clipped = true;
                }
            });
        }
        raw.sort_unstable();
        let (words, digits, near, places) = (BTreeMap::new(), None, Vec::new(), None);
        let occurrences = vec![None; self.patterns.len()];
        Scan { scanner: self, content, raw, words, digits, near, places, occurrences, clipped }
    }

    /// Whether an occurrence of a literal can count, if it must be a whole word.
    fn may_count(
        &self,
        literal: u32,
        content: &Content,
        segment: &Segment,
        place: Range<usize>,
    ) -> bool {
        let number = usize::try_from(literal).unwrap_or(usize::MAX);
        if self.whole_words.get(number) != Some(&true) {
            return true;
        }
        let from = segment.start;
        let place = place.start.saturating_sub(from)..place.end.saturating_sub(from);
        is_whole_word(segment_text(content, segment), &place)
    }

    /// The runs of text where any examination looks: as few as may be, since each costs a start.
    fn spans(&self, content: &Content) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        for segment in content.segments.iter().filter(|it| self.scopes.contains(&it.scope)) {
            match spans.last_mut() {
                Some(last) if segment.start <= last.end.saturating_add(GAP_SCANNED_MAX) => {
                    last.end = segment.end;
                }
                _ => spans.push(segment.start..segment.end),
            }
        }
        spans
    }
}

/// The segment that an offset of the text lies in, and its number.
fn segment_at(content: &Content, at: usize) -> Option<(usize, &Segment)> {
    let number = content.segments.partition_point(|it| it.start <= at).checked_sub(1)?;
    let segment = content.segments.get(number)?;
    (at < segment.end).then_some((number, segment))
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
    /// Where digits stand, once a pattern asked.
    digits: Option<DigitRuns>,
    /// By pattern: a word that it must be near to is in the message; told once a pattern asked.
    near: Vec<bool>,
    /// Where patterns can begin, once one asked; nothing within when they are too many.
    places: Option<Option<Places>>,
    /// By pattern, of those that were asked.
    occurrences: Vec<Option<Vec<InSegment>>>,
    /// Some search was cut short: what was not found may still be there.
    clipped: bool,
}

impl<'a> Scan<'a> {
    /// Scores the examination with this number in the model.
    pub(crate) fn examine(&mut self, number: usize) -> Option<Examined> {
        let compiled = self.scanner.examinations.get(number)?;
        let examination = &compiled.examination;
        let lines: Vec<_> = compiled.counts.iter().map(|it| self.find(it, examination)).collect();
        let chosen = chosen_branches(examination, self.content, &lines);
        let sum = score_where(examination, self.content, &lines, |it| counts(it, &chosen));
        let mut reasons = Vec::new();
        for (what, finder) in examination.requires.iter().zip(&compiled.requires) {
            if self.find(finder, examination).is_empty() {
                reasons.push(format!("it requires {}, which is not there", what.words()));
            }
        }
        let required = reasons.is_empty();
        let mut vetoed = false;
        for (what, finder) in examination.vetoes.iter().zip(&compiled.vetoes) {
            if self.stands(finder, examination, &chosen) {
                vetoed = true;
                reasons.push(format!("{} is there, a veto", what.words()));
            }
        }
        let mut score = if vetoed { 0 } else { sum };
        for ((points, what), finder) in examination.less.iter().zip(&compiled.less) {
            if self.stands(finder, examination, &chosen) {
                score = score.saturating_sub(*points);
                reasons.push(format!("{points} less for {}", what.words()));
            }
        }
        let by_score = required && !vetoed && examination.activates_at <= score;
        let hits = told(self.content, lines, &chosen);
        let name = Arc::clone(&compiled.name);
        let scored = Scored { name, score, by_score, clipped: self.clipped, reasons, hits };
        Some(scored.examined(examination, self.content))
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
}

/// What the text is worth to an examination.
struct Scored {
    name: Arc<str>,
    score: u32,
    by_score: bool,
    clipped: bool,
    reasons: Vec<String>,
    hits: Vec<Hit>,
}

impl Scored {
    /// What the examination says, from the score and from what could not be told.
    fn examined(self, examination: &Examination, content: &Content) -> Examined {
        let unreadable = !content.unreadable.is_empty();
        let ambiguous = !content.ambiguous.is_empty();
        let over_limit = self.clipped || !content.over_limit.is_empty();
        let counts = |is: bool, counts_as: CountsAs| is && counts_as == CountsAs::Activated;
        let routed = examination.over_limit.unwrap_or(CountsAs::Clear);
        let causes: Vec<Cause> = [
            (self.by_score, Cause::Score),
            (counts(unreadable, examination.unreadable), Cause::Unreadable),
            (counts(ambiguous, examination.ambiguous), Cause::Ambiguous),
            (counts(over_limit, routed), Cause::OverLimit),
        ]
        .into_iter()
        .filter_map(|(is, cause)| is.then_some(cause))
        .collect();
        let result = ExaminationResult {
            name: self.name,
            score: self.score,
            activates_at: examination.activates_at,
            activated: !causes.is_empty(),
            causes,
            unreadable,
            ambiguous,
            over_limit,
            reasons: self.reasons,
            hits: self.hits,
        };
        let over_limit_is_routed = examination.over_limit.is_some();
        Examined { result, by_score: self.by_score, over_limit_is_routed }
    }
}

/// The hits that count, in order of place.
fn told(content: &Content, lines: Vec<Vec<Found<'_>>>, chosen: &BTreeMap<u32, u32>) -> Vec<Hit> {
    let mut lines = lines.into_iter();
    let mut all = lines.next().unwrap_or_default();
    lines.for_each(|it| all.extend(it));
    all.sort_by(|one, other| {
        let key = |it: &Found<'_>| (it.segment, it.range.start, it.range.end);
        key(one).cmp(&key(other)).then_with(|| one.label.cmp(other.label))
    });
    let mut hits = Vec::with_capacity(all.len().min(HITS_TOLD_MAX));
    let place = |it: Found<'_>| {
        let segment = content.segments.get(it.segment).filter(|it| counts(it, chosen))?;
        Some(Hit {
            term: Arc::clone(it.label),
            scope: segment.scope,
            part: segment.part,
            start: it.range.start,
            end: it.range.end,
        })
    };
    hits.extend(all.into_iter().filter_map(place).take(HITS_TOLD_MAX));
    hits
}

/// The bytes of a segment.
pub(crate) fn segment_text<'a>(content: &'a Content, segment: &Segment) -> &'a str {
    content.text.get(segment.start..segment.end).unwrap_or_default()
}
