//! The reference evaluator's scan: every term searched in every segment, every score by the book.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use grammar::tree::{Cap, CountsAs};

use super::Answer;
use crate::{
    decision::{Cause, ExaminationResult, Hit},
    facts::{Content, Segment},
    scan::{
        HITS_TOLD_MAX,
        examination::{Count, Examination, Findable, Term},
        hit::{Words, cased_occurrences, compact, is_whole_word},
    },
};

/// A hit: segment, place, weight, label, value.
type Found = (usize, Range<usize>, u32, String, String);

/// Scores an examination by searching each term in each segment.
pub(super) fn naive(examination: &Examination, content: &Content) -> Answer {
    let lines: Vec<Vec<Found>> =
        examination.counts.iter().map(|it| search(&it.what, examination, content)).collect();
    let score_of = |keep: &dyn Fn(&Segment) -> bool| -> u32 {
        let kept = |found: &&Found| content.segments.get(found.0).is_some_and(keep);
        let line = |(count, found): (&Count, &Vec<Found>)| {
            let mut weights: Vec<u32> = found.iter().filter(kept).map(|it| it.2).collect();
            if count.distinct {
                let mut best: BTreeMap<String, u32> = BTreeMap::new();
                for one in found.iter().filter(kept) {
                    let weight = best.entry(compact(&one.4)).or_default();
                    *weight = one.2.max(*weight);
                }
                weights = best.into_values().collect();
            }
            weights.sort_unstable_by_key(|it| std::cmp::Reverse(*it));
            match count.cap {
                Some(Cap::Times(times)) => {
                    weights.iter().take(usize::try_from(times).unwrap_or(usize::MAX)).sum::<u32>()
                }
                Some(Cap::Points(points)) => weights.iter().sum::<u32>().min(points),
                None => weights.iter().sum(),
            }
        };
        examination.counts.iter().zip(&lines).map(line).sum()
    };
    let mut chosen: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let branches: BTreeSet<_> = content.segments.iter().filter_map(|it| it.alternative).collect();
    for branch in branches {
        let score = score_of(&|it| it.alternative == Some(branch));
        if chosen.get(&branch.group).is_none_or(|it| it.1 < score) {
            chosen.insert(branch.group, (branch.branch, score));
        }
    }
    let counts = |it: &Segment| {
        it.alternative.is_none_or(|it| chosen.get(&it.group).map(|best| best.0) == Some(it.branch))
    };
    let stands = |what: &Findable| {
        search(what, examination, content)
            .iter()
            .any(|it| content.segments.get(it.0).is_some_and(counts))
    };
    let vetoed = examination.vetoes.iter().any(stands);
    let mut score = if vetoed { 0 } else { score_of(&counts) };
    for (points, what) in &examination.less {
        score = if stands(what) { score.saturating_sub(*points) } else { score };
    }
    let required =
        examination.requires.iter().all(|it| !search(it, examination, content).is_empty());
    let by_score = !vetoed && required && examination.activates_at <= score;
    let mut places: Vec<&Found> = lines.iter().flatten().collect();
    places.sort_by_key(|it| (it.0, it.1.start, it.1.end, it.3.clone()));
    let hits = places.iter().filter_map(|it| {
        let segment = content.segments.get(it.0).filter(|it| counts(it))?;
        let (scope, part) = (segment.scope, segment.part);
        Some(Hit { term: it.3.as_str().into(), scope, part, start: it.1.start, end: it.1.end })
    });
    answer(examination, content, score, by_score, hits.take(HITS_TOLD_MAX).collect())
}

fn answer(
    examination: &Examination,
    content: &Content,
    score: u32,
    by_score: bool,
    hits: Vec<Hit>,
) -> Answer {
    let (unreadable, ambiguous) = (!content.unreadable.is_empty(), !content.ambiguous.is_empty());
    let over_limit = !content.over_limit.is_empty();
    let mut causes = Vec::new();
    if by_score {
        causes.push(Cause::Score);
    }
    if unreadable && examination.unreadable == CountsAs::Activated {
        causes.push(Cause::Unreadable);
    }
    if ambiguous && examination.ambiguous == CountsAs::Activated {
        causes.push(Cause::Ambiguous);
    }
    if over_limit && examination.over_limit == Some(CountsAs::Activated) {
        causes.push(Cause::OverLimit);
    }
    let name = examination.name.as_str().into();
    let activates_at = examination.activates_at;
    let result = ExaminationResult {
        name,
        score,
        activates_at,
        activated: !causes.is_empty(),
        causes,
        unreadable,
        ambiguous,
        over_limit,
        reasons: Vec::new(),
        hits,
    };
    Answer { result, by_score, error: over_limit && examination.over_limit.is_none() }
}

fn search(what: &Findable, examination: &Examination, content: &Content) -> Vec<Found> {
    let mut found = Vec::new();
    for (number, segment) in content.segments.iter().enumerate() {
        if !examination.look_in.contains(&segment.scope) {
            continue;
        }
        let text = content.text.get(segment.start..segment.end).unwrap_or_default();
        let near = |range: &Range<usize>, others: &[String], words: u32, whole_word: bool| {
            let others = others.iter().map(|it| occurrences(text, it, whole_word));
            let places = Words::new(text);
            others.into_iter().any(|it| {
                it.iter().any(|other| places.near(range, std::slice::from_ref(other), words))
            })
        };
        let mut add = |range: Range<usize>, weight, label: &str| {
            let value = text.get(range.clone()).unwrap_or_default().to_owned();
            if !examination.ignores.contains(&compact(&value)) {
                found.push((number, range, weight, label.to_owned(), value));
            }
        };
        for term in &what.terms {
            for range in term_occurrences(text, content.cased.get(number), term) {
                let close = term.near.as_ref().is_none_or(|it| {
                    near(&range, std::slice::from_ref(it), term.within_words, false)
                });
                if close {
                    add(range, term.weight, &term.label);
                }
            }
        }
        for pattern in &what.patterns {
            for range in pattern.occurrences(text).ranges {
                let (words, whole_word) = (pattern.within_words, pattern.near_whole_word);
                if pattern.near.is_empty() || near(&range, &pattern.near, words, whole_word) {
                    add(range, pattern.weight, &pattern.label);
                }
            }
        }
    }
    found
}

fn term_occurrences(text: &str, cased: Option<&String>, term: &Term) -> Vec<Range<usize>> {
    let all = occurrences(text, &term.text, term.whole_word);
    let Some((exact, cased)) = term.exact.as_ref().zip(cased) else { return all };
    let same = cased_occurrences(cased, &term.text, exact, term.whole_word);
    all.into_iter().zip(same).filter(|it| it.1).map(|it| it.0).collect()
}

/// From left to right, none overlapping.
fn occurrences(text: &str, wanted: &str, whole_word: bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.char_indices() {
        let range = at..at.saturating_add(wanted.len());
        let free = found.last().is_none_or(|it| it.end <= at);
        if free
            && text.get(range.clone()) == Some(wanted)
            && (!whole_word || is_whole_word(text, &range))
        {
            found.push(range);
        }
    }
    found
}
