//! From hits to a score, exactly as the language says: count × weight, capped by `up to`; the
//! higher branch of an alternative; parts summed; `less` subtracted.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use grammar::tree::Cap;

use super::{
    examination::{Count, Examination},
    hit::compact,
};
use crate::facts::{Alternative, Content, Segment};

/// One hit of one line.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    /// Number of the segment in [`Content::segments`].
    pub(crate) segment: usize,
    /// Bytes within the segment.
    pub(crate) range: Range<usize>,
    pub(crate) weight: u32,
    pub(crate) label: &'a Arc<str>,
}

/// The hits of each `count` line, in the order of the lines.
pub(crate) type Lines<'a> = Vec<Vec<Found<'a>>>;

/// Chooses the branches that count: of each alternative the one that scores highest by itself,
/// the first of equals.
pub(crate) fn chosen_branches(
    examination: &Examination,
    content: &Content,
    lines: &Lines<'_>,
) -> BTreeMap<u32, u32> {
    let branches: BTreeSet<Alternative> =
        content.segments.iter().filter_map(|it| it.alternative).collect();
    let mut best: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for branch in branches {
        let score = score_where(examination, content, lines, |it| it.alternative == Some(branch));
        let entry = best.entry(branch.group).or_insert((branch.branch, score));
        if entry.1 < score {
            *entry = (branch.branch, score);
        }
    }
    best.into_iter().map(|(group, (branch, _))| (group, branch)).collect()
}

/// Whether a segment counts under the chosen branches.
pub(crate) fn counts(segment: &Segment, chosen: &BTreeMap<u32, u32>) -> bool {
    segment.alternative.is_none_or(|it| chosen.get(&it.group) == Some(&it.branch))
}

/// The score of the lines over the segments that `keep` allows.
pub(crate) fn score_where(
    examination: &Examination,
    content: &Content,
    lines: &Lines<'_>,
    keep: impl Fn(&Segment) -> bool,
) -> u32 {
    let mut total = 0_u32;
    for (count, found) in examination.counts.iter().zip(lines) {
        let kept = found.iter().filter(|it| content.segments.get(it.segment).is_some_and(&keep));
        total = total.saturating_add(line_score(count, content, kept));
    }
    total
}

fn line_score<'a>(
    count: &Count,
    content: &Content,
    found: impl Iterator<Item = &'a Found<'a>>,
) -> u32 {
    if let (false, None | Some(Cap::Points(_))) = (count.distinct, count.cap) {
        let sum = found.fold(0_u32, |sum, it| sum.saturating_add(it.weight));
        return capped(sum, count.cap);
    }
    let mut weights: Vec<u32> = if count.distinct {
        let mut values: BTreeMap<String, u32> = BTreeMap::new();
        for hit in found {
            let weight = values.entry(compact(value(content, hit))).or_insert(0);
            *weight = hit.weight.max(*weight);
        }
        values.into_values().collect()
    } else {
        found.map(|it| it.weight).collect()
    };
    // Where only some may count, the heaviest do: a cap never helps to hide.
    weights.sort_unstable_by(|one, other| other.cmp(one));
    let times = match count.cap {
        Some(Cap::Times(times)) => usize::try_from(times).unwrap_or(usize::MAX),
        Some(Cap::Points(_)) | None => usize::MAX,
    };
    capped(weights.into_iter().take(times).fold(0_u32, u32::saturating_add), count.cap)
}

/// The points of a line, no more than it may give.
fn capped(sum: u32, cap: Option<Cap>) -> u32 {
    match cap {
        Some(Cap::Points(points)) => sum.min(points),
        Some(Cap::Times(_)) | None => sum,
    }
}

/// The text of a hit.
pub(crate) fn value<'a>(content: &'a Content, hit: &Found<'_>) -> &'a str {
    let segment = content.segments.get(hit.segment);
    let text = segment.and_then(|it| content.text.get(it.start..it.end));
    text.and_then(|it| it.get(hit.range.clone())).unwrap_or_default()
}
