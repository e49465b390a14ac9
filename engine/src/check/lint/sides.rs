//! Who a line speaks of: lists that say a thing twice, take everything back, or mix what is specific.

use std::mem::discriminant;

use grammar::tree::{self, SelectorKind};

use super::super::{
    Checker,
    memory::Task,
    names::NameKind,
    people::{SELECTABLE, selector_of},
};
use crate::{
    code,
    conflict::{meet, selector_covers},
    model::{
        Model,
        selector::{Selector, Side},
        set::SetId,
    },
};

impl Checker<'_> {
    pub(super) fn lint_sides(&self, model: &Model) {
        for it in &self.items.policies {
            self.once(Task::Sides, it.name.span, || {
                self.lint_ends(model, it.from.as_ref(), it.to.as_ref(), it.when.is_empty());
                let between = it.between.iter().flat_map(|it| [&it.0, &it.1]);
                between.for_each(|it| self.lint_side(model, it));
            });
        }
        for it in &self.items.requests {
            let lints = || self.lint_ends(model, it.from.as_ref(), it.to.as_ref(), false);
            self.once(Task::Sides, it.name.span, lints);
        }
        for it in &self.items.bypasses {
            let lints =
                || self.lint_ends(model, it.from.as_ref(), it.to.as_ref(), it.then.is_some());
            self.once(Task::Sides, it.name.span, lints);
        }
    }

    /// Whom a clause is from and to; only where it competes with others does a mixed list have a rank.
    fn lint_ends(
        &self,
        model: &Model,
        from: Option<&tree::Side>,
        to: Option<&tree::Side>,
        is_ranked: bool,
    ) {
        for side in from.into_iter().chain(to) {
            self.lint_side(model, side);
            if is_ranked {
                self.lint_mixed(model, side);
            }
        }
        let selectors = to.into_iter().flat_map(|it| &it.any_of);
        for selector in selectors.filter(|it| it.kind == SelectorKind::NullSender) {
            let message = "no message has the recipient `nobody`";
            self.note_at(code::RECIPIENT_NULL, selector.span, message);
        }
    }

    fn lint_side(&self, model: &Model, side: &tree::Side) {
        let meant = self.quiet_all(&side.any_of);
        let excepted = self.quiet_all(&side.except);
        let complete = meant.len() == side.any_of.len() && excepted.len() == side.except.len();
        if !complete {
            return;
        }
        let covered = |one: &Selector| excepted.iter().any(|it| selector_covers(model, &it.1, one));
        if !excepted.is_empty() && meant.iter().all(|it| covered(&it.1)) {
            let message = "the exceptions take everybody away again";
            return self.note_at(code::SIDE_NOBODY, side.span, message);
        }
        self.lint_covered(model, &meant);
        let all =
            Side { any_of: meant.iter().map(|it| it.1.clone()).collect(), except: Vec::new() };
        for (written, selector) in &excepted {
            let one = Side { any_of: vec![selector.clone()], except: Vec::new() };
            if !meet(model, &all, &one) {
                let message = "nobody before `except` is meant by this exception";
                self.note_at(code::EXCEPT_IDLE, written.span, message);
            }
        }
    }

    fn lint_covered(&self, model: &Model, meant: &[(&tree::Selector, Selector)]) {
        for (at, (written, selector)) in meant.iter().enumerate() {
            let cover = meant.iter().enumerate().find(|(other, it)| {
                let later_double = it.1 == *selector && *other < at;
                let wider = it.1 != *selector && selector_covers(model, &it.1, selector);
                later_double || wider
            });
            if let Some((_, (wide, _))) = cover {
                let message = "this entry adds nobody to the list";
                self.report(self.note_both(
                    code::SELECTOR_COVERED,
                    (written.span, ""),
                    (wide.span, "this one names them, too"),
                    message,
                ));
            }
        }
    }

    fn lint_mixed(&self, model: &Model, side: &tree::Side) {
        let meant = self.quiet_all(&side.any_of);
        let ranked: Vec<_> = meant
            .iter()
            .map(|(written, selector)| {
                let alone = Side { any_of: vec![selector.clone()], except: Vec::new() };
                (alone.rank(&model.sets), *written)
            })
            .collect();
        let least = ranked.iter().min_by_key(|it| it.0);
        let most = ranked.iter().max_by_key(|it| it.0);
        let Some(((least, wide), (most, narrow))) = least.zip(most) else { return };
        let covered = |one: &Selector| {
            meant.iter().any(|it| it.1 != *one && selector_covers(model, &it.1, one))
        };
        if discriminant(least) == discriminant(most) || meant.iter().any(|it| covered(&it.1)) {
            return;
        }
        self.report(self.note_both(
            code::MIXED_SPECIFICITY,
            (narrow.span, "this is more specific"),
            (wide.span, "the list counts as this"),
            "this list counts by its least specific entry",
        ));
    }

    fn quiet_all<'w>(&self, written: &'w [tree::Selector]) -> Vec<(&'w tree::Selector, Selector)> {
        written.iter().filter_map(|it| Some((it, self.quiet(&it.kind)?))).collect()
    }

    /// What a selector means; nothing where that was an error, which was reported elsewhere.
    fn quiet(&self, kind: &SelectorKind) -> Option<Selector> {
        Some(match kind {
            SelectorKind::Everyone => Selector::Everyone,
            SelectorKind::Internal => Selector::Internal,
            SelectorKind::External => Selector::External,
            SelectorKind::NullSender => Selector::Null,
            SelectorKind::Domain(pattern) => Selector::Domain(pattern.clone()),
            SelectorKind::Address(address) => Selector::Address(address.clone()),
            SelectorKind::Named { name, .. } => {
                let entry = self.names.find(name, &SELECTABLE).ok()?;
                selector_of(entry.kind, SetId(entry.id))?
            }
            SelectorKind::Attribute { attribute, relation, value } => Selector::Attribute {
                attribute: SetId(self.names.find(attribute, &[NameKind::Attribute]).ok()?.id),
                at_least: Selector::is_at_least(*relation),
                value: value.value.clone(),
            },
        })
    }
}
