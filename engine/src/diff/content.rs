//! Examinations and the dictionaries and patterns that they count.
//!
//! An edit makes an examination activate more often or less often; what that does to protection is
//! told by the policies that ask it, and whether they ask it under `not`.

use std::collections::BTreeMap;

use grammar::tree::{Cap, CountsAs, Findable as Written, Scope, Span};

use super::{
    List, Place, Told, Version,
    findable::{Change, Shift, changes},
    judge::Rule,
    sets::judged,
};
use crate::{
    model::outcome::What,
    scan::examination::{Count, Examination, Findable},
};

/// An examination in both versions.
#[derive(Clone, Copy)]
struct Pair<'m> {
    old: &'m Examination,
    new: &'m Examination,
}

/// What is looked for in one line, and its name.
struct Looked<'m> {
    key: String,
    what: &'m Findable,
    span: Option<Span>,
}

/// A dictionary, a pattern, and one change of it.
type Source = (String, String, Option<Place>, Option<Place>);

impl<'m> List<'m> {
    /// Every examination of the trees themselves.
    pub(super) fn add_examinations(&mut self) {
        let mut sources: BTreeMap<Source, Vec<(String, Told)>> = BTreeMap::new();
        let (before, after) = (self.old.model(), self.new.model());
        for old in before.examinations.iter().filter(|it| is_own(it)) {
            let Some(new) = after.examinations.iter().find(|it| it.name == old.name) else {
                continue;
            };
            self.examination(Pair { old, new }, &mut sources);
        }
        for ((subject, change, old, new), told) in sources {
            let told = judged(told, "no policy asks an examination that counts it");
            self.add(&subject, change, told, (old, new));
        }
    }

    fn examination(
        &mut self,
        pair: Pair<'m>,
        sources: &mut BTreeMap<Source, Vec<(String, Told)>>,
    ) {
        let Pair { old, new } = pair;
        let threshold = Shift::of_bound(old.activates_at, new.activates_at);
        if let Some(shift) = threshold {
            let change =
                format!("activates at {}, it was {}", new.activates_at, old.activates_at);
            let spans = self.spans(pair, |it| it.activates_at.as_ref().map(|it| it.span));
            self.shifted(pair, change, shift, spans);
        }
        self.scopes(pair);
        self.counts(pair, sources);
        self.tests(pair, sources);
        let gained: Vec<&String> = new.ignores.difference(&old.ignores).collect();
        let lost: Vec<&String> = old.ignores.difference(&new.ignores).collect();
        let spans = |list: &Self| list.spans(pair, |it| it.ignores.first().map(|it| it.span));
        for (words, values, shift) in [
            ("also ignores", gained, Shift::Less),
            ("no longer ignores", lost, self.gain(pair)),
        ] {
            if !values.is_empty() {
                let shift = if is_plain(pair) { shift } else { Shift::Both };
                let values: Vec<String> = values.iter().map(|it| format!("\"{it}\"")).collect();
                let spans = spans(self);
                self.shifted(pair, format!("{words} {}", values.join(", ")), shift, spans);
            }
        }
        self.routes(pair);
    }

    /// What finding more does to the score: a veto or a `less` that is found more stops more.
    fn gain(&self, pair: Pair<'m>) -> Shift {
        if is_plain(pair) { Shift::More } else { Shift::Both }
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

    fn counts(&mut self, pair: Pair<'m>, sources: &mut BTreeMap<Source, Vec<(String, Told)>>) {
        let of = |version: Version<'m>, it: &'m Examination| {
            let written = version.outline().examination(&it.name);
            let lines = written.map(|it| it.counts.as_slice()).unwrap_or_default();
            let looked = |(number, count): (usize, &'m Count)| {
                let line = lines.get(number);
                let key = line.map_or_else(|| count.what.words(), |it| reference(&it.what));
                (count, Looked { key, what: &count.what, span: line.map(|it| it.span) })
            };
            it.counts.iter().enumerate().map(looked).collect::<Vec<_>>()
        };
        let old = of(self.old, pair.old);
        let mut new = of(self.new, pair.new);
        let gain = self.gain(pair);
        for (before, was) in old {
            let Some(at) = new.iter().position(|it| it.1.key == was.key) else {
                let spans = (was.span, None);
                let lose = if gain == Shift::Both { gain } else { Shift::Less };
                self.shifted(pair, format!("no longer counts {}", was.key), lose, spans);
                continue;
            };
            let (after, is) = new.remove(at);
            self.bounds(pair, (before, &was), (after, &is));
            let role = |shift| if gain == Shift::Both { gain } else { shift };
            self.sources(pair, (&was, &is), role, sources);
        }
        for (_, is) in new {
            self.shifted(pair, format!("also counts {}", is.key), gain, (None, is.span));
        }
    }

    /// `distinct` and `up to`.
    fn bounds(
        &mut self,
        pair: Pair<'m>,
        (before, was): (&Count, &Looked<'m>),
        (after, is): (&Count, &Looked<'m>),
    ) {
        let spans = (was.span, is.span);
        let doubted = |shift| if is_plain(pair) { shift } else { Shift::Both };
        if let Some(shift) = Shift::of_bound(before.distinct, after.distinct) {
            let how = if after.distinct { "once for each value" } else { "every time" };
            self.shifted(pair, format!("counts {} {how}", is.key), doubted(shift), spans);
        }
        let shift = match (before.cap, after.cap) {
            (None, None) => None,
            (None, Some(_)) => Some(Shift::Less),
            (Some(_), None) => Some(Shift::More),
            (Some(Cap::Times(old)), Some(Cap::Times(new)))
            | (Some(Cap::Points(old)), Some(Cap::Points(new))) => Shift::of_bound(new, old),
            (Some(Cap::Times(_)), Some(Cap::Points(_)))
            | (Some(Cap::Points(_)), Some(Cap::Times(_))) => Some(Shift::Both),
        };
        if let Some(shift) = shift {
            let words = |cap: Option<Cap>| match cap {
                None => "without a limit".to_owned(),
                Some(Cap::Times(times)) => format!("up to {times} times"),
                Some(Cap::Points(points)) => format!("up to {points} points"),
            };
            let (old, new) = (words(before.cap), words(after.cap));
            let change = format!("counts {} {new}, it was {old}", is.key);
            self.shifted(pair, change, doubted(shift), spans);
        }
    }

    /// `require`, `veto` and `less`.
    fn tests(&mut self, pair: Pair<'m>, sources: &mut BTreeMap<Source, Vec<(String, Told)>>) {
        let requires = |it: &'m Examination| it.requires.iter().collect::<Vec<_>>();
        let vetoes = |it: &'m Examination| it.vetoes.iter().collect::<Vec<_>>();
        let less = |it: &'m Examination| it.less.iter().map(|it| &it.1).collect::<Vec<_>>();
        for (word, what, stops) in [
            ("require", &requires as &dyn Fn(&'m Examination) -> Vec<&'m Findable>, false),
            ("veto", &vetoes, true),
            ("less", &less, true),
        ] {
            let old = self.looked(self.old, pair.old, word, what(pair.old));
            let mut new = self.looked(self.new, pair.new, word, what(pair.new));
            for (number, was) in old.iter().enumerate() {
                let Some(at) = new.iter().position(|it| it.1.key == was.1.key) else {
                    let change = format!("`{word}` {} was taken out", was.1.key);
                    self.shifted(pair, change, Shift::More, (was.1.span, None));
                    continue;
                };
                let (other, is) = new.remove(at);
                let role = |shift: Shift| if stops { shift.reversed() } else { shift };
                self.sources(pair, (&was.1, &is), role, sources);
                if word == "less" {
                    self.points(pair, (number, other), (&was.1, &is));
                }
            }
            for (_, is) in new {
                let change = format!("`{word}` {} was added", is.key);
                self.shifted(pair, change, Shift::Less, (None, is.span));
            }
        }
    }

    /// `less N for …`.
    fn points(
        &mut self,
        pair: Pair<'m>,
        (before, after): (usize, usize),
        (was, is): (&Looked<'m>, &Looked<'m>),
    ) {
        let old = pair.old.less.get(before).map_or(0, |it| it.0);
        let new = pair.new.less.get(after).map_or(0, |it| it.0);
        if let Some(shift) = Shift::of_bound(old, new) {
            let change = format!("{} takes off {new} points, it was {old}", is.key);
            self.shifted(pair, change, shift, (was.span, is.span));
        }
    }

    fn looked(
        &self,
        version: Version<'m>,
        examination: &Examination,
        word: &str,
        found: Vec<&'m Findable>,
    ) -> Vec<(usize, Looked<'m>)> {
        let written = version.outline().examination(&examination.name);
        let lines: Vec<&Written> = match (written, word) {
            (None, _) => Vec::new(),
            (Some(it), "require") => it.requires.iter().collect(),
            (Some(it), "veto") => it.vetoes.iter().collect(),
            (Some(it), _) => it.less.iter().map(|it| &it.1).collect(),
        };
        let looked = |(number, what): (usize, &'m Findable)| {
            let line = lines.get(number);
            let key = line.map_or_else(|| what.words(), |it| reference(it));
            (number, Looked { key, what, span: line.map(|it| span(it)) })
        };
        found.into_iter().enumerate().map(looked).collect()
    }

    /// What a dictionary or a pattern that both versions name finds.
    fn sources(
        &self,
        pair: Pair<'m>,
        (was, is): (&Looked<'m>, &Looked<'m>),
        role: impl Fn(Shift) -> Shift,
        sources: &mut BTreeMap<Source, Vec<(String, Told)>>,
    ) {
        for change in changes(was.what, is.what) {
            let kind = if is.what.patterns.is_empty() { "terms" } else { "pattern" };
            let name = is.key.trim_matches('`');
            let old = found_at(self.old, name, &change).or(was.span.and_then(|it| self.old.place(it)));
            let new = found_at(self.new, name, &change).or(is.span.and_then(|it| self.new.place(it)));
            let key = (format!("{kind} {name}"), change.words, old, new);
            let told = sources.entry(key).or_default();
            told.extend(self.examined(&pair.old.name, role(change.shift)));
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
    fn shifted(
        &mut self,
        pair: Pair<'m>,
        change: String,
        shift: Shift,
        (old, new): (Option<Span>, Option<Span>),
    ) {
        let told = judged(self.examined(&pair.old.name, shift), "no policy asks it");
        let named = self.spans(pair, |it| Some(it.name.span));
        let old = old.or(named.0).and_then(|it| self.old.place(it));
        let new = new.or(named.1).and_then(|it| self.new.place(it));
        self.add(&format!("examination {}", pair.new.name), change, told, (old, new));
    }

    /// What it does to each policy that an examination's score is more or less.
    fn examined(&self, name: &str, shift: Shift) -> Vec<(String, Told)> {
        let model = self.old.model();
        let asks = |what: &What| matches!(what, What::Activates(number) if model.examinations.get(*number).is_some_and(|it| it.name == name));
        self.asked(asks, |list, rule, negated| Some(list.answers(rule, negated, shift)))
    }

    /// What it does to a policy that a condition of it is met less or more.
    pub(super) fn answers(&self, rule: Rule<'m>, negated: bool, shift: Shift) -> Told {
        match if negated { shift.reversed() } else { shift } {
            Shift::Less => self.less(rule),
            Shift::More => self.more(rule),
            Shift::Both => self.less(rule).or(self.more(rule)),
        }
    }

    /// `unreadable`, `ambiguous`, `over limit`.
    fn routes(&mut self, pair: Pair<'m>) {
        let Pair { old, new } = pair;
        let model = self.old.model();
        let asks = |what: &What| matches!(what, What::Activates(number) if model.examinations.get(*number).is_some_and(|it| it.name == old.name));
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
            let told = judged(told, "no policy asks it");
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
            (Some(CountsAs::Clear), None) => Told::raises("`on error` decides what is too much to read"),
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
fn is_plain(pair: Pair<'_>) -> bool {
    [pair.old, pair.new].iter().all(|it| it.vetoes.is_empty() && it.less.is_empty())
}

/// What a line names, as it is written.
fn reference(what: &Written) -> String {
    match what {
        Written::Text(text) => format!("\"{}\"", text.value),
        Written::Named(reference) => match &reference.qualifier {
            None => format!("`{}`", reference.name.value),
            Some(of) => format!("`{}.{}`", of.value, reference.name.value),
        },
    }
}

fn span(what: &Written) -> Span {
    match what {
        Written::Text(text) => text.span,
        Written::Named(reference) => reference.name.span,
    }
}

/// Where a dictionary has a term, or a pattern stands.
fn found_at(version: Version<'_>, name: &str, change: &Change) -> Option<Place> {
    let name = name.rsplit('.').next().unwrap_or(name);
    let outline = version.outline();
    let terms = outline.all_terms().find(|it| it.name.value == name);
    let term = terms.map(|it| {
        let entry = it.entries.iter().find(|it| Some(&it.text.value) == change.term.as_ref());
        entry.map_or(it.name.span, |it| it.text.span)
    });
    let pattern = outline.own_patterns().find(|it| it.name.value == name).map(|it| it.name.span);
    term.or(pattern).and_then(|it| version.place(it))
}
