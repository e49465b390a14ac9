//! Routing policies compete for each message: what one gains, others lose.

use super::{
    List, Told,
    people::may_meet,
    strength::{copies, copies_further, done, is_idle},
};
use crate::model::{
    Model,
    clause::{Clause, Policy, Validity},
    outcome::Outcome,
};

/// A routing policy in its version.
type Entrant<'m> = (&'m Model, &'m Policy);

impl<'m> List<'m> {
    /// What it does that a routing policy applies to messages that it did not apply to, or wins where
    /// it lost.
    pub(super) fn routing_more(&self, model: &'m Model, policy: &'m Policy) -> Told {
        if copies(&policy.also) {
            return Told::may_lower("more messages are copied to a further mailbox");
        }
        if let Some(name) = policy.clause.overrides.iter().next() {
            return Told::may_lower(format!("wherever it applies, it takes out `{name}`"));
        }
        if let Some(told) = self.wins_more(model, policy) {
            return told;
        }
        let (of, default) = (self.new.model(), &self.new.model().default);
        if !self.is_as_strong((model, &policy.then), (of, default)) {
            return Told::lowers(format!(
                "where it applies, messages are {}; by default they are {}",
                done((model, &policy.then)),
                done((of, default))
            ));
        }
        if is_idle(policy) {
            return Told::neutral("it protects nothing, and takes the place of nothing that does");
        }
        Told::raises(format!(
            "more messages are {}, which no policy that it competes with exceeds",
            done((model, &policy.then))
        ))
    }

    /// The same where it applied before, and wins where it lost; nothing where that is no loss.
    pub(super) fn wins_more(&self, model: &'m Model, policy: &'m Policy) -> Option<Told> {
        let rivals = self.rivals((model, policy)).into_iter();
        let mut beaten = rivals.filter(|it| !always_wins(&it.1.clause, &policy.clause));
        let rival = beaten.find(|it| !self.does_as_much((model, policy), *it))?;
        Some(self.displaces((model, policy), rival))
    }

    /// One takes the place of another that it is not as strong as.
    fn displaces(&self, mine: Entrant<'m>, rival: Entrant<'m>) -> Told {
        let (says, name) = (done((mine.0, &mine.1.then)), &rival.1.clause.name);
        let theirs = done((rival.0, &rival.1.then));
        let why = format!("where both apply, messages are {says}; `{name}` had them {theirs}");
        if mine.1.then.protection() < rival.1.then.protection() {
            Told::lowers(why)
        } else {
            Told::may_lower(format!("{why}, which this does not replace in every case"))
        }
    }

    /// What it does that a routing policy no longer applies, or loses where it won.
    pub(super) fn routing_less(&self, model: &'m Model, policy: &'m Policy) -> Told {
        let (of, default) = (self.new.model(), &self.new.model().default);
        if !self.is_as_strong((of, default), (model, &policy.then)) || !policy.also.is_empty() {
            return Told::lowers(format!(
                "what it no longer applies to is decided without it: it was {}, by default it is {}",
                done((model, &policy.then)),
                done((of, default))
            ));
        }
        self.outranked_less(model, policy)
    }

    /// The same where it still applies and others come before it.
    pub(super) fn outranked_less(&self, model: &'m Model, policy: &'m Policy) -> Told {
        if !policy.clause.overrides.is_empty() {
            return Told::may_lower("a policy that it took out of the way competes again");
        }
        let rivals = self.rivals((model, policy));
        if let Some(rival) = rivals.iter().find(|it| !self.does_as_much(**it, (model, policy))) {
            return Told::lowers(format!(
                "where both apply, `{}` can decide in its place: messages were {}, and are {} then",
                rival.1.clause.name,
                done((model, &policy.then)),
                done((rival.0, &rival.1.then))
            ));
        }
        // Those that it kept out compete among themselves; a tie is settled by the order of the merge,
        // which is not strength for every message.
        for one in &rivals {
            if let Some(other) = rivals.iter().find(|other| self.may_tie_badly(one, other)) {
                return Told::may_lower(format!(
                    "without it, `{}` and `{}` can meet, of which neither protects more in every case",
                    one.1.clause.name, other.1.clause.name
                ));
            }
        }
        if let Some(rival) = rivals.iter().find(|it| copies_further(&it.1.also, &policy.also)) {
            return Told::may_lower(format!(
                "where both apply, `{}` can decide in its place, which copies messages to a further mailbox",
                rival.1.clause.name
            ));
        }
        if is_idle(policy) {
            return Told::raises("the policies that it stood before decide again");
        }
        Told::raises("what decides in its place protects at least as much")
    }

    /// Whether the first can take the place of the second in a tie, and be weaker for some message.
    fn may_tie_badly(&self, one: &Entrant<'m>, other: &Entrant<'m>) -> bool {
        other.1.then.protection() < one.1.then.protection()
            && may_tie(&one.1.clause, &other.1.clause)
            && !self.does_as_much(*one, *other)
    }

    /// What it does that a routing policy says something stronger than it said: in a tie it now takes
    /// the place of others.
    pub(super) fn ties(&self, (model, policy): Entrant<'m>, before: &Outcome) -> Option<Told> {
        let rivals = self.rivals((model, policy)).into_iter();
        let mut met = rivals.filter(|it| {
            before.protection() <= it.1.then.protection()
                && it.1.then.protection() < policy.then.protection()
                && may_tie(&it.1.clause, &policy.clause)
        });
        let rival = met.find(|it| !self.does_as_much((model, policy), *it))?;
        Some(self.displaces((model, policy), rival))
    }

    /// The routing policies of both versions that some message may meet together with this one.
    pub(super) fn rivals(&self, (model, policy): Entrant<'m>) -> Vec<Entrant<'m>> {
        let all = [self.new, self.old].into_iter().flat_map(|version| {
            version.model().policies.iter().map(move |it| (version.model(), it))
        });
        let mut rivals: Vec<Entrant<'m>> = all
            .filter(|it| {
                !it.1.is_content()
                    && it.1.clause.name != policy.clause.name
                    && it.1.clause.validity != Validity::Disabled
                    && may_meet((model, &policy.clause), (it.0, &it.1.clause))
            })
            .collect();
        // The worst that can happen is told first.
        rivals.sort_by_key(|it| std::cmp::Reverse(it.1.then.protection()));
        rivals
    }
}

/// Whether one outranks the other whatever the message.
fn always_wins(strong: &Clause, weak: &Clause) -> bool {
    if strong.overrides_all != weak.overrides_all {
        return strong.overrides_all;
    }
    strong
        .directions
        .iter()
        .all(|it| weak.directions.iter().all(|other| it.ranks.beats(other.ranks)))
}

/// Whether neither may outrank the other.
fn may_tie(one: &Clause, other: &Clause) -> bool {
    one.overrides_all == other.overrides_all
        && one.directions.iter().any(|it| {
            other
                .directions
                .iter()
                .any(|theirs| !it.ranks.beats(theirs.ranks) && !theirs.ranks.beats(it.ranks))
        })
}
