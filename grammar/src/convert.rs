//! From statements to the tree, an item at a time.
//!
//! # Choices
//!
//! - `disabled` and `valid …` may stand together; `disabled` counts.
//! - `relay networks`, `domains` of an organisation, `check`, `accepts`, `rejects`, `count`, `require`, `veto`,
//!   `less`, `ignore`, `also`, `override`, `skips`, `subject contains`, `header`, `attach`, `given`, `expect` and
//!   `unless` may be repeated; every other line is said once.
//! - `anyone with ATTRIBUTE at least VALUE` and `… is at least VALUE` are the same.
//! - `<>` and `nobody` are the same.

mod condition;
mod content;
mod definition;
mod organisation;
mod outcome;
mod people;
mod policy;
mod sets;
mod test;

pub(crate) use self::{
    content::{examination, fingerprints, pattern, terms},
    definition::definition,
    organisation::organisation,
    outcome::outcome_in,
    policy::{bypass, policy, request},
    sets::{addresses, attribute, domains, networks},
    test::{assert, test},
};
