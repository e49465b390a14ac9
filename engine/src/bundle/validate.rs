//! Whether what was read holds together: every number names something, and lists are sorted by name
//! as decisions expect them.

use crate::model::{
    Model,
    clause::{BypassAct, Policy},
    outcome::{Outcome, What},
    selector::Selector,
};

pub(super) fn is_sound(model: &Model) -> bool {
    let outcomes = model.policies.iter().map(|it| &it.then);
    let outcomes = outcomes.chain(model.requests.iter().map(|it| &it.then));
    are_sorted(model)
        && outcomes.chain([&model.default]).all(|it| outcome(model, it))
        && model.policies.iter().flat_map(|it| &it.when).all(|it| condition(model, &it.what))
        && model.bypasses.iter().all(|it| act(model, &it.does))
        && selectors(model).all(|it| selector(model, it))
}

fn are_sorted(model: &Model) -> bool {
    model.policies.is_sorted_by(|one, other| one.clause.name < other.clause.name)
        && model.requests.is_sorted_by(|one, other| one.clause.name < other.clause.name)
        && model.bypasses.is_sorted_by(|one, other| one.clause.name < other.clause.name)
        && model.sets.addresses.iter().all(|it| it.members.is_sorted_by(|one, other| one < other))
}

fn selectors(model: &Model) -> impl Iterator<Item = &Selector> {
    let sides =
        model.clauses().flat_map(|it| it.directions.iter()).flat_map(|it| [&it.from, &it.to]);
    let of_clauses = sides.flat_map(|it| it.any_of.iter().chain(&it.except));
    of_clauses.chain(model.definitions.iter().flat_map(|it| &it.available_to))
}

fn selector(model: &Model, selector: &Selector) -> bool {
    let sets = &model.sets;
    match selector {
        Selector::Everyone
        | Selector::Internal
        | Selector::External
        | Selector::Null
        | Selector::Domain(_)
        | Selector::Address(_) => true,
        Selector::DomainSet(set) => set.0 < sets.domains.len(),
        Selector::AddressSet(set) => set.0 < sets.addresses.len(),
        Selector::Group(group) => group.0 < sets.groups.len(),
        Selector::Attribute { attribute, .. } => attribute.0 < sets.attributes.len(),
    }
}

fn outcome(model: &Model, says: &Outcome) -> bool {
    match says {
        Outcome::Secure(definition) => *definition < model.definitions.len(),
        Outcome::VerifiedTls(otherwise) => outcome(model, otherwise),
        Outcome::Bounce(_)
        | Outcome::Deliver
        | Outcome::Hold(_)
        | Outcome::Reject(_)
        | Outcome::TakeNoAction => true,
    }
}

fn condition(model: &Model, what: &What) -> bool {
    match what {
        What::Activates(examination) => *examination < model.examinations.len(),
        What::Fingerprint(fingerprints) => *fingerprints < model.fingerprints.len(),
        What::LanguageIs(_)
        | What::AttachmentLarger(_)
        | What::AttachmentName(_)
        | What::AttachmentType(_)
        | What::Authentication { .. }
        | What::MessageLarger(_)
        | What::RecipientsMoreThan(_)
        | What::SenderUsesTls => true,
    }
}

fn act(model: &Model, does: &BypassAct) -> bool {
    match does {
        BypassAct::DisableSecureMessaging | BypassAct::TakeNoAction => true,
        BypassAct::Skips { examinations, policies } => {
            let content = |it: &usize| model.policies.get(*it).is_some_and(Policy::is_content);
            examinations.iter().all(|it| *it < model.examinations.len())
                && policies.iter().all(content)
        }
    }
}
