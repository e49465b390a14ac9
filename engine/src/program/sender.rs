//! The From of a message: which of its addresses a clause reads, and which way it then points.

use grammar::tree::Compare;

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
    /// The peer may say who it is: in the relay networks, or authenticated.
    pub(crate) trusted: bool,
}

impl<'a> Sender<'a> {
    pub(crate) fn new(model: &Model, facts: &'a Facts) -> Self {
        let headers = facts.content.header_from.iter();
        Self {
            envelope: Person::new(model, facts.sender.as_ref(), facts),
            headers: headers.map(|it| Person::new(model, Some(it), facts)).collect(),
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
        let by_envelope =
            || model.side_matches(side, &self.envelope).then_some(self.envelope.internal);
        match clause.compare {
            Compare::Envelope => by_envelope(),
            Compare::Header => self.by_header(model, clause, direction),
            Compare::Either => self.by_header(model, clause, direction).or_else(by_envelope),
        }
    }

    fn by_header(&self, model: &Model, clause: &Clause, direction: &Direction) -> Option<bool> {
        // Anybody can write an internal address into a header; a bypass must not believe it.
        let believed =
            |it: &&Person<'_>| self.trusted || clause.kind != Kind::Bypass || !it.internal;
        let matching = self
            .headers
            .iter()
            .filter(believed)
            .filter(|it| model.side_matches(&direction.from, it));
        // Of several, one that is internal decides: securing acts then.
        matching.map(|it| it.internal).max()
    }
}
