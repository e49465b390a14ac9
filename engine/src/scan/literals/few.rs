//! A few literals by vector instructions.

use aho_corasick::{
    Span,
    packed::{Config, Searcher},
};

use super::needles::Needles;

/// Literals of one search; with more the instructions let through too much.
pub(super) const LITERALS_MAX: usize = 16;

/// A few literals, compiled.
#[derive(Clone, Debug)]
pub(super) struct Few {
    searcher: Searcher,
    numbers: Vec<u32>,
}

impl Few {
    /// Compiles the literals with these numbers; nothing where the processor has no such
    /// instructions.
    pub(super) fn new(numbers: &[u32], needles: &Needles) -> Option<Self> {
        let mut builder = Config::new().heuristic_pattern_limits(false).builder();
        builder.extend(numbers.iter().map(|it| needles.get(*it)));
        Some(Self { searcher: builder.build()?, numbers: numbers.to_vec() })
    }

    /// Tells `found` of every occurrence, as (literal, offset of its first byte).
    pub(super) fn scan(&self, needles: &Needles, text: &[u8], found: &mut impl FnMut(u32, usize)) {
        let mut start = 0;
        while let Some(hit) = self.searcher.find_in(text, Span { start, end: text.len() }) {
            // The search tells of one literal at the leftmost place; others may stand there too.
            let rest = text.get(hit.start()..).unwrap_or_default();
            for number in self.numbers.iter().filter(|it| rest.starts_with(needles.get(**it))) {
                found(*number, hit.start());
            }
            start = hit.start().saturating_add(1);
        }
    }
}
