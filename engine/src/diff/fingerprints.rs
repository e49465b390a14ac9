//! Sets of fingerprints.

use grammar::tree::{OnError, Span};

use super::{List, Told, Version, content::counts_as, findable::Shift, judge::Rule, sets::judged};
use crate::{
    decision::Disposition,
    fingerprint::{Declared, Document, Holds, Set},
    model::outcome::{Outcome, What},
};

impl<'m> List<'m> {
    /// Every set of fingerprints.
    pub(super) fn add_fingerprints(&mut self) {
        for (name, (number, old, before)) in named(self.old) {
            let found = named(self.new).into_iter().find(|it| it.0 == name);
            let Some((_, (_, new, after))) = found else { continue };
            let subject = format!("fingerprints {name}");
            let places = (self.old.place(before), self.new.place(after));
            for (change, shift) in changes(old, new) {
                let told = self.asked(
                    |what| *what == What::Fingerprint(number),
                    |list, rule, negated| Some(list.answers(rule, negated, shift)),
                );
                self.add(&subject, change, judged(&told, "no policy asks it"), places.clone());
            }
            for (word, was, is) in [
                ("unreadable", Some(old.unreadable), Some(new.unreadable)),
                ("ambiguous", Some(old.ambiguous), Some(new.ambiguous)),
                ("over limit", old.over_limit, new.over_limit),
            ] {
                if was == is {
                    continue;
                }
                let told = self.asked(
                    |what| *what == What::Fingerprint(number),
                    |list, rule, negated| (!negated).then(|| list.rerouted(rule, was, is)),
                );
                let change = format!("`{}` is now `{}`", counts_as(word, was), counts_as(word, is));
                self.add(&subject, change, judged(&told, "no policy asks it"), places.clone());
            }
        }
    }

    /// What it does that a policy says what it says in the place of `on error`, or the other way round.
    pub(super) fn instead_of_error(&self, rule: Rule<'m>, says: bool) -> Told {
        let Rule::Policy(_, policy) = rule else { return Told::neutral("it is as before") };
        let error = on_error(self.new.model().organisation.on_error);
        let (now, before) = if says { (&policy.then, &error) } else { (&error, &policy.then) };
        let stronger = is_as_strong(now, before);
        if stronger {
            Told::raises("what is too much to read is protected at least as much")
        } else if says {
            Told::may_lower(
                "`on error` decided what is too much to read; the policy is not stronger in every case",
            )
        } else {
            Told::may_lower(
                "`on error` decides what is too much to read, in the place of the policy",
            )
        }
    }
}

/// Whether one protects at least as much as the other, of which one is that of `on error`.
fn is_as_strong(strong: &Outcome, weak: &Outcome) -> bool {
    match (strong, weak) {
        (Outcome::Hold(mine), Outcome::Hold(theirs)) => mine == theirs,
        (mine, theirs) => {
            Disposition::Bounce <= mine.protection() && theirs.protection() <= mine.protection()
        }
    }
}

/// What `on error` does, as an outcome.
fn on_error(it: OnError) -> Outcome {
    match it {
        OnError::Hold => Outcome::Hold(None),
        OnError::Bounce => Outcome::Bounce(String::new()),
        OnError::Reject => Outcome::Reject(String::new()),
    }
}

/// The declared sets of the tree by name, with their numbers; numbers follow the names.
fn named(version: Version<'_>) -> Vec<(String, (usize, &Declared, Span))> {
    let spans = version.outline().sets().into_iter().filter(|it| it.0.0 == "fingerprints");
    let all = version.model().fingerprints.iter().enumerate();
    spans.zip(all).map(|(it, (number, set))| (it.0.1.to_owned(), (number, set, it.1))).collect()
}

fn changes(old: &Declared, new: &Declared) -> Vec<(String, Shift)> {
    let mut found = Vec::new();
    if let Some(shift) = Shift::of_bound(old.at_least, new.at_least) {
        found.push((format!("needs at least {}, it was {}", new.at_least, old.at_least), shift));
    }
    if old.set == new.set {
        return found;
    }
    match members(&old.set, &new.set) {
        Some((0, 0)) => {}
        Some((lost, 0)) => found.push((format!("{lost} members were taken out"), Shift::Less)),
        Some((0, gained)) => found.push((format!("{gained} members were added"), Shift::More)),
        Some((lost, gained)) => {
            let words = format!("{lost} members were taken out, {gained} were added");
            found.push((words, Shift::MostlyLess));
        }
        None => found.push(("the set was made anew, with another key".to_owned(), Shift::Both)),
    }
    found
}

/// How many members were lost and gained, where that can be told.
fn members(old: &Set, new: &Set) -> Option<(usize, usize)> {
    if old.key != new.key {
        return None;
    }
    let count = |one: Vec<u128>, other: &[u128]| {
        one.into_iter().filter(|it| other.binary_search(it).is_err()).count()
    };
    match (&old.holds, &new.holds) {
        (Holds::Documents(before), Holds::Documents(after)) => {
            let same = |one: &[Document], all: &[Document]| {
                one.iter().filter(|it| !all.contains(it)).count()
            };
            Some((same(before, after), same(after, before)))
        }
        (Holds::Table(before), Holds::Table(after)) => Some((
            count(before.digests.clone(), &after.digests),
            count(after.digests.clone(), &before.digests),
        )),
        (Holds::Documents(_), Holds::Table(_)) | (Holds::Table(_), Holds::Documents(_)) => None,
    }
}
