//! Routing: one winner among the policies without `when`, and the bypass that may take its
//! protection.

use super::{
    Program,
    candidates::{Candidate, Candidates, Envelope},
    compete::{Rival, beaten_by},
    decide::{DEFAULT, Sheet},
};
use crate::{
    decision::Fate,
    merge::{Contribution, Share, effects_of},
    model::{
        clause::{Bypass, BypassAct, Clause, Policy},
        outcome::Outcome,
    },
};

impl Program {
    /// Puts the routing winner, or the default, on the sheet.
    pub(super) fn route<'m>(
        &'m self,
        envelope: &Envelope<'_>,
        candidates: &Candidates<'m>,
        sheet: &mut Sheet<'m>,
    ) {
        let winners = winning_policies(&candidates.routing, sheet);
        let bypass = winning_bypass(&candidates.bypasses, sheet);
        let disables = bypass.filter(|it| it.item.does == BypassAct::DisableSecureMessaging);
        let mut taken_from = false;
        for winner in &winners {
            let policy = winner.item;
            let contribution = Contribution {
                name: &policy.clause.name,
                share: Share::Says(&policy.then),
                from_internal: winner.from_internal,
                effects: effects_of(&policy.also),
            };
            match disables.filter(|_| secures(&policy.then)) {
                Some(bypass) => {
                    taken_from = true;
                    let fate = Fate::Bypassed { by: bypass.item.clause.name.clone() };
                    sheet.fates.insert(winner.number, fate);
                    sheet.share_effects_only(Some(winner.number), contribution);
                }
                None => sheet.share(Some(winner.number), contribution),
            }
        }
        if winners.is_empty() {
            taken_from = self.route_by_default(envelope, disables.is_some(), sheet);
        }
        if let Some(bypass) = bypass {
            let from = winners.first().map_or(DEFAULT, |it| it.item.clause.name.as_str());
            settle_bypass(bypass, taken_from, from, sheet);
        }
    }

    /// Puts the default on the sheet; whether a bypass took its protection.
    fn route_by_default<'m>(
        &'m self,
        envelope: &Envelope<'_>,
        disables: bool,
        sheet: &mut Sheet<'m>,
    ) -> bool {
        let contribution = Contribution {
            name: DEFAULT,
            share: Share::Says(&self.model.default),
            from_internal: envelope.sender.envelope.internal,
            effects: Vec::new(),
        };
        if disables && secures(&self.model.default) {
            sheet.share_effects_only(None, contribution);
            return true;
        }
        sheet.share(None, contribution);
        false
    }
}

/// `disable secure messaging` takes `secure`; a hold, a refusal and verified TLS are not secure
/// messaging and stay.
fn secures(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Secure(_))
}

/// The policies that nobody beats; where they disagree, the most protective of them.
fn winning_policies<'m>(
    candidates: &[Candidate<'m, Policy>],
    sheet: &mut Sheet<'m>,
) -> Vec<Candidate<'m, Policy>> {
    let unbeaten = unbeaten(candidates, |it| &it.clause, sheet);
    let most = unbeaten.iter().map(|it| it.item.then.protection()).max();
    let (winners, losers): (Vec<_>, Vec<_>) =
        unbeaten.into_iter().partition(|it| Some(it.item.then.protection()) == most);
    for loser in losers {
        let with = winners.first().map(|it| it.item.clause.name.clone()).unwrap_or_default();
        sheet.fates.insert(loser.number, Fate::Ambiguous { with });
    }
    let agree =
        winners.iter().zip(winners.iter().skip(1)).all(|(a, b)| a.item.then.is_same(&b.item.then));
    if !agree {
        for winner in &winners {
            sheet.notes.insert(
                winner.number,
                "ambiguous: others of the same rank say otherwise".to_owned(),
            );
        }
    }
    winners
}

/// The routing bypass that nobody beats. Of several, one that takes no action shields.
fn winning_bypass<'m>(
    candidates: &[Candidate<'m, Bypass>],
    sheet: &mut Sheet<'m>,
) -> Option<Candidate<'m, Bypass>> {
    let routing: Vec<Candidate<'m, Bypass>> = candidates
        .iter()
        .filter(|it| !matches!(it.item.does, BypassAct::Skips { .. }))
        .copied()
        .collect();
    let unbeaten = unbeaten(&routing, |it| &it.clause, sheet);
    let shield = unbeaten.iter().find(|it| it.item.does == BypassAct::TakeNoAction);
    let winner = shield.or_else(|| unbeaten.first()).copied()?;
    for other in unbeaten.iter().filter(|it| it.number != winner.number) {
        let name = winner.item.clause.name.clone();
        let fate = if other.item.does == winner.item.does {
            Fate::Outranked { by: name }
        } else {
            Fate::Ambiguous { with: name }
        };
        sheet.fates.insert(other.number, fate);
    }
    Some(winner)
}

/// Candidates that nobody beats; the others get their fate.
fn unbeaten<'m, T>(
    candidates: &[Candidate<'m, T>],
    clause: impl Fn(&'m T) -> &'m Clause,
    sheet: &mut Sheet<'m>,
) -> Vec<Candidate<'m, T>> {
    let rivals: Vec<Rival<'m>> = candidates
        .iter()
        .map(|it| Rival { clause: clause(it.item), ranks: it.direction.ranks })
        .collect();
    let mut left = Vec::new();
    for (candidate, beaten) in candidates.iter().zip(beaten_by(&rivals)) {
        match beaten.and_then(|it| rivals.get(it)) {
            Some(winner) => {
                let by = winner.clause.name.clone();
                sheet.fates.insert(candidate.number, Fate::Outranked { by });
            }
            None => left.push(*candidate),
        }
    }
    left
}

fn settle_bypass<'m>(
    bypass: Candidate<'m, Bypass>,
    taken_from: bool,
    winner: &str,
    sheet: &mut Sheet<'m>,
) {
    if taken_from {
        let contribution = Contribution {
            name: &bypass.item.clause.name,
            share: Share::Nothing,
            from_internal: bypass.from_internal,
            effects: Vec::new(),
        };
        sheet.share(Some(bypass.number), contribution);
        return;
    }
    sheet.fates.insert(bypass.number, Fate::LessProtective { than: winner.to_owned() });
}
