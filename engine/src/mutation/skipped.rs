//! What a bypass takes away from, to tell which mistakes in its sides change nothing.

use grammar::tree::Compare;

use crate::{
    conflict::meet,
    model::{
        Model,
        clause::{Bypass, BypassAct, Policy},
        outcome::Outcome,
        selector::Side,
    },
};

/// Which of two sides.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    From,
    To,
}

impl End {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// Whether another side of a bypass makes a difference: one that wins or loses nobody whom any
/// policy that it takes away from speaks of decides the same.
pub(super) fn matters(model: &Model, bypass: &Bypass, end: End, was: &Side, is: &Side) -> bool {
    let concerned: Vec<&Policy> = match &bypass.does {
        // It stands before other bypasses, too.
        BypassAct::TakeNoAction => return true,
        BypassAct::DisableSecureMessaging if competes(model) || secures(&model.default) => {
            return true;
        }
        BypassAct::DisableSecureMessaging => {
            model.policies.iter().filter(|it| !it.is_content() && secures(&it.then)).collect()
        }
        BypassAct::Skips { examinations, policies } => {
            let asks = |policy: &Policy| {
                let mut asked = policy.when.iter().filter_map(|it| it.what.examination());
                asked.any(|it| examinations.contains(&it))
            };
            let all = model.policies.iter().enumerate();
            all.filter(|it| policies.contains(&it.0) || asks(it.1)).map(|it| it.1).collect()
        }
    };
    let read_alike = |policy: &Policy| {
        end == End::To
            || bypass.clause.compare == Compare::Envelope
                && policy.clause.compare == Compare::Envelope
    };
    if was.except != is.except || !concerned.iter().all(|it| read_alike(it)) {
        return true;
    }
    let without = |side: &Side, other: &Side| Side {
        any_of: side.any_of.clone(),
        except: side.except.iter().chain(&other.any_of).cloned().collect(),
    };
    let changed = [without(was, is), without(is, was)];
    concerned.iter().flat_map(|it| it.clause.directions.iter()).any(|direction| {
        let side = match end {
            End::From => &direction.from,
            End::To => &direction.to,
        };
        changed.iter().any(|it| meet(model, it, side))
    })
}

/// Whether how specific a bypass is can decide which of two holds.
fn competes(model: &Model) -> bool {
    let routing = |it: &&Bypass| !matches!(it.does, BypassAct::Skips { .. });
    model.bypasses.iter().filter(routing).count() > 1
}

/// Whether there is something to disable; verified TLS is no secure messaging.
fn secures(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Secure(_))
}
