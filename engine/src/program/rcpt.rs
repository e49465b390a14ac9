//! Refusing at RCPT: a `reject` that the envelope alone decides.

use grammar::{literal::Address, tree::Compare};

use super::{
    Program,
    candidates::{Candidate, Candidates},
    compete::{Place, Rival, compete},
    index::{SenderKeys, Specific, Traits},
    person::Person,
};
use crate::{
    facts::Facts,
    model::{
        clause::{Direction, Policy},
        outcome::Outcome,
    },
};

impl Program {
    /// The text of a reject that no content and no header could change, for one recipient.
    ///
    /// `facts` are those of the envelope: sender, peer, time, directory. Its content is not read.
    /// Nothing where the answer has to wait for the message.
    #[must_use]
    pub fn reject_at_rcpt(&self, facts: &Facts, recipient: &Address) -> Option<String> {
        let mut keys = SenderKeys::default();
        let mut envelope = self.envelope(facts, &mut keys);
        envelope.sender.headers = Vec::new();
        let mut candidates = Candidates::default();
        let person = self.candidates(&envelope, recipient, &mut candidates);
        let Candidates { routing, places, .. } = &mut candidates;
        compete(&self.model, routing, places);
        let unbeaten = routing.iter().zip(places).filter(|it| *it.1 == Place::Unbeaten);
        let unbeaten: Vec<Candidate> = unbeaten.map(|it| *it.0).collect();
        let says = |it: &Candidate| it.policy(&self.model).map(|it| &it.1.then);
        if unbeaten.iter().any(|it| says(it).and_then(text).is_none()) {
            return None;
        }
        let first = unbeaten.first();
        let harmless = (0_u32..)
            .zip(&self.model.policies)
            .filter(|it| self.may_apply(it.1, facts, &person))
            .all(|it| self.is_harmless(it.0, it.1, first));
        let outcome = first.and_then(says).unwrap_or(&self.model.default);
        text(outcome).filter(|_| harmless)
    }

    /// Whether [`Program::reject_at_rcpt`] has an answer for anybody: a routing policy or the default
    /// refuses.
    #[must_use]
    pub fn rejects_at_rcpt(&self) -> bool {
        let routing = self.model.policies.iter().filter(|it| !it.is_content());
        let outcomes = routing.map(|it| &it.then).chain([&self.model.default]);
        outcomes.into_iter().any(|it| text(it).is_some())
    }

    /// A routing policy that reads the header, and applies as far as the envelope can tell.
    fn may_apply(&self, policy: &Policy, facts: &Facts, recipient: &Person<'_>) -> bool {
        let clause = &policy.clause;
        let peer_matches = || {
            let networks = clause.source.as_deref();
            networks.is_none_or(|it| {
                facts
                    .peer
                    .is_some_and(|peer| it.iter().any(|net| net.contains(peer.to_canonical())))
            })
        };
        clause.compare != Compare::Envelope
            && !policy.is_content()
            && clause.validity.holds_at(facts.at_ms)
            && peer_matches()
            && clause.directions.iter().any(|it| self.model.side_matches(&it.to, recipient))
    }

    /// Whether a policy that may yet become a candidate leaves a rejected message rejected: it
    /// rejects itself, or the winner beats it; and it takes nobody out by name.
    fn is_harmless(&self, number: u32, policy: &Policy, winner: Option<&Candidate>) -> bool {
        let clause = &policy.clause;
        let loses = |it: &Direction| {
            let Some(winner) = winner else { return false };
            let traits = Traits::of(clause, policy.is_content(), it);
            let rival = Rival { number, specific: Specific::of(it.ranks), traits };
            let mut places = Vec::new();
            compete(&self.model, &[Rival::from(*winner), rival], &mut places);
            places.get(1).is_some_and(|it| *it != Place::Unbeaten)
        };
        let names_nobody = clause.overrides.is_empty();
        names_nobody && (text(&policy.then).is_some() || clause.directions.iter().all(loses))
    }
}

fn text(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Reject(text) => Some(text.clone()),
        Outcome::Bounce(_)
        | Outcome::Deliver
        | Outcome::Hold(_)
        | Outcome::Secure(_)
        | Outcome::TakeNoAction
        | Outcome::VerifiedTls(_) => None,
    }
}
