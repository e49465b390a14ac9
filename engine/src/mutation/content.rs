//! Mistakes in what is looked for: examinations, dictionaries and patterns.

use std::{collections::BTreeSet, sync::Arc};

use grammar::tree::{Cap, CountsAs, Scope, Span};

use super::{List, MEMBERS_MAX, spread};
use crate::{
    coverage::Place,
    model::Model,
    scan::{
        examination::{Examination, Findable, Term},
        pattern::Pattern,
    },
};

/// Thresholds up to which it is worked out which scores there are.
const SUMS_MAX: u32 = 10_000;

impl List<'_> {
    pub(super) fn add_content(&mut self) {
        let model = self.model;
        for (at, examination) in model.examinations.iter().enumerate() {
            let before = self.mutants.len();
            self.add_examination(at, examination);
            self.change_only(before, &BTreeSet::from([at]));
        }
        self.add_terms();
        self.add_patterns();
    }

    fn add_examination(&mut self, at: usize, examination: &Examination) {
        let outline = &self.suite.rules.outline;
        // What a library looks for is not this tree's to get wrong.
        let Some(written) = outline.examination(&examination.name) else { return };
        let subject = format!("examination {}", examination.name);
        let place = |it: Option<Span>| outline.place(it.unwrap_or(written.name.span));
        let mut changes: Vec<(String, Option<Place>, Examination)> = Vec::new();
        let threshold = place(written.activates_at.as_ref().map(|it| it.span));
        let at_score = examination.activates_at;
        for other in [at_score.saturating_add(1), at_score.saturating_sub(1)] {
            if other > 0 && !same_threshold(examination, other) {
                let words = format!("`activates at {at_score}` becomes `activates at {other}`");
                let changed = Examination { activates_at: other, ..examination.clone() };
                changes.push((words, threshold.clone(), changed));
            }
        }
        for (which, count) in examination.counts.iter().enumerate() {
            let line = place(written.counts.get(which).map(|it| it.span));
            let what = count.what.words();
            let mut gone = examination.clone();
            drop(gone.counts.remove(which));
            changes.push((format!("it no longer counts {what}"), line.clone(), gone));
            changes.extend(
                counted_otherwise(examination, which).map(|(words, changed)| {
                    (format!("for {what}, {words}"), line.clone(), changed)
                }),
            );
        }
        changes.extend(
            without_lines(examination).map(|(words, changed)| (words, place(None), changed)),
        );
        for scope in examination.look_in.iter().filter(|_| examination.look_in.len() > 1) {
            let line = written.look_in.iter().find(|it| it.value == *scope).map(|it| it.span);
            let mut changed = examination.clone();
            changed.look_in.remove(scope);
            let words = format!("it no longer looks in the {}", scope_words(*scope));
            changes.push((words, place(line), changed));
        }
        changes.extend(
            routed_otherwise(examination, written)
                .into_iter()
                .map(|(words, span, changed)| (words, outline.place(span), changed)),
        );
        for (words, place, changed) in changes {
            self.add(&subject, words, place, move |model| {
                if let Some(it) = model.examinations.get_mut(at) {
                    it.clone_from(&changed);
                }
            });
        }
    }

    /// Entries of the tree's own dictionaries, as far as an examination counts them.
    fn add_terms(&mut self) {
        let mut dictionaries = Vec::new();
        let outline = &self.suite.rules.outline;
        for terms in outline.all_terms() {
            let counted = terms.entries.iter().filter_map(|entry| {
                let found = self.model.examinations.iter().flat_map(findables);
                let mut terms = found.flat_map(|it| &it.terms);
                let weight = entry.weight.as_ref().map_or(1, |it| it.value);
                let term =
                    terms.find(|it| *it.label == *entry.text.value && it.weight == weight)?;
                Some((Arc::clone(term), outline.place(entry.text.span)))
            });
            let counted: Vec<_> = counted.collect();
            dictionaries.push((format!("terms {}", terms.name.value), counted));
        }
        for (subject, counted) in dictionaries {
            for (term, place) in spread(counted.len(), MEMBERS_MAX).filter_map(|it| counted.get(it))
            {
                let before = self.mutants.len();
                self.add_term(&subject, term, place.as_ref());
                let counting = self.searching(|it| it.terms.iter().any(|it| it == term));
                self.change_only(before, &counting);
            }
        }
    }

    /// Numbers of the examinations that look for something so.
    fn searching(&self, is: impl Fn(&Findable) -> bool) -> BTreeSet<usize> {
        let all = self.model.examinations.iter().enumerate();
        all.filter(|it| findables(it.1).any(&is)).map(|it| it.0).collect()
    }

    fn add_term(&mut self, subject: &str, term: &Arc<Term>, place: Option<&Place>) {
        let label = &term.label;
        let gone = Arc::clone(term);
        self.add(subject, format!("\"{label}\" is taken out"), place.cloned(), move |model| {
            each_findable(model, |it| it.terms.retain(|it| *it != gone));
        });
        let mut others: Vec<(String, Term)> = Vec::new();
        if !self.weighs_the_same(term) {
            let lighter = term.weight.saturating_sub(1).max(1);
            let weight =
                if lighter == term.weight { term.weight.saturating_add(1) } else { lighter };
            let words = format!("\"{label}\" weighs {weight} and not {}", term.weight);
            others.push((words, Term { weight, ..(**term).clone() }));
        }
        if term.whole_word {
            let words = format!("\"{label}\" need be no `whole word`");
            others.push((words, Term { whole_word: false, ..(**term).clone() }));
        }
        if let Some(near) = &term.near {
            let words = format!("\"{label}\" need not be near \"{near}\"");
            others.push((words, Term { near: None, ..(**term).clone() }));
        }
        for (words, other) in others {
            let (old, new) = (Arc::clone(term), Arc::new(other));
            self.add(subject, words, place.cloned(), move |model| {
                each_findable(model, |it| {
                    let same = it.terms.iter_mut().filter(|it| **it == old);
                    same.for_each(|it| *it = Arc::clone(&new));
                });
            });
        }
    }

    /// Whether one point more or less of a term changes no decision: alone it is above every
    /// threshold either way.
    fn weighs_the_same(&self, term: &Arc<Term>) -> bool {
        let lighter = term.weight.saturating_sub(1);
        let counting = self
            .model
            .examinations
            .iter()
            .filter(|it| findables(it).any(|it| it.terms.iter().any(|it| it == term)));
        counting
            .into_iter()
            .all(|it| it.less.is_empty() && it.activates_at <= lighter && no_points(it))
    }

    /// The tree's own patterns: each of their conditions is taken out.
    fn add_patterns(&mut self) {
        let outline = &self.suite.rules.outline;
        let mut found: Vec<(String, Option<Place>, Vec<String>, bool)> = Vec::new();
        for pattern in outline.own_patterns() {
            let checks = pattern.checks.iter().map(|it| it.value.clone()).collect();
            let place = outline.place(pattern.name.span);
            found.push((pattern.name.value.clone(), place, checks, !pattern.near.is_empty()));
        }
        for (name, place, checks, near) in found {
            let before = self.mutants.len();
            let subject = format!("pattern {name}");
            for check in checks {
                let (label, gone) = (name.clone(), check.clone());
                let words = format!("`check {check}` is taken out");
                let change: super::Change = Box::new(move |model, values| {
                    let without = |it: &mut Pattern| it.checks.retain(|it| it.name != gone);
                    each_pattern(model, &label, without);
                    for value in values.iter_mut().filter(|it| is_called(&it.pattern, &label)) {
                        without(Arc::make_mut(&mut value.pattern));
                    }
                });
                let (subject, place) = (subject.clone(), place.clone());
                let examinations = None;
                self.mutants.push(super::Mutant { subject, words, place, change, examinations });
            }
            if near {
                let label = name.clone();
                let words = "it need not be near anything".to_owned();
                self.add(&subject, words, place.clone(), move |model| {
                    each_pattern(model, &label, |it| it.near = Vec::new());
                });
            }
            let finding = self.searching(|it| it.patterns.iter().any(|it| is_called(it, &name)));
            self.change_only(before, &finding);
        }
    }
}

fn is_called(pattern: &Pattern, name: &str) -> bool {
    *pattern.label == *name
        || pattern.label.ends_with(&format!(".{name}")) && !pattern.label.starts_with("std.")
}

/// Everything that an examination looks for.
fn findables(examination: &Examination) -> impl Iterator<Item = &Findable> {
    let counts = examination.counts.iter().map(|it| &it.what);
    let less = examination.less.iter().map(|it| &it.1);
    counts.chain(&examination.requires).chain(&examination.vetoes).chain(less)
}

fn each_findable(model: &mut Model, mut change: impl FnMut(&mut Findable)) {
    for examination in &mut model.examinations {
        examination.counts.iter_mut().for_each(|it| change(&mut it.what));
        examination.requires.iter_mut().for_each(&mut change);
        examination.vetoes.iter_mut().for_each(&mut change);
        examination.less.iter_mut().for_each(|it| change(&mut it.1));
    }
}

fn each_pattern(model: &mut Model, name: &str, change: impl Fn(&mut Pattern)) {
    each_findable(model, |it| {
        let named = it.patterns.iter_mut().filter(|it| is_called(it, name));
        named.for_each(|it| change(Arc::make_mut(it)));
    });
}

/// Whether no score falls between two thresholds: none is a sum of the weights and of the points
/// that caps leave. With `less`, every score is at least a multiple of what all have in common.
fn same_threshold(examination: &Examination, other: u32) -> bool {
    let weights = examination.counts.iter().flat_map(|count| {
        let terms = count.what.terms.iter().map(|it| it.weight);
        let points = match count.cap {
            Some(Cap::Points(points)) => Some(points),
            Some(Cap::Times(_)) | None => None,
        };
        terms.chain(count.what.patterns.iter().map(|it| it.weight)).chain(points)
    });
    let at = examination.activates_at;
    if examination.less.is_empty() && at.max(other) <= SUMS_MAX {
        return !sums(&weights.collect(), at.max(other)).contains(&at.min(other));
    }
    let less = examination.less.iter().map(|it| it.0);
    let step = weights.chain(less).fold(0_u32, common_divisor);
    step > 0 && at.div_ceil(step) == other.div_ceil(step)
}

/// Every sum of weights, each taken any number of times, below a bound.
fn sums(weights: &BTreeSet<u32>, below: u32) -> BTreeSet<u32> {
    let mut sums = BTreeSet::from([0]);
    for sum in 0..below {
        if sums.contains(&sum) {
            sums.extend(weights.iter().map(|it| sum.saturating_add(*it)).filter(|it| *it < below));
        }
    }
    sums
}

fn common_divisor(one: u32, other: u32) -> u32 {
    match one.checked_rem(other) {
        Some(rest) => common_divisor(other, rest),
        None => one,
    }
}

fn no_points(examination: &Examination) -> bool {
    !examination.counts.iter().any(|it| matches!(it.cap, Some(Cap::Points(_))))
}

/// One `count` line with another cap, or counting repeats.
fn counted_otherwise(
    examination: &Examination,
    which: usize,
) -> impl Iterator<Item = (String, Examination)> {
    let mut found = Vec::new();
    let count = examination.counts.get(which);
    let mut add = |words: String, change: &dyn Fn(&mut crate::scan::examination::Count)| {
        let mut changed = examination.clone();
        changed.counts.get_mut(which).into_iter().for_each(change);
        found.push((words, changed));
    };
    if let Some(count) = count {
        let words = if count.distinct { "repeats count too" } else { "repeats no longer count" };
        // Whatever counts once has no repeats.
        if count.cap != Some(Cap::Times(1)) {
            add(words.to_owned(), &|it| it.distinct = !it.distinct);
        }
        // Below this a cap decides nothing: whatever it cuts off is above the threshold.
        let terms = count.what.terms.iter().map(|it| it.weight);
        let lightest = terms.chain(count.what.patterns.iter().map(|it| it.weight)).min();
        let lightest = lightest.unwrap_or(0);
        let decides = |times: u32| {
            !examination.less.is_empty()
                || times.saturating_mul(lightest) < examination.activates_at
        };
        match count.cap {
            Some(Cap::Times(times)) if decides(times.saturating_sub(1)) => {
                let fewer = times.saturating_sub(1);
                add(format!("`up to {times} times` becomes {fewer}"), &|it| {
                    it.cap = Some(Cap::Times(fewer));
                });
                add(format!("`up to {times} times` is taken out"), &|it| it.cap = None);
            }
            Some(Cap::Points(points)) if points < examination.activates_at => {
                let fewer = points.saturating_sub(1);
                add(format!("`up to {points} points` becomes {fewer}"), &|it| {
                    it.cap = Some(Cap::Points(fewer));
                });
                add(format!("`up to {points} points` is taken out"), &|it| it.cap = None);
            }
            Some(Cap::Points(_) | Cap::Times(_)) | None => {}
        }
    }
    found.into_iter()
}

/// Without one of the lines that lower a score or stop an examination.
fn without_lines(examination: &Examination) -> impl Iterator<Item = (String, Examination)> {
    let mut found = Vec::new();
    for (at, what) in examination.requires.iter().enumerate() {
        let mut changed = examination.clone();
        drop(changed.requires.remove(at));
        found.push((format!("it no longer requires {}", what.words()), changed));
    }
    for (at, what) in examination.vetoes.iter().enumerate() {
        let mut changed = examination.clone();
        drop(changed.vetoes.remove(at));
        found.push((format!("{} is no veto", what.words()), changed));
    }
    for (at, (points, what)) in examination.less.iter().enumerate() {
        let mut changed = examination.clone();
        drop(changed.less.remove(at));
        found.push((format!("it no longer takes off {points} for {}", what.words()), changed));
    }
    for ignored in &examination.ignores {
        let mut changed = examination.clone();
        changed.ignores.remove(ignored);
        found.push((format!("it no longer ignores \"{ignored}\""), changed));
    }
    found.into_iter()
}

/// With the other answer to what could not be told; only lines that are written.
fn routed_otherwise(
    examination: &Examination,
    written: &grammar::tree::Examination,
) -> Vec<(String, Span, Examination)> {
    let mut found = Vec::new();
    let flip = |it: CountsAs| match it {
        CountsAs::Activated => (CountsAs::Clear, "activated", "clear"),
        CountsAs::Clear => (CountsAs::Activated, "clear", "activated"),
    };
    let mut add =
        |what: &str, line: Option<Span>, is: CountsAs, set: &dyn Fn(&mut Examination, CountsAs)| {
            let Some(span) = line else { return };
            let (to, was, now) = flip(is);
            let mut changed = examination.clone();
            set(&mut changed, to);
            found.push((format!("`{what} counts as {was}` becomes `{now}`"), span, changed));
        };
    let unreadable = written.unreadable.as_ref().map(|it| it.span);
    add("unreadable", unreadable, examination.unreadable, &|it, to| it.unreadable = to);
    let ambiguous = written.ambiguous.as_ref().map(|it| it.span);
    add("ambiguous", ambiguous, examination.ambiguous, &|it, to| it.ambiguous = to);
    if let Some(is) = examination.over_limit {
        let over_limit = written.over_limit.as_ref().map(|it| it.span);
        add("over limit", over_limit, is, &|it, to| it.over_limit = Some(to));
    }
    found
}

/// A place in a message, in words.
pub(crate) fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::AttachmentNames => "attachment names",
        Scope::AttachmentText => "attachment text",
        Scope::Body => "body",
        Scope::Headers => "headers",
        Scope::Subject => "subject",
    }
}
