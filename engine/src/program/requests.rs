//! What senders ask for: it can only raise protection, and acts where some recipient is external;
//! an internal recipient beside one gets what the definition says for internal recipients.

use super::{candidates::Candidates, decide::Work, sheet::Fared};
use crate::{
    decision::Effect,
    facts::Facts,
    merge::Share,
    model::clause::Request,
    trace::{asks, shows},
};
use grammar::tree::RequestSign;

impl<'w: 'a, 'a> Work<'_, 'w, 'a> {
    /// Puts every request that is asked for on the sheet.
    pub(super) fn add_requests(&mut self, candidates: &Candidates) {
        let model = self.program.model();
        for candidate in &candidates.requests {
            let Some(request) = candidate.request(model) else { continue };
            if self.is_asked(candidate.number(), request) && self.has_external() {
                let share = Share::Says(&request.then);
                self.sheet.share(Some(candidate.number()), share, candidate.from_internal);
            } else {
                self.sheet.fates.push((candidate.number(), Fared::NotAsked));
            }
        }
    }

    /// Whether the message asks for it; looked at once for all recipients.
    fn is_asked(&mut self, number: u32, request: &Request) -> bool {
        let facts = self.envelope.facts;
        *self.asked.entry(number).or_insert_with(|| asks(facts, &request.signs))
    }

    /// Whether some recipient is external; looked at once for all recipients.
    fn has_external(&mut self) -> bool {
        let (facts, index) = (self.envelope.facts, &self.program.index);
        let any = || facts.recipients.iter().any(|it| !index.is_internal(it));
        *self.external.get_or_insert_with(any)
    }

    /// Tells the sender of requests that could not act, because no recipient is external.
    pub(super) fn advice(&mut self) -> Vec<String> {
        let requests = &self.program.model().requests;
        if requests.is_empty() || self.has_external() {
            return Vec::new();
        }
        let told = |it: &Request| {
            format!("`{}` had no effect: the message has no external recipient", it.clause.name)
        };
        requests.iter().filter(|it| self.is_sent(it)).map(told).collect()
    }

    /// Whether the sender may ask for it now, and does.
    fn is_sent(&self, request: &Request) -> bool {
        let clause = &request.clause;
        let (facts, sender) = (self.envelope.facts, &self.envelope.sender);
        let from = |it| sender.matches(self.program.model(), clause, it).is_some();
        clause.validity.holds_at(facts.at_ms)
            && asks(facts, &request.signs)
            && clause.directions.iter().any(from)
    }
}

/// The signs in the subject that shall be taken off.
pub(super) fn tags(facts: &Facts, request: &Request) -> Vec<Effect> {
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
