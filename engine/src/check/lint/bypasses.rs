//! Bypasses that give no reason, are too wide, or have nothing to bypass.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    tree::Compare,
};

use super::super::{Checker, memory::Task};
use crate::{
    code,
    conflict::meet,
    decision::Disposition,
    model::{
        Model,
        clause::{Bypass, BypassAct},
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
        for bypass in &model.bypasses {
            if is_idle(model, bypass) {
                let message = format!("the bypass `{}` has nothing to bypass", bypass.clause.name);
                self.note_at(code::BYPASS_IDLE, bypass.clause.span, message);
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

fn is_idle(model: &Model, bypass: &Bypass) -> bool {
    match &bypass.does {
        BypassAct::Skips { examinations, policies } => {
            let conditions = model.policies.iter().flat_map(|it| &it.when);
            let mut asked = conditions.filter_map(|it| it.what.examination());
            policies.is_empty() && !asked.any(|it| examinations.contains(&it))
        }
        BypassAct::DisableSecureMessaging => {
            let routing = model.policies.iter().filter(|it| !it.is_content()).map(|it| &it.then);
            let mut all = routing.chain([&model.default]);
            all.all(|it| it.protection() == Disposition::Deliver)
        }
        // A shield is against other bypasses.
        BypassAct::TakeNoAction => false,
    }
}
