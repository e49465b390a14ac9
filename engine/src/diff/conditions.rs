//! The lines of `when`: whether they hold more often or less often than before.

use super::{
    List, Told,
    clauses::{Lines, Pair},
    place::Line,
};
use crate::model::{
    Model,
    outcome::{Condition, What},
};

impl<'m> List<'m> {
    pub(super) fn conditions(
        &self,
        lines: &mut Lines,
        pair: Pair<'m>,
        old: &'m [Condition],
        new: &'m [Condition],
    ) {
        let (before, after) = (pair.old.model(), pair.new.model());
        let same = |one: &Condition, other: &Condition| {
            one.negated == other.negated && is_same((before, one), (after, other))
        };
        let lost = old.iter().enumerate().filter(|it| !new.iter().any(|other| same(it.1, other)));
        let mut gained: Vec<(usize, &Condition)> = new
            .iter()
            .enumerate()
            .filter(|it| !old.iter().any(|other| same(other, it.1)))
            .collect();
        for (number, condition) in lost {
            let twin = gained.iter().position(|(_, it)| moves(condition, it).is_some());
            match twin.map(|at| gained.remove(at)) {
                Some((other, now)) => {
                    let (fewer, more) = moves(condition, now).unwrap_or((true, true));
                    let Some(told) = self.moved(pair, (fewer, more)) else { continue };
                    let places = (
                        self.old.line(pair.old, Line::When(number)),
                        self.new.line(pair.new, Line::When(other)),
                    );
                    let change = format!("`{}` is now `{}`", words(condition), words(now));
                    lines.add(pair, change, told, places);
                }
                None => {
                    let places = (
                        self.old.line(pair.old, Line::When(number)),
                        self.new.line(pair.new, Line::Name),
                    );
                    let change = format!("no longer asks whether `{}`", words(condition));
                    lines.add(pair, change, self.more(pair.new), places);
                }
            }
        }
        for (number, condition) in gained {
            let places =
                (self.old.line(pair.old, Line::Name), self.new.line(pair.new, Line::When(number)));
            let told = self.less(pair.old);
            let change = format!("also asks whether `{}`", words(condition));
            lines.add(pair, change, told, places);
        }
    }

    /// The worst of what it does, over the enabled policies of the old version that ask something,
    /// that the answer is yes more often.
    pub(super) fn asked(
        &self,
        asks: impl Fn(&What) -> bool,
        effect: impl Fn(&Self, super::judge::Rule<'m>, bool) -> Option<Told>,
    ) -> Vec<(String, Told)> {
        let mut told = Vec::new();
        for rule in super::judge::Rule::all(self.old).into_iter().filter(|it| !it.is_off()) {
            let super::judge::Rule::Policy(_, policy) = rule else { continue };
            for condition in policy.when.iter().filter(|it| asks(&it.what)) {
                let name = policy.clause.name.clone();
                told.extend(effect(self, rule, condition.negated).map(|it| (name, it)));
            }
        }
        told
    }
}

fn words(condition: &Condition) -> String {
    let not = if condition.negated { "not " } else { "" };
    format!("{not}{}", condition.words)
}

/// Whether two conditions ask the same; what has a name, by its name.
fn is_same((before, old): (&Model, &Condition), (after, new): (&Model, &Condition)) -> bool {
    match (&old.what, &new.what) {
        (What::Activates(one), What::Activates(other)) => {
            let name = |model: &Model, number: usize| {
                model.examinations.get(number).map(|it| it.name.clone())
            };
            name(before, *one) == name(after, *other)
        }
        (What::Fingerprint(_), What::Fingerprint(_)) => old.words == new.words,
        (one, other) => one == other,
    }
}

/// Whether a condition holds less often, and whether it holds more often, than another of its kind.
fn moves(old: &Condition, new: &Condition) -> Option<(bool, bool)> {
    if old.negated != new.negated {
        return None;
    }
    let (fewer, more) = match (&old.what, &new.what) {
        (What::AttachmentLarger(old), What::AttachmentLarger(new))
        | (What::MessageLarger(old), What::MessageLarger(new)) => (old < new, new < old),
        (What::RecipientsMoreThan(old), What::RecipientsMoreThan(new)) => (old < new, new < old),
        (What::AttachmentType(old), What::AttachmentType(new))
        | (What::AttachmentName(old), What::AttachmentName(new))
        | (What::LanguageIs(old), What::LanguageIs(new)) => {
            let within = |one: &[String], all: &[String]| one.iter().all(|it| all.contains(it));
            (!within(old, new), !within(new, old))
        }
        (
            What::Authentication { method, passes },
            What::Authentication { method: other, passes: now },
        ) => {
            let differs = method != other || passes != now;
            (differs, differs)
        }
        (
            What::Activates(_)
            | What::AttachmentLarger(_)
            | What::AttachmentName(_)
            | What::AttachmentType(_)
            | What::Authentication { .. }
            | What::Fingerprint(_)
            | What::LanguageIs(_)
            | What::MessageLarger(_)
            | What::RecipientsMoreThan(_)
            | What::SenderUsesTls,
            _,
        ) => return None,
    };
    Some(if old.negated { (more, fewer) } else { (fewer, more) })
}
