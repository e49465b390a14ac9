//! The resolved model: what a checked tree of rules says, every name replaced by what it names.
//!
//! # Invariants
//!
//! - Every list is sorted by name, so the order of files and declarations is gone.
//! - An index ([`SetId`] and its kind) is valid for the model that it came from.

pub(crate) mod clause;
pub(crate) mod definition;
pub(crate) mod organisation;
pub(crate) mod outcome;
pub(crate) mod rank;
pub(crate) mod selector;
pub(crate) mod set;
pub(crate) mod source;

use grammar::literal::Address;

use self::{
    clause::{Bypass, Clause, Policy, Request},
    definition::Definition,
    organisation::Organisation,
    outcome::Outcome,
    set::Sets,
};
use crate::{fingerprint::Declared, scan::examination::Examination};

/// A checked tree of rules.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) organisation: Organisation,
    pub(crate) sets: Sets,
    pub(crate) examinations: Vec<Examination>,
    pub(crate) fingerprints: Vec<Declared>,
    pub(crate) definitions: Vec<Definition>,
    /// `default …`; deliver when absent.
    pub(crate) default: Outcome,
    pub(crate) policies: Vec<Policy>,
    pub(crate) requests: Vec<Request>,
    pub(crate) bypasses: Vec<Bypass>,
}

impl Model {
    /// What all policies, requests and bypasses share.
    pub(crate) fn clauses(&self) -> impl Iterator<Item = &Clause> {
        let policies = self.policies.iter().map(|it| &it.clause);
        let requests = self.requests.iter().map(|it| &it.clause);
        policies.chain(requests).chain(self.bypasses.iter().map(|it| &it.clause))
    }

    /// The same, to be changed.
    pub(crate) fn clauses_mut(&mut self) -> impl Iterator<Item = &mut Clause> {
        let policies = self.policies.iter_mut().map(|it| &mut it.clause);
        let requests = self.requests.iter_mut().map(|it| &mut it.clause);
        policies.chain(requests).chain(self.bypasses.iter_mut().map(|it| &mut it.clause))
    }

    /// Whether an address is the organisation's.
    pub(crate) fn is_internal(&self, address: &Address) -> bool {
        self.organisation.is_internal(address.domain())
    }
}

/// A clause with what it belongs to, and its number among those of its kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Numbered<'m> {
    Bypass(&'m Bypass),
    Policy(usize, &'m Policy),
    Request(&'m Request),
}

impl Model {
    /// The clause of this number in [`Model::clauses`].
    pub(crate) fn numbered(&self, number: u32) -> Option<Numbered<'_>> {
        let number = usize::try_from(number).ok()?;
        if let Some(policy) = self.policies.get(number) {
            return Some(Numbered::Policy(number, policy));
        }
        let number = number.checked_sub(self.policies.len())?;
        if let Some(request) = self.requests.get(number) {
            return Some(Numbered::Request(request));
        }
        let number = number.checked_sub(self.requests.len())?;
        self.bypasses.get(number).map(Numbered::Bypass)
    }
}

impl<'m> Numbered<'m> {
    /// What all kinds share.
    pub(crate) fn clause(self) -> &'m Clause {
        match self {
            Self::Bypass(it) => &it.clause,
            Self::Policy(_, it) => &it.clause,
            Self::Request(it) => &it.clause,
        }
    }
}
