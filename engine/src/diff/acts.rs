//! What a policy, a request or a bypass does: outcome, effects, signs, and what is skipped.

use std::collections::BTreeSet;

use grammar::tree::{Banner, EffectKind, RequestSign};

use super::{
    List, Told,
    clauses::{Lines, Pair},
    judge::{Rule, skipped},
    place::Line,
    strength::{Says, done},
};
use crate::{
    model::{
        Model,
        clause::{Bypass, BypassAct, Request},
        outcome::{Also, Outcome},
    },
    normal::normalise,
    wording,
};

impl<'m> List<'m> {
    pub(super) fn acts(&self, lines: &mut Lines, pair: Pair<'m>) {
        match (pair.old, pair.new) {
            (Rule::Policy(before, old), Rule::Policy(after, new)) => {
                self.then(lines, pair, (before, &old.then), (after, &new.then));
                self.also(lines, pair, &old.also, &new.also);
                self.conditions(lines, pair, &old.when, &new.when);
            }
            (Rule::Request(before, old), Rule::Request(after, new)) => {
                self.then(lines, pair, (before, &old.then), (after, &new.then));
                self.also(lines, pair, &old.also, &new.also);
                self.signs(lines, pair, old, new);
            }
            (Rule::Bypass(before, old), Rule::Bypass(after, new)) => {
                self.bypasses(lines, pair, (before, old), (after, new));
            }
            (Rule::Bypass(..) | Rule::Policy(..) | Rule::Request(..), _) => {}
        }
    }

    fn then(&self, lines: &mut Lines, pair: Pair<'m>, old: Says<'m>, new: Says<'m>) {
        let words = |it: Says<'_>| it.1.words(&it.0.definitions);
        if words(old) == words(new) {
            return;
        }
        let (was, is) = (done(old), done(new));
        let (up, down) = (self.is_as_strong(new, old), self.is_as_strong(old, new));
        let told = match (up, down) {
            (true, true) => Told::neutral("it protects as much as before"),
            (true, false) => Told::raises(format!("messages were {was}, and are {is} now")),
            (false, true) => Told::lowers(format!("messages were {was}, and are only {is} now")),
            (false, false) if new.1.protection() < old.1.protection() => {
                Told::lowers(format!("messages were {was}, and are only {is} now"))
            }
            (false, false) => Told::may_lower(self.unlike(old, new)),
        };
        let told = match (told.direction.is_lowering(), pair.new) {
            (false, Rule::Policy(model, it)) if !it.is_content() => {
                self.ties((model, it), old.1).unwrap_or(told)
            }
            (_, Rule::Bypass(..) | Rule::Policy(..) | Rule::Request(..)) => told,
        };
        let change = format!("`then {}` is now `then {}`", words(old), words(new));
        self.line(lines, pair, Line::Then, change, told);
    }

    /// Why neither outcome is as strong as the other.
    fn unlike(&self, old: Says<'m>, new: Says<'m>) -> String {
        match (old.1, new.1) {
            (Outcome::Hold(_), Outcome::Hold(_)) => "others may release what is held".to_owned(),
            (Outcome::Secure(_), Outcome::Secure(_)) => {
                "the two definitions differ, and this one is laxer in some option".to_owned()
            }
            (Outcome::Secure(_), Outcome::Hold(_)) => {
                "what is released from the hold is no longer secured".to_owned()
            }
            (Outcome::VerifiedTls(_), Outcome::Secure(_)) => {
                "a bypass takes securing off, and mail of external senders is not secured"
                    .to_owned()
            }
            (Outcome::VerifiedTls(_), Outcome::VerifiedTls(_)) => {
                "what happens without verified TLS is weaker or another".to_owned()
            }
            _ => format!("{} is not in every case stronger than {}", done(new), done(old)),
        }
    }

    fn also(&self, lines: &mut Lines, pair: Pair<'m>, old: &[Also], new: &[Also]) {
        let has_banner = |all: &[Also]| all.iter().any(is_banner);
        let words = |all: &[Also]| all.iter().map(effect_words).collect::<BTreeSet<String>>();
        let (before, after) = (words(old), words(new));
        for (number, effect) in old.iter().enumerate() {
            if after.contains(&effect_words(effect)) || is_no_banner(effect) {
                continue;
            }
            let told = match &effect.0 {
                EffectKind::Banner(_) if has_banner(new) => {
                    Told::neutral("there is a banner still, with other words")
                }
                EffectKind::Banner(_) => Told::lowers("recipients no longer see a banner of it"),
                EffectKind::Notify(who) => Told::lowers(format!("{who} is no longer told")),
                EffectKind::CopyTo(who) => Told::lowers(format!("{who} no longer gets a copy")),
                EffectKind::AddHeader { .. } | EffectKind::TagSubject(_) => {
                    Told::may_lower("a mail system or a reader behind the gateway may go by it")
                }
            };
            let places =
                (self.old.line(pair.old, Line::Also(number)), self.new.line(pair.new, Line::Name));
            lines.add(pair, format!("`also {}` was taken out", effect_words(effect)), told, places);
        }
        for (number, effect) in new.iter().enumerate() {
            if before.contains(&effect_words(effect)) || is_no_banner(effect) {
                continue;
            }
            let told = match &effect.0 {
                EffectKind::CopyTo(who) => {
                    Told::may_lower(format!("{who} now gets the message as well"))
                }
                EffectKind::Banner(_) | EffectKind::Notify(_) => {
                    Told::raises("more people are told or warned")
                }
                EffectKind::AddHeader { .. } | EffectKind::TagSubject(_) => {
                    Told::neutral("what happens to messages stays")
                }
            };
            let places =
                (self.old.line(pair.old, Line::Name), self.new.line(pair.new, Line::Also(number)));
            lines.add(pair, format!("`also {}` was added", effect_words(effect)), told, places);
        }
    }

    fn signs(&self, lines: &mut Lines, pair: Pair<'m>, old: &Request, new: &Request) {
        let covers = |wide: &[RequestSign], narrow: &[RequestSign]| {
            narrow.iter().all(|it| wide.iter().any(|one| sign_covers(one, it)))
        };
        let moved = (!covers(&new.signs, &old.signs), !covers(&old.signs, &new.signs));
        if let Some(told) = self.moved(pair, moved) {
            let (was, is) = (wording::signs(&old.signs), wording::signs(&new.signs));
            self.line(lines, pair, Line::Signs, format!("`{was}` is now `{is}`"), told);
        }
        if old.strip_tag != new.strip_tag {
            let change = if new.strip_tag { "added" } else { "taken out" };
            let told = Told::neutral("only the subject that recipients see differs");
            self.line(lines, pair, Line::Signs, format!("`strip tag` was {change}"), told);
        }
    }

    fn bypasses(
        &self,
        lines: &mut Lines,
        pair: Pair<'m>,
        (before, old): (&'m Model, &'m Bypass),
        (after, new): (&'m Model, &'m Bypass),
    ) {
        match (&old.does, &new.does) {
            (BypassAct::Skips { .. }, BypassAct::Skips { .. }) => {
                let (had, has) = (self.skips(before, old), skips_of(after, new));
                let moved = (!had.is_subset(&has), !has.is_subset(&had));
                let Some(told) = self.moved(pair, moved) else { return };
                let (was, is) = (skipped(before, old), skipped(after, new));
                let change = format!("skips {is}; it skipped {was}");
                self.line(lines, pair, Line::Skips, change, told);
            }
            (one, other) if one == other => {}
            (_, _) => {
                let told = self.less(pair.old).or(self.more(pair.new));
                let change =
                    format!("messages were {}, and are {} now", pair.old.done(), pair.new.done());
                self.line(lines, pair, Line::Then, change, told);
            }
        }
    }

    /// What a bypass of the old version skips, by the names after the change.
    fn skips(&self, model: &Model, bypass: &Bypass) -> BTreeSet<(bool, String)> {
        let current = |it: (bool, String)| match self.renamed.get(&it.1) {
            Some(name) if !it.0 => (it.0, name.clone()),
            Some(_) | None => it,
        };
        skips_of(model, bypass).into_iter().map(current).collect()
    }
}

/// What is skipped: whether it is an examination, and its name.
fn skips_of(model: &Model, bypass: &Bypass) -> BTreeSet<(bool, String)> {
    let BypassAct::Skips { examinations, policies } = &bypass.does else { return BTreeSet::new() };
    let of = examinations.iter().filter_map(|it| model.examinations.get(*it));
    let also = policies.iter().filter_map(|it| model.policies.get(*it));
    let of = of.map(|it| (true, it.name.clone()));
    of.chain(also.map(|it| (false, it.clause.name.clone()))).collect()
}

/// Whether whatever shows the second sign shows the first.
fn sign_covers(wide: &RequestSign, narrow: &RequestSign) -> bool {
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    match (wide, narrow) {
        (RequestSign::SubjectContains(wide), RequestSign::SubjectContains(narrow)) => {
            normalise(&narrow.value).contains(&normalise(&wide.value))
        }
        (
            RequestSign::HeaderPresent { name },
            RequestSign::HeaderPresent { name: other } | RequestSign::HeaderIs { name: other, .. },
        ) => same(&name.value, &other.value),
        (
            RequestSign::HeaderIs { name, value },
            RequestSign::HeaderIs { name: other, value: wanted },
        ) => {
            same(&name.value, &other.value)
                && normalise(value.value.trim()) == normalise(wanted.value.trim())
        }
        (
            RequestSign::HeaderIs { .. }
            | RequestSign::HeaderPresent { .. }
            | RequestSign::SubjectContains(_),
            _,
        ) => false,
    }
}

fn is_banner(effect: &Also) -> bool {
    matches!(&effect.0, EffectKind::Banner(it) if *it != Banner::None)
}

fn is_no_banner(effect: &Also) -> bool {
    matches!(&effect.0, EffectKind::Banner(Banner::None))
}

fn effect_words(effect: &Also) -> String {
    match &effect.0 {
        EffectKind::AddHeader { name, value } => {
            format!("add header \"{}\" \"{}\"", name.value, value.value)
        }
        EffectKind::Banner(Banner::None) => "banner none".to_owned(),
        EffectKind::Banner(Banner::Text(text)) => format!("banner \"{text}\""),
        EffectKind::Banner(Banner::Html(text)) => format!("banner html \"{text}\""),
        EffectKind::CopyTo(who) => format!("copy to {who}"),
        EffectKind::Notify(who) => format!("notify {who}"),
        EffectKind::TagSubject(tag) => format!("tag subject \"{}\"", tag.value),
    }
}
