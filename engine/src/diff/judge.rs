//! What it does to protection that a policy, a request or a bypass applies more often, or less often.

use std::collections::BTreeSet;

use super::{
    List, Told, Version,
    strength::{copies, done, is_idle},
};
use crate::model::{
    Model,
    clause::{Bypass, BypassAct, Clause, Policy, Request, Validity},
};

/// A clause in its version.
#[derive(Clone, Copy)]
pub(super) enum Rule<'m> {
    Bypass(&'m Model, &'m Bypass),
    Policy(&'m Model, &'m Policy),
    Request(&'m Model, &'m Request),
}

impl<'m> Rule<'m> {
    /// Every one of a version.
    pub(super) fn all(version: Version<'m>) -> Vec<Self> {
        let model = version.model();
        let policies = model.policies.iter().map(|it| Self::Policy(model, it));
        let requests = model.requests.iter().map(|it| Self::Request(model, it));
        policies
            .chain(requests)
            .chain(model.bypasses.iter().map(|it| Self::Bypass(model, it)))
            .collect()
    }

    pub(super) fn clause(self) -> &'m Clause {
        match self {
            Self::Bypass(_, it) => &it.clause,
            Self::Policy(_, it) => &it.clause,
            Self::Request(_, it) => &it.clause,
        }
    }

    pub(super) fn model(self) -> &'m Model {
        match self {
            Self::Bypass(model, _) | Self::Policy(model, _) | Self::Request(model, _) => model,
        }
    }

    /// `policy cards-leave-secured`.
    pub(super) fn subject(self) -> String {
        let clause = self.clause();
        format!("{} {}", clause.kind.as_str(), clause.name)
    }

    pub(super) fn is_off(self) -> bool {
        self.clause().validity == Validity::Disabled
    }

    /// Whether how specific it is counts.
    pub(super) fn competes(self) -> bool {
        match self {
            Self::Bypass(_, it) => !matches!(it.does, BypassAct::Skips { .. }),
            Self::Policy(_, it) => !it.is_content(),
            Self::Request(..) => false,
        }
    }

    /// What it does, to be read after "messages that it applies to are".
    pub(super) fn done(self) -> String {
        match self {
            Self::Bypass(model, it) => match &it.does {
                BypassAct::DisableSecureMessaging => "not secured by a routing policy".to_owned(),
                BypassAct::TakeNoAction => "kept from less specific bypasses".to_owned(),
                BypassAct::Skips { .. } => format!("not held against {}", skipped(model, it)),
            },
            Self::Policy(model, it) => done((model, &it.then)),
            Self::Request(model, it) => done((model, &it.then)),
        }
    }
}

impl<'m> List<'m> {
    /// What it does that a rule applies to messages that it did not apply to.
    pub(super) fn more(&self, rule: Rule<'m>) -> Told {
        match rule {
            Rule::Policy(model, it) if it.is_content() => content_more(model, it),
            Rule::Policy(model, it) => self.routing_more(model, it),
            Rule::Request(model, it) if copies(&it.also) => Told::may_lower(format!(
                "messages that are {} are also copied to a further mailbox",
                done((model, &it.then))
            )),
            Rule::Request(..) => Told::raises("a request of a sender can only add protection"),
            Rule::Bypass(model, it) => match &it.does {
                BypassAct::DisableSecureMessaging => Told::lowers(
                    "more messages go out as they are where a routing policy would secure them",
                ),
                BypassAct::Skips { .. } => {
                    Told::lowers(format!("more messages go round {}", skipped(model, it)))
                }
                BypassAct::TakeNoAction if !it.clause.overrides.is_empty() => Told::may_lower(
                    "it takes another bypass out of the way, which may have kept a third one off",
                ),
                BypassAct::TakeNoAction if self.copies_somewhere() => Told::may_lower(
                    "bypasses that it keeps off may have kept off a policy that copies to a further mailbox",
                ),
                BypassAct::TakeNoAction => Told::raises("it keeps other bypasses off"),
            },
        }
    }

    /// What it does that a rule no longer applies to messages that it applied to.
    pub(super) fn less(&self, rule: Rule<'m>) -> Told {
        match rule {
            Rule::Policy(model, it) if it.is_content() => content_less(model, it),
            Rule::Policy(model, it) => self.routing_less(model, it),
            Rule::Request(model, it) => Told::lowers(format!(
                "what a sender asks for this way is no longer {}",
                done((model, &it.then))
            )),
            Rule::Bypass(_, it) => self.bypass_less(it),
        }
    }

    fn bypass_less(&self, bypass: &Bypass) -> Told {
        if !bypass.clause.overrides.is_empty() {
            return Told::may_lower(
                "it took another bypass out of the way, which applies again where this one does not",
            );
        }
        let all = || self.old.model().bypasses.iter().chain(&self.new.model().bypasses);
        match &bypass.does {
            BypassAct::DisableSecureMessaging | BypassAct::Skips { .. }
                if self.copies_somewhere() =>
            {
                Told::may_lower(
                    "what it kept off may apply again, and some policy copies to a further mailbox",
                )
            }
            BypassAct::DisableSecureMessaging => {
                Told::raises("fewer messages go round secure messaging")
            }
            BypassAct::Skips { examinations, .. } => {
                let names: BTreeSet<&str> =
                    examinations.iter().filter_map(|it| self.examination_of(bypass, *it)).collect();
                if self.is_asked_under_not(&names) {
                    return Told::may_lower(
                        "a policy asks `not … activates` of what it skipped, and holds less often when it is not skipped",
                    );
                }
                if self.overrides_by_content() {
                    return Told::may_lower(
                        "a content policy that it could skip overrides others, which do not count where it applies again",
                    );
                }
                Told::raises("fewer messages go round these rules")
            }
            BypassAct::TakeNoAction => {
                if all().any(|it| it.does == BypassAct::DisableSecureMessaging) {
                    Told::lowers("a bypass that it kept off applies again")
                } else {
                    Told::neutral("there is no bypass that it would keep off")
                }
            }
        }
    }

    /// Whether some policy of either version copies messages to a further mailbox.
    fn copies_somewhere(&self) -> bool {
        let mut policies = self.old.model().policies.iter().chain(&self.new.model().policies);
        policies.any(|it| copies(&it.also))
    }

    /// Whether some content policy of either version takes others out of the way.
    fn overrides_by_content(&self) -> bool {
        let mut policies = self.old.model().policies.iter().chain(&self.new.model().policies);
        policies.any(|it| it.is_content() && !it.clause.overrides.is_empty())
    }

    /// The examination that a bypass of either version names by number.
    fn examination_of(&self, bypass: &Bypass, number: usize) -> Option<&'m str> {
        let is_of = |model: &Model| model.bypasses.iter().any(|it| std::ptr::eq(it, bypass));
        let model = if is_of(self.old.model()) { self.old.model() } else { self.new.model() };
        model.examinations.get(number).map(|it| it.name.as_str())
    }

    fn is_asked_under_not(&self, names: &BTreeSet<&str>) -> bool {
        [self.old, self.new].into_iter().any(|version| {
            let model = version.model();
            let conditions = model.policies.iter().flat_map(|it| &it.when);
            let asked = conditions.filter(|it| it.negated).filter_map(|it| it.what.examination());
            { asked }
                .filter_map(|it| model.examinations.get(it))
                .any(|it| names.contains(it.name.as_str()))
        })
    }
}

fn content_more(model: &Model, policy: &Policy) -> Told {
    if let Some(name) = policy.clause.overrides.iter().next() {
        return Told::may_lower(format!("wherever it applies, it takes out `{name}`"));
    }
    if copies(&policy.also) {
        return Told::may_lower("more messages are copied to a further mailbox");
    }
    if is_idle(policy) {
        return Told::neutral("it does nothing to a message");
    }
    Told::raises(format!("more messages are {}", done((model, &policy.then))))
}

fn content_less(model: &Model, policy: &Policy) -> Told {
    if is_idle(policy) {
        return Told::raises("it protected nothing");
    }
    Told::lowers(format!("fewer messages are {}", done((model, &policy.then))))
}

/// What a content bypass skips: `payment-data` and `nightjar-hold`.
pub(super) fn skipped(model: &Model, bypass: &Bypass) -> String {
    let BypassAct::Skips { examinations, policies } = &bypass.does else { return String::new() };
    let of = examinations.iter().filter_map(|it| model.examinations.get(*it)).map(|it| &it.name);
    let also = policies.iter().filter_map(|it| model.policies.get(*it)).map(|it| &it.clause.name);
    let names: Vec<String> = of.chain(also).map(|it| format!("`{it}`")).collect();
    names.join(" and ")
}
