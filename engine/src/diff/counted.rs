//! What examinations count, require and are stopped by, and the dictionaries and patterns behind it.

use std::collections::BTreeMap;

use grammar::tree::{Cap, Findable as Written, Span};

use super::{
    List, Place, Told, Version,
    content::Pair,
    findable::{Change, Shift, changes},
};
use crate::scan::examination::{Count, Examination, Findable};

/// What is looked for in one line, and its name.
struct Looked<'m> {
    key: String,
    what: &'m Findable,
    span: Option<Span>,
}

/// Dictionaries and patterns with each change of them, and the examinations that it concerns.
pub(super) type Sources = BTreeMap<Source, Vec<(String, Told)>>;

/// A dictionary, a pattern, and one change of it.
type Source = (String, String, Option<Place>, Option<Place>);

/// A line that is not counted.
#[derive(Clone, Copy)]
enum Gate {
    Less,
    Require,
    Veto,
}

impl Gate {
    fn word(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::Require => "require",
            Self::Veto => "veto",
        }
    }
}

impl<'m> List<'m> {
    /// `count`.
    pub(super) fn counts(&mut self, pair: Pair<'m>, sources: &mut Sources) {
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
        let gain = Self::counted(pair, Shift::More);
        for (before, was) in old {
            let Some(at) = new.iter().position(|it| it.1.key == was.key) else {
                let spans = (was.span, None);
                let lose = Self::counted(pair, Shift::Less);
                self.shifted(pair, format!("no longer counts {}", was.key), lose, spans);
                continue;
            };
            let (after, is) = new.remove(at);
            self.bounds(pair, (before, &was), (after, &is));
            let role = |shift| Self::counted(pair, shift);
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
        let doubted = |shift| Self::counted(pair, shift);
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
    pub(super) fn gates(&mut self, pair: Pair<'m>, sources: &mut Sources) {
        for gate in [Gate::Require, Gate::Veto, Gate::Less] {
            let word = gate.word();
            let old = self.looked(self.old, pair.old, gate);
            let mut new = self.looked(self.new, pair.new, gate);
            for (number, was) in old.iter().enumerate() {
                let Some(at) = new.iter().position(|it| it.1.key == was.1.key) else {
                    let change = format!("`{word}` {} was taken out", was.1.key);
                    self.shifted(pair, change, Shift::More, (was.1.span, None));
                    continue;
                };
                let (other, is) = new.remove(at);
                let role = |shift: Shift| match gate {
                    Gate::Require => shift,
                    Gate::Less | Gate::Veto => shift.reversed(),
                };
                self.sources(pair, (&was.1, &is), role, sources);
                match gate {
                    Gate::Less => self.points(pair, (number, other), (&was.1, &is)),
                    Gate::Require | Gate::Veto => {}
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
        examination: &'m Examination,
        gate: Gate,
    ) -> Vec<(usize, Looked<'m>)> {
        let written = version.outline().examination(&examination.name);
        let lines: Vec<&Written> = match gate {
            Gate::Require => written.iter().flat_map(|it| &it.requires).collect(),
            Gate::Veto => written.iter().flat_map(|it| &it.vetoes).collect(),
            Gate::Less => written.iter().flat_map(|it| &it.less).map(|it| &it.1).collect(),
        };
        let found: Vec<&Findable> = match gate {
            Gate::Require => examination.requires.iter().collect(),
            Gate::Veto => examination.vetoes.iter().collect(),
            Gate::Less => examination.less.iter().map(|it| &it.1).collect(),
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
        sources: &mut Sources,
    ) {
        for change in changes(was.what, is.what) {
            let kind = if is.what.patterns.is_empty() { "terms" } else { "pattern" };
            let name = is.key.trim_matches('`');
            let old =
                found_at(self.old, name, &change).or(was.span.and_then(|it| self.old.place(it)));
            let new =
                found_at(self.new, name, &change).or(is.span.and_then(|it| self.new.place(it)));
            let key = (format!("{kind} {name}"), change.words, old, new);
            let told = sources.entry(key).or_default();
            told.extend(self.examined(&pair.old.name, role(change.shift)));
        }
    }
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
