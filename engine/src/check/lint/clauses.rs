//! Policies and requests: the same ones, directions without effect, tags, who is told.

use std::collections::BTreeMap;

use grammar::{
    diagnostic::Diagnostic,
    literal::Address,
    tree::{Effect, EffectKind, Internal, Name, OutcomeKind, RequestSign, Text},
};

use super::{
    super::{Checker, memory::Task, names::NameKind},
    doubles,
};
use crate::{
    code,
    conflict::meets,
    model::{
        Model,
        clause::{Direction, Policy},
        outcome::Outcome,
        selector::Selector,
    },
    normal,
    program::list_hash,
};

/// Characters of the shortest tag that nobody types by chance.
const TAG_CHARS_MIN: usize = 4;

impl Checker<'_> {
    pub(super) fn lint_clauses(&self, model: &Model) {
        self.lint_equal_policies(model);
        for policy in &model.policies {
            self.lint_direction(model, policy);
        }
        let items = &self.items;
        let policies = items.policies.iter().map(|it| &it.also);
        for also in policies.chain(items.requests.iter().map(|it| &it.also)) {
            self.lint_effects(model, also);
        }
        self.lint_tags();
        self.lint_requests(model);
        self.refuse_empty_releasers(model);
        for organisation in &items.organisations {
            if let Some(postmaster) = &organisation.postmaster
                && !model.is_internal(&postmaster.value)
            {
                let message = format!("the postmaster `{}` is not internal", postmaster.value);
                self.note_at(code::POSTMASTER_EXTERNAL, postmaster.span, message);
            }
        }
    }

    fn lint_equal_policies(&self, model: &Model) {
        // Two that name what is not there may differ in it.
        if self.has_reported(code::NAME_UNKNOWN) {
            return;
        }
        // Those that speak of the same people are few; only they are compared in full.
        let mut of_people: BTreeMap<_, Vec<&Policy>> = BTreeMap::new();
        for policy in &model.policies {
            let people = policy.clause.directions.first();
            let people = people.map(|Direction { from, to, .. }| {
                [&from.any_of, &from.except, &to.any_of, &to.except].map(|it| list_hash(it))
            });
            of_people.entry((people, &policy.then)).or_default().push(policy);
        }
        let key = |it: &&&Policy| {
            let clause = &it.clause;
            let when: Vec<_> = it.when.iter().map(|it| (it.negated, &it.what)).collect();
            let what = (when, &it.then, &it.also, clause.overrides_all, &clause.overrides);
            let who = (&clause.directions, clause.compare, &clause.source, clause.validity);
            Some(format!("{what:?} {who:?}"))
        };
        for policies in of_people.values().filter(|it| it.len() > 1) {
            for (first, _, policy) in doubles(policies.iter(), key) {
                let Some(before) = policies.get(first) else { continue };
                let (one, other) = (&before.clause, &policy.clause);
                let finding = self.note_both(
                    code::POLICIES_EQUAL,
                    (other.span, ""),
                    (one.span, "the other one"),
                    format!("`{}` does what `{}` does", other.name, one.name),
                );
                self.report(match self.without_item(other.span) {
                    Some(fix) => finding.fix(fix),
                    None => finding,
                });
            }
        }
    }

    /// Securing acts on what leaves: from inside, to outside.
    fn lint_direction(&self, model: &Model, policy: &Policy) {
        let Outcome::Secure(number) = policy.then else { return };
        let clause = &policy.clause;
        let (leaves, arrives) = self.once(Task::Leaving, clause.span, || {
            let all = || clause.directions.iter();
            let leaves = all().any(|it| meets(model, &it.from, &Selector::Internal));
            (leaves, all().any(|it| meets(model, &it.to, &Selector::External)))
        });
        let inbox = model.definitions.get(number).is_some_and(|it| it.internal == Internal::Inbox);
        let name = &clause.name;
        let message = if !leaves {
            format!("`{name}` secures what comes from outside, which has no effect")
        } else if inbox && !arrives {
            format!("`{name}` secures for internal recipients, who get the plain inbox")
        } else {
            return;
        };
        self.note_at(code::SECURE_IDLE, clause.span, message);
    }

    fn lint_effects(&self, model: &Model, also: &[Effect]) {
        for (first, _, effect) in doubles(also.iter(), |it| Some(format!("{:?}", bare(&it.kind)))) {
            let Some(before) = also.get(first) else { continue };
            self.report(self.note_both(
                code::EFFECT_TWICE,
                (effect.span, "again here"),
                (before.span, "first here"),
                "this effect stands twice",
            ));
        }
        for effect in also {
            let told: Option<&Address> = match &effect.kind {
                EffectKind::CopyTo(address) | EffectKind::Notify(address) => Some(address),
                EffectKind::AddHeader { .. }
                | EffectKind::Banner(_)
                | EffectKind::TagSubject(_) => None,
            };
            if let Some(address) = told.filter(|it| !model.is_internal(it)) {
                let message = format!("`{address}` is not internal");
                self.note_at(code::TOLD_EXTERNAL, effect.span, message);
            }
        }
    }

    fn lint_tags(&self) {
        let mut tags: Vec<(&Name, &Text, String)> = Vec::new();
        for request in &self.items.requests {
            for sign in &request.signs {
                if let RequestSign::SubjectContains(text) = sign {
                    tags.push((&request.name, text, normal::normalise(&text.value)));
                }
            }
        }
        tags.retain(|it| !it.2.trim().is_empty());
        for (_, text, tag) in &tags {
            let plain = tag.trim().chars().all(char::is_alphanumeric);
            if plain || tag.trim().chars().count() < TAG_CHARS_MIN {
                let message = format!("\"{}\" stands in subjects by chance", text.value);
                self.note_at(code::TAG_WEAK, text.span, message);
            }
        }
        for (name, text, tag) in &tags {
            let inside = tags.iter().find(|it| it.0.span != name.span && tag.contains(&it.2));
            if let Some((other, part, _)) = inside {
                self.report(self.note_both(
                    code::TAGS_OVERLAP,
                    (text.span, ""),
                    (part.span, "this is a part of it"),
                    format!("whoever asks for `{}` asks for `{}`, too", name.value, other.value),
                ));
            }
        }
    }

    fn lint_requests(&self, model: &Model) {
        for request in &model.requests {
            let clause = &request.clause;
            if clause.directions.iter().any(|it| meets(model, &it.from, &Selector::External)) {
                let message = format!("anybody outside can ask for `{}`", clause.name);
                self.note_at(code::REQUEST_EXTERNAL, clause.span, message);
            }
        }
    }

    /// `hold for` a set without members.
    fn refuse_empty_releasers(&self, model: &Model) {
        let items = &self.items;
        let then = items.policies.iter().filter_map(|it| it.then.as_ref());
        let then = then.chain(items.requests.iter().filter_map(|it| it.then.as_ref()));
        for outcome in then.chain(items.defaults.iter().copied()) {
            let OutcomeKind::Hold { releasers: Some(reference) } = &outcome.kind else { continue };
            let Ok(entry) = self.names.find(reference, &[NameKind::Addresses]) else { continue };
            let set = model.sets.addresses.get(entry.id);
            if set.is_some_and(|it| it.members.is_empty()) {
                let message = format!("nobody is in `{}` to release this", entry.name.value);
                let finding = Diagnostic::new(code::HOLD_NOBODY, message).primary(outcome.span, "");
                self.report(finding.secondary(entry.name.span, "this set is empty"));
            }
        }
    }
}

/// An effect without the places in it.
fn bare(kind: &EffectKind) -> (u8, String, String) {
    match kind {
        EffectKind::Notify(address) => (0, address.to_string(), String::new()),
        EffectKind::Banner(banner) => (1, format!("{banner:?}"), String::new()),
        EffectKind::AddHeader { name, value } => {
            (2, name.value.to_lowercase(), value.value.clone())
        }
        EffectKind::CopyTo(address) => (3, address.to_string(), String::new()),
        EffectKind::TagSubject(text) => (4, text.value.clone(), String::new()),
    }
}
