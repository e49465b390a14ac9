//! Bypasses that give no reason, are too wide, or have nothing to bypass.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    tree::Compare,
};

use super::super::{Checker, memory::Task, names::NameKind};
use crate::{
    code,
    conflict::meet,
    model::{
        Model,
        clause::{Bypass, BypassAct, Clause},
        outcome::Outcome,
        selector::{Selector, Side},
    },
};

impl Checker<'_> {
    pub(super) fn lint_bypasses(&self, model: &Model) {
        for written in self.items.bypasses.iter().filter(|it| it.why.is_none()) {
            let message = format!("the bypass `{}` gives no reason", written.name.value);
            let finding = Diagnostic::new(code::BYPASS_WHY, message).primary(written.name.span, "");
            self.report(finding.fix(Fix::advice("add the line `why \"…\"`")));
        }
        for written in &self.items.bypasses {
            if let Some(compare) =
                written.compare.as_ref().filter(|it| it.value != Compare::Envelope)
            {
                let message =
                    format!("`{}` believes the From that a message shows", written.name.value);
                self.note_at(code::BYPASS_HEADER, compare.span, message);
            }
        }
        // What was named wrongly may be what is bypassed.
        let missed = [NameKind::Examination, NameKind::Policy, NameKind::Definition]
            .iter()
            .any(|it| self.names.is_missed(*it));
        let routing = model.policies.iter().filter(|it| !it.is_content());
        let securing: Vec<&Clause> =
            routing.filter(|it| secures(&it.then)).map(|it| &it.clause).collect();
        for bypass in &model.bypasses {
            if !missed && is_idle(model, &securing, bypass) {
                let message = format!("the bypass `{}` has nothing to bypass", bypass.clause.name);
                let finding =
                    Diagnostic::new(code::BYPASS_IDLE, message).primary(bypass.clause.span, "");
                let disables = bypass.does == BypassAct::DisableSecureMessaging;
                self.report(if disables { finding.note(STAYS) } else { finding });
            }
            self.once(Task::Lints, bypass.clause.span, || self.lint_bypass(model, bypass));
        }
    }

    fn lint_bypass(&self, model: &Model, bypass: &Bypass) {
        let clause = &bypass.clause;
        let name = &clause.name;
        let free = Side::everyone();
        let everybody = clause.directions.iter().all(|it| it.from == free && it.to == free);
        if everybody && clause.source.is_none() {
            let message = format!("the bypass `{name}` is for every message");
            self.note_at(code::BYPASS_WIDE, clause.span, message);
        }
        // A shield takes no protection away.
        if clause.source.is_none()
            && bypass.does != BypassAct::TakeNoAction
            && clause.directions.iter().any(|it| names_outsiders(model, &it.from))
        {
            let message = format!("anybody can write as the outside sender of `{name}`");
            let finding = Diagnostic::new(code::BYPASS_FORGEABLE, message).primary(clause.span, "");
            let advice = "add `source` with the networks that this sender's mail comes from";
            self.report(finding.fix(Fix::advice(advice)));
        }
        let relays = &model.organisation.relay_networks;
        let believed = clause.source.as_ref().is_none_or(|networks| {
            relays.is_empty()
                || networks.iter().any(|it| {
                    relays
                        .iter()
                        .any(|relay| relay.contains(it.first()) || it.contains(relay.first()))
                })
        });
        let internal = Side { any_of: vec![Selector::Internal], except: Vec::new() };
        let inside = clause.directions.iter().any(|it| meet(model, &it.from, &internal));
        if !believed && inside {
            let message = format!("`{name}` will not act for our own senders");
            self.report(Diagnostic::new(code::BYPASS_SOURCE, message).primary(clause.span, "").note(
                "a bypass believes a sender of ours only from the `relay networks`, and its `source` is none of \
                 them; name senders from outside in `from`, or add the network to `relay networks` if it is ours",
            ));
        }
    }
}

/// Whether `disable secure messaging` takes it away.
fn secures(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Secure(_))
}

/// Whether a side names somebody by an address or domain that is not ours.
fn names_outsiders(model: &Model, side: &Side) -> bool {
    let external = Side { any_of: vec![Selector::External], except: Vec::new() };
    side.any_of.iter().any(|it| match it {
        Selector::Address(_)
        | Selector::AddressSet(_)
        | Selector::Domain(_)
        | Selector::DomainSet(_) => {
            let alone = Side { any_of: vec![it.clone()], except: side.except.clone() };
            meet(model, &alone, &external)
        }
        Selector::Attribute { .. }
        | Selector::Everyone
        | Selector::External
        | Selector::Group(_)
        | Selector::Internal
        | Selector::Null => false,
    })
}

/// What `disable secure messaging` leaves alone.
const STAYS: &str = "`disable secure messaging` takes away `secure` of a routing policy for the same \
                     people; a hold, a refusal and verified TLS stay";

/// Securing policies with which a bypass is compared one by one.
const COMPARED_MAX: usize = 1_000;

/// Whether nothing is there to bypass; `securing` are the routing policies that secure.
fn is_idle(model: &Model, securing: &[&Clause], bypass: &Bypass) -> bool {
    match &bypass.does {
        BypassAct::Skips { examinations, policies } => {
            let conditions = model.policies.iter().flat_map(|it| &it.when);
            let mut asked = conditions.filter_map(|it| it.what.examination());
            policies.is_empty() && !asked.any(|it| examinations.contains(&it))
        }
        BypassAct::DisableSecureMessaging => {
            let meets = |it: &&Clause| {
                let pairs = it
                    .directions
                    .iter()
                    .flat_map(|one| bypass.clause.directions.iter().map(move |other| (one, other)));
                let mut pairs = pairs.map(|(one, other)| {
                    meet(model, &one.from, &other.from) && meet(model, &one.to, &other.to)
                });
                COMPARED_MAX < securing.len() || pairs.any(|it| it)
            };
            !secures(&model.default) && !securing.iter().any(meets)
        }
        // A shield is against other bypasses.
        BypassAct::TakeNoAction => false,
    }
}
