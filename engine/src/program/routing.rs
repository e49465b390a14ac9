//! Routing: one winner among the policies without `when`, and the bypass that may take its
//! protection.

use super::{
    Program,
    candidates::{Candidate, Candidates, Envelope},
    compete::{Place, compete},
    sheet::{Fared, Sheet},
};
use crate::{
    merge::Share,
    model::{Model, clause::BypassAct, outcome::Outcome},
};

impl Program {
    /// Puts the routing winner, or the default, on the sheet. Leaves only winners among the routing
    /// candidates.
    pub(super) fn route<'m>(
        &'m self,
        envelope: &Envelope<'_, '_>,
        candidates: &mut Candidates,
        sheet: &mut Sheet<'m>,
    ) {
        let model = &self.model;
        let Candidates { routing, bypasses, places, .. } = candidates;
        leave_winners(model, routing, places, sheet);
        let bypass = winning_bypass(model, bypasses, places, sheet);
        let disables = bypass.as_ref().filter(|it| it.1 == BypassAct::DisableSecureMessaging);
        let mut taken_from = false;
        for winner in routing.iter() {
            let Some(says) = self.index.says(winner.number()) else { continue };
            match disables.filter(|_| secures(says)) {
                Some(bypass) => {
                    taken_from = true;
                    sheet.fates.push((winner.number(), Fared::Bypassed { by: bypass.0.number() }));
                    sheet.share_effects_only(Some(winner.number()), winner.from_internal);
                }
                None => {
                    sheet.share(Some(winner.number()), Share::Says(says), winner.from_internal);
                }
            }
        }
        if routing.is_empty() {
            taken_from = self.route_by_default(envelope, disables.is_some(), sheet);
        }
        let Some((bypass, _)) = bypass else { return };
        if taken_from {
            sheet.share(Some(bypass.number()), Share::Nothing, bypass.from_internal);
        } else {
            let than = routing.first().map(Candidate::number);
            sheet.fates.push((bypass.number(), Fared::LessProtective { than }));
        }
    }

    /// Puts the default on the sheet; whether a bypass took its protection.
    fn route_by_default<'m>(
        &'m self,
        envelope: &Envelope<'_, '_>,
        disables: bool,
        sheet: &mut Sheet<'m>,
    ) -> bool {
        let from_internal = envelope.sender.envelope.internal;
        if disables && secures(&self.model.default) {
            sheet.share_effects_only(None, from_internal);
            return true;
        }
        sheet.share(None, Share::Says(&self.model.default), from_internal);
        false
    }
}

/// `disable secure messaging` takes `secure`; a hold, a refusal and verified TLS are not secure
/// messaging and stay.
fn secures(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Secure(_))
}

/// Leaves the policies that nobody beats; where they disagree, the most protective of them.
fn leave_winners(
    model: &Model,
    candidates: &mut Vec<Candidate>,
    places: &mut Vec<Place>,
    sheet: &mut Sheet<'_>,
) {
    leave_unbeaten(model, candidates, places, sheet);
    if candidates.len() < 2 {
        return;
    }
    let says = |it: &Candidate| it.policy(model).map(|it| &it.1.then);
    let protects = |it: &Candidate| says(it).map(Outcome::protection);
    let most = candidates.iter().filter_map(protects).max();
    let first = candidates.iter().find(|it| protects(it) == most).map(Candidate::number);
    candidates.retain(|it| {
        let wins = protects(it) == most;
        if !wins && let Some(with) = first {
            sheet.fates.push((it.number(), Fared::Ambiguous { with }));
        }
        wins
    });
    let pairs = candidates.iter().zip(candidates.iter().skip(1));
    let mut outcomes = pairs.filter_map(|it| says(it.0).zip(says(it.1)));
    if outcomes.any(|it| !it.0.is_same(it.1)) {
        let note = "ambiguous: others of the same rank say otherwise";
        sheet.notes.extend(candidates.iter().map(|it| (it.number(), note)));
    }
}

/// The routing bypass that nobody beats. Of several, one that takes no action shields.
fn winning_bypass(
    model: &Model,
    candidates: &[Candidate],
    places: &mut Vec<Place>,
    sheet: &mut Sheet<'_>,
) -> Option<(Candidate, BypassAct)> {
    if candidates.is_empty() {
        return None;
    }
    let does = |it: &Candidate| it.bypass(model).map(|it| &it.does);
    let routes = |it: &&Candidate| !matches!(does(it), Some(BypassAct::Skips { .. }) | None);
    let mut unbeaten: Vec<Candidate> = candidates.iter().filter(routes).copied().collect();
    leave_unbeaten(model, &mut unbeaten, places, sheet);
    let shield = unbeaten.iter().find(|it| does(it) == Some(&BypassAct::TakeNoAction));
    let winner = shield.or_else(|| unbeaten.first()).copied()?;
    for other in unbeaten.iter().filter(|it| it.number() != winner.number()) {
        let by = winner.number();
        let fared = if does(other) == does(&winner) {
            Fared::Outranked { by }
        } else {
            Fared::Ambiguous { with: by }
        };
        sheet.fates.push((other.number(), fared));
    }
    does(&winner).map(|it| (winner, it.clone()))
}

/// Leaves candidates that nobody beats; the others get their fate.
fn leave_unbeaten(
    model: &Model,
    candidates: &mut Vec<Candidate>,
    places: &mut Vec<Place>,
    sheet: &mut Sheet<'_>,
) {
    if candidates.len() < 2 {
        return;
    }
    compete(model, candidates, places);
    let mut places = places.iter();
    candidates.retain(|it| match places.next() {
        Some(Place::Beaten(by)) => {
            sheet.fates.push((it.number(), Fared::Outranked { by: *by }));
            false
        }
        Some(Place::Below | Place::Unbeaten) | None => true,
    });
}
