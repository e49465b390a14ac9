//! The automata of one expression: of `regex-automata` in general; where it is small and started
//! at a known place, a table that takes one step for each octet and nothing to begin with.

use std::{ops::Range, sync::Arc};

use regex_automata::{
    Anchored, Input,
    dfa::{
        Automaton as _, StartKind,
        dense::{Config, DFA},
    },
    meta::Regex,
    nfa::thompson,
    util::syntax,
};

/// Octets of a table; an expression that needs more has none.
const TABLE_OCTETS_MAX: usize = 64 << 10;

/// Octets that building a table may take.
const BUILDING_OCTETS_MAX: usize = 512 << 10;

/// How the matches of one expression are found.
#[derive(Clone, Debug)]
pub(crate) struct Automaton {
    regex: Arc<Regex>,
    table: Option<DFA<Vec<u32>>>,
}

impl Automaton {
    /// Without a table.
    pub(super) fn plain(regex: &Arc<Regex>) -> Self {
        Self { regex: Arc::clone(regex), table: None }
    }

    /// With a table, if one of this expression is small.
    pub(super) fn with_table(expression: &str, regex: &Arc<Regex>) -> Self {
        Self { table: table(expression), ..Self::plain(regex) }
    }

    /// The match that begins where `within` begins.
    pub(super) fn there(&self, text: &str, within: Range<usize>) -> Option<Range<usize>> {
        let start = within.start;
        let input = Input::new(text).span(within).anchored(Anchored::Yes);
        // It gives up where an edge of a word may lie beyond ASCII.
        match self.table.as_ref().map(|it| it.try_search_fwd(&input)) {
            Some(Ok(end)) => end.map(|it| start..it.offset()),
            Some(Err(_)) | None => self.regex.search(&input).map(|it| it.range()),
        }
    }

    /// The first match within `within`.
    pub(super) fn at_or_after(&self, text: &str, within: Range<usize>) -> Option<Range<usize>> {
        self.regex.search(&Input::new(text).span(within)).map(|it| it.range())
    }
}

fn table(expression: &str) -> Option<DFA<Vec<u32>>> {
    let nfa = thompson::Compiler::new()
        .syntax(syntax::Config::new().case_insensitive(true))
        .configure(thompson::Config::new().nfa_size_limit(Some(BUILDING_OCTETS_MAX)))
        .build(expression)
        .ok()?;
    let config = Config::new()
        .start_kind(StartKind::Anchored)
        .unicode_word_boundary(true)
        .dfa_size_limit(Some(TABLE_OCTETS_MAX))
        .determinize_size_limit(Some(BUILDING_OCTETS_MAX));
    DFA::builder().configure(config).build_from_nfa(&nfa).ok()
}
