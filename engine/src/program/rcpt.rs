//! Refusing at RCPT: a `reject` that the envelope alone decides.

use grammar::{literal::Address, tree::Compare};

use super::{
    Program,
    compete::{Rival, beaten_by},
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
        let mut envelope = self.envelope(facts);
        envelope.sender.headers = Vec::new();
        let person = Person::new(&self.model, Some(recipient), facts);
        let candidates = self.candidates(&envelope, &person);
        let rivals: Vec<Rival<'_>> = candidates
            .routing
            .iter()
            .map(|it| Rival { clause: &it.item.clause, ranks: it.direction.ranks })
            .collect();
        let beaten = beaten_by(&rivals);
        let unbeaten =
            candidates.routing.iter().zip(&rivals).zip(beaten).filter(|it| it.1.is_none());
        let unbeaten: Vec<_> = unbeaten.map(|it| (&it.0.0.item.then, *it.0.1)).collect();
        if unbeaten.iter().any(|it| text(it.0).is_none()) {
            return None;
        }
        let first = unbeaten.first();
        let mut possible =
            self.model.policies.iter().filter(|it| self.may_apply(it, facts, &person));
        let harmless = possible.all(|it| is_harmless(it, first.map(|it| it.1)));
        let outcome = first.map_or(&self.model.default, |it| it.0);
        text(outcome).filter(|_| harmless)
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
}

/// Whether a policy that may yet become a candidate leaves a rejected message rejected: it rejects
/// itself, or the winner beats it; and it takes nobody out by name.
fn is_harmless(policy: &Policy, winner: Option<Rival<'_>>) -> bool {
    let loses = |it: &Direction| {
        let Some(winner) = winner else { return false };
        let pair = [winner, Rival { clause: &policy.clause, ranks: it.ranks }];
        beaten_by(&pair).get(1).is_some_and(Option::is_some)
    };
    let names_nobody = policy.clause.overrides.is_empty();
    names_nobody && (text(&policy.then).is_some() || policy.clause.directions.iter().all(loses))
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
