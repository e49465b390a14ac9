//! The compiled rules: what decides.
//!
//! One message is decided in these steps, each a file: `candidates` (through `index`), `routing`
//! (`compete`), `content`, `requests`: what comes of
//! them stands on a `sheet` without words, which [`Program::judge`] shows as it is and `verdict` puts
//! into words ([`crate::merge`], [`crate::trace`]).

mod candidates;
mod compete;
mod content;
mod decide;
mod index;
mod keys;
mod networks;
pub(crate) mod person;
mod rcpt;
mod requests;
mod routing;
mod ruling;
pub(crate) mod sender;
mod sheet;
mod table;
mod verdict;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use grammar::{
    literal::{Address, Domain},
    tree::EffectKind,
};

pub(crate) use self::index::list_hash;
pub use self::{decide::Judge, ruling::Ruling};

use self::{decide::DEFAULT, index::Index, person::Person};
use crate::{
    Organisation,
    bundle::{
        Corrupt,
        codec::{Reader, Writer},
    },
    decision::{ExaminationResult, Options},
    facts::{Content, Facts},
    fingerprint::{self, Traces},
    merge,
    model::{Model, outcome::Outcome},
    scan::Scanner,
};

/// Rules in the form that decides. Immutable; may be shared between threads.
#[derive(Clone, Debug)]
pub struct Program {
    model: Arc<Model>,
    scanner: Scanner,
    index: Index,
}

impl Program {
    /// Compiles a model.
    pub(crate) fn new(model: Arc<Model>) -> Self {
        let index = Index::new(&model);
        Self::with_index(model, index)
    }

    fn with_index(model: Arc<Model>, index: Index) -> Self {
        let scanner = Scanner::new(&model.examinations);
        Self { model, scanner, index }
    }

    /// Writes the index of a model.
    pub(crate) fn write_index(model: &Model, to: &mut Writer) {
        Index::new(model).write(to);
    }

    /// Compiles a model whose index was written.
    ///
    /// # Errors
    ///
    /// [`Corrupt`] where [`Program::write_index`] cannot have written what is there.
    pub(crate) fn read(model: Arc<Model>, from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let index = Index::read(&model, from)?;
        Ok(Self::with_index(model, index))
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    /// Who we are: domains, time zone, limits, and what happens on an error.
    #[must_use]
    pub fn organisation(&self) -> &Organisation {
        &self.model.organisation
    }

    /// Whether a domain is one of the organisation's.
    #[must_use]
    pub fn is_internal(&self, domain: &Domain) -> bool {
        self.model.organisation.is_internal(domain)
    }

    /// Whether [`Content::cased`] is asked for.
    #[must_use]
    pub fn asks_for_case(&self) -> bool {
        self.scanner.asks_for_case()
    }

    /// What every examination finds in a message, whether or not a policy asks, by name.
    #[must_use]
    pub fn examine(&self, content: &Content) -> BTreeMap<Arc<str>, ExaminationResult> {
        let mut scan = self.scanner.open(content);
        let examined = (0..self.model.examinations.len()).filter_map(|it| scan.examine(it));
        examined.map(|it| (Arc::clone(&it.result.name), it.result)).collect()
    }

    /// What the examination of this number in the model finds.
    pub(crate) fn examine_one(
        &self,
        number: usize,
        content: &Content,
    ) -> Option<ExaminationResult> {
        self.scanner.open(content).examine(number).map(|it| it.result)
    }

    /// Whether the fingerprints of this number in the model are in a message.
    pub(crate) fn fingerprint(&self, number: usize, content: &Content) -> bool {
        let declared = self.model.fingerprints.get(number);
        declared.is_some_and(|it| {
            let traces = Traces::of(content);
            fingerprint::answer(it, content, &traces, fingerprint::values::add).activated
        })
    }

    /// Names and descriptions of the definitions that somebody may choose when sending, sorted.
    #[must_use]
    pub fn definitions_available_to(
        &self,
        address: &Address,
        facts: &Facts,
    ) -> Vec<(&str, Option<&str>)> {
        let person = Person::new(&self.model, Some(address), facts);
        let available = self.model.definitions.iter();
        available
            .filter(|it| self.model.any_matches(&it.available_to, &person))
            .map(|it| (it.name.as_str(), it.description.as_deref()))
            .collect()
    }

    /// The options of a definition by itself, the retention applied.
    #[must_use]
    pub fn definition_options(&self, name: &str) -> Option<Options> {
        let definition = self.model.definitions.iter().find(|it| it.name == name)?;
        Some(merge::options_of(definition, self.model.organisation.retention_secs))
    }

    /// The members of the set or the directory's name of the group that a hold names.
    #[must_use]
    pub fn releasers(&self, name: &str) -> Option<Releasers<'_>> {
        let sets = &self.model.sets;
        let set = sets.addresses.iter().find(|it| it.name == name);
        if let Some(set) = set {
            return Some(Releasers::Addresses(set.members.iter().collect()));
        }
        let group = sets.groups.iter().find(|it| it.name == name);
        group.map(|it| Releasers::Group(&it.directory))
    }

    /// Names of all that can decide: policies, requests, bypasses, and `default`.
    #[must_use]
    pub fn deciders(&self) -> BTreeSet<&str> {
        self.model.clauses().map(|it| it.name.as_str()).chain([DEFAULT]).collect()
    }

    /// Names of the sets and groups that some rule holds a message for.
    #[must_use]
    pub fn holds_for(&self) -> BTreeSet<&str> {
        let policies = self.model.policies.iter().map(|it| &it.then);
        let requests = self.model.requests.iter().map(|it| &it.then);
        let all = policies.chain(requests).chain([&self.model.default]);
        all.filter_map(Outcome::holds_for).collect()
    }

    /// Addresses that some rule sends a notification or a copy to, sorted.
    #[must_use]
    pub fn told(&self) -> BTreeSet<&Address> {
        let policies = self.model.policies.iter().flat_map(|it| &it.also);
        let requests = self.model.requests.iter().flat_map(|it| &it.also);
        let told = policies.chain(requests).filter_map(|it| match &it.0 {
            EffectKind::CopyTo(address) | EffectKind::Notify(address) => Some(address),
            EffectKind::AddHeader { .. } | EffectKind::Banner(_) | EffectKind::TagSubject(_) => {
                None
            }
        });
        told.collect()
    }

    /// The directory's names of all groups and attributes that the rules ask.
    #[must_use]
    pub fn directory_names(&self) -> (Vec<&str>, Vec<&str>) {
        let sets = &self.model.sets;
        let groups = sets.groups.iter().map(|it| it.directory.as_str()).collect();
        (groups, sets.attributes.iter().map(|it| it.directory.as_str()).collect())
    }
}

/// Who may release what is held.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Releasers<'p> {
    /// Any one of these.
    Addresses(Vec<&'p Address>),
    /// Whoever the directory has in this group.
    Group(&'p str),
}
