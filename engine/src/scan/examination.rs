//! An examination with its names resolved: what it counts, and when it activates.

use std::{collections::BTreeSet, sync::Arc};

use grammar::tree::{Cap, CountsAs, Scope};

use super::pattern::Pattern;

/// `examination NAME { … }`, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Examination {
    pub(crate) name: String,
    pub(crate) look_in: BTreeSet<Scope>,
    pub(crate) counts: Vec<Count>,
    pub(crate) requires: Vec<Findable>,
    pub(crate) vetoes: Vec<Findable>,
    pub(crate) less: Vec<(u32, Findable)>,
    /// Values never counted, without separators, normalised.
    pub(crate) ignores: BTreeSet<String>,
    pub(crate) activates_at: u32,
    pub(crate) unreadable: CountsAs,
    pub(crate) ambiguous: CountsAs,
    /// The organisation's `on error` when absent.
    pub(crate) over_limit: Option<CountsAs>,
}

/// One `count` line.
#[derive(Clone, Debug)]
pub(crate) struct Count {
    pub(crate) what: Findable,
    pub(crate) distinct: bool,
    pub(crate) cap: Option<Cap>,
}

/// Something to find: a text, a dictionary or a pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findable {
    pub(crate) terms: Vec<Arc<Term>>,
    pub(crate) patterns: Vec<Arc<Pattern>>,
}

/// One literal to find.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Term {
    /// As the author wrote it.
    pub(crate) label: Arc<str>,
    /// Normalised.
    pub(crate) text: String,
    /// Normalised with its case, for `exact case`.
    pub(crate) exact: Option<String>,
    pub(crate) whole_word: bool,
    /// The other text that must stand close by, normalised.
    pub(crate) near: Option<String>,
    pub(crate) within_words: u32,
    pub(crate) weight: u32,
}

/// Texts of a dictionary that a trace names.
const WORDS_TOLD_MAX: usize = 3;

impl Findable {
    /// What is looked for, as a trace names it.
    pub(crate) fn words(&self) -> String {
        let terms = self.terms.iter().map(|it| format!("\"{}\"", it.label));
        let patterns = self.patterns.iter().map(|it| format!("`{}`", it.label));
        let mut words: Vec<String> = terms.chain(patterns).collect();
        let others = words.len().saturating_sub(WORDS_TOLD_MAX);
        if others > 0 {
            words.truncate(WORDS_TOLD_MAX);
            words.push(format!("{others} others"));
        }
        words.join(" or ")
    }

    /// The most that one hit can add.
    pub(crate) fn weight_max(&self) -> u32 {
        let terms = self.terms.iter().map(|it| it.weight);
        terms.chain(self.patterns.iter().map(|it| it.weight)).max().unwrap_or(0)
    }
}

impl Examination {
    /// The highest score that any message can reach; `u32::MAX` when there is no bound.
    pub(crate) fn score_max(&self) -> u32 {
        self.counts.iter().fold(0, |sum, it| sum.saturating_add(it.score_max()))
    }
}

impl Count {
    fn score_max(&self) -> u32 {
        let weight = self.what.weight_max();
        if weight == 0 {
            return 0;
        }
        let unbounded = !self.distinct || !self.what.patterns.is_empty();
        let sum = self.what.terms.iter().fold(0_u32, |sum, it| sum.saturating_add(it.weight));
        let free = if unbounded { u32::MAX } else { sum };
        match self.cap {
            Some(Cap::Times(times)) => free.min(weight.saturating_mul(times)),
            Some(Cap::Points(points)) => free.min(points),
            None => free,
        }
    }
}
