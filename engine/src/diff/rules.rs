//! Policies, requests and bypasses: which came, went or have only another name; and the default.

use std::collections::BTreeMap;

use super::{Direction, List, Told, Version, clauses::Pair, judge::Rule, place::Line};
use crate::model::{Model, outcome::Outcome};

/// Rules of one kind that are looked at for having only another name.
const RENAMED_MAX: usize = 64;

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
        let told =
            if rule.is_off() { Told::neutral("it was switched off") } else { self.less(rule) };
        let told = match rule {
            Rule::Policy(_, it) if it.is_content() && told.direction == Direction::Lowers => {
                Told::lowers(format!("no message is {} by it any more", rule.done()))
            }
            Rule::Bypass(..) | Rule::Policy(..) | Rule::Request(..) => told,
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

    /// `default …`.
    pub(super) fn add_default(&mut self) {
        let (old, new) = (self.old.model(), self.new.model());
        let words = |model: &Model| model.default.words(&model.definitions);
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
        let place = |it: Version<'_>| it.outline().default().and_then(|span| it.place(span));
        let change = format!("`default {}` is now `default {}`", words(old), words(new));
        self.add("default", change, told, (place(self.old), place(self.new)));
    }
}
