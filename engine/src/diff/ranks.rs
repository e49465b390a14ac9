//! What outranks what: how specific a rule is, and `override`.

use std::collections::BTreeSet;

use super::{
    List, Told,
    clauses::{Lines, Pair},
    judge::Rule,
    place::Line,
    strength::done,
};
use crate::model::clause::Clause;

impl<'m> List<'m> {
    /// How specific it is.
    pub(super) fn rank(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (pair.old.clause(), pair.new.clause());
        let both = || old.directions.iter().zip(new.directions.iter());
        let same_form = old.directions.len() == new.directions.len();
        if !pair.new.competes() || same_form && both().all(|it| it.0.ranks == it.1.ranks) {
            return;
        }
        let stronger =
            same_form && both().all(|it| it.1.ranks == it.0.ranks || it.1.ranks.beats(it.0.ranks));
        let weaker =
            same_form && both().all(|it| it.1.ranks == it.0.ranks || it.0.ranks.beats(it.1.ranks));
        let (gains, loses) = (self.stands_higher(pair), self.stands_lower(pair));
        let (change, told) = match (stronger, weaker) {
            (true, _) => ("is more specific than before", gains),
            (_, true) => ("is less specific than before", loses),
            (false, false) => (
                "is more specific on one side and less on the other",
                match (gains, loses) {
                    (Some(one), Some(other)) => Some(one.or(other)),
                    (one, other) => one.or(other),
                },
            ),
        };
        // That it gives way to what protects more, or comes before what protects less, is no news.
        if let Some(told) = told.filter(|it| it.direction.is_lowering()) {
            self.line(lines, pair, Line::From, change, told);
        }
    }

    /// What it does that it outranks more; nothing where it meets no other.
    fn stands_higher(&self, pair: Pair<'m>) -> Option<Told> {
        match pair.new {
            Rule::Policy(model, it) => self.wins_more(model, it),
            Rule::Bypass(..) => self.has_rival_bypass(pair).then(|| self.more(pair.new)),
            Rule::Request(..) => None,
        }
    }

    /// What it does that others outrank it more.
    fn stands_lower(&self, pair: Pair<'m>) -> Option<Told> {
        match pair.old {
            Rule::Policy(model, it) => {
                (!self.rivals((model, it)).is_empty()).then(|| self.outranked_less(model, it))
            }
            Rule::Bypass(..) => self.has_rival_bypass(pair).then(|| self.less(pair.old)),
            Rule::Request(..) => None,
        }
    }

    fn has_rival_bypass(&self, pair: Pair<'m>) -> bool {
        let all = Rule::all(self.old).into_iter().chain(Rule::all(self.new));
        let mut others = all.filter(|it| match it {
            Rule::Bypass(..) => it.competes() && it.clause().name != pair.new.clause().name,
            Rule::Policy(..) | Rule::Request(..) => false,
        });
        others.next().is_some()
    }

    pub(super) fn overrides(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (pair.old.clause(), pair.new.clause());
        if old.overrides_all != new.overrides_all {
            let (change, told) = if new.overrides_all {
                ("`override` was added", self.stands_higher(pair))
            } else {
                ("`override` was taken out", self.stands_lower(pair))
            };
            let told = told.unwrap_or_else(|| Told::neutral("nothing that it meets protects more"));
            self.line(lines, pair, Line::Override, change, told);
        }
        let (had, has) = (self.current_names(old), new.overrides.clone());
        for name in has.difference(&had) {
            let told = self.takes_out(pair, name);
            self.line(lines, pair, Line::Override, format!("`override {name}` was added"), told);
        }
        for name in had.difference(&has) {
            let told = match pair.old {
                Rule::Policy(_, it) if it.is_content() => {
                    Told::raises(format!("`{name}` contributes again where both apply"))
                }
                Rule::Bypass(..) | Rule::Policy(..) | Rule::Request(..) => Told::may_lower(
                    format!("`{name}` competes again where both apply, and may decide"),
                ),
            };
            let change = format!("`override {name}` was taken out");
            self.line(lines, pair, Line::Override, change, told);
        }
    }

    /// The names that a clause of the old version overrides, as they are called after the change.
    fn current_names(&self, clause: &Clause) -> BTreeSet<String> {
        let current = |it: &String| self.renamed.get(it).unwrap_or(it).clone();
        clause.overrides.iter().map(current).collect()
    }

    fn takes_out(&self, pair: Pair<'m>, name: &str) -> Told {
        let known = Rule::all(self.old).into_iter().any(|it| {
            let old = &it.clause().name;
            old == name || self.renamed.get(old).is_some_and(|it| it == name)
        });
        if !known {
            return Told::neutral(format!("`{name}` is new, too"));
        }
        match pair.new {
            Rule::Policy(_, it) if it.is_content() => {
                let target = self.new.model().policies.iter().find(|it| it.clause.name == name);
                let says = target.map(|it| done((self.new.model(), &it.then)));
                Told::lowers(format!(
                    "wherever both apply, `{name}` no longer has the message {}",
                    says.unwrap_or_default()
                ))
            }
            Rule::Policy(_, it) => {
                let target = self.new.model().policies.iter().find(|it| it.clause.name == name);
                let weaker =
                    target.is_some_and(|target| it.then.protection() < target.then.protection());
                let why = format!("wherever both apply, `{name}` no longer decides");
                if weaker { Told::lowers(why) } else { Told::may_lower(why) }
            }
            Rule::Bypass(..) | Rule::Request(..) => {
                Told::may_lower(format!("wherever both apply, `{name}` is out of the way"))
            }
        }
    }
}
