//! The decision for one recipient as it is made: borrowed, without words.

use grammar::literal::Address;

use super::{Program, decide::DEFAULT, sheet::Sheet};
use crate::{
    decision::{Disposition, Options},
    merge::{options_of, stricter},
    model::definition::Definition,
};

/// What happens for one recipient. The same as a [`crate::decision::Verdict`] says, without texts,
/// effects and trace.
#[derive(Clone, Copy, Debug)]
pub struct Ruling<'r> {
    program: &'r Program,
    recipient: &'r Address,
    internal: bool,
    sheet: &'r Sheet<'r>,
}

impl<'r> Ruling<'r> {
    pub(super) fn new(
        program: &'r Program,
        recipient: &'r Address,
        internal: bool,
        sheet: &'r Sheet<'r>,
    ) -> Self {
        Self { program, recipient, internal, sheet }
    }

    /// For whom.
    #[must_use]
    pub fn recipient(&self) -> &'r Address {
        self.recipient
    }

    /// Whether the recipient is in the organisation's domains.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.internal
    }

    /// What happens.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.sheet.disposition
    }

    /// Names of the policies, requests and bypasses that made the decision: policies first, each
    /// kind sorted. `default` where none did.
    pub fn decided_by(&self) -> impl Iterator<Item = &'r str> {
        let model = self.program.model();
        let mut names = self.deciders().filter_map(|it| model.numbered(it)).peekable();
        let default = names.peek().is_none().then_some(DEFAULT);
        names.map(|it| it.clause().name.as_str()).chain(default)
    }

    fn deciders(&self) -> impl Iterator<Item = u32> + use<'r> {
        let sheet = self.sheet;
        let decide = sheet.shares.iter().filter(|it| it.decides && it.level == sheet.disposition);
        decide.filter_map(|it| it.number)
    }

    /// Names of the definitions that are merged; one may come more than once.
    pub fn definitions(&self) -> impl Iterator<Item = &'r str> {
        self.merged().map(|it| it.name.as_str())
    }

    /// The merged options, where something secures.
    #[must_use]
    pub fn options(&self) -> Option<Options> {
        let retention = self.program.organisation().retention_secs;
        self.merged().map(|it| options_of(it, retention)).reduce(stricter)
    }

    fn merged(&self) -> impl Iterator<Item = &'r Definition> + use<'r> {
        let (model, sheet) = (self.program.model(), self.sheet);
        let kept = sheet.shares.iter().filter(|_| sheet.secured == Disposition::Secure);
        kept.filter_map(|it| model.definitions.get(it.secures_with()?))
    }
}
