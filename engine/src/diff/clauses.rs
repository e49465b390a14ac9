//! The lines that policies, requests and bypasses share.

use grammar::{literal::Network, tree::Compare};

use super::{
    Edit, List, Told,
    judge::Rule,
    people::{networks_cover, side_covers},
    place::Line,
    sets::Key,
};
use crate::{
    model::clause::{Direction as Course, Validity},
    wording,
};

/// What differs between two versions of a rule.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) edits: Vec<Edit>,
    /// Sets that make the difference, with whom it concerns.
    pub(super) uses: Vec<(Key, Told)>,
}

/// A rule in both versions.
#[derive(Clone, Copy)]
pub(super) struct Pair<'m> {
    pub(super) old: Rule<'m>,
    pub(super) new: Rule<'m>,
}

impl<'m> List<'m> {
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
            let change =
                "is of another kind: what decides by content adds up, what does not competes";
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
        let change = format!("`{}` is now `{}`", wording::validity(*old), wording::validity(*new));
        self.line(lines, pair, Line::Validity, change, told);
    }

    fn source(&self, lines: &mut Lines, pair: Pair<'m>) {
        let (old, new) = (&pair.old.clause().source, &pair.new.clause().source);
        let covers =
            |wide: &Option<Vec<Network>>, narrow: &Option<Vec<Network>>| match (wide, narrow) {
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
        let keys: Vec<Key> = sides.flat_map(|it| self.sets.of_side(pair.old.model(), it)).collect();
        if was == is && !keys.is_empty() {
            lines.uses.extend(keys.into_iter().map(|it| (it, told.clone())));
            return;
        }
        let domains = |it: Rule<'m>| &it.model().organisation.domains;
        if was == is && domains(pair.old) != domains(pair.new) {
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
        let (was, is) = if is_from { (&before.from, &after.from) } else { (&before.to, &after.to) };
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
        // Whom `internal` and `external` mean is told once, of the organisation.
        let domains = (&old.0.organisation.domains, &new.0.organisation.domains);
        if was == is && domains.0 != domains.1 {
            return;
        }
        let word = if is_from { "from" } else { "to" };
        let change = format!("`{word} {was}` is now `{word} {is}`");
        self.line(lines, pair, line, change, told);
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
