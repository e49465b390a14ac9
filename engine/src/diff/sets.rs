//! Sets whose members changed: each is one edit, judged by what it does wherever the set is used.

use std::collections::{BTreeMap, BTreeSet};

use grammar::tree::Span;

use super::{List, Told, Version};
use crate::model::{
    Model,
    selector::{Selector, Side},
};

/// Kind and name: `addresses`, `board`.
pub(super) type Key = (&'static str, String);

/// What a set has now and had before, where that differs.
pub(super) struct Diff {
    gained: Vec<String>,
    lost: Vec<String>,
    /// For whom it is used, and what the change does there.
    pub(super) told: Vec<(String, Told)>,
}

/// Sets of both versions that differ.
pub(super) struct Changed {
    pub(super) all: BTreeMap<Key, Diff>,
}

impl Changed {
    pub(super) fn new(old: Version<'_>, new: Version<'_>) -> Self {
        let (before, after) = (members(old.model()), members(new.model()));
        let mut all = BTreeMap::new();
        for (key, had) in before {
            // A name that is now of another kind of set still stands where it stood.
            let now = after.get_key_value(&key).or_else(|| after.iter().find(|it| it.0.1 == key.1));
            let Some((key, has)) = now.filter(|it| *it.1 != had) else { continue };
            let key = key.clone();
            let gained = has.difference(&had).cloned().collect();
            let lost = had.difference(has).cloned().collect();
            all.insert(key, Diff { gained, lost, told: Vec::new() });
        }
        Self { all }
    }

    /// The changed sets that a side names.
    pub(super) fn of_side(&self, model: &Model, side: &Side) -> Vec<Key> {
        let selectors = side.any_of.iter().chain(&side.except);
        let keys = selectors.filter_map(|it| key(model, it));
        keys.filter(|it| self.all.contains_key(it)).collect()
    }
}

/// The set that a selector names.
fn key(model: &Model, selector: &Selector) -> Option<Key> {
    let sets = &model.sets;
    let (kind, name) = match selector {
        Selector::AddressSet(set) => ("addresses", &sets.addresses.get(set.0)?.name),
        Selector::DomainSet(set) => ("domains", &sets.domains.get(set.0)?.name),
        Selector::Group(set) => ("group", &sets.groups.get(set.0)?.name),
        Selector::Attribute { attribute, .. } => {
            ("attribute", &sets.attributes.get(attribute.0)?.name)
        }
        Selector::Address(_)
        | Selector::Domain(_)
        | Selector::Everyone
        | Selector::External
        | Selector::Internal
        | Selector::Null => return None,
    };
    Some((kind, name.clone()))
}

/// Members of every set, in words.
fn members(model: &Model) -> BTreeMap<Key, BTreeSet<String>> {
    let sets = &model.sets;
    let mut all: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for set in &sets.addresses {
        let members = set.members.iter().map(ToString::to_string).collect();
        all.insert(("addresses", set.name.clone()), members);
    }
    for set in &sets.domains {
        let members = set.members.iter().map(ToString::to_string).collect();
        all.insert(("domains", set.name.clone()), members);
    }
    for group in &sets.groups {
        let path = format!("from directory \"{}\"", group.directory);
        all.insert(("group", group.name.clone()), [path].into());
    }
    for attribute in &sets.attributes {
        let path = format!("from directory \"{}\"", attribute.directory);
        let order = format!("order {}", attribute.order.join(" < "));
        all.insert(("attribute", attribute.name.clone()), [path, order].into());
    }
    all
}

impl List<'_> {
    /// One edit for each set that changed.
    pub(super) fn add_sets(&mut self) {
        self.use_releasers();
        self.use_choosers();
        let all = std::mem::take(&mut self.sets.all);
        let place = |version: Version<'_>, (kind, name): &Key| {
            let spans: BTreeMap<(&str, &str), Span> = version.outline().sets();
            spans.get(&(*kind, name.as_str())).and_then(|it| version.place(*it))
        };
        for (key, diff) in all {
            let subject = format!("{} {}", key.0, key.1);
            let told = judged(&diff.told, &format!("no rule decides by `{}`", key.1));
            let places = (place(self.old, &key), place(self.new, &key));
            self.add(&subject, words(&diff.gained, &diff.lost), told, places);
        }
    }

    /// `hold for SET`: whoever is in it may release.
    fn use_releasers(&mut self) {
        let model = self.new.model();
        let mut holds: Vec<(String, &str)> = Vec::new();
        let outcomes = model
            .policies
            .iter()
            .map(|it| (&it.clause.name, &it.then))
            .chain(model.requests.iter().map(|it| (&it.clause.name, &it.then)));
        for (name, outcome) in outcomes {
            holds.extend(releasers(outcome).map(|it| (name.clone(), it)));
        }
        holds.extend(releasers(&model.default).map(|it| ("default".to_owned(), it)));
        for (key, diff) in &mut self.sets.all {
            for (user, _) in holds.iter().filter(|it| it.1 == key.1) {
                let told = if is_of_directory(key) {
                    Told::may_lower(
                        "others may release what is held: who that is, only the directory knows",
                    )
                } else if diff.gained.is_empty() {
                    Told::raises("fewer people may release what is held")
                } else {
                    Told::lowers("more people may release what is held")
                };
                diff.told.push((user.clone(), told));
            }
        }
    }

    /// `available to SET`: whoever is in it may choose the definition.
    fn use_choosers(&mut self) {
        let model = self.new.model();
        for definition in &model.definitions {
            for key in definition.available_to.iter().filter_map(|it| key(model, it)) {
                let Some(diff) = self.sets.all.get_mut(&key) else { continue };
                let told = if is_of_directory(&key) {
                    Told::may_lower(
                        "others may choose to secure with it: who that is, only the directory knows",
                    )
                } else if diff.lost.is_empty() {
                    Told::raises("more people may choose to secure with it")
                } else {
                    Told::lowers("those taken out may no longer choose to secure with it")
                };
                diff.told.push((definition.name.clone(), told));
            }
        }
    }
}

/// Whether the rules do not say who is in it.
fn is_of_directory(key: &Key) -> bool {
    matches!(key.0, "attribute" | "group")
}

fn releasers(outcome: &crate::model::outcome::Outcome) -> impl Iterator<Item = &str> {
    use crate::model::outcome::Outcome;
    let mut left = Some(outcome);
    std::iter::from_fn(move || match left.take()? {
        Outcome::Hold(who) => who.as_deref(),
        Outcome::VerifiedTls(otherwise) => match otherwise.as_ref() {
            Outcome::Hold(who) => who.as_deref(),
            Outcome::Bounce(_)
            | Outcome::Deliver
            | Outcome::Reject(_)
            | Outcome::Secure(_)
            | Outcome::TakeNoAction
            | Outcome::VerifiedTls(_) => None,
        },
        Outcome::Bounce(_)
        | Outcome::Deliver
        | Outcome::Reject(_)
        | Outcome::Secure(_)
        | Outcome::TakeNoAction => None,
    })
}

/// The worst of what is told, with everyone whom that concerns.
pub(super) fn judged(told: &[(String, Told)], unused: &str) -> Told {
    let Some(worst) = told.iter().map(|it| it.1.direction).min() else {
        return Told::neutral(unused);
    };
    let of_it: Vec<&(String, Told)> = told.iter().filter(|it| it.1.direction == worst).collect();
    let mut names: Vec<String> = of_it.iter().map(|it| format!("`{}`", it.0)).collect();
    names.dedup();
    let why = of_it.first().map(|it| it.1.why.clone()).unwrap_or_default();
    let others = names.len().saturating_sub(NAMES_TOLD_MAX);
    names.truncate(NAMES_TOLD_MAX);
    if others > 0 {
        names.push(format!("{others} more"));
    }
    Told { direction: worst, why: format!("in {}: {why}", names.join(", ")) }
}

/// Names of rules that one edit concerns that are told.
const NAMES_TOLD_MAX: usize = 4;

/// Members that are told of one edit.
const MEMBERS_TOLD_MAX: usize = 6;

/// What was added and taken out.
pub(super) fn words(gained: &[String], lost: &[String]) -> String {
    let list = |members: &[String]| {
        let mut shown: Vec<String> =
            members.iter().take(MEMBERS_TOLD_MAX).map(|it| format!("`{it}`")).collect();
        let others = members.len().saturating_sub(shown.len());
        if others > 0 {
            shown.push(format!("{others} more"));
        }
        shown.join(", ")
    };
    match (gained.is_empty(), lost.is_empty()) {
        (false, true) => format!("added {}", list(gained)),
        (true, _) => format!("took out {}", list(lost)),
        (false, false) => format!("took out {}, added {}", list(lost), list(gained)),
    }
}
