//! Policies, requests and bypasses: which came, went or have only another name, and the lines that
//! all three kinds share.

use std::collections::{BTreeMap, BTreeSet};

use grammar::{literal::Network, tree::Compare};

use super::{
    Edit, List, Told,
    judge::Rule,
    people::{networks_cover, side_covers},
    place::Line,
    sets::Key,
};
use crate::{
    model::{
        clause::{Clause, Direction as Course, Validity},
        outcome::Outcome,
    },
    wording,
};

/// Rules of one kind that are looked at for having only another name.
const RENAMED_MAX: usize = 64;

/// What differs between two versions of a rule.
#[derive(Default)]
pub(super) struct Lines {
    edits: Vec<Edit>,
    /// Sets that make the difference, with whom it concerns.
    uses: Vec<(Key, Told)>,
}

/// A rule in both versions.
#[derive(Clone, Copy)]
pub(super) struct Pair<'m> {
    pub(super) old: Rule<'m>,
    pub(super) new: Rule<'m>,
}

impl<'m> List<'m> {
    /// Every policy, request and bypass.
    pub(super) fn add_rules(&mut self) {
        let index = |rules: Vec<Rule<'m>>| {
            rules.into_iter().map(|it| (it.subject(), it)).collect::<BTreeMap<String, Rule<'m>>>()
        };
        let (old, new) = (index(Rule::all(self.old)), index(Rule::all(self.new)));
        let gone: Vec<Rule<'m>> =
            old.iter().filter(|it| !new.contains_key(it.0)).map(|it| *it.1).collect();
        let come: Vec<Rule<'m>> =
            new.iter().filter(|it| !old.contains_key(it.0)).map(|it| *it.1).collect();
        let renamed = self.find_renamed(&gone, &come);
        for (before, after) in &renamed {
            let names = (before.clause().name.clone(), after.clause().name.clone());
            self.renamed.insert(names.0, names.1);
        }
        let is_in = |list: Vec<Rule<'m>>, it: &Rule<'m>| {
            list.iter().any(|other| std::ptr::eq(other.clause(), it.clause()))
        };
        let before = || renamed.iter().map(|it| it.0).collect::<Vec<_>>();
        let after = || renamed.iter().map(|it| it.1).collect::<Vec<_>>();
        for rule in gone.into_iter().filter(|it| !is_in(before(), it)) {
            self.add_gone(rule);
        }
        for rule in come.into_iter().filter(|it| !is_in(after(), it)) {
            self.add_come(rule);
        }
        for (before, after) in renamed {
            self.add_renamed(before, after);
        }
        for (subject, before) in &old {
            let Some(after) = new.get(subject) else { continue };
            let lines = self.lines(Pair { old: *before, new: *after });
            self.edits.extend(lines.edits);
            for (key, told) in lines.uses {
                let diff = self.sets.all.get_mut(&key);
                diff.into_iter().for_each(|it| {
                    it.told.push((after.clause().name.clone(), told.clone()));
                });
            }
        }
    }

    fn find_renamed(&self, gone: &[Rule<'m>], come: &[Rule<'m>]) -> Vec<(Rule<'m>, Rule<'m>)> {
        let mut found: Vec<(Rule<'m>, Rule<'m>)> = Vec::new();
        for before in gone.iter().take(RENAMED_MAX) {
            let twin = come.iter().take(RENAMED_MAX).find(|after| {
                let free = found.iter().all(|it| !std::ptr::eq(it.1.clause(), after.clause()));
                let same_kind = after.clause().kind == before.clause().kind;
                let lines = || self.lines(Pair { old: *before, new: **after });
                free && same_kind && !before.is_off() && !after.is_off() && {
                    let lines = lines();
                    lines.edits.is_empty() && lines.uses.is_empty()
                }
            });
            found.extend(twin.map(|it| (*before, *it)));
        }
        found
    }

    fn add_gone(&mut self, rule: Rule<'m>) {
        let told = if rule.is_off() {
            Told::neutral("it was switched off")
        } else {
            self.less(rule)
        };
        let change = format!("removed; it had messages {}", rule.done());
        self.add(&rule.subject(), change, told, (self.old.line(rule, Line::Name), None));
    }

    fn add_come(&mut self, rule: Rule<'m>) {
        let told =
            if rule.is_off() { Told::neutral("it is switched off") } else { self.more(rule) };
        let change = format!("added; messages that it applies to are {}", rule.done());
        self.add(&rule.subject(), change, told, (None, self.new.line(rule, Line::Name)));
    }

    fn add_renamed(&mut self, before: Rule<'m>, after: Rule<'m>) {
        let change = format!("has another name; it was `{}`", before.clause().name);
        let told = Told::neutral("it says the same as before");
        let places = (self.old.line(before, Line::Name), self.new.line(after, Line::Name));
        self.add(&after.subject(), change, told, places);
    }

    /// Every line that differs.
    pub(super) fn lines(&self, pair: Pair<'m>) -> Lines {
        let mut lines = Lines::default();
        match (pair.old.is_off(), pair.new.is_off()) {
            (true, true) => return lines,
            (false, true) => {
                let change = format!("switched off; it had messages {}", pair.old.done());
                self.line(&mut lines, pair, Line::Validity, change, self.less(pair.old));
                return lines;
            }
            (true, false) => {
                let change =
                    format!("switched on; messages that it applies to are {}", pair.new.done());
                self.line(&mut lines, pair, Line::Validity, change, self.more(pair.new));
                return lines;
            }
            (false, false) => {}
        }
        if pair.old.competes() != pair.new.competes() {
            let told = self.less(pair.old).or(self.more(pair.new));
            let told = told.doubted("it is weighed against other rules than before");
            let change = "is of another kind: what decides by content adds up, what does not competes";
            self.line(&mut lines, pair, Line::Name, change, told);
            return lines;
        }
        self.validity(&mut lines, pair);
        self.source(&mut lines, pair);
        self.compare(&mut lines, pair);
        self.courses(&mut lines, pair);
        self.rank(&mut lines, pair);
        self.overrides(&mut lines, pair);
        self.acts(&mut lines, pair);
        lines
    }

    /// Adds an edit of one line.
    pub(super) fn line(
        &self,
        lines: &mut Lines,
        pair: Pair<'m>,
        line: Line,
        change: impl Into<String>,
        told: Told,
    ) {
        let places = (self.old.line(pair.old, line), self.new.line(pair.new, line));
        lines.add(pair, change, told, places);
    }

    /// What it does that a rule covers less, more, or both.
    pub(super) fn moved(&self, pair: Pair<'m>, (shrunk, grown): (bool, bool)) -> Option<Told> {
        match (shrunk, grown) {
            (false, false) => None,
            (true, false) => Some(self.less(pair.old)),
            (false, true) => Some(self.more(pair.new)),
            (true, true) => Some(self.less(pair.old).or(self.more(pair.new))),
        }
    }

    fn validity(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (&pair.old.clause().validity, &pair.new.clause().validity);
        let told = self.moved(pair, (!days_cover(new, old), !days_cover(old, new)));
        let Some(told) = told else { return };
        let change =
            format!("`{}` is now `{}`", wording::validity(*old), wording::validity(*new));
        self.line(lines, pair, Line::Validity, change, told);
    }

    fn source(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (&pair.old.clause().source, &pair.new.clause().source);
        let covers = |wide: &Option<Vec<Network>>, narrow: &Option<Vec<Network>>| match (wide, narrow)
        {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wide), Some(narrow)) => networks_cover(wide, narrow),
        };
        let Some(told) = self.moved(pair, (!covers(new, old), !covers(old, new))) else { return };
        let words = |it: &Option<Vec<Network>>| match it {
            None => "any source".to_owned(),
            Some(list) => {
                let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                format!("source {}", list.join(", "))
            }
        };
        let change = format!("`{}` is now `{}`", words(old), words(new));
        self.line(lines, pair, Line::Source, change, told);
    }

    fn compare(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (pair.old.clause().compare, pair.new.clause().compare);
        if old == new {
            return;
        }
        let told = self.less(pair.old).or(self.more(pair.new));
        let told = told.doubted(
            "a message whose header and envelope name different senders is matched otherwise than before",
        );
        let words = wording::compare;
        let change = format!("`compare {}` is now `compare {}`", words(old), words(new));
        self.line(lines, pair, Line::Compare, change, told);
    }

    fn courses(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (pair.old.clause(), pair.new.clause());
        if let ([before], [after]) = (old.directions.as_slice(), new.directions.as_slice()) {
            self.side(lines, pair, Line::From, (before, after));
            self.side(lines, pair, Line::To, (before, after));
            return;
        }
        let (was, is) = (self.course_words(pair.old), self.course_words(pair.new));
        let covers = |wide: Rule<'m>, narrow: Rule<'m>| {
            let pairs = |it: &Course| {
                wide.clause().directions.iter().any(|one| {
                    let from = ((wide.model(), &one.from), (narrow.model(), &it.from));
                    let to = ((wide.model(), &one.to), (narrow.model(), &it.to));
                    side_covers(from.0, from.1) && side_covers(to.0, to.1)
                })
            };
            narrow.clause().directions.iter().all(pairs)
        };
        let moved = (!covers(pair.new, pair.old), !covers(pair.old, pair.new));
        let Some(told) = self.moved(pair, moved) else { return };
        // Of two directions the first that fits counts, so more in one can be less in the other.
        let told = told.doubted("a message can fit another of its directions than before");
        let sides = old.directions.iter().flat_map(|it| [&it.from, &it.to]);
        let keys: Vec<Key> =
            sides.flat_map(|it| self.sets.of_side(pair.old.model(), it)).collect();
        if was == is && !keys.is_empty() {
            lines.uses.extend(keys.into_iter().map(|it| (it, told.clone())));
            return;
        }
        self.line(lines, pair, Line::From, format!("`{was}` is now `{is}`"), told);
    }

    fn course_words(&self, rule: Rule<'m>) -> String {
        let words = |it| wording::side(rule.model(), it);
        match rule.clause().directions.as_slice() {
            [one] => format!("from {} to {}", words(&one.from), words(&one.to)),
            [one, ..] => format!("between {} and {}", words(&one.from), words(&one.to)),
            [] => String::new(),
        }
    }

    fn side(
        &self,
        lines: &mut Lines,
        pair: Pair<'m>,
        line: Line,
        (before, after): (&'m Course, &'m Course),
    ) {
        let is_from = matches!(line, Line::From);
        let (was, is) =
            if is_from { (&before.from, &after.from) } else { (&before.to, &after.to) };
        let (old, new) = ((pair.old.model(), was), (pair.new.model(), is));
        let (shrunk, grown) = (!side_covers(new, old), !side_covers(old, new));
        let Some(mut told) = self.moved(pair, (shrunk, grown)) else { return };
        if is_from && grown && pair.new.clause().compare == Compare::Either {
            told = told.doubted(
                "the header is read before the envelope, and an external sender there is not secured",
            );
        }
        let (was, is) = (wording::side(old.0, old.1), wording::side(new.0, new.1));
        let keys = self.sets.of_side(old.0, old.1);
        if was == is && !keys.is_empty() {
            lines.uses.extend(keys.into_iter().map(|it| (it, told.clone())));
            return;
        }
        let word = if is_from { "from" } else { "to" };
        let change = format!("`{word} {was}` is now `{word} {is}`");
        self.line(lines, pair, line, change, told);
    }

    /// How specific it is.
    fn rank(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (pair.old.clause(), pair.new.clause());
        let both = || old.directions.iter().zip(&new.directions);
        let same_form = old.directions.len() == new.directions.len();
        if !pair.new.competes() || same_form && both().all(|it| it.0.ranks == it.1.ranks) {
            return;
        }
        let stronger = same_form && both().all(|it| it.1.ranks == it.0.ranks || it.1.ranks.beats(it.0.ranks));
        let weaker = same_form && both().all(|it| it.1.ranks == it.0.ranks || it.0.ranks.beats(it.1.ranks));
        let (gains, loses) = (self.stands_higher(pair), self.stands_lower(pair));
        let (change, told) = match (stronger, weaker) {
            (true, _) => ("is more specific than before", gains),
            (_, true) => ("is less specific than before", loses),
            (false, false) => ("is more specific on one side and less on the other", match (gains, loses) {
                (Some(one), Some(other)) => Some(one.or(other)),
                (one, other) => one.or(other),
            }),
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

    fn overrides(&self, lines: &mut Lines, pair: Pair<'m>) {
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
                let says = target.map(|it| super::strength::done((self.new.model(), &it.then)));
                Told::lowers(format!(
                    "wherever both apply, `{name}` no longer has the message {}",
                    says.unwrap_or_default()
                ))
            }
            Rule::Policy(_, it) => {
                let target = self.new.model().policies.iter().find(|it| it.clause.name == name);
                let weaker = target.is_some_and(|target| {
                    it.then.protection() < target.then.protection()
                });
                let why = format!("wherever both apply, `{name}` no longer decides");
                if weaker { Told::lowers(why) } else { Told::may_lower(why) }
            }
            Rule::Bypass(..) | Rule::Request(..) => {
                Told::may_lower(format!("wherever both apply, `{name}` is out of the way"))
            }
        }
    }

    /// `default …`.
    pub(super) fn add_default(&mut self) {
        let (old, new) = (self.old.model(), self.new.model());
        let words = |model: &crate::model::Model| model.default.words(&model.definitions);
        let same = self.is_as_strong((new, &new.default), (old, &old.default));
        let back = self.is_as_strong((old, &old.default), (new, &new.default));
        let delivers = |it: &Outcome| matches!(it, Outcome::Deliver | Outcome::TakeNoAction);
        if (same && back) && (words(old) == words(new) || delivers(&old.default)) {
            return;
        }
        let told = match (same, back) {
            (true, true) => Told::neutral("only the wording differs"),
            (true, false) => Told::raises("what no policy decides is protected more"),
            (false, true) => Told::lowers("what no policy decides is protected less"),
            (false, false) => {
                Told::may_lower("what no policy decides is protected in another way, not only more")
            }
        };
        let place = |it: super::Version<'_>| it.outline().default().and_then(|span| it.place(span));
        let change = format!("`default {}` is now `default {}`", words(old), words(new));
        self.add("default", change, told, (place(self.old), place(self.new)));
    }
}

impl Lines {
    pub(super) fn add(
        &mut self,
        pair: Pair<'_>,
        change: impl Into<String>,
        told: Told,
        (old, new): (Option<super::Place>, Option<super::Place>),
    ) {
        self.edits.push(Edit {
            direction: told.direction,
            subject: pair.new.subject(),
            change: change.into(),
            reason: told.why,
            old,
            new,
        });
    }
}

/// Whether one holds on every day of the other. Days are compared as they are written; the zone that
/// they are read in is the organisation's.
fn days_cover(wide: &Validity, narrow: &Validity) -> bool {
    match (wide, narrow) {
        (Validity::Always, _) | (_, Validity::Disabled) => true,
        (Validity::Disabled, _) | (Validity::Range { .. }, Validity::Always) => false,
        (
            Validity::Range { from, until },
            Validity::Range { from: other_from, until: other_until },
        ) => {
            from.is_none_or(|it| other_from.is_some_and(|other| it.date <= other.date))
                && until.is_none_or(|it| other_until.is_some_and(|other| other.date <= it.date))
        }
    }
}
