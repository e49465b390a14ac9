//! What senders ask for: it can only raise protection, and acts where some recipient is external;
//! an internal recipient beside one gets what the definition says for internal recipients.

use super::{
    Program,
    candidates::{Candidates, Envelope},
    decide::Sheet,
    person::Person,
};
use crate::{
    decision::{Effect, Fate},
    facts::Facts,
    merge::{Contribution, Share, effects_of},
    model::{Numbered, clause::Request},
    trace::{asks, failing_line, shows},
};
use grammar::tree::RequestSign;

impl Program {
    /// Puts every request that is asked for on the sheet.
    pub(super) fn add_requests<'m>(
        &'m self,
        envelope: &Envelope<'_>,
        candidates: &Candidates<'m>,
        recipient: &Person<'_>,
        sheet: &mut Sheet<'m>,
    ) {
        for candidate in &candidates.requests {
            let request = candidate.item;
            let (facts, sender) = (envelope.facts, &envelope.sender);
            let numbered = Numbered::Request(request);
            if let Some(line) = failing_line(&self.model, facts, sender, recipient, numbered) {
                sheet.fates.insert(candidate.number, Fate::Failed { line });
                continue;
            }
            let mut effects = effects_of(&request.also);
            effects.extend(tags(facts, request));
            let contribution = Contribution {
                name: &request.clause.name,
                share: Share::Says(&request.then),
                from_internal: candidate.from_internal,
                effects,
            };
            sheet.share(Some(candidate.number), contribution);
        }
    }

    /// Tells the sender of requests that could not act, because no recipient is external.
    pub(super) fn advice(&self, envelope: &Envelope<'_>) -> Vec<String> {
        let facts = envelope.facts;
        if facts.recipients.iter().any(|it| !self.model.is_internal(it)) {
            return Vec::new();
        }
        let applies = |it: &&Request| {
            let clause = &it.clause;
            let from =
                |direction| envelope.sender.matches(&self.model, clause, direction).is_some();
            clause.validity.holds_at(facts.at_ms)
                && asks(facts, &it.signs)
                && clause.directions.iter().any(from)
        };
        let told = |it: &Request| {
            format!("`{}` had no effect: the message has no external recipient", it.clause.name)
        };
        self.model.requests.iter().filter(applies).map(told).collect()
    }
}

/// The signs in the subject that shall be taken off.
fn tags(facts: &Facts, request: &Request) -> Vec<Effect> {
    if !request.strip_tag {
        return Vec::new();
    }
    let shown = request.signs.iter().filter(|it| shows(facts, it));
    shown
        .filter_map(|it| match it {
            RequestSign::SubjectContains(text) => Some(Effect::StripTag(text.value.clone())),
            RequestSign::HeaderIs { .. } | RequestSign::HeaderPresent { .. } => None,
        })
        .collect()
}
