//! Examinations: threshold, places, values that do not count, and what could not be read.
//!
//! An edit makes an examination activate more often or less often; what that does to protection is
//! told by the policies that ask it, and whether they ask it under `not`.

use grammar::tree::{CountsAs, Scope, Span};

use super::{List, Told, Version, counted::Sources, findable::Shift, judge::Rule, sets::judged};
use crate::{
    model::{Model, outcome::What},
    scan::examination::Examination,
};

/// An examination in both versions.
#[derive(Clone, Copy)]
pub(super) struct Pair<'m> {
    pub(super) old: &'m Examination,
    pub(super) new: &'m Examination,
}

impl<'m> List<'m> {
    /// Every examination of the trees themselves.
    pub(super) fn add_examinations(&mut self) {
        let mut sources = Sources::new();
        let (before, after) = (self.old.model(), self.new.model());
        for old in before.examinations.iter().filter(|it| is_own(it)) {
            let Some(new) = after.examinations.iter().find(|it| it.name == old.name) else {
                continue;
            };
            self.examination(Pair { old, new }, &mut sources);
        }
        for ((subject, change, old, new), told) in sources {
            let told = judged(&told, "no policy asks an examination that counts it");
            self.add(&subject, change, told, (old, new));
        }
    }

    fn examination(&mut self, pair: Pair<'m>, sources: &mut Sources) {
        let Pair { old, new } = pair;
        let threshold = Shift::of_bound(old.activates_at, new.activates_at);
        if let Some(shift) = threshold {
            let change = format!("activates at {}, it was {}", new.activates_at, old.activates_at);
            let spans = self.spans(pair, |it| it.activates_at.as_ref().map(|it| it.span));
            self.shifted(pair, change, shift, spans);
        }
        self.scopes(pair);
        self.counts(pair, sources);
        self.gates(pair, sources);
        let gained: Vec<&String> = new.ignores.difference(&old.ignores).collect();
        let lost: Vec<&String> = old.ignores.difference(&new.ignores).collect();
        let spans = |list: &Self| list.spans(pair, |it| it.ignores.first().map(|it| it.span));
        for (words, values, shift) in
            [("also ignores", gained, Shift::Less), ("no longer ignores", lost, self.gain(pair))]
        {
            if !values.is_empty() {
                let shift = if is_plain(pair) { shift } else { Shift::Both };
                let values: Vec<String> = values.iter().map(|it| format!("\"{it}\"")).collect();
                let spans = spans(self);
                self.shifted(pair, format!("{words} {}", values.join(", ")), shift, spans);
            }
        }
        self.routes(pair);
    }

    /// What finding more in every line does to the score: a veto or a `less` that is found more stops
    /// more.
    pub(super) fn gain(&self, pair: Pair<'m>) -> Shift {
        if is_plain(pair) { Shift::More } else { Shift::Both }
    }

    /// What it does to the score that what is counted alone went this way.
    pub(super) fn counted(pair: Pair<'m>, shift: Shift) -> Shift {
        if is_plain(pair) { shift } else { shift.mostly() }
    }

    fn scopes(&mut self, pair: Pair<'m>) {
        let words = |scope: &Scope| match scope {
            Scope::AttachmentNames => "attachment names",
            Scope::AttachmentText => "attachment text",
            Scope::Body => "body",
            Scope::Headers => "headers",
            Scope::Subject => "subject",
        };
        let list = |one: &Examination, other: &Examination| {
            one.look_in.difference(&other.look_in).map(words).collect::<Vec<_>>().join(", ")
        };
        let (lost, gained) = (list(pair.old, pair.new), list(pair.new, pair.old));
        let gain = self.gain(pair);
        let lose = if gain == Shift::Both { Shift::Both } else { Shift::Less };
        for (verb, scopes, shift) in
            [("no longer looks in", lost, lose), ("also looks in", gained, gain)]
        {
            if !scopes.is_empty() {
                let spans = self.spans(pair, |it| it.look_in.first().map(|it| it.span));
                self.shifted(pair, format!("{verb} {scopes}"), shift, spans);
            }
        }
    }

    fn spans(
        &self,
        pair: Pair<'m>,
        of: impl Fn(&grammar::tree::Examination) -> Option<Span>,
    ) -> (Option<Span>, Option<Span>) {
        let find = |version: Version<'m>, name: &str| {
            let written = version.outline().examination(name)?;
            of(written).or(Some(written.name.span))
        };
        (find(self.old, &pair.old.name), find(self.new, &pair.new.name))
    }

    /// Adds an edit that makes an examination activate less or more.
    pub(super) fn shifted(
        &mut self,
        pair: Pair<'m>,
        change: String,
        shift: Shift,
        (old, new): (Option<Span>, Option<Span>),
    ) {
        let told = judged(&self.examined(&pair.old.name, shift), "no policy asks it");
        let named = self.spans(pair, |it| Some(it.name.span));
        let old = old.or(named.0).and_then(|it| self.old.place(it));
        let new = new.or(named.1).and_then(|it| self.new.place(it));
        self.add(&format!("examination {}", pair.new.name), change, told, (old, new));
    }

    /// What it does to each policy that an examination's score is more or less.
    pub(super) fn examined(&self, name: &str, shift: Shift) -> Vec<(String, Told)> {
        let model = self.old.model();
        let asks = |what: &What| asks(model, what, name);
        self.asked(asks, |list, rule, negated| Some(list.answers(rule, negated, shift)))
    }

    /// What it does to a policy that a condition of it is met less or more.
    pub(super) fn answers(&self, rule: Rule<'m>, negated: bool, shift: Shift) -> Told {
        let (less, more) = (self.less(rule), self.more(rule));
        match if negated { shift.reversed() } else { shift } {
            Shift::Less => less,
            Shift::More => more,
            Shift::Both => less.or(more).uncertain("it cannot be told whether it is met less often"),
            Shift::MostlyLess => less.or(more),
            Shift::MostlyMore if less.direction.is_lowering() => more.or(Told::may_lower(
                "of a message that is text and HTML the other one may count now, where a `veto` or `less` stands",
            )),
            Shift::MostlyMore => more,
        }
    }

    /// `unreadable`, `ambiguous`, `over limit`.
    fn routes(&mut self, pair: Pair<'m>) {
        let Pair { old, new } = pair;
        let model = self.old.model();
        let asks = |what: &What| asks(model, what, &old.name);
        for (word, was, is) in [
            ("unreadable", Some(old.unreadable), Some(new.unreadable)),
            ("ambiguous", Some(old.ambiguous), Some(new.ambiguous)),
            ("over limit", old.over_limit, new.over_limit),
        ] {
            if was == is {
                continue;
            }
            let told = self.asked(asks, |list, rule, negated| {
                (!negated).then(|| list.rerouted(rule, was, is))
            });
            let told = judged(&told, "no policy asks it");
            let spans = self.spans(pair, |it| {
                let line = match word {
                    "unreadable" => it.unreadable.as_ref(),
                    "ambiguous" => it.ambiguous.as_ref(),
                    _ => it.over_limit.as_ref(),
                };
                line.map(|it| it.span)
            });
            let places = (
                spans.0.and_then(|it| self.old.place(it)),
                spans.1.and_then(|it| self.new.place(it)),
            );
            let change = format!("`{}` is now `{}`", counts_as(word, was), counts_as(word, is));
            self.add(&format!("examination {}", new.name), change, told, places);
        }
    }

    /// What it does to a policy that a part which could not be read counts otherwise.
    pub(super) fn rerouted(
        &self,
        rule: Rule<'m>,
        was: Option<CountsAs>,
        is: Option<CountsAs>,
    ) -> Told {
        let lowers = || Told::lowers("what could not be read is no longer held against a message");
        match (was, is) {
            (Some(CountsAs::Activated), Some(CountsAs::Clear)) => self.less(rule),
            (Some(CountsAs::Clear), Some(CountsAs::Activated)) => self.more(rule),
            (None, Some(CountsAs::Clear)) => lowers(),
            (Some(CountsAs::Clear), None) => {
                Told::raises("`on error` decides what is too much to read")
            }
            (None, Some(CountsAs::Activated)) => self.instead_of_error(rule, true),
            (Some(CountsAs::Activated), None) => self.instead_of_error(rule, false),
            (None, None)
            | (Some(CountsAs::Activated), Some(CountsAs::Activated))
            | (Some(CountsAs::Clear), Some(CountsAs::Clear)) => Told::neutral("it is as before"),
        }
    }
}

/// `unreadable counts as clear`.
pub(super) fn counts_as(word: &str, is: Option<CountsAs>) -> String {
    match is {
        None => format!("no `{word}` line").replace('`', ""),
        Some(CountsAs::Activated) => format!("{word} counts as activated"),
        Some(CountsAs::Clear) => format!("{word} counts as clear"),
    }
}

/// Those of a library are the same in both versions.
fn is_own(examination: &Examination) -> bool {
    !examination.name.contains('.')
}

/// Nothing in it stops it or takes points off, so that what is found more can only add.
pub(super) fn is_plain(pair: Pair<'_>) -> bool {
    [pair.old, pair.new].iter().all(|it| it.vetoes.is_empty() && it.less.is_empty())
}

/// Whether a condition asks the examination of this name.
fn asks(model: &Model, what: &What, name: &str) -> bool {
    let asked = what.examination().and_then(|it| model.examinations.get(it));
    asked.is_some_and(|it| it.name == name)
}
