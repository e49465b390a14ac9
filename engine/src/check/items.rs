//! The items of a tree, kind by kind.

use grammar::tree::{
    Addresses, Assert, Attribute, Bypass, Definition, Domains, Examination, Fingerprints, Group,
    ItemKind, Networks, Organisation, Outcome, Pattern, Policy, Request, Terms, Test, Tree,
};

/// What the files of the tree itself declare, in the order in which they stand.
#[derive(Debug, Default)]
pub(super) struct Items<'t> {
    pub(super) addresses: Vec<&'t Addresses>,
    pub(super) asserts: Vec<&'t Assert>,
    pub(super) attributes: Vec<&'t Attribute>,
    pub(super) bypasses: Vec<&'t Bypass>,
    pub(super) defaults: Vec<&'t Outcome>,
    pub(super) definitions: Vec<&'t Definition>,
    pub(super) domains: Vec<&'t Domains>,
    pub(super) examinations: Vec<&'t Examination>,
    pub(super) fingerprints: Vec<&'t Fingerprints>,
    pub(super) groups: Vec<&'t Group>,
    pub(super) networks: Vec<&'t Networks>,
    pub(super) organisations: Vec<&'t Organisation>,
    pub(super) patterns: Vec<&'t Pattern>,
    pub(super) policies: Vec<&'t Policy>,
    pub(super) requests: Vec<&'t Request>,
    pub(super) terms: Vec<&'t Terms>,
    pub(super) tests: Vec<&'t Test>,
}

impl<'t> Items<'t> {
    pub(super) fn collect(trees: impl IntoIterator<Item = &'t Tree>) -> Self {
        let mut items = Self::default();
        for item in trees.into_iter().flat_map(|it| &it.items) {
            items.add(&item.kind);
        }
        items
    }

    fn add(&mut self, item: &'t ItemKind) {
        match item {
            ItemKind::Addresses(it) => self.addresses.push(it),
            ItemKind::Assert(it) => self.asserts.push(it),
            ItemKind::Bypass(it) => self.bypasses.push(it),
            ItemKind::Default(it) => self.defaults.push(it),
            ItemKind::Definition(it) => self.definitions.push(it),
            ItemKind::Domains(it) => self.domains.push(it),
            ItemKind::Examination(it) => self.examinations.push(it),
            ItemKind::Fingerprints(it) => self.fingerprints.push(it),
            ItemKind::Networks(it) => self.networks.push(it),
            ItemKind::Organisation(it) => self.organisations.push(it),
            ItemKind::Pattern(it) => self.patterns.push(it),
            ItemKind::Policy(it) => self.policies.push(it),
            ItemKind::Request(it) => self.requests.push(it),
            ItemKind::Terms(it) => self.terms.push(it),
            ItemKind::Test(it) => self.tests.push(it),
            ItemKind::Attribute(it) => self.attributes.push(it),
            ItemKind::Group(it) => self.groups.push(it),
        }
    }
}
