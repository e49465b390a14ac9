//! What a set says of a message.

use std::{collections::BTreeSet, sync::Arc};

use grammar::tree::{CountsAs, Scope};

use super::{Document, Holds, Set, letters, winnow};
use crate::{
    facts::{Content, Segment},
    scan::segment_text,
};

/// `fingerprints NAME from "file" { … }`, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) set: Arc<Set>,
    /// Percent of a document, or values of a table.
    pub(crate) at_least: u32,
    pub(crate) unreadable: CountsAs,
    pub(crate) ambiguous: CountsAs,
    /// The organisation's `on error` when absent.
    pub(crate) over_limit: Option<CountsAs>,
}

/// What a set says of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    /// By what was found alone.
    pub(crate) found: bool,
    /// With what the rules say of parts that could not be read.
    pub(crate) activated: bool,
    /// Something could not be told.
    pub(crate) uncertain: bool,
    /// A limit was passed, and the rules do not say what that means.
    pub(crate) error: bool,
    /// What was found, for the trace.
    pub(crate) words: String,
}

/// The kept runs of a message; the same for all sets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    grams: BTreeSet<u64>,
}

impl Traces {
    /// Passes over the text once.
    pub(crate) fn of(content: &Content) -> Self {
        let read = content.segments.iter().filter(|it| is_document(it));
        let grams = read.flat_map(|it| winnow::kept(letters(segment_text(content, it)))).collect();
        Self { grams }
    }

    /// The same by the definition, for the reference evaluator.
    pub(crate) fn slowly(content: &Content) -> Self {
        let mut grams = BTreeSet::new();
        for segment in content.segments.iter().filter(|it| is_document(it)) {
            let letters: Vec<char> = letters(segment_text(content, segment)).collect();
            grams.extend(winnow::kept_slowly(&letters));
        }
        Self { grams }
    }
}

/// Finds values in a text; [`super::values::add`] or its slow double.
pub(crate) type FindValues = fn(&super::Table, super::Key, &str, &mut BTreeSet<u128>);

/// What the set says.
pub(crate) fn answer(
    declared: &Declared,
    content: &Content,
    traces: &Traces,
    find: FindValues,
) -> Answer {
    let (found, words) = match &declared.set.holds {
        Holds::Documents(documents) => closest(declared, documents, content, traces),
        Holds::Table(table) => {
            let mut values = BTreeSet::new();
            for segment in content.segments.iter().filter(|it| it.scope != Scope::Headers) {
                find(table, declared.set.key, segment_text(content, segment), &mut values);
            }
            let enough = usize::try_from(declared.at_least).is_ok_and(|it| it <= values.len());
            let plural = if values.len() == 1 { "value" } else { "values" };
            (enough, format!("{} {plural} of the table", values.len()))
        }
    };
    let unreadable = !content.unreadable.is_empty();
    let ambiguous = !content.ambiguous.is_empty();
    let over_limit = !content.over_limit.is_empty();
    Answer {
        found,
        activated: found
            || unreadable && declared.unreadable == CountsAs::Activated
            || ambiguous && declared.ambiguous == CountsAs::Activated
            || over_limit && declared.over_limit == Some(CountsAs::Activated),
        uncertain: unreadable || ambiguous || over_limit,
        error: over_limit && declared.over_limit.is_none(),
        words,
    }
}

/// The document of which most is there.
fn closest(
    declared: &Declared,
    documents: &[Document],
    content: &Content,
    traces: &Traces,
) -> (bool, String) {
    let key = declared.set.key;
    let read = content.segments.iter().filter(|it| is_document(it));
    let wholes: BTreeSet<u128> =
        read.map(|it| key.digest(letters(segment_text(content, it)))).collect();
    let grams: BTreeSet<u64> = traces.grams.iter().map(|it| key.gram(*it)).collect();
    let mut best: Option<(u32, &Document)> = None;
    for document in documents {
        let percent = if wholes.contains(&document.digest) {
            100
        } else {
            let shared = document.grams.iter().filter(|it| grams.contains(it)).count();
            // An edited copy may keep every run and still is not the whole.
            percent(shared, document.grams.len()).min(99)
        };
        if best.is_none_or(|it| it.0 < percent) {
            best = Some((percent, document));
        }
    }
    match best.filter(|it| it.0 > 0) {
        Some((percent, document)) => {
            (declared.at_least <= percent, format!("{percent} percent of `{}`", document.name))
        }
        None => (false, "nothing of its documents".to_owned()),
    }
}

fn percent(part: usize, whole: usize) -> u32 {
    let percent = part.saturating_mul(100).checked_div(whole).unwrap_or(0);
    u32::try_from(percent).unwrap_or(100)
}

/// Where documents are: what people write or attach, not what programs put beside it.
fn is_document(segment: &Segment) -> bool {
    match segment.scope {
        Scope::AttachmentText | Scope::Body => true,
        Scope::AttachmentNames | Scope::Headers | Scope::Subject => false,
    }
}
