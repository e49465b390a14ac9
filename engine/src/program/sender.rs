//! The From of a message: which of its addresses a clause reads, and which way it then points.

use grammar::{literal::Address, tree::Compare};

use super::person::Person;
use crate::{
    facts::Facts,
    model::{
        Model,
        clause::{Clause, Direction, Kind},
    },
};

/// Envelope sender and header From of a message.
#[derive(Clone, Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) envelope: Person<'a>,
    pub(crate) headers: Vec<Person<'a>>,
    /// Whether the header has an author beside these who cannot be read.
    pub(crate) has_unread: bool,
    /// The peer may say who it is: in the relay networks, or authenticated.
    pub(crate) trusted: bool,
}

impl<'a> Sender<'a> {
    /// The addresses of a message; whether they are internal, the index says.
    pub(crate) fn new(facts: &'a Facts) -> Self {
        let person = |address: Option<&'a Address>| Person {
            address,
            internal: false,
            directory: &facts.directory,
        };
        Self {
            envelope: person(facts.sender.as_ref()),
            headers: facts.content.header_from.iter().map(|it| person(Some(it))).collect(),
            has_unread: facts.content.from_unreadable,
            trusted: facts.trusted,
        }
    }

    /// Whether the From side of a direction matches; then, whether the address that matched is
    /// internal. Of two that match, the header's counts.
    pub(crate) fn matches(
        &self,
        model: &Model,
        clause: &Clause,
        direction: &Direction,
    ) -> Option<bool> {
        let side = &direction.from;
        let by_envelope = || {
            let counts = self.counts(clause, &self.envelope);
            let means = counts && model.side_matches(side, &self.envelope);
            means.then_some(self.envelope.internal)
        };
        match clause.compare {
            Compare::Envelope => by_envelope(),
            Compare::Header => self.by_header(model, clause, direction),
            Compare::Either => self.by_header(model, clause, direction).or_else(by_envelope),
        }
    }

    fn by_header(&self, model: &Model, clause: &Clause, direction: &Direction) -> Option<bool> {
        let read = self.by_read_header(model, clause, direction);
        read.or_else(|| self.may_be_anybody(clause).then_some(true))
    }

    /// Whether the clause is one that an author who cannot be read does not get around: a reader may
    /// be shown whomever it protects from.
    pub(crate) fn may_be_anybody(&self, clause: &Clause) -> bool {
        self.has_unread && clause.kind == Kind::Policy && clause.compare != Compare::Envelope
    }

    /// Whether the clause is a candidate only because an author cannot be read.
    pub(crate) fn is_guessed(&self, model: &Model, clause: &Clause) -> bool {
        let is_read = |it: &Direction| self.by_read_header(model, clause, it).is_some();
        self.may_be_anybody(clause) && !clause.directions.iter().any(is_read)
    }

    fn by_read_header(
        &self,
        model: &Model,
        clause: &Clause,
        direction: &Direction,
    ) -> Option<bool> {
        let matching = self
            .headers
            .iter()
            .filter(|it| self.counts(clause, it))
            .filter(|it| model.side_matches(&direction.from, it));
        // Of several, one that is internal decides: securing acts then.
        matching.map(|it| it.internal).max()
    }

    /// Whether a clause believes that this is the sender. Anybody can write an internal address
    /// into an envelope or a header; a bypass, which takes protection away, believes only a peer
    /// that may say who it is.
    fn counts(&self, clause: &Clause, person: &Person<'_>) -> bool {
        self.trusted || clause.kind != Kind::Bypass || !person.internal
    }

    /// Whether the From side would match if the peer could be believed.
    pub(crate) fn is_disbelieved(
        &self,
        model: &Model,
        clause: &Clause,
        direction: &Direction,
    ) -> bool {
        let (envelope, headers) = match clause.compare {
            Compare::Envelope => (Some(&self.envelope), [].as_slice()),
            Compare::Header => (None, self.headers.as_slice()),
            Compare::Either => (Some(&self.envelope), self.headers.as_slice()),
        };
        envelope
            .into_iter()
            .chain(headers)
            .any(|it| !self.counts(clause, it) && model.side_matches(&direction.from, it))
    }
}
