//! The candidates of one recipient: clauses that are enabled, valid, let the peer in, and whose
//! two sides match.

use super::{
    Program,
    compete::{Place, Rival},
    index::{Posting, Scratch, SenderKeys},
    person::Person,
    sender::Sender,
};
use crate::{
    facts::Facts,
    model::{
        Model, Numbered,
        clause::{Bypass, Clause, Direction, Kind, Policy, Request},
    },
    seeded,
};

/// A clause that applies, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) posting: Posting,
    /// The address that matched its From is internal.
    pub(super) from_internal: bool,
}

/// The candidates by kind; each list sorted by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    pub(super) routing: Vec<Candidate>,
    pub(super) content: Vec<Candidate>,
    pub(super) requests: Vec<Candidate>,
    pub(super) bypasses: Vec<Candidate>,
    pub(super) places: Vec<Place>,
    scratch: Scratch,
}

/// What is looked up once for a message.
#[derive(Clone, Debug)]
pub(super) struct Envelope<'d, 'a> {
    pub(super) facts: &'a Facts,
    pub(super) sender: Sender<'a>,
    pub(super) keys: &'d SenderKeys,
}

impl Program {
    /// `keys` is filled again.
    pub(super) fn envelope<'d, 'a>(
        &self,
        facts: &'a Facts,
        keys: &'d mut SenderKeys,
    ) -> Envelope<'d, 'a> {
        let mut sender = Sender::new(facts);
        self.index.sender(&self.model, &mut sender, keys);
        Envelope { facts, sender, keys }
    }

    /// Puts the candidates for a recipient into the lists; the recipient, with what is known of it.
    pub(super) fn candidates<'a>(
        &self,
        envelope: &Envelope<'_, 'a>,
        recipient: &'a grammar::literal::Address,
        into: &mut Candidates,
    ) -> Person<'a> {
        into.clear();
        let directory = &envelope.facts.directory;
        let mut person = Person { address: Some(recipient), internal: false, directory };
        let Candidates { scratch, routing, content, requests, bypasses, places: _ } = into;
        self.index.postings(&self.model, envelope.keys, &mut person, scratch);
        let mut last = None;
        for posting in &scratch.postings {
            // Of two directions that match, the first counts.
            if last == Some(posting.clause) {
                continue;
            }
            let Some(from_internal) = self.applies(envelope, &person, posting) else { continue };
            last = Some(posting.clause);
            let candidate = Candidate { posting: *posting, from_internal };
            let list = match posting.traits.kind {
                Kind::Policy if posting.traits.is_content => &mut *content,
                Kind::Policy => &mut *routing,
                Kind::Request => &mut *requests,
                Kind::Bypass => &mut *bypasses,
            };
            list.push(candidate);
        }
        person
    }

    /// Checks what the index does not know: networks, dates, exceptions, and which of several From
    /// addresses it was. Then, whether that one is internal.
    fn applies(
        &self,
        envelope: &Envelope<'_, '_>,
        recipient: &Person<'_>,
        posting: &Posting,
    ) -> Option<bool> {
        let (facts, traits) = (envelope.facts, posting.traits);
        if !self.index.source_matches(posting, facts.peer) {
            return None;
        }
        if !(traits.asks_time || traits.asks_sender || traits.asks_recipient) {
            return Some(envelope.sender.envelope.internal);
        }
        let (clause, direction) = posting.on(&self.model)?;
        if !clause.validity.holds_at(facts.at_ms) {
            return None;
        }
        let from_internal = if traits.asks_sender {
            envelope.sender.matches(&self.model, clause, direction)?
        } else {
            envelope.sender.envelope.internal
        };
        let excepted =
            !seeded::EXCEPT_IS_FORGOTTEN && self.model.any_matches(&direction.to.except, recipient);
        (!excepted).then_some(from_internal)
    }
}

impl Candidates {
    fn clear(&mut self) {
        self.routing.clear();
        self.content.clear();
        self.requests.clear();
        self.bypasses.clear();
    }
}

impl Posting {
    /// The clause and the direction.
    fn on<'m>(&self, model: &'m Model) -> Option<(&'m Clause, &'m Direction)> {
        let clause = model.numbered(self.clause)?.clause();
        let direction = usize::try_from(self.direction).ok()?;
        clause.directions.get(direction).map(|it| (clause, it))
    }
}

impl From<Candidate> for Rival {
    fn from(it: Candidate) -> Self {
        let Posting { clause, specific, traits, .. } = it.posting;
        Self { number: clause, specific, traits }
    }
}

impl Candidate {
    /// The number of its clause.
    pub(super) fn number(&self) -> u32 {
        self.posting.clause
    }

    /// The policy, where it is one, and its number among policies.
    pub(super) fn policy<'m>(&self, model: &'m Model) -> Option<(usize, &'m Policy)> {
        match model.numbered(self.number())? {
            Numbered::Policy(ordinal, policy) => Some((ordinal, policy)),
            Numbered::Bypass(_) | Numbered::Request(_) => None,
        }
    }

    /// The request, where it is one.
    pub(super) fn request<'m>(&self, model: &'m Model) -> Option<&'m Request> {
        match model.numbered(self.number())? {
            Numbered::Request(request) => Some(request),
            Numbered::Bypass(_) | Numbered::Policy(..) => None,
        }
    }

    /// The bypass, where it is one.
    pub(super) fn bypass<'m>(&self, model: &'m Model) -> Option<&'m Bypass> {
        match model.numbered(self.number())? {
            Numbered::Bypass(bypass) => Some(bypass),
            Numbered::Policy(..) | Numbered::Request(_) => None,
        }
    }
}
