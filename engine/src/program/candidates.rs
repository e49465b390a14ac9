//! The candidates of one recipient: clauses that are enabled, valid, let the peer in, and whose
//! two sides match.

use super::{Program, index::Posting, person::Person, sender::Sender};
use crate::{
    facts::Facts,
    model::{
        Numbered,
        clause::{Bypass, Clause, Direction, Policy, Request},
    },
    program::index::SenderKeys,
};
use grammar::tree::Compare;

/// A clause that applies, and how.
#[derive(Debug)]
pub(super) struct Candidate<'m, T> {
    /// In [`crate::model::Model::clauses`].
    pub(super) number: u32,
    /// Among those of its kind.
    pub(super) ordinal: usize,
    pub(super) item: &'m T,
    pub(super) direction: &'m Direction,
    /// The address that matched its From is internal.
    pub(super) from_internal: bool,
}

// Not derived: a derive would ask that the clause itself can be copied.
impl<T> Clone for Candidate<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Candidate<'_, T> {}

/// The candidates by kind; each list sorted by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates<'m> {
    pub(super) routing: Vec<Candidate<'m, Policy>>,
    pub(super) content: Vec<Candidate<'m, Policy>>,
    pub(super) requests: Vec<Candidate<'m, Request>>,
    pub(super) bypasses: Vec<Candidate<'m, Bypass>>,
}

/// What is looked up once for a message.
#[derive(Clone, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) facts: &'a Facts,
    pub(super) sender: Sender<'a>,
    pub(super) keys: SenderKeys,
}

impl Program {
    pub(super) fn envelope<'a>(&self, facts: &'a Facts) -> Envelope<'a> {
        let sender = Sender::new(&self.model, facts);
        let keys =
            self.index.sender(&self.model, &sender.envelope, &sender.headers, sender.trusted);
        Envelope { facts, sender, keys }
    }

    /// The candidates for a recipient.
    pub(super) fn candidates(
        &self,
        envelope: &Envelope<'_>,
        recipient: &Person<'_>,
    ) -> Candidates<'_> {
        let mut postings = Vec::new();
        self.index.postings(&self.model, &envelope.keys, recipient, &mut postings);
        let mut candidates = Candidates::default();
        let mut last = None;
        for posting in postings {
            // Of two directions that match, the first counts.
            if last == Some(posting.clause) {
                continue;
            }
            let Some(numbered) = self.model.numbered(posting.clause) else { continue };
            let Some((direction, from_internal)) =
                self.applies(envelope, recipient, posting, numbered.clause())
            else {
                continue;
            };
            last = Some(posting.clause);
            candidates.add(numbered, posting.clause, direction, from_internal);
        }
        candidates
    }

    /// Checks what the index does not know.
    fn applies<'m>(
        &self,
        envelope: &Envelope<'_>,
        recipient: &Person<'_>,
        posting: Posting,
        clause: &'m Clause,
    ) -> Option<(&'m Direction, bool)> {
        let direction = clause.directions.get(usize::try_from(posting.direction).ok()?)?;
        let facts = envelope.facts;
        if !clause.validity.holds_at(facts.at_ms)
            || !self.index.source_matches(posting.clause, facts.peer)
        {
            return None;
        }
        // The index vouches for the lists of a posting; what it leaves to check is an exception,
        // and which of several From addresses it was.
        let plain = clause.compare == Compare::Envelope && direction.from.except.is_empty();
        let from_internal = if plain {
            envelope.sender.envelope.internal
        } else {
            envelope.sender.matches(&self.model, clause, direction)?
        };
        let excepted = self.model.any_matches(&direction.to.except, recipient);
        (!excepted).then_some((direction, from_internal))
    }
}

impl<'m> Candidates<'m> {
    fn add(
        &mut self,
        numbered: Numbered<'m>,
        number: u32,
        direction: &'m Direction,
        from_internal: bool,
    ) {
        match numbered {
            Numbered::Policy(ordinal, item) => {
                let candidate = Candidate { number, ordinal, item, direction, from_internal };
                let kind = if item.is_content() { &mut self.content } else { &mut self.routing };
                kind.push(candidate);
            }
            Numbered::Request(item) => {
                self.requests.push(Candidate {
                    number,
                    ordinal: 0,
                    item,
                    direction,
                    from_internal,
                });
            }
            Numbered::Bypass(item) => {
                self.bypasses.push(Candidate {
                    number,
                    ordinal: 0,
                    item,
                    direction,
                    from_internal,
                });
            }
        }
    }
}
